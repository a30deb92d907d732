#include "leeway/drift/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "leeway/core/count_value.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/stream/pane.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::drift {
namespace {

using profile::ProfileBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Columns = std::vector<std::vector<double>>;

profile::Profile profile_of(const Columns& columns) {
  ProfileBuilder builder;
  for (std::size_t i = 0; i < columns.size(); ++i) builder.numeric("f" + std::to_string(i), columns[i]);
  return *builder.build();
}

stream::Pane pane_of(const profile::Profile& profile, const Columns& columns) {
  stream::Pane pane(std::make_shared<const profile::Profile>(profile));
  for (std::size_t row = 0; row < columns[0].size(); ++row) {
    std::vector<double> values;
    for (const auto& column : columns) values.push_back(column[row]);
    pane.record(values);
  }
  return pane;
}

DriftReport compare(const Columns& reference, const Columns& live, const Policy& policy = {}) {
  const profile::Profile profile = profile_of(reference);
  Calibration calibration;
  auto report = evaluate(profile, pane_of(profile, live).counts(), policy, calibration);
  EXPECT_TRUE(report) << to_string(report.error());
  return *std::move(report);
}

FeatureReport compare_categories(std::vector<profile::CategoryCount> reference,
                                 const std::vector<profile::CategoryCount>& live, std::uint64_t live_missing = 0) {
  const auto profile = ProfileBuilder().categorical("c", std::move(reference), 0).build();
  Counts counts{std::vector<std::uint64_t>(size(profile->features()[0].axis)), {}};
  for (const auto& [value, count] : live) {
    for (std::uint64_t i = 0; i < count; ++i) {
      count_value(std::get<CategoryAxis>(profile->features()[0].axis), value, counts.cells.data(), counts.side);
    }
  }
  counts.side.missing = live_missing;
  Calibration calibration;
  return evaluate(*profile, std::span(&counts, 1), {}, calibration)->features[0];
}

std::vector<double> with_missing(std::vector<double> values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) values[i] = kNan;
  return values;
}

TEST(Evaluate, finds_no_drift_where_nothing_changed) {
  test::Generator generator(11);
  const DriftReport report = compare({generator.normals(5000)}, {generator.normals(1000)});
  EXPECT_EQ(report.verdict, Verdict::stable);
  EXPECT_THAT(report.features[0].causes(), IsEmpty());
  EXPECT_EQ(report.reference_rows, 5000u);
  EXPECT_EQ(report.live_rows, 1000u);
}

TEST(Evaluate, finds_a_shift_and_says_it_is_the_shape) {
  test::Generator generator(12);
  const DriftReport report = compare({generator.normals(5000), generator.normals(5000)},
                                     {generator.normals(1000, 0.7), generator.normals(1000)});
  EXPECT_EQ(report.verdict, Verdict::drift);
  EXPECT_EQ(report.features[0].verdict, Verdict::drift);
  EXPECT_THAT(report.features[0].causes(), ElementsAre(Cause::shape));
  EXPECT_EQ(report.features[1].verdict, Verdict::stable);
}

TEST(Evaluate, warns_between_the_bands) {
  test::Generator generator(13);
  const DriftReport report = compare({generator.normals(20000)}, {generator.normals(5000, 0.4)});
  const Evidence& psi = report.features[0].metrics[0];
  ASSERT_GT(psi.value, 0.1);
  ASSERT_LT(psi.value, 0.2);
  EXPECT_EQ(report.verdict, Verdict::warning);
}

TEST(Evaluate, does_not_call_significance_alone_drift) {
  test::Generator generator(14);
  const DriftReport report = compare({generator.normals(200000)}, {generator.normals(200000, 0.05)});
  EXPECT_LT(*report.features[0].metrics[0].p_value, 1e-6) << "certainly not noise";
  EXPECT_EQ(report.verdict, Verdict::stable) << "and yet too small to matter";
}

