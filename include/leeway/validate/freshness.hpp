#ifndef LEEWAY_VALIDATE_FRESHNESS_HPP
#define LEEWAY_VALIDATE_FRESHNESS_HPP

// How old are the events behind the features that are served, and do they still come?
//
//   const validate::Served served = validate::serve(rule, value, event_time, now);
//
// answers for one value: as it is, replaced by the fallback, or not to be served. FreshnessMonitor counts what it is
// told of, and finds what no single value shows: a stream that has stopped. Silence is not health, so it also says
// when it was itself told nothing. No clock is read: now is an argument.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/validate/schema.hpp"

namespace leeway::inline v1::validate {

enum class Freshness {
  fresh,
  stale,   ///< older than max_staleness
  future,  ///< ahead of now by more than clock_tolerance: of unknown age
  unknown  ///< without a time
};

/// "fresh", "stale", "future", "unknown".
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Freshness freshness) noexcept;

/// Of an event at `event_time`, seen at `now`. An event exactly max_staleness old is fresh.
[[nodiscard]] LEEWAY_EXPORT Freshness freshness_of(const FreshnessRule& rule, std::optional<TimePoint> event_time,
                                                   TimePoint now) noexcept;

/// What to serve in the place of a value.
struct Served {
  std::optional<double> value;  ///< nothing: rejected
  Freshness freshness = Freshness::fresh;
};

/// A fresh value as it is; any other by rule.on_stale: a time ahead of the clock, and none, are no better than an old
/// one.
[[nodiscard]] LEEWAY_EXPORT Served serve(const FreshnessRule& rule, double value, std::optional<TimePoint> event_time,
                                         TimePoint now) noexcept;

/// What a monitor has been told of one feature.
struct FreshnessCounts {
  std::uint64_t fresh = 0;
  std::uint64_t stale = 0;
  std::uint64_t future = 0;
  std::uint64_t unknown = 0;
  std::uint64_t backward = 0;       ///< events older than the latest before them
  std::optional<TimePoint> latest;  ///< event, those of the future left out
  Duration oldest{0};               ///< greatest age of an event so far

  friend bool operator==(const FreshnessCounts&, const FreshnessCounts&) = default;
};

enum class FreshnessProblem {
  stale,     ///< values were stale
  future,    ///< events lay ahead of the clock
  unknown,   ///< values had no time
  backward,  ///< events went back in time
  silent,    ///< no event for longer than max_silence
  clock,     ///< `now` itself went back: of the feature "", as the next
  unheard,   ///< the monitor was told nothing at all for longer than its heartbeat
};

/// The name of the enumerator.
[[nodiscard]] LEEWAY_EXPORT const char* to_string(FreshnessProblem problem) noexcept;

struct FreshnessFinding {
  std::string feature;  ///< empty: the monitor itself
  FreshnessProblem problem = FreshnessProblem::stale;
  std::uint64_t count = 0;  ///< values or events; 0 for silence
  Duration duration{0};     ///< stale: age of the oldest; silent, unheard: since when

  friend bool operator==(const FreshnessFinding&, const FreshnessFinding&) = default;
};

/// Watches the event times of the features that have a FreshnessRule. Thread contract: one thread.
class FreshnessMonitor {
 public:
  /// `start` is when listening begins: silence counts from there. `heartbeat`: the monitor itself should be told of
  /// some event at least so often; 0: no such rule.
  LEEWAY_EXPORT FreshnessMonitor(const Schema& schema, TimePoint start, Duration heartbeat = Duration(0));

  /// Names of the features watched, in the order of the schema.
  [[nodiscard]] std::span<const std::string> features() const noexcept { return features_; }

  /// Tells of an event of a feature, by its place in features(). noexcept, no allocation. Precondition: there is such a
  /// place.
  LEEWAY_EXPORT Freshness observe(std::size_t feature, std::optional<TimePoint> event_time, TimePoint now) noexcept;

  /// Everything that is wrong at `now`; counts are of all events so far.
  [[nodiscard]] LEEWAY_EXPORT std::vector<FreshnessFinding> findings(TimePoint now) const;

  [[nodiscard]] std::span<const FreshnessCounts> counts() const noexcept { return counts_; }

 private:
  void find_problems(std::size_t feature, TimePoint now, std::vector<FreshnessFinding>& findings) const;

  std::vector<std::string> features_;
  std::vector<FreshnessRule> rules_;
  std::vector<FreshnessCounts> counts_;
  std::vector<TimePoint> heard_;  // when each feature was last told of, by the clock
  TimePoint start_;
  TimePoint clock_;  // the latest now
  Duration heartbeat_;
  std::uint64_t clock_backward_ = 0;
};

}  // namespace leeway::inline v1::validate

#endif
