#ifndef LEEWAY_SRC_DRIFT_PRESET_TESTS_HPP
#define LEEWAY_SRC_DRIFT_PRESET_TESTS_HPP

// The tests of scipy that several other libraries call, where they are not our own.

#include <span>

#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift::detail {

/// Cramer-von Mises by midranks: without ties our own.
[[nodiscard]] Result<Divergence> midrank_cramer_von_mises(std::span<const double> reference,
                                                          std::span<const double> live);

/// (A^2 - 1) / its deviation, with the p-value that scipy interpolates.
/// Errors: as anderson_darling_two_sample; undefined (a single distinct value, fewer than 4 values).
[[nodiscard]] Result<Divergence> normalised_anderson_darling(std::span<const double> reference,
                                                             std::span<const double> live);

/// The exact statistic with the asymptotic p-value.
[[nodiscard]] Result<Divergence> asymptotic_ks(std::span<const double> reference, std::span<const double> live);

/// P(D >= d) of the one-sample law at round(n m / (n + m)), half to even.
[[nodiscard]] double asymptotic_ks_p_value(double d, std::uint64_t n, std::uint64_t m);

}  // namespace leeway::inline v1::drift::detail

#endif
