#include "leeway/validate/skew.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "leeway/adapt/gtest.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/report/skew.hpp"
#include "support/generator.hpp"

namespace leeway::validate {
namespace {

using test::Generator;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Numbers counted(std::size_t n) {
  Numbers values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i);
  return values;
}

template <class Make>
Numbers drawn(std::size_t n, Make make) {
  Numbers values(n);
  for (double& x : values) x = make();
  return values;
}

template <class Change>
Numbers changed(Numbers values, Change change) {
  for (double& x : values) x = change(x);
  return values;
}

Numbers exponential(std::size_t n, double mean, std::uint64_t seed) {
  Generator generator(seed);
  return drawn(n, [&] { return -mean * std::log(1 - generator.uniform()); });
}

SkewReport skew(const Table& training, const Table& serving, const SkewOptions& options = {}) {
  auto report = find_skew(training, serving, options);
  EXPECT_TRUE(report) << to_string(report.error());
  return report ? *report : SkewReport();
}

/// One feature x of entities 0, 1, ..., compared row by row.
FeatureSkew by_row(const Numbers& training, const Numbers& serving, SkewOptions options = {}) {
  options.key = {"id"};
  const Table a{{{"id", counted(training.size())}, {"x", training}}};
  const Table b{{{"id", counted(serving.size())}, {"x", serving}}};
  return skew(a, b, options).features.at(0);
}

FeatureSkew by_row(const Texts& training, const Texts& serving) {
  const Table a{{{"id", counted(training.size())}, {"x", training}}};
  const Table b{{{"id", counted(serving.size())}, {"x", serving}}};
  return skew(a, b, {.key = {"id"}}).features.at(0);
}

FeatureSkew by_distribution(const Numbers& training, const Numbers& serving) {
  return skew({{{"x", training}}}, {{{"x", serving}}}).features.at(0);
}

Cause first_cause(const FeatureSkew& feature) {
  return feature.attribution.empty() ? Cause::unknown : feature.attribution.front().cause;
}

// ---- distributions

TEST(SkewGate, is_closed_by_ks_beyond_a_tenth_and_beyond_noise) {
  Generator generator(1);
  const Numbers training = generator.normals(5000);
  EXPECT_EQ(by_distribution(training, generator.normals(5000)).verdict, Verdict::stable);
  EXPECT_EQ(by_distribution(training, generator.normals(5000, 0.15)).verdict, Verdict::stable);  // KS about 0.06
  const FeatureSkew skewed = by_distribution(training, generator.normals(5000, 0.4));            // KS about 0.16
  EXPECT_EQ(skewed.verdict, Verdict::drift);
  EXPECT_EQ(skewed.gate->name, "ks");
  EXPECT_EQ(skewed.gate->threshold, 0.1);
}

TEST(SkewGate, does_not_take_noise_of_few_rows_for_skew) {
  int loud = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Generator generator(seed);
    const FeatureSkew found = by_distribution(generator.normals(60), generator.normals(60));
    EXPECT_NE(found.verdict, Verdict::stable) << "unknown is not stable";
    loud += found.verdict == Verdict::drift;
  }
  EXPECT_LE(loud, 14);  // budget 0.05: P(more than 14 of 200) is below 0.1 %
}

TEST(SkewGate, compares_categories_by_total_variation) {
  Texts training, serving;
  for (int i = 0; i < 3000; ++i) {
    training.emplace_back(i % 10 < 5 ? "a" : "b");
    serving.emplace_back(i % 10 < 8 ? "a" : "b");
  }
  const FeatureSkew found = skew({{{"x", training}}}, {{{"x", serving}}}).features.at(0);
  EXPECT_EQ(found.gate->name, "total_variation");
  EXPECT_NEAR(found.gate->value, 0.3, 1e-12);
  EXPECT_EQ(found.verdict, Verdict::drift);
}

TEST(SkewGate, works_on_a_profile_and_counts) {
  Generator generator(2);
  const Numbers training = generator.normals(4000);
  const auto profile = profile::ProfileBuilder().numeric("x", training).build();
  ASSERT_TRUE(profile);
  Counts same = profile->features()[0].counts;
  drift::Calibration calibration;
  EXPECT_EQ(skew_gate(*profile, std::span(&same, 1), calibration)->verdict, Verdict::stable);
  Counts moved = same;
  std::fill(moved.cells.begin(), moved.cells.end(), 0);
  moved.cells.back() = 4000;
  EXPECT_EQ(skew_gate(*profile, std::span(&moved, 1), calibration)->verdict, Verdict::drift);
}