TEST(Evaluate, says_not_enough_data_where_noise_reaches_the_drift_band) {
  test::Generator generator(15);
  EXPECT_EQ(compare({generator.normals(5000)}, {generator.normals(30)}).verdict, Verdict::not_enough_data);
  EXPECT_EQ(compare({generator.normals(5000)}, {std::vector<double>(30, 10.0)}).verdict, Verdict::drift)
      << "unless it is glaring";
}

TEST(Evaluate, of_no_live_values_cannot_say_and_does_not_say_stable) {
  test::Generator generator(16);
  const auto reference = generator.normals(1000);
  EXPECT_EQ(compare({reference}, {std::vector<double>(100, kNan)}).features[0].verdict, Verdict::drift)
      << "all missing";
  const profile::Profile profile = profile_of({reference});
  Calibration calibration;
  const stream::Pane empty(std::make_shared<const profile::Profile>(profile));
  EXPECT_EQ(evaluate(profile, empty.counts(), {}, calibration)->verdict, Verdict::not_enough_data);
}

TEST(Evaluate, keeps_missing_apart_from_shape) {
  test::Generator generator(17);
  const DriftReport report = compare({generator.normals(5000)}, {with_missing(generator.normals(2000), 200)});
  EXPECT_THAT(report.features[0].causes(), ElementsAre(Cause::missing));
  EXPECT_EQ(report.features[0].verdict, Verdict::drift);
  EXPECT_DOUBLE_EQ(report.features[0].live.missing_rate, 0.1);
}

TEST(Evaluate, finds_a_missing_rate_that_falls) {
  test::Generator generator(18);
  const DriftReport report = compare({std::vector<double>(2000, kNan)}, {with_missing(generator.normals(2000), 1200)});
  EXPECT_THAT(report.features[0].causes(), ElementsAre(Cause::missing));
  EXPECT_TRUE(report.features[0].metrics.empty()) << "no shape to compare with";
}

TEST(Evaluate, sees_a_constant_come_alive_and_is_silent_while_it_is_constant) {
  const std::vector<double> constant(12000, 0.4);
  EXPECT_EQ(compare({constant}, {std::vector<double>(30, 0.4)}).verdict, Verdict::stable) << "even of 30 rows";
  std::vector<double> alive(1000, 0.4);
  for (std::size_t i = 500; i < alive.size(); ++i) alive[i] = 0.4 + 1e-9 * static_cast<double>(i);
  const DriftReport report = compare({constant}, {alive});
  EXPECT_EQ(report.verdict, Verdict::drift);
  EXPECT_THAT(report.features[0].causes(), ElementsAre(Cause::shape, Cause::range));
}

TEST(Evaluate, finds_values_beyond_the_reference_range) {
  test::Generator generator(19);
  std::vector<double> live = generator.normals(2000);
  for (std::size_t i = 0; i < 40; ++i) live[i] = 1e6;
  const DriftReport report = compare({generator.normals(5000)}, {live});
  EXPECT_THAT(report.features[0].causes(), ElementsAre(Cause::range));
  EXPECT_EQ(report.features[0].verdict, Verdict::warning) << "2 % of the rows";
}

TEST(Evaluate, finds_unseen_categories_apart_from_the_shape_of_the_others) {
  const FeatureReport report = compare_categories({{"a", 500}, {"b", 500}}, {{"a", 485}, {"b", 485}, {"new", 30}});
  EXPECT_THAT(report.causes(), testing::Contains(Cause::unseen));
  EXPECT_EQ(report.live.unseen, 30u);
  EXPECT_THAT(compare_categories({{"a", 500}, {"b", 500}}, {{"a", 500}, {"b", 500}}).causes(), IsEmpty());
}

