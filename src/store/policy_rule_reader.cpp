#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "leeway/base/duration_text.hpp"
#include "leeway/rollout/decision.hpp"
#include "store/policy_reader.hpp"

namespace leeway::inline v1::store::detail {
namespace {

using namespace rollout;

std::optional<Effect> parse_effect(std::string_view name) noexcept {
  return named(std::array{Effect::rollback, Effect::pause, Effect::hold, Effect::report}, name);
}
std::optional<Tier> parse_tier(std::string_view name) noexcept {
  return named(std::array{Tier::immediate, Tier::rapid, Tier::delayed}, name);
}

// ---- thresholds

/// The one of `keys` that is there. Several are an error, and so is none where `required`.
const char* only_one(const JsonReader& reader, const std::array<const char*, 3>& keys, bool required) {
  const std::string names = std::string(keys[0]) + ", " + keys[1] + " or " + keys[2];
  const char* found = nullptr;
  for (const char* key : keys) {
    if (!reader.has(key)) continue;
    if (found != nullptr) reader.fail("expected one of " + names + ", found " + found + " and " + key);
    found = key;
  }
  if (required && found == nullptr) reader.fail("expected one of " + names + ", found none");
  return found;
}

MOfN read_m_of_n(const JsonReader& reader, const char* key) {
  const std::vector<std::uint64_t> counts = reader.counts(key);
  constexpr std::uint64_t kMost = (std::numeric_limits<std::uint32_t>::max)();
  if (counts.size() == 2 && counts[0] <= kMost && counts[1] <= kMost)
    return {static_cast<std::uint32_t>(counts[0]), static_cast<std::uint32_t>(counts[1])};
  reader.fail("expected [m, n], found " + std::to_string(counts.size()) + " counts", key);
  return {};
}

Persistence read_persistence(const JsonReader& reader) {
  const char* key = only_one(reader, {"for", "consecutive", "m_of_n"}, false);
  if (key == nullptr) return Sustained{};
  const std::string_view name = key;
  if (name == "for") return Sustained{read_duration(reader, key)};
  if (name == "consecutive") return Consecutive{read_small_count(reader, key)};
  return read_m_of_n(reader, key);
}

Against against(std::string_view key) noexcept {
  if (key == "ratio") return Against::ratio;
  return key == "difference" ? Against::difference : Against::absolute;
}

ThresholdTest read_threshold(const JsonReader& reader) {
  reader.only({"metric", "quantile", "absolute", "ratio", "difference", "for", "consecutive", "m_of_n"});
  ThresholdTest test;
  test.statistic.metric = reader.text("metric");
  if (reader.has("quantile")) test.statistic.quantile = reader.number("quantile");
  if (const char* key = only_one(reader, {"absolute", "ratio", "difference"}, true)) {
    test.against = against(key);
    test.limit = reader.number(key);
  }
  test.persistence = read_persistence(reader);
  return test;
}

// ---- the other tests

StatisticalTest read_statistical(const JsonReader& reader) {
  reader.only({"metric", "alpha", "margin", "thresholds", "slices"});
  StatisticalTest test;
  test.metric = reader.text("metric");
  test.alpha = read_error_rate(reader, "alpha");
  if (reader.has("margin")) test.margin = reader.number("margin");
  if (reader.has("thresholds")) test.thresholds = reader.numbers("thresholds");
  if (reader.has("slices")) test.slices = reader.truth("slices");
  return test;
}

BurnWindow read_window(const JsonReader& reader) {
  reader.only({"long", "short", "factor"});
  return {read_duration(reader, "long"), read_duration(reader, "short"), reader.number("factor")};
}

BurnRateTest read_burn_rate(const JsonReader& reader) {
  reader.only({"metric", "objective", "windows"});
  BurnRateTest test{reader.text("metric"), reader.number("objective"), {}};
  for (const JsonReader& window : reader.objects("windows")) test.windows.push_back(read_window(window));
  return test;
}

CircuitBreakerTest read_circuit_breaker(const JsonReader& reader) {
  reader.only({"metric", "limit", "minimum_count", "window_ticks", "open", "probes"});
  CircuitBreakerTest test;
  test.metric = reader.text("metric");
  test.limit = reader.number("limit");
  test.minimum_count = reader.count("minimum_count");
  if (reader.has("window_ticks")) test.window_ticks = read_small_count(reader, "window_ticks");
  test.open = read_duration(reader, "open");
  if (reader.has("probes")) test.probes = reader.count("probes");
  return test;
}

SampleRatioTest read_sample_ratio(const JsonReader& reader) {
  reader.only({"metric", "alpha"});
  return {reader.text("metric"), read_error_rate(reader, "alpha")};
}

constexpr std::array<const char*, 5> kTests{"threshold", "statistical", "burn_rate", "circuit_breaker", "sample_ratio"};

Test read_test(const JsonReader& rule) {
  const char* found = nullptr;
  for (const char* key : kTests) {
    if (!rule.has(key)) continue;
    if (found != nullptr) rule.fail(std::string("expected one test, found ") + found + " and " + key);
    found = key;
  }
  const std::string_view name = found == nullptr ? "" : found;
  if (name == "threshold") return read_threshold(rule.object(found));
  if (name == "statistical") return read_statistical(rule.object(found));
  if (name == "burn_rate") return read_burn_rate(rule.object(found));
  if (name == "circuit_breaker") return read_circuit_breaker(rule.object(found));
  if (name == "sample_ratio") return read_sample_ratio(rule.object(found));
  rule.fail("expected a test (threshold, statistical, burn_rate, circuit_breaker or sample_ratio), found none");
  return {};
}

}  // namespace

Duration read_duration(const JsonReader& reader, const char* key) {
  const std::string text = reader.text(key);
  const std::optional<Duration> duration = parse_duration(text);
  if (!duration) reader.fail("expected a duration such as \"30s\" or \"1h30m\", found " + brief(Json(text)), key);
  return duration.value_or(Duration{});
}

ErrorRate read_error_rate(const JsonReader& reader, const char* key) {
  const double rate = reader.number(key);
  if (rate > 0 && rate < 1) return ErrorRate(rate);
  reader.fail("expected a number above 0 and below 1, found " + brief(Json(rate)), key);
  return ErrorRate(0.5);
}

std::uint32_t read_small_count(const JsonReader& reader, const char* key) {
  constexpr std::uint64_t kMost = (std::numeric_limits<std::uint32_t>::max)();
  const std::uint64_t count = reader.count(key);
  if (count > kMost) reader.fail("expected at most 4294967295, found " + std::to_string(count), key);
  return static_cast<std::uint32_t>(count > kMost ? kMost : count);
}

Rule read_rule(const JsonReader& reader) {
  reader.only({"name", "effect", "tier", "threshold", "statistical", "burn_rate", "circuit_breaker", "sample_ratio"});
  Rule rule;
  rule.name = reader.text("name");
  if (reader.has("effect"))
    rule.effect = reader.one_of("effect", parse_effect, "\"rollback\", \"pause\", \"hold\" or \"report\"");
  if (reader.has("tier")) rule.tier = reader.one_of("tier", parse_tier, "\"immediate\", \"rapid\" or \"delayed\"");
  if (reader.has("tier") && rule.effect != Effect::rollback)
    reader.fail(std::string("expected no tier of a rule that does not roll back, found effect \"") +
                    to_string(rule.effect) + '"',
                "tier");
  rule.test = read_test(reader);
  return rule;
}

}  // namespace leeway::inline v1::store::detail
