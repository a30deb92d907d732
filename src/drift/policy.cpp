#include "leeway/drift/policy.hpp"

#include <algorithm>
#include <cmath>

namespace leeway::inline v1::drift {
namespace {

Result<void> check_bands(const Bands& bands, const std::string& where) {
  if (bands.warning >= 0 && bands.warning <= bands.drift && std::isfinite(bands.drift)) return {};
  return Error{ErrorCode::invalid_argument,
               "expected bands with 0 <= warning <= drift, found warning " + std::to_string(bands.warning) +
                   " and drift " + std::to_string(bands.drift),
               where};
}

}  // namespace

Result<void> Policy::check() const {
  if (!(budget > 0 && budget <= 1)) {
    return Error{ErrorCode::invalid_argument, "expected a budget in (0, 1], found " + std::to_string(budget), "policy"};
  }
  for (const Metric metric : metrics) {
    if (std::find(kMetrics.begin(), kMetrics.end(), metric) != kMetrics.end()) continue;
    return Error{ErrorCode::invalid_argument,
                 std::string("expected metrics of counts, found ") + to_string(metric) + ", which presets alone have",
                 "policy"};
  }
  if (!bands.contains(govern)) {
    return Error{ErrorCode::invalid_argument,
                 std::string("expected bands for the governing metric, found none for ") + to_string(govern), "policy"};
  }
  for (const auto& [metric, b] : bands) {
    if (auto checked = check_bands(b, to_string(metric)); !checked) return checked;
  }
  for (const auto& [feature, b] : feature_bands) {
    if (auto checked = check_bands(b, "feature " + feature); !checked) return checked;
  }
  if (auto checked = check_bands(missing, "missing"); !checked) return checked;
  if (auto checked = check_bands(unseen, "unseen"); !checked) return checked;
  return check_bands(range, "range");
}

}  // namespace leeway::inline v1::drift
