#ifndef LEEWAY_STREAM_DETAIL_ROW_BLOCKS_HPP
#define LEEWAY_STREAM_DETAIL_ROW_BLOCKS_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace leeway::inline v1::stream::detail {

/// What the rows of a block hold for each feature: a float, or a word of 64 bits as RowEncoder makes it.
enum class RowKind : std::uint8_t { floats, words };

[[nodiscard]] constexpr std::size_t value_bytes(RowKind kind) noexcept {
  return kind == RowKind::floats ? sizeof(float) : sizeof(std::uint64_t);
}

/// Rows side by side in memory. Borrowed.
struct RowBytes {
  RowKind kind = RowKind::floats;
  const std::byte* data = nullptr;
  std::size_t rows = 0;
};

/// Rows on their way from one writer to the counters, in blocks that are counted when full. A reader may claim the rows
/// of the block that is filling, while the writer goes on: each row is taken once, by one of them.
///
/// The writer appends a row with a copy and one release store. `claim_` names the block that is filling, its kind, the
/// buffer it is in, and how many of its rows the reader has claimed; whoever changes it with one atomic step owns what
/// it names: the reader by raising the claimed rows, the writer by moving on to the next block. That is in the same
/// buffer, which is still in the cache, unless the reader has announced that it reads there: so the writer never waits.
class RowBlocks {
 public:
  /// Blocks of `block_rows` rows of floats, or as many rows of words as take the same memory, at least one.
  RowBlocks(std::size_t features, std::size_t block_rows)
      : features_(features),
        block_rows_(block_rows),
        buffer_bytes_(features * (std::max)(block_rows * sizeof(float), sizeof(std::uint64_t))),
        storage_(new std::byte[kBuffers * buffer_bytes_]()),
        cursor_(buffer(0)),
        capacity_(block_rows) {}

  [[nodiscard]] std::size_t features() const noexcept { return features_; }

  // Writer

  [[nodiscard]] RowKind kind() const noexcept { return kind_; }
  /// Where the next row of kind() goes: features() values.
  [[nodiscard]] std::byte* next_row() noexcept { return cursor_; }

  /// Appends the row that was written at next_row(). Returns whether the block is full now: then take_block() is next.
  bool append_written() noexcept {
    cursor_ += features_ * value_bytes(kind_);
    published_.store(first_row_ + ++filled_, std::memory_order_release);
    return filled_ == capacity_;
  }
  /// Copies a row of features() floats. Precondition: kind() is floats.
  bool append(const float* row) noexcept {
    std::memcpy(cursor_, row, features_ * sizeof(float));
    return append_written();
  }

  /// The rows of the block that no reader has claimed; they stay until the next row is written. The writer goes on with
  /// rows of kind `next`.
  [[nodiscard]] RowBytes take_block(RowKind next) noexcept {
    RowBytes left{kind_, buffer(current_), filled_};
    const std::uint64_t claimed = claim_.exchange(pack(++block_, next, current_)) & kRowMask;
    if (reading_.load() == static_cast<int>(current_)) {
      current_ = 1 - current_;
      claim_.store(pack(block_, next, current_));
    }
    left.data += claimed * row_bytes(left.kind);
    left.rows -= claimed;
    start_block(next);
    return left;
  }

  // Reader, one at a time

  /// Moves the rows that are there, and in no block taken, to `bytes`; the result refers to them.
  RowBytes claim(std::vector<std::byte>& bytes) {
    for (std::uint64_t seen = claim_.load();; seen = claim_.load()) {
      reading_.store(static_cast<int>(buffer_of(seen)));
      if (claim_.load() != seen) continue;
      const std::uint64_t available = rows_available(seen);
      const RowBytes claimed = copy_rows(seen, available, bytes);
      if (!claim_.compare_exchange_strong(seen, (seen & ~kRowMask) | available)) continue;
      reading_.store(kNothing);
      return claimed;
    }
  }

 private:
  static constexpr std::size_t kBuffers = 2;
  static constexpr int kNothing = -1;
  static constexpr std::uint64_t kRowMask = 0xFFFF;  // bits 0-15: claimed rows, 16: buffer, 17: kind, 18-63: block
  static constexpr int kBufferShift = 16;
  static constexpr int kKindShift = 17;
  static constexpr int kBlockShift = 18;

  static std::uint64_t pack(std::uint64_t block, RowKind kind, std::size_t buffer) noexcept {
    return (block << kBlockShift) | (static_cast<std::uint64_t>(kind) << kKindShift) |
           (std::uint64_t{buffer} << kBufferShift);
  }
  static std::size_t buffer_of(std::uint64_t claim) noexcept { return (claim >> kBufferShift) & 1; }
  static RowKind kind_of(std::uint64_t claim) noexcept { return static_cast<RowKind>((claim >> kKindShift) & 1); }

  std::byte* buffer(std::size_t index) const noexcept { return storage_.get() + index * buffer_bytes_; }
  std::size_t row_bytes(RowKind kind) const noexcept { return features_ * value_bytes(kind); }
  std::size_t capacity(RowKind kind) const noexcept {
    return kind == RowKind::floats ? block_rows_ : (std::max)(block_rows_ / 2, std::size_t{1});
  }

  void start_block(RowKind kind) noexcept {
    kind_ = kind;
    capacity_ = capacity(kind);
    cursor_ = buffer(current_);
    filled_ = 0;
    first_row_ = block_ * block_rows_;
  }

  // The writer publishes rows counted from the first of all, so that a stale number never exceeds the block's own rows.
  std::uint64_t rows_available(std::uint64_t claim) const noexcept {
    const std::uint64_t first = (claim >> kBlockShift) * block_rows_;
    const std::uint64_t published = published_.load(std::memory_order_acquire);
    const std::uint64_t in_block = published > first ? published - first : 0;
    return (std::min)(in_block, std::uint64_t{capacity(kind_of(claim))});
  }

  RowBytes copy_rows(std::uint64_t claim, std::uint64_t available, std::vector<std::byte>& bytes) const {
    const std::uint64_t claimed = claim & kRowMask;
    const std::size_t row = row_bytes(kind_of(claim));
    const std::byte* first = buffer(buffer_of(claim));
    bytes.assign(first + claimed * row, first + available * row);
    return {kind_of(claim), bytes.data(), available - claimed};
  }

  std::size_t features_;
  std::size_t block_rows_;
  std::size_t buffer_bytes_;
  std::unique_ptr<std::byte[]> storage_;
  // The writer's own:
  std::byte* cursor_;
  RowKind kind_ = RowKind::floats;
  std::size_t capacity_;
  std::size_t filled_ = 0;
  std::size_t current_ = 0;
  std::uint64_t block_ = 0;
  std::uint64_t first_row_ = 0;  // of the block, as published_ counts
  // Shared:
  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> claim_{0};
  std::atomic<int> reading_{kNothing};
};

}  // namespace leeway::inline v1::stream::detail

#endif