TEST(Evaluate, expects_unseen_categories_where_the_reference_has_many_seen_once) {
  std::vector<profile::CategoryCount> reference{{"common", 900}};
  for (int i = 0; i < 100; ++i) reference.push_back({"rare" + std::to_string(i), 1});
  std::vector<profile::CategoryCount> live{{"common", 900}};
  for (int i = 0; i < 100; ++i) live.push_back({"other" + std::to_string(i), 1});
  const FeatureReport report = compare_categories(reference, live);
  EXPECT_EQ(report.verdict, Verdict::stable);
}

// The promise itself: at a budget of 0.05 findings in a report of one feature, clean data give about 5 in 100. Many
// rare categories are the hard case.
TEST(Evaluate, looks_for_a_rise_of_unseen_categories_not_for_a_fall) {
  const auto clean = compare_categories({{"a", 100}, {"b", 100}}, {{"a", 25'000}, {"b", 25'000}});
  EXPECT_EQ(clean.findings[2].cause, Cause::unseen);
  EXPECT_EQ(clean.findings[2].evidence.p_value, 1) << "one of 201 was to be expected, none of 50,000 came";
}

TEST(Evaluate, cannot_say_a_shape_where_all_categories_are_rare) {
  const auto found = compare_categories({{"a", 9}, {"b", 9}}, {{"a", 10'000}});
  EXPECT_EQ(found.findings[0].cause, Cause::shape);
  EXPECT_EQ(found.verdict, Verdict::not_enough_data);
}

TEST(Evaluate, knows_noise_where_the_reference_has_none_of_a_category) {
  const auto found = compare_categories({{"a", 200}}, {{"a", 2998}, {"b", 2}});
  EXPECT_GT(*found.metrics[0].null_quantile, found.metrics[0].value);
  EXPECT_GT(*found.metrics[0].p_value, 0.05);
}

TEST(Evaluate, keeps_its_budget_on_clean_categories_many_of_them_rare) {
  LEEWAY_SIMULATION();
  test::Generator generator(24);
  for (const double tail : {0.5, 1.0, 3.0}) {
    const auto draw = [&] {
      return static_cast<std::size_t>(std::min(1e6, std::pow(1 - generator.uniform(), -1 / tail)));
    };
    int findings = 0;
    for (int run = 0; run < 60; ++run) {
      std::map<std::size_t, std::uint64_t> reference;
      std::map<std::size_t, std::uint64_t> live;
      for (int i = 0; i < 500; ++i) ++reference[draw()], ++live[draw()];
      const auto tally = [](const auto& counts) {
        std::vector<profile::CategoryCount> categories;
        for (const auto& [value, count] : counts) categories.push_back({std::to_string(value), count});
        return categories;
      };
      findings += compare_categories(tally(reference), tally(live)).verdict >= Verdict::warning;
    }
    EXPECT_LE(findings, 9) << "of 60, tail " << tail << ": more than 9 has probability 1e-3 at the budget";
  }
}

// Cells are chosen by the counts of both sides: by the reference alone, the 90 or so of 200 equal categories whose
// counts came out low would be one cell whose share is too low, and long windows would drift.
TEST(Evaluate, keeps_its_budget_on_many_categories_that_are_nearly_rare) {
  LEEWAY_SIMULATION();
  test::Generator generator(25);
  Policy noise_alone;
  noise_alone.bands[Metric::psi] = noise_alone.missing = noise_alone.unseen = {0, 0};
  Calibration calibration;
  int findings = 0;
  for (int run = 0; run < 60; ++run) {
    std::vector<std::uint64_t> reference(200);
    Counts live{std::vector<std::uint64_t>(200), {}};
    for (int i = 0; i < 4000; ++i) ++reference[generator.below(200)];
    for (int i = 0; i < 40'000; ++i) ++live.cells[generator.below(200)];
    std::vector<profile::CategoryCount> tally;
    std::vector<std::size_t> order(200);
    for (std::size_t c = 0; c < 200; ++c) tally.push_back({std::to_string(1000 + c), reference[c]}), order[c] = c;
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return reference[a] > reference[b]; });
    Counts listed{{}, {}};
    for (const std::size_t c : order) listed.cells.push_back(live.cells[c]);
    const auto profile = ProfileBuilder().categorical("c", tally, 0).build();
    findings += evaluate(*profile, std::span(&listed, 1), noise_alone, calibration)->verdict >= Verdict::warning;
  }
  EXPECT_LE(findings, 9) << "of 60: more than 9 has probability 1e-3 at the budget";
}

// A feature has three tests, of shape, missing, and unseen or range: each has a third of the feature's share.
TEST(Evaluate, shares_the_budget_among_features_and_their_three_tests) {
  test::Generator generator(26);
  const Columns reference{generator.normals(5000), generator.normals(5000)};
  const Columns live{generator.normals(1000), generator.normals(1000)};
  const auto rate_of = [&](Correction correction) {
    Policy policy;
    policy.correction = correction;
    const Evidence psi = compare(reference, live, policy).features[0].metrics[0];
    return Calibration().law(Metric::psi, std::vector<std::uint64_t>(10, 500), 1000).p_value(*psi.null_quantile);
  };
  EXPECT_NEAR(rate_of(Correction::none), 0.05 / 3, 1e-9);
  EXPECT_NEAR(rate_of(Correction::bonferroni), 0.05 / 6, 1e-9);
  EXPECT_NEAR(rate_of(Correction::bh), 0.05 / 6, 1e-9) << "of the first discovery";
}

TEST(Evaluate, finds_more_where_the_share_of_false_findings_is_what_counts) {
  test::Generator generator(27);
  Columns reference;
  Columns live;
  for (int f = 0; f < 40; ++f) {
    reference.push_back(generator.normals(4000));
    live.push_back(generator.normals(400, f < 20 ? 0.28 : 0));
  }
  Policy policy;
  policy.bands[Metric::psi] = {0, 0};
  const auto found = [&](Correction correction) {
    policy.correction = correction;
    const DriftReport report = compare(reference, live, policy);
    EXPECT_EQ(report.correction, correction == Correction::bh ? "bh" : "bonferroni");
    std::pair<int, int> moved;
    for (std::size_t f = 0; f < 40; ++f) {
      (f < 20 ? moved.first : moved.second) += report.features[f].verdict >= Verdict::warning;
    }
    return moved;
  };
  const auto [few, none] = found(Correction::bonferroni);
  const auto [many, some] = found(Correction::bh);
  EXPECT_GT(many, few + 3);
  EXPECT_LE(some, 3) << "of " << many << " or so found";
  EXPECT_EQ(none, 0);
}

TEST(Evaluate, has_a_p_value_for_every_finding) {
  test::Generator generator(28);
  const DriftReport report = compare({generator.normals(500)}, {generator.normals(50)});
  for (const Finding& finding : report.features[0].findings) {
    ASSERT_TRUE(finding.evidence.p_value) << to_string(finding.cause);
    EXPECT_GT(*finding.evidence.p_value, 0);
    EXPECT_LE(*finding.evidence.p_value, 1);
  }
}

// A hundred clusters of 20 say as much as a hundred rows.
TEST(Evaluate, of_clustered_rows_does_not_take_each_for_a_witness) {
  LEEWAY_SIMULATION();
  test::Generator generator(29);
  const auto clusters = [&](std::size_t size) {
    std::vector<double> column;
    while (column.size() < size) column.resize(column.size() + 20, generator.normal());
    return column;
  };
  Policy noise_alone;
  noise_alone.bands[Metric::psi] = noise_alone.range = {0, 0};
  int findings = 0;
  for (int run = 0; run < 60; ++run) {
    const DriftReport report = compare({clusters(20'000)}, {clusters(2000)}, noise_alone);
    EXPECT_GT(report.features[0].design.cells, 10);
    findings += report.verdict >= Verdict::warning;
  }
  EXPECT_LE(findings, 9) << "of 60";
}

TEST(Evaluate, of_a_few_rows_keeps_its_budget) {
  LEEWAY_SIMULATION();
  test::Generator generator(30);
  Policy noise_alone;
  noise_alone.bands[Metric::psi] = noise_alone.missing = noise_alone.range = {0, 0};
  for (const std::size_t rows : {1U, 2U, 5U}) {
    int findings = 0;
    for (int run = 0; run < 60; ++run) {
      const auto reference = with_missing(generator.normals(1000), 50);
      auto live = generator.normals(rows);
      for (double& x : live) x = generator.uniform() < 0.05 ? kNan : x;
      findings += static_cast<int>(compare({reference}, {live}, noise_alone).features[0].causes().size());
    }
    EXPECT_LE(findings, 9) << "of 60, " << rows << " rows";
  }
}

TEST(Evaluate, names_convention_and_axis_and_sizes) {
  test::Generator generator(20);
  const DriftReport report = compare({generator.normals(5000)}, {generator.normals(1000)});
  const FeatureReport& feature = report.features[0];
  std::vector<std::string> conventions;
  for (const Evidence& evidence : feature.metrics) {
    conventions.push_back(evidence.convention);
    EXPECT_EQ(evidence.reference_count, 5000u);
    EXPECT_EQ(evidence.live_count, 1000u);
  }
  EXPECT_THAT(conventions, ElementsAre("psi/equal-frequency-10/jeffreys", "ks/equal-frequency-10/binned",
                                       "js_divergence/equal-frequency-10/jeffreys"));
  EXPECT_EQ(feature.axis_hash.size(), 32u);
}

TEST(Evaluate, gives_contributions_that_sum_to_the_governing_metric) {
  test::Generator generator(21);
  const DriftReport report = compare({generator.normals(5000)}, {generator.normals(1000, 1)});
  double sum = 0;
  for (const CellReport& cell : report.features[0].cells) sum += cell.contribution;
  EXPECT_NEAR(sum, report.features[0].metrics[0].value, 1e-12);
  EXPECT_EQ(report.features[0].cells.size(), 10u);
  EXPECT_EQ(report.features[0].cells.front().cell.substr(0, 6), "(-inf,");
}

TEST(Evaluate, lets_the_chosen_metric_govern) {
  test::Generator generator(22);
  Policy policy;
  policy.govern = Metric::ks;
  const DriftReport report = compare({generator.normals(5000)}, {generator.normals(5000, 0.3)}, policy);
  EXPECT_EQ(report.features[0].metrics[0].name, "ks");
  EXPECT_EQ(report.verdict, Verdict::drift) << "KS 0.12 is above 0.1, PSI 0.09 would be stable";
}

TEST(Evaluate, uses_a_features_own_bands) {
  test::Generator generator(23);
  Policy policy;
  policy.feature_bands["f0"] = {0.5, 1.0};
  EXPECT_EQ(compare({generator.normals(5000)}, {generator.normals(1000, 0.6)}, policy).verdict, Verdict::stable);
}

TEST(Evaluate, refuses_counts_and_policies_that_do_not_fit) {
  const profile::Profile profile = profile_of({{1, 2, 3}});
  Calibration calibration;
  const Counts two_cells{{1, 2}, {}};
  EXPECT_EQ(evaluate(profile, std::span(&two_cells, 1), {}, calibration).error().code, ErrorCode::incompatible);
  EXPECT_EQ(evaluate(profile, {}, {}, calibration).error().code, ErrorCode::incompatible);
  for (const double budget : {0.0, -1.0, 1.5, kNan}) {
    Policy policy;
    policy.budget = budget;
    EXPECT_FALSE(policy.check()) << budget;
  }
  Policy upside_down;
  upside_down.missing = {0.2, 0.1};
  EXPECT_FALSE(upside_down.check());
  Policy without_bands;
  without_bands.govern = Metric::kl_live_reference;
  EXPECT_FALSE(without_bands.check());
}

}  // namespace
}  // namespace leeway::drift
