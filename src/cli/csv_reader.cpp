#include "cli/csv_reader.hpp"

#include <csv.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "cli/byte_source.hpp"
#include "cli/wording.hpp"
#include "leeway/base/utf8.hpp"

namespace leeway::cli {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
constexpr std::size_t kFieldGrowth = std::size_t{64} << 10;  // libcsv's own step of 128 bytes makes long fields slow
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Set as libcsv's idea of a blank, it keeps libcsv from trimming fields.
extern "C" int leeway_cli_no_blank(unsigned char) { return 0; }

std::string hexadecimal(char byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'0', 'x', kDigits[value >> 4U], kDigits[value & 15U]};
}

}  // namespace

// libcsv is fed piece by piece, a piece being a line or, of a line that crosses the end of the buffer, a part of it.
// So the line of every event is known, and the text of at most one record is pending at any time.
class CsvReader::Impl {
 public:
  Impl(ByteSource source, CsvOptions options);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { csv_free(&parser_); }

  Result<void> start();
  Result<bool> next(CsvRow& row);

  [[nodiscard]] const ByteSource& source() const noexcept { return source_; }
  [[nodiscard]] const std::vector<std::string>& header() const noexcept { return header_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return record_line_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::string where(std::uint64_t line) const;
  [[nodiscard]] std::string where(std::uint64_t line, std::string_view column) const;

 private:
  struct Piece {
    std::string_view text;
    bool ends_line = false;
  };

  static void on_field(void* text, std::size_t size, void* self);
  static void on_row(int terminator, void* self);

  Result<void> read_header();
  Result<void> name_columns();
  Result<void> check_header() const;
  Result<bool> read_row(CsvRow& row);
  Result<void> deliver(CsvRow& row);

  Result<bool> read_record();
  void begin_record() noexcept;
  Result<void> finish_last_record();
  Result<bool> refill();
  Result<void> skip_byte_order_mark();
  Piece take_piece() noexcept;
  [[nodiscard]] std::size_t terminator_position() noexcept;
  bool take_blank_line(const Piece& piece) noexcept;
  Result<void> feed(const Piece& piece);
  bool take_plain_line(const Piece& piece);
  Result<void> check_text() const;

  [[nodiscard]] Error at_line(Error error) const;
  [[nodiscard]] Error error_at(std::uint64_t line, ErrorCode code, std::string message) const;
  [[nodiscard]] Error error_in(std::uint64_t line, std::size_t field, ErrorCode code, std::string message) const;
  [[nodiscard]] Error syntax_error(std::string_view rest) const;
  [[nodiscard]] Error too_long() const;
  [[nodiscard]] std::string_view field(std::size_t i) const noexcept;

  ByteSource source_;
  CsvOptions options_;
  csv_parser parser_{};
  std::array<char, kBufferBytes> buffer_;
  std::size_t begin_ = 0;  // what is left of the buffer: [begin_, end_)
  std::size_t end_ = 0;
  std::size_t next_cr_ = 0;  // the first one from begin_ on, or end_; outdated where it is before begin_
  std::size_t next_lf_ = 0;
  bool searched_ = false;
  bool after_cr_ = false;  // the buffer ended between a CR and what may be its LF
  bool at_end_ = false;

  std::vector<std::string> header_;
  std::string record_;             // the fields of the record, a comma after each
  std::vector<std::size_t> ends_;  // where each ends in record_
  std::size_t field_count_ = 0;    // of the record; fields beyond field_limit_ are counted and not kept
  std::size_t field_limit_ = kMaxColumns + 1;
  std::size_t record_bytes_ = 0;
  bool complete_ = false;

  std::uint64_t line_ = 1;         // of the next byte
  std::uint64_t record_line_ = 1;  // on which the record begins
  std::uint64_t field_line_ = 1;   // on which the field that is still open begins
  std::uint64_t rows_ = 0;
  std::uint64_t leading_blank_lines_ = 0;  // rows of a headerless file, if it has one column
  std::uint64_t next_leading_line_ = 1;
  bool holds_first_row_ = false;
  std::optional<Error> failure_;
};

CsvReader::Impl::Impl(ByteSource source, CsvOptions options) : source_(std::move(source)), options_(options) {
  csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_space_func(&parser_, leeway_cli_no_blank);
  csv_set_blk_size(&parser_, kFieldGrowth);
}

void CsvReader::Impl::on_field(void* text, std::size_t size, void* self) {
  Impl& reader = *static_cast<Impl*>(self);
  if (++reader.field_count_ > reader.field_limit_) return;
  reader.record_.append(static_cast<const char*>(text), size);
  reader.ends_.push_back(reader.record_.size());
  reader.record_ += ',';
}

void CsvReader::Impl::on_row(int, void* self) { static_cast<Impl*>(self)->complete_ = true; }

std::string_view CsvReader::Impl::field(std::size_t i) const noexcept {
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1] + 1;
  return std::string_view(record_).substr(begin, ends_[i] - begin);
}

