#include "store/journal_record.hpp"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "base/json_line.hpp"
#include "leeway/base/calendar_time.hpp"
#include "leeway/base/time_text.hpp"
#include "leeway/version.hpp"
#include "store/event_line.hpp"
#include "store/json_document.hpp"
#include "store/sha256.hpp"

namespace leeway::inline v1::store::detail {
namespace {

using leeway::detail::as_utf8;
using leeway::detail::JsonLine;

constexpr std::string_view kVersion = "1";
constexpr std::string_view kBeforeHash = R"(,"hash":")";
constexpr std::string_view kAfterHash = R"("})";
constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kSealBytes = kBeforeHash.size() + kHashDigits + kAfterHash.size();

constexpr std::array<std::string_view, 4> kKinds{"header", "tick", "decision", "failure"};

std::string_view name_of(RecordKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

/// What is left of a record; every take function consumes what it accepts. There is one spelling of each record.
class Rest {
 public:
  explicit Rest(std::string_view text) noexcept : text_(text) {}

  bool take(std::string_view expected) noexcept {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  std::optional<std::uint64_t> take_number() noexcept {
    std::uint64_t number = 0;
    const auto [end, status] = std::from_chars(text_.data(), text_.data() + text_.size(), number);
    if (status != std::errc()) return {};
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return number;
  }
  /// Up to the next quotation mark, which goes as well.
  std::optional<std::string_view> take_quoted() noexcept {
    const std::size_t end = text_.find('"');
    if (end == std::string_view::npos) return {};
    const std::string_view quoted = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return quoted;
  }
  [[nodiscard]] std::string_view left() const noexcept { return text_; }

 private:
  std::string_view text_;
};

std::string start_of(std::uint64_t number) {
  return number == 0 ? std::string(kJournalStart) + std::string(kVersion) + "," : "{";
}

std::optional<RecordKind> kind_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == name) return static_cast<RecordKind>(i);
  }
  return {};
}

ErrorCode code_of(std::string_view name) noexcept {
  for (const ErrorCode code :
       {ErrorCode::invalid_argument, ErrorCode::incompatible, ErrorCode::undefined, ErrorCode::not_found,
        ErrorCode::data, ErrorCode::format, ErrorCode::corrupt, ErrorCode::limit}) {
    if (to_string(code) == name) return code;
  }
  return ErrorCode::io;
}

/// The content that a record's hash is of: all but the hash itself.
std::string content_of(std::string_view text) { return std::string(text.substr(0, text.size() - kSealBytes)) + "}"; }

bool is_sealed(std::string_view text) {
  if (text.size() <= kSealBytes) return false;
  const std::string_view seal = text.substr(text.size() - kSealBytes);
  return seal.starts_with(kBeforeHash) && seal.ends_with(kAfterHash);
}

std::string_view hash_of(std::string_view text) {
  return text.substr(text.size() - kAfterHash.size() - kHashDigits, kHashDigits);
}

Error not_as_written(const JournalRecord& record, const Error& error) {
  return {ErrorCode::corrupt, error.message, record.where + (error.where.empty() ? "" : ": " + error.where)};
}

Result<rollout::Tick> read_tick(const Json& json) {
  std::optional<Error> error;
  const JsonReader reader(json, "", error);
  reader.only({"at", "events"});
  const TimePoint at = read_at(reader);
  rollout::Tick tick;
  for (const JsonReader& event : reader.objects("events")) {
    read_event(event, tick);
    if (tick.at != at) event.fail("expected the time of the tick, found another", "at");
  }
  if (tick.at != at) reader.fail("expected an event, found none", "events");
  if (error) return *std::move(error);
  return tick;
}

}  // namespace

// ---- writing

Result<std::string> JournalChain::line(RecordKind kind, std::string_view members) {
  std::string text = start_of(next_);
  text.append("\"seq\":").append(std::to_string(next_)).append(",\"previous\":\"").append(head_);
  text.append("\",\"kind\":\"").append(name_of(kind)).append("\",").append(members);
  auto hash = sha256_hex(text + "}");
  if (!hash) return hash;
  text.append(kBeforeHash).append(*hash).append(kAfterHash).append("\n");
  ++next_;
  head_ = *std::move(hash);
  return text;
}

void JournalChain::continue_after(std::uint64_t records, std::string head) {
  next_ = records;
  head_ = std::move(head);
}

std::string header_members(const rollout::Policy& policy, const std::string& hash) {
  const std::string version = std::to_string(LEEWAY_VERSION_MAJOR) + "." + std::to_string(LEEWAY_VERSION_MINOR) + "." +
                              std::to_string(LEEWAY_VERSION_PATCH);
  JsonLine line;
  line.member("policy", as_utf8(policy.name)).member("policy_hash", hash).member("library", version);
  return std::move(line).text();
}

Result<std::string> tick_members(const rollout::Tick& tick) {
  const auto events = event_lines(tick);
  if (!events) return events.error();
  JsonLine line;
  line.member("at", time_text(tick.at)).key("events").open('[');
  for (const std::string& event : *events) line.raw(event);
  line.close(']');
  return std::move(line).text();
}

std::string failure_members(const Error& error) {
  JsonLine line;
  line.member("code", to_string(error.code)).member("message", as_utf8(error.message));
  line.member("where", as_utf8(error.where));
  return std::move(line).text();
}

// ---- reading

Error JournalScanner::corrupt(const std::string& expected, std::string_view found) const {
  return {ErrorCode::corrupt,
          "at byte " + std::to_string(lines_.offset()) + ": expected " + expected + ", found " + std::string(found),
          place()};
}