TEST(NullHandling, recognises_a_mean_in_training_and_zero_in_serving) {
  Generator generator(3);
  const auto ages = [&] { return 40 + 10 * generator.normal(); };
  Numbers training = drawn(5000, ages);
  Numbers serving = drawn(5000, ages);
  for (std::size_t i = 0; i < 400; ++i) {
    training[i * 7] = 40;
    serving[i * 5] = 0;
  }
  const FeatureSkew found = by_distribution(training, serving);
  ASSERT_TRUE(found.null_handling);
  EXPECT_EQ(found.null_handling->training.kind, "mean");
  EXPECT_EQ(found.null_handling->serving.kind, "zero");
  EXPECT_NEAR(found.null_handling->serving.share, 0.08, 1e-12);
  EXPECT_GE(found.verdict, Verdict::warning);
  EXPECT_EQ(first_cause(found), Cause::default_fill);
  EXPECT_THAT(report::to_sentence(found), HasSubstr("training fills the mean (40) (8 % of rows), serving fills 0"));
}

TEST(NullHandling, recognises_missing_on_one_side_and_a_value_on_the_other) {
  Generator generator(4);
  Numbers training = generator.normals(4000);
  Numbers serving = generator.normals(4000);
  for (std::size_t i = 0; i < 300; ++i) {
    training[i * 11] = kNone;
    serving[i * 9] = -1;
  }
  const FeatureSkew found = by_distribution(training, serving);
  ASSERT_TRUE(found.null_handling);
  EXPECT_EQ(found.null_handling->training.kind, "missing");
  EXPECT_EQ(found.null_handling->serving.value, -1.0);
}

TEST(NullHandling, does_not_take_another_unit_of_whole_numbers_for_it) {
  Generator generator(5);
  const Numbers minutes = drawn(4000, [&] { return static_cast<double>(generator.below(9)); });
  const FeatureSkew found = by_distribution(minutes, changed(minutes, [](double x) { return 60 * x; }));
  EXPECT_FALSE(found.null_handling);
  EXPECT_EQ(first_cause(found), Cause::unit_factor);
}

TEST(NullHandling, recognises_a_side_that_has_nothing_and_one_that_fills_all) {
  const Numbers nothing(500, kNone);
  const Numbers zeros(500, 0.0);
  const auto kinds = [](const FeatureSkew& found) {
    return found.null_handling ? found.null_handling->training.kind + " " + found.null_handling->serving.kind : "none";
  };
  EXPECT_EQ(kinds(by_distribution(nothing, zeros)), "missing zero");
  EXPECT_EQ(kinds(by_distribution(zeros, nothing)), "zero missing");
  EXPECT_EQ(first_cause(by_distribution(zeros, nothing)), Cause::default_fill);
  EXPECT_EQ(kinds(by_distribution(nothing, Numbers(500, 7.0))), "none") << "7 may be another feature's value";
  EXPECT_EQ(first_cause(by_distribution(Numbers(500, 7.0), nothing)), Cause::missing_column);
  const Texts none(500);
  const auto of_texts = [](const Texts& a, const Texts& b) { return skew({{{"x", a}}}, {{{"x", b}}}).features.at(0); };
  EXPECT_EQ(kinds(of_texts(none, Texts(500, "unknown"))), "missing constant");
  EXPECT_EQ(kinds(of_texts(none, Texts(500, "Bern"))), "none");
}

TEST(NullHandling, is_not_told_where_the_other_values_differ_as_well) {
  Generator generator(31);
  Numbers training = generator.normals(4000, 40);
  Numbers serving = generator.normals(4000, 45);
  for (std::size_t i = 0; i < 400; ++i) {
    training[i] = 40;
    serving[i] = 0;
  }
  EXPECT_FALSE(by_distribution(training, serving).null_handling);
}

TEST(Distributions, name_a_unit_without_a_key) {
  const FeatureSkew found = by_distribution(exponential(4000, 12, 1), exponential(3000, 12 * 1.609344, 2));
  EXPECT_EQ(found.verdict, Verdict::drift);
  ASSERT_EQ(first_cause(found), Cause::unit_factor);
  EXPECT_EQ(found.attribution[0].number("factor"), 1.609344);
}

TEST(Distributions, name_a_dropped_category) {
  Generator generator(6);
  const auto city = [&](double last) {
    const double u = generator.uniform();
    return std::optional<std::string>(u < 0.5 ? "Bern" : u < 1 - last ? "Chur" : "Genf");
  };
  Texts training, serving;
  for (int i = 0; i < 4000; ++i) {
    training.push_back(city(0.04));
    serving.push_back(city(0));
  }
  const FeatureSkew found = skew({{{"x", training}}}, {{{"x", serving}}}).features.at(0);
  ASSERT_EQ(first_cause(found), Cause::dropped_category) << "although the gate of 0.1 is not reached";
  EXPECT_EQ(found.attribution[0].text("category"), "Genf");
}

