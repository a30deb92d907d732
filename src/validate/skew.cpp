#include "leeway/validate/skew.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "leeway/drift/evaluate.hpp"
#include "validate/distribution.hpp"
#include "validate/join.hpp"
#include "validate/shown.hpp"

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

bool is_feature(const SkewOptions& options, const std::string& name) {
  return !contains(options.key, name) && !contains(options.exclude, name) && name != options.time;
}

// ---- columns of another type

/// Features that are numbers on one side and texts on the other.
std::vector<std::string> unlike_types(const Table& training, const Table& serving, const SkewOptions& options) {
  std::vector<std::string> names;
  for (const Column& column : training.columns) {
    const Column* other = serving.find(column.name);
    if (other != nullptr && other->is_text() != column.is_text() && is_feature(options, column.name))
      names.push_back(column.name);
  }
  return names;
}

/// The table with these columns as texts.
Table with_texts(Table table, const std::vector<std::string>& names) {
  for (Column& column : table.columns) {
    if (column.is_text() || !contains(names, column.name)) continue;
    const Numbers& numbers = std::get<Numbers>(column.values);
    Texts texts;
    for (std::size_t row = 0; row < numbers.size(); ++row)
      texts.push_back(std::isnan(numbers[row]) ? std::nullopt : std::optional(detail::value_text(column, row)));
    column = {column.name, std::move(texts), false};
  }
  return table;
}

// ---- names

/// That an option of names names columns.
Result<void> check_names(const Table& training, const Table& serving, const std::vector<std::string>& names,
                         const char* option) {
  for (const std::string& name : names) {
    if (training.find(name) != nullptr || serving.find(name) != nullptr) continue;
    return Error{ErrorCode::invalid_argument, "expected the name of a column of either side, found \"" + name + '"',
                 option};
  }
  return {};
}

Result<void> check_names(const Table& training, const Table& serving, const SkewOptions& options) {
  std::vector<std::string> tolerated;
  for (const auto& [name, tolerance] : options.feature_tolerances) tolerated.push_back(name);
  if (auto checked = check_names(training, serving, tolerated, "feature_tolerances"); !checked) return checked;
  if (auto checked = check_names(training, serving, options.exclude, "exclude"); !checked) return checked;
  return check_names(training, serving, options.show_text, "show_text");
}

class SkewFinder {
 public:
  /// Precondition: no feature is numbers on one side and texts on the other, but those of `unlike` were.
  SkewFinder(const Table& training, const Table& serving, std::vector<std::string> unlike, const SkewOptions& options)
      : training_(training), serving_(serving), options_(options) {
    report_.unlike_types = std::move(unlike);
  }

  Result<SkewReport> find() {
    report_.training_rows = training_.rows();
    report_.serving_rows = serving_.rows();
    sort_columns();
    compare_features();
    if (auto joined = compare_rows(); !joined) return std::move(joined).error();
    if (auto cut = compare_times(); !cut) return std::move(cut).error();
    for (FeatureSkew& feature : report_.features) judge_type(feature);
    compare_artifacts();
    judge();
    return std::move(report_);
  }

 private:
  void sort_columns() {
    for (const Column& column : training_.columns) {
      if (!is_feature(options_, column.name)) continue;
      (serving_.find(column.name) == nullptr ? report_.only_training : features_).push_back(column.name);
    }
    for (const Column& column : serving_.columns) {
      if (is_feature(options_, column.name) && training_.find(column.name) == nullptr)
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

  /// What was numbers and is texts has changed, whatever the texts say.
  void judge_type(FeatureSkew& feature) const {
    if (!contains(report_.unlike_types, feature.feature)) return;
    feature.verdict = Verdict::drift;
    if (!feature.attribution.empty() && feature.attribution.front().cause != Cause::unknown) return;
    feature.attribution = {
        {Cause::type_cast, 1, 0, 0, {{"type", std::string("numbers on one side, texts on the other")}}}};
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
    return {join.training[i], join.serving[i], detail::key_text(training_, options_, join.training[i]),
            detail::shown_value(*training_.find(feature), join.training[i], options_),
            detail::shown_value(*serving_.find(feature), join.serving[i], options_)};
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
      found.training_last =
          found.training_last ? (std::max)(*found.training_last, detail::moment_of(t)) : detail::moment_of(t);
    }
    for (const double t : **after) {
      if (!std::isfinite(t)) {
        ++found.serving_without;
        continue;
      }
      found.serving_before += t < cutoff;
      found.serving_first =
          found.serving_first ? (std::min)(*found.serving_first, detail::moment_of(t)) : detail::moment_of(t);
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
  if (key.empty() && (!(tolerance == ValueTolerance()) || !feature_tolerances.empty()))
    return Error{ErrorCode::invalid_argument,
                 "expected a key beside it, without which no rows are compared, found none", "tolerance"};
  if (key.empty() && max_skew_rate > 0)
    return Error{ErrorCode::invalid_argument,
                 "expected a key beside it, without which no rows are compared, found none", "max_skew_rate"};
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
  if (auto checked = check_names(training, serving, options); !checked) return std::move(checked).error();
  auto unlike = unlike_types(training, serving, options);
  if (unlike.empty()) return SkewFinder(training, serving, {}, options).find();
  const Table a = with_texts(training, unlike);
  const Table b = with_texts(serving, unlike);
  return SkewFinder(a, b, std::move(unlike), options).find();
}

Result<drift::DriftReport> skew_gate(const profile::Profile& training, std::span<const Counts> serving,
                                     drift::Calibration& calibration) {
  drift::Policy policy;
  policy.govern = drift::Metric::ks;
  return drift::evaluate(training, serving, policy, calibration);
}

}  // namespace leeway::inline v1::validate
