// Compares two histograms through the compiled library.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "leeway/drift/psi.hpp"

int main() {
  const std::vector<std::uint64_t> reference{100, 200, 300};
  const std::vector<std::uint64_t> live{300, 200, 100};
  const auto psi = leeway::drift::psi(reference, live, leeway::drift::Smoothing::none);
  if (!psi) return 1;
  // sum (q - p) ln(q / p) = 2/3 ln 3
  const double expected = 2.0 / 3.0 * std::log(3.0);
  std::printf("psi %.6f, expected %.6f\n", psi->value, expected);
  if (!(std::fabs(psi->value - expected) < 1e-12)) return 1;
  const auto wrong = leeway::drift::psi(reference, std::vector<std::uint64_t>{1, 2});
  return !wrong && wrong.error().code == leeway::ErrorCode::incompatible ? 0 : 1;
}
