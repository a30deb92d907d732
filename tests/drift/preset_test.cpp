// Presets against the libraries that they are named after: ../shared/golden/conventions.json, which was made by running
// them.

#include "leeway/drift/preset.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/generator.hpp"
#include "support/golden.hpp"

namespace leeway::drift {
namespace {

using nlohmann::json;
using Categories = std::vector<std::string_view>;

// ---- what the file holds, and where it is

std::filesystem::path golden_folder() {
  return std::filesystem::path(LEEWAY_SOURCE_DIR).parent_path() / "shared" / "golden";
}

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(golden_folder() / file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What a key of the file is here. `values` picks the number of the result.
struct Meaning {
  Preset preset;
  Metric metric;
  PresetOptions options{};
  bool p_value = false;
};

const std::map<std::string, Meaning>& meanings() {
  constexpr bool kP = true;
  static const std::map<std::string, Meaning> meanings{
      {"evidently.psi", {Preset::evidently, Metric::psi}},
      {"evidently.kl_div", {Preset::evidently, Metric::kl_reference_live}},
      {"evidently.hellinger", {Preset::evidently, Metric::hellinger}},
      {"evidently.wasserstein_norm", {Preset::evidently, Metric::wasserstein}},
      {"evidently.jensenshannon_distance_base_e", {Preset::evidently, Metric::js_distance}},
      {"evidently.ks_stat", {Preset::evidently, Metric::ks}},
      {"evidently.ks_p", {Preset::evidently, Metric::ks, {}, kP}},
      {"evidently.chisquare_p", {Preset::evidently, Metric::chi_square, {}, kP}},
      {"evidently.z_p", {Preset::evidently, Metric::z_test, {}, kP}},
      {"nannyml.jensen_shannon_base2", {Preset::nannyml, Metric::js_distance}},
      {"nannyml.hellinger", {Preset::nannyml, Metric::hellinger}},
      {"nannyml.l_infinity", {Preset::nannyml, Metric::l_infinity}},
      {"nannyml.ks_stat_auto", {Preset::nannyml, Metric::ks}},
      {"nannyml.ks_stat_exact", {Preset::nannyml, Metric::ks, {.exact = true}}},
      {"nannyml.wasserstein_auto", {Preset::nannyml, Metric::wasserstein}},
      {"nannyml.wasserstein_exact", {Preset::nannyml, Metric::wasserstein, {.exact = true}}},
      {"nannyml.chi2_stat", {Preset::nannyml, Metric::chi_square}},
      {"nannyml.chi2_p", {Preset::nannyml, Metric::chi_square, {}, kP}},
      {"frouros_num_bins10.psi", {Preset::frouros, Metric::psi, {.bins = 10}}},
      {"frouros_num_bins10.js_distance_base_e", {Preset::frouros, Metric::js_distance, {.bins = 10}}},
      {"frouros_num_bins10.kl_cur_given_ref", {Preset::frouros, Metric::kl_live_reference, {.bins = 10}}},
      {"frouros_num_bins10.hellinger", {Preset::frouros, Metric::hellinger, {.bins = 10}}},
      {"frouros_num_bins10.emd", {Preset::frouros, Metric::wasserstein}},
      {"deepchecks.ks_stat", {Preset::deepchecks, Metric::ks}},
      {"deepchecks.emd_margin0025", {Preset::deepchecks, Metric::wasserstein, {.margin = 0.025}}},
      {"deepchecks.emd_margin0", {Preset::deepchecks, Metric::wasserstein, {.margin = 0}}},
      {"deepchecks.psi_minratio0", {Preset::deepchecks, Metric::psi, {.min_ratio = 0}}},
      {"deepchecks.psi_minratio001", {Preset::deepchecks, Metric::psi, {.min_ratio = 0.01}}},
      {"deepchecks.cramers_v_minratio001", {Preset::deepchecks, Metric::cramers_v, {.min_ratio = 0.01}}},
      {"alibi_detect.ks", {Preset::alibi, Metric::ks}},
      {"alibi_detect.p_asymp", {Preset::alibi, Metric::ks, {}, kP}},
      {"alibi_detect.p_auto", {Preset::alibi, Metric::ks, {.exact = true}, kP}},
      {"alibi_detect.chi2", {Preset::alibi, Metric::chi_square}},
      {"alibi_detect.p", {Preset::alibi, Metric::chi_square, {}, kP}},
  };
  return meanings;
}

std::vector<double> numbers_of(const std::string& file) {
  std::vector<double> numbers;
  for (const std::string& line : lines_of(file)) numbers.push_back(std::stod(line));
  return numbers;
}

// A data set of the file: numbers where it says so, else categories, which `bin` is to each of these libraries.
Result<Divergence> measured(const Meaning& meaning, const std::string& set) {
  if (set.starts_with("num")) {
    return measure(meaning.preset, meaning.metric, numbers_of(set + "_ref.csv"), numbers_of(set + "_cur.csv"),
                   meaning.options);
  }
  const auto reference = lines_of(set + "_ref.csv");
  const auto live = lines_of(set + "_cur.csv");
  return measure(meaning.preset, meaning.metric, Categories(reference.begin(), reference.end()),
                 Categories(live.begin(), live.end()), meaning.options);
}

void expect_golden(const Meaning& meaning, const std::string& set, double expected, const std::string& what) {
  const auto result = measured(meaning, set);
  ASSERT_TRUE(result) << what << ": " << result.error().message;
  const double tolerance = meaning.p_value ? 1e-9 : 1e-12;
  const double value = meaning.p_value ? *result->p_value : result->value;
  EXPECT_NEAR(value, expected, tolerance * std::fabs(expected)) << what;
  EXPECT_EQ(result->convention, std::string(to_string(meaning.metric)) + "/" + to_string(meaning.preset)) << what;
}

TEST(Presets, reproduce_every_golden_value) {
  std::ifstream file(golden_folder() / "conventions.json");
  if (!file) GTEST_SKIP() << "the golden values of other libraries are not beside the project (../shared/golden)";
  const json document = json::parse(file);
  int values = 0;
  for (const auto& [library, sets] : document.items()) {
    if (library == "versions") continue;
    for (const auto& [set, entries] : sets.items()) {
      for (const auto& [name, expected] : entries.items()) {
        if (name.starts_with("n_bins")) continue;  // cells, checked through the values on them
        const std::string key = library + "." + name;
        ASSERT_TRUE(meanings().contains(key)) << key << " is not known here";
        expect_golden(meanings().at(key), set, expected, key + " of " + set);
        ++values;
      }
    }
  }
  EXPECT_GT(values, 40);
}

// ---- worked from published definitions, by other arithmetic: tests/golden/make_preset_cases.py

Result<Divergence> measured(const json& one) {
  const auto preset = *parse_preset(one["preset"].get<std::string>());
  const auto metric = *parse_metric(one["metric"].get<std::string>());
  if (one["reference"][0].is_number()) {
    return measure(preset, metric, one["reference"].get<std::vector<double>>(), one["live"].get<std::vector<double>>());
  }
  const auto reference = one["reference"].get<std::vector<std::string>>();
  const auto live = one["live"].get<std::vector<std::string>>();
  return measure(preset, metric, Categories(reference.begin(), reference.end()), Categories(live.begin(), live.end()));
}

TEST(Presets, follow_the_published_definitions_of_tfdv_and_whylogs) {
  const json document = test::golden_document("preset_cases.json");
  std::map<std::string, int> cases;
  for (const json& one : document["cases"]) {
    const auto result = measured(one);
    ASSERT_TRUE(result) << one["what"] << ": " << result.error().message;
    const double expected = one["value"].is_string() ? INFINITY : one["value"].get<double>();
    EXPECT_TRUE(test::near(result->value, expected))
        << result->convention << " " << one["what"] << ": " << result->value << " instead of " << expected;
    ++cases[one["preset"]];
  }
  EXPECT_EQ(cases, (std::map<std::string, int>{{"tfdv", 10}, {"whylogs", 10}}));
}

// ---- what holds for all of them

std::vector<double> numbers(test::Generator& generator, std::size_t n, double mean = 0) {
  return generator.normals(n, mean);
}

TEST(Presets, name_their_convention_and_measure_nothing_as_nothing) {
  test::Generator generator(61);
  const auto sample = numbers(generator, 500);
  const Categories categories{"a", "b", "a", "c", "b", "a"};
  for (const Preset preset : kPresets) {
    EXPECT_EQ(parse_preset(to_string(preset)), preset);
    for (const Metric metric : metrics_of(preset, ValueKind::numeric)) {
      const auto result = measure(preset, metric, sample, sample);
      ASSERT_TRUE(result) << to_string(preset) << " " << to_string(metric);
      EXPECT_EQ(result->convention, std::string(to_string(metric)) + "/" + to_string(preset));
      EXPECT_EQ(result->reference_count, 500u);
      const double nothing = metric == Metric::anderson_darling ? result->value : 0;  // it is below 0
      EXPECT_NEAR(result->value, nothing, 1e-7) << result->convention;
    }
    for (const Metric metric : metrics_of(preset, ValueKind::categorical)) {
      if (metric == Metric::z_test) continue;  // of two categories
      const auto result = measure(preset, metric, categories, categories);
      ASSERT_TRUE(result) << to_string(preset) << " " << to_string(metric);
      EXPECT_NEAR(result->value, 0, 1e-7) << result->convention;
      EXPECT_EQ(result->live_count, 6u);
    }
  }
}

TEST(Presets, answer_or_refuse_but_never_give_nan) {
  const std::vector<double> constant(30, 4.0);
  const std::vector<double> zeros(3, 0.0);
  const std::vector<double> two{1, 2};
  const std::vector<double> one{5};
  for (const Preset preset : kPresets) {
    for (const Metric metric : metrics_of(preset, ValueKind::numeric)) {
      for (const auto& reference : {constant, zeros, two, one}) {
        for (const auto& live : {constant, zeros, two, one}) {
          const auto result = measure(preset, metric, reference, live);
          if (!result) {
            EXPECT_EQ(result.error().code, ErrorCode::undefined) << to_string(preset) << " " << to_string(metric);
            continue;
          }
          EXPECT_FALSE(std::isnan(result->value)) << result->convention;
          EXPECT_FALSE(std::isnan(result->p_value.value_or(0))) << result->convention;
        }
      }
    }
    for (const Metric metric : metrics_of(preset, ValueKind::categorical)) {
      for (const Categories& live : {Categories{"a"}, {"b"}, {"a", "b"}}) {
        const auto result = measure(preset, metric, Categories{"a", "a"}, live);
        if (!result) continue;
        EXPECT_FALSE(std::isnan(result->value)) << result->convention;
        EXPECT_FALSE(std::isnan(result->p_value.value_or(0))) << result->convention;
      }
    }
  }
}

TEST(Presets, refuse_what_they_cannot_measure) {
  const std::vector<double> some{1, 2, 3};
  const auto code = [](const Result<Divergence>& result) { return result.error().code; };
  for (const Preset preset : kPresets) {
    const Metric metric = metrics_of(preset, ValueKind::numeric).front();
    EXPECT_EQ(code(measure(preset, metric, some, std::vector<double>{})), ErrorCode::undefined);
    EXPECT_EQ(code(measure(preset, metric, some, std::vector<double>{1, NAN})), ErrorCode::invalid_argument);
    EXPECT_EQ(code(measure(preset, metric, some, std::vector<double>{1, INFINITY})), ErrorCode::invalid_argument);
    EXPECT_EQ(code(measure(preset, Metric::g, some, some)), ErrorCode::invalid_argument);
    const Metric of_categories = metrics_of(preset, ValueKind::categorical).front();
    EXPECT_EQ(code(measure(preset, of_categories, Categories{}, Categories{})), ErrorCode::undefined);
    EXPECT_EQ(code(measure(preset, of_categories, Categories{"a"}, Categories{})), ErrorCode::undefined);
  }
  EXPECT_EQ(code(measure(Preset::frouros, Metric::psi, some, some, {.bins = 1})), ErrorCode::invalid_argument);
  EXPECT_EQ(code(measure(Preset::deepchecks, Metric::ks, some, some, {.margin = 0.5})), ErrorCode::invalid_argument);
  EXPECT_EQ(code(measure(Preset::deepchecks, Metric::ks, some, some, {.min_ratio = NAN})), ErrorCode::invalid_argument);
  for (const Metric metric : {Metric::psi, Metric::cramers_v}) {
    EXPECT_EQ(code(measure(Preset::deepchecks, metric, Categories{"a", "b"}, Categories{"b"}, {.min_ratio = 1})),
              ErrorCode::undefined);
  }
  EXPECT_EQ(code(measure(Preset::evidently, Metric::z_test, Categories{"a", "b"}, Categories{"c"})),
            ErrorCode::incompatible);
  EXPECT_EQ(code(measure(Preset::evidently, Metric::g, Categories{"a", "b"}, Categories{"a"})),
            ErrorCode::incompatible);
}

TEST(Presets, take_counts_of_categories_but_not_of_numbers) {
  const std::vector<std::uint64_t> reference{3, 2, 0};
  const std::vector<std::uint64_t> live{1, 3, 4};
  const Categories raw_reference{"a", "b", "a", "b", "a"};
  const Categories raw_live{"b", "c", "c", "a", "c", "b", "b", "c"};
  for (const Preset preset : kPresets) {
    for (const Metric metric : metrics_of(preset, ValueKind::categorical)) {
      const auto of_counts = measure(preset, metric, ValueKind::categorical, reference, live);
      const auto of_samples = measure(preset, metric, raw_reference, raw_live);
      ASSERT_EQ(of_counts.has_value(), of_samples.has_value());
      if (!of_counts) continue;
      EXPECT_EQ(of_counts->value, of_samples->value) << of_counts->convention;
    }
    const Metric metric = metrics_of(preset, ValueKind::numeric).front();
    const auto refused = measure(preset, metric, ValueKind::numeric, reference, live);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::incompatible);
    EXPECT_NE(refused.error().message.find("raw values"), std::string::npos);
  }
}

// ---- rules that the golden data do not reach

std::vector<std::string> names_of(const std::vector<double>& numbers) {
  std::vector<std::string> names;
  for (const double x : numbers) names.push_back(std::to_string(x));
  return names;
}

double as_categories(Preset preset, Metric metric, const std::vector<double>& a, const std::vector<double>& b) {
  const auto names_a = names_of(a);
  const auto names_b = names_of(b);
  return measure(preset, metric, Categories(names_a.begin(), names_a.end()), Categories(names_b.begin(), names_b.end()))
      ->value;
}

// `size` whole numbers below `distinct`, each of which is there.
std::vector<double> whole_numbers(test::Generator& generator, std::size_t size, std::size_t distinct) {
  std::vector<double> numbers(size);
  for (std::size_t i = 0; i < size; ++i) {
    numbers[i] = static_cast<double>(i < distinct ? i : generator.below(distinct));
  }
  return numbers;
}

TEST(Presets, take_few_distinct_numbers_for_categories) {
  struct Rule {
    Preset preset;
    std::size_t most;  // distinct values
  };
  test::Generator generator(63);
  for (const Rule rule : {Rule{Preset::evidently, 20}, {Preset::nannyml, 50}}) {
    for (const std::size_t more : {0u, 1u}) {
      const auto a = whole_numbers(generator, 2000, rule.most + more);
      const auto b = whole_numbers(generator, 500, rule.most);
      const double value = measure(rule.preset, Metric::js_distance, a, b)->value;
      const double of_categories = as_categories(rule.preset, Metric::js_distance, a, b);
      EXPECT_EQ(std::fabs(value - of_categories) < 1e-12, more == 0) << to_string(rule.preset) << more;
    }
  }
  // More than a tenth of the reference: bins of Doane, of which one holds two of the values.
  const std::vector<double> few{1, 1.01, 5, 5, 5, 5, 5, 5, 5, 5};
  const std::vector<double> shifted{1, 1.01, 1.01, 1.01, 5};
  EXPECT_GT(std::fabs(measure(Preset::nannyml, Metric::js_distance, few, shifted)->value -
                      as_categories(Preset::nannyml, Metric::js_distance, few, shifted)),
            1e-3);
}

TEST(Evidently, fills_an_empty_cell_by_what_the_others_hold) {
  Categories reference(100'000, "a");
  reference[0] = "b";  // a share of 1e-5: the empty cell gets a millionth of it
  const Categories live{"a", "c"};
  const double expected = (0.99999 - 0.5) * std::log(0.99999 / 0.5) + (1e-5 - 1e-4) * std::log(1e-5 / 1e-4) +
                          (1e-11 - 0.5) * std::log(1e-11 / 0.5);
  EXPECT_NEAR(measure(Preset::evidently, Metric::psi, reference, live)->value, expected, 1e-12 * expected);
}

TEST(Evidently, measures_in_deviations_of_at_least_a_thousandth) {
  const std::vector<double> reference{1, 1, 1, 1.0001};
  const std::vector<double> live{3, 3};
  EXPECT_NEAR(measure(Preset::evidently, Metric::wasserstein, reference, live)->value, (2 - 0.000025) / 0.001, 1e-9);
}

// ---- known defects, which are part of the number

TEST(Evidently, finds_certain_drift_in_one_unseen_value) {
  const Categories reference(1000, "a");
  Categories live(1000, "a");
  live[0] = "b";
  EXPECT_EQ(*measure(Preset::evidently, Metric::chi_square, reference, live)->p_value, 0);
}

TEST(Frouros, adds_708_times_the_share_that_fell_in_an_empty_cell) {
  std::vector<double> reference{0, 10};
  std::vector<double> live{0, 5, 10};
  const double q = 1.0 / 3;
  const double expected = q * (std::log(q) - std::log(2.2250738585072014e-308)) + 2 * (0.5 - q) * std::log(0.5 / q);
  EXPECT_NEAR(measure(Preset::frouros, Metric::psi, reference, live)->value, expected, 1e-12 * expected);
}

TEST(RankTests, by_midranks_grow_on_equal_constants) {
  const std::vector<double> few(2, 1.0);
  const std::vector<double> many(200, 1.0);
  EXPECT_GT(measure(Preset::alibi, Metric::cramer_von_mises, few, many)->value, 1000);
}

// Estimates from 10,000 reference values on are near what they estimate, while all live values are in range.
TEST(Nannyml, estimates_over_many_cells_for_a_large_reference) {
  test::Generator generator(62);
  std::vector<double> reference;
  for (int i = 0; i < 20'000; ++i) reference.push_back(generator.uniform());
  std::vector<double> live;
  for (int i = 0; i < 500; ++i) live.push_back(generator.uniform(0.2, 0.9));
  for (const Metric metric : {Metric::ks, Metric::wasserstein}) {
    const double exact = measure(Preset::nannyml, metric, reference, live, {.exact = true})->value;
    const double estimated = measure(Preset::nannyml, metric, reference, live)->value;
    EXPECT_NE(exact, estimated) << to_string(metric);
    EXPECT_NEAR(exact, estimated, 1e-3) << to_string(metric);
  }
  for (double& x : live) x -= 0.5;  // each of the 10,000 cells counts one value below the range too many
  const double exact = measure(Preset::nannyml, Metric::wasserstein, reference, live, {.exact = true})->value;
  const double estimated = measure(Preset::nannyml, Metric::wasserstein, reference, live)->value;
  EXPECT_NEAR(estimated - exact, 1.0 / 500, 4e-4);
}

}  // namespace
}  // namespace leeway::drift
