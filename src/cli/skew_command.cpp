#include "cli/skew_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/number.hpp"
#include "cli/options.hpp"
#include "cli/reference.hpp"
#include "cli/schema_command.hpp"
#include "cli/skew_tables.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"
#include "leeway/report/contract.hpp"
#include "leeway/report/skew.hpp"
#include "leeway/validate/skew.hpp"

namespace leeway::cli {
namespace {

struct SkewCommandOptions {
  std::string training;
  std::string serving;
  std::vector<std::string> columns;
  std::vector<std::string> categorical;
  std::vector<std::string> numeric;
  InputOptions input;
  validate::SkewOptions skew;
  std::string schema;
  std::string event_time;
  std::optional<TimePoint> now;
  std::optional<double> queries_per_day;
  std::optional<double> cost_per_error;
  std::string json;
};

// ---- values of options

/// "0.01" is absolute, "1%" relative.
Result<validate::ValueTolerance> parse_tolerance(const std::string& text) {
  const bool relative = text.ends_with('%');
  const auto value = parse_number(relative ? text.substr(0, text.size() - 1) : text);
  if (!value || !(*value >= 0) || !std::isfinite(*value)) {
    return usage_error("", "expected [COLUMN=]NUMBER or [COLUMN=]NUMBER%, not negative, found " + cli::quoted(text));
  }
  return relative ? validate::ValueTolerance{0, *value / 100} : validate::ValueTolerance{*value, 0};
}

Result<void> accept_tolerance(const std::string& text, validate::SkewOptions& skew) {
  const std::size_t equals = text.rfind('=');
  const bool named = equals != std::string::npos;
  auto tolerance = parse_tolerance(named ? text.substr(equals + 1) : text);
  if (!tolerance) return std::move(tolerance).error();
  (named ? skew.feature_tolerances[text.substr(0, equals)] : skew.tolerance) = *tolerance;
  return {};
}

template <class T>
Result<void> accept_number(const std::string& text, double low, double high, const char* expected, T& number) {
  const auto value = parse_number(text);
  if (!value || !(*value >= low && *value <= high)) {
    return usage_error("", std::string("expected ") + expected + ", found " + cli::quoted(text));
  }
  number = *value;
  return {};
}

template <class T>
void add_number(CLI::App& app, const std::string& option, const std::string& help, double low, double high,
                const char* expected, T& number) {
  add_value(app, option, "N", help,
            [=, &number](const std::string& text) { return accept_number(text, low, high, expected, number); });
}

Result<void> accept_time(const std::string& text, std::optional<TimePoint>& time) {
  time = parse_time(text);
  if (time) return {};
  return usage_error("", "expected a date or time, as 2018-01-11T18:24:44Z, found " + cli::quoted(text));
}

// ---- the command

SkewInput input_of(const SkewCommandOptions& options) {
  SkewInput input{table_options(options.input, {}), options.skew.key, options.input.quiet};
  // Labels and the like may be on one side alone, so that excluding them is left to find_skew.
  input.table.columns = options.columns;
  input.table.categorical = options.categorical;
  input.table.numeric = options.numeric;
  return input;
}

/// That options which name columns name some of either file: find_skew would say so in its own words.
Result<void> check_names(const SkewCommandOptions& options, const validate::Table& training,
                         const validate::Table& serving) {
  std::vector<std::string> known;
  for (const validate::Table* table : {&training, &serving}) {
    for (const validate::Column& column : table->columns) {
      if (std::find(known.begin(), known.end(), column.name) == known.end()) known.push_back(column.name);
    }
  }
  std::vector<std::pair<const char*, std::string>> named;
  for (const std::string& name : options.skew.exclude) named.emplace_back("--exclude", name);
  for (const std::string& name : options.skew.show_text) named.emplace_back("--show-unseen", name);
  for (const auto& [name, tolerance] : options.skew.feature_tolerances) named.emplace_back("--tolerance", name);
  if (!options.skew.time.empty()) named.emplace_back("--time", options.skew.time);
  for (const auto& [option, name] : named) {
    if (auto checked = check_name(option, "a column of either file", name, known); !checked) return checked;
  }
  return {};
}

Result<validate::SkewReport> compare(const SkewCommandOptions& options) {
  for (const std::string& path : {options.training, options.serving}) {
    if (auto checked = refuse_profile(path); !checked) return std::move(checked).error();
  }
  auto training = load_skew_table(options.training, input_of(options));
  if (!training) return std::move(training).error();
  auto serving = load_skew_table(options.serving, input_of(options));
  if (!serving) return std::move(serving).error();
  if (auto checked = check_names(options, *training, *serving); !checked) return std::move(checked).error();
  make_alike(*training, *serving);
  return validate::find_skew(*training, *serving, options.skew);
}

/// Without a key no rows are compared, and these would say nothing.
Result<void> check_rows_options(const CLI::App& app, const SkewCommandOptions& options) {
  if (!options.skew.key.empty()) return {};
  for (const char* option : {"--tolerance", "--max-skew-rate", "--min-joined", "--min-support", "--entity"}) {
    if (app.count(option) > 0)
      return usage_error(option, "expected --key beside it, without which no rows are compared, found none");
  }
  return {};
}

Result<void> check(const SkewCommandOptions& options) {
  if (options.training == "-" && options.serving == "-") {
    return usage_error("SERVE", "expected one file from standard input, found two");
  }
  if (options.serving == "-" && !options.schema.empty()) {
    return usage_error("--schema", "expected SERVE to be a file, which is read twice, found standard input");
  }
  if (options.queries_per_day.has_value() != options.cost_per_error.has_value()) {
    return usage_error("--queries-per-day", "expected --cost-per-error beside it, and that with it, found one of them");
  }
  if (options.queries_per_day && options.skew.key.empty()) {
    return usage_error("--cost-per-error", "expected --key beside it, for the share of skewed rows, found none");
  }
  if (options.schema.empty() && (options.now || !options.event_time.empty())) {
    return usage_error(options.now ? "--now" : "--event-time", "expected --schema beside it, found none");
  }
  if (options.skew.cutoff && options.skew.time.empty()) {
    return usage_error("--cutoff", "expected --time COLUMN beside it, found none");
  }
  return check_target("--json", options.json, {options.training, options.serving});
}

std::optional<validate::SkewCost> cost_of(const SkewCommandOptions& options, const validate::SkewReport& report) {
  if (!options.queries_per_day) return {};
  return validate::SkewCost{report.skew_rate(), *options.queries_per_day, *options.cost_per_error};
}

std::string money(double amount) { return grouped(static_cast<std::uint64_t>(std::llround((std::min)(amount, 9e18)))); }

std::string text_of(const validate::SkewReport& report, const std::optional<validate::SkewCost>& cost) {
  std::string text = report::to_text(report);
  if (cost) {
    text += "\nIf each skewed query is an error, that costs " + money(cost->per_day()) + " a day, " +
            money(cost->per_year()) + " a year.\n";
  }
  return text;
}

Result<ExitStatus> run_skew(const CLI::App& app, const SkewCommandOptions& options, const Console& console) {
  if (auto checked = check_rows_options(app, options); !checked) return std::move(checked).error();
  if (auto checked = check(options); !checked) return std::move(checked).error();
  auto report = compare(options);
  if (!report) return std::move(report).error();
  std::optional<validate::ContractReport> contract;
  if (!options.schema.empty()) {
    const auto schema = open_schema(options.schema);
    if (!schema) return schema.error();
    auto checked =
        check_contract(*schema, options.serving, options.input,
                       {.show_text = options.skew.show_text, .now = options.now, .event_time = options.event_time});
    if (!checked) return std::move(checked).error();
    contract = *std::move(checked);
  }
  const auto cost = cost_of(options, *report);
  if (!options.json.empty()) {
    if (auto written = write_text(options.json, report::to_json(*report, cost, contract), console); !written) {
      return std::move(written).error();
    }
  }
  if (!options.input.quiet && options.json != "-") {
    console.out << text_of(*report, cost);
    if (contract) console.out << '\n' << report::to_text(*contract);
  }
  const bool unknown = report->join && report->verdict == Verdict::not_enough_data;  // what the key was to tell
  const bool found = unknown || report->verdict == Verdict::drift || (contract && !contract->kept());
  return found ? ExitStatus::finding : ExitStatus::fine;
}

void add_comparison_options(CLI::App& app, SkewCommandOptions& options) {
  validate::SkewOptions& skew = options.skew;
  add_names(app, "--key", "Columns that name an entity: its rows are compared value by value", skew.key);
  add_values(app, "--tolerance", "[COLUMN=]N[%]",
             "Numbers this near are equal: absolute, or relative with % (default 0.0000001%)",
             [&skew](const std::string& text) { return accept_tolerance(text, skew); });
  add_names(app, "--exclude", "Columns that are no features, as the label", skew.exclude);
  add_number(app, "--gate", "KS, or total variation of categories, above which it is skew (default 0.1)", 1e-9, 1,
             "a number above 0 and at most 1", skew.gate);
  add_number(app, "--max-skew-rate", "Share of joined rows that may differ (default 0)", 0, 0.999999999,
             "a number from 0 to below 1", skew.max_skew_rate);
  add_number(app, "--min-joined", "Share of serving rows that the key must join, else it is not enough (default 0.5)",
             0, 1, "a number from 0 to 1", skew.min_joined);
  add_number(app, "--min-support", "Share of differing rows that a cause must explain to be named (default 0.5)", 1e-9,
             1, "a number above 0 and at most 1", skew.min_support);
  add_names(app, "--show-unseen", "Show keys and texts of these columns as they are, not by hash and length",
            skew.show_text);
  add_names(app, "--entity", "Whose rows follow each other, to find earlier values", skew.entity);
  add_text(app, "--time", "COLUMN", "Orders rows, and is compared with --cutoff", skew.time);
  add_value(app, "--cutoff", "TIME", "End of training: no training row may be after it, no serving row before",
            [&skew](const std::string& text) { return accept_time(text, skew.cutoff); });
}

}  // namespace

Command add_skew_command(CLI::App& leeway) {
  CLI::App* app =
      leeway.add_subcommand("skew", "Compare the features of training and of serving, and say why they differ");
  const auto options = std::make_shared<SkewCommandOptions>();
  app->allow_extras();
  add_argument(*app, "TRAIN", "Features as training has them: CSV, perhaps gzipped", options->training);
  add_argument(*app, "SERVE", "Features as serving has them; - is standard input", options->serving);
  add_comparison_options(*app, *options);
  add_text(*app, "--schema", "SCHEMA", "The contract of leeway schema, which SERVE is held against too",
           options->schema);
  add_text(*app, "--event-time", "COLUMN", "With --schema, as of leeway schema check", options->event_time);
  add_value(*app, "--now", "TIME", "The same",
            [options](const std::string& text) { return accept_time(text, options->now); });
  add_number(*app, "--queries-per-day", "With --cost-per-error: what the skew costs", 0, 1e300, "a number from 0",
             options->queries_per_day);
  add_number(*app, "--cost-per-error", "Money", 0, 1e300, "a number from 0", options->cost_per_error);
  add_text(*app, "--json", "FILE", "Write the result as JSON; - is standard output, and then nothing else is",
           options->json);
  add_names(*app, "--columns", "Only these columns, the key among them", options->columns);
  add_names(*app, "--categorical", "Columns that are categories, whatever they look like", options->categorical);
  add_names(*app, "--numeric", "Columns that must be numbers", options->numeric);
  add_input_options(*app, options->input);
  add_version_flag(*app);
  app->footer(
      "Exit status: 0 fine; 1 skew; 2 bad usage; 3 bad input, or an output that cannot be\nwritten; 4 internal error.");
  return {app, [app, options](const Console& console) { return run_skew(*app, *options, console); }};
}

}  // namespace leeway::cli