TEST(Distributions, of_session_lengths_by_two_definitions_are_named_with_their_means) {
  const FeatureSkew found = by_distribution(exponential(5000, 45, 7), exponential(5000, 12, 8));
  EXPECT_EQ(found.verdict, Verdict::drift);
  EXPECT_GT(found.gate->value, 0.4);
  EXPECT_NEAR(*found.training.mean, 45, 2);
  EXPECT_NEAR(*found.serving.mean, 12, 0.6);
  EXPECT_THAT(report::to_sentence(found), testing::EndsWith("is it one definition of the feature on both sides?"));
}

// ---- rows

TEST(SkewRows, are_joined_by_key_whatever_their_order) {
  const Table training{{{"id", Numbers{1, 2, 3, 4}}, {"x", Numbers{10, 20, 30, 40}}}};
  const Table serving{{{"id", Numbers{5, 3, 2, 1}}, {"x", Numbers{0, 30, 21, 10}}}};
  const SkewReport report = skew(training, serving, {.key = {"id"}, .show_text = {"id"}});
  EXPECT_EQ(report.join->joined, 3u);
  EXPECT_EQ(report.join->only_training, 1u);
  EXPECT_EQ(report.join->only_serving, 1u);
  EXPECT_THAT(report.join->only_training_examples, ElementsAre("4"));
  EXPECT_THAT(report.join->only_serving_examples, ElementsAre("5"));
  EXPECT_DOUBLE_EQ(report.skew_rate(), 1.0 / 3);
  const RowSkew& rows = *report.features.at(0).rows;
  EXPECT_EQ(rows.differing, 1u);
  EXPECT_EQ(rows.examples.at(0).key, "2");
  EXPECT_EQ(rows.examples.at(0).training_row, 1u);
  EXPECT_EQ(rows.examples.at(0).serving_row, 2u);
  EXPECT_EQ(rows.examples.at(0).training, "20");
  EXPECT_EQ(rows.examples.at(0).serving, "21");
}

TEST(SkewRows, leave_out_and_report_keys_that_are_missing_or_not_unique) {
  const Table training{{{"id", Texts{"a", "a", "b", std::nullopt}}, {"x", Numbers{1, 2, 3, 4}}}};
  const Table serving{{{"id", Texts{"a", "b", "b", "c"}}, {"x", Numbers{1, 3, 9, 4}}}};
  const JoinSummary join = *skew(training, serving, {.key = {"id"}, .show_text = {"id"}}).join;
  EXPECT_EQ(join.joined, 0u);
  EXPECT_EQ(join.duplicate_training, 1u);
  EXPECT_EQ(join.duplicate_serving, 1u);
  EXPECT_EQ(join.missing_training, 1u);
  EXPECT_EQ(join.only_serving, 1u);
  EXPECT_THAT(join.duplicate_examples, ElementsAre("a", "b"));
}

TEST(SkewRows, tell_composite_keys_apart) {
  const Table training{{{"a", Texts{"x", "xy"}}, {"b", Texts{"yz", "z"}}, {"v", Numbers{1, 2}}}};
  const SkewReport report = skew(training, training, {.key = {"a", "b"}});
  EXPECT_EQ(report.join->joined, 2u);
  EXPECT_EQ(report.skew_rate(), 0);
}

TEST(SkewRows, differ_beyond_the_absolute_and_the_relative_tolerance_together) {
  const Numbers training{100, 100, 100, kNone, kNone};
  const Numbers serving{101.5, 102.5, kNone, kNone, 1};
  SkewOptions options;
  options.feature_tolerances["x"] = {0.5, 0.01};  // about 1.5 at 100
  EXPECT_EQ(by_row(training, serving, options).rows->differing, 3u);
}

TEST(SkewRows, may_differ_up_to_the_permitted_rate) {
  Numbers serving = counted(100);
  serving[3] += 0.5;
  EXPECT_EQ(by_row(counted(100), serving).verdict, Verdict::drift);
  EXPECT_EQ(by_row(counted(100), serving, {.max_skew_rate = 0.01}).verdict, Verdict::stable);
}

// Keys and texts may be personal data, whatever their type; numbers tell what is wrong.
TEST(SkewRows, hide_keys_and_texts_unless_they_are_asked_for) {
  const Table training{
      {{"id", Numbers{4711, 4712, 815}}, {"mail", Texts{"jane@example.org", "b", "c"}}, {"x", Numbers{1, 2, 3}}}};
  const Table serving{
      {{"id", Numbers{4711, 4712, 814}}, {"mail", Texts{"jim@example.org", "b", "c"}}, {"x", Numbers{1, 2.5, 3}}}};
  const auto texts = [&](std::vector<std::string> show) {
    const SkewReport report = skew(training, serving, {.key = {"id"}, .show_text = std::move(show)});
    return report::to_text(report) + report::to_json(report);
  };
  const std::string hiding = texts({});
  for (const char* secret : {"jane", "jim", "471", "81"}) EXPECT_THAT(hiding, Not(HasSubstr(secret)));
  EXPECT_THAT(hiding, HasSubstr("training 2, serving 2.5"));
  EXPECT_THAT(hiding, HasSubstr("serving row 0, key #"));
  EXPECT_THAT(texts({"mail"}), HasSubstr("training jane@example.org, serving jim@example.org"));
  EXPECT_THAT(texts({"id"}), HasSubstr("serving row 1, key 4712: training 2, serving 2.5"));
}

