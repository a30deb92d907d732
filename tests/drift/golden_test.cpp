// Every metric against scipy, numpy and (where these do not reach 1e-9) mpmath: tests/golden/make_drift_cases.py.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "leeway/drift/js.hpp"
#include "leeway/drift/kl.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/psi.hpp"
#include "support/golden.hpp"

namespace {

using namespace leeway::drift;
using leeway::Result;
using leeway::test::expand;
using leeway::test::near;
using leeway::test::near_relative;
using nlohmann::json;

const json& golden() {
  static const json document = leeway::test::golden_document("drift_cases.json");
  return document;
}

double number(const json& value) {
  return value.is_string() ? std::numeric_limits<double>::infinity() : value.get<double>();
}

using Counts = std::vector<std::uint64_t>;
using Metric = std::function<Result<Divergence>(const Counts&, const Counts&)>;

// The metrics that scipy's field names stand for.
std::map<std::string, Metric> metrics(const std::string& suffix, Smoothing smoothing) {
  return {
      {"psi" + suffix, [=](const Counts& a, const Counts& b) { return psi(a, b, smoothing); }},
      {"kl_live_reference" + suffix,
       [=](const Counts& a, const Counts& b) { return kl_live_reference(a, b, smoothing); }},
      {"kl_reference_live" + suffix,
       [=](const Counts& a, const Counts& b) { return kl_reference_live(a, b, smoothing); }},
      {"js_divergence_e" + suffix,
       [=](const Counts& a, const Counts& b) { return js_divergence(a, b, smoothing, LogBase::e); }},
      {"js_divergence_2" + suffix,
       [=](const Counts& a, const Counts& b) { return js_divergence(a, b, smoothing, LogBase::two); }},
      {"js_distance_e" + suffix,
       [=](const Counts& a, const Counts& b) { return js_distance(a, b, smoothing, LogBase::e); }},
      {"js_distance_2" + suffix,
       [=](const Counts& a, const Counts& b) { return js_distance(a, b, smoothing, LogBase::two); }},
  };
}

std::size_t field(const std::string& name) {
  const auto names = golden().at("count_fields").get<std::vector<std::string>>();
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

void expect_metric(const std::string& name, const Metric& metric) {
  const std::size_t column = field(name);
  for (const json& one : golden().at("counts")) {
    const auto result = metric(one[0].get<Counts>(), one[1].get<Counts>());
    ASSERT_TRUE(result) << name << " " << one;
    const double expected = number(one[2].at(column));
    const bool distance = name.starts_with("js_distance");  // a root makes rounding near 0 look large
    EXPECT_TRUE(distance ? near(result->value * result->value, expected * expected) : near(result->value, expected))
        << name << " " << result->value << " for " << one;
  }
}

TEST(GoldenCounts, hold_a_thousand_cases) { EXPECT_EQ(golden().at("counts").size(), 1000u); }

TEST(GoldenCounts, agree_with_scipy_without_smoothing) {
  for (const auto& [name, metric] : metrics("/none", Smoothing::none)) expect_metric(name, metric);
}

TEST(GoldenCounts, agree_with_scipy_after_jeffreys) {
  for (const auto& [name, metric] : metrics("/jeffreys", Smoothing::jeffreys)) expect_metric(name, metric);
}

std::uint64_t larger_side(const Divergence& result) { return (std::max)(result.reference_count, result.live_count); }

// statistic, p and scipy's own p, which is exact up to 10,000 values and good to about 4e-6 beyond.
void expect_ks(const Result<Divergence>& result, double statistic, double p, double scipy_p, const std::string& what) {
  ASSERT_TRUE(result) << what;
  ASSERT_TRUE(result->p_value) << what;
  EXPECT_TRUE(near(result->value, statistic)) << result->value << " for " << what;
  EXPECT_TRUE(near_relative(*result->p_value, p, 1e-9)) << *result->p_value << " for " << what;
  const double tolerance = larger_side(*result) <= 10'000 ? 1e-9 : 1e-5;
  EXPECT_TRUE(near_relative(*result->p_value, scipy_p, tolerance)) << *result->p_value << " for " << what;
}

TEST(GoldenCounts, have_the_ks_of_scipy) {
  const std::size_t column = field("ks");
  for (const json& one : golden().at("counts")) {
    const auto result = ks_binned(one[0].get<Counts>(), one[1].get<Counts>());
    expect_ks(result, one[2].at(column), one[2].at(column + 1), one[2].at(column + 2), one.dump());
  }
}

TEST(GoldenSamples, have_the_ks_of_scipy) {
  ASSERT_EQ(golden().at("samples").size(), 1000u);
  for (const json& one : golden().at("samples")) {
    const auto result = ks_two_sample(expand(one[0]), expand(one[1]));
    expect_ks(result, one[2][0], one[2][1], one[2][2], one.dump());
  }
}

// Published figures for one pair of share vectors.
constexpr std::array<double, 6> kReference = {.15, .25, .20, .18, .12, .10};
constexpr std::array<double, 6> kLive = {.12, .22, .18, .20, .15, .13};

TEST(KnownShares, have_their_known_divergences) {
  EXPECT_NEAR(psi(kReference, kLive)->value, 0.0293089627844869, 1e-14);
  EXPECT_NEAR(kl_live_reference(kReference, kLive)->value, 0.0147855295011820, 1e-14);
  EXPECT_NEAR(kl_reference_live(kReference, kLive)->value, 0.0145234332833049, 1e-14);
}

TEST(KnownShares, have_their_known_jensen_shannon_in_both_units) {
  EXPECT_NEAR(js_divergence(kReference, kLive, LogBase::e)->value, 0.00365677494367529, 1e-14);
  EXPECT_NEAR(js_divergence(kReference, kLive, LogBase::two)->value, 0.00527561107688735, 1e-14);
  EXPECT_NEAR(js_distance(kReference, kLive, LogBase::e)->value, 0.0604712737064078, 1e-14);
  EXPECT_NEAR(js_distance(kReference, kLive, LogBase::two)->value, 0.0726334019366252, 1e-14);
}

TEST(KnownShares, have_their_known_ks) { EXPECT_NEAR(ks_binned(kReference, kLive)->value, 0.08, 1e-14); }

TEST(KnownShares, have_their_known_psi_terms) {
  constexpr std::array<double, 6> expected = {.0067, .0038, .0021, .0021, .0067, .0079};
  const auto result = psi(kReference, kLive);
  ASSERT_EQ(result->contributions.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(result->contributions[i], expected[i], 5e-5) << i;
}

}  // namespace
