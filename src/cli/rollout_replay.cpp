// leeway rollout replay: what a policy decides on recorded events, or whether a journal is what the engine decides.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "cli/byte_source.hpp"
#include "cli/economics_options.hpp"
#include "cli/options.hpp"
#include "cli/rollout_command.hpp"
#include "cli/rollout_policy.hpp"
#include "cli/wording.hpp"
#include "leeway/report/rollout.hpp"
#include "leeway/rollout/engine.hpp"
#include "leeway/store/rollout_events.hpp"
#include "leeway/store/rollout_journal.hpp"

namespace leeway::cli {
namespace {

using rollout::Engine;
using rollout::Phase;

struct ReplayOptions {
  std::string policy;
  std::string events;
  std::string journal;
  ResultOptions results;
};

/// A journal whose first failure is not only the engine's business.
class Written final : public rollout::Journal {
 public:
  explicit Written(store::JournalFile journal) : journal_(std::move(journal)) {}

  Result<void> append(const rollout::Tick& tick) override { return noted(journal_.append(tick)); }
  Result<void> append(const rollout::Decision& decision) override { return noted(journal_.append(decision)); }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  Result<void> noted(Result<void> outcome) {
    if (!outcome && !error_) error_ = outcome.error();
    return outcome;
  }

  store::JournalFile journal_;
  std::optional<Error> error_;
};

/// Bytes of which the first can be read twice, even those of a pipe.
class Rewindable {
 public:
  explicit Rewindable(ByteSource source) : source_(std::move(source)) {}

  Result<std::size_t> read(std::span<char> to) {
    if (at_ < kept_.size()) {
      const std::size_t n = kept_.copy(to.data(), to.size(), at_);
      at_ += n;
      return n;
    }
    const auto got = source_.read(to);
    if (!got || !keeps_) return got;
    kept_.append(to.data(), *got);
    at_ = kept_.size();
    return got;
  }
  void keep_no_more() { keeps_ = false; }
  void rewind() {
    at_ = 0;
    keeps_ = false;
  }
  [[nodiscard]] const std::string& name() const noexcept { return source_.name(); }

