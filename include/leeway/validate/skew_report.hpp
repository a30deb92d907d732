#ifndef LEEWAY_VALIDATE_SKEW_REPORT_HPP
#define LEEWAY_VALIDATE_SKEW_REPORT_HPP

// What find_skew found. Plain values; report/skew.hpp prints them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leeway/base/evidence.hpp"
#include "leeway/base/time.hpp"
#include "leeway/base/verdict.hpp"
#include "leeway/profile/artifact.hpp"
#include "leeway/validate/attribution.hpp"

namespace leeway::inline v1::validate {

/// One side of a feature.
struct SkewSide {
  std::uint64_t rows = 0;
  std::uint64_t missing = 0;
  std::uint64_t infinite = 0;      ///< numbers
  std::optional<double> mean{};    ///< of finite numbers
  std::optional<double> median{};  ///< of numbers

  [[nodiscard]] double missing_rate() const noexcept {
    return rows > 0 ? static_cast<double>(missing) / static_cast<double>(rows) : 0;
  }
};

/// What a path puts where there is no value.
struct Fill {
  std::string kind{};             ///< "missing", "zero", "infinite", "mean", "median", or "constant"
  std::optional<double> value{};  ///< of numbers; none where missing
  std::string text{};             ///< of categories; by hash and length where it may tell of a person
  double share = 0;               ///< of the side's rows, beyond those that have the value on the other side as well

  friend bool operator==(const Fill&, const Fill&) = default;
};

/// Both paths put something else where there is no value: as many rows have the one on one side as the other on the
/// other, and the rest are alike.
struct NullHandling {
  Fill training;
  Fill serving;
};

/// An entity whose values differ. Keys and texts are there by hash and length unless they were asked for.
struct Mismatch {
  std::uint64_t training_row = 0;  ///< from 0
  std::uint64_t serving_row = 0;
  std::string key;
  std::string training;
  std::string serving;
};

/// Joined entities' values of one feature.
struct RowSkew {
  std::uint64_t joined = 0;
  std::uint64_t differing = 0;
  std::vector<Mismatch> examples{};  ///< the first few

  /// The feature skew rate.
  [[nodiscard]] double rate() const noexcept {
    return joined > 0 ? static_cast<double>(differing) / static_cast<double>(joined) : 0;
  }
};

struct FeatureSkew {
  std::string feature;
  bool categorical = false;
  Verdict verdict = Verdict::stable;
  std::optional<Evidence> gate{};           ///< ks; of categories total_variation. None without a value on both sides
  std::optional<Evidence> psi{};            ///< over ten cells of equal frequency in training, or categories
  std::optional<double> missing_p_value{};  ///< that both sides miss values at one rate
  SkewSide training{};
  SkewSide serving{};
  std::optional<NullHandling> null_handling{};
  std::optional<RowSkew> rows{};           ///< with a key
  std::vector<Attribution> attribution{};  ///< likeliest first; none where nothing differs
};

/// How the entities of both sides met. Rows whose key is missing or not unique are not joined.
struct JoinSummary {
  std::uint64_t joined = 0;
  std::uint64_t differing = 0;  ///< with any feature that differs
  std::uint64_t only_training = 0;
  std::uint64_t only_serving = 0;
  std::uint64_t duplicate_training = 0;  ///< keys that occur more than once
  std::uint64_t duplicate_serving = 0;
  std::uint64_t missing_training = 0;  ///< rows without a key
  std::uint64_t missing_serving = 0;
  std::vector<std::string> only_training_examples{};
  std::vector<std::string> only_serving_examples{};
  std::vector<std::string> duplicate_examples{};
};

/// Rows on the wrong side of the end of training. Training rows after it, or serving rows before it, are leakage.
struct CutoffSkew {
  std::uint64_t training_after = 0;    ///< training rows later than the cut-off
  std::uint64_t serving_before = 0;    ///< serving rows earlier than the cut-off
  std::uint64_t training_without = 0;  ///< rows without a time
  std::uint64_t serving_without = 0;
  std::optional<TimePoint> training_last{};
  std::optional<TimePoint> serving_first{};
};

struct SkewReport {
  Verdict verdict = Verdict::stable;
  std::uint64_t training_rows = 0;
  std::uint64_t serving_rows = 0;
  std::vector<FeatureSkew> features{};       ///< in the order of training
  std::vector<std::string> only_training{};  ///< columns: a finding
  std::vector<std::string> only_serving{};   ///< columns: not one, for no model of this training reads them
  std::vector<std::string> unlike_types{};   ///< features, numbers on one side and texts on the other: a finding
  std::optional<JoinSummary> join{};         ///< with a key
  std::optional<CutoffSkew> cutoff{};        ///< with a cut-off
  std::vector<profile::ArtifactDifference> artifact{};  ///< where both sides gave theirs: any is a finding

  /// The share of joined entities with any feature that differs.
  [[nodiscard]] double skew_rate() const noexcept {
    return join && join->joined > 0 ? static_cast<double>(join->differing) / static_cast<double>(join->joined) : 0;
  }
};

}  // namespace leeway::inline v1::validate

#endif
