#ifndef LEEWAY_SIMD_COUNT_CODES_HPP
#define LEEWAY_SIMD_COUNT_CODES_HPP

#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/core/counts.hpp"

namespace leeway::inline v1::simd {

/// Adds dictionary codes to counters: code c to cells[c]; a negative one is missing, one beyond the cells unseen.
/// `cells` holds at most kMaxCells counters. Some 0.5 ns a code, without vectors: the sum is one of increments. No
/// allocation. Thread contract: the caller owns the counters.
LEEWAY_EXPORT void count_codes(std::span<const std::int8_t> codes, std::span<std::uint64_t> cells,
                               SideCounts& side) noexcept;
LEEWAY_EXPORT void count_codes(std::span<const std::int16_t> codes, std::span<std::uint64_t> cells,
                               SideCounts& side) noexcept;
LEEWAY_EXPORT void count_codes(std::span<const std::int32_t> codes, std::span<std::uint64_t> cells,
                               SideCounts& side) noexcept;

}  // namespace leeway::inline v1::simd

#endif
