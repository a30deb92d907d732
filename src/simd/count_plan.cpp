#include <algorithm>
#include <bit>
#include <cmath>

#include "leeway/simd/count.hpp"
#include "simd/count_tables.hpp"

namespace leeway::inline v1::simd {
namespace detail {

std::int32_t order_key(float x) noexcept {
  const auto bits = std::bit_cast<std::int32_t>(x + 0);  // -0 + 0 is 0
  return bits ^ ((bits >> 31) & 0x7FFF'FFFF);
}

std::int32_t order_key(double x) noexcept {
  const auto bits = static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(x + 0) >> 32);
  return bits ^ ((bits >> 31) & 0x7FFF'FFFF);
}

}  // namespace detail

namespace {

using namespace detail;

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

// The least T that is at least x: for every T v, v >= x is v >= round_up(x).
double round_up(double x, double) { return x; }
float round_up(double x, float) {
  const auto nearest = static_cast<float>(x);
  return static_cast<double>(nearest) < x ? std::nextafter(nearest, kInfinity<float>) : nearest;
}

// The least T that is more than x.
template <class T>
T beyond(double x) {
  const T up = round_up(x, T());
  return static_cast<double>(up) > x ? up : std::nextafter(up, kInfinity<T>);
}

template <class T>
std::vector<T> rounded(std::span<const double> edges) {
  std::vector<T> result;
  for (const double edge : edges) result.push_back(round_up(edge, T()));
  return result;
}

template <class T>
std::size_t index_of(const std::vector<T>& sorted, T value) {
  return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
}

template <class T>
Bins<T> make_bins(const std::vector<T>& interior, const T* lower, const T* beyond_upper) {
  Bins<T> bins;
  bins.edges = interior;
  bins.ranged = lower != nullptr;
  if (bins.ranged) {
    bins.edges.push_back(*lower);
    bins.edges.push_back(*beyond_upper);
    std::sort(bins.edges.begin(), bins.edges.end());
  }
  bins.edges.erase(std::unique(bins.edges.begin(), bins.edges.end()), bins.edges.end());
  bins.cell.push_back(0);
  for (const T edge : bins.edges) {
    const auto cell = std::upper_bound(interior.begin(), interior.end(), edge) - interior.begin();
    bins.cell.push_back(static_cast<std::uint16_t>(cell));
  }
  // Of edges that round to -inf every value is above all.
  bins.above = bins.size();
  if (bins.ranged) {
    bins.below = index_of(bins.edges, *lower) + 1;
    bins.above = index_of(bins.edges, *beyond_upper) + 1;
  }
  return bins;
}

unsigned depth_for(std::size_t edges) { return (std::max)(1u, static_cast<unsigned>(std::bit_width(edges))); }

std::size_t reversed(std::size_t bits, unsigned count) {
  std::size_t result = 0;
  for (unsigned i = 0; i < count; ++i) result |= ((bits >> i) & 1u) << (count - 1 - i);
  return result;
}

template <class T>
std::unique_ptr<const RegisterTree<T>> make_tree(const std::vector<T>& edges) {
  const unsigned depth = depth_for(edges.size());
  if (depth > kMaxTreeDepth) return nullptr;
  auto made = std::make_unique<RegisterTree<T>>();
  RegisterTree<T>& tree = *made;
  tree.depth = depth;
  tree.nodes.fill(std::numeric_limits<T>::quiet_NaN());
  for (unsigned level = 0; level < depth; ++level) {
    const std::size_t bins_below = std::size_t{1} << (depth - level);  // a node of this level parts so many
    for (std::size_t i = 0; i < (std::size_t{1} << level); ++i) {
      const std::size_t edge = i * bins_below + bins_below / 2 - 1;
      if (edge < edges.size()) tree.nodes[(std::size_t{1} << level) + reversed(i, level)] = edges[edge];
    }
  }
  for (std::size_t code = 0; code < (std::size_t{1} << depth); ++code) {
    tree.bin_of_code[code] = static_cast<std::uint8_t>(reversed(code, depth));
  }
  return made;
}

// 2^p + i is i in its lowest bits, where p is the precision.
template <class T>
constexpr T kMagic = static_cast<T>(std::uint64_t{1} << (std::numeric_limits<T>::digits - 1));

template <class T>
T lut_position(const RegisterLut<T>& lut, T x) {
  return std::fma(x < lut.low ? lut.low : (x > lut.high ? lut.high : x), lut.scale, lut.offset) - kMagic<T>;
}

// Spreads the edges over `cells` positions, the outermost in the second and in the last but one: the first and the last
// are for whatever lies outside, and may each hold an end of the range. False where two edges share a position.
template <class T>
bool try_lut(RegisterLut<T>& lut, const std::vector<T>& edges, double first, double last, int cells) {
  const double scale = static_cast<double>(cells - 3) / (last - first);
  lut.scale = static_cast<T>(scale);
  lut.offset = static_cast<T>(static_cast<double>(kMagic<T>) + 1.0 - first * static_cast<double>(lut.scale));
  lut.low = static_cast<T>(first - 1.0 / scale);
  lut.high = static_cast<T>(last + 1.0 / scale);
  const T ends[] = {lut.scale, lut.offset, lut.low, lut.high};
  if (!std::all_of(std::begin(ends), std::end(ends), [](T x) { return std::isfinite(x); }) || !std::isnormal(lut.scale))
    return false;
  if (!(lut_position(lut, lut.low) >= 0) || !(lut_position(lut, lut.high) < static_cast<T>(kLutCells))) return false;
  T previous = -1;
  lut.first_edge.fill(0);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const T position = lut_position(lut, edges[e]);
    if (position == previous) return false;
    for (auto p = static_cast<std::size_t>(position) + 1; p < kLutCells; ++p)
      lut.first_edge[p] = static_cast<std::uint8_t>(e + 1);
    previous = position;
  }
  return true;
}

template <class T>
RegisterLut<T> make_lut(const std::vector<T>& edges, const std::vector<T>& interior) {
  RegisterLut<T> lut;
  if (edges.size() >= kLutEdgePlaces<T> || interior.size() < 2) return lut;
  const auto first = static_cast<double>(interior.front());
  const auto last = static_cast<double>(interior.back());
  if (!(first < last)) return lut;
  lut.edges.fill(std::numeric_limits<T>::quiet_NaN());
  std::copy(edges.begin(), edges.end(), lut.edges.begin());
  for (int cells = static_cast<int>(kLutCells); cells >= 64 && !lut.fits; cells -= 9) {
    lut.fits = try_lut(lut, edges, first, last, cells);
  }
  return lut;
}

constexpr unsigned kMaxSteps = 6;

template <class T>
std::size_t memory_position(const MemoryLut<T>& lut, T x) {
  const std::size_t last = lut.first_edge.size() - 1;
  if (lut.by_bits) {
    const std::int64_t key = static_cast<std::int64_t>(order_key(x)) - lut.low_key;
    return (std::min)(static_cast<std::size_t>((std::max)(key, std::int64_t{0}) >> lut.key_shift), last);
  }
  const T position = (x - lut.low) * lut.scale;
  if (!(position > 0)) return 0;
  return static_cast<std::size_t>((std::min)(position, static_cast<T>(last)));
}

// Fills the table, and the number of comparisons that the fullest position needs.
template <class T>
void fill(MemoryLut<T>& lut, const std::vector<T>& edges) {
  std::vector<std::uint16_t> per_position(lut.first_edge.size());
  for (const T edge : edges) ++per_position[memory_position(lut, edge)];
  std::uint16_t before = 0;
  for (std::size_t p = 0; p < per_position.size(); ++p) {
    lut.first_edge[p] = before;
    before = static_cast<std::uint16_t>(before + per_position[p]);
  }
  lut.steps = *std::max_element(per_position.begin(), per_position.end());
}

template <class T>
MemoryLut<T> linear_lut(const std::vector<T>& edges, const std::vector<T>& interior, std::size_t size) {
  MemoryLut<T> lut;
  lut.low = interior.front();
  lut.scale = static_cast<T>(static_cast<double>(size - 1) /
                             (static_cast<double>(interior.back()) - static_cast<double>(lut.low)));
  if (!std::isfinite(lut.low) || !std::isfinite(interior.back()) || !std::isfinite(lut.scale)) return lut;
  lut.first_edge.resize(size);
  fill(lut, edges);
  return lut;
}

template <class T>
MemoryLut<T> bits_lut(const std::vector<T>& edges, const std::vector<T>& interior, std::size_t size) {
  MemoryLut<T> lut;
  lut.by_bits = true;
  lut.low_key = order_key(interior.front());
  const std::int64_t span = static_cast<std::int64_t>(order_key(interior.back())) - lut.low_key;
  if (span > std::numeric_limits<std::int32_t>::max()) return lut;
  while ((span >> lut.key_shift) >= static_cast<std::int64_t>(size)) ++lut.key_shift;
  lut.first_edge.resize(size);
  fill(lut, edges);
  return lut;
}

template <class T>
MemoryLut<T> make_memory_lut(const std::vector<T>& edges, const std::vector<T>& interior) {
  MemoryLut<T> best;
  const std::size_t smallest = 4 * std::bit_ceil(edges.size());
  for (std::size_t size = smallest; size <= (std::min)(4 * smallest, std::size_t{16384}) && best.steps != 1;
       size *= 2) {
    for (auto make : {&linear_lut<T>, &bits_lut<T>}) {
      MemoryLut<T> lut = make(edges, interior, size);
      if (lut.steps != 0 && lut.steps <= kMaxSteps && (best.steps == 0 || lut.steps < best.steps))
        best = std::move(lut);
    }
  }
  return best;
}

// The range is left out where it would need a larger table than the edges alone.
template <class T>
void make_code_tables(const std::vector<T>& interior, TypeTables<T>& tables) {
  tables.code_bins = tables.bins;
  const Bins<T> bare = make_bins<T>(interior, nullptr, nullptr);
  if (tables.bins.edges.size() >= kLutEdgePlaces<T>) tables.code_bins = bare;
  tables.lut = make_lut(tables.code_bins.edges, interior);
  if (tables.lut.fits) return;
  const bool range_is_free = depth_for(tables.bins.edges.size()) == depth_for(bare.edges.size());
  tables.code_bins = range_is_free ? tables.bins : bare;
  tables.tree = make_tree(tables.code_bins.edges);
}

constexpr std::size_t kCompareEdges = 16;

template <class T>
void make_tables(std::span<const double> axis_edges, double lower, double upper, TypeTables<T>& tables) {
  const std::vector<T> interior = rounded<T>(axis_edges);
  tables.lower = round_up(lower, T());
  tables.beyond_upper = beyond<T>(upper);
  tables.bins = make_bins(interior, &tables.lower, &tables.beyond_upper);
  const std::vector<T>& edges = tables.bins.edges;
  tables.padded_edges = edges;
  tables.padded_edges.resize(edges.size() + 64, std::numeric_limits<T>::quiet_NaN());
  make_code_tables(interior, tables);
  if (edges.size() > kCompareEdges) tables.memory = make_memory_lut(edges, interior);
}

template <class A>
std::shared_ptr<const CountTables> make_count_tables(const A& axis) {
  auto tables = std::make_shared<CountTables>();
  make_tables(axis.interior_edges(), axis.lower(), axis.upper(), tables->f32);
  make_tables(axis.interior_edges(), axis.lower(), axis.upper(), tables->f64);
  return tables;
}

}  // namespace

CountPlan::CountPlan(const EdgesAxis& axis) : size_(axis.size()), tables_(make_count_tables(axis)) {}
CountPlan::CountPlan(const UniformAxis& axis) : size_(axis.size()), tables_(make_count_tables(axis)) {}

}  // namespace leeway::inline v1::simd
