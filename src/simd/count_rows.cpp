#include "leeway/simd/count_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "simd/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/count_rows.cpp"
// Highway after targets.hpp, which configures it.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "simd/count_rows-inl.hpp"

#if HWY_ONCE

namespace leeway::inline v1::simd {
namespace {

HWY_EXPORT(CountRows);

constexpr float kNever = std::numeric_limits<float>::quiet_NaN();

// The least float that is at least x: for floats, v >= x is v >= round_up(x).
float round_up(double x) {
  const auto nearest = static_cast<float>(x);
  return static_cast<double>(nearest) < x ? std::nextafter(nearest, std::numeric_limits<float>::infinity()) : nearest;
}

float round_down(double x) { return -round_up(-x); }

struct Numeric {
  std::span<const double> edges;
  double lower;
  double upper;
};

Numeric numeric(const Axis& axis) {
  return std::visit(
      [](const auto& a) -> Numeric {
        if constexpr (NumericAxis<std::decay_t<decltype(a)>>) {
          return {a.interior_edges(), a.lower(), a.upper()};
        } else {
          return {};
        }
      },
      axis);
}

bool fits(const Axis& axis) { return !is_categorical(axis) && size(axis) <= kMaxRowEdges + 1; }

}  // namespace

RowPlan::RowPlan(std::span<const Axis* const> axes) {
  for (const Axis* axis : axes) takes_.push_back(fits(*axis));
  for (std::size_t first = 0; first < axes.size(); first += kGroup) {
    const std::size_t features = (std::min)(kGroup, axes.size() - first);
    const std::size_t overlap = first > 0 ? kGroup - features : 0;
    add_group(axes.subspan(first - overlap, features + overlap), first - overlap, overlap);
  }
}

void RowPlan::add_group(std::span<const Axis* const> axes, std::size_t first, std::size_t overlap) {
  Group group{first, axes.size(), overlap, 0, table_.size(), tallies_};
  bool any = false;
  for (const Axis* axis : axes.subspan(overlap)) {
    any |= fits(*axis);
    if (fits(*axis)) group.edges = (std::max)(group.edges, size(*axis) - 1);
  }
  if (!any) return;
  table_.resize(table_.size() + (group.edges + 2) * kGroup, kNever);
  for (std::size_t i = overlap; i < axes.size(); ++i) {
    if (!fits(*axes[i])) continue;
    const Numeric feature = numeric(*axes[i]);
    float* column = table_.data() + group.first_edge + i;
    for (std::size_t e = 0; e < feature.edges.size(); ++e) column[e * kGroup] = round_up(feature.edges[e]);
    column[group.edges * kGroup] = round_up(feature.lower);
    column[(group.edges + 1) * kGroup] = round_down(feature.upper);
  }
  tallies_ += (group.edges + 5) * kGroup;
  groups_.push_back(group);
}

void count_rows(const RowPlan& plan, const float* rows, std::size_t count, std::size_t row_stride,
                std::uint32_t* tallies) noexcept {
  if (count == 0) return;  // also no address to count from
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(CountRows)(plan, rows, count, row_stride, tallies);
}

namespace {

// Values at or above each edge, to values per cell; `present` of them are numbers.
void settle_feature(std::uint32_t* tallies, std::size_t group_edges, std::uint64_t rows, Counts& counts) noexcept {
  constexpr std::size_t kGroup = RowPlan::kGroup;
  std::uint32_t* const sides = tallies + group_edges * kGroup;
  const std::uint32_t missing = sides[0];
  std::uint64_t at_or_above = rows - missing;
  for (std::size_t e = 0; e + 1 < counts.cells.size(); ++e) {
    counts.cells[e] += at_or_above - tallies[e * kGroup];
    at_or_above = tallies[e * kGroup];
  }
  counts.cells.back() += at_or_above;
  SideCounts side;
  side.missing = missing;
  side.below = sides[kGroup];
  side.above = sides[2 * kGroup];
  side.negative_infinity = sides[3 * kGroup];
  side.positive_infinity = sides[4 * kGroup];
  counts.side += side;
}

}  // namespace

void settle(const RowPlan& plan, std::uint64_t rows, std::uint32_t* tallies, std::span<Counts> counts) noexcept {
  for (const RowPlan::Group& group : plan.groups()) {
    for (std::size_t i = group.overlap; i < group.features; ++i) {
      const std::size_t feature = group.first_feature + i;
      if (plan.takes(feature)) settle_feature(tallies + group.first_tally + i, group.edges, rows, counts[feature]);
    }
  }
  std::fill(tallies, tallies + plan.tallies(), 0u);
}

}  // namespace leeway::inline v1::simd

#endif  // HWY_ONCE
