#ifndef LEEWAY_SRC_ROLLOUT_POLICY_CHECKER_HPP
#define LEEWAY_SRC_ROLLOUT_POLICY_CHECKER_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/rollout/policy.hpp"

namespace leeway::inline v1::rollout::detail {

/// The shortest digits that read back to the number.
[[nodiscard]] std::string digits(double number);
/// To ten significant digits: for sums, whose last ones are noise.
[[nodiscard]] std::string rounded(double number);
/// In double quotes, cut where it is long.
[[nodiscard]] std::string quoted(std::string_view text);
[[nodiscard]] std::string item(const std::string& list, std::size_t index);

/// Collects all that is wrong with a policy, by path. The names in paths are those of the document.
class PolicyChecker {
 public:
  explicit PolicyChecker(const Policy& policy) : policy_(policy) {}

  [[nodiscard]] const Policy& policy() const noexcept { return policy_; }
  [[nodiscard]] std::vector<Error> take() && noexcept { return std::move(errors_); }

  void expect(bool holds, const std::string& path, const std::string& expected, const std::string& found);
  /// A text that a journal can hold and a person can read.
  void expect_name(const std::string& name, const std::string& path);
  void expect_utf8(const std::string& text, const std::string& path);
  void expect_finite(double number, const std::string& path);
  void expect_rate(double number, const std::string& path);  ///< in (0, 1)
  /// A rate of at most 0.5: above, a coin errs less often.
  void expect_error_rate(double number, const std::string& path);
  /// From 1 to `most`, beyond which it would never be reached.
  void expect_count(std::uint64_t count, std::uint64_t most, const std::string& path);
  /// From 0, or from 1 us where `positive`, to kLongest.
  void expect_duration(Duration duration, bool positive, const std::string& path);

  /// The metric of that name; an error where there is none.
  const Metric* expect_metric(const std::string& name, const std::string& path);
  /// Thresholds of an exceedance: some of a distribution's edges; none of any other metric.
  void expect_thresholds(const Metric& metric, const std::vector<double>& thresholds, const std::string& path);
  /// That the metric's test keeps its promise in these arms.
  void expect_valid_arms(const Metric& metric, const std::string& path);

  static constexpr Duration kLongest = std::chrono::days(3650);
  static constexpr std::uint64_t kMostRequests = 1'000'000'000'000;  // of some ticks
  static constexpr std::uint64_t kMostTicks = 10'000'000;            // of a stage
  static constexpr std::uint64_t kMostPeople = 100;
  static constexpr std::uint64_t kMostAttempts = 100;
  static constexpr std::uint64_t kAnyCount = ~std::uint64_t{0};

 private:
  const Policy& policy_;
  std::vector<Error> errors_;
};

/// The first stage in which the arms differ in size.
[[nodiscard]] std::optional<std::size_t> unequal_stage(const Policy& policy) noexcept;

/// All of the rules, their names and their sum of alphas.
void check_rules(PolicyChecker& checker);

}  // namespace leeway::inline v1::rollout::detail

#endif
