#include "leeway/stream/pane.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "leeway/simd/moments.hpp"
#include "stream/category_text.hpp"
#include "stream/counting_plan.hpp"
#include "stream/summary_plan.hpp"

namespace leeway::inline v1::stream {
namespace {

using detail::Strided;

Moments empty_moments(const Axis& axis) {
  return std::visit(
      [](const auto& a) {
        if constexpr (NumericAxis<std::decay_t<decltype(a)>>) {
          return Moments(a.lower(), a.upper());
        } else {
          return Moments(0, 0);
        }
      },
      axis);
}

std::string_view category_text(const Value& value, detail::Decimal& buffer) noexcept {
  if (value.type() == Value::Type::text) return value.text();
  if (value.type() == Value::Type::boolean) return value.integer() != 0 ? "true" : "false";
  return detail::decimal(value.integer(), buffer);
}

template <class T>
simd::StridedValues<T> values_of(Strided<T> column) noexcept {
  return {column.first, column.size, static_cast<std::ptrdiff_t>(column.stride)};
}

Result<void> check_numeric(const std::vector<std::string>& names, const profile::Profile& profile) {
  for (const std::string& name : names) {
    const auto feature = profile.find(name);
    const auto bad = [&](const char* found) {
      return Error{ErrorCode::invalid_argument, "expected the name of a numeric feature, found " + (found + name), {}};
    };
    if (!feature) return bad("no feature called ");
    if (is_categorical(profile.features()[*feature].axis)) return bad("the categorical feature ");
  }
  return {};
}

}  // namespace

Result<void> PaneOptions::check(const profile::Profile& profile) const {
  if (auto checked = check_numeric(moments_of, profile); !checked) return checked;
  return check_numeric(quantiles_of, profile);
}

Pane::Pane(std::shared_ptr<const profile::Profile> profile, PaneOptions options)
    : profile_(std::move(profile)),
      plan_(std::make_shared<const detail::CountingPlan>(profile_)),
      summaries_(detail::SummaryPlan::make(*profile_, options)) {
  for (const profile::FeatureProfile& feature : profile_->features()) {
    counts_.emplace_back().cells.resize(size(feature.axis));
    moments_.push_back(empty_moments(feature.axis));
  }
  if (summaries_ && summaries_->any_quantiles()) {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const auto& plan = (*summaries_)[i].quantiles;
      plan ? quantiles_.emplace_back(plan->buckets()) : quantiles_.emplace_back();
    }
  }
  tallies_.resize(plan_->rows().tallies());
}

void Pane::record(std::span<const float> row) noexcept {
  record_block(RowMajor<float>{row.data(), 1, row.size(), row.size()});
}
void Pane::record(std::span<const double> row) noexcept {
  record_block(RowMajor<double>{row.data(), 1, row.size(), row.size()});
}
void Pane::record_rows(RowMajor<float> rows) noexcept {
  record_unsettled(rows);
  settle();
}
void Pane::record_rows(RowMajor<double> rows) noexcept { record_block(rows); }
void Pane::record_columns(std::span<const std::span<const float>> columns) noexcept { record_columns_of(columns); }
void Pane::record_columns(std::span<const std::span<const double>> columns) noexcept { record_columns_of(columns); }

template <class T>
void Pane::record_block(RowMajor<T> rows) noexcept {
  if (rows.rows == 0) return;  // also no address to count from
  if (rows.features != counts_.size()) {
    rejected_rows_ += rows.rows;
    return;
  }
  rows_ += rows.rows;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    record_column(i, Strided<T>{rows.data + i, rows.rows, rows.row_stride});
}

void Pane::record_unsettled(RowMajor<float> rows) noexcept {
  if (rows.rows == 0) return;  // also no address to count from
  constexpr std::uint64_t kMostTallied = std::uint64_t{1} << 31;
  if (rows.features != counts_.size() || rows.rows >= kMostTallied) {
    record_block(rows);
    return;
  }
  if (tallied_rows_ >= kMostTallied) settle();
  rows_ += rows.rows;
  tallied_rows_ += rows.rows;
  simd::count_rows(plan_->rows(), rows.data, rows.rows, rows.row_stride, tallies_.data());
  for (const std::size_t i : plan_->one_by_one())
    plan_->count(i, Strided<float>{rows.data + i, rows.rows, rows.row_stride}, counts_[i]);
  if (!summaries_) return;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    summarise(i, Strided<float>{rows.data + i, rows.rows, rows.row_stride});
  }
}

