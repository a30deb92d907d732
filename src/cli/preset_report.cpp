#include "cli/preset_report.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "cli/number.hpp"
#include "cli/options.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

using drift::Metric;
using drift::Preset;
using drift::ValueKind;

std::vector<std::string> preset_names() {
  std::vector<std::string> names{"leeway"};
  for (const Preset preset : drift::kPresets) names.emplace_back(to_string(preset));
  return names;
}

bool has(Preset preset, ValueKind kind, Metric metric) {
  const auto metrics = metrics_of(preset, kind);
  return std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
}

std::string listed_metrics(Preset preset, ValueKind kind) {
  std::vector<std::string> names;
  for (const Metric metric : metrics_of(preset, kind)) names.emplace_back(to_string(metric));
  return listed(names);
}

Result<void> check_metrics(Preset preset, const std::vector<Metric>& metrics) {
  for (const Metric metric : metrics) {
    if (has(preset, ValueKind::numeric, metric) || has(preset, ValueKind::categorical, metric)) continue;
    return usage_error("--metrics", std::string("expected what ") + to_string(preset) + " has, of numbers " +
                                        listed_metrics(preset, ValueKind::numeric) + ", of categories " +
                                        listed_metrics(preset, ValueKind::categorical) + ", found " +
                                        to_string(metric));
  }
  return {};
}

std::vector<Metric> metrics_for(const PresetChoice& choice, ValueKind kind) {
  const auto all = metrics_of(*choice.preset, kind);
  if (choice.metrics.empty()) return {all.begin(), all.end()};
  std::vector<Metric> chosen;
  std::copy_if(choice.metrics.begin(), choice.metrics.end(), std::back_inserter(chosen),
               [&](Metric metric) { return has(*choice.preset, kind, metric); });
  return chosen;
}

// Counts of the categories of both sides, in the order of their names.
std::pair<std::vector<std::uint64_t>, std::vector<std::uint64_t>> aligned(const Sample& reference, const Sample& live) {
  std::map<std::string_view, std::array<std::uint64_t, 2>> both;
  for (const auto& [name, count] : reference.categories) both[name][0] = count;
  for (const auto& [name, count] : live.categories) both[name][1] = count;
  std::pair<std::vector<std::uint64_t>, std::vector<std::uint64_t>> counts;
  for (const auto& [name, count] : both) {
    counts.first.push_back(count[0]);
    counts.second.push_back(count[1]);
  }
  return counts;
}

Result<drift::Divergence> measure(const PresetChoice& choice, Metric metric, ValueKind kind, const Sample& reference,
                                  const Sample& live) {
  if (kind == ValueKind::numeric) {
    return drift::measure(*choice.preset, metric, reference.numbers, live.numbers, choice.options);
  }
  const auto [reference_counts, live_counts] = aligned(reference, live);
  return drift::measure(*choice.preset, metric, kind, reference_counts, live_counts, choice.options);
}

// A metric that cannot be said of these data is absent, as it is among leeway's own; a wrong option is an error.
Result<std::vector<Evidence>> metrics_as_theirs(const drift::FeatureReport& feature, const PresetChoice& choice,
                                                const Sample& reference, const Sample& live) {
  const ValueKind kind = feature.categorical ? ValueKind::categorical : ValueKind::numeric;
  std::vector<Evidence> metrics;
  for (const Metric metric : metrics_for(choice, kind)) {
    auto measured = measure(choice, metric, kind, reference, live);
    if (measured) {
      metrics.push_back(evidence_of(metric, *measured));
    } else if (measured.error().code == ErrorCode::invalid_argument) {
      return std::move(measured).error();
    }
  }
  return metrics;
}

Result<void> accept_share(const std::string& value, double& option) {
  const auto number = parse_number(value);
  if (!number || !(*number >= 0 && *number <= 1))
    return usage_error("", "expected a number from 0 to 1, found " + cli::quoted(value));
  option = *number;
  return {};
}

}  // namespace

Evidence evidence_of(Metric metric, const drift::Divergence& measured) {
  Evidence evidence{to_string(metric), measured.convention, measured.value};
  evidence.p_value = measured.p_value;
  evidence.reference_count = measured.reference_count;
  evidence.live_count = measured.live_count;
  return evidence;
}

Result<void> accept_preset(const std::string& name, PresetChoice& choice) {
  choice.preset = drift::parse_preset(name);
  if (choice.preset || name == "leeway") return {};
  const std::string near = nearest(name, preset_names());
  return usage_error("", "expected one of " + listed(preset_names()) + ", found " + cli::quoted(name) +
                             (near.empty() ? "" : "; did you mean " + near + '?'));
}

Result<void> accept_parameter(const std::string& text, drift::PresetOptions& options) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (name == "margin") return accept_share(value, options.margin);
  if (name == "min_ratio") return accept_share(value, options.min_ratio);
  if (name == "exact" && (value == "true" || value == "false")) {
    options.exact = value == "true";
    return {};
  }
  return usage_error("",
                     "expected exact=true, exact=false, margin=NUMBER or min_ratio=NUMBER, found " + cli::quoted(text));
}

Result<void> put_preset(drift::DriftReport& report, const std::vector<Sample>& reference,
                        const std::vector<Sample>& live, const PresetChoice& choice) {
  if (auto checked = check_metrics(*choice.preset, choice.metrics); !checked) return checked;
  report.convention = to_string(*choice.preset);
  for (std::size_t i = 0; i < report.features.size(); ++i) {
    drift::FeatureReport& feature = report.features[i];
    auto metrics = metrics_as_theirs(feature, choice, reference[i], live[i]);
    if (!metrics) return std::move(metrics).error();
    feature.metrics = *std::move(metrics);
  }
  return {};
}

}  // namespace leeway::cli
