#include "leeway/drift/ks_streaming.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "drift/ks_exact.hpp"
#include "drift/pooled.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift {
namespace {

constexpr std::uint32_t kAnySize = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Result<KsStream> KsStream::make(std::span<const double> reference) {
  auto pooled = detail::pool(reference, reference);
  if (!pooled) return std::move(pooled).error();
  KsStream stream;
  stream.values_ = std::move(pooled->values);
  stream.reference_count_ = static_cast<std::uint32_t>(reference.size());
  const std::size_t leaves = std::bit_ceil(2 * stream.values_.size() + 1);
  stream.runs_.resize(2 * leaves);
  for (std::size_t leaf = leaves; leaf < 2 * leaves; ++leaf) stream.runs_[leaf].to = kAnySize;
  for (std::size_t i = 0; i < stream.values_.size(); ++i) {
    Run& on_value = stream.runs_[leaves + 2 * i + 1];
    on_value.all.reference = static_cast<std::uint32_t>(pooled->reference[i]);
    on_value.highest = on_value.lowest = on_value.all;
  }
  return stream;
}

Result<void> KsStream::insert(double x) {
  if (auto checked = detail::check_size(live_count() + 1, "live"); !checked) return checked;
  return change(x, 1);
}

Result<void> KsStream::remove(double x) { return change(x, 0u - 1u); }

Result<void> KsStream::change(double x, std::uint32_t by) {
  if (x != x) return detail::found_nan("live");
  std::size_t node = runs_.size() / 2 + slot_of(x);
  Run& slot = runs_[node];
  if (by != 1 && slot.all.live == 0) {
    return Error{ErrorCode::not_found, "expected a value that was inserted, found one that was not", "live"};
  }
  live_count_ += by;
  slot.all.live += by;
  slot.highest = slot.lowest = slot.all;
  while (node /= 2) runs_[node].to = 0;
  return {};
}

Result<double> KsStream::statistic() {
  if (auto checked = detail::check_size(live_count(), "live"); !checked) return std::move(checked).error();
  refresh(1);
  const auto largest = static_cast<double>((std::max)(height(runs_[1].highest), -height(runs_[1].lowest)));
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

std::size_t KsStream::slot_of(double x) const noexcept {
  const auto at = std::lower_bound(values_.begin(), values_.end(), x);
  const auto below = static_cast<std::size_t>(at - values_.begin());
  return 2 * below + (at != values_.end() && *at == x ? 1 : 0);
}

// Only where a value came or went, or where the live size has left what the choices hold for.
void KsStream::refresh(std::size_t node) noexcept {
  Run& run = runs_[node];
  if (run.from <= live_count_ && live_count_ <= run.to) return;
  refresh(2 * node);
  refresh(2 * node + 1);
  join(run, runs_[2 * node], runs_[2 * node + 1]);
}

// Between two reference values the live distribution function rises while the other stays: the ends of a run of slots
// decide, and 0 before the first.
void KsStream::join(Run& run, const Run& left, const Run& right) const noexcept {
  const auto after_left = [&left](const Passed& at) {
    return Passed{left.all.live + at.live, left.all.reference + at.reference};
  };
  const Passed highest = after_left(right.highest);
  const Passed lowest = after_left(right.lowest);
  const bool left_is_highest = height(left.highest) >= height(highest);
  const bool left_is_lowest = height(left.lowest) <= height(lowest);
  run.all = after_left(right.all);
  run.highest = left_is_highest ? left.highest : highest;
  run.lowest = left_is_lowest ? left.lowest : lowest;
  run.from = (std::max)(left.from, right.from);
  run.to = (std::min)(left.to, right.to);
  hold(run, run.highest, left_is_highest ? highest : left.highest);
  hold(run, left_is_lowest ? lowest : left.lowest, run.lowest);
}

std::int64_t KsStream::height(const Passed& at) const noexcept {
  return std::int64_t{reference_count_} * at.live - std::int64_t{live_count_} * at.reference;
}

// Narrows the run to the live sizes m at which n (j - j') >= m (i - i'), which is so at the present one.
void KsStream::hold(Run& run, const Passed& higher, const Passed& lower) const noexcept {
  const std::int64_t live = std::int64_t{reference_count_} * (std::int64_t{higher.live} - std::int64_t{lower.live});
  const std::int64_t reference = std::int64_t{higher.reference} - std::int64_t{lower.reference};
  if (reference > 0) {
    run.to = static_cast<std::uint32_t>((std::min)(std::int64_t{run.to}, live / reference));
  } else if (reference < 0 && live < 0) {
    const std::int64_t least = (-live - reference - 1) / -reference;  // rounded up
    run.from = static_cast<std::uint32_t>((std::max)(std::int64_t{run.from}, least));
  }
}

}  // namespace leeway::inline v1::drift
