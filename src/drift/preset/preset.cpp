#include "leeway/drift/preset.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "drift/informative_cells.hpp"
#include "drift/ks_exact.hpp"
#include "drift/preset/libraries.hpp"
#include "drift/share_terms.hpp"
#include "leeway/drift/contingency.hpp"

namespace leeway::inline v1::drift {
namespace detail {

void renormalise(SharePair& shares) {
  for (auto* side : {&shares.reference, &shares.live}) {
    const double all = sum(*side);
    for (double& share : *side) share /= all;
  }
}

Divergence js_distance_of(SharePair shares, double unit) {
  renormalise(shares);
  Divergence result = sum_over_cells("js", shares, [unit](double p, double q) { return unit * js_of(p, q); });
  result.value = std::sqrt(result.value);
  return result;
}

Divergence hellinger_distance_of(const SharePair& shares) {
  Divergence result = sum_over_cells("hellinger", shares, hellinger_of);
  result.value = std::sqrt(result.value);
  return result;
}

}  // namespace detail

namespace {

using enum Metric;

constexpr std::array kEvidentlyNumeric{psi, kl_reference_live, js_distance,     hellinger, wasserstein,
                                       ks,  cramer_von_mises,  anderson_darling};
constexpr std::array kEvidentlyCategorical{psi, kl_reference_live, js_distance, hellinger, chi_square,
                                           g,   total_variation,   z_test};
constexpr std::array kNannymlNumeric{js_distance, hellinger, ks, wasserstein};
constexpr std::array kNannymlCategorical{js_distance, hellinger, l_infinity, chi_square};
constexpr std::array kFrourosNumeric{psi,         js_distance, kl_live_reference, hellinger,
                                     wasserstein, ks,          cramer_von_mises,  anderson_darling};
constexpr std::array kFrourosCategorical{chi_square};
constexpr std::array kDeepchecksNumeric{ks, wasserstein};
constexpr std::array kDeepchecksCategorical{psi, cramers_v};
constexpr std::array kTfdvNumeric{js_divergence};
constexpr std::array kTfdvCategorical{js_divergence, l_infinity};
constexpr std::array kWhylogsNumeric{hellinger, ks};
constexpr std::array kWhylogsCategorical{chi_square};
constexpr std::array kAlibiNumeric{ks, cramer_von_mises};
constexpr std::array kAlibiCategorical{chi_square};

Result<void> check_metric(Preset preset, Metric metric, ValueKind kind) {
  const auto metrics = metrics_of(preset, kind);
  if (std::find(metrics.begin(), metrics.end(), metric) != metrics.end()) return {};
  std::string names;
  for (const Metric one : metrics) names += std::string(names.empty() ? "" : ", ") + to_string(one);
  return Error{ErrorCode::invalid_argument,
               std::string("expected a metric that ") + to_string(preset) + " has for " +
                   (kind == ValueKind::numeric ? "numbers" : "categories") + " (" + names + "), found " +
                   to_string(metric),
               {}};
}

Result<void> check_options(const PresetOptions& options) {
  const auto out_of_range = [](const char* range, const char* where) {
    return Error{ErrorCode::invalid_argument, std::string("expected ") + range + ", found a value outside", where};
  };
  if (options.bins < 2 || options.bins > 4096) return out_of_range("2 to 4096", "bins");
  if (!(options.margin >= 0 && options.margin < 0.5)) return out_of_range("[0, 0.5)", "margin");
  if (!(options.min_ratio >= 0 && options.min_ratio <= 1)) return out_of_range("[0, 1]", "min_ratio");
  return {};
}

Result<void> check_sample(std::span<const double> sample, const char* side) {
  if (auto checked = detail::check_size(sample.size(), side); !checked) return checked;
  const bool finite = std::all_of(sample.begin(), sample.end(), [](double x) { return std::isfinite(x); });
  if (finite) return {};
  return Error{ErrorCode::invalid_argument, "expected finite numbers, found NaN or an infinity", side};
}

Result<Divergence> numeric(Preset preset, Metric metric, const detail::Values& reference, const detail::Values& live,
                           const PresetOptions& options) {
  switch (preset) {
    case Preset::evidently: return detail::evidently(metric, reference, live);
    case Preset::nannyml: return detail::nannyml(metric, reference, live, options.exact);
    case Preset::frouros: return detail::frouros(metric, reference, live, options.bins);
    case Preset::deepchecks: return detail::deepchecks(metric, reference, live, options.margin);
    case Preset::tfdv: return detail::tfdv(reference, live);
    case Preset::whylogs: return detail::whylogs(metric, reference, live);
    case Preset::alibi: break;
  }
  return detail::alibi(metric, reference, live, options.exact);
}

Result<Divergence> categorical(Preset preset, Metric metric, CountsView reference, CountsView live,
                               const PresetOptions& options) {
  switch (preset) {
    case Preset::evidently: return detail::evidently(metric, reference, live);
    case Preset::nannyml: return detail::nannyml(metric, reference, live);
    case Preset::deepchecks: return detail::deepchecks(metric, reference, live, options.min_ratio);
    case Preset::tfdv: return detail::tfdv(metric, reference, live);
    case Preset::whylogs: return detail::whylogs(reference, live);
    case Preset::frouros:
    case Preset::alibi: break;
  }
  return drift::chi_square(reference, live, Continuity::yates);
}

Result<Divergence> named(Result<Divergence> result, Preset preset, Metric metric) {
  if (result) result->convention = std::string(to_string(metric)) + "/" + to_string(preset);
  return result;
}

}  // namespace

std::span<const Metric> metrics_of(Preset preset, ValueKind kind) noexcept {
  const bool numbers = kind == ValueKind::numeric;
  const auto one_of = [numbers](std::span<const Metric> numeric, std::span<const Metric> categorical) {
    return numbers ? numeric : categorical;
  };
  switch (preset) {
    case Preset::evidently: return one_of(kEvidentlyNumeric, kEvidentlyCategorical);
    case Preset::nannyml: return one_of(kNannymlNumeric, kNannymlCategorical);
    case Preset::frouros: return one_of(kFrourosNumeric, kFrourosCategorical);
    case Preset::deepchecks: return one_of(kDeepchecksNumeric, kDeepchecksCategorical);
    case Preset::tfdv: return one_of(kTfdvNumeric, kTfdvCategorical);
    case Preset::whylogs: return one_of(kWhylogsNumeric, kWhylogsCategorical);
    case Preset::alibi: return one_of(kAlibiNumeric, kAlibiCategorical);
  }
  return {};
}

Result<Divergence> measure(Preset preset, Metric metric, std::span<const double> reference,
                           std::span<const double> live, const PresetOptions& options) {
  if (auto checked = check_metric(preset, metric, ValueKind::numeric); !checked) return std::move(checked).error();
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  if (auto checked = check_sample(reference, "reference"); !checked) return std::move(checked).error();
  if (auto checked = check_sample(live, "live"); !checked) return std::move(checked).error();
  return named(numeric(preset, metric, detail::sorted_copy(reference), detail::sorted_copy(live), options), preset,
               metric);
}

Result<Divergence> measure(Preset preset, Metric metric, std::span<const std::string_view> reference,
                           std::span<const std::string_view> live, const PresetOptions& options) {
  std::map<std::string_view, std::pair<std::uint64_t, std::uint64_t>> counts;
  for (const std::string_view category : reference) ++counts[category].first;
  for (const std::string_view category : live) ++counts[category].second;
  std::vector<std::uint64_t> reference_counts;
  std::vector<std::uint64_t> live_counts;
  for (const auto& [category, both] : counts) {
    reference_counts.push_back(both.first);
    live_counts.push_back(both.second);
  }
  if (counts.empty()) return Error{ErrorCode::undefined, "expected at least one reference value, found none", {}};
  return measure(preset, metric, ValueKind::categorical, reference_counts, live_counts, options);
}

Result<Divergence> measure(Preset preset, Metric metric, ValueKind kind, CountsView reference, CountsView live,
                           const PresetOptions& options) {
  if (auto checked = check_metric(preset, metric, kind); !checked) return std::move(checked).error();
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  if (kind == ValueKind::numeric) {
    return Error{ErrorCode::incompatible,
                 std::string("expected raw values, found the cells of a profile: ") + to_string(preset) +
                     " bins numbers by a rule of its own or needs them one by one",
                 {}};
  }
  if (const auto shares = detail::to_shares(reference, live, Smoothing::none); !shares) return shares.error();
  const auto cells = detail::informative_cells(reference, live);
  return named(categorical(preset, metric, cells.reference, cells.live, options), preset, metric);
}

}  // namespace leeway::inline v1::drift
