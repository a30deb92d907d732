#ifndef LEEWAY_STREAM_SEASONAL_COUNTER_HPP
#define LEEWAY_STREAM_SEASONAL_COUNTER_HPP

#include <memory>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/stream/pane.hpp"

namespace leeway::inline v1::stream {

/// Counts reference rows by season, at training time, once their profile is known.
///
///   stream::SeasonalCounter counter(profile, profile::Season::hour_of_week);
///   for (const auto& row : rows) counter.record(row.time, row.values);
///   auto seasonal = counter.build();
///
/// Memory: a pane per slot. Thread contract: one thread.
class SeasonalCounter {
 public:
  LEEWAY_EXPORT SeasonalCounter(profile::Profile profile, profile::Season season);

  /// A row as Pane::record takes it, and its time in UTC.
  template <class T>
  void record(TimePoint time, std::span<const T> row) noexcept {
    panes_[profile::slot_of(season_, time)].record(row);
  }

  /// The profile with its seasons. Errors: data (a row that had not one value per feature).
  LEEWAY_EXPORT Result<profile::Profile> build() const;

 private:
  profile::Season season_;
  std::shared_ptr<const profile::Profile> profile_;
  std::vector<Pane> panes_;
};

}  // namespace leeway::inline v1::stream

#endif
