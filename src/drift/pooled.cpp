#include "drift/pooled.hpp"

#include <algorithm>
#include <cmath>

#include "drift/ks_exact.hpp"
#include "drift/sum.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

Result<std::vector<double>> sorted(std::span<const double> sample, const char* side, bool finite) {
  if (auto checked = check_size(sample.size(), side); !checked) return std::move(checked).error();
  if (has_nan(sample)) return found_nan(side);
  if (finite && std::any_of(sample.begin(), sample.end(), [](double x) { return std::isinf(x); })) {
    return Error{ErrorCode::invalid_argument, "expected finite numbers, found an infinity", side};
  }
  std::vector<double> values(sample.begin(), sample.end());
  SortScratch<double> scratch;
  sort_values(std::span(values), scratch);
  return values;
}

// The number of values equal to x from `at` on, which is moved past them.
std::uint64_t take(const std::vector<double>& sorted, std::size_t& at, double x) {
  const std::size_t begin = at;
  while (at < sorted.size() && sorted[at] == x) ++at;
  return at - begin;
}

}  // namespace

Result<Pooled> pool(std::span<const double> reference, std::span<const double> live, bool finite) {
  const auto a = sorted(reference, "reference", finite);
  if (!a) return a.error();
  const auto b = sorted(live, "live", finite);
  if (!b) return b.error();
  Pooled pooled;
  for (std::size_t i = 0, j = 0; i < a->size() || j < b->size();) {
    const bool from_a = j == b->size() || (i < a->size() && (*a)[i] <= (*b)[j]);
    const double x = from_a ? (*a)[i] : (*b)[j];
    pooled.values.push_back(x);
    pooled.reference.push_back(take(*a, i, x));
    pooled.live.push_back(take(*b, j, x));
  }
  return pooled;
}

Spread spread(std::span<const double> sample) {
  const auto n = static_cast<double>(sample.size());
  const double mean = sum(sample) / n;
  std::vector<double> squares;
  squares.reserve(sample.size());
  for (const double x : sample) squares.push_back((x - mean) * (x - mean));
  return {mean, std::sqrt(sum(squares) / n)};
}

}  // namespace leeway::inline v1::drift::detail