// What is common in training is a category, and a word for nothing is nobody's.
TEST(SkewRows, show_the_texts_of_causes_that_are_common_or_say_nothing) {
  const auto cause = [](std::size_t rows, const char* fill) {
    Texts training, serving;
    for (std::size_t i = 0; i < rows; ++i) {
      training.emplace_back("Bern" + std::to_string(i % 5));
      serving.emplace_back(fill);
    }
    return to_string(by_row(training, serving).attribution.at(0));
  };
  EXPECT_THAT(cause(45, "Bern1"), HasSubstr("serving has \"#")) << "nine rows";
  EXPECT_THAT(cause(50, "Bern1"), HasSubstr("serving has \"Bern1\"")) << "ten rows";
  EXPECT_THAT(cause(50, "Chur"), HasSubstr("serving has \"#"));
  EXPECT_THAT(cause(50, "unknown"), HasSubstr("serving has \"unknown\""));
}

TEST(SkewRows, that_are_equal_have_no_attribution) {
  Generator generator(9);
  const FeatureSkew found = by_row(generator.normals(50), Generator(9).normals(50));
  EXPECT_EQ(found.verdict, Verdict::stable);
  EXPECT_THAT(found.attribution, IsEmpty());
  EXPECT_EQ(report::to_sentence(found), "");
}

// ---- attribution

TEST(Attribution, prefers_the_simpler_of_causes_that_explain_as_much) {
  const Numbers training = changed(counted(50), [](double x) { return x + 1; });
  const auto causes = by_row(training, changed(training, [](double x) { return 60 * x; })).attribution;
  ASSERT_GE(causes.size(), 2u);
  EXPECT_EQ(causes[0].cause, Cause::unit_factor);
  EXPECT_EQ(causes[1].cause, Cause::normalisation);
  EXPECT_LT(causes[0].bits, causes[1].bits);
  EXPECT_EQ(causes[0].explained, 50u);
}

TEST(Attribution, prefers_a_bound_that_all_rows_beyond_it_obey_to_a_default_that_some_have) {
  Generator generator(32);
  const Numbers training = drawn(500, [&] { return generator.uniform(0, 100); });
  EXPECT_EQ(first_cause(by_row(training, changed(training, [](double x) { return std::min(x, 77.7); }))),
            Cause::clipping);
  EXPECT_EQ(
      first_cause(by_row(training, changed(training, [&](double x) { return generator.uniform() < 0.3 ? 77.7 : x; }))),
      Cause::default_fill);
}

TEST(Attribution, stands_what_other_bugs_do_to_some_rows) {
  Generator generator(10);
  const Numbers training = drawn(2000, [&] { return generator.uniform(1, 100); });
  Numbers serving = changed(training, [](double x) { return x * 1000; });
  for (std::size_t i = 0; i < 2000; i += 5) serving[i] = generator.uniform(0, 1e5);
  const auto causes = by_row(training, serving).attribution;
  EXPECT_EQ(causes.at(0).cause, Cause::unit_factor);
  EXPECT_NEAR(causes.at(0).support, 0.8, 0.001);
}

TEST(Attribution, is_unknown_of_noise) {
  Generator generator(11);
  const Numbers training = generator.normals(3000);
  EXPECT_EQ(first_cause(by_row(training, changed(training, [&](double x) { return x + generator.normal(); }))),
            Cause::unknown);
  EXPECT_EQ(first_cause(by_row(training, changed(training, [&](double x) { return x * (1 + generator.uniform()); }))),
            Cause::unknown);
}

class AttributionOfShuffled : public testing::TestWithParam<std::size_t> {};

// Values in another order have every marginal right and nothing else: few distinct ones agree with much by chance.
TEST_P(AttributionOfShuffled, values_is_unknown) {
  int named = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Generator generator(seed);
    const Numbers training = drawn(2000, [&] { return static_cast<double>(generator.below(GetParam())); });
    Numbers serving = training;
    for (std::size_t i = serving.size(); i > 1; --i) std::swap(serving[i - 1], serving[generator.below(i)]);
    const FeatureSkew found = by_row(training, serving);
    named += first_cause(found) != Cause::unknown;
    if (first_cause(found) != Cause::unknown) ADD_FAILURE() << to_string(found.attribution[0]);
  }
  EXPECT_EQ(named, 0);
}
INSTANTIATE_TEST_SUITE_P(OfDistinctValues, AttributionOfShuffled, testing::Values(2, 3, 5, 10, 100, 1000000));

