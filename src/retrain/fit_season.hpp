#ifndef LEEWAY_SRC_RETRAIN_FIT_SEASON_HPP
#define LEEWAY_SRC_RETRAIN_FIT_SEASON_HPP

// Seasons too short for pooled points, which show them folded: with a period that is not theirs.

#include <vector>

#include "retrain/fit_sample.hpp"

namespace leeway::inline v1::retrain::detail {

struct ShortSeason {
  double period = 0;  // days
  double cosine = 0;
  double sine = 0;
  double p = 1;  // that noise would show one as strong

  [[nodiscard]] double at(double age) const;
};

/// Finds the seasons that are shorter than two pools, by what is left within the pools, and takes them out of `ages`;
/// the strongest first. Where there is only noise, one is found with probability `alpha`.
[[nodiscard]] std::vector<ShortSeason> take_short_seasons(Sample& ages, double alpha);

}  // namespace leeway::inline v1::retrain::detail

#endif
