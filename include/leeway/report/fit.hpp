#ifndef LEEWAY_REPORT_FIT_HPP
#define LEEWAY_REPORT_FIT_HPP

// What a history of accuracy says of a model's decay, and of when to retrain it: for a person, and as JSON.
//
//   const auto report = fit_report(history, {}, FitPrices{worth, retraining});   // retrain/fit.hpp
//   std::fputs(to_text(*report).c_str(), stdout);   // exponential: loses 0.137 % of its accuracy per day ...
//
// Thread contract: pure functions.

#include <optional>
#include <span>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/fit.hpp"

namespace leeway::inline v1::report {

/// What a plan is made of, beside a history.
struct FitPrices {
  retrain::Worth worth{};
  retrain::Retraining retraining{};
};

struct FitReport {
  retrain::DecayFit fit{};
  retrain::FitOptions options{};
  std::optional<FitPrices> prices{};
  std::optional<retrain::FittedPlan> plan{};  ///< where there are prices, and a history that allows one
};

/// Errors: as retrain::fit_decay and retrain::plan_of, but that a history allows no plan is none.
[[nodiscard]] LEEWAY_EXPORT Result<FitReport> fit_report(std::span<const retrain::AccuracyPoint> history,
                                                         const retrain::FitOptions& options = {},
                                                         const std::optional<FitPrices>& prices = {});

/// The verdict, what it rests on, the plan, what to do where there is none, and what is assumed. The layout may change
/// between versions.
[[nodiscard]] LEEWAY_EXPORT std::string to_text(const FitReport& report);

/// Format "leeway.fit"; a key that has no value, such as the half-life where there is none, is absent.
[[nodiscard]] LEEWAY_EXPORT std::string to_json(const FitReport& report);

}  // namespace leeway::inline v1::report

#endif