TEST(Attribution, does_not_name_a_cause_for_one_row_that_any_cause_could_explain) {
  Numbers serving = counted(100);
  serving[17] = 3.25;
  EXPECT_EQ(first_cause(by_row(counted(100), serving)), Cause::unknown);
}

class AttributionOfFunctions : public testing::TestWithParam<double (*)(double)> {};

// A function of numbers that repeat is a table of codes as well; but it is no encoding of categories.
TEST_P(AttributionOfFunctions, of_quantities_is_no_encoding) {
  for (const std::size_t distinct : {3u, 8u, 40u, 300u}) {
    Generator generator(13);
    const Numbers training = drawn(4000, [&] { return static_cast<double>(generator.below(distinct)); });
    const FeatureSkew found = by_row(training, changed(training, GetParam()));
    EXPECT_NE(first_cause(found), Cause::category_encoding) << distinct << ": " << to_string(found.attribution[0]);
  }
}
INSTANTIATE_TEST_SUITE_P(Named, AttributionOfFunctions,
                         testing::Values([](double x) { return std::floor(x / 2); },
                                         [](double x) { return std::log1p(x); }, [](double x) { return x * x; },
                                         [](double x) { return (x - 3) * (x - 3); },
                                         [](double x) { return std::sqrt(x); },
                                         [](double x) { return std::fmod(x, 7); },
                                         [](double x) { return std::round(10 * std::sin(x)); }));

TEST(Attribution, knows_codes_from_quantities) {
  Generator generator(14);
  const Numbers training = drawn(2000, [&] { return static_cast<double>(generator.below(4)); });
  const auto cause = [&](std::vector<double> codes) {
    return first_cause(
        by_row(training, changed(training, [&](double x) { return codes[static_cast<std::size_t>(x)]; })));
  };
  EXPECT_EQ(cause({2, 0, 3, 1}), Cause::category_encoding);
  EXPECT_EQ(cause({12, 10, 13, 11}), Cause::category_encoding);
  EXPECT_EQ(cause({2, 0.5, 3, 1}), Cause::unknown) << "no whole numbers";
  EXPECT_EQ(cause({2, 0, 2, 1}), Cause::unknown) << "two of them merged";
  EXPECT_EQ(cause({200, 0, 300, 100}), Cause::unknown) << "far apart";
  EXPECT_EQ(cause({10, 12, 17, 25}), Cause::unknown) << "in order";
  const Numbers truths = drawn(2000, [&] { return static_cast<double>(generator.below(2)); });
  EXPECT_EQ(first_cause(by_row(truths, changed(truths, [](double x) { return 1 - x; }))), Cause::category_encoding);
}

TEST(Attribution, names_infinities_as_such) {
  Generator generator(15);
  const Numbers training = generator.normals(1000);
  Numbers missing = training;
  Numbers serving = training;
  for (std::size_t i = 0; i < 300; ++i) {
    missing[i] = kNone;
    serving[i] = std::numeric_limits<double>::infinity();
  }
  EXPECT_THAT(to_string(by_row(training, serving).attribution.at(0)),
              HasSubstr("serving has infinity (inf) where training has other values"));
  EXPECT_THAT(to_string(by_row(missing, serving).attribution.at(0)),
              HasSubstr("serving has infinity (inf) where training has nothing"));
  EXPECT_EQ(by_distribution(missing, serving).null_handling->serving.kind, "infinite");
  EXPECT_THAT(report::to_sentence(by_distribution(training, serving)), HasSubstr(", 30 % infinite in serving"));
  const SkewReport report = skew({{{"x", missing}}}, {{{"x", serving}}});
  EXPECT_THAT(report::to_json(report), HasSubstr("\"value\": \"inf\""));
  EXPECT_THAT(report::to_text(report), HasSubstr("serving has infinity (inf) (30 % of rows)"));
}

TEST(Attribution, knows_daylight_saving) {
  Numbers training = changed(counted(1000), [](double i) { return 1.6e9 + i * 30000; });
  Numbers serving = training;
  for (std::size_t i = 0; i < 1000; ++i) serving[i] -= i < 600 ? 5 * 3600 : 4 * 3600;
  const auto causes = by_row(training, serving).attribution;
  EXPECT_EQ(causes.at(0).cause, Cause::timezone_shift);
  EXPECT_EQ(causes.at(0).number("seconds"), -18000);
  EXPECT_EQ(causes.at(0).support, 1);
}

