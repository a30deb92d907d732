#ifndef LEEWAY_SRC_DRIFT_PRESET_BINNING_HPP
#define LEEWAY_SRC_DRIFT_PRESET_BINNING_HPP

// Bins as numpy makes them, whose rules most other libraries rely on. Samples are sorted, not empty, finite.

#include <span>
#include <vector>

#include "drift/shares.hpp"

namespace leeway::inline v1::drift::detail {

using Values = std::vector<double>;

[[nodiscard]] Values sorted_copy(std::span<const double> sample);
[[nodiscard]] Values sorted_union(const Values& a, const Values& b);
[[nodiscard]] std::size_t distinct(const Values& sorted);

/// `size` numbers evenly from low to high, both included, rounded as numpy.linspace does.
[[nodiscard]] Values linspace(double low, double high, std::size_t size);

/// The quantile by linear interpolation: type 7 of Hyndman & Fan 1996.
[[nodiscard]] double quantile(const Values& sorted, double share);

/// Edges of uniform bins over the sample, one more than bins; a constant has one unit around it.
[[nodiscard]] Values uniform_edges(const Values& sorted, std::size_t bins);
[[nodiscard]] Values sturges_edges(const Values& sorted);
[[nodiscard]] Values doane_edges(const Values& sorted);
/// The narrower of Freedman-Diaconis and Sturges.
[[nodiscard]] Values auto_edges(const Values& sorted);

/// Counts in [e_i, e_(i+1)), the last closed; values outside are in none.
[[nodiscard]] std::vector<std::uint64_t> histogram(const Values& sorted, const Values& edges);

/// Shares of all values, those outside the edges included: they may sum to less than 1.
[[nodiscard]] SharePair shares_in(const Values& reference, const Values& live, const Values& edges);

/// Counts over the categories that either sample holds; for numbers, over the distinct values.
[[nodiscard]] SharePair shares_of_counts(CountsView reference, CountsView live);

}  // namespace leeway::inline v1::drift::detail

#endif
