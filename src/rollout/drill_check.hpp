#ifndef LEEWAY_SRC_ROLLOUT_DRILL_CHECK_HPP
#define LEEWAY_SRC_ROLLOUT_DRILL_CHECK_HPP

#include <optional>

#include "leeway/base/error.hpp"
#include "leeway/rollout/drill.hpp"

namespace leeway::inline v1::rollout::detail {

/// The first thing that is wrong with the options of runs of so many ticks. Precondition: the policy is good.
[[nodiscard]] std::optional<Error> check_drill(const Policy& policy, const DrillOptions& options, std::uint64_t ticks);

}  // namespace leeway::inline v1::rollout::detail

#endif