// ---- errors

std::string CsvReader::Impl::where(std::uint64_t line) const { return source_.name() + ':' + std::to_string(line); }

std::string CsvReader::Impl::where(std::uint64_t line, std::string_view column) const {
  return where(line) + ": column " + printable(column);
}

Error CsvReader::Impl::error_at(std::uint64_t line, ErrorCode code, std::string message) const {
  return {code, std::move(message), where(line)};
}

Error CsvReader::Impl::error_in(std::uint64_t line, std::size_t field, ErrorCode code, std::string message) const {
  const std::string column = field < header_.size() ? header_[field] : std::to_string(field + 1);
  return {code, std::move(message), where(line, column)};
}

/// An error of the source, at the line that could not be read.
Error CsvReader::Impl::at_line(Error error) const {
  error.where = where(line_);
  return error;
}

/// libcsv refused the first byte of `rest`.
Error CsvReader::Impl::syntax_error(std::string_view rest) const {
  if (csv_error(const_cast<csv_parser*>(&parser_)) != CSV_EPARSE) {
    return error_at(record_line_, ErrorCode::limit, "expected memory for the record, found none");
  }
  if (parser_.quoted != 0) {
    return error_in(
        line_, field_count_, ErrorCode::data,
        "expected a comma or the end of the line after a closing quote, found " + quoted(rest.substr(0, 1)));
  }
  return error_in(line_, field_count_, ErrorCode::data,
                  "expected quotes only in a quoted field, found one inside an unquoted field");
}

Error CsvReader::Impl::too_long() const {
  const std::string hint =
      parser_.quoted != 0 ? "; is the quote of line " + std::to_string(field_line_) + " closed?" : "";
  return error_at(record_line_, ErrorCode::limit,
                  "expected a record of at most " + grouped(kMaxRecordBytes) + " bytes, found a longer one" + hint);
}

// ---- records

Result<bool> CsvReader::Impl::refill() {
  if (begin_ != end_) return true;
  if (at_end_) return false;
  auto count = source_.read(buffer_);
  if (!count) return at_line(std::move(count).error());
  begin_ = 0;
  end_ = *count;
  searched_ = false;
  at_end_ = *count == 0;
  return !at_end_;
}

/// A pipe may deliver the mark byte by byte.
Result<void> CsvReader::Impl::skip_byte_order_mark() {
  while (end_ < kByteOrderMark.size()) {
    auto count = source_.read(std::span(buffer_).subspan(end_));
    if (!count) return at_line(std::move(count).error());
    if (*count == 0) break;
    end_ += *count;
  }
  if (std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
  return {};
}

/// Both positions are remembered: a file without any CR would otherwise be searched for one at every line.
std::size_t CsvReader::Impl::terminator_position() noexcept {
  const auto find = [this](char c) {
    const void* found = std::memchr(buffer_.data() + begin_, c, end_ - begin_);
    return found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) : end_;
  };
  if (!searched_ || next_cr_ < begin_) next_cr_ = find('\r');
  if (!searched_ || next_lf_ < begin_) next_lf_ = find('\n');
  searched_ = true;
  return (std::min)(next_cr_, next_lf_);
}

/// Precondition: the buffer is not used up.
CsvReader::Impl::Piece CsvReader::Impl::take_piece() noexcept {
  const std::size_t begin = begin_;
  const std::size_t terminator = terminator_position();
  const bool ends_line = terminator < end_;
  begin_ = terminator + (ends_line ? 1 : 0);
  if (ends_line && buffer_[terminator] == '\r') {
    after_cr_ = begin_ == end_;
    if (begin_ < end_ && buffer_[begin_] == '\n') ++begin_;
  }
  return {std::string_view(buffer_.data() + begin, begin_ - begin), ends_line};
}

