#ifndef LEEWAY_STATS_E_VALUE_HPP
#define LEEWAY_STATS_E_VALUE_HPP

// E-values, by their natural logarithms: what a bet of 1 against a null hypothesis has become. Under the null its
// expectation is at most 1, so that P(e >= 1 / alpha) <= alpha; of an e-process at any number of looks (Ville 1939).
//
//   if (crosses(grid.log_e_value(), ErrorRate(0.01))) roll_back();
//
// Averages of e-values are e-values whatever depends on what; products are those of independent stages. What is not a
// number never crosses, is never rejected, and makes a mean that is not a number.
// Sources: Vovk & Wang 2021; Wang & Ramdas 2022 (e-Benjamini-Hochberg). Thread contract: pure functions.

#include <cstddef>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"

namespace leeway::inline v1::stats {

/// From which logarithm on an e-value is evidence at that error rate: ln(1 / alpha).
[[nodiscard]] LEEWAY_EXPORT double log_threshold(ErrorRate alpha) noexcept;

/// Whether an e-value is at least 1 / alpha.
[[nodiscard]] LEEWAY_EXPORT bool crosses(double log_e, ErrorRate alpha) noexcept;

/// ln of the mean of e-values, without overflow. Precondition: at least one.
[[nodiscard]] LEEWAY_EXPORT double log_mean_exp(std::span<const double> log_e) noexcept;

/// ln of the mean of e-values with weights: "any of these is worse", critical metrics with more weight.
/// Preconditions: as many weights as e-values, none negative, a positive sum (it need not be 1).
[[nodiscard]] LEEWAY_EXPORT double log_weighted_mean(std::span<const double> log_e,
                                                     std::span<const double> weights) noexcept;

/// Indices, ascending, of the hypotheses rejected with a false discovery rate of at most alpha, under any dependence:
/// the k largest e-values for the largest k whose k-th is at least K / (k alpha).
[[nodiscard]] LEEWAY_EXPORT std::vector<std::size_t> e_benjamini_hochberg(std::span<const double> log_e,
                                                                          ErrorRate alpha);

/// Indices, ascending, of e-values of at least K / alpha: P(any false rejection) <= alpha.
[[nodiscard]] LEEWAY_EXPORT std::vector<std::size_t> e_bonferroni(std::span<const double> log_e, ErrorRate alpha);

/// The same with weights w_k that sum to 1, up to rounding: at least 1 / (w_k alpha).
/// Preconditions: as many weights as e-values, none negative.
[[nodiscard]] LEEWAY_EXPORT std::vector<std::size_t> e_bonferroni(std::span<const double> log_e, ErrorRate alpha,
                                                                  std::span<const double> weights);

}  // namespace leeway::inline v1::stats

#endif
