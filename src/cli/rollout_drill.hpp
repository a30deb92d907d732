#ifndef LEEWAY_CLI_ROLLOUT_DRILL_HPP
#define LEEWAY_CLI_ROLLOUT_DRILL_HPP

// What `leeway rollout drill` reads from its options, and what it writes.

#include <string>
#include <utility>

#include "leeway/base/result.hpp"
#include "leeway/rollout/drill.hpp"
#include "leeway/rollout/policy.hpp"

namespace leeway::cli {

/// "error:x3@20", "latency_ms:+50", "score:nan", "no_data", "swap_hash": a metric, what happens to the candidate's, and
/// from which tick on.
[[nodiscard]] Result<rollout::Fault> parse_fault(const std::string& text);
/// "error=0.01", "latency_ms=80,0.5".
[[nodiscard]] Result<rollout::MetricTraffic> parse_baseline(const std::string& text);
/// "immediate=fail".
[[nodiscard]] Result<std::pair<rollout::Tier, rollout::Answer>> parse_answer(const std::string& text);

[[nodiscard]] std::string fault_text(const rollout::Fault& fault);

[[nodiscard]] std::string drill_text(const rollout::Policy& policy, const rollout::DrillOptions& options,
                                     const rollout::DrillReport& report);
[[nodiscard]] std::string drill_json(const rollout::Policy& policy, const rollout::DrillOptions& options,
                                     const rollout::DrillReport& report);

}  // namespace leeway::cli

#endif
