#ifndef LEEWAY_SRC_ROLLOUT_COMPARISON_HPP
#define LEEWAY_SRC_ROLLOUT_COMPARISON_HPP

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "leeway/base/error.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/rollout/cuped.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/stats/exceedance.hpp"
#include "leeway/stats/guarded_mean.hpp"
#include "leeway/stats/guarded_rate.hpp"
#include "leeway/stats/t_mixture.hpp"
#include "rollout/readings.hpp"

namespace leeway::inline v1::rollout::detail {

/// What a comparison is to show of a metric.
struct Claim {
  stats::Goal goal = stats::Goal::rollback;
  double margin = 0;
  std::vector<double> thresholds{};  ///< of a distribution
  ErrorRate alpha{0.05};
};

/// The e-process of a metric's kind, tick by tick.
class Comparison {
 public:
  /// Precondition: the claim fits the metric, which must outlive it. Where it does not, nothing can be added.
  Comparison(const Metric& metric, const Claim& claim);

  /// One tick, whose readings are without fault. Appends to `why_not` where they cannot be compared; changes nothing
  /// then. Empty arms change nothing.
  bool add(const MetricReading& reading, std::string& why_not);

  [[nodiscard]] double log_e_value() const noexcept { return log_e_; }
  /// Which test governs now: a constant.
  [[nodiscard]] const char* test() const noexcept { return name_; }
  /// Candidate less baseline, in this tick; of a distribution, of the shares beyond the decisive threshold.
  [[nodiscard]] double difference(const MetricReading& reading) const;

 private:
  // Ticks of few rows are merged until each arm has enough for a mean that is nearly normal.
  struct MeanTest {
    stats::TMixture mixture;
    Cuped cuped;
    std::uint64_t baseline_rows = 0;
    std::uint64_t candidate_rows = 0;
    double weight = 0;
    double weighted_difference = 0;
  };
  struct ExceedanceTest {
    stats::Exceedance exceedance;
    std::vector<std::size_t> cells;  // first one beyond each threshold
    std::vector<std::uint64_t> baseline;
    std::vector<std::uint64_t> candidate;
  };
  using Test = std::variant<stats::GuardedRate, MeanTest, ExceedanceTest, stats::GuardedMean>;

  template <class Made>
  void take(Made made);
  void make_exceedance(const Claim& claim, const stats::GuardedRateOptions& options);
  void look(const stats::GuardedRate& test);
  void look(const MeanTest& test);
  void look(const ExceedanceTest& test);
  void look(const stats::GuardedMean& test);
  static void add_difference(MeanTest& test, const Mean& baseline, const Mean& candidate, double difference);

  bool add(stats::GuardedRate& test, const MetricReading& reading, std::string& why_not);
  bool add(MeanTest& test, const MetricReading& reading, std::string& why_not);
  bool add(ExceedanceTest& test, const MetricReading& reading, std::string& why_not);
  bool add(stats::GuardedMean& test, const MetricReading& reading, std::string& why_not);

  const Metric* metric_;
  std::optional<Test> test_;
  Error unfit_{};     // why there is no test
  double log_e_ = 0;  // as of the last tick, as these are asked for more than once
  const char* name_ = "";
  std::size_t decisive_ = 0;  // of an exceedance
};

}  // namespace leeway::inline v1::rollout::detail

#endif
