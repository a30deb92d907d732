#include "leeway/store/rollout_events.hpp"

#include <array>
#include <utility>

#include "leeway/base/time_text.hpp"
#include "store/event_line.hpp"
#include "store/file_descriptor.hpp"
#include "store/journal_record.hpp"
#include "store/json_document.hpp"
#include "store/line_reader.hpp"

namespace leeway::inline v1::store {
namespace {

using detail::JsonReader;
using detail::Line;
using rollout::Tick;

constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20U;  // of a tick

constexpr const char* kCutShort = "expected a whole line, found the end of the input within it";

std::string_view without_return(std::string_view text) {
  return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

bool has_byte_order_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") || text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

/// The parser's place without its line, which is the only one.
std::string of_one_line(std::string message) {
  constexpr std::string_view kPlace = " in line 1, column ";
  const std::size_t at = message.rfind(kPlace);
  return at == std::string::npos ? message : message.replace(at, kPlace.size(), " in column ");
}

/// `ended`: by a line end. A whole object may lack it; what is no object then was one before it was cut.
Result<void> parse_event(std::string_view text, bool ended, Tick& tick) {
  const auto json = detail::parse_document(text, "");
  if (!json && !ended) return Error{ErrorCode::format, kCutShort, ""};
  if (!json) return Error{json.error().code, of_one_line(json.error().message), json.error().where};
  std::optional<Error> error;
  detail::read_event(JsonReader(*json, "", error), tick);
  if (error) return *std::move(error);
  return {};
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append(Tick& to, Tick& from) {
  append(to.baseline, from.baseline);
  append(to.candidate, from.candidate);
  append(to.approvals, from.approvals);
  append(to.fleet, from.fleet);
  append(to.results, from.results);
  append(to.orders, from.orders);
}

/// Bytes that are looked at before they are read.
class Peeked {
 public:
  explicit Peeked(ByteReader bytes) : bytes_(std::move(bytes)) {}

  /// Whether the source begins so. An error of the source comes again when it is read.
  bool begins_with(std::string_view expected) {
    while (seen_.size() < expected.size()) {
      std::array<char, 64> piece{};
      const auto got = bytes_(std::span(piece).first(expected.size() - seen_.size()));
      if (!got) error_ = got.error();
      if (!got || *got == 0) return false;
      seen_.append(piece.data(), *got);
    }
    return seen_ == expected;
  }

  Result<std::size_t> operator()(std::span<char> to) {
    if (seen_.empty()) return error_ ? Result<std::size_t>(*error_) : bytes_(to);
    const std::size_t n = seen_.copy(to.data(), to.size());
    seen_.erase(0, n);
    return n;
  }

 private:
  ByteReader bytes_;
  std::string seen_;
  std::optional<Error> error_;
};

}  // namespace

class EventReader::Impl {
 public:
  Impl(ByteReader bytes, std::string where) : where_(std::move(where)) {
    Peeked peeked(std::move(bytes));
    const bool journal = peeked.begins_with(detail::kJournalStart);
    if (journal) journal_.emplace(std::move(peeked), where_);
    if (!journal) lines_.emplace(std::move(peeked));
  }

  Result<std::optional<Tick>> next() {
    if (error_) return *error_;
    auto tick = journal_ ? next_recorded() : assemble();
    if (!tick) error_ = tick.error();
    return tick;
  }

  [[nodiscard]] std::uint64_t line() const noexcept { return lines_ ? lines_->number() : journal_->line(); }

 private:
  Result<std::optional<Tick>> next_recorded() {
    for (;;) {
      const auto record = journal_->next();
      if (!record) return record.error();
      if (!*record) return std::optional<Tick>();
      if ((*record)->kind != detail::RecordKind::tick) continue;
      auto tick = detail::tick_of(**record);
      if (!tick) return std::move(tick).error();
      return std::optional(*std::move(tick));
    }
  }

  /// All events of one time: up to the first of a later time, which is kept for the next tick.
  Result<std::optional<Tick>> assemble() {
    std::optional<Tick> tick = std::exchange(kept_, {});
    std::uint64_t bytes = 0;
    for (;;) {
      auto event = read_event(bytes);
      if (!event) return std::move(event).error();
      if (!*event) return tick;
      if (tick && (*event)->at < tick->at) return gone_back((*event)->at, tick->at);
      if (tick && (*event)->at > tick->at) {
        kept_ = std::move(*event);
        return tick;
      }
      if (tick) {
        append(*tick, **event);
      } else {
        tick = std::move(*event);
      }
      if (bytes > kMostBytes) return here({ErrorCode::limit, "expected at most 64 MiB in a tick, found more", ""});
    }
  }

  /// The next event, as a tick that holds nothing else.
  Result<std::optional<Tick>> read_event(std::uint64_t& bytes) {
    for (;;) {
      const auto line = lines_->next();
      if (!line) return detail::of_source(where_, line.error());
      if (!*line) return std::optional<Tick>();
      if (lines_->number() == 1 && has_byte_order_mark((*line)->text))
        return here({ErrorCode::format, "expected UTF-8 without a byte order mark, found one", ""});
      const std::string_view text = without_return((*line)->text);
      bytes += text.size();
      if (!is_blank(text)) return parse(text, (*line)->ended);
    }
  }

  Result<std::optional<Tick>> parse(std::string_view text, bool ended) {
    Tick tick;
    auto parsed = parse_event(text, ended, tick);
    if (!parsed) return here(std::move(parsed).error());
    return std::optional(std::move(tick));
  }

  [[nodiscard]] Error gone_back(TimePoint found, TimePoint before) const {
    return here(
        {ErrorCode::data,
         "expected a time not before " + time_text(before) + ", that of the line before, found " + time_text(found),
         "at"});
  }

  [[nodiscard]] Error here(Error error) const {
    return leeway::at(where_ + ":" + std::to_string(lines_->number()), std::move(error));
  }

  std::optional<detail::LineReader> lines_;
  std::optional<detail::JournalScanner> journal_;
  std::string where_;
  std::optional<Tick> kept_;
  std::optional<Error> error_;
};

EventReader::EventReader(ByteReader bytes, std::string where)
    : impl_(std::make_unique<Impl>(std::move(bytes), std::move(where))) {}
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;
EventReader::~EventReader() = default;

Result<EventReader> EventReader::open(const std::string& path) {
  auto bytes = detail::open_bytes(path);
  if (!bytes) return std::move(bytes).error();
  return EventReader(*std::move(bytes), path);
}

Result<std::optional<rollout::Tick>> EventReader::next() { return impl_->next(); }

std::uint64_t EventReader::line() const noexcept { return impl_->line(); }

Result<std::string> format_events(const rollout::Tick& tick) {
  const auto lines = detail::event_lines(tick);
  if (!lines) return lines.error();
  std::string text;
  for (const std::string& line : *lines) text += line + '\n';
  return text;
}

}  // namespace leeway::inline v1::store