TEST(Attribution, looks_for_earlier_values_within_an_entity) {
  Generator generator(12);
  Table training{{{"id", counted(900)}, {"user", Numbers(900)}, {"time", Numbers(900)}, {"x", generator.normals(900)}}};
  auto& user = std::get<Numbers>(training.columns[1].values);
  auto& time = std::get<Numbers>(training.columns[2].values);
  for (std::size_t i = 0; i < 900; ++i) {
    user[i] = static_cast<double>(i % 30);
    time[i] = static_cast<double>(900 - i);  // the file has the latest first
  }
  Table serving = training;
  auto& x = std::get<Numbers>(serving.columns[3].values);
  for (std::size_t i = 0; i + 30 < 900; ++i) x[i] = std::get<Numbers>(training.columns[3].values)[i + 30];
  const SkewReport report = skew(training, serving, {.key = {"id"}, .max_lag = 3, .entity = {"user"}, .time = "time"});
  const FeatureSkew& found = report.features.back();
  ASSERT_EQ(first_cause(found), Cause::stale_value);
  EXPECT_EQ(found.attribution[0].number("lag"), 1);
}

TEST(Attribution, knows_what_happens_to_texts) {
  const Texts cities{"Z\u00fcrich",    "Gen\u00e8ve", " Bern ",     "La Chaux-de-Fonds",
                     "Neuch\u00e2tel", "St. Gallen",  "Bellinzona", "Ch\u00e2teau"};
  const auto cause_of = [&](const Texts& serving) { return by_row(cities, serving).attribution.at(0); };
  const Attribution lower = cause_of({"z\u00fcrich", "gen\u00e8ve", " bern ", "la chaux-de-fonds", "neuch\u00e2tel",
                                      "st. gallen", "bellinzona", "ch\u00e2teau"});
  EXPECT_EQ(lower.cause, Cause::category_encoding);
  EXPECT_EQ(lower.text("how"), "lower case");
  EXPECT_EQ(
      cause_of({"Zurich", "Geneve", " Bern ", "La Chaux-de-Fonds", "Neuchatel", "St. Gallen", "Bellinzona", "Chateau"})
          .text("how"),
      "without accents");
  EXPECT_EQ(cause_of({"Z\u00c3\u00bcrich", "Gen\u00c3\u00a8ve", " Bern ", "La Chaux-de-Fonds", "Neuch\u00c3\u00a2tel",
                      "St. Gallen", "Bellinzona", "Ch\u00c3\u00a2teau"})
                .text("how"),
            "UTF-8 read as Latin-1");
  const Attribution cut = cause_of({"Z\u00fcr", "Gen", " Ber", "La C", "Neuc", "St. ", "Bell", "Ch\u00e2"});
  EXPECT_EQ(cut.cause, Cause::truncation) << "no character is cut in its middle";
  EXPECT_EQ(by_row(Texts{"1", "2", "30", "4"}, Texts{"1.0", "2.0", "30.0", "4.0"}).attribution.at(0).cause,
            Cause::type_cast);
}

// ---- time, columns, artifacts, cost

TEST(SkewCutoff, finds_rows_on_the_wrong_side_and_rows_without_a_time) {
  const Table training{{{"t", Numbers{10, 20, 31}}, {"x", Numbers{1, 2, 3}}}};
  const Table serving{{{"t", Numbers{30, 29, kNone}}, {"x", Numbers{1, 2, 3}}}};
  SkewOptions options{.time = "t", .cutoff = TimePoint(std::chrono::seconds(30))};
  const SkewReport report = skew(training, serving, options);
  EXPECT_EQ(report.cutoff->training_after, 1u);
  EXPECT_EQ(report.cutoff->serving_before, 1u);
  EXPECT_EQ(report.cutoff->serving_without, 1u);
  EXPECT_EQ(report.cutoff->training_last, TimePoint(std::chrono::seconds(31)));
  EXPECT_EQ(report.verdict, Verdict::drift);
  EXPECT_THAT(report::to_text(report), HasSubstr("Leakage: 1 training row after the cut-off"));
}

TEST(SkewColumns, that_serving_lacks_or_that_change_type_are_skew) {
  const Table training{{{"x", Numbers{1, 2}}, {"y", Numbers{1, 2}}, {"label", Numbers{0, 1}}}};
  const Table serving{{{"x", Texts{"1", "2"}}, {"z", Numbers{1, 2}}}};
  const SkewReport report = skew(training, serving, {.exclude = {"label"}});
  EXPECT_THAT(report.only_training, ElementsAre("y"));
  EXPECT_THAT(report.only_serving, ElementsAre("z"));
  EXPECT_THAT(report.unlike_types, ElementsAre("x"));
  EXPECT_EQ(report.verdict, Verdict::drift);
}

