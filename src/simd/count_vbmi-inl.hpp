// AVX-512 with byte permutes: edges and tables are registers, values become codes of one byte, and bytes are counted
// 64 at a time. Nothing of this is in Highway 1.0.3. Elsewhere count_compare-inl.hpp and count_memory-inl.hpp serve.
#if defined(LEEWAY_SRC_SIMD_COUNT_VBMI_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_COUNT_VBMI_INL_HPP
#undef LEEWAY_SRC_SIMD_COUNT_VBMI_INL_HPP
#else
#define LEEWAY_SRC_SIMD_COUNT_VBMI_INL_HPP
#endif

#include <hwy/highway.h>

#if HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86

#include <algorithm>
#include <array>

#include "simd/count_codes_vbmi-inl.hpp"
#include "simd/count_compare-inl.hpp"
#include "simd/count_tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

// One vector of values and what is done with it.
struct FloatLanes {
  using Lane = float;
  using Vector = __m512;
  using Mask = __mmask16;
  static constexpr std::size_t kLanes = 16;

  static HWY_INLINE Vector Load(const float* x) { return _mm512_loadu_ps(x); }
  static HWY_INLINE Vector Set(float x) { return _mm512_set1_ps(x); }
  // NaN becomes `low`: of a NaN, x86 returns the second operand.
  static HWY_INLINE Vector Clamp(Vector x, Vector low, Vector high) {
    return _mm512_min_ps(_mm512_max_ps(x, low), high);
  }
  static HWY_INLINE __m512i Position(Vector x, Vector scale, Vector offset) {
    return _mm512_castps_si512(_mm512_fmadd_ps(x, scale, offset));
  }
  static HWY_INLINE Vector Lookup(__m512i index, Vector table) { return _mm512_permutexvar_ps(index, table); }
  static HWY_INLINE Vector Lookup(__m512i index, Vector first, Vector second) {
    return _mm512_permutex2var_ps(first, index, second);
  }
  static HWY_INLINE Vector Blend(Mask mask, Vector no, Vector yes) { return _mm512_mask_blend_ps(mask, no, yes); }
  static HWY_INLINE Mask AtOrAbove(Vector x, Vector edge) { return _mm512_cmp_ps_mask(x, edge, _CMP_GE_OQ); }
  static HWY_INLINE Mask NotAtOrAbove(Vector x, Vector edge) { return _mm512_cmp_ps_mask(x, edge, _CMP_NGE_UQ); }
  static HWY_INLINE __m512i OrWhere(__m512i codes, Mask mask, int bit) {
    return _mm512_mask_or_epi32(codes, mask, codes, _mm512_set1_epi32(bit));
  }
  static HWY_INLINE Mask HasBit(__m512i codes, int bit) {
    return _mm512_test_epi32_mask(codes, _mm512_set1_epi32(bit));
  }
  static HWY_INLINE __m512i Increment(__m512i codes, Mask mask) {
    return _mm512_mask_add_epi32(codes, mask, codes, _mm512_set1_epi32(1));
  }
};

struct DoubleLanes {
  using Lane = double;
  using Vector = __m512d;
  using Mask = __mmask8;
  static constexpr std::size_t kLanes = 8;

  static HWY_INLINE Vector Load(const double* x) { return _mm512_loadu_pd(x); }
  static HWY_INLINE Vector Set(double x) { return _mm512_set1_pd(x); }
  static HWY_INLINE Vector Clamp(Vector x, Vector low, Vector high) {
    return _mm512_min_pd(_mm512_max_pd(x, low), high);
  }
  static HWY_INLINE __m512i Position(Vector x, Vector scale, Vector offset) {
    return _mm512_castpd_si512(_mm512_fmadd_pd(x, scale, offset));
  }
  static HWY_INLINE Vector Lookup(__m512i index, Vector table) { return _mm512_permutexvar_pd(index, table); }
  static HWY_INLINE Vector Lookup(__m512i index, Vector first, Vector second) {
    return _mm512_permutex2var_pd(first, index, second);
  }
  static HWY_INLINE Vector Blend(Mask mask, Vector no, Vector yes) { return _mm512_mask_blend_pd(mask, no, yes); }
  static HWY_INLINE Mask AtOrAbove(Vector x, Vector edge) { return _mm512_cmp_pd_mask(x, edge, _CMP_GE_OQ); }
  static HWY_INLINE Mask NotAtOrAbove(Vector x, Vector edge) { return _mm512_cmp_pd_mask(x, edge, _CMP_NGE_UQ); }
  static HWY_INLINE __m512i OrWhere(__m512i codes, Mask mask, int bit) {
    return _mm512_mask_or_epi64(codes, mask, codes, _mm512_set1_epi64(bit));
  }
  static HWY_INLINE Mask HasBit(__m512i codes, int bit) {
    return _mm512_test_epi64_mask(codes, _mm512_set1_epi64(bit));
  }
  static HWY_INLINE __m512i Increment(__m512i codes, Mask mask) {
    return _mm512_mask_add_epi64(codes, mask, codes, _mm512_set1_epi64(1));
  }
};

