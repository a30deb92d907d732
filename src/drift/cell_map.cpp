#include "drift/cell_map.hpp"

#include <algorithm>
#include <utility>

namespace leeway::inline v1::drift::detail {
namespace {

constexpr std::size_t kBuckets = 1024;    // at most; 20 bytes each
constexpr std::size_t kBucketValues = 8;  // of the sample in a bucket, on average, at least
constexpr double kSimpleEnough = 3;       // a ruler serves if it is at most this many times as crowded as buckets

// Values at either end that share an outer cell of a ruler: about as many as fill a few cells.
std::size_t trimmed(std::size_t sample, std::size_t cells) { return (std::min)(sample / 4, 2 * sample / cells); }

// The part of a sorted sample that is finite.
template <class T>
std::span<const T> finite(std::span<const T> sorted) {
  constexpr T kLargest = std::numeric_limits<T>::max();
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), -kLargest);
  const auto last = std::upper_bound(first, sorted.end(), kLargest);
  return {first, last};
}

// The number that most of a sorted sample equals, and how often.
template <class T>
std::pair<T, std::size_t> most_frequent(std::span<const T> sorted) {
  std::pair<T, std::size_t> most{0, 0};
  for (auto run = sorted.begin(); run != sorted.end();) {
    const auto end = std::upper_bound(run, sorted.end(), *run);
    const auto length = static_cast<std::size_t>(end - run);
    if (length > most.second) most = {*run, length};
    run = end;
  }
  return most;
}

}  // namespace

template <class T>
Ruler<T>::Ruler(Kind kind, std::span<const T> sorted, std::size_t cells)
    : kind_(kind), last_(static_cast<float>(cells - 1)) {
  const auto inner = finite(sorted);
  if (inner.empty()) return;
  const std::size_t skip = trimmed(inner.size(), cells);
  low_ = inner[skip];
  const T high = inner[inner.size() - 1 - skip];
  scale_ = scale_of(low_, high, cells);
  log_low_ = log_like(low_);
  log_scale_ = scale_of(log_low_, log_like(high), cells);
}

template <class T>
CellMap<T>::CellMap(std::span<const T> sorted, std::size_t cells) {
  cells = std::clamp<std::size_t>(cells, 1, kMostCells - 4 * kBuckets);
  const std::size_t buckets = std::clamp<std::size_t>(sorted.size() / kBucketValues, 1, kBuckets);
  double least = std::numeric_limits<double>::infinity();
  for (const Kind kind : {Kind::linear, Kind::logarithmic}) {
    const CellMap simple{Ruler<T>(kind, sorted, cells)};
    const double crowded = simple.crowding(sorted) / kSimpleEnough;
    if (crowded < least) *this = simple;
    least = (std::min)(least, crowded);
    CellMap cut = with_buckets(Ruler<T>(kind, sorted, buckets), sorted, cells);
    const double evenly = cut.crowding(sorted);
    if (evenly < least) *this = std::move(cut);
    least = (std::min)(least, evenly);
  }
}

template <class T>
CellMap<T> CellMap<T>::with_buckets(const Ruler<T>& ruler, std::span<const T> sorted, std::size_t cells) {
  CellMap map(ruler);
  map.size_ = 0;
  map.buckets_.reserve(ruler.size());
  auto first = sorted.begin();
  for (std::size_t i = 0; i < ruler.size(); ++i) {
    const auto last = std::partition_point(first, sorted.end(),
                                           [&](T x) { return static_cast<std::size_t>(ruler.position(x)) <= i; });
    map.add_bucket({first, last}, sorted.size(), cells);
    first = last;
  }
  return map;
}

template <class T>
void CellMap<T>::add_bucket(std::span<const T> sorted, std::size_t all, std::size_t cells) {
  Bucket<T> bucket{.base = static_cast<std::uint32_t>(size_)};
  const std::size_t width = (std::max<std::size_t>)(1, cells * sorted.size() / all);
  bucket.last = static_cast<T>(width - 1);
  if (const auto inner = finite(sorted); !inner.empty()) {
    bucket.low = inner.front();
    bucket.scale = scale_of(inner.front(), inner.back(), width);
  }
  size_ += width;
  const auto [atom, count] = most_frequent(sorted);
  if (count > 1 && count * cells > 2 * all) {
    bucket.atom = atom;
    atoms_.push_back(static_cast<Cell>(bucket.cell(atom, 0)));
    size_ += 2;
  }
  buckets_.push_back(bucket);
}

// How many values share the cell of a value, on average, where more than one number can be in it.
template <class T>
double CellMap<T>::crowding(std::span<const T> sorted) const {
  std::vector<Cell> cells(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); i += kBlock) {
    (void)find(sorted.subspan(i, (std::min)(kBlock, sorted.size() - i)), cells.data() + i);
  }
  double squares = 0;
  for (auto run = cells.begin(); run != cells.end();) {
    const auto end = std::find_if(run, cells.end(), [&](Cell cell) { return cell != *run; });
    const bool atom = std::binary_search(atoms_.begin(), atoms_.end(), *run);
    const auto count = static_cast<double>(end - run);
    squares += atom ? count : count * count;
    run = end;
  }
  return squares / static_cast<double>(sorted.size());
}

template <class T>
template <class V>
bool CellMap<T>::find(std::span<const V> values, Cell* cells) const noexcept {
  return ruler_.kind() == Kind::linear ? find_block<Kind::linear>(values, cells)
                                       : find_block<Kind::logarithmic>(values, cells);
}

template <class T>
template <typename CellMap<T>::Kind kKind, class V>
bool CellMap<T>::find_block(std::span<const V> values, Cell* cells) const noexcept {
  const Ruler<T> ruler = ruler_;  // a copy: stores to `cells` cannot change it
  const V* const x = values.data();
  std::uint32_t nan = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    nan |= static_cast<std::uint32_t>(x[i] != x[i]);
    cells[i] = static_cast<Cell>(ruler.template position<kKind>(static_cast<T>(x[i])));
  }
  if (buckets_.empty()) return nan == 0;
  const Bucket<T>* const buckets = buckets_.data();
  const T zero = ruler.zero();
  for (std::size_t i = 0; i < values.size(); ++i)
    cells[i] = static_cast<Cell>(buckets[cells[i]].cell(static_cast<T>(x[i]), zero));
  return nan == 0;
}

template class Ruler<float>;
template class Ruler<double>;
template class CellMap<float>;
template class CellMap<double>;
template bool CellMap<float>::find(std::span<const float>, Cell*) const noexcept;
template bool CellMap<float>::find(std::span<const double>, Cell*) const noexcept;
template bool CellMap<double>::find(std::span<const float>, Cell*) const noexcept;
template bool CellMap<double>::find(std::span<const double>, Cell*) const noexcept;

}  // namespace leeway::inline v1::drift::detail