Result<void> JournalScanner::check_hash(std::string_view text) const {
  if (!is_sealed(text)) return corrupt("a record that ends with its hash", "another end");
  const auto hash = sha256_hex(content_of(text));
  if (!hash) return hash.error();
  if (hash_of(text) == *hash) return {};
  return corrupt("the hash " + *hash + ", that of the record's content", as_utf8(hash_of(text)));
}

Result<void> JournalScanner::check_format(std::string_view text) const {
  Rest rest(text);
  const bool begins = rest.take(kJournalStart);
  if (!begins && is_sealed(text)) return corrupt("a header", "another record, or one that was changed");
  if (!begins)
    return Error{ErrorCode::format, "expected format \"leeway.rollout_journal\", found something else", place()};
  const auto version = rest.take_number();
  if (version == 1 || !version) return {};
  return Error{ErrorCode::format, "expected version 1, found " + std::to_string(*version), place()};
}

/// Number, link and kind of a record whose hash is right; `rest` is left with its own members.
Result<RecordKind> JournalScanner::link(std::string_view& rest) const {
  Rest text(rest);
  const bool first = summary_.records == 0;
  const auto number =
      text.take(start_of(summary_.records)) && text.take("\"seq\":") ? text.take_number() : std::nullopt;
  if (number != summary_.records)
    return corrupt("record " + std::to_string(summary_.records), number ? std::to_string(*number) : "none");
  const auto previous = text.take(",\"previous\":\"") ? text.take_quoted() : std::nullopt;
  const std::string expected = first ? std::string(kHashDigits, '0') : summary_.head;
  if (previous != expected) return corrupt("the hash of the record before, " + expected, "another");
  const auto name = text.take(",\"kind\":\"") ? text.take_quoted() : std::nullopt;
  const auto kind = name && text.take(",") ? kind_of(*name) : std::nullopt;
  if (!kind || (*kind == RecordKind::header) != first)
    return corrupt(first ? "a header" : "a tick, a decision or a failure", "another kind");
  rest = text.left();
  return *kind;
}

Result<JournalRecord> JournalScanner::whole(std::string_view text) {
  if (summary_.records == 0) {
    if (auto checked = check_format(text); !checked) return std::move(checked).error();
  }
  if (auto checked = check_hash(text); !checked) return std::move(checked).error();
  std::string_view members = text.substr(0, text.size() - kSealBytes);
  const auto kind = link(members);
  if (!kind) return kind.error();
  if (auto counted = count(*kind, members); !counted) return std::move(counted).error();
  summary_.head = std::string(hash_of(text));
  return JournalRecord{*kind, "{" + std::string(members) + "}", place()};
}

Result<void> JournalScanner::read_header(std::string_view members) {
  const auto json = parse_document("{" + std::string(members) + "}", "");
  if (!json) return corrupt("a header", "no JSON");
  std::optional<Error> error;
  const JsonReader reader(*json, "", error);
  reader.only({"policy", "policy_hash", "library"});
  summary_.policy = reader.text("policy");
  summary_.policy_hash = reader.text("policy_hash");
  summary_.library = reader.text("library");
  if (error) return corrupt("a header", to_string(*error));
  return {};
}

Result<void> JournalScanner::count(RecordKind kind, std::string_view members) {
  if (kind == RecordKind::header) return read_header(members);
  if (kind == RecordKind::decision) ++summary_.decisions;
  if (kind == RecordKind::failure) ++summary_.failures;
  if (kind != RecordKind::tick) return {};
  Rest rest(members);
  const auto text = rest.take("\"at\":\"") ? rest.take_quoted() : std::nullopt;
  const auto at = text ? parse_calendar_time(*text) : std::nullopt;
  if (!at) return corrupt("the time of a tick", "none");
  if (summary_.last && *at <= *summary_.last)
    return corrupt("a tick later than " + time_text(*summary_.last), time_text(*at));
  if (!summary_.first) summary_.first = at;
  summary_.last = at;
  ++summary_.ticks;
  return {};
}

/// A crash leaves the beginning of a record. A record that is whole but for its line end may be one; a record with
/// another byte in the line end's place is none.
Result<std::optional<JournalRecord>> JournalScanner::torn(const Line& line) {
  const std::string_view text = line.text.substr(0, line.text.size() - 1);
  if (is_sealed(text) && check_hash(text)) return corrupt("the end of a line after the record", "another byte");
  summary_.torn_bytes = line.text.size();
  return std::optional<JournalRecord>();
}

Result<std::optional<JournalRecord>> JournalScanner::next() {
  const auto line = lines_.next();
  if (!line) return of_source(where_, line.error());
  if (!*line) return std::optional<JournalRecord>();
  if (!(*line)->ended) return torn(**line);
  auto record = whole((*line)->text);
  if (!record) return std::move(record).error();
  ++summary_.records;
  summary_.whole_bytes = lines_.offset() + (*line)->text.size() + 1;
  return std::optional(*std::move(record));
}

Result<bool> holds_records(ByteReader bytes) {
  LineReader lines(std::move(bytes));
  for (;;) {
    const auto line = lines.next();
    if (!line) return line.error();
    if (!*line) return false;
    if (is_sealed((*line)->text)) return true;
  }
}

Result<rollout::Tick> tick_of(const JournalRecord& record) {
  const auto json = parse_document(record.body, "");
  if (!json) return not_as_written(record, json.error());
  auto tick = read_tick(*json);
  if (!tick) return not_as_written(record, tick.error());
  return tick;
}

Result<void> read_failure(const JournalRecord& record, Error& failure) {
  const auto json = parse_document(record.body, "");
  if (!json) return not_as_written(record, json.error());
  std::optional<Error> error;
  const JsonReader reader(*json, "", error);
  const std::string code = reader.text("code");
  failure = {code_of(code), reader.text("message"), reader.text("where")};
  if (error) return not_as_written(record, *error);
  return {};
}

}  // namespace leeway::inline v1::store::detail
