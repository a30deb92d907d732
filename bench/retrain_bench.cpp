// What the exact retraining interval costs.
//
//   normalized_interval/K         ours_ns, per solve, and of the same run:
//     x_log                       a solve / one std::log
//     plan_x_log                  optimal_interval, with elasticities and the square-root law beside it / one std::log
// K: small (1e-12 to 1e-2), middle (0.4 to 0.86), large (0.9 to 1 - 1e-12), any (all of these). Both sides walk over
// the same array in turns, and the medians are compared.

#include <cmath>
#include <string>
#include <vector>

#include "leeway/retrain/interval.hpp"
#include "support.hpp"

namespace {

namespace retrain = leeway::retrain;

constexpr std::size_t kSize = 4096;

struct Range {
  const char* name;
  double (*k)(double u);
};

constexpr Range kRanges[] = {
    {"small", [](double u) { return std::pow(10, -12 + 10 * u); }},
    {"middle", [](double u) { return 0.4 + 0.46 * u; }},
    {"large", [](double u) { return 1 - std::pow(10, -12 + 11 * u); }},
    {"any", [](double u) { return kRanges[static_cast<int>(u * 3)].k(3 * u - std::floor(3 * u)); }},
};

std::vector<double> values_of(const Range& range) {
  bench::Source source(1);
  std::vector<double> values(kSize);
  for (double& k : values) k = range.k(source.uniform());
  return values;
}

double plan(double k) {
  using namespace retrain;
  const Staleness staleness{QueriesPerDay(1), MoneyPerQuery(1), Fraction(1), PerDay(1)};
  return optimal_interval(staleness, {.compute = Money(k)})->interval.value();
}

template <class Function>
double sum(const std::vector<double>& values, Function function) {
  double total = 0;
  for (const double k : values) total += function(k);
  return total;
}

void solve(benchmark::State& state, const Range& range) {
  const std::vector<double> values = values_of(range);
  bench::Timings ours;
  bench::Timings whole;
  bench::Timings log;
  for (auto _ : state) {
    const auto time = [&](bench::Timings& timings, auto function) {
      return timings.time(1, kSize, [&] { benchmark::DoNotOptimize(sum(values, function)); });
    };
    state.SetIterationTime(time(ours, [](double k) { return retrain::normalized_interval(k); }));
    time(whole, plan);
    time(log, [](double k) { return std::log(k); });
  }
  state.counters["ours_ns"] = ours.median();
  state.counters["x_log"] = ours.median() / log.median();
  state.counters["plan_x_log"] = whole.median() / log.median();
  state.counters["turns"] = ours.turns();
}

const bool kRegistered = [] {
  for (const Range& range : kRanges) bench::add(std::string("normalized_interval/") + range.name, solve, range);
  return bench::describe();
}();

}  // namespace
