#include "cli/policy_comparison.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "cli/text_table.hpp"
#include "leeway/report/quantity_text.hpp"

namespace leeway::cli {
namespace {

using report::quantity_text;
using retrain::Days;
using retrain::Money;
using retrain::MoneyPerDay;
using retrain::PolicyCost;
using retrain::Replay;

constexpr double kRounding = 1e-12;  // of sums of losses

Days span_of(const Replay& replay) { return replay.period * static_cast<double>(replay.periods); }

/// Costs over replays, added up.
class Tally {
 public:
  void add(const PolicyCost& cost, Money least, Days span) {
    costs_.push_back((cost.total() / span).value());
    regret_ += (cost.total() - least) / span;
    retrainings_ += static_cast<double>(cost.retrained.size()) * 365 / span.value();
  }

  [[nodiscard]] PolicyRow row(PolicyEntry entry) const {
    const auto n = static_cast<double>(costs_.size());
    const bool rounding = std::fabs(regret_.value()) < kRounding * n * mean().value();
    return {std::move(entry), retrainings_ / n, mean(), standard_error(), rounding ? MoneyPerDay(0) : regret_ / n};
  }

 private:
  [[nodiscard]] MoneyPerDay mean() const {
    double sum = 0;
    for (const double cost : costs_) sum += cost;
    return MoneyPerDay(sum / static_cast<double>(costs_.size()));
  }

  [[nodiscard]] std::optional<MoneyPerDay> standard_error() const {
    if (costs_.size() < 2) return {};
    double squares = 0;
    for (const double cost : costs_) squares += (cost - mean().value()) * (cost - mean().value());
    const auto n = static_cast<double>(costs_.size());
    return MoneyPerDay(std::sqrt(squares / (n - 1) / n));
  }

  std::vector<double> costs_;
  MoneyPerDay regret_{};
  double retrainings_ = 0;
};

Result<std::vector<PolicyCost>> oracles(std::span<const Replay> replays, Money cost) {
  std::vector<PolicyCost> found;
  for (const Replay& replay : replays) {
    auto best = retrain::oracle(replay, cost);
    if (!best) return std::move(best).error();
    found.push_back(*std::move(best));
  }
  return found;
}

Result<PolicyRow> row_of(const PolicyEntry& entry, std::span<const Replay> replays,
                         const std::vector<PolicyCost>& least, Money cost, std::uint64_t seed) {
  Tally tally;
  for (std::size_t i = 0; i < replays.size(); ++i) {
    const auto found = retrain::run(replays[i], cost, entry.policy, seed + i);
    if (!found) return found.error();
    tally.add(*found, least[i].total(), span_of(replays[i]));
  }
  return tally.row(entry);
}

PolicyRow oracle_row(std::span<const Replay> replays, const std::vector<PolicyCost>& least) {
  Tally tally;
  for (std::size_t i = 0; i < replays.size(); ++i) tally.add(least[i], least[i].total(), span_of(replays[i]));
  return tally.row({"oracle", "oracle, which knows the future", {}, {}, {}});
}

// Without a formula after all that have one.
std::pair<bool, MoneyPerDay> rank_of(const PolicyRow& row, Ranking ranking) {
  const bool by_formula = ranking == Ranking::formula && row.entry.formula;
  return {!by_formula, by_formula ? *row.entry.formula : row.cost};
}

std::string amount(MoneyPerDay money) { return quantity_text(Money(money.value())); }

double rounded(double number, int digits) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific, digits - 1).ptr;
  std::from_chars(text.data(), end, number);
  return number;
}

std::vector<std::string> cells_of(const PolicyRow& row) {
  std::string cost = amount(row.cost);
  if (row.standard_error) cost += " +- " + amount(MoneyPerDay(rounded(row.standard_error->value(), 2)));
  return {row.entry.text, row.entry.formula ? amount(*row.entry.formula) : "-", cost, amount(row.regret),
          report::number_text(rounded(row.retrainings_per_year, 4))};
}

}  // namespace

Result<PolicyComparison> compare_policies(std::span<const Replay> replays, Money cost,
                                          const std::vector<PolicyEntry>& entries, std::uint64_t seed,
                                          Ranking ranking) {
  const auto least = oracles(replays, cost);
  if (!least) return least.error();
  PolicyComparison comparison{{}, ranking, replays.size(), span_of(replays.front()), replays.front().period};
  for (const PolicyEntry& entry : entries) {
    auto row = row_of(entry, replays, *least, cost, seed);
    if (!row) return std::move(row).error();
    comparison.rows.push_back(*std::move(row));
  }
  std::stable_sort(comparison.rows.begin(), comparison.rows.end(),
                   [=](const PolicyRow& a, const PolicyRow& b) { return rank_of(a, ranking) < rank_of(b, ranking); });
  comparison.rows.insert(comparison.rows.begin(), oracle_row(replays, *least));
  return comparison;
}

Result<Days> best_schedule_in_hindsight(const Replay& replay, Money cost) {
  Days best = replay.period;
  Money least(std::numeric_limits<double>::infinity());
  for (std::size_t periods = 1; periods <= replay.periods; ++periods) {
    const Days interval = replay.period * static_cast<double>(periods);
    const auto found = retrain::run(replay, cost, retrain::Scheduled{interval});
    if (!found) return found.error();
    if (found->total() < least) best = interval, least = found->total();
  }
  return best;
}

std::string to_text(const PolicyComparison& comparison) {
  std::vector<std::vector<std::string>> rows{{"policy", "by formula", "on replays", "regret", "retrainings a year"}};
  for (const PolicyRow& row : comparison.rows) rows.push_back(cells_of(row));
  return text_table(rows);
}

}  // namespace leeway::cli
