#include "leeway/stream/pane.hpp"

#include <algorithm>
#include <utility>

#include "leeway/simd/moments.hpp"
#include "stream/counting_plan.hpp"
#include "stream/summary_plan.hpp"

namespace leeway::inline v1::stream {
namespace {

using detail::StridedWords;
using simd::StridedValues;

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

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const char* kind_name(bool categorical) { return categorical ? "categorical" : "numeric"; }

Result<void> check_names(const std::vector<std::string>& names, const profile::Profile& profile, bool categorical) {
  for (const std::string& name : names) {
    const auto feature = profile.find(name);
    if (feature && is_categorical(profile.features()[*feature].axis) == categorical) continue;
    const std::string found =
        feature ? std::string("the ") + kind_name(!categorical) + " feature " : "no feature called ";
    return Error{ErrorCode::invalid_argument,
                 std::string("expected the name of a ") + kind_name(categorical) + " feature, found " + found + name,
                 {}};
  }
  return {};
}

}  // namespace

Result<void> PaneOptions::check(const profile::Profile& profile) const {
  if (auto checked = check_names(moments_of, profile, false); !checked) return checked;
  if (auto checked = check_names(quantiles_of, profile, false); !checked) return checked;
  return check_names(unseen_text, profile, true);
}

Pane::Pane(std::shared_ptr<const profile::Profile> profile, PaneOptions options)
    : profile_(std::move(profile)),
      plan_(std::make_shared<const detail::CountingPlan>(profile_)),
      summaries_(detail::SummaryPlan::make(*profile_, options)) {
  for (const profile::FeatureProfile& feature : profile_->features()) {
    counts_.emplace_back().cells.resize(size(feature.axis));
    moments_.push_back(empty_moments(feature.axis));
    unseen_of_.push_back(kNumeric);
    if (!is_categorical(feature.axis)) continue;
    const bool keeps_text = contains(options.unseen_text, feature.name);
    unseen_of_.back() = static_cast<std::uint32_t>(unseen_.size());
    unseen_.emplace_back(keeps_text);
    if (keeps_text) text_features_.push_back(static_cast<std::uint32_t>(counts_.size() - 1));
  }
  tallies_.resize(plan_->rows().tallies());
  if (!summaries_ || !summaries_->any_quantiles()) return;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const auto& plan = (*summaries_)[i].quantiles;
    plan ? quantiles_.emplace_back(plan->buckets()) : quantiles_.emplace_back();
  }
}

std::shared_ptr<const detail::RowEncoder> Pane::encoder() const noexcept { return plan_->encoder(); }

detail::FeatureCounts Pane::counts_of(std::size_t feature) noexcept {
  const std::uint32_t unseen = unseen_of_[feature];
  return {counts_[feature], unseen == kNumeric ? nullptr : &unseen_[unseen]};
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

template <class C>
void Pane::record_column(std::size_t feature, C column) noexcept {
  plan_->count(feature, column, counts_of(feature));
  if (summaries_) summarise(feature, column);
}

template <class T>
void Pane::summarise(std::size_t feature, StridedValues<T> column) noexcept {
  const detail::FeatureSummary& summary = (*summaries_)[feature];
  if (summary.moments) simd::add_moments(column, moments_[feature]);
  if (summary.quantiles) simd::add_quantiles(*summary.quantiles, column, *quantiles_[feature]);
}

void Pane::summarise(std::size_t feature, StridedWords column) noexcept {
  if ((*summaries_)[feature].none()) return;
  column.for_each_block([&](std::span<const double> block) {
    summarise(feature, StridedValues<double>{block.data(), block.size()});
  });
}

void Pane::summarise(std::size_t feature, const Column& column) noexcept {
  std::visit(
      [&]<class C>(const C& values) {
        if constexpr (Column::is_numeric<C>)
          summarise(feature, StridedValues<typename C::value_type>{values.data(), values.size()});
      },
      column.data());
}

template <class T>
void Pane::record_block(RowMajor<T> rows) noexcept {
  if (rows.rows == 0) return;  // also no address to count from
  if (rows.features != counts_.size()) {
    rejected_rows_ += rows.rows;
    return;
  }
  rows_ += rows.rows;
  const auto stride = static_cast<std::ptrdiff_t>(rows.row_stride);
  for (std::size_t i = 0; i < counts_.size(); ++i) record_column(i, StridedValues<T>{rows.data + i, rows.rows, stride});
}

void Pane::record_words(const std::byte* rows, std::size_t count) noexcept {
  if (count == 0) return;  // also no address to count from
  rows_ += count;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  for (std::size_t i = 0; i < counts_.size(); ++i)
    record_column(i, StridedWords{rows + i * kWord, count, counts_.size() * kWord});
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
  const auto column = [&](std::size_t i) {
    return StridedValues<float>{rows.data + i, rows.rows, static_cast<std::ptrdiff_t>(rows.row_stride)};
  };
  for (const std::size_t i : plan_->one_by_one()) plan_->count(i, column(i), counts_of(i));
  if (!summaries_) return;
  for (std::size_t i = 0; i < counts_.size(); ++i) summarise(i, column(i));
}

void Pane::record_unsettled(detail::RowBytes rows) noexcept {
  if (rows.kind == detail::RowKind::words) return record_words(rows.data, rows.rows);
  const std::size_t features = counts_.size();
  record_unsettled(RowMajor<float>{reinterpret_cast<const float*>(rows.data), rows.rows, features, features});
}

void Pane::settle() noexcept {
  if (tallied_rows_ == 0) return;
  simd::settle(plan_->rows(), tallied_rows_, tallies_.data(), counts_);
  tallied_rows_ = 0;
}

void Pane::record_columns(std::span<const Column> columns) noexcept {
  const std::size_t rows = columns.empty() ? 0 : columns[0].size();
  const bool fit =
      std::all_of(columns.begin(), columns.end(), [rows](const Column& column) { return column.size() == rows; });
  if (!fit || columns.size() != counts_.size()) {
    rejected_rows_ += rows;
    return;
  }
  rows_ += rows;
  for (std::size_t i = 0; i < columns.size(); ++i) record_column<const Column&>(i, columns[i]);
}

void Pane::record(std::span<const Value> row) noexcept {
  if (row.size() != counts_.size()) {
    ++rejected_rows_;
    return;
  }
  ++rows_;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::uint64_t word = plan_->encoder()->encode(i, row[i]);
    record_column(i, StridedWords{reinterpret_cast<const std::byte*>(&word), 1});
    if (row[i].type() == Value::Type::text && plan_->is_categorical(i)) keep_unseen_text(i, row[i].text());
  }
}

void Pane::keep_unseen_text(std::size_t feature, std::string_view text) noexcept {
  plan_->keep_unseen_text(feature, text, unseen_[unseen_of_[feature]]);
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
  for (std::size_t i = 0; i < unseen_.size(); ++i) unseen_[i].merge(other.unseen_[i]);
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
  for (UnseenSample& sample : unseen_) sample.reset();
}

}  // namespace leeway::inline v1::stream
