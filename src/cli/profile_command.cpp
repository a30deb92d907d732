#include "cli/profile_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/live_reader.hpp"
#include "cli/number.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/reference.hpp"
#include "cli/table.hpp"
#include "cli/text_table.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"
#include "leeway/store/profile_file.hpp"
#include "leeway/stream/seasonal_counter.hpp"

namespace leeway::cli {
namespace {

constexpr std::uint64_t kFewestForIdentifier = 50;  // below, distinct values are no surprise
constexpr double kIdentifierShare = 0.95;

struct ProfileOptions {
  std::string train;
  std::string out;
  std::string artifact;
  std::optional<std::uint64_t> rows;
  std::optional<profile::Season> season;
  std::string time;
  InputOptions input;
  ReferenceOptions reference;
};

// ---- what a newcomer should know about a column

std::uint64_t distinct_numbers(std::vector<double> values) {
  std::erase_if(values, [](double x) { return std::isnan(x); });
  std::sort(values.begin(), values.end());
  return static_cast<std::uint64_t>(std::unique(values.begin(), values.end()) - values.begin());
}

bool holds_fractions(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double x) { return std::isfinite(x) && std::trunc(x) != x; });
}

std::uint64_t distinct_values(const Column& column) {
  return column.kind == ColumnKind::numeric ? distinct_numbers(column.values) : column.categories.size();
}

/// Nearly every value is another. Of numbers with fractions that is nothing unusual.
bool like_identifier(const Column& column, std::uint64_t present) {
  if (present < kFewestForIdentifier || holds_fractions(column.values)) return false;
  return static_cast<double>(distinct_values(column)) >= kIdentifierShare * static_cast<double>(present);
}

bool like_times(const Column& column) {
  if (column.kind == ColumnKind::numeric) return false;
  const std::size_t looked_at = (std::min)(column.categories.size(), std::size_t{5});
  return std::all_of(column.categories.begin(), column.categories.begin() + static_cast<std::ptrdiff_t>(looked_at),
                     [](const std::string& text) { return parse_time(text).has_value(); });
}

std::string identifier_note(const Column& column) {
  const std::string name = printable(column.name);
  if (!like_times(column)) return "nearly all distinct: an identifier? --exclude " + name;
  return "times: --exclude " + name + ", or --derive hour=" + name + ":hour and --exclude " + name;
}

void add_count_note(std::vector<std::string>& notes, std::uint64_t count, const std::string& what) {
  if (count > 0) notes.push_back(grouped(count) + ' ' + what);
}

std::vector<std::string> notes_on(const profile::FeatureProfile& feature, const Column& column) {
  const SideCounts& side = feature.counts.side;
  const std::uint64_t present = feature.counts.present();
  std::vector<std::string> notes;
  if (present == 0) notes.emplace_back("all missing");
  if (present > 0 && distinct_values(column) == 1) notes.emplace_back("constant");
  add_count_note(notes, side.malformed, "malformed");
  add_count_note(notes, side.negative_infinity + side.positive_infinity, "infinite");
  if (like_identifier(column, present)) {
    notes.push_back(identifier_note(column));
  } else {
    add_count_note(notes, side.unseen, "of categories too rare to be listed");
  }
  return notes;
}

// ---- the table

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (part == 0) return "0 %";
  std::array<char, 32> text{};
  const double share = 100 * static_cast<double>(part) / static_cast<double>(whole);
  const auto end = std::to_chars(text.data(), text.data() + text.size(), share, std::chars_format::general, 3).ptr;
  return std::string(text.data(), end) + " %";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string summary(const profile::Profile& profile, const Table& table) {
  std::vector<std::vector<std::string>> rows{{"feature", "kind", "cells", "missing", "notes"}};
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const profile::FeatureProfile& feature = profile.features()[i];
    rows.push_back({printable(feature.name), to_string(table.columns[i].kind), grouped(size(feature.axis)),
                    percent(feature.counts.side.missing, profile.rows()), joined(notes_on(feature, table.columns[i]))});
  }
  return text_table(rows);
}

// ---- the command

Result<void> check_season(const ProfileOptions& options) {
  if (options.season && options.time.empty())
    return usage_error("--time", "expected the column of times that a season needs, found none");
  if (options.season && options.train == "-")
    return usage_error("--season", "expected TRAIN to be a file, which is read twice, found standard input");
  return {};
}

/// Reads the rows once more, to count them by season.
Result<profile::Profile> with_seasons(const profile::Profile& profile, const ProfileOptions& options) {
  auto rows = LiveReader::open(options.train, profile, options.input, options.time);
  if (!rows) return std::move(rows).error();
  stream::SeasonalCounter counter(profile, *options.season);
  while (!options.rows || rows->rows() < *options.rows) {
    auto more = rows->next();
    if (!more) return std::move(more).error();
    if (!*more) break;
    const auto time = rows->time();
    if (!time) return time.error();
    counter.record<stream::Value>(*time, rows->values());
  }
  rows->clear_progress();
  return counter.build();
}

Result<ExitStatus> make_profile(const ProfileOptions& options, const Console& console) {
  if (options.out.empty()) return usage_error("--out", "expected the path of the profile to write, found none");
  if (auto checked = check_season(options); !checked) return std::move(checked).error();
  if (auto checked = check_target("--out", options.out, {options.train}); !checked) return std::move(checked).error();
  if (auto checked = check_writable(options.out); !checked) return std::move(checked).error();
  if (auto checked = refuse_profile(options.train); !checked) return std::move(checked).error();
  TableOptions choice = table_options(options.input, options.reference);
  choice.max_rows = options.rows;
  auto table = load_table(options.train, choice, ProgressOptions::standard_error(options.input.quiet));
  if (!table) return std::move(table).error();
  auto profile = build_profile(*table, options.reference.cells);
  if (profile && options.season) profile = with_seasons(*profile, options);
  if (!profile) return std::move(profile).error();
  if (!options.artifact.empty()) profile = profile->with_artifact(options.artifact);
  if (auto saved = store::save_profile(*profile, options.out); !saved) return std::move(saved).error();
  if (options.input.quiet) return ExitStatus::fine;
  console.out << summary(*profile, *table) << "\nwrote " << printable(options.out, std::string::npos) << " ("
              << counted(profile->rows(), "row") << ", " << counted(profile->features().size(), "feature") << ")\n";
  return ExitStatus::fine;
}

}  // namespace

Command add_profile_command(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("profile", "Describe training data, as the reference for live data");
  const auto options = std::make_shared<ProfileOptions>();
  app->allow_extras();
  add_argument(*app, "TRAIN", "Training data: CSV, perhaps gzipped; - is standard input", options->train);
  add_text(*app, "--out", "PROFILE", "Where the profile goes (required)", options->out);
  add_reference_options(*app, options->reference);
  add_rows_option(*app, options->rows);
  add_value(*app, "--season", "hour-of-week|month-of-year", "Count the rows by season too, for watch --season",
            [options](const std::string& text) { return accept_season(text, options->season); });
  add_text(*app, "--time", "COLUMN", "The column of times, for --season; UTC where they have no offset", options->time);
  add_text(*app, "--artifact", "TEXT", "What was trained on it, such as a hash; JSON reports repeat it",
           options->artifact);
  add_input_options(*app, options->input);
  add_version_flag(*app);
  app->footer(exit_status_help());
  return {app, [options](const Console& console) { return make_profile(*options, console); }};
}

}  // namespace leeway::cli