void CsvReader::Impl::begin_record() noexcept {
  record_.clear();
  ends_.clear();
  field_count_ = 0;
  record_bytes_ = 0;
  complete_ = false;
  record_line_ = field_line_ = line_;
}

/// A blank line between records is an empty field, or nothing.
bool CsvReader::Impl::take_blank_line(const Piece& piece) noexcept {
  const bool blank = record_bytes_ == 0 && piece.ends_line && (piece.text[0] == '\n' || piece.text[0] == '\r');
  if (!blank) return false;
  if (header_.size() == 1) {
    on_field(nullptr, 0, this);
    complete_ = true;
  } else {
    record_line_ = field_line_ = line_ + 1;
    if (header_.empty()) ++leading_blank_lines_;
  }
  ++line_;
  return true;
}

/// A record of one line without quotes: its commas part its fields, and libcsv, which looks at each byte by itself,
/// would find no others.
bool CsvReader::Impl::take_plain_line(const Piece& piece) {
  std::string_view text = piece.text;
  const bool plain = record_bytes_ == 0 && piece.ends_line && text.size() <= kMaxRecordBytes &&
                     std::memchr(text.data(), '"', text.size()) == nullptr;
  if (!plain) return false;
  text = text.substr(0, text.find_last_not_of("\r\n") + 1);
  record_.append(text) += ',';
  for (std::size_t end = 0; end < record_.size(); ++end) {
    end = record_.find(',', end);
    if (++field_count_ <= field_limit_) ends_.push_back(end);
  }
  record_.resize(ends_.back() + 1);
  complete_ = true;
  ++line_;
  return true;
}

Result<void> CsvReader::Impl::feed(const Piece& piece) {
  const std::size_t fields_before = record_bytes_ == 0 ? SIZE_MAX : field_count_;
  record_bytes_ += piece.text.size();
  if (record_bytes_ > kMaxRecordBytes) return too_long();
  const std::size_t taken = csv_parse(&parser_, piece.text.data(), piece.text.size(), on_field, on_row, this);
  if (field_count_ != fields_before) field_line_ = line_;
  if (taken != piece.text.size()) return syntax_error(piece.text.substr(taken));
  if (piece.ends_line) ++line_;
  return {};
}

/// At the end of the file: completes a last line without a line end.
Result<void> CsvReader::Impl::finish_last_record() {
  if (csv_fini(&parser_, on_field, on_row, this) == 0) return {};
  return error_in(field_line_, field_count_, ErrorCode::data, "expected a closing quote, found the end of the file");
}

/// Reads one record into record_ and ends_; false at the end of the file.
Result<bool> CsvReader::Impl::read_record() {
  begin_record();
  while (!complete_) {
    auto more = refill();
    if (!more) return more;
    if (!*more) {
      if (auto finished = finish_last_record(); !finished) return std::move(finished).error();
      break;
    }
    if (std::exchange(after_cr_, false) && buffer_[begin_] == '\n') {
      const Piece rest_of_line_end{std::string_view(buffer_.data() + begin_++, 1), false};
      if (record_bytes_ == 0) continue;
      if (auto fed = feed(rest_of_line_end); !fed) return std::move(fed).error();
      continue;
    }
    const Piece piece = take_piece();
    if (take_blank_line(piece) || take_plain_line(piece)) continue;
    if (auto fed = feed(piece); !fed) return std::move(fed).error();
  }
  if (auto checked = check_text(); !checked) return std::move(checked).error();
  return complete_;
}

Result<void> CsvReader::Impl::check_text() const {
  const std::size_t valid = valid_utf8_prefix(record_);
  if (valid == record_.size()) return {};
  const auto field = static_cast<std::size_t>(std::lower_bound(ends_.begin(), ends_.end(), valid) - ends_.begin());
  const std::string message = record_[valid] == '\0' ? "expected text, found a NUL byte"
                                                     : "expected UTF-8, found the byte " + hexadecimal(record_[valid]);
  return error_in(record_line_, field, ErrorCode::data, message);
}

// ---- header and rows

Result<void> CsvReader::Impl::start() {
  if (auto skipped = skip_byte_order_mark(); !skipped) return skipped;
  if (auto read = read_header(); !read) return read;
  field_limit_ = header_.size();
  return {};
}

