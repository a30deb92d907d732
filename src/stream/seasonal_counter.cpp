#include "leeway/stream/seasonal_counter.hpp"

#include <string>
#include <utility>

namespace leeway::inline v1::stream {

SeasonalCounter::SeasonalCounter(profile::Profile profile, profile::Season season)
    : season_(season),
      profile_(std::make_shared<const profile::Profile>(std::move(profile))),
      panes_(profile::slots_of(season), Pane(profile_)) {}

Result<profile::Profile> SeasonalCounter::build() const {
  profile::SeasonalCounts seasons{season_, {}};
  for (const Pane& pane : panes_) {
    seasons.slots.emplace_back(pane.counts().begin(), pane.counts().end());
    if (pane.rejected_rows() == 0) continue;
    return Error{ErrorCode::data,
                 "expected rows of " + std::to_string(pane.counts().size()) + " values, found " +
                     std::to_string(pane.rejected_rows()) + " others",
                 {}};
  }
  return profile_->with_seasons(std::move(seasons));
}

}  // namespace leeway::inline v1::stream
