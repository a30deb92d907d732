#include "leeway/stats/share_interval.hpp"

#include <boost/math/special_functions/beta.hpp>

#include "leeway/base/assert.hpp"
#include "stats/policy.hpp"

namespace leeway::inline v1::stats {

ShareInterval share_interval(std::uint64_t events, std::uint64_t trials, ConfidenceLevel level) noexcept {
  LEEWAY_ASSERT(events <= trials);
  ShareInterval interval;
  const double tail = ErrorRate(level).value() / 2;
  const auto k = static_cast<double>(events);
  const auto misses = static_cast<double>(trials - events);
  if (events > 0) interval.lower = boost::math::ibeta_inv(k, misses + 1, tail, detail::Saturate());
  if (events < trials) interval.upper = boost::math::ibetac_inv(k + 1, misses, tail, detail::Saturate());
  return interval;
}

}  // namespace leeway::inline v1::stats