 private:
  ByteSource source_;
  std::string kept_;
  std::size_t at_ = 0;
  bool keeps_ = true;
};

Result<std::uint64_t> replay_events(Rewindable& source, Engine& engine, rollout::Journal* journal,
                                    report::RolloutReport& report) {
  store::EventReader events([&source](std::span<char> to) { return source.read(to); }, source.name());
  engine.set_journal(journal);
  for (std::uint64_t ticks = 0;; ++ticks) {
    const auto tick = events.next();
    if (!tick) return tick.error();
    if (!*tick) return ticks;
    const auto decision = engine.step(**tick);
    if (!decision) return Error{ErrorCode::data, to_string(decision.error()), source.name()};
    report.add(*decision);
  }
}

Result<std::uint64_t> replay_journal(store::JournalReplay& replay, report::RolloutReport& report) {
  for (std::uint64_t ticks = 0;; ++ticks) {
    const auto decision = replay.next();
    if (!decision) return decision.error();
    if (!*decision) return ticks;
    report.add(**decision);
  }
}

Result<std::string> unless_nothing(const Result<std::uint64_t>& ticks, const char* remark, const std::string& name) {
  if (!ticks) return ticks.error();
  if (*ticks > 0) return std::string(remark);
  return Error{ErrorCode::data, "expected at least one tick, found none", name};
}

/// A journal of the same policy is held against its own decisions. Says what else is to be known.
Result<std::string> replay_any(const ReplayOptions& options, Engine& engine, rollout::Journal* journal,
                               report::RolloutReport& report) {
  auto opened = ByteSource::open(options.events);
  if (!opened) return std::move(opened).error();
  Rewindable source(*std::move(opened));
  auto replay = store::JournalReplay::open([&source](std::span<char> to) { return source.read(to); }, source.name(),
                                           engine, journal);
  if (replay) {
    source.keep_no_more();
    return unless_nothing(replay_journal(*replay, report), "Every decision is the recorded one, byte for byte.\n",
                          source.name());
  }
  const ErrorCode code = replay.error().code;
  if (code != ErrorCode::incompatible && code != ErrorCode::format) return std::move(replay).error();
  source.rewind();
  const char* remark = code == ErrorCode::incompatible
                           ? "The journal is of another policy: its ticks were decided anew, not compared.\n"
                           : "";
  return unless_nothing(replay_events(source, engine, journal, report), remark, source.name());
}

Result<std::unique_ptr<Written>> open_journal(const ReplayOptions& options, const rollout::Policy& policy) {
  if (options.journal.empty()) return std::unique_ptr<Written>();
  std::error_code error;
  if (std::filesystem::is_regular_file(options.journal, error) &&
      std::filesystem::file_size(options.journal, error) > 0)
    return usage_error("--journal", "expected a new file, found " + cli::quoted(options.journal));
  auto journal = store::JournalFile::open(options.journal, policy, store::JournalSync::never);
  if (!journal) return std::move(journal).error();
  return std::make_unique<Written>(*std::move(journal));
}

Result<void> check_options(const ReplayOptions& options) {
  const std::vector<std::string> inputs{options.policy, options.events};
  if (auto checked = check_results(options.results, inputs); !checked) return checked;
  if (options.journal == "-") return usage_error("--journal", "expected the path of a file, found -");
  if (options.journal.empty()) return {};
  if (auto checked = check_target("--journal", options.journal, inputs); !checked) return checked;
  return check_target("--journal", options.journal, {options.results.json});
}

ExitStatus status_of(Phase phase) {
  const bool back = phase == Phase::rolling_back || phase == Phase::rolled_back;
  return back ? ExitStatus::finding : ExitStatus::fine;
}

Result<ExitStatus> run_replay(const ReplayOptions& options, const Console& console) {
  if (options.policy.empty() || options.policy == "-")
    return usage_error("POLICY",
                       "expected the path of a policy, found " + (options.policy.empty() ? "none" : options.policy));
  if (options.events.empty()) return usage_error("EVENTS", "expected a file, found none");
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  const auto policy = open_policy(options.policy);
  if (!policy) return policy.error();
  auto engine = Engine::make(*policy);
  if (!engine) return std::move(engine).error();
  const auto journal = open_journal(options, *policy);
  if (!journal) return journal.error();
  report::RolloutReport report(*policy);
  const auto remark = replay_any(options, *engine, journal->get(), report);
  if (!remark) return remark.error();
  if (*journal && (*journal)->error()) return *(*journal)->error();
  auto written = write_result(options.results, report.text() + *remark, report.json(), console);
  if (!written) return std::move(written).error();
  return status_of(report.final_phase());
}

}  // namespace

Command add_rollout_replay(CLI::App& rollout) {
  CLI::App* app = rollout.add_subcommand("replay", "What a policy decides on recorded events");
  const auto options = std::make_shared<ReplayOptions>();
  app->allow_extras();
  add_argument(*app, "POLICY", "A rollout's policy: JSON, as in docs/rollout_policy.md", options->policy);
  add_argument(*app, "EVENTS",
               "Events, one JSON object a line, perhaps gzipped, or a journal, whose decisions are then compared; - is "
               "standard input",
               options->events);
  add_text(*app, "--journal", "FILE", "Write the journal of the replay, a new file", options->journal);
  add_result_options(*app, options->results, "");
  app->footer(
      "Example: leeway rollout replay canary_policy.json events.jsonl\n\n"
      "Exit status: 0 fine; 1 the rollout ends rolled back, or on the way there; 2 bad usage or\n"
      "a bad policy; 3 bad events, a journal that is corrupt or not what the engine decides, or\n"
      "an output that cannot be written; 4 internal error.");
  return {app, [options](const Console& console) { return run_replay(*options, console); }};
}

}  // namespace leeway::cli
