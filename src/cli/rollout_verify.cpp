// leeway rollout verify: whether a journal is what was written.

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/economics_options.hpp"
#include "cli/options.hpp"
#include "cli/rollout_command.hpp"
#include "cli/wording.hpp"
#include "leeway/base/time_text.hpp"
#include "leeway/store/rollout_journal.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::ordered_json;
using store::JournalSummary;

struct VerifyOptions {
  std::string journal;
  std::string head;
  ResultOptions results;
};

bool is_good(const JournalSummary& summary, const VerifyOptions& options) {
  return summary.torn_bytes == 0 && (options.head.empty() || summary.kept);
}

Json begun(bool good) { return {{"format", "leeway.rollout_verify"}, {"version", 1}, {"good", good}}; }

std::string finished(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n'; }

std::string json_of(const JournalSummary& summary, const VerifyOptions& options) {
  Json json = begun(is_good(summary, options));
  json["policy"] = summary.policy;
  json["policy_hash"] = summary.policy_hash;
  json["library"] = summary.library;
  json["records"] = summary.records;
  json["ticks"] = summary.ticks;
  json["decisions"] = summary.decisions;
  json["failures"] = summary.failures;
  if (summary.first) json["first"] = time_text(*summary.first);
  if (summary.last) json["last"] = time_text(*summary.last);
  json["head"] = summary.head;
  if (summary.kept) json["kept_record"] = *summary.kept;
  json["whole_bytes"] = summary.whole_bytes;
  json["torn_bytes"] = summary.torn_bytes;
  return finished(json);
}

std::string json_of(const Error& error) {
  Json json = begun(false);
  json["error"] = {{"where", error.where}, {"message", error.message}};
  return finished(json);
}

std::string head_text(const JournalSummary& summary, const VerifyOptions& options) {
  if (options.head.empty()) return "";
  if (!summary.kept)
    return "No record has the hash that you kept: this is not the journal of then, or not all of it.\n";
  return "The hash that you kept is that of record " + grouped(*summary.kept) +
         ": up to there it is the journal of then.\n";
}

std::string text_of(const JournalSummary& summary, const VerifyOptions& options) {
  std::string text = counted(summary.records, "record") +
                     ", each with the right hash: " + counted(summary.ticks, "tick") + ", " +
                     counted(summary.decisions, "decision");
  if (summary.failures > 0) text += ", " + counted(summary.failures, "write") + " that failed at first";
  if (summary.first) text += "; " + time_text(*summary.first) + " to " + time_text(*summary.last);
  text += ".\nPolicy " + printable(summary.policy) + ", hash " + printable(summary.policy_hash, 64) +
          "; begun by leeway " + printable(summary.library) + ".\nHead " + summary.head + "\n";
  if (summary.torn_bytes > 0) {
    text += "After byte " + grouped(summary.whole_bytes) + ", " + counted(summary.torn_bytes, "byte") +
            " of a record that is not whole, as a crash leaves it: opening the journal cuts them off.\n";
  }
  return text + head_text(summary, options);
}

Result<ExitStatus> refuse(const VerifyOptions& options, const Error& error, const Console& console) {
  if (!options.results.json.empty()) {
    auto written = write_text(options.results.json, json_of(error), console);
    if (!written) return std::move(written).error();
  }
  report_error(console, error);
  return ExitStatus::finding;
}

Result<ExitStatus> run_verify(const VerifyOptions& options, const Console& console) {
  if (options.journal.empty() || options.journal == "-")
    return usage_error("JOURNAL",
                       "expected the path of a journal, found " + (options.journal.empty() ? "none" : options.journal));
  if (auto checked = check_results(options.results, {options.journal}); !checked) return std::move(checked).error();
  const auto summary = store::verify_journal(options.journal, options.head);
  if (!summary && summary.error().code == ErrorCode::corrupt) return refuse(options, summary.error(), console);
  if (!summary) return summary.error();
  auto written = write_result(options.results, text_of(*summary, options), json_of(*summary, options), console);
  if (!written) return std::move(written).error();
  return is_good(*summary, options) ? ExitStatus::fine : ExitStatus::finding;
}

}  // namespace

Command add_rollout_verify(CLI::App& rollout) {
  CLI::App* app = rollout.add_subcommand("verify", "Whether a journal is what was written");
  const auto options = std::make_shared<VerifyOptions>();
  app->allow_extras();
  add_argument(*app, "JOURNAL", "The journal of a rollout", options->journal);
  add_text(*app, "--head", "HASH", "A head hash that you kept: a record must have it", options->head);
  add_result_options(*app, options->results, "");
  app->footer(
      "Example: leeway rollout verify canary.jsonl\n\n"
      "Exit status: 0 fine, whole; 1 changed, cut, or without the record of --head; 2 bad usage;\n"
      "3 no journal, or a file that cannot be read or written; 4 internal error.");
  return {app, [options](const Console& console) { return run_verify(*options, console); }};
}

}  // namespace leeway::cli
