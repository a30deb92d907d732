#ifndef LEEWAY_STORE_ROLLOUT_JOURNAL_HPP
#define LEEWAY_STORE_ROLLOUT_JOURNAL_HPP

// The journal of a rollout as a file: what the engine saw and said, a record a line, each with the hash of the one
// before. A crash loses nothing that was acknowledged; a restart continues where the journal ends.
//
//   auto engine = rollout::Engine::make(policy);
//   auto journal = store::JournalFile::open("canary.jsonl", policy);   // recovers it from a crash
//   auto resumed = store::resume(*engine, *journal);                   // replays it; writes there from now on
//   if (resumed->last) obey(*resumed->last);                           // perhaps nobody has
//   for (;;) obey(*engine->step(next_tick()));
//
// What the hashes show: whoever kept the head hash of a journal can tell that no record up to it was changed, taken
// out or put in. What they do not show: who wrote it, or that it was not rewritten as a whole by somebody who can write
// the file; keep the head hash elsewhere. docs/rollout_journal.md describes the format.
// Not for: several processes; a lock refuses the second one.
// Cost: one write a record, SHA-256 of it, and by default one fsync a decision. Memory: one record.
// Thread contract: one thread at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/rollout/engine.hpp"
#include "leeway/rollout/journal.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/store/rollout_events.hpp"

namespace leeway::inline v1::store {

/// What is flushed to the disk before append() returns. A crash of the process alone loses nothing under any of them;
/// a crash of the machine loses what was not flushed.
enum class JournalSync : std::uint8_t {
  every_record,
  every_decision,  ///< ticks with the decision on them
  never,
};

/// What is in a journal.
struct JournalSummary {
  std::string policy;         ///< its name
  std::string policy_hash;    ///< as of policy_hash()
  std::string library;        ///< version that began the journal
  std::uint64_t records = 0;  ///< the header is one
  std::uint64_t ticks = 0;
  std::uint64_t decisions = 0;
  std::uint64_t failures = 0;        ///< writes that failed at first
  std::optional<TimePoint> first{};  ///< of the ticks
  std::optional<TimePoint> last{};
  std::string head{};                   ///< hash of the last whole record
  std::uint64_t whole_bytes = 0;        ///< up to the end of that record
  std::optional<std::uint64_t> kept{};  ///< number of the record with the hash that was asked for
  std::uint64_t torn_bytes = 0;         ///< after it: a record that a crash has cut
};

/// Reads a whole journal and holds every hash against its record. A torn record at the end is no error, for it is what
/// a crash leaves. Errors: not_found, io; format (no journal, or of another version); corrupt (a record that is not
/// what was written, by file and line, its byte offset and what was found).
/// `kept_head` is a head hash of before: it shows that the journal up to there is the one of then.
[[nodiscard]] LEEWAY_EXPORT Result<JournalSummary> verify_journal(const std::string& path,
                                                                  const std::string& kept_head = {});

/// Whether the file begins like a journal; false where it cannot be read.
[[nodiscard]] LEEWAY_EXPORT bool is_journal(const std::string& path);

class JournalFile final : public rollout::Journal {
 public:
  /// Begins a journal, or continues one of the same policy: a torn record at its end is cut off. Nothing else is ever
  /// repaired. Errors: those of verify_journal; incompatible (of another policy); io (not a file, written by another
  /// process at this moment, not writable); those of rollout::check(policy).
  LEEWAY_EXPORT static Result<JournalFile> open(const std::string& path, const rollout::Policy& policy,
                                                JournalSync sync = JournalSync::every_decision);
  LEEWAY_EXPORT JournalFile(JournalFile&&) noexcept;
  LEEWAY_EXPORT JournalFile& operator=(JournalFile&&) noexcept;
  LEEWAY_EXPORT ~JournalFile() override;

  /// Errors: io (what could not be written is kept, up to 64 MiB, and written before the next record, with a record of
  /// the failure), data (a tick that the notation cannot express), limit; after the last two the journal has ended, and
  /// every further append fails: open it anew to continue from what it holds.
  LEEWAY_EXPORT Result<void> append(const rollout::Tick& tick) override;
  LEEWAY_EXPORT Result<void> append(const rollout::Decision& decision) override;

  /// What was there when it was opened. Of torn_bytes the file has been freed.
  [[nodiscard]] LEEWAY_EXPORT const JournalSummary& recovered() const noexcept;
  /// Of the last record, written or kept.
  [[nodiscard]] LEEWAY_EXPORT const std::string& head() const noexcept;
  [[nodiscard]] LEEWAY_EXPORT const std::string& path() const noexcept;

 private:
  class Impl;
  explicit JournalFile(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Steps a fresh engine through the ticks of a journal, one after the other, and holds every decision against the
/// recorded one, byte for byte.
class JournalReplay {
 public:
  /// `engine` must outlive it, has taken no tick and gets a journal of this object's until it ends. What the engine
  /// writes goes to `copy` as well. Errors: those of verify_journal on the header; incompatible (another policy).
  LEEWAY_EXPORT static Result<JournalReplay> open(const std::string& path, rollout::Engine& engine,
                                                  rollout::Journal* copy = nullptr);
  /// From anywhere, such as a pipe; `where` is what errors call it. Where the beginning is of no journal, the error is
  /// format, and bytes have been taken.
  LEEWAY_EXPORT static Result<JournalReplay> open(ByteReader bytes, const std::string& where, rollout::Engine& engine,
                                                  rollout::Journal* copy = nullptr);
  LEEWAY_EXPORT JournalReplay(JournalReplay&&) noexcept;
  LEEWAY_EXPORT JournalReplay& operator=(JournalReplay&&) noexcept;
  LEEWAY_EXPORT ~JournalReplay();

  /// The decision on the next tick; nothing at the end. Errors: those of verify_journal; incompatible (a decision that
  /// is another one than recorded, by tick and the member that differs); those of Engine::step.
  LEEWAY_EXPORT Result<std::optional<rollout::Decision>> next();
  /// Only what the journal does not hold yet goes to the copy, which continues the journal.
  LEEWAY_EXPORT void copy_new_only() noexcept;

 private:
  class Impl;
  explicit JournalReplay(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

struct Resumed {
  std::uint64_t ticks = 0;
  /// On the last tick. The host may not have seen it, or not have finished what it says.
  std::optional<rollout::Decision> last{};
};

/// Brings a fresh engine to where the journal ends, and lets it write there from now on. Where the last tick has no
/// decision yet, the crash having come between, it is decided and written now. Errors: those of JournalReplay.
[[nodiscard]] LEEWAY_EXPORT Result<Resumed> resume(rollout::Engine& engine, JournalFile& journal);

}  // namespace leeway::inline v1::store

#endif
