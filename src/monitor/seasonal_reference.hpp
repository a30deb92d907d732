#ifndef LEEWAY_SRC_MONITOR_SEASONAL_REFERENCE_HPP
#define LEEWAY_SRC_MONITOR_SEASONAL_REFERENCE_HPP

#include <span>

#include "leeway/monitor/window_report.hpp"
#include "leeway/profile/profile.hpp"

namespace leeway::inline v1::monitor::detail {

struct SeasonalReference {
  profile::Profile profile;
  SeasonNote note;
};

/// The reference as it would be if its rows were spread over the seasons as the window's are: `slot_rows` of its `rows`
/// by slot; rows without a slot, and slots with too few reference rows, are compared with the whole reference.
/// A weighted sample, hence counted by its effective size. Precondition: the profile has seasons, rows > 0.
[[nodiscard]] SeasonalReference seasonal_reference(const profile::Profile& profile, std::span<const double> slot_rows,
                                                   double rows);

}  // namespace leeway::inline v1::monitor::detail

#endif
