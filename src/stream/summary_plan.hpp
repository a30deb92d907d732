#ifndef LEEWAY_SRC_STREAM_SUMMARY_PLAN_HPP
#define LEEWAY_SRC_STREAM_SUMMARY_PLAN_HPP

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "leeway/core/quantile_histogram.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/simd/quantiles.hpp"
#include "leeway/stream/pane.hpp"

namespace leeway::inline v1::stream::detail {

/// What is recorded of a feature beside its counts.
struct FeatureSummary {
  bool moments = false;
  std::optional<simd::QuantilePlan> quantiles;

  [[nodiscard]] bool none() const noexcept { return !moments && !quantiles; }
};

/// What PaneOptions ask of each feature. Immutable; the panes of a profile share it.
class SummaryPlan {
 public:
  /// Null if nothing is asked for.
  static std::shared_ptr<const SummaryPlan> make(const profile::Profile& profile, const PaneOptions& options) {
    SummaryPlan plan;
    bool any = false;
    for (const profile::FeatureProfile& feature : profile.features()) {
      plan.features_.push_back(summary_of(feature, options));
      any |= plan.features_.back().moments || plan.features_.back().quantiles;
      plan.any_quantiles_ |= plan.features_.back().quantiles.has_value();
    }
    return any ? std::make_shared<const SummaryPlan>(std::move(plan)) : nullptr;
  }

  [[nodiscard]] const FeatureSummary& operator[](std::size_t feature) const noexcept { return features_[feature]; }
  [[nodiscard]] bool any_quantiles() const noexcept { return any_quantiles_; }

  /// Whether both ask for the same. Precondition: plans of equal profiles; either may be null.
  static bool same(const SummaryPlan* a, const SummaryPlan* b) noexcept {
    if (a == b || a == nullptr || b == nullptr) return a == b;
    return std::equal(a->features_.begin(), a->features_.end(), b->features_.begin(), b->features_.end(),
                      [](const FeatureSummary& x, const FeatureSummary& y) {
                        return x.moments == y.moments && x.quantiles.has_value() == y.quantiles.has_value();
                      });
  }

 private:
  static bool names(const std::vector<std::string>& features, const std::string& name) {
    return std::find(features.begin(), features.end(), name) != features.end();
  }

  static FeatureSummary summary_of(const profile::FeatureProfile& feature, const PaneOptions& options) {
    FeatureSummary summary;
    std::visit(
        [&](const auto& axis) {
          if constexpr (NumericAxis<std::decay_t<decltype(axis)>>) {
            summary.moments = options.moments || names(options.moments_of, feature.name);
            if (options.quantiles || names(options.quantiles_of, feature.name)) {
              summary.quantiles.emplace(std::make_shared<const QuantileBuckets>(axis));
            }
          }
        },
        feature.axis);
    return summary;
  }

  std::vector<FeatureSummary> features_;
  bool any_quantiles_ = false;
};

}  // namespace leeway::inline v1::stream::detail

#endif
