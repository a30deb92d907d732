#ifndef LEEWAY_SRC_ROLLOUT_READINGS_HPP
#define LEEWAY_SRC_ROLLOUT_READINGS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout::detail {

/// Where each of some metrics stands. They must outlive it.
class MetricIndex {
 public:
  void add(const Metric& metric);
  /// `hint`: where it is likely to be. Nothing for an unknown name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name, std::size_t hint = 0) const;
  [[nodiscard]] const Metric& at(std::size_t metric) const { return *metrics_[metric]; }
  [[nodiscard]] std::size_t size() const noexcept { return metrics_.size(); }

 private:
  std::vector<const Metric*> metrics_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

enum class Arm : std::uint8_t { baseline, candidate };

/// What an arm showed of a metric in one tick; of the members for its kind, one is in use.
struct ArmReading {
  bool present = false;
  std::string fault{};  ///< why it says nothing; empty where it does
  std::uint64_t count = 0;
  Rate rate{};
  Mean mean{};
  std::vector<std::uint64_t> cells{};
  std::vector<double> values{};
};

struct MetricReading {
  ArmReading baseline{};
  ArmReading candidate{};
};

/// The readings of the whole arms, or of one slice, in one tick, metric by metric. Reports of the same arm are summed.
/// What is inconsistent makes its metric and arm faulty for this tick, and nothing else.
class Readings {
 public:
  explicit Readings(const MetricIndex& index) : index_(&index), metrics_(index.size()) {}

  void clear();
  /// Readings that no metric explains are appended to `unknown`.
  void add(Arm arm, const ArmReport& report, std::vector<std::string_view>& unknown);

  [[nodiscard]] const MetricReading& at(std::size_t metric) const { return metrics_[metric]; }
  [[nodiscard]] const MetricIndex& index() const noexcept { return *index_; }
  /// The share of traffic that an arm was meant to get: nothing where no report says so, or reports disagree.
  [[nodiscard]] std::optional<double> weight(Arm arm) const noexcept;
  /// Whether both arms have at least the minimum count of some metric.
  [[nodiscard]] bool both_arms() const noexcept;

 private:
  struct ArmWeight {
    std::optional<double> weight{};
    bool consistent = true;
  };
  [[nodiscard]] static bool enough(const Metric& metric, const ArmReading& reading) noexcept;

  const MetricIndex* index_;
  std::vector<MetricReading> metrics_;
  ArmWeight weights_[2];
};

/// Which arms a rule looks at.
enum class Needs : std::uint8_t { candidate, both };

/// Whether the arms can be judged. If not, sets the verdict and says why. Sets the counts in any case.
[[nodiscard]] bool usable(const Metric& metric, const MetricReading& reading, Needs needs, Reason& reason);

/// The rate, the mean, or the quantile of a usable reading. A quantile of a histogram is taken at the edge of its cell
/// that is worse: where higher is worse the upper edge (infinity from the last edge on), where lower is worse the lower
/// edge (-infinity below the first). So no regression beyond an absolute limit hides within a cell; a ratio to another
/// arm's quantile, or a difference from it, is known to the widths of both cells only.
[[nodiscard]] double value_of(const Metric& metric, const std::optional<double>& quantile, const ArmReading& reading);

/// Requests that count as bad: events, or all others where lower is worse.
[[nodiscard]] inline std::uint64_t bad_events(const Metric& metric, const Rate& rate) noexcept {
  return metric.worse == Worse::higher ? rate.events : rate.count - rate.events;
}

}  // namespace leeway::inline v1::rollout::detail

#endif
