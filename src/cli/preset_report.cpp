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
  return joined(names);
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

/// What a preset lets its user choose by --param, and the metrics that read it.
struct Parameter {
  std::string_view name;
  Preset preset;
  std::array<Metric, 2> metrics;
};
constexpr std::array kParameters{Parameter{"exact", Preset::nannyml, {Metric::ks, Metric::wasserstein}},
                                 Parameter{"exact", Preset::alibi, {Metric::ks, Metric::ks}},
                                 Parameter{"margin", Preset::deepchecks, {Metric::wasserstein, Metric::wasserstein}},
                                 Parameter{"min_ratio", Preset::deepchecks, {Metric::psi, Metric::cramers_v}}};

bool is_read(const Parameter& parameter, const PresetChoice& choice) {
  const auto reads = [&](Metric m) {
    return std::find(parameter.metrics.begin(), parameter.metrics.end(), m) != parameter.metrics.end();
  };
  return parameter.preset == choice.preset &&
         (choice.metrics.empty() || std::any_of(choice.metrics.begin(), choice.metrics.end(), reads));
}

/// "nannyml with ks or wasserstein, alibi with ks".
std::string readers_of(const std::string& name) {
  std::vector<std::string> readers;
  for (const Parameter& parameter : kParameters) {
    const auto& [first, second] = parameter.metrics;
    if (parameter.name != name) continue;
    readers.push_back(std::string(to_string(parameter.preset)) + " with " + to_string(first) +
                      (first == second ? "" : std::string(" or ") + to_string(second)));
  }
  return joined(readers);
}

std::string found_text(const PresetChoice& choice) {
  if (!choice.preset) return "no preset";
  std::string text = to_string(*choice.preset);
  for (const Metric metric : choice.metrics)
    text += (metric == choice.metrics.front() ? " with " : ", ") + std::string(to_string(metric));
  return text;
}

Result<void> accept_share(const std::string& text, double most, bool with_most, double& option) {
  const auto number = parse_number(text.substr(text.find('=') + 1));
  if (number && *number >= 0 && (*number < most || (with_most && *number == most))) {
    option = *number;
    return {};
  }
  return usage_error("", "expected " + text.substr(0, text.find('=')) + "=NUMBER from 0 to " +
                             (with_most ? "1" : "below 0.5") + ", found " + cli::quoted(text));
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
  return usage_error("", "expected one of " + joined(preset_names()) + ", found " + cli::quoted(name) +
                             (near.empty() ? "" : "; did you mean " + near + '?'));
}

Result<void> accept_parameter(const std::string& text, PresetChoice& choice) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  choice.parameters.push_back(name);
  if (name == "margin") return accept_share(text, 0.5, false, choice.options.margin);
  if (name == "min_ratio") return accept_share(text, 1, true, choice.options.min_ratio);
  if (name == "exact" && (value == "true" || value == "false")) {
    choice.options.exact = value == "true";
    return {};
  }
  return usage_error("",
                     "expected exact=true, exact=false, margin=NUMBER or min_ratio=NUMBER, found " + cli::quoted(text));
}

Result<void> check_parameters(const PresetChoice& choice) {
  for (const std::string& name : choice.parameters) {
    const auto reads = [&](const Parameter& p) { return p.name == name && is_read(p, choice); };
    if (std::any_of(kParameters.begin(), kParameters.end(), reads)) continue;
    return usage_error("--param",
                       "expected " + name + " beside --preset " + readers_of(name) + ", found " + found_text(choice));
  }
  if (choice.preset == Preset::frouros && choice.options.bins < 2)
    return usage_error("--bins",
                       "expected 2 cells or more, as frouros has, found " + std::to_string(choice.options.bins));
  return {};
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
