#ifndef LEEWAY_CLI_ROLLOUT_POLICY_HPP
#define LEEWAY_CLI_ROLLOUT_POLICY_HPP

#include <string>

#include "leeway/base/result.hpp"
#include "leeway/rollout/policy.hpp"

namespace leeway::cli {

/// The policy at a path. One that is wrong is a bad configuration, not bad data: its error is invalid_argument.
[[nodiscard]] Result<rollout::Policy> open_policy(const std::string& path);

/// What a policy does, for a person who sees one for the first time.
[[nodiscard]] std::string policy_text(const rollout::Policy& policy);

/// "p99 of latency_ms above 2 x baseline, for 5m": when a rule fails.
[[nodiscard]] std::string condition_text(const rollout::Policy& policy, const rollout::Rule& rule);

}  // namespace leeway::cli

#endif
