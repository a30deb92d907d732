#include "cli/compare_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/live_reader.hpp"
#include "cli/options.hpp"
#include "cli/preset_report.hpp"
#include "cli/progress.hpp"
#include "cli/reference.hpp"
#include "cli/wording.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/wasserstein.hpp"
#include "leeway/monitor/model_monitor.hpp"
#include "leeway/report/text.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::cli {
namespace {

struct CompareOptions {
  std::string reference;
  std::string live;
  bool samples = false;
  InputOptions input;
  ReferenceOptions rows;
  drift::Policy policy;
  std::vector<std::string> show_unseen;
  PresetChoice preset;
  OutcomeOptions outcome;
};

/// The reference side: the profile, and with --samples the values behind it.
struct Reference {
  profile::Profile profile;
  std::vector<Sample> samples;
};

Sample sample_of(Column column) {
  Sample sample{std::move(column.values), {}};
  std::erase_if(sample.numbers, [](double x) { return std::isnan(x); });
  for (const std::uint32_t code : column.codes) {
    if (code != kNoCategory) ++sample.categories[column.categories[code]];
  }
  return sample;
}

Result<Reference> read_samples(const CompareOptions& options) {
  if (auto checked = refuse_profile(options.reference); !checked) return std::move(checked).error();
  auto table = load_table(options.reference, table_options(options.input, options.rows),
                          ProgressOptions::standard_error(options.input.quiet));
  if (!table) return std::move(table).error();
  auto profile = build_profile(*table, options.rows.cells);
  if (!profile) return std::move(profile).error();
  Reference reference{*std::move(profile), {}};
  for (Column& column : table->columns) reference.samples.push_back(sample_of(std::move(column)));
  return reference;
}

Result<Reference> open_reference(const CompareOptions& options) {
  if (options.samples) return read_samples(options);
  auto profile = open_profile(options.reference);
  if (!profile) return std::move(profile).error();
  return Reference{*std::move(profile), {}};
}

// Codes that are numbers are categories by their digits.
void keep_category(const stream::Value& value, Sample& sample) {
  if (value.type() == stream::Value::Type::text) {
    ++sample.categories[std::string(value.text())];
  } else if (value.type() == stream::Value::Type::integer) {
    ++sample.categories[std::to_string(value.integer())];
  }
}

/// Keeps the values of each feature, whose kind is that of its reference.
void keep_values(std::span<const stream::Value> row, const profile::Profile& profile, std::vector<Sample>& samples) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (is_categorical(profile.features()[i].axis)) {
      keep_category(row[i], samples[i]);
    } else if (const double x = row[i].number(); !std::isnan(x)) {
      samples[i].numbers.push_back(x);
    }
  }
}

/// Reads all live rows into `recorder`, and hands each to `keep`.
template <class Keep>
Result<void> record_rows(LiveReader& live, stream::Recorder& recorder, Keep keep) {
  for (;;) {
    auto more = live.next();
    if (!more) return std::move(more).error();
    if (!*more) break;
    const std::span<const stream::Value> row = live.values();
    recorder.record(row);
    keep(row);
  }
  return live.check_fields();
}

// ---- exact KS and Wasserstein

/// The rule for a shape, applied to another value of the governing metric.
Verdict shape_verdict(const Evidence& evidence, const drift::Bands& bands) {
  const double noise = evidence.null_quantile.value_or(0);
  if (evidence.value < noise) return noise > bands.drift ? Verdict::not_enough_data : Verdict::stable;
  if (evidence.value >= bands.drift) return Verdict::drift;
  return evidence.value >= bands.warning ? Verdict::warning : Verdict::stable;
}

void make_exact(Evidence& evidence, const drift::Divergence& exact) {
  evidence.convention = exact.convention;
  evidence.value = exact.value;
  evidence.p_value = exact.p_value;
  evidence.error_bound.reset();
}

void judge_anew(drift::FeatureReport& feature, const Evidence& evidence, const drift::Bands& bands) {
  feature.verdict = Verdict::stable;
  for (drift::Finding& finding : feature.findings) {
    if (finding.cause == drift::Cause::shape) finding = {finding.cause, shape_verdict(evidence, bands), evidence};
    feature.verdict = worse(feature.verdict, finding.verdict);
  }
}

/// Of dependent rows so many speak for one, for the exact p-value as for the law of the noise.
double exact_p_value(const drift::Divergence& exact, double design_effect) {
  const auto independent = [&](std::uint64_t rows) {
    return (std::max)(std::uint64_t{1}, static_cast<std::uint64_t>(static_cast<double>(rows) / design_effect));
  };
  return stats::ks_two_sample_p_value(exact.value, independent(exact.reference_count), independent(exact.live_count));
}

void put_exact_ks(drift::FeatureReport& feature, const drift::Divergence& exact, const drift::Policy& policy) {
  for (Evidence& evidence : feature.metrics) {
    if (evidence.name != drift::to_string(drift::Metric::ks)) continue;
    make_exact(evidence, exact);
    if (feature.design.cells > 1) evidence.p_value = exact_p_value(exact, feature.design.cells);
    if (policy.govern == drift::Metric::ks) judge_anew(feature, evidence, policy.bands.at(policy.govern));
  }
}

/// Without band and law, which are of the distance in steps; where that decides, it stays.
void put_exact_wasserstein(drift::FeatureReport& feature, const Sample& reference, const Sample& live,
                           const drift::Policy& policy) {
  constexpr drift::Metric kMetric = drift::Metric::wasserstein;
  for (Evidence& evidence : feature.metrics) {
    if (evidence.name != drift::to_string(kMetric) || policy.govern == kMetric) continue;
    if (const auto exact = drift::wasserstein_two_sample(reference.numbers, live.numbers))
      evidence = evidence_of(kMetric, *exact);
  }
}

