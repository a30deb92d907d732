#ifndef LEEWAY_STREAM_DETAIL_ROW_BLOCKS_HPP
#define LEEWAY_STREAM_DETAIL_ROW_BLOCKS_HPP

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace leeway::inline v1::stream::detail {

/// Rows of floats on their way from one writer to the counters, in blocks that are counted when full. A reader may
/// claim the rows of the block that is filling, while the writer goes on: each row is taken once, by one of them.
///
/// The writer appends a row with a copy and one release store. `claim_` names the block that is filling, the buffer it
/// is in, and how many of its rows the reader has claimed; whoever changes it with one atomic step owns what it names:
/// the reader by raising the claimed rows, the writer by moving on to the next block. Three buffers, so that the writer
/// always finds one that is neither the block just filled nor under the reader's eyes: it never waits.
class RowBlocks {
 public:
  RowBlocks(std::size_t features, std::size_t block_rows)
      : features_(features), block_rows_(block_rows), storage_(kBuffers * features * block_rows), cursor_(buffer(0)) {}

  [[nodiscard]] std::size_t features() const noexcept { return features_; }

  // Writer

  /// Copies a row of features() floats. Returns whether the block is full now: then take_full_block() comes next.
  bool append(const float* row) noexcept {
    std::memcpy(cursor_, row, features_ * sizeof(float));
    cursor_ += features_;
    ++filled_;
    published_.store(block_ * block_rows_ + filled_, std::memory_order_release);
    return filled_ == block_rows_;
  }

  /// The rows of the full block that no reader has claimed, row by row; they stay until the next block is full. The
  /// writer goes on in another buffer.
  [[nodiscard]] std::span<const float> take_full_block() noexcept {
    const std::size_t left = current_;
    current_ = free_buffer();
    cursor_ = buffer(current_);
    filled_ = 0;
    const std::uint64_t claimed = claim_.exchange(pack(++block_, current_, 0)) & kRowMask;
    return {buffer(left) + claimed * features_, (block_rows_ - claimed) * features_};
  }

  // Reader, one at a time

  /// Moves the rows that are there, and in no full block, to `rows`.
  void claim(std::vector<float>& rows) {
    for (std::uint64_t seen = claim_.load();; seen = claim_.load()) {
      reading_.store(static_cast<int>(buffer_of(seen)));
      if (claim_.load() != seen) continue;
      const std::uint64_t available = rows_available(seen);
      copy_rows(seen, available, rows);
      if (claim_.compare_exchange_strong(seen, (seen & ~kRowMask) | available)) break;
    }
    reading_.store(kNothing);
  }

 private:
  static constexpr std::size_t kBuffers = 3;
  static constexpr int kNothing = -1;
  static constexpr std::uint64_t kRowMask = 0xFFFF;  // bits 0-15: claimed rows, 16-17: buffer, 18-63: block
  static constexpr int kBufferShift = 16;
  static constexpr int kBlockShift = 18;

  static std::uint64_t pack(std::uint64_t block, std::size_t buffer, std::uint64_t rows) noexcept {
    return (block << kBlockShift) | (std::uint64_t{buffer} << kBufferShift) | rows;
  }
  static std::size_t buffer_of(std::uint64_t claim) noexcept { return (claim >> kBufferShift) & 3; }

  float* buffer(std::size_t index) noexcept { return storage_.data() + index * features_ * block_rows_; }

  std::size_t free_buffer() const noexcept {
    const int reading = reading_.load();
    for (std::size_t i = 0;; ++i) {
      if (i != current_ && static_cast<int>(i) != reading) return i;
    }
  }

  // The writer publishes rows counted from the first of all, so that a stale number never exceeds the block's own rows.
  std::uint64_t rows_available(std::uint64_t claim) const noexcept {
    const std::uint64_t first = (claim >> kBlockShift) * block_rows_;
    const std::uint64_t published = published_.load(std::memory_order_acquire);
    const std::uint64_t in_block = published > first ? published - first : 0;
    return in_block < block_rows_ ? in_block : block_rows_;
  }

  void copy_rows(std::uint64_t claim, std::uint64_t available, std::vector<float>& rows) {
    const float* first = buffer(buffer_of(claim));
    rows.assign(first + (claim & kRowMask) * features_, first + available * features_);
  }

  std::size_t features_;
  std::size_t block_rows_;
  std::vector<float> storage_;
  // The writer's own:
  float* cursor_;
  std::size_t filled_ = 0;
  std::size_t current_ = 0;
  std::uint64_t block_ = 0;
  // Shared:
  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> claim_{0};
  std::atomic<int> reading_{kNothing};
};

}  // namespace leeway::inline v1::stream::detail

#endif
