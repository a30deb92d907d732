#include "stream/counting_plan.hpp"

#include <cmath>

#include "leeway/core/count_value.hpp"
#include "stream/category_text.hpp"

namespace leeway::inline v1::stream::detail {
namespace {

template <NumericAxis A, class T>
void count_column(const A& axis, Strided<T> column, Counts& counts) noexcept {
  for (std::size_t i = 0; i < column.size; ++i) {
    count_value(axis, static_cast<double>(column.first[i * column.stride]), counts.cells.data(), counts.side);
  }
}

template <class T>
void count_column(const CategoryAxis& axis, Strided<T> column, Counts& counts) noexcept {
  Decimal buffer;
  for (std::size_t i = 0; i < column.size; ++i) {
    const auto x = static_cast<double>(column.first[i * column.stride]);
    if (std::isnan(x)) {
      ++counts.side.missing;
    } else {
      count_value(axis, category_text(x, buffer), counts.cells.data(), counts.side);
    }
  }
}

simd::RowPlan row_plan(const profile::Profile& profile) {
  std::vector<const Axis*> axes;
  for (const profile::FeatureProfile& feature : profile.features()) axes.push_back(&feature.axis);
  return simd::RowPlan(axes);
}

}  // namespace

CountingPlan::CountingPlan(std::shared_ptr<const profile::Profile> profile)
    : profile_(std::move(profile)), rows_(row_plan(*profile_)) {
  for (std::size_t i = 0; i < rows_.features(); ++i) {
    if (!rows_.takes(i)) one_by_one_.push_back(i);
  }
}

template <class T>
void CountingPlan::count(std::size_t feature, Strided<T> column, Counts& counts) const noexcept {
  std::visit([&](const auto& axis) { count_column(axis, column, counts); }, axis(feature));
}

template void CountingPlan::count(std::size_t, Strided<float>, Counts&) const noexcept;
template void CountingPlan::count(std::size_t, Strided<double>, Counts&) const noexcept;

void CountingPlan::count_text(std::size_t feature, std::string_view text, Counts& counts) const noexcept {
  count_value(*std::get_if<CategoryAxis>(&axis(feature)), text, counts.cells.data(), counts.side);
}

}  // namespace leeway::inline v1::stream::detail
