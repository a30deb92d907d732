#ifndef LEEWAY_SRC_VALIDATE_DISTRIBUTION_HPP
#define LEEWAY_SRC_VALIDATE_DISTRIBUTION_HPP

#include <optional>

#include "leeway/validate/skew_report.hpp"
#include "leeway/validate/table.hpp"

namespace leeway::inline v1::validate::detail {

/// How a gate decides: an effect from `gate` on that noise has with at most the probability `alpha`.
struct Gate {
  double gate = 0.1;
  double alpha = 0.05;
};

/// Both sides' distributions of one feature: gate, PSI, missing values, null handling. The columns are of one type.
[[nodiscard]] FeatureSkew compare_distributions(const Column& training, const Column& serving, const Gate& gate);

/// What undone makes the distributions alike: a default, a unit, a dropped category, another spelling.
[[nodiscard]] std::vector<Attribution> attribute_distributions(const Column& training, const Column& serving,
                                                               const FeatureSkew& found, const Gate& gate);

/// Rows with missing values or with the fill of a side are what the other side fills otherwise.
[[nodiscard]] std::optional<NullHandling> compare_nulls(const Column& training, const Column& serving,
                                                        const Gate& gate);

/// KS of numbers, total variation of texts; 0 where a side has no value.
[[nodiscard]] double distance(const Numbers& training, const Numbers& serving);

[[nodiscard]] inline Numbers present(const Numbers& values) {
  Numbers kept;
  for (const double x : values) {
    if (x == x) kept.push_back(x);
  }
  return kept;
}

}  // namespace leeway::inline v1::validate::detail

#endif
