#include "validate/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "leeway/core/count_value.hpp"
#include "leeway/drift/contingency.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/psi.hpp"
#include "leeway/drift/total_variation.hpp"
#include "leeway/profile/edges.hpp"
#include "leeway/stats/kolmogorov.hpp"
#include "leeway/stats/proportions.hpp"
#include "validate/known_factors.hpp"
#include "validate/shown.hpp"
#include "validate/text_forms.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

constexpr double kMissingWarning = 0.01;  // as drift::Policy
constexpr double kMissingDrift = 0.05;
constexpr std::size_t kCells = 10;
constexpr std::uint64_t kRare = 10;  // categories rarer than this in both sides together are one to chi-square
constexpr double kDropped = 0.01;    // a category of this share cannot vanish unseen
constexpr double kSupport = 0.5;

using Tally = std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>;

struct TwoCounts {
  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
};

Tally tally_of(const Texts& training, const Texts& serving) {
  Tally tally;
  for (const auto& text : training) {
    if (text) ++tally[*text].first;
  }
  for (const auto& text : serving) {
    if (text) ++tally[*text].second;
  }
  return tally;
}

TwoCounts counts_of(const Tally& tally, std::uint64_t rare) {
  TwoCounts counts;
  std::pair<std::uint64_t, std::uint64_t> rest{0, 0};
  for (const auto& [text, count] : tally) {
    if (count.first + count.second < rare) {
      rest.first += count.first;
      rest.second += count.second;
      continue;
    }
    counts.reference.push_back(count.first);
    counts.live.push_back(count.second);
  }
  if (rest.first + rest.second == 0) return counts;
  counts.reference.push_back(rest.first);
  counts.live.push_back(rest.second);
  return counts;
}

double variation_of(const Tally& tally) {
  const TwoCounts counts = counts_of(tally, 0);
  const auto found = drift::total_variation(counts.reference, counts.live);
  return found ? found->value : 0;
}

Evidence evidence_of(const char* name, const drift::Divergence& divergence, std::optional<double> threshold) {
  return {name,
          divergence.convention,
          divergence.value,
          threshold,
          {},
          divergence.p_value,
          divergence.error_bound,
          divergence.reference_count,
          divergence.live_count};
}

// ---- one side

SkewSide side_of(const Column& column) {
  SkewSide side{column.size(), 0, 0, {}, {}};
  if (const auto* texts = std::get_if<Texts>(&column.values)) {
    side.missing = static_cast<std::uint64_t>(std::count(texts->begin(), texts->end(), std::nullopt));
    return side;
  }
  Numbers values = present(std::get<Numbers>(column.values));
  side.missing = side.rows - values.size();
  if (values.empty()) return side;
  std::sort(values.begin(), values.end());
  side.median = values[values.size() / 2];
  double sum = 0;
  std::uint64_t finite = 0;
  for (const double x : values) {
    side.infinite += std::isinf(x);
    if (!std::isfinite(x)) continue;
    sum += x;
    ++finite;
  }
  if (finite > 0) side.mean = sum / static_cast<double>(finite);
  return side;
}

// ---- the gate

void put_psi(FeatureSkew& found, const TwoCounts& counts) {
  if (const auto psi = drift::psi(counts.reference, counts.live)) found.psi = evidence_of("psi", *psi, {});
}

TwoCounts cells_of(const Numbers& training, const Numbers& serving) {
  Numbers finite = training;
  std::erase_if(finite, [](double x) { return !std::isfinite(x); });
  const auto named = profile::choose_axis(finite, profile::EdgeRule::equal_frequency, kCells);
  if (!named) return {};
  TwoCounts counts{std::vector<std::uint64_t>(size(named->axis)), std::vector<std::uint64_t>(size(named->axis))};
  SideCounts side;
  std::visit(
      [&](const auto& axis) {
        if constexpr (NumericAxis<std::remove_cvref_t<decltype(axis)>>) {
          for (const double x : training) count_value(axis, x, counts.reference.data(), side);
          for (const double x : serving) count_value(axis, x, counts.live.data(), side);
        }
      },
      named->axis);
  return counts;
}

void compare_numbers(FeatureSkew& found, const Numbers& training, const Numbers& serving, double gate) {
  if (const auto ks = drift::ks_two_sample(training, serving)) found.gate = evidence_of("ks", *ks, gate);
  if (found.gate) put_psi(found, cells_of(training, serving));
}

