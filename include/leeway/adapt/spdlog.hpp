#ifndef LEEWAY_ADAPT_SPDLOG_HPP
#define LEEWAY_ADAPT_SPDLOG_HPP

// Opt-in: findings to a spdlog logger. Stable features are silent; a warning is logged as a warning, drift as an error,
// and what cannot be said as a warning: unknown is not OK. Thread contract: as the logger.

#include <spdlog/logger.h>

#include "leeway/drift/drift_report.hpp"
#include "leeway/report/text.hpp"

namespace leeway::inline v1::adapt {

/// One line per finding that is not stable, and one for the report.
inline void log(spdlog::logger& logger, const drift::DriftReport& report) {
  const auto level_of = [](Verdict verdict) {
    if (verdict == Verdict::drift) return spdlog::level::err;
    return verdict == Verdict::stable ? spdlog::level::info : spdlog::level::warn;
  };
  for (const drift::FeatureReport& feature : report.features) {
    for (const drift::Finding& finding : feature.findings) {
      if (finding.verdict == Verdict::stable) continue;
      logger.log(level_of(finding.verdict), "{}: {}, {}", feature.feature, to_string(finding.verdict),
                 report::to_sentence(feature, finding));
    }
  }
  logger.log(level_of(report.verdict), "verdict {} on {} live rows", to_string(report.verdict), report.live_rows);
}

}  // namespace leeway::inline v1::adapt

#endif
