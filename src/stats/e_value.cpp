#include "leeway/stats/e_value.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "leeway/base/assert.hpp"

namespace leeway::inline v1::stats {
namespace {

double weighted(std::span<const double> log_e, std::span<const double> weights) noexcept {
  const auto weight = [&](std::size_t i) { return weights.empty() ? 1 : weights[i]; };
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < log_e.size(); ++i) {
    if (weight(i) > 0) largest = std::max(largest, log_e[i]);
  }
  double total = 0;
  double sum = 0;
  for (std::size_t i = 0; i < log_e.size(); ++i) {
    total += weight(i);
    if (weight(i) > 0)
      sum += weight(i) * (log_e[i] == largest ? 1 : std::exp(log_e[i] - largest));  // also of infinite ones
  }
  return largest + std::log(sum / total);
}

}  // namespace

double log_threshold(ErrorRate alpha) noexcept { return -std::log(alpha.value()); }

bool crosses(double log_e, ErrorRate alpha) noexcept { return log_e >= log_threshold(alpha); }

double log_mean_exp(std::span<const double> log_e) noexcept {
  LEEWAY_ASSERT(!log_e.empty());
  return weighted(log_e, {});
}

double log_weighted_mean(std::span<const double> log_e, std::span<const double> weights) noexcept {
  LEEWAY_ASSERT(!log_e.empty() && log_e.size() == weights.size());
  return weighted(log_e, weights);
}

std::vector<std::size_t> e_benjamini_hochberg(std::span<const double> log_e, ErrorRate alpha) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < log_e.size(); ++i) {
    if (!std::isnan(log_e[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return log_e[a] > log_e[b]; });
  const double all = std::log(static_cast<double>(log_e.size())) + log_threshold(alpha);
  std::size_t rejected = 0;
  for (std::size_t k = 1; k <= order.size(); ++k) {
    if (std::log(static_cast<double>(k)) + log_e[order[k - 1]] >= all) rejected = k;
  }
  order.resize(rejected);
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<std::size_t> e_bonferroni(std::span<const double> log_e, ErrorRate alpha) {
  return e_bonferroni(log_e, alpha, std::vector<double>(log_e.size(), 1 / static_cast<double>(log_e.size())));
}

std::vector<std::size_t> e_bonferroni(std::span<const double> log_e, ErrorRate alpha, std::span<const double> weights) {
  LEEWAY_ASSERT(log_e.size() == weights.size());
  std::vector<std::size_t> rejected;
  for (std::size_t i = 0; i < log_e.size(); ++i) {
    if (weights[i] > 0 && log_e[i] >= log_threshold(alpha) - std::log(weights[i])) rejected.push_back(i);
  }
  return rejected;
}

}  // namespace leeway::inline v1::stats
