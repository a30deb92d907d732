#ifndef LEEWAY_SRC_STORE_LINE_READER_HPP
#define LEEWAY_SRC_STORE_LINE_READER_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leeway/base/result.hpp"
#include "leeway/store/rollout_events.hpp"

namespace leeway::inline v1::store::detail {

struct Line {
  std::string_view text;  ///< without its line end; valid until the next line is read
  bool ended = true;      ///< by a line end; only the last line can be without
};

/// Lines of a source, read piece by piece: memory for the longest one.
class LineReader {
 public:
  explicit LineReader(ByteReader bytes) : bytes_(std::move(bytes)) {}

  /// Nothing at the end. Errors: limit (a line of more than 64 MiB), and what the source says.
  Result<std::optional<Line>> next();

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }  ///< of the last line, from 1
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }  ///< in bytes, of its beginning

 private:
  Result<bool> fill();

  ByteReader bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what no line has taken yet
  std::uint64_t number_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t next_offset_ = 0;
  bool at_end_ = false;
};

/// An error of the source, which may call itself as the reader does.
[[nodiscard]] inline Error of_source(const std::string& where, Error error) {
  return error.where == where ? error : at(where, std::move(error));
}

}  // namespace leeway::inline v1::store::detail

#endif
