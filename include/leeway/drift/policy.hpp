#ifndef LEEWAY_DRIFT_POLICY_HPP
#define LEEWAY_DRIFT_POLICY_HPP

#include <map>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/metric.hpp"

namespace leeway::inline v1::drift {

/// Effects from which a difference is worth a warning, and counts as drift. 0 <= warning <= drift.
struct Bands {
  double warning = 0;
  double drift = 0;
};

/// How the budget of false findings is shared among many features.
enum class Correction {
  bonferroni,  ///< an equal share each: the expected number of false findings stays within the budget
  bh,    ///< Benjamini & Hochberg 1995: the budget is the share of false ones among the findings, not their number
  none,  ///< the whole budget for each feature: the number of false findings grows with the features
};

/// What counts as a finding. A finding needs both: an effect that matters (its band) and more than noise (its error
/// rate). The bands are the field's conventions, to be set per deployment, and per feature where they differ.
struct Policy {
  std::vector<Metric> metrics{Metric::psi, Metric::ks,
                              Metric::js_divergence};  ///< reported; the governing one always is
  Metric govern = Metric::psi;                         ///< the metric that decides about the shape of a distribution
  /// Those of effects. KL has no conventional one; a test statistic (chi-square, G, Cramer-von Mises, Anderson-Darling)
  /// grows with the sample and can have none: Cramer's V is the effect that belongs to chi-square.
  std::map<Metric, Bands> bands{
      {Metric::psi, {0.1, 0.2}},         {Metric::ks, {0.1, 0.1}},          {Metric::js_divergence, {0.1, 0.1}},
      {Metric::js_distance, {0.1, 0.1}}, {Metric::hellinger, {0.1, 0.1}},   {Metric::total_variation, {0.1, 0.1}},
      {Metric::l_infinity, {0.1, 0.1}},  {Metric::wasserstein, {0.1, 0.1}}, {Metric::cramers_v, {0.1, 0.2}},
  };
  Bands missing{0.01, 0.05};  ///< change of the missing rate, either way
  Bands unseen{0.01, 0.05};   ///< rise of the share of unseen categories
  Bands range{0.01, 0.05};    ///< rise of the share beyond the reference range
  double budget = 0.05;       ///< expected number of false findings per evaluation, all features together; bh: share
  Correction correction = Correction::bonferroni;
  std::map<std::string, Bands> feature_bands{};  ///< bands of the governing metric, by feature name

  /// Errors (invalid_argument): a budget outside (0, 1], bands that are negative, not finite or upside down, a
  /// governing metric without bands.
  [[nodiscard]] LEEWAY_EXPORT Result<void> check() const;
};

}  // namespace leeway::inline v1::drift

#endif
