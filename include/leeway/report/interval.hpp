#ifndef LEEWAY_REPORT_INTERVAL_HPP
#define LEEWAY_REPORT_INTERVAL_HPP

// How often to retrain: the answer for a person, as JSON, and as a picture.
//
//   const auto report = plan_interval(fraud, Retraining{.compute = Money(5000)});   // retrain/interval.hpp
//   std::fputs(to_text(*report).c_str(), stdout);                                   // retrain every 1.03306 days ...
//   store::write_file("interval.svg", to_svg(*report));
//
// Thread contract: pure functions.

#include <limits>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/interval.hpp"
#include "leeway/retrain/optimal_curve.hpp"

namespace leeway::inline v1::report {

/// What a team can do, whatever pays.
struct IntervalLimits {
  retrain::Days shortest{};  ///< >= 0
  retrain::Days longest{std::numeric_limits<double>::infinity()};
  retrain::Days manual_deployment{};  ///< >= 0: how long it takes; 0: it is automatic, or not known
};

/// The best interval, and what it was computed from.
struct IntervalReport {
  retrain::Staleness staleness{};
  retrain::Retraining retraining{};
  IntervalLimits limits{};
  retrain::OptimalInterval best{};
  retrain::CurveInterval limited{};  ///< the best within `shortest` and `longest`; `best` where that is
  retrain::Money break_even{};       ///< the least cost of a retraining that never pays

  [[nodiscard]] bool must_automate() const noexcept {
    return retrain::must_automate(limited.interval, limits.manual_deployment);
  }
};

/// Errors (invalid_argument): as retrain::optimal_interval; limits negative, NaN, or that cross.
[[nodiscard]] LEEWAY_EXPORT Result<IntervalReport> plan_interval(const retrain::Staleness& staleness,
                                                                 const retrain::Retraining& retraining,
                                                                 const IntervalLimits& limits = {});

/// The answer, what it costs beside other intervals, how far it can be trusted, and what it assumes. The layout may
/// change between versions.
[[nodiscard]] LEEWAY_EXPORT std::string to_text(const IntervalReport& report);

/// Format "leeway.interval"; a key that has no value, such as the interval where retraining never pays, is absent.
[[nodiscard]] LEEWAY_EXPORT std::string to_json(const IntervalReport& report);

/// Accuracy over time under the best interval, and the cost per day against the interval, with the optimum and the
/// square-root law: one SVG file without scripts or links, light or dark as the reader's system is. Size: below 30 kB.
[[nodiscard]] LEEWAY_EXPORT std::string to_svg(const IntervalReport& report);

}  // namespace leeway::inline v1::report

#endif