/// With the raw values at hand there is no need for distances at the borders of cells.
void put_exact(drift::DriftReport& report, const std::vector<Sample>& reference, const std::vector<Sample>& live,
               const drift::Policy& policy) {
  report.verdict = Verdict::stable;
  for (std::size_t i = 0; i < report.features.size(); ++i) {
    drift::FeatureReport& feature = report.features[i];
    if (!feature.categorical) {
      if (const auto exact = drift::ks_two_sample(reference[i].numbers, live[i].numbers))
        put_exact_ks(feature, *exact, policy);
      put_exact_wasserstein(feature, reference[i], live[i], policy);
    }
    report.verdict = worse(report.verdict, feature.verdict);
  }
}

// ---- the command

monitor::MonitorOptions monitor_options(const CompareOptions& options) {
  monitor::MonitorOptions monitored{.policy = options.policy,
                                    .panes = {.moments = true, .unseen_text = options.show_unseen}};
  if (options.preset.preset) monitored.policy.metrics = drift::Policy().metrics;  // those asked for are the preset's
  return monitored;
}

Result<drift::DriftReport> compare(const CompareOptions& options) {
  auto reference = open_reference(options);
  if (!reference) return std::move(reference).error();
  auto live = LiveReader::open(options.live, reference->profile, options.input);
  if (!live) return std::move(live).error();
  std::vector<Sample> samples(reference->samples.size());
  const monitor::MonitorOptions monitored = monitor_options(options);
  if (auto checked = check_unseen(monitored.panes, reference->profile); !checked) return std::move(checked).error();
  auto monitor = monitor::ModelMonitor::make(reference->profile, monitored);
  if (!monitor) return std::move(monitor).error();
  stream::Recorder recorder = monitor->recorder();
  const auto keep = [&](std::span<const stream::Value> row) {
    if (options.samples) keep_values(row, reference->profile, samples);
  };
  if (auto read = record_rows(*live, recorder, keep); !read) return std::move(read).error();
  drift::DriftReport report = monitor->report();
  if (!options.samples) return report;
  put_exact(report, reference->samples, samples, options.policy);
  if (!options.preset.preset) return report;
  if (auto put = put_preset(report, reference->samples, samples, options.preset); !put) return std::move(put).error();
  return report;
}

Result<void> check(const CompareOptions& options, const CLI::App& app) {
  if (options.samples && options.reference == "-" && options.live == "-") {
    return usage_error("REF", "expected one file from standard input, found two");
  }
  if (!options.preset.preset) {
    if (auto checked = check_metrics(options.policy); !checked) return checked;
  }
  if (options.preset.preset && !options.samples) {
    return usage_error("--preset", std::string("expected --samples REF LIVE beside it, for ") +
                                       to_string(*options.preset.preset) +
                                       " has bins of its own, which a profile cannot give; found a profile");
  }
  if (auto checked = check_parameters(options.preset); !checked) return checked;
  for (const std::string& option : reference_option_names()) {
    if (options.samples || app.count(option) == 0) continue;
    return usage_error(option, "expected --samples beside it, found a profile, whose features are settled");
  }
  return check_targets(options.outcome, {options.reference, options.live});
}

/// What the command line says of a preset, in one place.
void complete(PresetChoice& choice, const CompareOptions& options, const CLI::App& app) {
  if (app.count("--metrics") > 0) choice.metrics = options.policy.metrics;
  if (app.count("--bins") > 0) choice.options.bins = options.rows.cells.cells;
}

Result<ExitStatus> run_compare(CompareOptions options, const CLI::App& app, const Console& console) {
  complete(options.preset, options, app);
  if (auto checked = check(options, app); !checked) return std::move(checked).error();
  if (auto checked = check_writable(options.outcome); !checked) return std::move(checked).error();
  auto report = compare(options);
  if (!report) return std::move(report).error();
  if (auto written = write_reports(options.outcome, *report, console); !written) return std::move(written).error();
  if (!options.input.quiet && !options.outcome.owns_standard_output()) console.out << report::to_text(*report);
  return fails(*report, options.outcome.fail_on) ? ExitStatus::finding : ExitStatus::fine;
}

}  // namespace

Command add_compare_command(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("compare", "Compare live data with a profile, or with reference rows");
  const auto options = std::make_shared<CompareOptions>();
  app->allow_extras();
  add_argument(*app, "PROFILE", "From leeway profile; with --samples a file of reference rows", options->reference);
  add_argument(*app, "LIVE", "Live data: CSV, perhaps gzipped; - is standard input", options->live);
  app->add_flag("--samples", options->samples, "The first file holds reference rows: exact KS and Wasserstein");
  add_value(
      *app, "--preset", "NAME",
      "Whose metrics: leeway (default), or with --samples evidently, nannyml, frouros, deepchecks, tfdv, whylogs, "
      "alibi; verdicts are leeway's",
      [options](const std::string& text) { return accept_preset(text, options->preset); });
  add_values(*app, "--param", "NAME=VALUE",
             "Of a preset: exact=true (nannyml, alibi), margin=0.025, min_ratio=0.01 (deepchecks); --bins (frouros)",
             [options](const std::string& text) { return accept_parameter(text, options->preset); });
  add_policy_options(*app, options->policy);
  add_unseen_option(*app, options->show_unseen);
  add_outcome_options(*app, options->outcome);
  add_input_options(*app, options->input);
  add_reference_options(*app, options->rows);
  for (const std::string& name : reference_option_names()) app->get_option(name)->group("With --samples");
  add_version_flag(*app);
  app->footer(exit_status_help());
  return {app, [options, app](const Console& console) { return run_compare(*options, *app, console); }};
}

}  // namespace leeway::cli
