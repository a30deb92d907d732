#ifndef LEEWAY_DRIFT_DRIFT_REPORT_HPP
#define LEEWAY_DRIFT_DRIFT_REPORT_HPP

// The outcome of comparing live rows with a profile, as plain values: print it, store it, decide on it.
// Formats are elsewhere: report/text.hpp, report/json.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leeway/base/evidence.hpp"
#include "leeway/base/verdict.hpp"
#include "leeway/profile/design_effect.hpp"

namespace leeway::inline v1::drift {

/// What about a feature changed.
enum class Cause {
  shape,       ///< the distribution of the values that are there
  missing,     ///< the share of missing values
  unseen,      ///< the share of categories that the reference does not list
  range,       ///< the share of numbers beyond the reference range
  sequential,  ///< any of these, by evidence that adds up over windows (drift/sequential_alarm.hpp)
  trend,       ///< any of these, moving one way from window to window (drift/trend.hpp)
};

[[nodiscard]] constexpr const char* to_string(Cause cause) noexcept {
  switch (cause) {
    case Cause::shape: return "shape";
    case Cause::missing: return "missing";
    case Cause::unseen: return "unseen";
    case Cause::range: return "range";
    case Cause::sequential: return "sequential";
    case Cause::trend: return "trend";
  }
  return "unknown";
}

/// A verdict on one cause, with its evidence. A share's evidence is its change: live minus reference.
struct Finding {
  Cause cause = Cause::shape;
  Verdict verdict = Verdict::stable;
  Evidence evidence;
  std::optional<std::uint64_t> windows{};  ///< sequential, trend: the last ones, this included, that carry the evidence
};

/// One side of a feature. Counts of values; moments over finite numbers.
struct SideSummary {
  std::uint64_t count = 0;  ///< rows
  std::uint64_t missing = 0;
  std::uint64_t malformed = 0;  ///< of the missing
  std::uint64_t unseen = 0;
  std::uint64_t below = 0;
  std::uint64_t above = 0;
  double missing_rate = 0;  ///< missing / count; 0 without rows
  std::optional<double> mean{};
  std::optional<double> standard_deviation{};
};

/// One cell as the governing metric saw it.
struct CellReport {
  std::string cell;         ///< "[1.5, 3)" or the category
  double reference = 0;     ///< share of the values present
  double live = 0;          ///< share of the values present
  double contribution = 0;  ///< to the governing metric
};

/// A category that the reference does not list. It may be personal data, so that its text is there only on request.
struct UnseenCategory {
  std::string hash;         ///< of its text: 56 bits of XXH3, in hexadecimal digits
  std::size_t length = 0;   ///< of its text, in bytes; 255 stands for all from there on
  std::uint64_t count = 0;  ///< how often it came
  std::string text{};       ///< its first bytes; empty unless asked for
};

struct FeatureReport {
  std::string feature;
  bool categorical = false;
  Verdict verdict = Verdict::stable;  ///< the worst of the findings
  std::vector<Finding> findings;      ///< shape first; stable ones included
  SideSummary reference;
  SideSummary live;
  std::vector<Evidence> metrics;  ///< governing metric first; the others do not vote
  std::vector<CellReport> cells;  ///< contributions to the governing metric; empty where it cannot be said
  std::vector<UnseenCategory> unseen{};  ///< a sample of the live ones, most frequent first
  double unseen_distinct = 0;            ///< how many there are: exact up to the size of a full sample, then an estimate
  std::string axis_hash;
  profile::DesignEffect design;  ///< of the reference rows: what the null laws took into account

  /// Causes of the findings that are a warning or drift.
  [[nodiscard]] std::vector<Cause> causes() const {
    std::vector<Cause> found;
    for (const Finding& finding : findings) {
      if (finding.verdict >= Verdict::warning) found.push_back(finding.cause);
    }
    return found;
  }
};

struct DriftReport {
  std::string convention = "leeway";
  std::string profile_hash;
  std::string artifact;  ///< of the profile, empty if it says none: what was trained on the reference
  std::uint64_t reference_rows = 0;
  std::uint64_t live_rows = 0;
  std::uint64_t rejected_rows = 0;    ///< rows with a wrong number of values, in no count
  Verdict verdict = Verdict::stable;  ///< the worst of the features
  double budget = 0;                  ///< expected number of false findings in this report; with bh, their share
  std::string correction;
  std::vector<FeatureReport> features;
};

}  // namespace leeway::inline v1::drift

#endif
