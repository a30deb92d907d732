#ifndef LEEWAY_CLI_PRESET_REPORT_HPP
#define LEEWAY_CLI_PRESET_REPORT_HPP

// `compare --samples --preset NAME`: the metrics of a report as another library has them.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/drift/preset.hpp"

namespace leeway::cli {

/// The values of a feature that are there, one by one: numbers, or how often each category came.
struct Sample {
  std::vector<double> numbers;
  std::map<std::string, std::uint64_t, std::less<>> categories;
};

struct PresetChoice {
  std::optional<drift::Preset> preset;  ///< absent: leeway's own
  drift::PresetOptions options;
  std::vector<drift::Metric> metrics;   ///< empty: all that the preset has
  std::vector<std::string> parameters;  ///< names of those given
};

/// "evidently".
[[nodiscard]] Result<void> accept_preset(const std::string& name, PresetChoice& choice);
/// "margin=0.05".
[[nodiscard]] Result<void> accept_parameter(const std::string& text, PresetChoice& choice);
/// Refuses a parameter that would change nothing: the preset, or none of the metrics asked for, has it.
[[nodiscard]] Result<void> check_parameters(const PresetChoice& choice);

/// Without band and law.
[[nodiscard]] Evidence evidence_of(drift::Metric metric, const drift::Divergence& measured);

/// Puts the preset's metrics in the place of leeway's, whose verdicts stay. Errors (invalid_argument): a metric that
/// the preset has for no kind of value. Precondition: choice.preset.
[[nodiscard]] Result<void> put_preset(drift::DriftReport& report, const std::vector<Sample>& reference,
                                      const std::vector<Sample>& live, const PresetChoice& choice);

}  // namespace leeway::cli

#endif