template <class T>
struct LanesOf;
template <>
struct LanesOf<float> {
  using type = FloatLanes;
};
template <>
struct LanesOf<double> {
  using type = DoubleLanes;
};

// Entry `index` of a table of kSize that begins at `table`. Where that is more than two registers, bit b of the index
// is also bits[b].
template <class L, std::size_t kSize>
HWY_INLINE typename L::Vector LookUp(__m512i index, const typename L::Lane* table, const typename L::Mask* bits) {
  if constexpr (kSize == 1) {
    return L::Set(table[0]);
  } else if constexpr (kSize <= L::kLanes) {
    return L::Lookup(index, L::Load(table));
  } else if constexpr (kSize == 2 * L::kLanes) {
    return L::Lookup(index, L::Load(table), L::Load(table + L::kLanes));
  } else {
    constexpr std::size_t kHalf = kSize / 2;
    constexpr std::size_t kBit = static_cast<std::size_t>(__builtin_ctzll(kHalf));
    return L::Blend(bits[kBit], LookUp<L, kHalf>(index, table, bits), LookUp<L, kHalf>(index, table + kHalf, bits));
  }
}

// Codes are bins. kEdges: places for edges in registers.
template <class L, std::size_t kEdges, bool kHasRange>
struct LutSearch {
  using Lane = typename L::Lane;
  static constexpr bool kRanged = kHasRange;

  const detail::RegisterLut<Lane>& lut;

  HWY_INLINE __m512i Codes(typename L::Vector x) const {
    const __m512i position =
        L::Position(L::Clamp(x, L::Set(lut.low), L::Set(lut.high)), L::Set(lut.scale), L::Set(lut.offset));
    const __m512i* const first_edge = reinterpret_cast<const __m512i*>(lut.first_edge.data());
    // Of each lane the lowest byte counts; the others are not looked at.
    const __m512i bin =
        _mm512_permutex2var_epi8(_mm512_load_si512(first_edge), position, _mm512_load_si512(first_edge + 1));
    typename L::Mask bits[8];
    if constexpr (kEdges > 2 * L::kLanes) bits[__builtin_ctzll(kEdges / 2)] = L::HasBit(bin, kEdges / 2);
    const auto edge = LookUp<L, kEdges>(bin, lut.edges.data(), bits);
    return L::Increment(bin, L::AtOrAbove(x, edge));
  }
  [[nodiscard]] HWY_INLINE std::size_t Bin(std::size_t code) const { return code; }
};

template <class L, unsigned kDepth, bool kHasRange>
struct TreeSearch {
  using Lane = typename L::Lane;
  static constexpr bool kRanged = kHasRange;

  const detail::RegisterTree<Lane>& tree;

  HWY_INLINE __m512i Codes(typename L::Vector x) const {
    typename L::Mask bits[kDepth];
    __m512i code = _mm512_setzero_si512();
    Descend<0>(x, code, bits);
    return code;
  }
  template <unsigned kLevel>
  HWY_INLINE void Descend(typename L::Vector x, __m512i& code, typename L::Mask* bits) const {
    if constexpr (kLevel < kDepth) {
      constexpr std::size_t kNodes = std::size_t{1} << kLevel;
      bits[kLevel] = L::AtOrAbove(x, LookUp<L, kNodes>(code, tree.nodes.data() + kNodes, bits));
      code = L::OrWhere(code, bits[kLevel], 1 << kLevel);
      Descend<kLevel + 1>(x, code, bits);
    }
  }
  [[nodiscard]] HWY_INLINE std::size_t Bin(std::size_t code) const { return tree.bin_of_code[code]; }
};

// The lowest bytes of two vectors of floats.
HWY_INLINE __m512i PackPair(__m512i a, __m512i b) {
  const __m512i lowest =
      _mm512_set_epi32(0x7C787470, 0x6C686460, 0x5C585450, 0x4C484440, 0x3C383430, 0x2C282420, 0x1C181410, 0x0C080400,
                       0x7C787470, 0x6C686460, 0x5C585450, 0x4C484440, 0x3C383430, 0x2C282420, 0x1C181410, 0x0C080400);
  return _mm512_permutex2var_epi8(a, lowest, b);
}

