#ifndef LEEWAY_STATS_MULTINOMIAL_E_VALUE_HPP
#define LEEWAY_STATS_MULTINOMIAL_E_VALUE_HPP

// Evidence, valid at every moment one looks, that counts over cells do not come from the law of a reference sample.
//
// The law itself is unknown, so the null hypothesis is every law p near the reference shares r / m:
//   C = { p : KL(r / m || p) <= deff c / m + effect_floor },  c = half a chi-square quantile of error rate delta,
// which holds the true law with probability at least 1 - delta. A cell with fewer than 20 reference values counts two
// degrees of freedom instead of one: those bound the exponential moments of its deviance, whatever its share (Agrawal
// 2020). So rare and empty cells need no pooling, which would choose cells by the counts that are then tested.
//
// The e-value of counts x is a mixture over alternatives of likelihood ratios against C. Half of it are Dirichlet laws
// around the reference (Lindon & Malek 2022), which know no direction, against the most likely law of C:
//   ln DirMult(x; a r / m) - max over p in C of sum x_i ln p_i,
// half are Neyman's smooth alternatives (1937) q, tilts of the reference along mid-ranks and their square (location and
// spread), each against its reverse information projection on C, where E q / p* <= 1 for all p in C (Grunwald, de Heide
// & Koolen 2024). Without ordered cells all of it is Dirichlet. For every p in C it is at most a nonnegative martingale
// that begins with 1: P(ever above 1 / alpha) <= alpha (Ville 1939).
//
// Numerics: the Lagrange multiplier of the constraint comes by Newton's method, and enters through the dual function,
// which bounds the maximum for any multiplier: an inexact one makes the e-value lower, never invalid.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::stats {

/// How wide the null hypothesis around a reference is.
struct NullWidth {
  ErrorRate delta{0.05};    ///< probability that the reference sample misleads: its law is not in C
  double effect_floor = 0;  ///< a divergence KL(reference || live), in nats, that does not matter
  double deff = 1;          ///< design effect of both sides: counts speak for count / deff independent rows; >= 1
};

/// Thread contract: immutable.
class MultinomialEValue {
 public:
  /// `reference`: counts per cell. The first `ordered_cells` of them are in a natural order; 0 for categories.
  /// Errors: undefined (fewer than 2 cells, or no reference value), invalid_argument (a floor that is negative or not
  /// finite, a design effect below 1 or not finite, more ordered cells than cells).
  LEEWAY_EXPORT static Result<MultinomialEValue> make(std::span<const std::uint64_t> reference, NullWidth width = {},
                                                      std::size_t ordered_cells = 0);

  /// ln of the e-value of counts over the same cells; 0 without counts. Precondition: counts.size() == cells().
  /// Error: about 1e-15 per row. Cost: linear in cells; 1 microsecond for 10. Allocates nothing.
  [[nodiscard]] LEEWAY_EXPORT double log_e_value(std::span<const std::uint64_t> counts) const noexcept;

  /// The largest KL(reference || p) of a law p in C.
  [[nodiscard]] double radius() const noexcept { return radius_; }
  [[nodiscard]] std::size_t cells() const noexcept { return shares_.size(); }

 private:
  MultinomialEValue(std::span<const std::uint64_t> reference, NullWidth width, std::size_t ordered_cells);
  void add_tilts(std::span<const double> score);
  void dirichlet_terms(std::span<const std::uint64_t> counts, std::span<double> terms) const noexcept;
  void tilt_terms(std::span<const std::uint64_t> counts, std::span<double> terms) const noexcept;

  double deff_;
  double radius_;
  std::vector<double> shares_;         // of the reference
  std::vector<double> smooth_shares_;  // likewise, none of them 0
  std::vector<double> at_nothing_;     // per Dirichlet law, its marginal's Stirling form without counts
  std::vector<double> tilts_;          // ln q / p*, per cell those of all tilts
  std::size_t tilt_count_ = 0;
};

}  // namespace leeway::inline v1::stats

#endif
