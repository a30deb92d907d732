#include "cli/schema_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/reference.hpp"
#include "cli/schema_table.hpp"
#include "cli/text_table.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"
#include "leeway/report/contract.hpp"
#include "leeway/report/time_text.hpp"
#include "leeway/store/schema_file.hpp"
#include "leeway/validate/contract.hpp"

namespace leeway::cli {
namespace {

using validate::ColumnContract;

constexpr const char* kExitStatus =
    "Exit status: 0 fine: the contract is kept; 1 a finding; 2 bad usage or a bad schema;\n"
    "3 bad input, or an output that cannot be written; 4 internal error.";

// ---- infer

struct InferOptions {
  std::string train;
  std::string out;
  std::optional<std::uint64_t> rows;
  ReferenceOptions columns;
  InputOptions input;
  validate::InferenceOptions inference;
};

std::string digits(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6).ptr;
  return {text.data(), end};
}

std::string bound(const ColumnContract& column, double value) {
  if (column.type != validate::ColumnType::timestamp) return digits(value);
  return report::time_text(TimePoint(Duration(static_cast<Duration::rep>(value * 1e6))));
}

std::string range_of(const ColumnContract& column) {
  if (!column.range) return "";
  const auto& [min, max, tolerated] = *column.range;
  return (min ? bound(column, *min) : "") + " .. " + (max ? bound(column, *max) : "");
}

std::string categories_of(const ColumnContract& column) {
  if (!column.categories) return "";
  const std::size_t count = column.categories->values.size();
  return grouped(count) + (count == 1 ? " category" : " categories");
}

std::string missing_of(const ColumnContract& column) {
  return column.missing ? digits(100 * column.missing->tolerated.value()) + " %" : "";
}

std::string summary(const validate::Schema& schema) {
  std::vector<std::vector<std::string>> rows{{"column", "type", "missing", "values"}};
  for (const ColumnContract& column : schema.columns()) {
    const std::string range = range_of(column);
    rows.push_back({printable(column.name), to_string(column.type), missing_of(column),
                    range.empty() ? categories_of(column) : range});
  }
  return text_table(rows);
}

Result<validate::Schema> infer(const InferOptions& options) {
  if (auto checked = refuse_profile(options.train); !checked) return std::move(checked).error();
  TableOptions choice = table_options(options.input, options.columns);
  choice.max_rows = options.rows;
  auto table = load_table(options.train, choice, ProgressOptions::standard_error(options.input.quiet));
  if (!table) return std::move(table).error();
  const OwnedColumns columns = training_columns(*std::move(table));
  auto schema = validate::infer_schema(columns.training(), options.inference);
  if (!schema) return at(options.train, std::move(schema).error());
  return schema;
}

Result<ExitStatus> run_infer(const InferOptions& options, const Console& console) {
  if (options.out.empty()) return usage_error("--out", "expected the path of the schema to write, found none");
  if (auto checked = check_target("--out", options.out, {options.train}); !checked) return std::move(checked).error();
  auto schema = infer(options);
  if (!schema) return std::move(schema).error();
  if (auto saved = store::save_schema(*schema, options.out); !saved) return std::move(saved).error();
  if (options.input.quiet) return ExitStatus::fine;
  console.out << summary(*schema) << "\nwrote " << printable(options.out, std::string::npos) << " ("
              << counted(schema->columns().size(), "column") << "); read it, and make it say what you know\n";
  return ExitStatus::fine;
}

Command add_infer(CLI::App& schema) {
  CLI::App* app = schema.add_subcommand("infer", "Learn a contract from training data");
  const auto options = std::make_shared<InferOptions>();
  app->allow_extras();
  add_argument(*app, "TRAIN", "Training data: CSV, perhaps gzipped; - is standard input", options->train);
  add_text(*app, "--out", "SCHEMA", "Where the contract goes (required)", options->out);
  add_budget_option(*app, options->inference.budget);
  app->add_flag("--closed", options->inference.closed,
                "A category or a column without a value that training lacks is a finding at once");
  add_rows_option(*app, options->rows);
  app->add_flag("--exchangeable", options->inference.exchangeable,
                "Rows are in random order: neighbours are not taken for dependent");
  add_column_options(*app, options->columns);
  add_input_options(*app, options->input);
  add_version_flag(*app);
  app->footer(kExitStatus);
  return {app, [options](const Console& console) { return run_infer(*options, console); }};
}

// ---- check

struct CheckOptions {
  std::string schema;
  std::string live;
  std::string json;
  std::optional<TimePoint> now;
  std::string event_time;
  std::vector<std::string> show_unseen;
  InputOptions input;
};

Result<void> accept_time(const std::string& text, std::optional<TimePoint>& time) {
  time = parse_time(text);
  if (time) return {};
  return usage_error("", "expected a time such as 2018-01-11T18:24:44, found " + cli::quoted(text));
}

Result<void> check_names(const validate::Schema& schema, const CheckOptions& options) {
  std::vector<std::string> known;
  std::vector<std::string> times;
  for (const ColumnContract& column : schema.columns()) {
    known.push_back(column.name);
    if (column.type == validate::ColumnType::timestamp) times.push_back(column.name);
  }
  for (const std::string& name : options.show_unseen) {
    if (auto checked = check_name("--show-unseen", "a column of the schema", name, known); !checked) return checked;
  }
  if (options.event_time.empty()) return {};
  return check_name("--event-time", "a column of type timestamp of the schema", options.event_time, times);
}

Result<ExitStatus> run_check(const CheckOptions& options, const Console& console) {
  if (auto checked = check_target("--json", options.json, {options.schema, options.live}); !checked)
    return std::move(checked).error();
  const auto schema = open_schema(options.schema);
  if (!schema) return schema.error();
  if (auto checked = check_names(*schema, options); !checked) return std::move(checked).error();
  auto report =
      check_contract(*schema, options.live, options.input,
                     {.show_text = options.show_unseen, .now = options.now, .event_time = options.event_time});
  if (!report) return std::move(report).error();
  if (!options.json.empty()) {
    if (auto written = write_text(options.json, report::to_json(*report), console); !written)
      return std::move(written).error();
  }
  if (!options.input.quiet && options.json != "-") console.out << report::to_text(*report);
  return report->kept() ? ExitStatus::fine : ExitStatus::finding;
}

Command add_check(CLI::App& schema) {
  CLI::App* app = schema.add_subcommand("check", "Hold live data against a contract");
  const auto options = std::make_shared<CheckOptions>();
  app->allow_extras();
  add_argument(*app, "SCHEMA", "From leeway schema infer, or written by hand", options->schema);
  add_argument(*app, "LIVE", "Live data: CSV, perhaps gzipped; - is standard input", options->live);
  add_text(*app, "--json", "FILE", "Write the result as JSON; - is standard output, and then nothing else is",
           options->json);
  add_text(*app, "--event-time", "COLUMN", "Times of the events behind each row's values, for rules of freshness",
           options->event_time);
  add_value(*app, "--now", "TIME", "Timestamps later than this are findings; the moment that freshness is told at",
            [options](const std::string& text) { return accept_time(text, options->now); });
  add_unseen_option(*app, options->show_unseen);
  add_input_options(*app, options->input);
  add_version_flag(*app);
  app->footer(kExitStatus);
  return {app, [options](const Console& console) { return run_check(*options, console); }};
}

}  // namespace

Result<validate::Schema> open_schema(const std::string& path) {
  if (path == "-") return usage_error("SCHEMA", "expected the path of a schema, found -, which can be LIVE only");
  auto schema = store::load_schema(path);
  if (schema || schema.error().code == ErrorCode::not_found || schema.error().code == ErrorCode::io) return schema;
  Error error = std::move(schema).error();  // a contract that cannot be read is a bad configuration, not bad data
  error.code = ErrorCode::invalid_argument;
  return error;
}

Result<validate::ContractReport> check_contract(const validate::Schema& schema, const std::string& live,
                                                const InputOptions& input, const validate::ValidationOptions& options) {
  if (auto checked = refuse_profile(live); !checked) return std::move(checked).error();
  auto columns = read_live_columns(live, schema, input);
  if (!columns) return std::move(columns).error();
  auto report = validate::validate(schema, columns->table(), options);
  if (report) report->unknown = columns->unknown;
  return report;
}

std::vector<Command> add_schema_commands(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("schema", "The contract of a table: learn it, and hold live data against it");
  app->allow_extras();
  app->require_subcommand(0, 1);
  add_version_flag(*app);
  app->footer(kExitStatus);
  return {add_infer(*app), add_check(*app)};
}

}  // namespace leeway::cli