// The lowest bytes of two vectors of doubles.
HWY_INLINE __m512i PackPairOfWide(__m512i a, __m512i b) {
  const __m512i lowest =
      _mm512_set_epi32(0x78706860, 0x58504840, 0x38302820, 0x18100800, 0x78706860, 0x58504840, 0x38302820, 0x18100800,
                       0x78706860, 0x58504840, 0x38302820, 0x18100800, 0x78706860, 0x58504840, 0x38302820, 0x18100800);
  return _mm512_permutex2var_epi8(a, lowest, b);
}

constexpr std::size_t kGroup = 64;  // codes in a register

template <class Search>
HWY_INLINE __m512i CodesOfGroup(const Search& search, const float* x) {
  const auto codes = [&](std::size_t i) { return search.Codes(FloatLanes::Load(x + 16 * i)); };
  return _mm512_mask_mov_epi64(PackPair(codes(0), codes(1)), 0xF0, PackPair(codes(2), codes(3)));
}

template <class Search>
HWY_INLINE __m512i CodesOfGroup(const Search& search, const double* x) {
  const auto codes = [&](std::size_t i) { return search.Codes(DoubleLanes::Load(x + 8 * i)); };
  __m512i all = PackPairOfWide(codes(0), codes(1));
  all = _mm512_mask_mov_epi64(all, 0x0C, PackPairOfWide(codes(2), codes(3)));
  all = _mm512_mask_mov_epi64(all, 0x30, PackPairOfWide(codes(4), codes(5)));
  return _mm512_mask_mov_epi64(all, 0xC0, PackPairOfWide(codes(6), codes(7)));
}

// Whether a group may hold anything unusual. With the range among the edges that is only in the outer bins, and a tree
// has all bits of a code set for the last one.
template <class T>
struct Outer {
  __m512i last_code;

  HWY_INLINE bool Any(__m512i codes) const {
    return (_mm512_testn_epi8_mask(codes, codes) | _mm512_cmpeq_epi8_mask(codes, last_code)) != 0;
  }
};

template <class L>
HWY_INLINE bool AnyOutside(const typename L::Lane* x, typename L::Vector lower, typename L::Vector beyond_upper) {
  unsigned outside = 0;
  LEEWAY_UNROLL
  for (std::size_t i = 0; i < kGroup; i += L::kLanes) {
    const auto v = L::Load(x + i);
    outside |= static_cast<unsigned>(L::NotAtOrAbove(v, lower)) | static_cast<unsigned>(L::AtOrAbove(v, beyond_upper));
  }
  return outside != 0;
}

template <class L>
HWY_NOINLINE void CountOutside(const typename L::Lane* x, typename L::Lane lower, typename L::Lane beyond_upper,
                               std::uint64_t* missing, SideCounts& side) {
  using T = typename L::Lane;
  std::uint64_t not_at_lower = 0;
  std::uint64_t nan = 0;
  for (std::size_t i = 0; i < kGroup; ++i) {
    not_at_lower += !(x[i] >= lower);
    nan += x[i] != x[i];
    side.above += x[i] >= beyond_upper;
    side.negative_infinity += x[i] == -std::numeric_limits<T>::infinity();
    side.positive_infinity += x[i] == std::numeric_limits<T>::infinity();
  }
  *missing += nan;
  side.below += not_at_lower - nan;
}

// Codes of one group; counts what is unusual in it.
template <class L, class Search>
struct GroupCoder {
  const detail::TypeTables<typename L::Lane>& tables;
  const Search& search;
  std::size_t last_code;
  SideCounts& side;
  std::uint64_t missing = 0;

  HWY_INLINE __m512i Codes(const typename L::Lane* x) {
    const __m512i codes = CodesOfGroup(search, x);
    if constexpr (Search::kRanged) {
      const Outer<typename L::Lane> outer{_mm512_set1_epi8(static_cast<char>(last_code))};
      if (HWY_UNLIKELY(outer.Any(codes))) CountUnusual(x, kGroup, &missing, side);
    } else if (HWY_UNLIKELY(AnyOutside<L>(x, L::Set(tables.lower), L::Set(tables.beyond_upper)))) {
      CountOutside<L>(x, tables.lower, tables.beyond_upper, &missing, side);
    }
    return codes;
  }
};

