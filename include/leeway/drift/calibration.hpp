#ifndef LEEWAY_DRIFT_CALIBRATION_HPP
#define LEEWAY_DRIFT_CALIBRATION_HPP

// What a metric does when nothing has changed: the answer to "is it more than noise?" at given sample sizes and cells.
//
// With at least 20 expected values in every cell, X = (1/n + 1/m) chi2 with cells - 1 degrees: PSI ~ X, KL ~ X / 2,
// JS divergence ~ X / 8 (nats). Elsewhere that law is wrong by up to orders of magnitude, and the metric is simulated:
// shares drawn from what the reference leaves possible (Dirichlet), live counts drawn from the shares (multinomial),
// and a gamma law fitted to mean and variance. KS has Kolmogorov's law, conservative on binned data.
// All of it assumes independent rows.

#include <cstdint>
#include <map>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/drift/metric.hpp"

namespace leeway::inline v1::drift {

/// The law of a metric when nothing has changed.
class LEEWAY_EXPORT NullLaw {
 public:
  /// Gamma with the given shape and scale; a scale of 0 is a metric that is always 0.
  [[nodiscard]] static NullLaw gamma(double shape, double scale) noexcept { return {shape, scale, false, 0}; }
  /// The square root of a gamma variable (JS distance).
  [[nodiscard]] static NullLaw root_of_gamma(double shape, double scale) noexcept { return {shape, scale, true, 0}; }
  /// Kolmogorov's law of the one-sample statistic of n values.
  [[nodiscard]] static NullLaw kolmogorov(std::uint64_t n) noexcept { return {0, 0, false, n}; }

  /// P(metric >= value).
  [[nodiscard]] double p_value(double value) const;
  /// The value that noise reaches with probability `rate`.
  [[nodiscard]] double quantile(ErrorRate rate) const;

 private:
  NullLaw(double shape, double scale, bool root, std::uint64_t kolmogorov_n)
      : shape_(shape), scale_(scale), root_(root), kolmogorov_n_(kolmogorov_n) {}

  double shape_;
  double scale_;
  bool root_;
  std::uint64_t kolmogorov_n_;
};

/// Null laws, remembered: a monitor asks for the same ones window after window. Deterministic: the same seed gives the
/// same laws. Cost of a law that must be simulated: about `draws` times cells random numbers, once per live count.
/// Thread contract: one thread at a time.
class LEEWAY_EXPORT Calibration {
 public:
  explicit Calibration(std::uint64_t seed = 20120101, std::uint32_t draws = 4000) : seed_(seed), draws_(draws) {}

  /// The law of `metric` between `reference` counts as they are and `live_count` values from the same source.
  /// Preconditions: at least one cell and one reference value; live_count > 0.
  [[nodiscard]] NullLaw law(Metric metric, CountsView reference, std::uint64_t live_count);

 private:
  struct Key {
    Metric metric;
    std::uint64_t live_count;
    std::vector<std::uint64_t> reference;
    auto operator<=>(const Key&) const = default;
  };

  NullLaw simulate(Metric metric, CountsView reference, std::uint64_t live_count) const;

  std::uint64_t seed_;
  std::uint32_t draws_;
  std::map<Key, NullLaw> simulated_;
};

}  // namespace leeway::inline v1::drift

#endif
