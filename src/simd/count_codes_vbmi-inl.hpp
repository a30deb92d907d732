// Counting bytes, on AVX-512 with byte permutes.
#if defined(LEEWAY_SRC_SIMD_COUNT_CODES_VBMI_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_COUNT_CODES_VBMI_INL_HPP
#undef LEEWAY_SRC_SIMD_COUNT_CODES_VBMI_INL_HPP
#else
#define LEEWAY_SRC_SIMD_COUNT_CODES_VBMI_INL_HPP
#endif

#include <hwy/highway.h>

#if HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86

#include <algorithm>
#include <array>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

// Counts codes below 64. For each eight codes a permute turns 64 bytes into single bits: bit b of a byte says that it
// was code 8 * octet + b. Bits of one place are then counted as in a population count by carry-save adders (Harley &
// Seal; Mula, Kurz & Lemire 2018, doi:10.1093/comjnl/bxx046), all places at once.
class OneHotCounter {
 public:
  static constexpr std::size_t kVectors = 16;  // added at once
  static constexpr std::size_t kBlock = 64 * kVectors;

  HWY_INLINE explicit OneHotCounter(std::size_t codes) : octets_((codes + 7) / 8) {
    std::fill(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(8 * octets_), 0u);
  }

  HWY_INLINE void AddBlock(const std::uint8_t* codes) {
    if (!carried_) Clear();
    for (std::size_t octet = 0; octet < octets_; ++octet) AddOctet(codes, octet);
  }

  // `n` is a multiple of 64, below kBlock.
  HWY_INLINE void AddRest(std::uint8_t* codes, std::size_t n) {
    if (n <= 2 * 64) {
      for (std::size_t i = 0; i < n; i += 64) {
        for (std::size_t octet = 0; octet < octets_; ++octet) AddPlaces(OneHot(codes + i, Table(octet)), 1, octet);
      }
      return;
    }
    std::fill(codes + n, codes + kBlock, std::uint8_t{0});
    AddBlock(codes);
    counts_[0] -= static_cast<std::uint32_t>(kBlock - n);
  }

  HWY_INLINE void Finish() {
    if (!carried_) return;
    for (std::size_t octet = 0; octet < octets_; ++octet) {
      for (unsigned level = 0; level < 4; ++level) AddPlaces(carry_[octet][level], 1u << level, octet);
    }
  }

  HWY_INLINE std::uint64_t operator[](std::size_t code) const { return counts_[code]; }

 private:
  static HWY_INLINE __m512i Table(std::size_t octet) {
    return _mm512_maskz_set1_epi64(static_cast<__mmask8>(1u << octet), static_cast<long long>(0x8040201008040201u));
  }
  static HWY_INLINE __m512i OneHot(const std::uint8_t* codes, __m512i table) {
    return _mm512_permutexvar_epi8(_mm512_load_si512(codes), table);
  }

  // sum := the places with an odd number of bits; returns those with at least two.
  static HWY_INLINE __m512i CarrySave(__m512i& sum, __m512i a, __m512i b) {
    const __m512i carry = _mm512_ternarylogic_epi64(sum, a, b, 0xE8);
    sum = _mm512_ternarylogic_epi64(sum, a, b, 0x96);
    return carry;
  }

  HWY_INLINE void AddOctet(const std::uint8_t* codes, std::size_t octet) {
    const __m512i table = Table(octet);
    __m512i ones = carry_[octet][0];
    __m512i twos = carry_[octet][1];
    __m512i fours = carry_[octet][2];
    __m512i eights = carry_[octet][3];
    const auto two = [&](std::size_t v) {
      return CarrySave(ones, OneHot(codes + 64 * v, table), OneHot(codes + 64 * (v + 1), table));
    };
    const auto four = [&](std::size_t v) {
      const __m512i a = two(v);
      return CarrySave(twos, a, two(v + 2));
    };
    const auto eight = [&](std::size_t v) {
      const __m512i a = four(v);
      return CarrySave(fours, a, four(v + 4));
    };
    const __m512i a = eight(0);
    const __m512i sixteens = CarrySave(eights, a, eight(8));
    AddPlaces(sixteens, 16, octet);
    carry_[octet][0] = ones;
    carry_[octet][1] = twos;
    carry_[octet][2] = fours;
    carry_[octet][3] = eights;
  }

  HWY_INLINE void AddPlaces(__m512i bits, std::uint32_t weight, std::size_t octet) {
    for (unsigned b = 0; b < 8; ++b) {
      const __mmask64 at_place = _mm512_test_epi8_mask(bits, _mm512_set1_epi8(static_cast<char>(1u << b)));
      counts_[8 * octet + b] += weight * static_cast<std::uint32_t>(_mm_popcnt_u64(at_place));
    }
  }

  HWY_INLINE void Clear() {
    for (std::size_t octet = 0; octet < octets_; ++octet) {
      for (__m512i& level : carry_[octet]) level = _mm512_setzero_si512();
    }
    carried_ = true;
  }

  std::size_t octets_;
  bool carried_ = false;
  std::array<std::uint32_t, 64> counts_;
  __m512i carry_[8][4];  // per octet: bits of weight 1, 2, 4, 8
};

// Counts any codes: one addition in memory each. Side by side, so that equal codes that follow each other do not wait.
class IncrementCounter {
 public:
  static constexpr std::size_t kBlock = 1024;

  HWY_INLINE IncrementCounter(std::size_t codes, std::size_t n) : codes_(codes), ways_(n < 2048 ? 1 : kWays) {
    std::fill(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(ways_ * codes_), 0u);
  }

  HWY_INLINE void AddBlock(const std::uint8_t* codes) { Add(codes, kBlock); }
  HWY_INLINE void AddRest(const std::uint8_t* codes, std::size_t n) { Add(codes, n); }

  HWY_INLINE void Finish() {
    for (std::size_t way = 1; way < ways_; ++way) {
      for (std::size_t code = 0; code < codes_; ++code) counts_[code] += counts_[way * codes_ + code];
    }
  }

  HWY_INLINE std::uint64_t operator[](std::size_t code) const { return counts_[code]; }

 private:
  static constexpr std::size_t kWays = 8;

  HWY_INLINE void Add(const std::uint8_t* codes, std::size_t n) {
    if (ways_ == 1) {
      for (std::size_t i = 0; i < n; ++i) ++counts_[codes[i]];
      return;
    }
    std::uint32_t* const counts = counts_.data();
    for (std::size_t i = 0; i < n; i += kWays) {
      std::uint64_t eight;
      std::memcpy(&eight, codes + i, sizeof(eight));
      LEEWAY_UNROLL
      for (std::size_t way = 0; way < kWays; ++way) ++counts[way * codes_ + ((eight >> (8 * way)) & 0xFF)];
    }
  }

  std::size_t codes_;
  std::size_t ways_;
  std::array<std::uint32_t, kWays * 256> counts_;
};

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET
#endif
