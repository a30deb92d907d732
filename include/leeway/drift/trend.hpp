#ifndef LEEWAY_DRIFT_TREND_HPP
#define LEEWAY_DRIFT_TREND_HPP

// Slow drift that no single window shows: does a feature move in one direction over many panes that follow each other?
//
// Each pane gives a few numbers per feature, each between 0 and 1, and each series of them is tested for a trend
// (stats/mann_kendall.hpp): of a numeric feature the mean position of its values in the reference (0.5 on clean data;
// ridit, Bross 1958) and their mean distance from its middle; of a categorical one the share of each category; of both
// the share of missing values. Categories with fewer than 20 reference rows are one. The feature's p-value is the least
// times the number of series. A test by ranks holds whatever the rows of one pane have to do with each other, as long
// as the panes are alike: so make a pane as long as the season of the data. The p-value is that of one look, as those
// of a window are.

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/profile/profile.hpp"

namespace leeway::inline v1::drift {

struct TrendOptions {
  ErrorRate alpha{0.01};       ///< false findings to expect per report, all features together
  double effect_floor = 0.02;  ///< a change from the first pane to the last that does not matter, in [0, 1)
  std::uint32_t panes = 100;   ///< how many of the last ones are looked at, 8 to 1,000

  /// Errors (invalid_argument): values out of their ranges.
  [[nodiscard]] LEEWAY_EXPORT Result<void> check() const;
};

/// The test for every feature of a profile. State: one number per series and pane. Cost of judge(): quadratic in panes
/// for each series. Deterministic. Thread contract: one thread at a time.
class ProfileTrend {
 public:
  /// `sharers` is how many share alpha: the features, or 1. Errors: as TrendOptions::check().
  LEEWAY_EXPORT static Result<ProfileTrend> make(const profile::Profile& profile, TrendOptions options,
                                                 std::size_t sharers);

  /// Takes the next pane, one Counts per feature of the profile in its order. A pane without values of a feature tells
  /// nothing of it.
  LEEWAY_EXPORT void add(std::span<const Counts> pane);

  /// Adds a finding (Cause::trend) to every feature: a warning where it moves, else stable. Its value is the fitted
  /// change from the first pane to the last. Precondition: a report on the same profile.
  LEEWAY_EXPORT void judge(DriftReport& report) const;

 private:
  /// What is followed of a feature: the series of the present values have one number per pane that has any.
  struct Feature {
    std::vector<double> positions;        // numeric: of the cells, in the reference
    std::vector<std::size_t> categories;  // categorical: the cells with a series each
    bool others = false;                  // and all other categories together
    std::uint64_t reference_count = 0;
    std::vector<std::deque<double>> shape;  // series
    std::deque<double> missing;
    std::deque<std::uint64_t> values;  // per pane
  };

  static Feature feature_of(const profile::FeatureProfile& reference);
  explicit ProfileTrend(TrendOptions options, double level) : options_(options), level_(level) {}
  [[nodiscard]] Finding judge(const Feature& feature) const;
  void keep(std::deque<double>& series, double value) const;

  TrendOptions options_;
  double level_;
  std::vector<Feature> features_;
};

}  // namespace leeway::inline v1::drift

#endif
