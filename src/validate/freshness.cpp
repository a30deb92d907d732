#include "leeway/validate/freshness.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "leeway/base/assert.hpp"

namespace leeway::inline v1::validate {
namespace {

/// later - earlier, which saturates: times of hostile input may lie at both ends of their range.
Duration between(TimePoint earlier, TimePoint later) noexcept {
  const Duration::rep a = earlier.time_since_epoch().count();
  const Duration::rep b = later.time_since_epoch().count();
  using Limits = std::numeric_limits<Duration::rep>;
  if (a < 0 && b > (Limits::max)() + a) return (Duration::max)();
  if (a > 0 && b < (Limits::min)() + a) return (Duration::min)();
  return Duration(b - a);
}

void count(FreshnessCounts& counts, Freshness freshness) noexcept {
  switch (freshness) {
    case Freshness::fresh: ++counts.fresh; break;
    case Freshness::stale: ++counts.stale; break;
    case Freshness::future: ++counts.future; break;
    case Freshness::unknown: ++counts.unknown; break;
  }
}

/// An event of the future would make all that follow it look backward.
void follow(FreshnessCounts& counts, TimePoint event_time, TimePoint now) noexcept {
  if (counts.latest && event_time < *counts.latest) ++counts.backward;
  counts.latest = (std::max)(counts.latest.value_or(event_time), event_time);
  counts.oldest = (std::max)(counts.oldest, between(event_time, now));
}

}  // namespace

const char* to_string(Freshness freshness) noexcept {
  switch (freshness) {
    case Freshness::fresh: return "fresh";
    case Freshness::stale: return "stale";
    case Freshness::future: return "future";
    case Freshness::unknown: return "unknown";
  }
  return "unknown";
}

const char* to_string(FreshnessProblem problem) noexcept {
  switch (problem) {
    case FreshnessProblem::stale: return "stale";
    case FreshnessProblem::future: return "future";
    case FreshnessProblem::unknown: return "unknown";
    case FreshnessProblem::backward: return "backward";
    case FreshnessProblem::silent: return "silent";
    case FreshnessProblem::clock: return "clock";
    case FreshnessProblem::unheard: return "unheard";
  }
  return "unknown";
}

Freshness freshness_of(const FreshnessRule& rule, std::optional<TimePoint> event_time, TimePoint now) noexcept {
  if (!event_time) return Freshness::unknown;
  const Duration age = between(*event_time, now);
  if (age < -rule.clock_tolerance) return Freshness::future;
  return age > rule.max_staleness ? Freshness::stale : Freshness::fresh;
}

Served serve(const FreshnessRule& rule, double value, std::optional<TimePoint> event_time, TimePoint now) noexcept {
  const Freshness freshness = freshness_of(rule, event_time, now);
  if (freshness == Freshness::fresh || rule.on_stale == OnStale::flag) return {value, freshness};
  if (rule.on_stale == OnStale::fallback) return {rule.fallback, freshness};
  return {std::nullopt, freshness};
}

FreshnessMonitor::FreshnessMonitor(const Schema& schema, TimePoint start, Duration heartbeat)
    : start_(start), clock_(start), heartbeat_(heartbeat) {
  for (const ColumnContract& column : schema.columns()) {
    if (!column.freshness) continue;
    features_.push_back(column.name);
    rules_.push_back(*column.freshness);
  }
  counts_.resize(features_.size());
  heard_.assign(features_.size(), start);
}

Freshness FreshnessMonitor::observe(std::size_t feature, std::optional<TimePoint> event_time, TimePoint now) noexcept {
  LEEWAY_ASSERT(feature < features_.size());
  if (now < clock_) ++clock_backward_;
  clock_ = (std::max)(clock_, now);
  heard_[feature] = (std::max)(heard_[feature], now);
  const Freshness freshness = freshness_of(rules_[feature], event_time, now);
  count(counts_[feature], freshness);
  if (freshness == Freshness::fresh || freshness == Freshness::stale) follow(counts_[feature], *event_time, now);
  return freshness;
}

void FreshnessMonitor::find_problems(std::size_t feature, TimePoint now,
                                     std::vector<FreshnessFinding>& findings) const {
  const FreshnessCounts& counts = counts_[feature];
  const auto found = [&](FreshnessProblem problem, std::uint64_t count, Duration duration = Duration(0)) {
    findings.push_back({features_[feature], problem, count, duration});
  };
  if (counts.stale > 0) found(FreshnessProblem::stale, counts.stale, counts.oldest);
  if (counts.future > 0) found(FreshnessProblem::future, counts.future);
  if (counts.unknown > 0) found(FreshnessProblem::unknown, counts.unknown);
  if (counts.backward > 0) found(FreshnessProblem::backward, counts.backward);
  const Duration silence = between(heard_[feature], now);
  const Duration allowed = rules_[feature].max_silence;
  if (allowed > Duration(0) && silence > allowed) found(FreshnessProblem::silent, 0, silence);
}

std::vector<FreshnessFinding> FreshnessMonitor::findings(TimePoint now) const {
  std::vector<FreshnessFinding> findings;
  for (std::size_t i = 0; i < features_.size(); ++i) find_problems(i, now, findings);
  const std::uint64_t backward = clock_backward_ + (now < clock_ ? 1 : 0);
  if (backward > 0) findings.push_back({"", FreshnessProblem::clock, backward, Duration(0)});
  const Duration unheard = between(clock_, now);
  if (heartbeat_ > Duration(0) && unheard > heartbeat_) findings.push_back({"", FreshnessProblem::unheard, 0, unheard});
  return findings;
}

}  // namespace leeway::inline v1::validate
