#include "rollout/policy_checker.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "leeway/base/duration_text.hpp"
#include "leeway/base/utf8.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr std::size_t kMostThresholds = 8;  // of stats::Exceedance

std::string nearest(const std::vector<double>& edges, double threshold) {
  const auto nearest = std::min_element(edges.begin(), edges.end(), [threshold](double a, double b) {
    return std::abs(a - threshold) < std::abs(b - threshold);
  });
  return nearest == edges.end() ? "" : ", such as " + digits(*nearest);
}

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::string digits(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

std::string rounded(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::general, 10).ptr;
  return {text.data(), end};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 40;
  const bool cut = text.size() > kMost;
  return '"' + std::string(text.substr(0, cut ? valid_utf8_prefix(text.substr(0, kMost)) : kMost)) +
         (cut ? "..." : "") + '"';
}

std::string item(const std::string& list, std::size_t index) { return list + '[' + std::to_string(index) + ']'; }

void PolicyChecker::expect(bool holds, const std::string& path, const std::string& expected, const std::string& found) {
  if (!holds) errors_.push_back({ErrorCode::invalid_argument, "expected " + expected + ", found " + found, path});
}

void PolicyChecker::expect_utf8(const std::string& text, const std::string& path) {
  const std::size_t valid = valid_utf8_prefix(text);
  expect(valid == text.size(), path, "UTF-8 without NUL", "another byte after " + std::to_string(valid));
}

void PolicyChecker::expect_name(const std::string& name, const std::string& path) {
  constexpr std::size_t kMost = 200;
  expect(!name.empty(), path, "a name", "an empty text");
  expect(name.size() <= kMost, path, "at most 200 bytes", std::to_string(name.size()));
  expect_utf8(name, path);
  expect(std::none_of(name.begin(), name.end(), is_control), path, "a name of one line", "a control character");
}

void PolicyChecker::expect_finite(double number, const std::string& path) {
  expect(std::isfinite(number), path, "a finite number", digits(number));
}

void PolicyChecker::expect_rate(double number, const std::string& path) {
  expect(number > 0 && number < 1, path, "a number above 0 and below 1", digits(number));
}

void PolicyChecker::expect_error_rate(double number, const std::string& path) {
  constexpr double kMost = 0.5;
  expect_rate(number, path);
  expect(!(number > kMost && number < 1), path, "at most 0.5, for a coin errs no more often", digits(number));
}

void PolicyChecker::expect_count(std::uint64_t count, std::uint64_t most, const std::string& path) {
  expect(count > 0, path, "at least 1", "0");
  expect(count <= most, path, "at most " + std::to_string(most), std::to_string(count));
}

void PolicyChecker::expect_duration(Duration duration, bool positive, const std::string& path) {
  const bool holds = duration >= Duration(positive ? 1 : 0) && duration <= kLongest;
  expect(holds, path, positive ? "a duration above 0 and at most 3650d" : "a duration from 0s to 3650d",
         duration_text(duration));
}

const Metric* PolicyChecker::expect_metric(const std::string& name, const std::string& path) {
  for (const Metric& metric : policy_.metrics) {
    if (metric.name == name) return &metric;
  }
  expect(false, path, "the name of a metric", quoted(name));
  return nullptr;
}

void PolicyChecker::expect_thresholds(const Metric& metric, const std::vector<double>& thresholds,
                                      const std::string& path) {
  if (metric.kind != MetricKind::distribution) {
    return expect(thresholds.empty(), path, "none, for a " + std::string(to_string(metric.kind)) + " has no edges",
                  std::to_string(thresholds.size()));
  }
  expect(!thresholds.empty() && thresholds.size() <= kMostThresholds, path,
         "1 to 8 edges of the metric, fixed beforehand",
         thresholds.empty() ? "none" : std::to_string(thresholds.size()));
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const auto& edges = metric.edges;
    expect(std::find(edges.begin(), edges.end(), thresholds[i]) != edges.end(), item(path, i),
           "an edge of the metric" + nearest(edges, thresholds[i]), digits(thresholds[i]));
    expect(i == 0 || !(thresholds[i] <= thresholds[i - 1]), item(path, i), "thresholds in ascending order",
           digits(thresholds[i]));
  }
}

void PolicyChecker::expect_valid_arms(const Metric& metric, const std::string& path) {
  if (metric.kind != MetricKind::mean || !metric.skewed) return;
  const auto stage = unequal_stage(policy_);
  if (!stage) return;
  expect(false, path,
         "arms of equal size (\"equal_arms\": true), values that are not skewed (\"skewed\": false) or a distribution "
         "with "
         "thresholds",
         "a skewed mean in the unequal arms of " + item("stages", *stage) + ", where the t-mixture breaks its promise");
}

std::optional<std::size_t> unequal_stage(const Policy& policy) noexcept {
  if (policy.equal_arms) return std::nullopt;
  for (std::size_t i = 0; i < policy.stages.size(); ++i) {
    const Stage& stage = policy.stages[i];
    const bool equal = stage.phase == Phase::canary ? stage.weight == 0.5 : stage.phase == Phase::shadow;
    if (!equal) return i;
  }
  return std::nullopt;
}

}  // namespace leeway::inline v1::rollout::detail
