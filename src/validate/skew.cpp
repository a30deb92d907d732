#include "leeway/validate/skew.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "leeway/drift/evaluate.hpp"
#include "validate/distribution.hpp"
#include "validate/join.hpp"

namespace leeway::inline v1::validate {
namespace {

Error out_of_range(const char* name, const char* range) {
  return {ErrorCode::invalid_argument, std::string("expected a number in ") + range + ", found another", name};
}

bool is_tolerance(const ValueTolerance& tolerance) {
  return tolerance.absolute >= 0 && tolerance.relative >= 0 && std::isfinite(tolerance.absolute) &&
         std::isfinite(tolerance.relative);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class SkewFinder {
 public:
  SkewFinder(const Table& training, const Table& serving, const SkewOptions& options)
      : training_(training), serving_(serving), options_(options) {}

  Result<SkewReport> find() {
    report_.training_rows = training_.rows();
    report_.serving_rows = serving_.rows();
    sort_columns();
    compare_features();
    if (auto joined = compare_rows(); !joined) return std::move(joined).error();
    if (auto cut = compare_times(); !cut) return std::move(cut).error();
    compare_artifacts();
    judge();
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool is_feature(const std::string& name) const {
    return !contains(options_.key, name) && !contains(options_.exclude, name) && name != options_.time;
  }

  void sort_columns() {
    for (const Column& column : training_.columns) {
      if (!is_feature(column.name)) continue;
      const Column* other = serving_.find(column.name);
      if (other == nullptr) {
        report_.only_training.push_back(column.name);
      } else {
        (other->is_text() == column.is_text() ? features_ : report_.unlike_types).push_back(column.name);
      }
    }
    for (const Column& column : serving_.columns) {
      if (is_feature(column.name) && training_.find(column.name) == nullptr)
        report_.only_serving.push_back(column.name);
    }
  }

  [[nodiscard]] detail::Gate gate() const {
    return {options_.gate, options_.budget / static_cast<double>((std::max)(std::size_t{1}, features_.size()))};
  }

  void compare_features() {
    for (const std::string& name : features_) {
      const Column& a = *training_.find(name);
      const Column& b = *serving_.find(name);
      report_.features.push_back(detail::compare_distributions(a, b, gate()));
      FeatureSkew& feature = report_.features.back();
      if (!options_.key.empty()) continue;
      feature.attribution = detail::attribute_distributions(a, b, feature, gate());
      if (!feature.attribution.empty()) feature.verdict = worse(feature.verdict, Verdict::warning);
    }
  }

  // ---- rows

  Result<void> compare_rows() {
    if (options_.key.empty()) return {};
    auto join = detail::join(training_, serving_, options_);
    if (!join) return std::move(join).error();
    auto aligned = detail::align(training_, serving_, *join, features_, options_);
    if (!aligned) return std::move(aligned).error();
    report_.join = join->summary;
    std::vector<bool> differs(join->training.size());
    for (std::size_t f = 0; f < features_.size(); ++f) compare_feature(f, *join, *aligned, differs);
    report_.join->differing = static_cast<std::uint64_t>(std::count(differs.begin(), differs.end(), true));
    return {};
  }

  void compare_feature(std::size_t f, const detail::Join& join, const detail::Aligned& aligned,
                       std::vector<bool>& differs) {
    const detail::AlignedFeature& feature = aligned.features[f];
    RowSkew rows{join.training.size(), 0, {}};
    for (std::size_t i = 0; i < join.training.size(); ++i) {
      if (!feature.differs(i)) continue;
      differs[i] = true;
      ++rows.differing;
      if (rows.examples.size() < options_.max_examples) rows.examples.push_back(example(feature.name, join, i));
    }
    FeatureSkew& found = report_.features[f];
    if (rows.rate() > options_.max_skew_rate) found.verdict = Verdict::drift;
    // Rows that agree one by one need not be many.
    if (rows.joined > 0 && found.verdict == Verdict::not_enough_data) found.verdict = Verdict::stable;
    found.rows = std::move(rows);
    found.attribution = detail::attribute(aligned, f);
    // The same entities may well agree where the distributions of all rows do not.
    if (!found.attribution.empty() || found.verdict != Verdict::drift) return;
    found.attribution =
        detail::attribute_distributions(*training_.find(feature.name), *serving_.find(feature.name), found, gate());
  }

  [[nodiscard]] Mismatch example(const std::string& feature, const detail::Join& join, std::size_t i) const {
    return {detail::key_text(training_, options_.key, join.training[i]),
            detail::value_text(*training_.find(feature), join.training[i]),
            detail::value_text(*serving_.find(feature), join.serving[i])};
  }

  // ---- time

  [[nodiscard]] Result<const Numbers*> times(const Table& table, const char* side) const {
    const Column* column = table.find(options_.time);
    if (column == nullptr) {
      return Error{ErrorCode::not_found, std::string("expected a column of that name in ") + side + ", found none",
                   "column " + options_.time};
    }
    if (const auto* numbers = std::get_if<Numbers>(&column->values)) return numbers;
    return Error{ErrorCode::incompatible, "expected seconds since 1970, found texts", options_.time};
  }

  static TimePoint moment(double seconds) {
    constexpr double kFarthest = 9e12;  // what fits in a Duration
    return TimePoint(
        Duration(static_cast<Duration::rep>(std::llround(std::clamp(seconds, -kFarthest, kFarthest) * 1e6))));
  }

  Result<void> compare_times() {
    if (!options_.cutoff) return {};
    auto before = times(training_, "training");
    if (!before) return std::move(before).error();
    auto after = times(serving_, "serving");
    if (!after) return std::move(after).error();
    const double cutoff = static_cast<double>(options_.cutoff->time_since_epoch().count()) / 1e6;
    CutoffSkew& found = report_.cutoff.emplace();
    for (const double t : **before) {
      if (!std::isfinite(t)) {
        ++found.training_without;
        continue;
      }
      found.training_after += t > cutoff;
      found.training_last = found.training_last ? (std::max)(*found.training_last, moment(t)) : moment(t);
    }
    for (const double t : **after) {
      if (!std::isfinite(t)) {
        ++found.serving_without;
        continue;
      }
      found.serving_before += t < cutoff;
      found.serving_first = found.serving_first ? (std::min)(*found.serving_first, moment(t)) : moment(t);
    }
    return {};
  }

  void compare_artifacts() {
    if (!options_.training_artifact || !options_.serving_artifact) return;
    report_.artifact = profile::differences(*options_.training_artifact, *options_.serving_artifact);
  }

  void judge() {
    for (const FeatureSkew& feature : report_.features) report_.verdict = worse(report_.verdict, feature.verdict);
    const bool late = report_.cutoff && (report_.cutoff->training_after > 0 || report_.cutoff->serving_before > 0);
    const bool contract = !report_.only_training.empty() || !report_.unlike_types.empty() || !report_.artifact.empty();
    if (late || contract) report_.verdict = Verdict::drift;
    if (report_.join && static_cast<double>(report_.join->joined) <
                            (std::max)(1.0, options_.min_joined * static_cast<double>(report_.serving_rows)))
      report_.verdict = worse(report_.verdict, Verdict::not_enough_data);
  }

  const Table& training_;
  const Table& serving_;
  const SkewOptions& options_;
  std::vector<std::string> features_;
  SkewReport report_;
};

}  // namespace

Result<void> SkewOptions::check() const {
  if (!is_tolerance(tolerance)) return out_of_range("tolerance", "[0, infinity)");
  for (const auto& [name, one] : feature_tolerances) {
    if (!is_tolerance(one)) return out_of_range(name.c_str(), "[0, infinity)");
  }
  if (!(gate > 0 && gate <= 1)) return out_of_range("gate", "(0, 1]");
  if (!(budget > 0 && budget <= 1)) return out_of_range("budget", "(0, 1]");
  if (!(max_skew_rate >= 0 && max_skew_rate < 1)) return out_of_range("max_skew_rate", "[0, 1)");
  if (!(min_support > 0 && min_support <= 1)) return out_of_range("min_support", "(0, 1]");
  if (cutoff && time.empty())
    return Error{ErrorCode::invalid_argument, "expected a time column beside it, found none", "cutoff"};
  return {};
}

Result<SkewReport> find_skew(const Table& training, const Table& serving, const SkewOptions& options) {
  if (auto checked = options.check(); !checked) return std::move(checked).error();
  for (const auto& [table, side] : {std::pair(&training, "training"), std::pair(&serving, "serving")}) {
    if (auto checked = table->check(); !checked) return at(side, std::move(checked).error());
    if (table->rows() == 0) return Error{ErrorCode::undefined, "expected rows to compare, found none", side};
  }
  return SkewFinder(training, serving, options).find();
}

Result<drift::DriftReport> skew_gate(const profile::Profile& training, std::span<const Counts> serving,
                                     drift::Calibration& calibration) {
  drift::Policy policy;
  policy.govern = drift::Metric::ks;
  return drift::evaluate(training, serving, policy, calibration);
}

}  // namespace leeway::inline v1::validate
