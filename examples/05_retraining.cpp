// When does it pay to retrain? Prints the tables of docs/economics.md, as Markdown.

#include <cmath>
#include <cstdio>
#include <string>

#include "leeway/leeway.hpp"

namespace {

using namespace leeway::retrain;

Staleness fraud(double queries, double decay) {
  return {.queries = QueriesPerDay(queries),
          .value = MoneyPerQuery(0.5),
          .accuracy = Fraction(0.95),
          .decay = PerDay(decay)};
}

void fraud_row(const char* change, const Staleness& staleness, double cost) {
  const auto plan = optimal_interval(staleness, {.compute = Money(cost)});
  if (!plan || !plan->elasticities) return;
  std::printf("| %s | %.4f | %.4f | %.3f %% | %.3f |\n", change, plan->square_root.value(), plan->interval.value(),
              100 * plan->square_root_excess, plan->elasticities->conditioning);
}

void fraud_table() {
  std::puts(
      "| change | square root, days | exact, days | excess cost of the root | conditioning |\n|---|---|---|---|---|");
  fraud_row("none", fraud(1e6, 0.02), 5000);
  fraud_row("C x4", fraud(1e6, 0.02), 20000);
  fraud_row("Q x4", fraud(4e6, 0.02), 5000);
  fraud_row("g x4", fraud(1e6, 0.08), 5000);
  fraud_row("Q x4 and g x4", fraud(4e6, 0.08), 5000);
}

std::string digits3(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", std::round(value * 1000) / 1000 + 0.0);  // no -0.000
  return text;
}

// Of a model that can lose at most 1 a day, at a rate of 1 a day: k is the cost.
void excess_table() {
  const Staleness unit{QueriesPerDay(1), MoneyPerQuery(1), Fraction(1), PerDay(1)};
  std::puts(
      "\n| k | exact, 1 / g | square root, 1 / g | excess cost of the root | elasticity to g |\n|---|---|---|---|---|");
  for (const double k : {0.02, 0.1, 0.5, 0.535161309975784, 0.9, 0.99, 4.0}) {
    const auto plan = optimal_interval(unit, {.compute = Money(k)});
    if (!plan) continue;
    const std::string exact = plan->pays ? digits3(plan->interval.value()) : "never";
    const std::string elasticity = plan->elasticities ? digits3(plan->elasticities->decay) : "";
    std::printf("| %.3g | %s | %.3f | %.2f %% | %s |\n", k, exact.c_str(), plan->square_root.value(),
                100 * plan->square_root_excess, elasticity.c_str());
  }
}

void policy_row(const char* name, const Replay& world, Money cost, const Policy& policy, Money least) {
  const auto found = run(world, cost, policy, 1);
  if (!found) return;
  const double days = world.period.value() * static_cast<double>(world.periods);
  std::printf("| %s | %zu | %.2f | %.2f |\n", name, found->retrained.size(), found->total().value() / days,
              (found->total() - least).value() / days);
}

// Shocks every 100 days on average, 50 a day lost from each on, 100 for a retraining.
void policy_table() {
  const Shocks shocks{PerDay(0.01), MoneyPerDay(50)};
  const Money cost(100);
  const auto world = replay_of_shocks(shocks, 5000, Days(1), 1);
  const auto best = world ? oracle(*world, cost) : leeway::Result<PolicyCost>(world.error());
  const auto schedule = best_schedule(shocks, cost);
  if (!best || !schedule) return;
  std::puts("\n| policy | retrainings | cost per day | regret per day |\n|---|---|---|---|");
  policy_row("scheduled, optimal interval", *world, cost, Scheduled{schedule->interval}, best->total());
  policy_row("scheduled, 90 days", *world, cost, Scheduled{Days(90)}, best->total());
  policy_row("continuous, every day", *world, cost, Continuous{}, best->total());
  policy_row("threshold, half the loss", *world, cost, Threshold{MoneyPerDay(25)}, best->total());
  policy_row("cumulative, the cost", *world, cost, Cumulative{cost}, best->total());
  policy_row("triggered after 2 days", *world, cost, Triggered{Days(2), {}, {}}, best->total());
  policy_row("triggered after 2 days, false every 50, 0.10 a day", *world, cost,
             Triggered{Days(2), PerDay(0.02), MoneyPerDay(0.1)}, best->total());
  policy_row("triggered after 30 days", *world, cost, Triggered{Days(30), {}, {}}, best->total());
  std::printf("| oracle | %zu | %.2f | 0 |\n", best->retrained.size(), best->total().value() / 5000);
  const auto delay = break_even_delay(shocks, cost, PerDay(0.02), MoneyPerDay(0.1));
  std::printf("\nA monitor pays if it is faster than %.1f days; with those false triggers and that price, than %.1f.\n",
              schedule->interval.value(), delay ? delay->value() : 0);
}

}  // namespace

int main() {
  fraud_table();
  excess_table();
  policy_table();
}
