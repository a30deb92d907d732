#include <algorithm>
#include <utility>
#include <vector>

#include "drift/ks_exact.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift {
namespace {

constexpr std::size_t kWorthCells = 4096;  // fewer values in all are sorted sooner than cut into cells
constexpr std::size_t kDrawn = 4096;       // values of each sample that decide on the cells
constexpr std::size_t kValuesPerCell = 8;  // of the larger sample

// Values at even distances. Whatever order the sample has, this decides on speed only.
template <class T>
void draw(std::span<const T> sample, std::vector<T>& drawn) {
  const std::size_t step = (std::max<std::size_t>)(1, sample.size() / kDrawn);
  for (std::size_t i = 0; i < sample.size(); i += step) drawn.push_back(sample[i]);
}

template <class T>
detail::CellMap<T> common_cells(std::span<const T> a, std::span<const T> b) {
  std::vector<T> drawn;
  drawn.reserve(4 * kDrawn);
  draw(a, drawn);
  draw(b, drawn);
  std::erase_if(drawn, [](T x) { return x != x; });  // found and refused when all values are counted
  if (drawn.empty()) return {};
  detail::SortScratch<T> scratch;
  detail::sort_values(std::span(drawn), scratch);
  return {drawn, (std::max)(a.size(), b.size()) / kValuesPerCell};
}

template <class T>
Result<double> by_sorting(std::span<const T> a, std::span<const T> b) {
  if (detail::has_nan(a)) return detail::found_nan("reference");
  if (detail::has_nan(b)) return detail::found_nan("live");
  std::vector<T> sorted_a(a.begin(), a.end());
  std::vector<T> sorted_b(b.begin(), b.end());
  detail::SortScratch<T> scratch;
  detail::sort_values(std::span(sorted_a), scratch);
  detail::sort_values(std::span(sorted_b), scratch);
  return detail::walk<T, T>(sorted_a, 0, static_cast<double>(a.size()), sorted_b, 0, static_cast<double>(b.size()));
}

template <class T>
Result<double> by_cells(std::span<const T> a, std::span<const T> b) {
  const auto map = common_cells(a, b);
  detail::Celled<T> celled_a;
  detail::Celled<T> celled_b;
  if (!celled_a.count(a, map)) return detail::found_nan("reference");
  if (!celled_b.count(b, map)) return detail::found_nan("live");
  std::vector<std::uint8_t> flags(map.size());
  const double at_boundaries = detail::flag_cells(celled_a.shares, celled_b.shares, flags.data());
  for (const detail::Cell atom : map.atoms()) flags[atom] = 0;
  detail::SortScratch<T> scratch;
  const double inside =
      detail::walk_cells(flags, celled_a.below, detail::sorted_slices(celled_a.gather(flags), celled_a.below, scratch),
                         celled_b.below, detail::sorted_slices(celled_b.gather(flags), celled_b.below, scratch));
  return (std::max)(at_boundaries, inside);
}

template <class T>
Result<Divergence> two_sample(std::span<const T> reference, std::span<const T> live) {
  if (auto checked = detail::check_size(reference.size(), "reference"); !checked) return std::move(checked).error();
  if (auto checked = detail::check_size(live.size(), "live"); !checked) return std::move(checked).error();
  const bool few = reference.size() + live.size() < kWorthCells;
  auto statistic = few ? by_sorting(reference, live) : by_cells(reference, live);
  if (!statistic) return std::move(statistic).error();
  Divergence result{
      .value = *statistic, .convention = "ks/exact", .reference_count = reference.size(), .live_count = live.size()};
  result.p_value = stats::ks_two_sample_p_value(result.value, result.reference_count, result.live_count);
  return result;
}

}  // namespace

Result<Divergence> ks_two_sample(std::span<const double> reference, std::span<const double> live) {
  return two_sample(reference, live);
}

Result<Divergence> ks_two_sample(std::span<const float> reference, std::span<const float> live) {
  return two_sample(reference, live);
}

}  // namespace leeway::inline v1::drift
