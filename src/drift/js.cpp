#include "leeway/drift/js.hpp"

#include <cmath>
#include <utility>

#include "drift/share_terms.hpp"
#include "drift/shares.hpp"

namespace leeway::inline v1::drift {
namespace {

// Base 2 is part of the name; nats are the default and are not.
std::string name(const char* metric, LogBase base) {
  return base == LogBase::two ? std::string(metric) + "/bits" : metric;
}

Result<Divergence> divergence(const Result<detail::SharePair>& shares, LogBase base) {
  if (!shares) return shares.error();
  const double unit = base == LogBase::two ? 1 / detail::kNatsPerBit : 1;
  return detail::sum_over_cells(name("js_divergence", base), *shares, [unit](double reference, double live) {
    return unit * detail::js_of(reference, live);
  });
}

Result<Divergence> distance(const Result<detail::SharePair>& shares, LogBase base) {
  auto result = divergence(shares, base);
  if (!result) return result;
  result->value = std::sqrt(result->value);
  result->convention = name("js_distance", base) + "/" + to_string(shares->smoothing);
  return result;
}

}  // namespace

Result<Divergence> js_divergence(CountsView reference, CountsView live, Smoothing smoothing, LogBase base) {
  return divergence(detail::to_shares(reference, live, smoothing), base);
}

Result<Divergence> js_divergence(SharesView reference, SharesView live, LogBase base) {
  return divergence(detail::to_shares(reference, live), base);
}

Result<Divergence> js_distance(CountsView reference, CountsView live, Smoothing smoothing, LogBase base) {
  return distance(detail::to_shares(reference, live, smoothing), base);
}

Result<Divergence> js_distance(SharesView reference, SharesView live, LogBase base) {
  return distance(detail::to_shares(reference, live), base);
}

}  // namespace leeway::inline v1::drift
