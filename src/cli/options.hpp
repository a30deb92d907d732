#ifndef LEEWAY_CLI_OPTIONS_HPP
#define LEEWAY_CLI_OPTIONS_HPP

// Options that several commands share. Each group is a plain struct and a function that declares its options; a value
// that makes no sense is refused while the command line is read, in the words "expected ..., found ...".

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/table.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/verdict.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/drift/policy.hpp"
#include "leeway/monitor/window_report.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/profile/season.hpp"
#include "leeway/stream/pane.hpp"

namespace CLI {
class App;
}

namespace leeway::cli {

/// How a file of rows is read.
struct InputOptions {
  std::vector<std::string> null_tokens;  ///< beside the usual ones
  std::vector<Derivation> derive;
  bool no_header = false;
  bool quiet = false;
};

/// Which columns of reference rows become features, and how.
struct ReferenceOptions {
  std::vector<std::string> columns;
  std::vector<std::string> exclude;
  std::vector<std::string> categorical;
  std::vector<std::string> numeric;
  profile::ColumnOptions cells;
};

/// What is done with a verdict.
struct OutcomeOptions {
  std::string json;                ///< a path, "-" for standard output, or empty
  std::string html;                ///< the same
  std::optional<Verdict> fail_on;  ///< warning or drift

  [[nodiscard]] bool owns_standard_output() const noexcept { return json == "-" || html == "-"; }
  [[nodiscard]] bool wants_file() const noexcept { return !json.empty() || !html.empty(); }
};

/// Takes the text of an option, or says what it should have been; the error's where is not used.
using Accept = std::function<Result<void>(const std::string&)>;

/// An option with one value, which `accept` takes or refuses.
void add_value(CLI::App& app, const std::string& option, const std::string& type, const std::string& help,
               Accept accept);
/// The same, as often as it is given.
void add_values(CLI::App& app, const std::string& option, const std::string& type, const std::string& help,
                Accept accept);
/// An option with names, several in one value separated by commas, as often as it is given.
void add_names(CLI::App& app, const std::string& option, const std::string& help, std::vector<std::string>& names);
/// An option with any value but an empty one.
void add_text(CLI::App& app, const std::string& option, const std::string& type, const std::string& help,
              std::string& text);
/// The next argument that is no option. Whether it is there is checked once the command line is read.
void add_argument(CLI::App& app, const std::string& name, const std::string& help, std::string& text);

/// The value of --season.
[[nodiscard]] Result<void> accept_season(const std::string& text, std::optional<profile::Season>& season);

/// --null, --no-header, --derive, --quiet.
void add_input_options(CLI::App& app, InputOptions& options);
/// --rows.
void add_rows_option(CLI::App& app, std::optional<std::uint64_t>& rows);
/// --columns, --exclude, --categorical, --numeric.
void add_column_options(CLI::App& app, ReferenceOptions& options);
/// The same, and --bins, --edges, --exchangeable.
void add_reference_options(CLI::App& app, ReferenceOptions& options);
/// --budget.
void add_budget_option(CLI::App& app, double& budget);
/// --metrics, --govern, --correction, --budget.
void add_policy_options(CLI::App& app, drift::Policy& policy);
/// Refuses metrics that presets alone have.
[[nodiscard]] Result<void> check_metrics(const drift::Policy& policy);
/// That an option's `name` is one of `known`, in the words "expected the name of a column of either file (...)".
[[nodiscard]] Result<void> check_name(const std::string& option, const std::string& what, const std::string& name,
                                      std::span<const std::string> known);
/// --show-unseen, and whether its columns can be.
void add_unseen_option(CLI::App& app, std::vector<std::string>& columns);
[[nodiscard]] Result<void> check_unseen(const stream::PaneOptions& panes, const profile::Profile& profile);
/// --json, --html, --fail-on.
void add_outcome_options(CLI::App& app, OutcomeOptions& options);
/// --version.
void add_version_flag(CLI::App& app);

/// The names of the options that add_reference_options declares.
[[nodiscard]] std::vector<std::string> reference_option_names();

/// The end of every command's help.
[[nodiscard]] std::string exit_status_help();

[[nodiscard]] TableOptions table_options(const InputOptions& input, const ReferenceOptions& reference);

/// Whether --fail-on makes the report a failure: its verdict is at least that, or some feature has not enough data.
/// Unknown is not OK; but a partial window is short by its nature, and fails by what was found in it alone.
[[nodiscard]] bool fails(const drift::DriftReport& report, std::optional<Verdict> fail_on, bool partial = false);

/// Refuses a target that is one of the inputs: writing it would destroy that. `option` names it in the error.
[[nodiscard]] Result<void> check_target(const std::string& option, const std::string& target,
                                        const std::vector<std::string>& inputs);
/// The same of all that is written, and refuses one target for two outputs.
[[nodiscard]] Result<void> check_targets(const OutcomeOptions& outcome, const std::vector<std::string>& inputs);

/// Says before the work what would else be found after it: that nothing can be written there. Errors: not_found, io.
[[nodiscard]] Result<void> check_writable(const std::string& target);
/// The same of all that is written.
[[nodiscard]] Result<void> check_writable(const OutcomeOptions& outcome);

/// Writes `text` to `target`: "-" is the console's output, anything else a file, replaced in one piece.
[[nodiscard]] Result<void> write_text(const std::string& target, const std::string& text, const Console& console);
/// Writes the report, or the windows, in each format that was asked for.
[[nodiscard]] Result<void> write_reports(const OutcomeOptions& outcome, const drift::DriftReport& report,
                                         const Console& console);
[[nodiscard]] Result<void> write_reports(const OutcomeOptions& outcome, std::span<const monitor::WindowReport> windows,
                                         const Console& console);

}  // namespace leeway::cli

#endif
