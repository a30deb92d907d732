#ifndef LEEWAY_TESTS_SUPPORT_ROLLOUT_TICKS_HPP
#define LEEWAY_TESTS_SUPPORT_ROLLOUT_TICKS_HPP

#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "leeway/rollout/tick.hpp"
#include "support/generator.hpp"

namespace leeway::test {

/// Doubles of every kind: small numbers, fractions, subnormal and huge ones, what JSON has no number for.
inline double any_double(Generator& random) {
  switch (random.below(8)) {
    case 0: return static_cast<double>(random.below(1000));
    case 1: return random.uniform(-1, 1);
    case 2: return random.normal() * 1e300;
    case 3: return std::numeric_limits<double>::denorm_min() * static_cast<double>(random.below(100));
    case 4: return -0.0;
    case 5: return std::numeric_limits<double>::quiet_NaN();
    case 6: return random.below(2) == 0 ? HUGE_VAL : -HUGE_VAL;
    default: {
      const double x = std::bit_cast<double>(random.bits());
      return std::isnan(x) ? std::numeric_limits<double>::quiet_NaN() : x;
    }
  }
}

/// Text with all that JSON escapes, and beyond ASCII; never the same for two numbers.
inline std::string any_text(Generator& random, std::size_t number) {
  static const std::vector<std::string> kPieces{
      "error",   " ",    "\"", "\\",   "\n",       "\t",           "\r",
      "\\u0000", "\x1f", "/",  "\x7f", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
      "{",       "}",    ",",  ":",    "hash"};
  std::string text = std::to_string(number);
  for (std::size_t i = random.below(6); i > 0; --i) text += kPieces[random.below(kPieces.size())];
  return text;
}

inline std::uint64_t any_count(Generator& random) { return random.bits() >> random.below(64); }

inline std::vector<double> any_doubles(Generator& random) {
  std::vector<double> values(random.below(5));
  for (double& x : values) x = any_double(random);
  return values;
}

inline rollout::Measurement any_measurement(Generator& random) {
  switch (random.below(4)) {
    case 0: return rollout::Rate{any_count(random), any_count(random)};
    case 1: {
      rollout::Mean mean{any_count(random), any_double(random), any_double(random), {}};
      if (random.below(2) == 0) mean.covariate = {any_double(random), any_double(random), any_double(random)};
      return mean;
    }
    case 2: {
      std::vector<std::uint64_t> counts(random.below(5));
      for (auto& count : counts) count = any_count(random);
      return rollout::Distribution{any_doubles(random), counts};
    }
    default: return rollout::Values{any_doubles(random)};
  }
}

inline rollout::ArmReport any_report(Generator& random) {
  rollout::ArmReport report{.weight = any_double(random)};
  for (std::size_t i = random.below(3); i > 0; --i) report.slice.emplace_back(any_text(random, i), any_text(random, i));
  for (std::size_t i = random.below(4); i > 0; --i)
    report.readings.push_back({any_text(random, i), any_measurement(random)});
  return report;
}

/// Whatever a host can say, sense or none.
inline rollout::Tick any_tick(Generator& random, TimePoint at) {
  rollout::Tick tick{.at = at};
  for (std::size_t i = random.below(3); i > 0; --i) tick.baseline.push_back({any_report(random)});
  for (std::size_t i = random.below(3); i > 0; --i) tick.candidate.push_back({any_report(random)});
  for (std::size_t i = random.below(2); i > 0; --i) {
    tick.approvals.push_back({any_count(random), any_text(random, 0),
                              static_cast<rollout::ApprovalVerdict>(random.below(2)), any_text(random, 1),
                              static_cast<std::uint32_t>(random.below(3))});
  }
  for (std::size_t i = random.below(3); i > 0; --i) tick.fleet.push_back({any_text(random, i), any_text(random, 0)});
  for (std::size_t i = random.below(2); i > 0; --i)
    tick.results.push_back({any_count(random), random.below(2) == 0, random.below(2) == 0 ? "" : any_text(random, 0)});
  for (std::size_t i = random.below(2); i > 0; --i)
    tick.orders.push_back({static_cast<rollout::Order>(random.below(5)), any_text(random, 0), ""});
  return tick;
}

/// Ticks of a rate and a mean, five minutes each.
inline std::vector<rollout::Tick> steady_ticks(std::size_t count, std::uint64_t seed = 1) {
  Generator random(seed);
  std::vector<rollout::Tick> ticks;
  const TimePoint start{std::chrono::seconds(1'767'225'600)};  // 2026-01-01T00:00:00Z
  for (std::size_t i = 0; i < count; ++i) {
    rollout::Tick tick{.at = start + std::chrono::minutes(5 * i)};
    const auto report = [&random](double weight, std::uint64_t requests) {
      return rollout::ArmReport{.weight = weight,
                                .readings = {{"error", rollout::Rate{random.below(requests / 50), requests}},
                                             {"revenue", rollout::Mean{requests, random.normal(), 1000, {}}}}};
    };
    tick.baseline.push_back({report(0.95, 9500)});
    tick.candidate.push_back({report(0.05, 500)});
    ticks.push_back(std::move(tick));
  }
  return ticks;
}

}  // namespace leeway::test

#endif
