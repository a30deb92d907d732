// The worst relative error of the exact retraining interval, against 50 digits: a study, not a timing.
//
//   retrain_study [--quick]
//
// A million k from 1e-300 to 1 and half as many 1 - k, evenly spaced by their logarithms, and a quarter million k
// evenly spaced in (0, 1). Fails where an error is above 1e-15. Two minutes of processor time; --quick takes every
// 500th.

#include <cmath>
#include <cstdio>
#include <string_view>

#include "leeway/retrain/interval.hpp"
#include "support/retrain_oracle.hpp"

namespace {

using leeway::retrain::normalized_interval;
using leeway::retrain::normalized_interval_of_complement;

constexpr double kGoal = 1e-15;

struct Worst {
  double error = 0;
  double at = 0;

  void see(double value, double where) {
    if (std::fabs(value) > error) *this = {std::fabs(value), where};
  }
};

double log_spaced(int i, int n) { return std::pow(10, -300 * (i + 0.5) / n); }

template <class Point, class Error>
bool study(const char* name, int n, Point point, Error error) {
  Worst worst;
  for (int i = 0; i < n; ++i) worst.see(error(point(i, n)), point(i, n));
  std::printf("| %s | %d | %.2e | %.17g |\n", name, n, worst.error, worst.at);
  return worst.error <= kGoal;
}

double error_at(double k) {
  return leeway::test::relative_error(normalized_interval(k), leeway::test::condition_of(k));
}

double error_at_complement(double d) {
  return leeway::test::relative_error(normalized_interval_of_complement(d), leeway::test::condition_of_complement(d));
}

}  // namespace

int main(int count, char** arguments) {
  const bool quick = count == 2 && std::string_view(arguments[1]) == "--quick";
  if (count > 1 && !quick) return std::fputs("usage: retrain_study [--quick]\n", stderr), 2;
  const int n = quick ? 2000 : 1000000;
  std::puts("| points | number | worst relative error | at |\n|---|---|---|---|");
  bool good = study("k, log-spaced in (1e-300, 1)", n, log_spaced, error_at);
  good &= study("1 - k, log-spaced in (1e-300, 1)", n / 2, log_spaced, error_at_complement);
  good &= study(
      "k, evenly spaced in (0, 1)", n / 4, [](int i, int of) { return (i + 0.5) / of; }, error_at);
  return good ? 0 : 1;
}
