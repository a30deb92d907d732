#include "leeway/stream/pane.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "leeway/core/count_value.hpp"

namespace leeway::inline v1::stream {
namespace {

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

// Longest shortest form of a double: -2.2250738585072014e-308.
using Decimal = std::array<char, 32>;

template <class T>
std::string_view decimal(T number, Decimal& buffer) noexcept {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

// The category that a number stands for: 3 and 3.0 are "3".
std::string_view category_text(double number, Decimal& buffer) noexcept {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  if (std::fabs(number) < kExactIntegers && std::trunc(number) == number) {
    return decimal(static_cast<std::int64_t>(number), buffer);
  }
  return decimal(number, buffer);
}

std::string_view category_text(const Value& value, Decimal& buffer) noexcept {
  switch (value.type()) {
    case Value::Type::text: return value.text();
    case Value::Type::boolean: return value.integer() != 0 ? "true" : "false";
    case Value::Type::integer: return decimal(value.integer(), buffer);
    default: return category_text(value.number(), buffer);
  }
}

}  // namespace

Pane::Pane(std::shared_ptr<const profile::Profile> profile) : profile_(std::move(profile)) {
  for (const profile::FeatureProfile& feature : profile_->features()) {
    counts_.emplace_back().cells.resize(size(feature.axis));
    moments_.push_back(empty_moments(feature.axis));
  }
}

void Pane::record(std::span<const float> row) noexcept { record_row(row); }
void Pane::record(std::span<const double> row) noexcept { record_row(row); }
void Pane::record(std::span<const Value> row) noexcept { record_row(row); }

template <class T>
void Pane::record_row(std::span<const T> row) noexcept {
  if (row.size() != counts_.size()) {
    ++rejected_rows_;
    return;
  }
  ++rows_;
  for (std::size_t i = 0; i < row.size(); ++i) record_value(i, row[i]);
}

void Pane::record_value(std::size_t feature, double x) noexcept {
  const Axis& axis = profile_->features()[feature].axis;
  Counts& counts = counts_[feature];
  if (const auto* categories = std::get_if<CategoryAxis>(&axis)) {
    Decimal buffer;
    if (std::isnan(x)) {
      ++counts.side.missing;
    } else {
      count_value(*categories, category_text(x, buffer), counts.cells.data(), counts.side);
    }
    return;
  }
  if (const auto* edges = std::get_if<EdgesAxis>(&axis)) {
    count_value(*edges, x, counts.cells.data(), counts.side);
  } else {
    count_value(*std::get_if<UniformAxis>(&axis), x, counts.cells.data(), counts.side);
  }
  if (std::isfinite(x)) moments_[feature].add(x);
}

void Pane::record_value(std::size_t feature, const Value& value) noexcept {
  Counts& counts = counts_[feature];
  const auto* categories = std::get_if<CategoryAxis>(&profile_->features()[feature].axis);
  const bool misfit = value.type() == Value::Type::malformed || (!categories && value.type() == Value::Type::text);
  const bool missing = misfit || value.type() == Value::Type::missing;
  if (missing) {
    ++counts.side.missing;
    counts.side.malformed += misfit;
  } else if (categories && value.type() != Value::Type::number) {
    Decimal buffer;
    count_value(*categories, category_text(value, buffer), counts.cells.data(), counts.side);
  } else {
    record_value(feature, value.number());
  }
}

Result<void> Pane::merge(const Pane& other) {
  if (other.profile_ != profile_ && other.profile_->hash() != profile_->hash()) {
    return Error{ErrorCode::incompatible,
                 "expected rows counted against profile " + profile_->hash() + ", found " + other.profile_->hash(), {}};
  }
  rows_ += other.rows_;
  rejected_rows_ += other.rejected_rows_;
  // Equal profiles have equal axes, hence equal cells and equal moment ranges: these merges cannot fail.
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (auto merged = counts_[i].merge(other.counts_[i]); !merged) return merged;
    if (auto merged = moments_[i].merge(other.moments_[i]); !merged) return merged;
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
}

}  // namespace leeway::inline v1::stream
