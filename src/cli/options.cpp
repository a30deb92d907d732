#include "cli/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>

#include "cli/number.hpp"
#include "cli/wording.hpp"
#include "leeway/core/edges_axis.hpp"
#include "leeway/profile/edges.hpp"
#include "leeway/report/html.hpp"
#include "leeway/report/json.hpp"
#include "leeway/store/atomic_file.hpp"
#include "leeway/version.hpp"

namespace leeway::cli {
namespace {

using Names = std::vector<std::string>;

/// The way out of a CLI11 callback. CLI11 takes whatever follows an option for its value; an option is none.
void accept_or_throw(const std::string& option, const Accept& accept, const std::string& text) {
  if (text.starts_with("--")) throw CLI::ValidationError(option, "expected a value, found the option " + text);
  if (const auto accepted = accept(text); !accepted) throw CLI::ValidationError(option, accepted.error().message);
}

Names split(const std::string& text) {
  Names parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = (std::min)(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// "expected one of psi, ks, ..., found "pso"; did you mean psi?"
Error not_one_of(const Names& known, const std::string& found) {
  const std::string near = nearest(found, known);
  return usage_error("", "expected one of " + joined(known) + ", found " + cli::quoted(found) +
                             (near.empty() ? "" : "; did you mean " + near + '?'));
}

Names names_of(std::span<const drift::Metric> metrics) {
  Names names;
  for (const drift::Metric metric : metrics) names.emplace_back(drift::to_string(metric));
  return names;
}

Result<void> accept_metrics(const std::string& text, std::vector<drift::Metric>& metrics) {
  metrics.clear();
  for (const std::string& name : split(text)) {
    auto metric = drift::parse_metric(name);
    if (name == drift::to_string(drift::Metric::z_test)) metric = drift::Metric::z_test;  // of presets alone
    if (!metric) return not_one_of(names_of(drift::kMetrics), name);
    if (std::find(metrics.begin(), metrics.end(), *metric) == metrics.end()) metrics.push_back(*metric);
  }
  return {};
}

/// Only a metric with bands can decide.
Result<void> accept_govern(const std::string& name, drift::Policy& policy) {
  std::vector<drift::Metric> governing;
  for (const auto& [metric, bands] : policy.bands) governing.push_back(metric);
  const auto metric = drift::parse_metric(name);
  if (!metric || !policy.bands.contains(*metric)) return not_one_of(names_of(governing), name);
  policy.govern = *metric;
  return {};
}

Result<void> accept_correction(const std::string& name, drift::Correction& correction) {
  constexpr std::array kRules{std::pair{"bonferroni", drift::Correction::bonferroni},
                              std::pair{"bh", drift::Correction::bh}, std::pair{"none", drift::Correction::none}};
  for (const auto& [rule, chosen] : kRules) {
    if (name != rule) continue;
    correction = chosen;
    return {};
  }
  return not_one_of({"bonferroni", "bh", "none"}, name);
}

Result<void> accept_budget(const std::string& text, double& budget) {
  const auto value = parse_number(text);
  if (!value || !(*value > 0 && *value <= 1)) {
    return usage_error("", "expected a number above 0 and at most 1, found " + cli::quoted(text));
  }
  budget = *value;
  return {};
}

Result<void> accept_bins(const std::string& text, std::size_t& cells) {
  const auto value = parse_integer(text);
  if (!value || *value < 1 || static_cast<std::uint64_t>(*value) > kMaxCells) {
    return usage_error(
        "", "expected a whole number from 1 to " + std::to_string(kMaxCells) + ", found " + cli::quoted(text));
  }
  cells = static_cast<std::size_t>(*value);
  return {};
}

Names edge_rule_names() {
  using profile::EdgeRule;
  Names names;
  for (const EdgeRule rule : {EdgeRule::equal_frequency, EdgeRule::equal_width, EdgeRule::doane, EdgeRule::sturges,
                              EdgeRule::freedman_diaconis, EdgeRule::logarithmic}) {
    names.emplace_back(profile::to_string(rule));
  }
  return names;
}

Result<void> accept_edges(const std::string& name, profile::EdgeRule& edges) {
  const auto rule = profile::parse_edge_rule(name);
  if (!rule) return not_one_of(edge_rule_names(), name);
  edges = *rule;
  return {};
}

Result<void> accept_fail_on(const std::string& name, std::optional<Verdict>& fail_on) {
  if (name != "warning" && name != "drift") return not_one_of({"warning", "drift"}, name);
  fail_on = name == "drift" ? Verdict::drift : Verdict::warning;
  return {};
}

Result<void> accept_derivation(const std::string& text, std::vector<Derivation>& derive) {
  auto derivation = parse_derivation(text);
  if (!derivation) return std::move(derivation).error();
  derive.push_back(*std::move(derivation));
  return {};
}

Result<void> accept_rows(const std::string& text, std::optional<std::uint64_t>& rows) {
  const auto value = parse_integer(text);
  if (!value || *value < 1) return usage_error("", "expected a whole number from 1 on, found " + cli::quoted(text));
  rows = static_cast<std::uint64_t>(*value);
  return {};
}

/// Where a file is or would be.
std::filesystem::path place_of(const std::string& path) {
  std::error_code error;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
}

template <class Report>
Result<void> write_each(const OutcomeOptions& outcome, const Report& report, const Console& console) {
  if (!outcome.json.empty()) {
    if (auto written = write_text(outcome.json, report::to_json(report), console); !written) return written;
  }
  return outcome.html.empty() ? Result<void>() : write_text(outcome.html, report::to_html(report), console);
}

bool is_special(const std::filesystem::file_status& status) {
  return exists(status) && !is_regular_file(status) && !is_directory(status);
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code absent;
  return std::filesystem::equivalent(a, b, absent) && std::filesystem::is_regular_file(a, absent);
}

}  // namespace

void add_values(CLI::App& app, const std::string& option, const std::string& type, const std::string& help,
                Accept accept) {
  app.add_option_function<Names>(
         option,
         [option, accept = std::move(accept)](const Names& texts) {
           for (const std::string& text : texts) accept_or_throw(option, accept, text);
         },
         help)
      ->type_name(type)
      ->allow_extra_args(false);  // or it would swallow the arguments behind it
}

void add_names(CLI::App& app, const std::string& option, const std::string& help, Names& names) {
  add_values(app, option, "A,B", help, [&names](const std::string& text) -> Result<void> {
    const Names parts = split(text);
    names.insert(names.end(), parts.begin(), parts.end());
    return {};
  });
}

void add_value(CLI::App& app, const std::string& option, const std::string& type, const std::string& help,
               Accept accept) {
  app.add_option_function<std::string>(
         option,
         [option, accept = std::move(accept)](const std::string& text) { accept_or_throw(option, accept, text); }, help)
      ->type_name(type);
}

void add_text(CLI::App& app, const std::string& option, const std::string& type, const std::string& help,
              std::string& text) {
  add_value(app, option, type, help, [&text](const std::string& given) -> Result<void> {
    if (given.empty()) return usage_error("", "expected a value, found an empty one");
    text = given;
    return {};
  });
}

void add_argument(CLI::App& app, const std::string& name, const std::string& help, std::string& text) {
  app.add_option(name, text, help)->type_name("");
}

Result<void> accept_season(const std::string& text, std::optional<profile::Season>& season) {
  season = profile::parse_season(text);
  if (season) return {};
  return usage_error("", "expected hour-of-week or month-of-year, found " + cli::quoted(text));
}

void add_input_options(CLI::App& app, InputOptions& options) {
  add_values(app, "--null", "TOKEN", "A text that means missing, beside: empty, NA, N/A, NaN, null, NULL, None, ?",
             [&options](const std::string& text) -> Result<void> {
               options.null_tokens.push_back(text);
               return {};
             });
  app.add_flag("--no-header", options.no_header, "The first line is data; columns are named c1, c2, ...");
  add_values(app, "--derive", "NAME=COLUMN:PART",
             "A column of a part of a time: hour, day_of_week, month, day or weekend",
             [&options](const std::string& text) { return accept_derivation(text, options.derive); });
  app.add_flag("--quiet", options.quiet, "Write nothing but errors, and JSON where asked for");
}

void add_column_options(CLI::App& app, ReferenceOptions& options) {
  add_names(app, "--columns", "Only these columns", options.columns);
  add_names(app, "--exclude", "All columns but these", options.exclude);
  add_names(app, "--categorical", "Columns that are categories, whatever they look like", options.categorical);
  add_names(app, "--numeric", "Columns that must be numbers", options.numeric);
}

void add_rows_option(CLI::App& app, std::optional<std::uint64_t>& rows) {
  add_value(app, "--rows", "N", "Only the first N rows",
            [&rows](const std::string& text) { return accept_rows(text, rows); });
}

void add_reference_options(CLI::App& app, ReferenceOptions& options) {
  add_column_options(app, options);
  add_value(app, "--bins", "N", "Cells of a numeric feature (default 10)",
            [&options](const std::string& text) { return accept_bins(text, options.cells.cells); });
  add_value(app, "--edges", "RULE",
            "Their edges: " + CLI::detail::join(edge_rule_names(), ", ") + " (default the first)",
            [&options](const std::string& text) { return accept_edges(text, options.cells.edges); });
  app.add_flag("--exchangeable", options.cells.exchangeable,
               "Rows are in random order: do not look for dependence between neighbours");
}

Result<void> check_metrics(const drift::Policy& policy) {
  for (const drift::Metric metric : policy.metrics) {
    if (drift::parse_metric(drift::to_string(metric))) continue;
    Error error = not_one_of(names_of(drift::kMetrics), drift::to_string(metric));
    error.message += ", which presets alone have";
    error.where = "--metrics";
    return error;
  }
  return {};
}

void add_unseen_option(CLI::App& app, std::vector<std::string>& columns) {
  add_names(app, "--show-unseen", "Show the unseen categories of these columns as they are, not by hash and length",
            columns);
}

void add_budget_option(CLI::App& app, double& budget) {
  add_value(app, "--budget", "F", "False findings to expect in a report where nothing has changed (default 0.05)",
            [&budget](const std::string& text) { return accept_budget(text, budget); });
}

Result<void> check_name(const std::string& option, const std::string& what, const std::string& name,
                        std::span<const std::string> known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  const std::string near = nearest(name, known);
  return usage_error(option, "expected the name of " + what + " (" + listed(known) + "), found " + cli::quoted(name) +
                                 (near.empty() ? "" : "; did you mean " + printable(near) + '?'));
}

Result<void> check_unseen(const stream::PaneOptions& panes, const profile::Profile& profile) {
  auto checked = panes.check(profile);  // of what it checks, only these names are the user's
  if (!checked) return usage_error("--show-unseen", checked.error().message);
  return {};
}

void add_policy_options(CLI::App& app, drift::Policy& policy) {
  add_value(
      app, "--metrics", "A,B",
      "Metrics to report: " + CLI::detail::join(names_of(drift::kMetrics), ", ") + " (default psi,ks,js_divergence)",
      [&policy](const std::string& text) { return accept_metrics(text, policy.metrics); });
  add_value(app, "--govern", "METRIC", "The metric that decides about a shape (default psi)",
            [&policy](const std::string& text) { return accept_govern(text, policy); });
  add_value(app, "--correction", "RULE",
            "How features share the budget: bonferroni, an equal part each (default), bh, the budget as the share "
            "of false ones among the findings, or none, all of it each",
            [&policy](const std::string& text) { return accept_correction(text, policy.correction); });
  add_budget_option(app, policy.budget);
}

void add_outcome_options(CLI::App& app, OutcomeOptions& options) {
  add_text(app, "--json", "FILE", "Write the result as JSON; - is standard output, and then nothing else is",
           options.json);
  add_text(app, "--html", "FILE", "Write the result as one HTML file, without scripts or links; - likewise",
           options.html);
  add_value(app, "--fail-on", "VERDICT",
            "Exit with 1 where the verdict is at least this, warning or drift, or where a feature has not enough data: "
            "unknown is not OK",
            [&options](const std::string& text) { return accept_fail_on(text, options.fail_on); });
}

void add_version_flag(CLI::App& app) {
  const std::string version = std::to_string(LEEWAY_VERSION_MAJOR) + '.' + std::to_string(LEEWAY_VERSION_MINOR) + '.' +
                              std::to_string(LEEWAY_VERSION_PATCH);
  app.set_version_flag("--version", "leeway " + version, "Print the version and exit");
}

std::vector<std::string> reference_option_names() {
  return {"--columns", "--exclude", "--categorical", "--numeric", "--bins", "--edges", "--exchangeable"};
}

std::string exit_status_help() {
  return "Exit status: 0 fine; 1 a finding, with --fail-on; 2 bad usage;\n"
         "3 bad input, or an output that cannot be written; 4 internal error.";
}

TableOptions table_options(const InputOptions& input, const ReferenceOptions& reference) {
  TableOptions options;
  options.columns = reference.columns;
  options.exclude = reference.exclude;
  options.categorical = reference.categorical;
  options.numeric = reference.numeric;
  options.derive = input.derive;
  options.null_tokens = NullTokens(input.null_tokens);
  options.no_header = input.no_header;
  return options;
}

bool fails(const drift::DriftReport& report, std::optional<Verdict> fail_on, bool partial) {
  if (!fail_on) return false;
  const auto unknown = [](const drift::FeatureReport& f) { return f.verdict == Verdict::not_enough_data; };
  return report.verdict >= *fail_on ||
         (!partial && std::any_of(report.features.begin(), report.features.end(), unknown));
}

Result<void> check_target(const std::string& option, const std::string& target,
                          const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    if (!same_file(target, input)) continue;
    return usage_error(option, "expected another file than the input, found " + cli::quoted(target));
  }
  return {};
}

Result<void> check_targets(const OutcomeOptions& outcome, const std::vector<std::string>& inputs) {
  if (auto checked = check_target("--json", outcome.json, inputs); !checked) return checked;
  if (auto checked = check_target("--html", outcome.html, inputs); !checked) return checked;
  if (outcome.json.empty() || outcome.html.empty() || place_of(outcome.json) != place_of(outcome.html)) return {};
  return usage_error("--html", "expected another file than that of --json, found " + cli::quoted(outcome.html));
}

Result<void> check_writable(const std::string& target) {
  if (target.empty() || target == "-") return {};
  std::error_code error;
  const auto status = std::filesystem::status(target, error);
  if (is_directory(status)) return Error{ErrorCode::io, "expected a file to write, found a folder", target};
  const std::string place = is_special(status) ? target : place_of(target).parent_path().string();
  if (::access(place.c_str(), is_special(status) ? W_OK : W_OK | X_OK) == 0) return {};
  const int number = errno;
  return Error{number == ENOENT ? ErrorCode::not_found : ErrorCode::io,
               "expected a writable folder, found: " + std::generic_category().message(number), target};
}

Result<void> check_writable(const OutcomeOptions& outcome) {
  if (auto checked = check_writable(outcome.json); !checked) return checked;
  return check_writable(outcome.html);
}

Result<void> write_text(const std::string& target, const std::string& text, const Console& console) {
  if (target != "-") return store::write_file(target, text);
  console.out << text << std::flush;
  return {};
}

Result<void> write_reports(const OutcomeOptions& outcome, const drift::DriftReport& report, const Console& console) {
  return write_each(outcome, report, console);
}

Result<void> write_reports(const OutcomeOptions& outcome, std::span<const monitor::WindowReport> windows,
                           const Console& console) {
  return write_each(outcome, windows, console);
}

}  // namespace leeway::cli
