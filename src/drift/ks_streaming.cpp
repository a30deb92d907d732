#include "leeway/drift/ks_streaming.hpp"

#include <algorithm>
#include <bit>

#include "drift/ks_exact.hpp"
#include "drift/pooled.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift {

Result<KsStream> KsStream::make(std::span<const double> reference) {
  auto pooled = detail::pool(reference, reference);
  if (!pooled) return std::move(pooled).error();
  KsStream stream;
  stream.values_ = std::move(pooled->values);
  stream.copies_ = std::move(pooled->reference);
  stream.reference_count_ = static_cast<std::int64_t>(reference.size());
  stream.live_.resize(2 * stream.values_.size() + 1);
  stream.runs_.resize(2 * std::bit_ceil(stream.live_.size()));
  return stream;
}

Result<void> KsStream::insert(double x) {
  if (auto checked = detail::check_size(live_count() + 1, "live"); !checked) return checked;
  return change(x, 1);
}

Result<void> KsStream::remove(double x) { return change(x, -1); }

Result<void> KsStream::change(double x, std::int64_t by) {
  if (x != x) return detail::found_nan("live");
  const std::size_t slot = slot_of(x);
  if (by < 0 && live_[slot] == 0) {
    return Error{ErrorCode::not_found, "expected a value that was inserted, found one that was not", "live"};
  }
  live_[slot] += static_cast<std::uint32_t>(by);
  live_count_ += by;
  std::size_t node = runs_.size() / 2 + slot;
  runs_[node] = slot_run(slot);
  while (node /= 2) runs_[node] = joined(runs_[2 * node], runs_[2 * node + 1]);
  return {};
}

Result<double> KsStream::statistic() {
  if (auto checked = detail::check_size(live_count(), "live"); !checked) return std::move(checked).error();
  if (live_count_ != built_count_) rebuild();
  const auto largest = static_cast<double>((std::max)(runs_[1].highest, -runs_[1].lowest));
  return largest / (static_cast<double>(reference_count_) * static_cast<double>(live_count_));
}

Result<Divergence> KsStream::result() {
  const auto value = statistic();
  if (!value) return value.error();
  Divergence result{
      .value = *value, .convention = "ks/exact", .reference_count = reference_count(), .live_count = live_count()};
  result.p_value = stats::ks_two_sample_p_value(*value, result.reference_count, result.live_count);
  return result;
}

// Between two reference values the live distribution function rises while the other stays: the ends of the gap decide.
KsStream::Run KsStream::slot_run(std::size_t slot) const noexcept {
  const auto copies = slot % 2 == 1 ? static_cast<std::int64_t>(copies_[slot / 2]) : 0;
  const std::int64_t sum = reference_count_ * live_[slot] - built_count_ * copies;
  return {sum, sum, sum};
}

KsStream::Run KsStream::joined(const Run& left, const Run& right) noexcept {
  return {left.sum + right.sum, (std::max)(left.highest, left.sum + right.highest),
          (std::min)(left.lowest, left.sum + right.lowest)};
}

std::size_t KsStream::slot_of(double x) const noexcept {
  const auto at = std::lower_bound(values_.begin(), values_.end(), x);
  const auto below = static_cast<std::size_t>(at - values_.begin());
  return 2 * below + (at != values_.end() && *at == x ? 1 : 0);
}

void KsStream::rebuild() {
  built_count_ = live_count_;
  const std::size_t leaves = runs_.size() / 2;
  for (std::size_t slot = 0; slot < live_.size(); ++slot) runs_[leaves + slot] = slot_run(slot);
  for (std::size_t node = leaves - 1; node > 0; --node) runs_[node] = joined(runs_[2 * node], runs_[2 * node + 1]);
}

}  // namespace leeway::inline v1::drift
