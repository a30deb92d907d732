#include "leeway/validate/row_validator.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <utility>

#include "validate/column_check.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace leeway::inline v1::validate {
namespace {

using detail::ColumnCheck;
using stream::Value;

/// A number that one thread changes and others read.
template <class T>
class Shared {
 public:
  void add(T more) noexcept { value_.store(get() + more, std::memory_order_relaxed); }
  void set(T value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] T get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<T> value_{};
};

using Counter = Shared<std::uint64_t>;

/// The first distinct unseen values by hash, and how often each came.
class UnseenTally {
 public:
  void add(std::uint64_t hash) noexcept {
    const std::uint64_t used = used_.get();
    std::size_t i = 0;
    while (i < used && hashes_[i] != hash) ++i;
    if (i == kMost) return;
    if (i == used) {
      hashes_[i] = hash;
      used_.add(1);
    }
    counts_[i].add(1);
  }

  [[nodiscard]] std::uint64_t distinct() const noexcept { return used_.get(); }
  [[nodiscard]] std::uint64_t most() const noexcept {
    std::uint64_t most = 0;
    for (const Counter& count : counts_) most = (std::max)(most, count.get());
    return most;
  }

 private:
  static constexpr std::size_t kMost = 32;
  std::array<std::uint64_t, kMost> hashes_{};  // the writer's own
  std::array<Counter, kMost> counts_{};
  Counter used_;
};

struct PlaceCounts {
  Counter missing, other_type, outside, unseen, finite;
  Shared<double> sum;
  UnseenTally tally;
};

std::uint64_t hash_of(const Value& value) noexcept {
  std::optional<detail::DecimalText> number;
  const std::string_view text = detail::category_text(value, number);
  return XXH3_64bits(text.data(), text.size());
}

/// Least and greatest float within [min, max], so that floats compare as they would as doubles.
float least_float(double min) noexcept {
  const auto near = static_cast<float>(min);
  return static_cast<double>(near) < min ? std::nextafter(near, std::numeric_limits<float>::infinity()) : near;
}
float greatest_float(double max) noexcept {
  const auto near = static_cast<float>(max);
  return static_cast<double>(near) > max ? std::nextafter(near, -std::numeric_limits<float>::infinity()) : near;
}

/// Whether every place lies within its [lower, upper], which NaN does not.
template <class T>
class Glance {
 public:
  void add(T lower, T upper) {
    lower_.push_back(lower);
    upper_.push_back(upper);
  }

  [[nodiscard]] bool fine(std::span<const T> row) const noexcept {
    const T* lower = lower_.data();
    const T* upper = upper_.data();
    unsigned outside = 0;  // no early end: so the loop has no branch
    for (std::size_t i = 0; i < row.size(); ++i)
      outside |= static_cast<unsigned>(!(row[i] >= lower[i])) | static_cast<unsigned>(!(row[i] <= upper[i]));
    return outside == 0;
  }

 private:
  std::vector<T> lower_;
  std::vector<T> upper_;
};

}  // namespace

class RowValidator::Impl {
 public:
  Impl(const Schema& schema, std::span<const std::string> columns)
      : columns_(schema.columns().size()), counts_(columns.size()) {
    for (const std::string& name : columns) add_place(schema, schema.find(name));
  }

