#include <cstdio>
#include <vector>

#include "leeway/leeway.hpp"

int main() {
  const std::vector<double> training{.15, .25, .20, .18, .12, .10};  // shares of six age bands
  const std::vector<double> live{.12, .22, .18, .20, .15, .13};
  const auto psi = leeway::drift::psi(training, live);
  if (!psi) return std::puts(to_string(psi.error()).c_str()), 1;
  std::printf("%s %.4f, %s\n", psi->convention.c_str(), psi->value, psi->value < 0.1 ? "stable" : "moved");
  for (const double band : psi->contributions) std::printf("  %.4f", band);
  std::puts("");
}
