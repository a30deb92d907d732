#ifndef LEEWAY_STREAM_UNSEEN_SAMPLE_HPP
#define LEEWAY_STREAM_UNSEEN_SAMPLE_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace leeway::inline v1::stream {

/// A few of the categories that came and that the profile does not list: those of the smallest hashes, with exact
/// counts, and from them how many distinct ones there were (bottom-k sampling; Cohen 1997, Beyer et al. 2007). The same
/// whatever the order of values, threads and merges. Up to kSize distinct categories are all there.
///
/// A category may be personal data: it is kept as its hash and length, and as text only on request. add() and merge()
/// do not allocate and cost at most kSize steps. Thread contract: one thread at a time.
class UnseenSample {
 public:
  static constexpr std::size_t kSize = 16;
  /// Bytes of a text that are kept.
  static constexpr std::size_t kMostText = 39;

  class Entry {
   public:
    /// 56 bits of XXH3.
    [[nodiscard]] std::uint64_t hash() const noexcept { return key_ >> 8; }
    /// Of the text, in bytes; 255 stands for all from there on.
    [[nodiscard]] std::size_t length() const noexcept { return key_ & 0xFF; }
    /// How often it came.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    friend bool operator==(const Entry&, const Entry&) = default;

   private:
    friend class UnseenSample;
    std::uint64_t key_ = 0;
    std::uint64_t count_ = 0;
  };

  explicit UnseenSample(bool keeps_text = false) : texts_(keeps_text ? kSize : 0) {}

  /// Counts a category by its key, as detail::category_key makes it.
  void add(std::uint64_t key, std::uint64_t count = 1) noexcept {
    if (const std::size_t at = place(key); at < kSize) entries_[at].count_ += count;
  }
  /// Keeps the text of a category, if this sample keeps texts; counts nothing.
  void keep_text(std::uint64_t key, std::string_view text) noexcept {
    if (texts_.empty()) return;
    if (const std::size_t at = place(key); at < kSize) texts_[at].assign(text);
  }
  /// A text that was kept of a category that is not counted yet is left out, unless it is counted here.
  void merge(const UnseenSample& other) noexcept {
    full_ |= other.full_;
    for (std::size_t i = 0; i < other.size_; ++i) {
      if (other.entries_[i].count_ == 0 && !holds(other.entries_[i].key_)) continue;
      add(other.entries_[i].key_, other.entries_[i].count_);
      if (!other.texts_.empty()) keep_text(other.entries_[i].key_, other.text(i));
    }
  }
  void reset() noexcept {
    size_ = 0;
    full_ = false;
  }

  /// In the order of their hashes.
  [[nodiscard]] std::span<const Entry> entries() const noexcept { return {entries_.data(), size_}; }
  /// The first kMostText bytes of an entry, empty if they are not kept.
  [[nodiscard]] std::string_view text(std::size_t entry) const noexcept {
    return texts_.empty() ? std::string_view() : texts_[entry].view();
  }
  /// How many distinct categories came: exact up to kSize, beyond that an estimate of 27 % standard error.
  [[nodiscard]] double distinct() const noexcept {
    if (!full_) return static_cast<double>(size_);
    // After a merge that left out what is not counted, there may be fewer than kSize.
    const double largest = size_ > 0 ? (static_cast<double>(entries_[size_ - 1].hash()) + 1) * 0x1p-56 : 1;
    return (std::max)((static_cast<double>(size_) - 1) / largest, static_cast<double>(size_ + 1));
  }

 private:
  struct Text {
    void assign(std::string_view text) noexcept {
      size = static_cast<std::uint8_t>((std::min)(text.size(), kMostText));
      std::copy_n(text.data(), size, bytes.data());
    }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes.data(), size}; }

    std::array<char, kMostText> bytes{};
    std::uint8_t size = 0;
  };

  [[nodiscard]] bool holds(std::uint64_t key) const noexcept {
    return std::any_of(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(size_),
                       [key](const Entry& entry) { return entry.key_ == key; });
  }
  // Where the key is, made room for if need be; kSize if it is not among the smallest.
  std::size_t place(std::uint64_t key) noexcept {
    const auto begin = entries_.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(size_);
    const auto found = std::lower_bound(begin, end, key, [](const Entry& e, std::uint64_t k) { return e.key_ < k; });
    const auto at = static_cast<std::size_t>(found - begin);
    if (found != end && found->key_ == key) return at;
    full_ |= size_ == kSize;
    if (at < kSize) insert(at, key);
    return at;
  }
  void insert(std::size_t at, std::uint64_t key) noexcept {
    size_ = (std::min)(size_ + 1, kSize);
    std::move_backward(entries_.begin() + static_cast<std::ptrdiff_t>(at),
                       entries_.begin() + static_cast<std::ptrdiff_t>(size_ - 1),
                       entries_.begin() + static_cast<std::ptrdiff_t>(size_));
    entries_[at].key_ = key;
    entries_[at].count_ = 0;
    if (texts_.empty()) return;
    std::move_backward(texts_.begin() + static_cast<std::ptrdiff_t>(at),
                       texts_.begin() + static_cast<std::ptrdiff_t>(size_ - 1),
                       texts_.begin() + static_cast<std::ptrdiff_t>(size_));
    texts_[at] = {};
  }

  std::array<Entry, kSize> entries_{};
  std::size_t size_ = 0;
  bool full_ = false;  // some category found no place
  std::vector<Text> texts_;
};

}  // namespace leeway::inline v1::stream

#endif
