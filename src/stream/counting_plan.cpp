#include "stream/counting_plan.hpp"

#include <algorithm>
#include <array>

#include "leeway/simd/count_codes.hpp"

namespace leeway::inline v1::stream::detail {
namespace {

void count_numbers(const simd::CountPlan& plan, auto column, Counts& counts) noexcept {
  simd::count(plan, column, counts.cells.data(), counts.side);
}

void count_misfits(std::uint64_t number, Counts& counts) noexcept {
  counts.side.missing += number;
  counts.side.malformed += number;
}

// NaN is missing, one of its kinds malformed as well.
void count_words(const simd::CountPlan& plan, StridedWords column, Counts& counts) noexcept {
  const std::uint64_t missing = counts.side.missing;
  column.for_each_block([&](std::span<const double> block) { count_numbers(plan, block, counts); });
  if (counts.side.missing == missing) return;
  for (std::size_t i = 0; i < column.size; ++i) counts.side.malformed += column.word(i) == kMalformedNumber;
}

void count_key(const CategoryIndex& index, CategoryKey key, std::uint64_t number, FeatureCounts to) noexcept {
  if (key == kMissingKey) {
    to.counts.side.missing += number;
  } else if (key == kMalformedKey) {
    count_misfits(number, to.counts);
  } else if (const std::size_t cell = index.cell(key); cell != CategoryAxis::kUnseen) {
    to.counts.cells[cell] += number;
  } else {
    to.counts.side.unseen += number;
    to.unseen->add(key, number);
  }
}

template <class T>
void count_categories(const CategoryIndex& index, const CategoryKeys& keys, simd::StridedValues<T> column,
                      FeatureCounts to) noexcept {
  for (std::size_t i = 0; i < column.size; ++i) {
    const T x = column.first[static_cast<std::ptrdiff_t>(i) * column.stride];
    if constexpr (std::is_integral_v<T>) {
      count_key(index, keys.of_integer(x), 1, to);
    } else {
      count_key(index, keys.of_number(static_cast<double>(x)), 1, to);
    }
  }
}

void count_text(const CategoryIndex& index, std::string_view text, std::uint64_t number, FeatureCounts to) noexcept {
  const CategoryKey key = category_key(text);
  count_key(index, key, number, to);
  if (index.cell(key) == CategoryAxis::kUnseen) to.unseen->keep_text(key, text);
}

// Codes first, then what they stand for: each text is looked up once.
template <class Code>
void count_dictionary(const CategoryIndex& index, Dictionary<Code> column, FeatureCounts to) noexcept {
  std::array<std::uint64_t, kMaxCells> counts{};
  const std::size_t size = (std::min)(column.dictionary.size(), kMaxCells);
  SideCounts side;
  simd::count_codes(column.codes, std::span(counts).first(size), side);
  to.counts.side.missing += side.missing;
  count_misfits(side.unseen, to.counts);
  for (std::size_t i = 0; i < size; ++i) {
    if (counts[i] > 0) count_text(index, column.dictionary[i], counts[i], to);
  }
}

template <class Code>
void count_large_dictionary(const CategoryIndex& index, Dictionary<Code> column, FeatureCounts to) noexcept {
  for (const Code code : column.codes) {
    if (code < 0) {
      ++to.counts.side.missing;
    } else if (static_cast<std::size_t>(code) >= column.dictionary.size()) {
      count_misfits(1, to.counts);
    } else {
      count_text(index, column.dictionary[static_cast<std::size_t>(code)], 1, to);
    }
  }
}

// One kind of column over one kind of feature.
struct ColumnCounter {
  const CategoryKeys& keys;
  FeatureCounts to;

  template <class T>
  void operator()(const simd::CountPlan& plan, std::span<const T> column) const noexcept {
    count_numbers(plan, column, to.counts);
  }
  void operator()(const simd::CountPlan&, Column::Texts column) const noexcept {
    for (const auto& text : column) {
      ++to.counts.side.missing;
      to.counts.side.malformed += text.has_value();
    }
  }
  template <class Code>
  void operator()(const simd::CountPlan&, Dictionary<Code> column) const noexcept {
    for (const Code code : column.codes) {
      ++to.counts.side.missing;
      to.counts.side.malformed += code >= 0;
    }
  }
  template <class T>
  void operator()(const CategoryIndex& index, std::span<const T> column) const noexcept {
    count_categories(index, keys, simd::StridedValues<T>{column.data(), column.size()}, to);
  }
  void operator()(const CategoryIndex& index, Column::Texts column) const noexcept {
    for (const auto& text : column) {
      if (text) {
        count_text(index, *text, 1, to);
      } else {
        ++to.counts.side.missing;
      }
    }
  }
  template <class Code>
  void operator()(const CategoryIndex& index, Dictionary<Code> column) const noexcept {
    if (column.dictionary.size() > kMaxCells) return count_large_dictionary(index, column, to);
    count_dictionary(index, column, to);
  }
};

simd::RowPlan row_plan(const profile::Profile& profile) {
  std::vector<const Axis*> axes;
  for (const profile::FeatureProfile& feature : profile.features()) axes.push_back(&feature.axis);
  return simd::RowPlan(axes);
}

struct Compiler {
  template <class A>
  std::variant<simd::CountPlan, CategoryIndex> operator()(const A& axis) const {
    if constexpr (NumericAxis<A>) {
      return simd::CountPlan(axis);
    } else {
      return CategoryIndex(axis);
    }
  }
};

}  // namespace

CountingPlan::CountingPlan(std::shared_ptr<const profile::Profile> profile)
    : encoder_(std::make_shared<const RowEncoder>(*profile)), rows_(row_plan(*profile)) {
  for (std::size_t i = 0; i < profile->features().size(); ++i) {
    features_.push_back(std::visit(Compiler(), profile->features()[i].axis));
    if (!rows_.takes(i)) one_by_one_.push_back(i);
  }
}

template <class T>
void CountingPlan::count(std::size_t feature, simd::StridedValues<T> column, FeatureCounts to) const noexcept {
  if (const auto* plan = std::get_if<simd::CountPlan>(&features_[feature])) {
    count_numbers(*plan, column, to.counts);
  } else {
    count_categories(*std::get_if<CategoryIndex>(&features_[feature]), encoder_->keys(), column, to);
  }
}

template void CountingPlan::count(std::size_t, simd::StridedValues<float>, FeatureCounts) const noexcept;
template void CountingPlan::count(std::size_t, simd::StridedValues<double>, FeatureCounts) const noexcept;

void CountingPlan::count(std::size_t feature, StridedWords column, FeatureCounts to) const noexcept {
  if (const auto* plan = std::get_if<simd::CountPlan>(&features_[feature]))
    return count_words(*plan, column, to.counts);
  const auto& index = *std::get_if<CategoryIndex>(&features_[feature]);
  for (std::size_t i = 0; i < column.size; ++i) count_key(index, column.word(i), 1, to);
}

void CountingPlan::count(std::size_t feature, const Column& column, FeatureCounts to) const noexcept {
  std::visit(ColumnCounter{encoder_->keys(), to}, features_[feature], column.data());
}

void CountingPlan::keep_unseen_text(std::size_t feature, std::string_view text, UnseenSample& unseen) const noexcept {
  const CategoryKey key = category_key(text);
  if (std::get_if<CategoryIndex>(&features_[feature])->cell(key) == CategoryAxis::kUnseen) unseen.keep_text(key, text);
}

}  // namespace leeway::inline v1::stream::detail
