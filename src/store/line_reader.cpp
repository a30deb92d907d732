#include "store/line_reader.hpp"

#include <utility>

namespace leeway::inline v1::store::detail {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16U;
constexpr std::size_t kLongest = std::size_t{64} << 20U;

}  // namespace

Result<bool> LineReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.size() > kLongest)
    return Error{ErrorCode::limit, "expected lines of at most 64 MiB, found a longer one", ""};
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kPiece);
  const auto got = bytes_(std::span(buffer_).subspan(size));
  buffer_.resize(size + (got ? *got : 0));
  if (!got) return got.error();
  at_end_ = *got == 0;
  return !at_end_;
}

Result<std::optional<Line>> LineReader::next() {
  std::size_t searched = begin_;
  std::size_t end = buffer_.find('\n', searched);
  while (end == std::string::npos && !at_end_) {
    searched = buffer_.size() - begin_;
    if (auto filled = fill(); !filled) return std::move(filled).error();
    end = buffer_.find('\n', searched);
  }
  const bool ended = end != std::string::npos;
  if (!ended) end = buffer_.size();
  if (!ended && end == begin_) return std::optional<Line>();
  const Line line{std::string_view(buffer_).substr(begin_, end - begin_), ended};
  begin_ = end + (ended ? 1 : 0);
  ++number_;
  offset_ = std::exchange(next_offset_, next_offset_ + line.text.size() + (ended ? 1 : 0));
  return std::optional(line);
}

}  // namespace leeway::inline v1::store::detail
