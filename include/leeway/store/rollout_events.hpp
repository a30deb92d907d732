#ifndef LEEWAY_STORE_ROLLOUT_EVENTS_HPP
#define LEEWAY_STORE_ROLLOUT_EVENTS_HPP

// The input of a rollout as lines of JSON, one event a line; lines of one time form a tick. docs/rollout_journal.md has
// the notation.
//
//   {"at":"2026-01-01T00:00:00Z","kind":"arm","arm":"candidate","weight":0.05,"metrics":{"error":{"events":3,"count":1000}}}
//
//   auto events = store::EventReader::open("events.jsonl");
//   for (auto tick = events->next(); tick && *tick; tick = events->next()) engine->step(**tick);
//
// Reading is total and strict: a tick, the end, or an error with file, line and path within the line. A member that is
// not known is an error, for it may be a misspelt one. NaN and the infinities, for which JSON has no number, are the
// texts "NaN", "Infinity" and "-Infinity"; null is refused, for it does not say which of them was meant, or neither.
// Writing is canonical: one spelling of each tick, numbers that read back to the same double.
// Memory: one tick. Cost: some microseconds an event. Thread contract: a reader is used by one thread at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::store {

/// Fills a part of a buffer and says how much; 0 at the end.
using ByteReader = std::function<Result<std::size_t>(std::span<char>)>;

class EventReader {
 public:
  /// Errors: not_found, io.
  LEEWAY_EXPORT static Result<EventReader> open(const std::string& path);
  /// From anywhere; `where` is what errors call it.
  LEEWAY_EXPORT EventReader(ByteReader bytes, std::string where);
  LEEWAY_EXPORT EventReader(EventReader&&) noexcept;
  LEEWAY_EXPORT EventReader& operator=(EventReader&&) noexcept;
  LEEWAY_EXPORT ~EventReader();

  /// The next tick; nothing at the end. A journal is read for its ticks (store/rollout_journal.hpp). Empty lines are
  /// skipped, and a carriage return at the end of a line. Errors, with `where` as in "events.jsonl:12:
  /// metrics.error.count": format (no JSON, an unknown kind or member, a member of another type, a byte order mark, a
  /// last line that is cut short), data (a time before that of the line before), limit (a tick of more than 64 MiB),
  /// and what the source says. After an error every call returns it again.
  LEEWAY_EXPORT Result<std::optional<rollout::Tick>> next();

  /// Of the last line read, from 1.
  [[nodiscard]] LEEWAY_EXPORT std::uint64_t line() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The lines of a tick, each with its line end: baseline, candidate, approvals, fleet, results, orders; a clock where
/// there is nothing. Errors: data (text that is not UTF-8, a time outside the years 0 to 9999): it would not read back.
[[nodiscard]] LEEWAY_EXPORT Result<std::string> format_events(const rollout::Tick& tick);

}  // namespace leeway::inline v1::store

#endif