// Counter: takes blocks of kBlock codes, and the rest.
template <class L, class Search, class Counter>
HWY_INLINE void CountSearched(const detail::TypeTables<typename L::Lane>& tables,
                              const detail::Bins<typename L::Lane>& bins, const Search& search, std::size_t codes_used,
                              std::size_t last_code, Counter& counter, const typename L::Lane* x, std::size_t n,
                              std::uint64_t* cells, SideCounts& side) {
  GroupCoder<L, Search> coder{tables, search, last_code, side};
  constexpr std::size_t kBlock = Counter::kBlock;
  HWY_ALIGN std::uint8_t codes[kBlock];
  std::size_t left = n;
  for (; left >= kBlock; left -= kBlock, x += kBlock) {
    for (std::size_t i = 0; i < kBlock; i += kGroup) _mm512_store_si512(codes + i, coder.Codes(x + i));
    counter.AddBlock(codes);
  }
  std::size_t rest = 0;
  for (; left >= kGroup; left -= kGroup, x += kGroup, rest += kGroup) _mm512_store_si512(codes + rest, coder.Codes(x));
  std::size_t padding = 0;
  if (left > 0) {
    const Padded<typename L::Lane, kGroup> last(x, left);
    _mm512_store_si512(codes + rest, coder.Codes(last.values));
    rest += kGroup;
    padding = kGroup - left;
    coder.missing -= padding;
  }
  counter.AddRest(codes, rest);
  counter.Finish();
  side.missing += coder.missing;
  bins.settle(0, counter[0] - coder.missing - padding, cells, side);
  for (std::size_t code = 1; code < codes_used; ++code) {
    if (search.Bin(code) < bins.size()) bins.settle(search.Bin(code), counter[code], cells, side);
  }
}

template <class L, class Search>
HWY_NOINLINE void CountWith(const detail::TypeTables<typename L::Lane>& tables,
                            const detail::Bins<typename L::Lane>& bins, const Search& search, std::size_t codes_used,
                            std::size_t last_code, const typename L::Lane* x, std::size_t n, std::uint64_t* cells,
                            SideCounts& side) {
  if (codes_used <= 64) {
    OneHotCounter counter(codes_used);
    return CountSearched<L>(tables, bins, search, codes_used, last_code, counter, x, n, cells, side);
  }
  IncrementCounter counter(codes_used, n);
  CountSearched<L>(tables, bins, search, codes_used, last_code, counter, x, n, cells, side);
}

template <class T, unsigned kDepth>
HWY_INLINE void CountByTree(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                            SideCounts& side) {
  using L = typename LanesOf<T>::type;
  const std::size_t codes = std::size_t{1} << kDepth;
  const std::size_t last_bin = tables.code_bins.size() - 1;
  std::size_t last_code = 0;
  for (std::size_t code = 0; code < codes; ++code) {
    if (tables.tree->bin_of_code[code] == last_bin) last_code = code;
  }
  if (tables.code_bins.ranged) {
    const TreeSearch<L, kDepth, true> search{*tables.tree};
    CountWith<L>(tables, tables.code_bins, search, codes, last_code, x, n, cells, side);
  } else {
    const TreeSearch<L, kDepth, false> search{*tables.tree};
    CountWith<L>(tables, tables.code_bins, search, codes, last_code, x, n, cells, side);
  }
}

template <std::size_t kEdges, class T>
HWY_INLINE void CountByLut(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                           SideCounts& side) {
  using L = typename LanesOf<T>::type;
  const detail::Bins<T>& bins = tables.code_bins;
  if (bins.ranged) {
    const LutSearch<L, kEdges, true> search{tables.lut};
    return CountWith<L>(tables, bins, search, bins.size(), bins.size() - 1, x, n, cells, side);
  }
  const LutSearch<L, kEdges, false> search{tables.lut};
  CountWith<L>(tables, bins, search, bins.size(), bins.size() - 1, x, n, cells, side);
}

// False where there are too many edges for this.
template <class T>
HWY_NOINLINE bool CountInRegisters(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                                   SideCounts& side) {
  constexpr std::size_t kLanes = LanesOf<T>::type::kLanes;
  if (tables.lut.fits) {
    const std::size_t edges = tables.code_bins.edges.size();
    // One place is for what is beyond all edges.
    if (edges < kLanes) return CountByLut<kLanes>(tables, x, n, cells, side), true;
    if (edges < 2 * kLanes) return CountByLut<2 * kLanes>(tables, x, n, cells, side), true;
    return CountByLut<4 * kLanes>(tables, x, n, cells, side), true;
  }
  if (!tables.tree) return false;
  switch (tables.tree->depth) {
    case 1: return CountByTree<T, 1>(tables, x, n, cells, side), true;
    case 2: return CountByTree<T, 2>(tables, x, n, cells, side), true;
    case 3: return CountByTree<T, 3>(tables, x, n, cells, side), true;
    case 4: return CountByTree<T, 4>(tables, x, n, cells, side), true;
    case 5: return CountByTree<T, 5>(tables, x, n, cells, side), true;
    case 6: return CountByTree<T, 6>(tables, x, n, cells, side), true;
    case 7: return CountByTree<T, 7>(tables, x, n, cells, side), true;
    case 8: return CountByTree<T, 8>(tables, x, n, cells, side), true;
    default: return false;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET
#endif
