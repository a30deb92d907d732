#ifndef LEEWAY_STATS_KOLMOGOROV_HPP
#define LEEWAY_STATS_KOLMOGOROV_HPP

// The laws of the Kolmogorov-Smirnov statistic, for continuous observations; ties make them conservative. For
// categories use chi_square.hpp. Thread contract: pure functions.
//
// Sources: one sample, tail: Smirnov 1944, Birnbaum & Tingey 1951; small n d: Durbin 1973; elsewhere an expansion exact
// to 1e-14 by way of Kolmogorov 1933 and Bertoin 1997 (derived in kolmogorov.cpp). Two samples: Gnedenko & Korolyuk
// 1951 (equal sizes), Hodges 1957, Viehmann 2021.

#include <cstdint>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::stats {

/// P(D_n >= d) for the two-sided one-sample statistic D_n of n continuous observations.
/// Precondition: n >= 1. d <= 0 gives 1, d >= 1 gives 0.
/// Accuracy: 1e-9 relative for n up to 1e12, however small the tail; measured below 2e-11 against 60-digit arithmetic,
/// from p = 1 down to 1e-307. Cost: at most 0.2 ms (n near 8,000, p near 1); 2 microseconds for n d >= 16 and p > 1e-3.
[[nodiscard]] LEEWAY_EXPORT double kolmogorov_upper_tail(double d, std::uint64_t n);

/// P(D_{n,m} >= d) for the two-sided two-sample statistic of n and m continuous observations.
/// Exact (by counting lattice paths) where max(n, m) <= 10,000; else the one-sample law at round(nm / (n + m)), half to
/// even. d is rounded to the nearest value the statistic can take. d <= 0 gives 1. Preconditions: n >= 1, m >= 1.
/// Accuracy: measured below 1e-13 relative to integer arithmetic where exact. Cost: linear for n = m; else proportional
/// to d n m: at most 40 ms (10,000 and 9,999 at d = 0.27) and 3 ms at p = 0.05; memory 24 bytes per observation of n.
[[nodiscard]] LEEWAY_EXPORT double ks_two_sample_p_value(double d, std::uint64_t n, std::uint64_t m);

}  // namespace leeway::inline v1::stats

#endif