TEST(SkewColumns, that_turned_to_texts_are_compared_as_texts_and_never_fine) {
  const Table training{{{"id", Numbers{1, 2, 3, 4}}, {"x", Numbers{5, 6, 7, kNone}}}};
  const Table words{{{"id", Numbers{1, 2, 3, 4}}, {"x", Texts{"five", "six", "7", std::nullopt}}}};
  const SkewReport rows = skew(training, words, {.key = {"id"}});
  EXPECT_EQ(rows.features.at(0).verdict, Verdict::drift);
  EXPECT_EQ(rows.features.at(0).rows->differing, 2u);
  EXPECT_DOUBLE_EQ(rows.skew_rate(), 0.5);
  EXPECT_EQ(first_cause(rows.features.at(0)), Cause::type_cast);
  EXPECT_THAT(report::to_text(rows), HasSubstr("1 of 1 feature differs"));
  EXPECT_THAT(report::to_text(rows), HasSubstr("Type changed, numbers on one side and texts on the other: x."));
  const Table digits{{{"id", Numbers{1, 2, 3, 4}}, {"x", Texts{"5", "6", "7", std::nullopt}}}};
  for (const SkewOptions& options : {SkewOptions{.key = {"id"}}, SkewOptions{.exclude = {"id"}}}) {
    const SkewReport same = skew(training, digits, options);
    EXPECT_EQ(same.verdict, Verdict::drift);
    EXPECT_EQ(first_cause(same.features.at(0)), Cause::type_cast) << "equal, but another type";
  }
}

TEST(SkewArtifacts, that_differ_are_skew_and_named) {
  const Table rows{{{"x", Numbers{1, 2}}}};
  SkewOptions options;
  options.training_artifact = profile::Artifact{.environment = {{"numpy", "1.24"}}};
  options.serving_artifact = options.training_artifact;
  EXPECT_NE(skew(rows, rows, options).verdict, Verdict::drift);
  options.serving_artifact->environment["numpy"] = "2.1";
  const SkewReport report = skew(rows, rows, options);
  EXPECT_EQ(report.verdict, Verdict::drift);
  EXPECT_THAT(report.artifact, ElementsAre(profile::ArtifactDifference{"environment", "numpy", "1.24", "2.1"}));
}

TEST(SkewCost, of_a_per_cent_of_a_million_queries_at_ten_cents_is_365000_a_year) {
  EXPECT_DOUBLE_EQ((SkewCost{0.01, 1e6, 0.10}.per_year()), 365000);
}

TEST(FindSkew, refuses_what_makes_no_sense) {
  const Table rows{{{"id", Numbers{1}}, {"x", Numbers{1}}}};
  const Table texts{{{"id", Texts{"1"}}, {"x", Numbers{1}}}};
  const auto code = [](const Table& a, const Table& b, const SkewOptions& options) {
    const auto report = find_skew(a, b, options);
    EXPECT_FALSE(report);
    return report.error().code;
  };
  EXPECT_EQ(code(rows, rows, {.key = {"no"}}), ErrorCode::not_found);
  EXPECT_EQ(code(rows, texts, {.key = {"id"}}), ErrorCode::incompatible);
  EXPECT_EQ(code(rows, {}, {}), ErrorCode::undefined);
  EXPECT_EQ(code({{{"a", Numbers{1}}, {"b", Numbers{}}}}, rows, {}), ErrorCode::data);
  EXPECT_EQ(code({{{"a", Numbers{1}}, {"a", Numbers{1}}}}, rows, {}), ErrorCode::data);
  EXPECT_EQ(code(rows, rows, {.gate = 0}), ErrorCode::invalid_argument);
  EXPECT_EQ(code(rows, rows, {.tolerance = {-1, 0}}), ErrorCode::invalid_argument);
  EXPECT_EQ(code(rows, rows, {.time = "no", .cutoff = TimePoint()}), ErrorCode::not_found);
  EXPECT_EQ(code(rows, rows, {.cutoff = TimePoint()}), ErrorCode::invalid_argument);
  EXPECT_EQ(code(rows, rows, {.tolerance = {0.1, 0}}), ErrorCode::invalid_argument);
  EXPECT_EQ(code(rows, rows, {.max_skew_rate = 0.1}), ErrorCode::invalid_argument);
  EXPECT_EQ(code(rows, rows, {.exclude = {"no"}}), ErrorCode::invalid_argument);
  SkewOptions misspelt{.key = {"id"}};
  misspelt.feature_tolerances["xx"] = {0.1, 0};
  EXPECT_EQ(to_string(find_skew(rows, rows, misspelt).error()),
            "feature_tolerances: expected the name of a column of either side, found \"xx\"");
}

// ---- reports and matcher

