// leeway sequential: one anytime-valid computation, for scripts and for comparison with other packages.

#include "cli/sequential_command.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/byte_source.hpp"
#include "cli/options.hpp"
#include "cli/sequential_kinds.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

struct SequentialOptions {
  std::string kind;
  std::string input = "-";
  std::string json;
  bool quiet = false;
};

std::vector<SequentialKind> all_kinds() {
  std::vector<SequentialKind> kinds;
  for (const auto& part : {sequential_bounds(), sequential_tests()})
    kinds.insert(kinds.end(), part.begin(), part.end());
  return kinds;
}

Result<SequentialKind> find_kind(const std::string& name) {
  std::vector<std::string> names;
  for (const SequentialKind& kind : all_kinds()) {
    if (kind.name == name) return kind;
    names.emplace_back(kind.name);
  }
  const std::string near = nearest(name, names);
  return usage_error("KIND", "expected one of those that leeway sequential --help lists, found " + cli::quoted(name) +
                                 (near.empty() ? "" : "; did you mean " + near + '?'));
}

Result<std::string> read_all(ByteSource source) {
  constexpr std::size_t kMost = std::size_t{64} << 20;
  std::string text;
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    const auto bytes = source.read(buffer);
    if (!bytes) return bytes.error();
    if (*bytes == 0) return text;
    if (text.size() + *bytes > kMost)
      return Error{ErrorCode::limit, "expected at most 64 MiB, found more", source.name()};
    text.append(buffer.data(), *bytes);
  }
}

/// JSON has no other numbers, and a caller no use for them.
bool finite(const Json& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  for (const Json& element : value) {
    if (value.is_structured() && !finite(element)) return false;
  }
  return true;
}

/// What the library says of an argument is said of the input here: no usage would be right with it.
Error of_input(Error error, const std::string& name) {
  if (error.code == ErrorCode::invalid_argument) error.code = ErrorCode::data;
  return error.where.starts_with(name) ? error : at(name, std::move(error));
}

Result<Json> compute(const SequentialKind& kind, const Json& input, const std::string& name) {
  std::optional<Error> error;
  Case fields(input, name + ": ", error);
  auto value = kind.compute(fields);
  if (!value) return of_input(std::move(value).error(), name);
  if (!finite(*value)) {
    return Error{ErrorCode::undefined, "expected numbers within reach of a double, found a value that is not finite",
                 name};
  }
  return value;
}

std::string text_of(const Json& value) {
  if (value.is_object()) {
    std::string text;
    for (const auto& [name, member] : value.items()) text += name + ' ' + member.dump() + '\n';
    return text;
  }
  if (!value.is_array()) return value.dump() + '\n';
  std::string text;
  for (const Json& element : value) text += (text.empty() ? "" : " ") + element.dump();
  return text + '\n';
}

Result<ExitStatus> run_sequential(const SequentialOptions& options, const Console& console) {
  const auto kind = find_kind(options.kind);
  if (!kind) return kind.error();
  if (auto checked = check_target("--json", options.json, {options.input}); !checked) return std::move(checked).error();
  auto source = ByteSource::open(options.input);
  if (!source) return std::move(source).error();
  const std::string name = source->name();
  const auto text = read_all(*std::move(source));
  if (!text) return text.error();
  const auto input = parse_case(*text, name);
  if (!input) return input.error();
  const auto value = compute(*kind, *input, name);
  if (!value) return value.error();
  if (kind->note != nullptr && !input->contains(kind->without) && !options.quiet)
    console.err << "leeway: " << name << ": " << kind->note << '\n';
  if (!options.json.empty()) {
    auto written = write_text(options.json, Json{{"value", *value}}.dump() + '\n', console);
    if (!written) return std::move(written).error();
  }
  if (!options.quiet && options.json != "-") console.out << text_of(*value);
  return ExitStatus::fine;
}

std::string footer() {
  std::string text =
      "CASE is a JSON object with the fields of KIND; those in brackets may be left out. Numbers may be strings. The\n"
      "value is a number, a list or an object; with --json, {\"value\": ...}. E-values are by their natural "
      "logarithms.\n"
      "\nKIND\n";
  for (const SequentialKind& kind : all_kinds())
    text += "  " + std::string(kind.name) + ": " + kind.help + "\n      " + kind.fields + '\n';
  return text +
         "\nAn arm a or b of GrowthBook is {\"sum\": .., \"sum_sq\": .., \"n\": ..}.\n"
         "Example: echo '{\"successes\": 12, \"trials\": 1000, \"alpha\": 0.05, \"t_opt\": 1000}' |\n"
         "  leeway sequential bernoulli_confidence_interval --json -\n"
         "Exit status: 0 fine; 2 bad usage; 3 bad input, or an output that cannot be written; 4 internal error.";
}

}  // namespace

Command add_sequential_command(CLI::App& leeway) {
  CLI::App* app =
      leeway.add_subcommand("sequential", "One anytime-valid computation: an e-value, a bound, an interval");
  const auto options = std::make_shared<SequentialOptions>();
  app->allow_extras();
  add_argument(*app, "KIND", "What to compute, of the list below", options->kind);
  add_text(*app, "--input", "FILE", "Read CASE from FILE, not from standard input", options->input);
  add_text(*app, "--json", "FILE", "Write the value as JSON; - is standard output, and then nothing else is",
           options->json);
  app->add_flag("--quiet", options->quiet, "Print nothing but errors, and what --json - asks for");
  add_version_flag(*app);
  app->footer(footer());
  return {app, [options](const Console& console) { return run_sequential(*options, console); }};
}

}  // namespace leeway::cli