void Pane::settle() noexcept {
  if (tallied_rows_ == 0) return;
  simd::settle(plan_->rows(), tallied_rows_, tallies_.data(), counts_);
  tallied_rows_ = 0;
}

template <class T>
void Pane::record_columns_of(std::span<const std::span<const T>> columns) noexcept {
  const std::size_t rows = columns.empty() ? 0 : columns[0].size();
  const bool fit =
      std::all_of(columns.begin(), columns.end(), [rows](const auto& column) { return column.size() == rows; });
  if (!fit || columns.size() != counts_.size()) {
    rejected_rows_ += rows;
    return;
  }
  rows_ += rows;
  for (std::size_t i = 0; i < columns.size(); ++i) record_column(i, Strided<T>{columns[i].data(), rows, 1});
}

template <class T>
void Pane::record_column(std::size_t feature, Strided<T> column) noexcept {
  plan_->count(feature, column, counts_[feature]);
  if (summaries_) summarise(feature, column);
}

template <class T>
void Pane::summarise(std::size_t feature, Strided<T> column) noexcept {
  const detail::FeatureSummary& summary = (*summaries_)[feature];
  if (summary.moments) simd::add_moments(values_of(column), moments_[feature]);
  if (summary.quantiles) simd::add_quantiles(*summary.quantiles, values_of(column), *quantiles_[feature]);
}

void Pane::record(std::span<const Value> row) noexcept {
  if (row.size() != counts_.size()) {
    ++rejected_rows_;
    return;
  }
  ++rows_;
  for (std::size_t i = 0; i < row.size(); ++i) record_value(i, row[i]);
}

void Pane::record_value(std::size_t feature, const Value& value) noexcept {
  SideCounts& side = counts_[feature].side;
  const bool categorical = plan_->is_categorical(feature);
  const bool misfit = value.type() == Value::Type::malformed || (!categorical && value.type() == Value::Type::text);
  if (misfit || value.type() == Value::Type::missing) {
    ++side.missing;
    side.malformed += misfit;
  } else if (categorical && value.type() != Value::Type::number) {
    detail::Decimal buffer;
    plan_->count_text(feature, category_text(value, buffer), counts_[feature]);
  } else {
    const double x = value.number();
    record_column(feature, Strided<double>{&x, 1, 1});
  }
}

Result<void> Pane::merge(const Pane& other) {
  if (other.profile_ != profile_ && other.profile_->hash() != profile_->hash()) {
    return Error{ErrorCode::incompatible,
                 "expected rows counted against profile " + profile_->hash() + ", found " + other.profile_->hash(),
                 {}};
  }
  if (!detail::SummaryPlan::same(summaries_.get(), other.summaries_.get())) {
    return Error{ErrorCode::incompatible, "expected the same moments and quantiles asked for, found others", {}};
  }
  rows_ += other.rows_;
  rejected_rows_ += other.rejected_rows_;
  // Equal profiles have equal axes, hence equal cells, moment ranges and buckets: these merges cannot fail.
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (auto merged = counts_[i].merge(other.counts_[i]); !merged) return merged;
    if (auto merged = moments_[i].merge(other.moments_[i]); !merged) return merged;
    if (quantiles_.empty() || !quantiles_[i]) continue;
    if (auto merged = quantiles_[i]->merge(*other.quantiles_[i]); !merged) return merged;
  }
  return {};
}

void Pane::reset() noexcept {
  rows_ = 0;
  rejected_rows_ = 0;
  for (Counts& counts : counts_) {
    std::fill(counts.cells.begin(), counts.cells.end(), std::uint64_t{0});
    counts.side = {};
  }
  for (Moments& moments : moments_) moments.reset();
  for (auto& quantiles : quantiles_) {
    if (quantiles) quantiles->reset();
  }
}

}  // namespace leeway::inline v1::stream