void compare_texts(FeatureSkew& found, const Tally& tally, double gate) {
  const TwoCounts counts = counts_of(tally, 0);
  const auto variation = drift::total_variation(counts.reference, counts.live);
  if (!variation) return;
  found.gate = evidence_of("total_variation", *variation, gate);
  const TwoCounts pooled = counts_of(tally, kRare);
  if (const auto test = drift::chi_square(pooled.reference, pooled.live)) found.gate->p_value = test->p_value;
  put_psi(found, counts);
}

Verdict shape_verdict(const Evidence& evidence, const Gate& gate) {
  const bool noise = evidence.p_value.value_or(1) > gate.alpha / 2;
  if (evidence.value > gate.gate && !noise) return Verdict::drift;
  const double reach = stats::ks_two_sample_p_value(gate.gate, evidence.reference_count, evidence.live_count);
  return reach > gate.alpha / 2 ? Verdict::not_enough_data : Verdict::stable;
}

Verdict missing_verdict(FeatureSkew& found, const Gate& gate) {
  found.missing_p_value = stats::two_proportions_p_value(found.training.missing, found.training.rows,
                                                         found.serving.missing, found.serving.rows);
  const double change = std::fabs(found.training.missing_rate() - found.serving.missing_rate());
  if (*found.missing_p_value > gate.alpha / 2 || change < kMissingWarning) return Verdict::stable;
  return change >= kMissingDrift ? Verdict::drift : Verdict::warning;
}

// ---- what is undone

Attribution undone(Cause cause, double before, double after, std::vector<Attribution::Parameter> parameters) {
  return {cause, before > 0 ? (std::max)(0.0, 1 - after / before) : 1, 0, 0, std::move(parameters)};
}

double quantile(const Numbers& sorted, double p) {
  return sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1))];
}

/// How far the ratio of two samples' quantiles may be from a factor: some two standard errors of that of exponential
/// values.
double reach_of_ratio(std::size_t n, std::size_t m) {
  return std::clamp(2 * std::sqrt(1 / static_cast<double>(n) + 1 / static_cast<double>(m)), 0.005, 0.1);
}

/// The median of the ratios of the quantiles; none where all are at zero.
std::optional<double> quantile_ratio(Numbers training, Numbers serving) {
  std::sort(training.begin(), training.end());
  std::sort(serving.begin(), serving.end());
  Numbers ratios;
  for (double p = 0.05; p < 0.96; p += 0.05) {
    const double ratio = quantile(serving, p) / quantile(training, p);
    if (std::isfinite(ratio) && ratio > 0) ratios.push_back(ratio);
  }
  if (ratios.empty()) return {};
  std::sort(ratios.begin(), ratios.end());
  return ratios[ratios.size() / 2];
}

Numbers scaled(Numbers values, double factor) {
  for (double& x : values) x *= factor;
  return values;
}

void add_if_alike(std::vector<Attribution>& causes, const Gate& gate, double after, Attribution cause) {
  if (after <= gate.gate && cause.support >= kSupport) causes.push_back(std::move(cause));
}

void attribute_numbers(std::vector<Attribution>& causes, const Numbers& training, const Numbers& serving,
                       const FeatureSkew& found, const Gate& gate) {
  const double before = found.gate->value;
  const double turned = distance(scaled(training, -1), serving);
  add_if_alike(causes, gate, turned, undone(Cause::sign, before, turned, {{"how", std::string("turned")}}));
  const auto ratio = quantile_ratio(training, serving);
  const auto known = ratio ? snap(*ratio, reach_of_ratio(training.size(), serving.size()), true) : std::nullopt;
  if (!known) return;
  const double factor = known->inverse ? 1 / known->factor : known->factor;
  const double after = distance(scaled(training, factor), serving);
  add_if_alike(causes, gate, after,
               undone(Cause::unit_factor, before, after, {{"factor", factor}, {"unit", std::string(known->unit)}}));
}

Tally rewritten(const Tally& tally, const TextForm& form) {
  Tally result;
  for (const auto& [text, count] : tally) {
    result[form.apply(text)].first += count.first;
    result[text].second += count.second;
  }
  return result;
}