  template <class T>
  std::optional<BrokenRule> check(std::span<const T> row) noexcept {
    if (row.size() != checks_.size()) return BrokenRule{0, Rule::absent};
    rows_.add(1);
    if (glance<T>().fine(row) && careful_places_fine(row)) [[likely]] {
      for (const std::size_t i : mean_places_) add_to_mean(counts_[i], row[i]);
      return std::nullopt;
    }
    return look([row](std::size_t i) noexcept { return static_cast<double>(row[i]); });
  }
  std::optional<BrokenRule> check(std::span<const Value> row) noexcept {
    if (row.size() != checks_.size()) return BrokenRule{0, Rule::absent};
    rows_.add(1);
    return look([row](std::size_t i) noexcept { return row[i]; });
  }
  std::optional<BrokenRule> check(const void* row, const stream::RowLayout& layout) noexcept {
    if (layout.features() != checks_.size()) return BrokenRule{0, Rule::absent};
    rows_.add(1);
    return look([&](std::size_t i) noexcept { return layout.read(i, row); });
  }

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_.get(); }

  [[nodiscard]] std::vector<ColumnCounts> counts() const {
    std::vector<ColumnCounts> all(columns_);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i]) all[*places_[i]] = counts_of(counts_[i]);
    }
    return all;
  }

 private:
  void add_place(const Schema& schema, std::optional<std::size_t> column) {
    const std::size_t place = places_.size();
    places_.push_back(column);
    const ColumnCheck& check = checks_.emplace_back(column ? schema.columns()[*column] : ColumnContract{});
    doubles_.add(check.min(), check.max());
    floats_.add(least_float(check.min()), greatest_float(check.max()));
    if (!check.range_alone()) careful_places_.push_back(place);
    if (check.has_mean()) mean_places_.push_back(place);
  }

  template <class T>
  [[nodiscard]] bool careful_places_fine(std::span<const T> row) const noexcept {
    return std::none_of(careful_places_.begin(), careful_places_.end(),
                        [&](std::size_t i) { return checks_[i].broken(static_cast<double>(row[i])).has_value(); });
  }

  template <class T>
  [[nodiscard]] const Glance<T>& glance() const noexcept {
    if constexpr (std::is_same_v<T, float>) {
      return floats_;
    } else {
      return doubles_;
    }
  }

  template <class ValueAt>
  std::optional<BrokenRule> look(ValueAt value_at) noexcept {
    std::optional<BrokenRule> first;
    for (std::size_t i = 0; i < checks_.size(); ++i) {
      if (!places_[i]) continue;
      const auto value = value_at(i);
      const auto broken = checks_[i].broken(value);
      if (broken) count_broken(i, *broken, value);
      if (broken && !first && !allowed(i, *broken)) first = BrokenRule{i, *broken};
      if (checks_[i].has_mean()) add_to_mean(counts_[i], Value(value).number());
    }
    return first;
  }

  [[nodiscard]] bool allowed(std::size_t place, Rule rule) const noexcept {
    return rule == Rule::missing && !checks_[place].refuses_missing();
  }

  void count_broken(std::size_t place, Rule rule, const Value& value) noexcept {
    PlaceCounts& counts = counts_[place];
    switch (rule) {
      case Rule::missing: return counts.missing.add(1);
      case Rule::type: return counts.other_type.add(1);
      case Rule::range: return counts.outside.add(1);
      default: counts.unseen.add(1), counts.tally.add(hash_of(value));
    }
  }

  static void add_to_mean(PlaceCounts& counts, double number) noexcept {
    if (!std::isfinite(number)) return;
    counts.finite.add(1);
    counts.sum.add(number);
  }

  [[nodiscard]] ColumnCounts counts_of(const PlaceCounts& place) const noexcept {
    return {.rows = rows(),
            .missing = place.missing.get(),
            .other_type = place.other_type.get(),
            .outside = place.outside.get(),
            .unseen = place.unseen.get(),
            .unseen_distinct = place.tally.distinct(),
            .unseen_most = place.tally.most(),
            .finite = place.finite.get(),
            .sum = place.sum.get()};
  }

  std::size_t columns_;
  std::vector<std::optional<std::size_t>> places_;  // the column of each place
  std::vector<ColumnCheck> checks_;
  std::vector<std::size_t> careful_places_;  // whose checks say more than a range
  std::vector<std::size_t> mean_places_;
  Glance<float> floats_;
  Glance<double> doubles_;
  std::vector<PlaceCounts> counts_;
  Counter rows_;
};

Result<RowValidator> RowValidator::make(const Schema& schema, std::span<const std::string> columns) {
  std::unordered_set<std::string_view> names;
  for (const std::string& name : columns) {
    if (!names.insert(name).second)
      return Error{ErrorCode::invalid_argument, "expected distinct names, found one twice", name};
  }
  return RowValidator(std::make_unique<Impl>(schema, columns));
}

std::optional<BrokenRule> RowValidator::check(std::span<const float> row) noexcept { return impl_->check(row); }
std::optional<BrokenRule> RowValidator::check(std::span<const double> row) noexcept { return impl_->check(row); }
std::optional<BrokenRule> RowValidator::check(std::span<const Value> row) noexcept { return impl_->check(row); }
std::optional<BrokenRule> RowValidator::check(const void* row, const stream::RowLayout& layout) noexcept {
  return impl_->check(row, layout);
}

std::uint64_t RowValidator::rows() const noexcept { return impl_->rows(); }
std::vector<ColumnCounts> RowValidator::counts() const { return impl_->counts(); }

RowValidator::RowValidator(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
RowValidator::RowValidator(RowValidator&&) noexcept = default;
RowValidator& RowValidator::operator=(RowValidator&&) noexcept = default;
RowValidator::~RowValidator() = default;

}  // namespace leeway::inline v1::validate
