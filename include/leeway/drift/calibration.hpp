#ifndef LEEWAY_DRIFT_CALIBRATION_HPP
#define LEEWAY_DRIFT_CALIBRATION_HPP

// What a metric does when nothing has changed: the answer to "is it more than noise?" at given sample sizes and cells.
//
// With at least 20 expected values in every cell, X = (1/n + 1/m) chi2 with cells - 1 degrees: PSI ~ X, KL ~ X / 2,
// JS divergence and Hellinger^2 ~ X / 8 (nats), chi-square and G ~ chi2, Cramer's V^2 ~ chi2 / (n + m). Elsewhere that
// law is wrong by up to orders of magnitude, and live counts are drawn from what the reference leaves possible
// (Dirichlet shares, multinomial counts). Where at least 8 cells are likely to hold live values, a shifted gamma law
// has mean and variance of the metric, computed, and the longer of the tails that its third and fourth cumulant
// suggest. Elsewhere the metric is simulated, and a gamma law fitted to mean and variance, but nothing is called rare
// that the simulation itself reached. Total variation, L-infinity, Wasserstein, Cramer-von Mises and Anderson-Darling
// have laws that depend on all the shares: they are always simulated, and beyond the simulation an exponential tail
// goes on with the mean excess it found. KS has Kolmogorov's law, conservative on binned data; of up to 320 live rows
// it is simulated too. All of it assumes independent rows; of dependent ones so many speak for one as the design effect
// says (profile/design_effect.hpp): quadratic metrics vary that many times as much.

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/drift/metric.hpp"

namespace leeway::inline v1::drift {

/// The largest of many simulated values of a metric, in descending order.
struct SimulatedTail {
  std::vector<double> largest;
  std::uint32_t draws = 0;  ///< of which these are the largest
  double excess = 0;        ///< mean of the exponential tail beyond the least of these; 0: none
};

/// The law of a metric when nothing has changed.
class LEEWAY_EXPORT NullLaw {
 public:
  /// Gamma with the given shape and scale; a scale of 0 is a metric that is always 0.
  [[nodiscard]] static NullLaw gamma(double shape, double scale) { return {shape, scale, 0}; }
  /// Kolmogorov's law of the one-sample statistic of n values.
  [[nodiscard]] static NullLaw kolmogorov(std::uint64_t n) { return {0, 0, n}; }

  /// The law of the square root (JS distance, Hellinger, Cramer's V). Precondition: made by gamma().
  [[nodiscard]] NullLaw square_root() const;
  /// The same, but never more certain than a simulation: a few live values give a metric a few possible values, which
  /// no smooth law describes.
  [[nodiscard]] NullLaw with_tail(SimulatedTail tail) const;

  /// The same beyond `shift`, in units of the square if a square root. Precondition: made by gamma().
  [[nodiscard]] NullLaw shifted(double shift) const;
  /// The law of so many times the metric. Precondition: factor > 0.
  [[nodiscard]] NullLaw stretched(double factor) const;

  /// P(metric >= value).
  [[nodiscard]] double p_value(double value) const;
  /// The value that noise reaches with probability at most `rate`.
  [[nodiscard]] double quantile(ErrorRate rate) const;

 private:
  friend class Calibration;

  NullLaw(double shape, double scale, std::uint64_t kolmogorov_n)
      : shape_(shape), scale_(scale), kolmogorov_n_(kolmogorov_n) {}

  [[nodiscard]] double smooth_p_value(double value) const;
  [[nodiscard]] double tail_p_value(double value) const;
  [[nodiscard]] double tail_quantile(double rate) const;
  [[nodiscard]] double smooth_quantile(ErrorRate rate) const;

  double shape_;
  double scale_;
  double shift_ = 0;
  double stretch_ = 1;
  bool root_ = false;
  std::uint64_t kolmogorov_n_;
  std::shared_ptr<const SimulatedTail> tail_;
};

/// Null laws, remembered: a monitor asks for the same ones window after window. Deterministic: the same seed gives the
/// same laws. Cost, once per live count: of computed moments some microseconds a cell; of a simulation `draws` times
/// live rows, or times cells if these are fewer, random numbers. Counts over 320 share a simulation with those up to
/// 1/64 below. Thread contract: one thread at a time.
class LEEWAY_EXPORT Calibration {
 public:
  explicit Calibration(std::uint64_t seed = 20120101, std::uint32_t draws = 4000) : seed_(seed), draws_(draws) {}

  /// The law of `metric` between `reference` counts as they are and `live_count` values from the same source, where
  /// `deff` rows speak for an independent one.
  /// Preconditions: at least one cell and one reference value; live_count > 0; deff >= 1.
  [[nodiscard]] NullLaw law(Metric metric, CountsView reference, std::uint64_t live_count, double deff = 1);
  /// The law given the counts of both sides together, as if chance alone had said which values are live (permutation):
  /// right where cells were chosen by the counts of both sides, as rare categories are. Where many cells are poor it is
  /// computed anew each time; elsewhere, and for dependent rows, it is law(). Preconditions: as law(); as many live as
  /// reference cells.
  [[nodiscard]] NullLaw law_given_both(Metric metric, CountsView reference, CountsView live, double deff = 1);
  /// law.quantile(rate) of a law from here; those of Kolmogorov's law, which are searched for, are remembered.
  [[nodiscard]] double quantile(const NullLaw& law, ErrorRate rate);

 private:
  struct Source {
    std::uint64_t live_count = 0;
    double deff = 0;
    std::vector<std::uint64_t> reference;
    auto operator<=>(const Source&) const = default;
  };
  struct Key {
    Metric metric;
    Source source;
    auto operator<=>(const Key&) const = default;
  };

  template <class Use>
  void for_each_draw(const Source& source, Use use);
  std::vector<double> simulated(Metric metric, const Source& source);
  NullLaw simulate(Metric metric, const Source& source);

  std::uint64_t seed_;
  std::uint32_t draws_;
  std::map<Key, NullLaw> remembered_;
  Source drawn_from_;                                             // the last, for another metric
  std::vector<std::uint64_t> drawn_;                              // live counts of independent rows, draw after draw
  std::map<std::pair<std::uint64_t, double>, double> quantiles_;  // of Kolmogorov's law, by its n and the rate
};

}  // namespace leeway::inline v1::drift

#endif
