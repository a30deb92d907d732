#include "leeway/simd/count_codes.hpp"

#include <algorithm>
#include <array>

#include "leeway/base/assert.hpp"
#include "leeway/core/edges_axis.hpp"

namespace leeway::inline v1::simd {
namespace {

// Place 0 is for missing codes, the last for those beyond the cells.
constexpr std::size_t kPlaces = kMaxCells + 2;
constexpr std::size_t kWays = 4;  // counters side by side, so that equal codes in a row do not wait for each other
constexpr std::size_t kFew = 256;
constexpr std::size_t kChunk = std::size_t{1} << 31;  // what a counter of 32 bits can hold

std::size_t place_of(std::int32_t code, std::size_t cells) noexcept {
  return code < 0 ? 0 : (std::min)(static_cast<std::size_t>(code), cells) + 1;
}

void add(std::size_t place, std::uint64_t number, std::span<std::uint64_t> cells, SideCounts& side) noexcept {
  if (place == 0) {
    side.missing += number;
  } else if (place <= cells.size()) {
    cells[place - 1] += number;
  } else {
    side.unseen += number;
  }
}

template <class Code>
void count_many(std::span<const Code> codes, std::span<std::uint64_t> cells, SideCounts& side) noexcept {
  std::array<std::uint32_t, kWays * kPlaces> counts;
  const std::size_t places = cells.size() + 2;
  std::fill_n(counts.begin(), kWays * places, 0u);
  std::size_t i = 0;
  for (; i + kWays <= codes.size(); i += kWays) {
    for (std::size_t way = 0; way < kWays; ++way) ++counts[kWays * place_of(codes[i + way], cells.size()) + way];
  }
  for (; i < codes.size(); ++i) ++counts[kWays * place_of(codes[i], cells.size())];
  for (std::size_t place = 0; place < places; ++place) {
    std::uint64_t sum = 0;
    for (std::size_t way = 0; way < kWays; ++way) sum += counts[kWays * place + way];
    add(place, sum, cells, side);
  }
}

template <class Code>
void count(std::span<const Code> codes, std::span<std::uint64_t> cells, SideCounts& side) noexcept {
  LEEWAY_ASSERT(cells.size() <= kMaxCells);
  if (codes.size() < (std::max)(kFew, cells.size())) {
    for (const Code code : codes) add(place_of(code, cells.size()), 1, cells, side);
    return;
  }
  for (; codes.size() > kChunk; codes = codes.subspan(kChunk)) count_many(codes.first(kChunk), cells, side);
  count_many(codes, cells, side);
}

}  // namespace

void count_codes(std::span<const std::int8_t> codes, std::span<std::uint64_t> cells, SideCounts& side) noexcept {
  count(codes, cells, side);
}
void count_codes(std::span<const std::int16_t> codes, std::span<std::uint64_t> cells, SideCounts& side) noexcept {
  count(codes, cells, side);
}
void count_codes(std::span<const std::int32_t> codes, std::span<std::uint64_t> cells, SideCounts& side) noexcept {
  count(codes, cells, side);
}

}  // namespace leeway::inline v1::simd