Result<void> CsvReader::Impl::read_header() {
  auto read = read_record();
  if (!read) return std::move(read).error();
  if (!*read) {
    const char* expected = options_.no_header ? "expected at least one row" : "expected a header line";
    return Error{ErrorCode::data, std::string(expected) + ", found an empty file", source_.name()};
  }
  if (field_count_ > kMaxColumns) {
    return error_at(record_line_, ErrorCode::limit,
                    "expected at most " + grouped(kMaxColumns) + " columns, found " + grouped(field_count_));
  }
  return name_columns();
}

Result<void> CsvReader::Impl::name_columns() {
  header_.reserve(field_count_);
  for (std::size_t i = 0; i < field_count_; ++i) {
    header_.push_back(options_.no_header ? 'c' + std::to_string(i + 1) : std::string(field(i)));
  }
  holds_first_row_ = options_.no_header;
  if (!options_.no_header || header_.size() != 1) leading_blank_lines_ = 0;
  return options_.no_header ? Result<void>() : check_header();
}

Result<void> CsvReader::Impl::check_header() const {
  std::unordered_map<std::string_view, std::size_t> seen(header_.size());
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (header_[i].empty()) {
      return Error{ErrorCode::data, "expected a column name, found an empty field",
                   where(record_line_, std::to_string(i + 1))};
    }
    const auto [first, is_new] = seen.emplace(header_[i], i);
    if (is_new) continue;
    return error_in(record_line_, i, ErrorCode::data,
                    "expected distinct column names, found this one for columns " + std::to_string(first->second + 1) +
                        " and " + std::to_string(i + 1));
  }
  return {};
}

Result<bool> CsvReader::Impl::next(CsvRow& row) {
  if (failure_) return *failure_;
  auto read = read_row(row);
  if (!read) failure_ = read.error();
  return read;
}

Result<bool> CsvReader::Impl::read_row(CsvRow& row) {
  if (leading_blank_lines_ > 0) {
    --leading_blank_lines_;
    ++rows_;
    row.fields.assign(1, std::string_view());
    row.line = next_leading_line_++;
    return true;
  }
  if (!std::exchange(holds_first_row_, false)) {
    auto read = read_record();
    if (!read) return read;
    if (!*read && rows_ == 0) {
      return Error{ErrorCode::data, "expected at least one row, found none", source_.name()};
    }
    if (!*read) return false;
  }
  if (auto delivered = deliver(row); !delivered) return std::move(delivered).error();
  return true;
}

Result<void> CsvReader::Impl::deliver(CsvRow& row) {
  if (field_count_ != header_.size()) {
    return error_at(record_line_, ErrorCode::data,
                    "expected " + counted(header_.size(), "field") + ", found " + grouped(field_count_));
  }
  ++rows_;
  row.line = record_line_;
  row.fields.resize(field_count_);
  const char* begin = record_.data();
  for (std::size_t i = 0; i < field_count_; ++i) {
    const char* end = record_.data() + ends_[i];
    row.fields[i] = std::string_view(begin, static_cast<std::size_t>(end - begin));
    begin = end + 1;
  }
  return {};
}

// ---- the reader

CsvReader::CsvReader(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Result<CsvReader> CsvReader::open(const std::string& path, CsvOptions options) {
  auto source = ByteSource::open(path);
  if (!source) return std::move(source).error();
  auto impl = std::make_unique<Impl>(*std::move(source), options);
  if (auto started = impl->start(); !started) return std::move(started).error();
  return CsvReader(std::move(impl));
}

const std::vector<std::string>& CsvReader::header() const noexcept { return impl_->header(); }
Result<bool> CsvReader::next(CsvRow& row) { return impl_->next(row); }
std::uint64_t CsvReader::line() const noexcept { return impl_->line(); }
std::uint64_t CsvReader::rows() const noexcept { return impl_->rows(); }
std::uint64_t CsvReader::bytes_read() const noexcept { return impl_->source().bytes_read(); }
std::uint64_t CsvReader::total_bytes() const noexcept { return impl_->source().total_bytes(); }
const std::string& CsvReader::name() const noexcept { return impl_->source().name(); }
std::string CsvReader::where() const { return impl_->where(line()); }
std::string CsvReader::where(std::string_view column) const { return impl_->where(line(), column); }

}  // namespace leeway::cli
