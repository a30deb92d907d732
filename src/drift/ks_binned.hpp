#ifndef LEEWAY_SRC_DRIFT_KS_BINNED_HPP
#define LEEWAY_SRC_DRIFT_KS_BINNED_HPP

#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift::detail {

/// ks_binned() without its p-value, which costs more than all the rest.
[[nodiscard]] Result<Divergence> ks_binned_effect(CountsView reference, CountsView live);

}  // namespace leeway::inline v1::drift::detail

#endif
