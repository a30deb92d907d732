#include "leeway/stats/chi_square.hpp"

#include "leeway/stats/gamma.hpp"

namespace leeway::inline v1::stats {

double chi_square_upper_tail(double x, double degrees) noexcept { return gamma_upper_tail(x, degrees / 2, 2); }

double chi_square_quantile(ErrorRate rate, double degrees) noexcept { return gamma_quantile(rate, degrees / 2, 2); }

}  // namespace leeway::inline v1::stats
