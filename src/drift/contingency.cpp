#include "leeway/drift/contingency.hpp"

#include <algorithm>
#include <cmath>

#include "drift/log.hpp"
#include "drift/shares.hpp"
#include "leeway/stats/chi_square.hpp"

namespace leeway::inline v1::drift {
namespace {

struct Table {
  double reference_count;
  double live_count;
  std::size_t cells;  // that hold a value

  [[nodiscard]] double count() const { return reference_count + live_count; }
};

Result<Table> table_of(CountsView reference, CountsView live) {
  const auto shares = detail::to_shares(reference, live, Smoothing::none);
  if (!shares) return shares.error();
  Table table{static_cast<double>(shares->reference_count), static_cast<double>(shares->live_count), 0};
  for (std::size_t c = 0; c < live.size(); ++c) table.cells += reference[c] + live[c] > 0;
  return table;
}

// a b - c d, rounded about once (Kahan): shares of large counts that nearly agree would cancel.
double difference_of_products(double a, double b, double c, double d) {
  const double cd = c * d;
  const double lost = std::fma(-c, d, cd);
  return std::fma(a, b, -cd) + lost;
}

// What the reference holds beyond its expectation; live holds as much less.
double excess(const Table& table, double reference, double live) {
  return difference_of_products(reference, table.live_count, live, table.reference_count) / table.count();
}

double chi_square_term(const Table& table, double reference, double live, bool yates) {
  const double d = std::fabs(excess(table, reference, live));
  const double corrected = yates ? d - (std::min)(0.5, d) : d;
  return corrected * corrected * table.count() / (reference + live) * table.count() /
         (table.reference_count * table.live_count);
}

// (1 + d) ln(1 + d) - d, with the value 1 at d = -1: not negative, and for small d by its series, as it would cancel.
double deviance(double d) {
  if (std::fabs(d) >= 0.1) return (d <= -1 ? 0 : (1 + d) * detail::log(1 + d)) - d;
  double sum = 0;
  for (int k = 16; k >= 2; --k) sum = 1 / static_cast<double>(k * (k - 1)) - d * sum;
  return d * d * sum;
}

double g_term(const Table& table, double reference, double live) {
  const double d = excess(table, reference, live);
  const double expected_reference = (reference + live) * table.reference_count / table.count();
  const double expected_live = (reference + live) * table.live_count / table.count();
  return 2 * (expected_reference * deviance(d / expected_reference) + expected_live * deviance(-d / expected_live));
}

template <class Term>
Divergence over_cells(const Table& table, CountsView reference, CountsView live, const char* convention, Term term) {
  Divergence result{.convention = convention,
                    .reference_count = static_cast<std::uint64_t>(table.reference_count),
                    .live_count = static_cast<std::uint64_t>(table.live_count)};
  result.contributions.reserve(live.size());
  for (std::size_t c = 0; c < live.size(); ++c) {
    const bool empty = reference[c] + live[c] == 0;
    result.contributions.push_back(empty ? 0 : term(static_cast<double>(reference[c]), static_cast<double>(live[c])));
  }
  result.value = detail::sum(result.contributions);
  const auto degrees = static_cast<double>(table.cells) - 1;
  result.p_value = degrees > 0 ? stats::chi_square_upper_tail(result.value, degrees) : 1;
  return result;
}

}  // namespace

Result<Divergence> chi_square(CountsView reference, CountsView live, Continuity continuity) {
  const auto table = table_of(reference, live);
  if (!table) return table.error();
  const bool yates = continuity == Continuity::yates && table->cells == 2;
  return over_cells(*table, reference, live, yates ? "chi_square/yates" : "chi_square/two_sample",
                    [&](double a, double b) { return chi_square_term(*table, a, b, yates); });
}

Result<Divergence> g_statistic(CountsView reference, CountsView live) {
  const auto table = table_of(reference, live);
  if (!table) return table.error();
  return over_cells(*table, reference, live, "g_test/two_sample", [&](double a, double b) { return g_term(*table, a, b); });
}

Result<Divergence> cramers_v(CountsView reference, CountsView live) {
  auto result = chi_square(reference, live);
  if (!result) return result;
  const double count = static_cast<double>(result->reference_count) + static_cast<double>(result->live_count);
  for (double& contribution : result->contributions) contribution /= count;
  result->value = std::sqrt(result->value / count);
  result->convention = "cramers_v/two_sample";
  return result;
}

}  // namespace leeway::inline v1::drift
