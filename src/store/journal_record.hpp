#ifndef LEEWAY_SRC_STORE_JOURNAL_RECORD_HPP
#define LEEWAY_SRC_STORE_JOURNAL_RECORD_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leeway/base/result.hpp"
#include "leeway/rollout/tick.hpp"
#include "leeway/store/rollout_journal.hpp"
#include "store/line_reader.hpp"

namespace leeway::inline v1::store::detail {

inline constexpr std::string_view kJournalStart = R"({"format":"leeway.rollout_journal","version":)";

enum class RecordKind : std::uint8_t { header, tick, decision, failure };

/// A record whose place in the chain is right.
struct JournalRecord {
  RecordKind kind = RecordKind::header;
  std::string body;   ///< its own members, as a JSON object
  std::string where;  ///< file and line
};

/// The chain as it grows.
class JournalChain {
 public:
  /// The next record, as a line. Errors: those of sha256_hex; nothing has changed then.
  /// Precondition: `members` are of a JSON object, without its braces.
  Result<std::string> line(RecordKind kind, std::string_view members);
  void continue_after(std::uint64_t records, std::string head);
  [[nodiscard]] const std::string& head() const noexcept { return head_; }

 private:
  std::uint64_t next_ = 0;
  std::string head_ = std::string(64, '0');
};

/// Reads records and follows the chain: what it returns is what was written.
class JournalScanner {
 public:
  JournalScanner(ByteReader bytes, std::string where) : lines_(std::move(bytes)), where_(std::move(where)) {}

  /// Nothing at the end, or where the last record is torn. Errors: those of verify_journal.
  Result<std::optional<JournalRecord>> next();
  /// Of what has been read.
  [[nodiscard]] const JournalSummary& summary() const noexcept { return summary_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return lines_.number(); }

 private:
  Result<std::optional<JournalRecord>> torn(const Line& line);
  Result<JournalRecord> whole(std::string_view text);
  [[nodiscard]] Result<void> check_format(std::string_view text) const;
  [[nodiscard]] Result<void> check_hash(std::string_view text) const;
  [[nodiscard]] Result<RecordKind> link(std::string_view& rest) const;
  Result<void> count(RecordKind kind, std::string_view members);
  Result<void> read_header(std::string_view members);
  [[nodiscard]] Error corrupt(const std::string& expected, std::string_view found) const;
  [[nodiscard]] std::string place() const { return where_ + ":" + std::to_string(lines_.number()); }

  LineReader lines_;
  std::string where_;
  JournalSummary summary_;
};

/// Whether any line ends as records do, whatever the first is. Errors: what the source says, and of lines too long.
[[nodiscard]] Result<bool> holds_records(ByteReader bytes);

/// What the records say. Errors: corrupt.
[[nodiscard]] Result<rollout::Tick> tick_of(const JournalRecord& record);
Result<void> read_failure(const JournalRecord& record, Error& failure);

[[nodiscard]] std::string header_members(const rollout::Policy& policy, const std::string& hash);
[[nodiscard]] Result<std::string> tick_members(const rollout::Tick& tick);
[[nodiscard]] std::string failure_members(const Error& error);

}  // namespace leeway::inline v1::store::detail

#endif