void attribute_spelling(std::vector<Attribution>& causes, const Tally& tally, double before, const Gate& gate) {
  for (const TextForm& form : text_forms()) {
    const double after = variation_of(rewritten(tally, form));
    add_if_alike(causes, gate, after,
                 undone(Cause::category_encoding, before, after, {{"how", std::string(form.name)}}));
    if (!causes.empty()) return;  // the simplest form that will do
  }
}

bool is_dropped(std::uint64_t training, std::uint64_t serving, const FeatureSkew& found, const Gate& gate) {
  const std::uint64_t reference = found.training.rows - found.training.missing;
  const std::uint64_t live = found.serving.rows - found.serving.missing;
  return serving == 0 && static_cast<double>(training) >= kDropped * static_cast<double>(reference) &&
         stats::two_proportions_p_value(training, reference, serving, live) <= gate.alpha / 100;
}

void attribute_dropped(std::vector<Attribution>& causes, const Tally& full, const FeatureSkew& found,
                       const Gate& gate) {
  Tally tally = full;
  std::vector<std::string> dropped;
  for (const auto& [text, count] : tally) {
    if (is_dropped(count.first, count.second, found, gate)) dropped.push_back(text);
  }
  for (const std::string& text : dropped) tally.erase(text);
  const double after = variation_of(tally);
  for (const std::string& text : dropped) {
    if (after > gate.gate) return;
    causes.push_back(undone(Cause::dropped_category, found.gate->value, after,
                            {{"category", detail::shown(text, full.at(text).first >= kCommon)}}));
  }
}

std::variant<double, std::string> shown(const Fill& fill) {
  if (fill.kind == "missing") return fill.kind;
  if (fill.value) return *fill.value;
  return fill.text;
}

bool is_empty(const SkewSide& side) noexcept { return side.missing == side.rows; }

}  // namespace

double distance(const Numbers& training, const Numbers& serving) {
  const auto ks = drift::ks_two_sample(training, serving);
  return ks ? ks->value : 0;
}

FeatureSkew compare_distributions(const Column& training, const Column& serving, const Gate& gate) {
  FeatureSkew found;
  found.feature = training.name;
  found.categorical = training.is_text();
  found.training = side_of(training);
  found.serving = side_of(serving);
  if (found.categorical) {
    compare_texts(found, tally_of(std::get<Texts>(training.values), std::get<Texts>(serving.values)), gate.gate);
  } else {
    compare_numbers(found, present(std::get<Numbers>(training.values)), present(std::get<Numbers>(serving.values)),
                    gate.gate);
  }
  found.verdict = missing_verdict(found, gate);
  if (found.gate) found.verdict = worse(found.verdict, shape_verdict(*found.gate, gate));
  // A value on one side alone cannot be compared, and nothing cannot differ from nothing.
  if (is_empty(found.training) != is_empty(found.serving))
    found.verdict = worse(found.verdict, Verdict::not_enough_data);
  found.null_handling = compare_nulls(training, serving, gate);
  if (found.null_handling) found.verdict = worse(found.verdict, Verdict::warning);
  return found;
}

std::vector<Attribution> attribute_distributions(const Column& training, const Column& serving,
                                                 const FeatureSkew& found, const Gate& gate) {
  std::vector<Attribution> causes;
  const bool lost = is_empty(found.serving) && found.verdict >= Verdict::warning;
  if (lost && !found.null_handling) return {{Cause::missing_column, 1, 0, 0, {}}};
  if (found.null_handling) {
    const auto& [a, b] = *found.null_handling;
    causes.push_back({Cause::default_fill, 1, 0, 0, {{"value", shown(b)}, {"training_value", shown(a)}}});
  }
  if (!found.gate) return causes;
  if (found.categorical) {
    const Tally tally = tally_of(std::get<Texts>(training.values), std::get<Texts>(serving.values));
    if (found.verdict == Verdict::drift) attribute_spelling(causes, tally, found.gate->value, gate);
    if (causes.empty()) attribute_dropped(causes, tally, found, gate);
  } else if (found.verdict == Verdict::drift && causes.empty()) {
    attribute_numbers(causes, present(std::get<Numbers>(training.values)), present(std::get<Numbers>(serving.values)),
                      found, gate);
  }
  if (causes.empty() && found.verdict == Verdict::drift) causes.push_back({});
  return causes;
}

}  // namespace leeway::inline v1::validate::detail
