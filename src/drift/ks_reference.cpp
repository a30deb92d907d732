#include "leeway/drift/ks_reference.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "drift/ks_exact.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift {
namespace detail {
namespace {

constexpr std::size_t kValuesPerCell = 8;
constexpr std::size_t kCellsPerSearch = 16;  // looking at as many cells costs as much as searching for one value

template <class T>
struct Reference {
  std::vector<T> sorted;
  CellMap<T> map;
  std::vector<std::int32_t> below;  // cells + 1: values in cells before this one
  std::vector<double> shares;       // below / all
};

template <class V>
struct Scratch {
  Celled<V> live;
  Buffer<std::uint8_t> flags;
  SortScratch<V> sort;
};

template <class T>
Reference<T> prepare(std::vector<T> sorted) {
  Reference<T> reference{.sorted = {}, .map = {sorted, sorted.size() / kValuesPerCell}, .below = {}, .shares = {}};
  Celled<T> celled;
  (void)celled.count(sorted, reference.map);
  reference.below.assign(celled.below.begin(), celled.below.end());
  reference.shares.assign(celled.shares.begin(), celled.shares.end());
  reference.sorted = std::move(sorted);
  return reference;
}

// Few live values: each is looked up in the reference.
template <class T, class V>
double search_each(const std::vector<T>& reference, std::span<const V> live, Scratch<V>& scratch) {
  const std::span sorted(scratch.live.gathered_buffer.reserve(live.size()), live.size());
  std::copy(live.begin(), live.end(), sorted.begin());
  sort_values(sorted, scratch.sort);
  const auto n = static_cast<double>(reference.size());
  const auto m = static_cast<double>(live.size());
  double largest = 0;
  auto from = reference.begin();
  for (std::size_t j = 0; j < sorted.size();) {
    const V x = sorted[j];
    from = std::lower_bound(from, reference.end(), x);
    const auto before = static_cast<double>(from - reference.begin()) / n - static_cast<double>(j) / m;
    from = std::upper_bound(from, reference.end(), x);
    while (j < sorted.size() && sorted[j] == x) ++j;
    const auto after = static_cast<double>(from - reference.begin()) / n - static_cast<double>(j) / m;
    largest = (std::max)({largest, std::fabs(before), std::fabs(after)});
  }
  return largest;
}

template <class T, class V>
Result<double> statistic(const Reference<T>& reference, std::span<const V> live, Scratch<V>& scratch) {
  if (auto checked = check_size(live.size(), "live"); !checked) return std::move(checked).error();
  if (live.size() * kCellsPerSearch < reference.map.size()) {
    if (has_nan(live)) return found_nan("live");
    return search_each(reference.sorted, live, scratch);
  }
  if (!scratch.live.count(live, reference.map)) return found_nan("live");
  std::uint8_t* const flags = scratch.flags.reserve(reference.map.size());
  const double at_boundaries = flag_cells(reference.shares, scratch.live.shares, flags);
  if constexpr (sizeof(V) <= sizeof(T)) {
    for (const Cell atom : reference.map.atoms()) flags[atom] = 0;
  }
  const std::span<const std::uint8_t> flagged(flags, reference.map.size());
  const auto slice = [&](std::size_t c) {
    const auto first = static_cast<std::size_t>(reference.below[c]);
    return std::span<const T>(reference.sorted)
        .subspan(first, static_cast<std::size_t>(reference.below[c + 1]) - first);
  };
  const auto live_below = scratch.live.below;
  const double inside = walk_cells(flagged, reference.below, slice, live_below,
                                   sorted_slices(scratch.live.gather(flagged), live_below, scratch.sort));
  return (std::max)(at_boundaries, inside);
}

template <class T>
Result<Reference<T>> make_reference(std::span<const T> sample) {
  if (auto checked = check_size(sample.size(), "reference"); !checked) return std::move(checked).error();
  if (has_nan(sample)) return found_nan("reference");
  std::vector<T> sorted(sample.begin(), sample.end());
  SortScratch<T> scratch;
  sort_values(std::span(sorted), scratch);
  return prepare(std::move(sorted));
}

}  // namespace
}  // namespace detail

struct KsScratch::Impl {
  detail::Scratch<float> floats;
  detail::Scratch<double> doubles;
};

KsScratch::KsScratch() : impl_(std::make_unique<Impl>()) {}
KsScratch::~KsScratch() = default;
KsScratch::KsScratch(KsScratch&&) noexcept = default;
KsScratch& KsScratch::operator=(KsScratch&&) noexcept = default;

struct KsReference::Impl {
  std::variant<detail::Reference<float>, detail::Reference<double>> reference;
};

struct detail::KsReferenceAccess {
  template <class T>
  static Result<KsReference> make(std::span<const T> sample) {
    auto reference = make_reference(sample);
    if (!reference) return std::move(reference).error();
    return KsReference(std::make_shared<const KsReference::Impl>(KsReference::Impl{*std::move(reference)}));
  }

  template <class V>
  static Result<double> statistic(const KsReference& reference, std::span<const V> live, KsScratch& scratch) {
    Scratch<V>* own = nullptr;
    if constexpr (sizeof(V) == sizeof(float)) {
      own = &scratch.impl_->floats;
    } else {
      own = &scratch.impl_->doubles;
    }
    return std::visit([&](const auto& prepared) { return detail::statistic(prepared, live, *own); },
                      reference.impl_->reference);
  }

  template <class V>
  static Result<Divergence> divergence(const KsReference& reference, std::span<const V> live, KsScratch& scratch) {
    auto value = statistic(reference, live, scratch);
    if (!value) return std::move(value).error();
    Divergence result{
        .value = *value, .convention = "ks/exact", .reference_count = reference.size(), .live_count = live.size()};
    result.p_value = stats::ks_two_sample_p_value(result.value, result.reference_count, result.live_count);
    return result;
  }
};

Result<KsReference> KsReference::make(std::span<const double> sample) {
  return detail::KsReferenceAccess::make(sample);
}
Result<KsReference> KsReference::make(std::span<const float> sample) { return detail::KsReferenceAccess::make(sample); }

std::size_t KsReference::size() const noexcept {
  return std::visit([](const auto& prepared) { return prepared.sorted.size(); }, impl_->reference);
}

Result<double> ks_statistic(const KsReference& reference, std::span<const double> live, KsScratch& scratch) {
  return detail::KsReferenceAccess::statistic(reference, live, scratch);
}

Result<double> ks_statistic(const KsReference& reference, std::span<const float> live, KsScratch& scratch) {
  return detail::KsReferenceAccess::statistic(reference, live, scratch);
}

Result<Divergence> ks_two_sample(const KsReference& reference, std::span<const double> live, KsScratch& scratch) {
  return detail::KsReferenceAccess::divergence(reference, live, scratch);
}

Result<Divergence> ks_two_sample(const KsReference& reference, std::span<const float> live, KsScratch& scratch) {
  return detail::KsReferenceAccess::divergence(reference, live, scratch);
}

Result<Divergence> ks_two_sample(const KsReference& reference, std::span<const double> live) {
  KsScratch scratch;
  return ks_two_sample(reference, live, scratch);
}

Result<Divergence> ks_two_sample(const KsReference& reference, std::span<const float> live) {
  KsScratch scratch;
  return ks_two_sample(reference, live, scratch);
}

}  // namespace leeway::inline v1::drift
