#include "leeway/drift/calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "leeway/drift/metric.hpp"
#include "leeway/stats/chi_square.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::drift {
namespace {

std::vector<std::uint64_t> sample(const std::vector<double>& shares, std::uint64_t n, test::Generator& generator) {
  std::vector<std::uint64_t> counts(shares.size());
  for (std::uint64_t i = 0; i < n; ++i) {
    double u = generator.uniform();
    std::size_t cell = 0;
    while (cell + 1 < shares.size() && u >= shares[cell]) u -= shares[cell++];
    ++counts[cell];
  }
  return counts;
}

// How often clean data exceed the quantile of a rate, both sides drawn anew each time, by the law of the reference or
// that given both.
double exceedance(Metric metric, const std::vector<double>& shares, std::uint64_t n, std::uint64_t m, ErrorRate rate,
                  int runs, bool given_both = false) {
  test::Generator generator(31);
  Calibration calibration(1, 1000);
  int exceeded = 0;
  for (int i = 0; i < runs; ++i) {
    const auto reference = sample(shares, n, generator);
    const auto live = sample(shares, m, generator);
    const double value = measure(metric, reference, live)->value;
    const NullLaw law =
        given_both ? calibration.law_given_both(metric, reference, live) : calibration.law(metric, reference, m);
    exceeded += value >= law.quantile(rate);
  }
  return static_cast<double>(exceeded) / runs;
}

bool simulated(Metric metric) {
  return metric == Metric::total_variation || metric == Metric::l_infinity || metric == Metric::wasserstein ||
         metric == Metric::cramer_von_mises || metric == Metric::anderson_darling;
}

TEST(NullLaw, of_psi_is_the_scaled_chi_square_where_cells_are_full) {
  const std::vector<std::uint64_t> reference(10, 500);
  const NullLaw law = Calibration().law(Metric::psi, reference, 1000);
  const double scale = 1 / 1000.0 + 1 / 5000.0;
  EXPECT_NEAR(law.quantile(ErrorRate(0.01)), scale * stats::chi_square_quantile(ErrorRate(0.01), 9), 1e-12);
  EXPECT_NEAR(law.p_value(0.02), stats::chi_square_upper_tail(0.02 / scale, 9), 1e-12);
}

// 20 expected values in the poorest cell, on either side, are where chi-square ends and counting begins.
TEST(NullLaw, is_chi_square_from_20_expected_values_on) {
  const auto quantile = [](std::uint64_t poorest, std::uint64_t live, double deff = 1) {
    const std::vector<std::uint64_t> reference{poorest, 10 * poorest, 9 * poorest};
    const double scale = 1 / static_cast<double>(live) + 1 / (20 * static_cast<double>(poorest));
    return Calibration().law(Metric::psi, reference, live, deff).quantile(ErrorRate(0.01)) /
           (deff * scale * stats::chi_square_quantile(ErrorRate(0.01), 2));
  };
  EXPECT_NEAR(quantile(20, 400), 1, 1e-12);
  EXPECT_NEAR(quantile(200, 4000, 10), 1, 1e-12);
  EXPECT_GT(std::fabs(quantile(19, 400) - 1), 1e-6);
  EXPECT_GT(std::fabs(quantile(20, 399) - 1), 1e-6);
  EXPECT_GT(std::fabs(quantile(200, 4000, 10.5) - 1), 1e-6);
}

TEST(NullLaw, by_moments_is_kept_by_clean_data_where_many_cells_are_poor) {
  LEEWAY_SIMULATION();
  struct Case {
    std::size_t cells;
    std::uint64_t reference;
    std::uint64_t live;
  };
  for (const auto& [cells, reference, live] : {Case{10, 2000, 100}, Case{50, 1000, 200}}) {
    const std::vector<double> shares(cells, 1 / static_cast<double>(cells));
    for (const Metric metric : {Metric::psi, Metric::js_distance, Metric::hellinger, Metric::g}) {
      const double found = exceedance(metric, shares, reference, live, ErrorRate(0.05), 500, true);
      EXPECT_NEAR(found, 0.05, 0.03) << to_string(metric) << " " << cells;
    }
  }
}

TEST(NullLaw, of_dependent_rows_is_that_of_so_many_fewer) {
  const std::vector<std::uint64_t> reference(10, 5000);
  for (const Metric metric : kMetrics) {
    const auto quantile = [&](double deff) {
      return Calibration(1, 1000).law(metric, reference, 4000, deff).quantile(ErrorRate(0.05));
    };
    const bool of_squares = quantile(9) > 5 * quantile(1);
    EXPECT_NEAR(quantile(9) / quantile(1), of_squares ? 9 : 3, of_squares ? 1.5 : 0.5) << to_string(metric);
  }
}

TEST(NullLaw, that_is_simulated_is_shared_by_windows_of_nearly_equal_size_and_never_too_narrow) {
  const std::vector<std::uint64_t> reference(10, 5000);
  const auto quantile = [&](std::uint64_t live) {
    return Calibration(1, 1000).law(Metric::wasserstein, reference, live).quantile(ErrorRate(0.05));
  };
  EXPECT_EQ(quantile(1024), quantile(1039));
  EXPECT_NE(quantile(1024), quantile(1040));
  EXPECT_NE(quantile(319), quantile(320)) << "few rows have a law of their own: a metric has few values there";
}

TEST(NullLaw, has_a_p_value_that_inverts_its_quantile) {
  for (const Metric metric : kMetrics) {
    for (const std::uint64_t live : {30u, 5000u}) {
      const NullLaw law = Calibration().law(metric, std::vector<std::uint64_t>{40, 400, 500, 60}, live);
      for (const double rate : {0.5, 0.05, 1e-4}) {
        const double p = law.p_value(law.quantile(ErrorRate(rate)));
        EXPECT_LE(p, rate * 1.001) << to_string(metric) << " " << live;
        EXPECT_GE(p, live == 30 || simulated(metric) ? 0.0 : rate * 0.999) << to_string(metric) << " " << live;
      }
    }
  }
}

TEST(NullLaw, is_kept_by_clean_data_where_cells_are_full) {
  LEEWAY_SIMULATION();
  const std::vector<double> shares(10, 0.1);
  for (const Metric metric : kMetrics) {
    if (metric == Metric::ks || simulated(metric)) continue;
    EXPECT_NEAR(exceedance(metric, shares, 2000, 500, ErrorRate(0.05), 2000), 0.05, 0.02) << to_string(metric);
  }
}

TEST(NullLaw, is_kept_by_clean_data_where_cells_are_poor) {
  LEEWAY_SIMULATION();
  const std::vector<double> shares{0.5, 0.3, 0.1, 0.05, 0.03, 0.01, 0.005, 0.005};
  for (const Metric metric : {Metric::psi, Metric::js_divergence, Metric::kl_live_reference}) {
    EXPECT_LT(exceedance(metric, shares, 1000, 60, ErrorRate(0.05), 400), 0.09) << to_string(metric);
  }
}

TEST(NullLaw, of_the_other_metrics_is_kept_by_clean_data_where_cells_are_poor) {
  LEEWAY_SIMULATION();
  const std::vector<double> shares{0.5, 0.3, 0.1, 0.05, 0.03, 0.02};
  for (const Metric metric : {Metric::hellinger, Metric::chi_square, Metric::g, Metric::cramers_v}) {
    EXPECT_LT(exceedance(metric, shares, 1000, 60, ErrorRate(0.05), 80), 0.13) << to_string(metric);
  }
}

TEST(NullLaw, that_is_simulated_is_kept_by_clean_data) {
  LEEWAY_SIMULATION();
  const std::vector<double> shares{0.3, 0.2, 0.2, 0.1, 0.1, 0.1};
  for (const Metric metric : kMetrics) {
    if (!simulated(metric)) continue;
    const double found = exceedance(metric, shares, 500, 200, ErrorRate(0.05), 120);
    EXPECT_GT(found, 0.005) << to_string(metric);
    EXPECT_LT(found, 0.11) << to_string(metric);
  }
}

TEST(NullLaw, that_is_simulated_has_a_p_value_that_inverts_its_quantile_far_out) {
  for (const Metric metric : kMetrics) {
    if (!simulated(metric)) continue;
    const NullLaw law = Calibration(1, 1000).law(metric, std::vector<std::uint64_t>{40, 400, 500, 60}, 5000);
    EXPECT_NEAR(law.p_value(law.quantile(ErrorRate(1e-7))), 1e-7, 1e-10) << to_string(metric);
  }
}

// Rates beyond what a simulation reaches: its tail, carried on, against ten times as many draws.
TEST(NullLaw, that_is_simulated_holds_beyond_the_simulation) {
  LEEWAY_SIMULATION();
  const std::vector<std::uint64_t> reference{300, 200, 200, 100, 100, 100};
  for (const Metric metric : kMetrics) {
    if (!simulated(metric)) continue;
    const double from_few = Calibration(1, 2000).law(metric, reference, 200).quantile(ErrorRate(3e-4));
    const double from_many = Calibration(2, 40'000).law(metric, reference, 200).quantile(ErrorRate(3e-4));
    EXPECT_GT(from_few, 0.9 * from_many) << to_string(metric);
    EXPECT_LT(from_few, 1.6 * from_many) << to_string(metric);
  }
}

TEST(NullLaw, is_kept_by_a_handful_of_rows) {
  LEEWAY_SIMULATION();
  const std::vector<double> shares(10, 0.1);
  for (const std::uint64_t live : {1u, 2u, 3u, 4u, 5u, 10u}) {
    EXPECT_LT(exceedance(Metric::psi, shares, 2000, live, ErrorRate(0.02), 150), 0.06) << live << " rows";
  }
}

TEST(NullLaw, of_ks_on_binned_clean_data_is_conservative) {
  LEEWAY_SIMULATION();
  EXPECT_LT(exceedance(Metric::ks, std::vector<double>(10, 0.1), 2000, 500, ErrorRate(0.05), 1000), 0.06);
}

TEST(Calibration, gives_a_metric_its_law_whichever_was_asked_for_before) {
  for (const std::size_t cells : {10U, 600U}) {  // beyond what is kept of a simulation, too
    const std::vector<std::uint64_t> reference(cells, 3);
    const auto of = [&](Calibration& calibration, Metric metric, std::uint64_t live) {
      return calibration.law(metric, reference, live, 4).quantile(ErrorRate(0.01));
    };
    Calibration together(1, 2000);
    for (const std::uint64_t live : {20U, 24U, 20U}) {
      for (const Metric metric : {Metric::total_variation, Metric::ks}) {
        Calibration alone(1, 2000);
        EXPECT_EQ(of(together, metric, live), of(alone, metric, live)) << cells << " cells, " << live << " rows";
      }
    }
  }
}

TEST(Calibration, is_the_same_for_the_same_seed) {
  const std::vector<std::uint64_t> reference{100, 5, 1};
  const auto quantile = [&](std::uint64_t seed) {
    return Calibration(seed, 500).law(Metric::psi, reference, 50).quantile(ErrorRate(0.01));
  };
  EXPECT_EQ(quantile(1), quantile(1));
  EXPECT_NE(quantile(1), quantile(2));
}

TEST(Calibration, remembers_quantiles_of_each_law_and_rate) {
  Calibration calibration;
  const std::vector<std::uint64_t> reference(10, 500);
  for (int again = 0; again < 2; ++again) {
    for (const Metric metric : {Metric::ks, Metric::psi}) {
      for (const std::uint64_t live : {1000U, 2000U}) {
        const NullLaw law = calibration.law(metric, reference, live);
        for (const ErrorRate rate : {ErrorRate(0.05), ErrorRate(0.001)})
          EXPECT_EQ(calibration.quantile(law, rate), law.quantile(rate));
      }
    }
  }
}

TEST(Calibration, of_one_cell_knows_no_noise) {
  const NullLaw law = Calibration().law(Metric::psi, std::vector<std::uint64_t>{5}, 3);
  EXPECT_EQ(law.quantile(ErrorRate(0.01)), 0);
  EXPECT_EQ(law.p_value(0), 1);
  EXPECT_EQ(law.p_value(0.1), 0);
}

}  // namespace
}  // namespace leeway::drift
