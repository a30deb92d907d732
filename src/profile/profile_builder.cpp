#include "leeway/profile/profile_builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "leeway/base/utf8.hpp"
#include "leeway/core/count_value.hpp"

namespace leeway::inline v1::profile {
namespace {

std::vector<double> finite_values(std::span<const double> column) {
  std::vector<double> values;
  values.reserve(column.size());
  std::copy_if(column.begin(), column.end(), std::back_inserter(values), [](double x) { return std::isfinite(x); });
  return values;
}

constexpr std::uint32_t kMissing = (std::numeric_limits<std::uint32_t>::max)();

std::vector<std::uint32_t> cells_of(const Axis& axis, std::span<const double> column) {
  std::vector<std::uint32_t> cells;
  cells.reserve(column.size());
  std::visit(
      [&](const auto& a) {
        if constexpr (NumericAxis<std::decay_t<decltype(a)>>) {
          for (const double x : column)
            cells.push_back(std::isnan(x) ? kMissing : static_cast<std::uint32_t>(a.cell(x)));
        }
      },
      axis);
  return cells;
}

Counts count_column(const Axis& axis, std::span<const double> column) {
  Counts counts;
  counts.cells.resize(size(axis));
  std::visit(
      [&](const auto& a) {
        if constexpr (NumericAxis<std::decay_t<decltype(a)>>) {
          for (const double x : column) count_value(a, x, counts.cells.data(), counts.side);
        }
      },
      axis);
  return counts;
}

// Two passes, over values in ascending order: the result does not depend on the order of the column.
std::optional<MomentSummary> moments_of(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double x : values) mean += x / n;
  double squares = 0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  const double deviation = values.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
  return MomentSummary{mean, std::isfinite(deviation) ? deviation : 0, values.front(), values.back()};
}

void most_frequent_first(std::vector<CategoryCount>& tally) {
  std::sort(tally.begin(), tally.end(), [](const CategoryCount& a, const CategoryCount& b) {
    return a.count != b.count ? a.count > b.count : a.value < b.value;
  });
}

std::vector<CategoryCount> tally_of(std::span<const std::string> values, std::span<const std::uint32_t> codes,
                                    std::uint64_t& missing) {
  std::vector<CategoryCount> tally;
  tally.reserve(values.size());
  for (const std::string& value : values) tally.push_back({value, 0});
  for (const std::uint32_t code : codes) ++(code < tally.size() ? tally[code].count : missing);
  std::erase_if(tally, [](const CategoryCount& category) { return category.count == 0; });
  return tally;
}

bool is_text(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

Error not_utf8(const std::string& text) {
  return {ErrorCode::data,
          "expected text in UTF-8, found a value of " + std::to_string(text.size()) + " bytes that is not",
          {}};
}

// The counts of a tally sorted by frequency, the tail beyond `listed` values folded into unseen.
Counts fold_tail(const std::vector<CategoryCount>& tally, std::size_t listed, std::uint64_t missing) {
  Counts counts;
  for (std::size_t i = 0; i < tally.size(); ++i) {
    if (i < listed) {
      counts.cells.push_back(tally[i].count);
    } else {
      counts.side.unseen += tally[i].count;
    }
  }
  counts.side.missing = missing;
  return counts;
}

}  // namespace

ProfileBuilder& ProfileBuilder::numeric(std::string name, std::span<const double> column, std::uint64_t malformed) {
  auto axis = choose_axis(finite_values(column), options_.edges, options_.cells);
  if (axis) return numeric(std::move(name), column, *std::move(axis), malformed);
  fail(name, std::move(axis).error());
  return *this;
}

ProfileBuilder& ProfileBuilder::numeric(std::string name, std::span<const double> column, NamedAxis axis,
                                        std::uint64_t malformed) {
  if (is_categorical(axis.axis)) {
    fail(name, {ErrorCode::invalid_argument, "expected a numeric axis, found categories", {}});
    return *this;
  }
  FeatureProfile feature{
      std::move(name), std::move(axis.axis), {}, std::move(axis.name), moments_of(finite_values(column))};
  feature.counts = count_column(feature.axis, column);
  feature.counts.side.malformed = malformed;
  if (!options_.exchangeable) {
    feature.design = estimate_design_effect(cells_of(feature.axis, column), feature.counts.cells.size());
  }
  add(std::move(feature));
  return *this;
}

ProfileBuilder& ProfileBuilder::categorical(std::string name, std::span<const std::optional<std::string_view>> column) {
  std::unordered_map<std::string_view, std::uint32_t> code_of;
  std::vector<std::string> values;
  std::vector<std::uint32_t> codes;
  codes.reserve(column.size());
  for (const auto& value : column) {
    if (!value) {
      codes.push_back(kMissing);
      continue;
    }
    const auto [found, fresh] = code_of.emplace(*value, static_cast<std::uint32_t>(values.size()));
    if (fresh) values.emplace_back(*value);
    codes.push_back(found->second);
  }
  return categorical(std::move(name), values, codes);
}

ProfileBuilder& ProfileBuilder::categorical(std::string name, std::span<const std::string> values,
                                            std::span<const std::uint32_t> codes) {
  const std::size_t features = features_.size();
  std::uint64_t missing = 0;
  std::vector<CategoryCount> tally = tally_of(values, codes, missing);
  categorical(std::move(name), std::move(tally), missing);
  if (!options_.exchangeable && features_.size() > features) {
    features_.back().design = estimate_design_effect(codes, values.size());
  }
  return *this;
}

ProfileBuilder& ProfileBuilder::categorical(std::string name, std::vector<CategoryCount> tally, std::uint64_t missing) {
  for (const CategoryCount& category : tally) {
    if (!is_text(category.value)) fail(name, not_utf8(category.value));
  }
  most_frequent_first(tally);
  const std::size_t listed = (std::min)({tally.size(), options_.max_categories, kMaxCells});
  Counts counts = fold_tail(tally, listed, missing);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < listed; ++i) values.push_back(std::move(tally[i].value));
  auto axis = CategoryAxis::make(std::move(values));
  if (axis) {
    add({std::move(name), *std::move(axis), std::move(counts), "categories", {}});
  } else {
    fail(name, std::move(axis).error());
  }
  return *this;
}

Result<Profile> ProfileBuilder::build() {
  if (error_) return *error_;
  const std::uint64_t rows = features_.empty() ? 0 : features_.front().counts.total();
  return Profile::make(std::move(features_), rows);
}

void ProfileBuilder::add(FeatureProfile feature) {
  if (!is_text(feature.name)) fail("", not_utf8(feature.name));
  features_.push_back(std::move(feature));
}

void ProfileBuilder::fail(const std::string& name, Error error) {
  if (!error_) error_ = at("feature " + name, std::move(error));
}

}  // namespace leeway::inline v1::profile
