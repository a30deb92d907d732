#include "leeway/stats/gamma.hpp"

#include <boost/math/special_functions/gamma.hpp>

#include "stats/policy.hpp"

namespace leeway::inline v1::stats {

double gamma_upper_tail(double x, double shape, double scale) noexcept {
  return boost::math::gamma_q(shape, x / scale, detail::Saturate());
}

double gamma_quantile(ErrorRate rate, double shape, double scale) noexcept {
  return scale * boost::math::gamma_q_inv(shape, rate.value(), detail::Saturate());
}

}  // namespace leeway::inline v1::stats