TEST(SkewReport, as_json_has_the_documented_keys) {
  const Table training{{{"id", counted(20)}, {"x", changed(counted(20), [](double x) { return x + 1; })}}};
  const Table serving{{{"id", counted(20)}, {"x", changed(counted(20), [](double x) { return 60 * (x + 1); })}}};
  const SkewReport report = skew(training, serving, {.key = {"id"}});
  const auto json = nlohmann::ordered_json::parse(report::to_json(report, SkewCost{report.skew_rate(), 10, 1}));
  EXPECT_EQ(json.begin().key(), "format");
  EXPECT_EQ(json["format"], "leeway.skew");
  EXPECT_EQ(json["skew_rate"], 1.0);
  EXPECT_EQ(json["joined"], 20);
  EXPECT_EQ(json["only_training"], 0);
  EXPECT_EQ(json["cost_per_year"], 3650.0);
  const auto& feature = json["features"][0];
  EXPECT_TRUE(feature.contains("ks") && feature.contains("psi") && feature.contains("verdict"));
  EXPECT_EQ(feature["attribution"][0]["cause"], "unit_factor");
  EXPECT_EQ(feature["attribution"][0]["factor"], 60.0);
  EXPECT_EQ(feature["attribution"][0]["support"], 1.0);
}

struct Row {
  double id;
  double minutes;
};

Table to_table(const std::vector<Row>& rows) {
  Numbers ids, minutes;
  for (const Row& row : rows) {
    ids.push_back(row.id);
    minutes.push_back(row.minutes);
  }
  return {{{"id", ids}, {"minutes", minutes}}};
}

TEST(HasNoSkewAgainst, matches_the_same_rows_in_any_order) {
  const Table training{{{"id", Numbers{1, 2, 3}}, {"x", Numbers{5, 6, 7}}}};
  const Table serving{{{"id", Numbers{3, 1, 2}}, {"x", Numbers{7.004, 5, 6}}}};
  EXPECT_THAT(serving, HasNoSkewAgainst(training, {.key = {"id"}, .tolerance = {.absolute = 0.01}}));
  EXPECT_THAT(serving, Not(HasNoSkewAgainst(training, {.key = {"id"}})));
  const Table strangers{{{"id", Numbers{8, 9}}, {"x", Numbers{7, 5}}}};
  EXPECT_THAT(strangers, Not(HasNoSkewAgainst(training, {.key = {"id"}})));
}

TEST(HasNoSkewAgainst, takes_rows_of_any_type_that_has_to_table) {
  const std::vector<Row> training{{1, 5}, {2, 6}};
  EXPECT_THAT(training, HasNoSkewAgainst(training, {.key = {"id"}}));
  EXPECT_THAT((std::vector<Row>{{1, 5}, {2, 7}}), Not(HasNoSkewAgainst(training, {.key = {"id"}})));
}

TEST(HasNoSkewAgainst, explains_the_feature_the_values_and_the_likely_cause) {
  const Table training{{{"id", Numbers{1, 2, 3}}, {"minutes", Numbers{5, 6, 8}}}};
  const Table serving{{{"id", Numbers{1, 2, 3}}, {"minutes", Numbers{300, 360, 480}}}};
  testing::StringMatchResultListener listener;
  EXPECT_FALSE(testing::ExplainMatchResult(HasNoSkewAgainst(training, {.key = {"id"}}), serving, &listener));
  EXPECT_THAT(listener.str(), HasSubstr("minutes: 100 % of 3 joined rows differ; likely serving = 60 x training"));
  EXPECT_THAT(listener.str(), HasSubstr("key 1: training 5, serving 300"));
}

// ---- the other matchers

TEST(ConformsTo, matches_rows_that_keep_a_contract_and_names_what_breaks_it) {
  const Schema schema = *SchemaBuilder().number("age").range(0, 120).text("city").one_of({"Bern", "Basel"}).build();
  const auto rows = [](double age, const char* city) {
    return Table{{{"age", Numbers{30, age}}, {"city", Texts{"Bern", city}}}};
  };
  EXPECT_THAT(rows(40, "Basel"), ConformsTo(schema));
  EXPECT_THAT(rows(40, "Genf"), Not(ConformsTo(schema)));
  testing::StringMatchResultListener listener;
  EXPECT_FALSE(testing::ExplainMatchResult(ConformsTo(schema), rows(121, "Basel"), &listener));
  EXPECT_THAT(listener.str(), testing::AllOf(testing::HasSubstr("age"), testing::HasSubstr("121")));
}

TEST(IsFresherThan, looks_at_ages_and_at_times_of_events) {
  using namespace std::chrono_literals;
  const TimePoint now(std::chrono::hours(1000));
  EXPECT_THAT(Duration(6h), IsFresherThan(6h));
  EXPECT_THAT(Duration(6h) + Duration(1), Not(IsFresherThan(6h)));
  EXPECT_THAT(now - 5h, IsFresherThan(6h, now));
  EXPECT_THAT(now - 7h, Not(IsFresherThan(6h, now)));
  EXPECT_THAT(now + 1h, Not(IsFresherThan(6h, now))) << "of unknown age";
  testing::StringMatchResultListener listener;
  EXPECT_FALSE(testing::ExplainMatchResult(IsFresherThan(6h, now), now - 7h, &listener));
  EXPECT_EQ(listener.str(), "which is 7 h old");
}

}  // namespace
}  // namespace leeway::validate
