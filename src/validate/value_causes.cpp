// Causes that need no arithmetic, alike for numbers and texts: one value for all, another column's, an earlier one,
// other codes.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "validate/shown.hpp"
#include "validate/trials.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kUsualBits = 4;          // of a default that pipelines are known for
constexpr std::size_t kMostCodes = 1000;  // distinct values that may get other codes

/// The most frequent of some values, missing among them. Precondition: not empty.
double most_frequent(const std::vector<double>& values) {
  std::unordered_map<double, std::size_t> counts;
  std::size_t missing = 0;
  double best = kMissing;
  std::size_t most = 0;
  for (const double value : values) {
    const std::size_t count = std::isnan(value) ? ++missing : ++counts[value];
    if (count > most || (count == most && value < best)) {
      most = count;
      best = value;
    }
  }
  return best;
}

bool usual_number(double value, const std::vector<double>& training) {
  for (const double usual : {0.0, -1.0, -999.0, -9999.0, 1.0}) {
    if (value == usual) return true;
  }
  std::vector<double> present = training;
  std::erase_if(present, [](double x) { return !std::isfinite(x); });
  if (present.empty()) return false;
  double sum = 0;
  for (const double x : present) sum += x;
  const double mean = sum / static_cast<double>(present.size());
  return std::fabs(value - mean) <= 1e-4 * std::fabs(mean) || value == median_of(std::move(present));
}

double value_bits(const Trials& trials, double value) {
  if (std::isnan(value)) return kUsualBits;
  const bool usual = trials.feature().text
                         ? is_word_for_nothing(trials.aligned().texts[static_cast<std::size_t>(value)])
                         : usual_number(value, trials.feature().training);
  return usual ? kUsualBits : kNumberBits;
}

void try_constant(Trials& trials, double value) {
  const AlignedFeature& feature = trials.feature();
  const double bits = value_bits(trials, value);
  trials.add({Cause::default_fill, bits + 1, {{"value", trials.shown(value)}}, [value](std::size_t) { return value; }});
  if (std::isnan(value)) return;
  trials.add({Cause::default_fill,
              bits,
              {{"value", trials.shown(value)}, {"training_value", std::string("missing")}},
              [&, value](std::size_t i) { return std::isnan(feature.training[i]) ? value : feature.training[i]; }});
}

/// One value of training for one of serving: training fills the mean, serving fills 0.
void try_other_constant(Trials& trials, double value) {
  const AlignedFeature& feature = trials.feature();
  std::vector<double> before;
  for (const std::uint32_t i : trials.differing()) {
    if (near(feature.serving[i], value, feature.tolerance)) before.push_back(feature.training[i]);
  }
  if (before.empty()) return;
  const double from = most_frequent(before);
  if (std::isnan(from)) return;
  trials.add({Cause::default_fill,
              value_bits(trials, value) + value_bits(trials, from),
              {{"value", trials.shown(value)}, {"training_value", trials.shown(from)}},
              [&feature, value, from](std::size_t i) {
                return near(feature.training[i], from, feature.tolerance) ? value : feature.training[i];
              }});
}

// ---- other columns

double share_swapped_back(const Trials& trials, const AlignedFeature& other) {
  const AlignedFeature& feature = trials.feature();
  std::size_t back = 0;
  for (const std::uint32_t i : trials.differing())
    back += near(other.serving[i], feature.training[i], feature.tolerance);
  return static_cast<double>(back) / static_cast<double>(trials.differing().size());
}

// ---- earlier values

std::function<double(std::size_t)> lagged(const Trials& trials, std::size_t lag) {
  const Aligned& aligned = trials.aligned();
  const std::vector<double>& training = trials.feature().training;
  return [&aligned, &training, lag](std::size_t i) {
    const std::uint32_t at = aligned.position[i];
    return at >= aligned.begin[at] + lag ? training[aligned.sequence[at - lag]] : training[i];
  };
}

/// Whether serving is a value of the `window` rows before, or with -1 as step behind, in the same series.
bool is_near_by(const Trials& trials, std::size_t i, std::size_t window, bool before) {
  const Aligned& aligned = trials.aligned();
  const AlignedFeature& feature = trials.feature();
  const std::size_t at = aligned.position[i];
  for (std::size_t lag = 1; lag <= window; ++lag) {
    if (before ? at < aligned.begin[at] + lag : at + lag >= aligned.sequence.size()) return false;
    const std::size_t row = before ? at - lag : at + lag;
    if (aligned.begin[row] != aligned.begin[at]) return false;
    if (near(feature.training[aligned.sequence[row]], feature.serving[i], feature.tolerance)) return true;
  }
  return false;
}

/// A cache that is refreshed now and then serves values of any age. They look like values of chance where later rows
/// have them as often as earlier ones.
void try_cached(Trials& trials) {
  const std::size_t window = trials.aligned().max_lag;
  if (window < 2) return;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  for (const std::uint32_t i : trials.differing()) {
    before += is_near_by(trials, i, window, true);
    after += is_near_by(trials, i, window, false);
  }
  if (2 * after > before) return;
  const double k = static_cast<double>(before);
  const double all = static_cast<double>(trials.differing().size());
  const double bits = k * std::log2(static_cast<double>(window)) +
                      choice_bits(static_cast<double>(trials.joined()), k) + (all - k) * kNumberBits;
  trials.keep(Cause::stale_value, bits, before, {{"how", std::string("values of various ages")}});
}

// ---- codes

using Recoding = std::map<double, double>;

/// For each training value that differs at least twice: the serving value that it most often has then.
Recoding recoding_of(const Trials& trials) {
  const AlignedFeature& feature = trials.feature();
  std::map<double, std::map<double, std::size_t>> counts;
  for (const std::uint32_t i : trials.differing()) {
    if (std::isnan(feature.training[i]) || std::isnan(feature.serving[i])) continue;
    ++counts[feature.training[i]][feature.serving[i]];
    if (counts.size() > kMostCodes) return {};
  }
  Recoding recoding;
  for (const auto& [from, to] : counts) {
    const auto most =
        std::max_element(to.begin(), to.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most->second > 1) recoding[from] = most->first;
  }
  return recoding;
}

bool one_to_one(const Recoding& recoding) {
  std::set<double> targets;
  for (const auto& [from, to] : recoding) targets.insert(to);
  return targets.size() == recoding.size();
}

bool whole(double x) noexcept { return std::trunc(x) == x; }

/// In the order of the values, or against it, as functions of them mostly are.
bool monotone(const Recoding& recoding) {
  std::vector<double> targets;
  for (const auto& [from, to] : recoding) targets.push_back(to);
  return std::is_sorted(targets.begin(), targets.end()) || std::is_sorted(targets.rbegin(), targets.rend());
}

/// And the values that never differ, each as itself; but those so rare that they may only have been spared.
Recoding completed(Recoding recoding, const AlignedFeature& feature) {
  constexpr double kChance = 0.01;
  std::map<double, std::pair<double, double>> rows;  // of each value: all, and those that differ
  for (std::size_t i = 0; i < feature.training.size(); ++i) {
    if (std::isnan(feature.training[i])) continue;
    auto& [all, differing] = rows[feature.training[i]];
    ++all;
    differing += feature.differs(i);
  }
  double all = 0, differing = 0;
  for (const auto& [value, count] : rows) {
    if (count.second == 0) continue;
    all += count.first;
    differing += count.second;
  }
  for (const auto& [value, count] : rows) {
    if (count.second == 0 && std::pow(1 - differing / all, count.first) < kChance) recoding[value] = value;
  }
  return recoding;
}

/// Numbers that name categories: whole ones, one for one and in no order, and near by each other on both sides, which
/// neither a half nor a square nor a logarithm of a quantity is. Two that change places have no order to lose.
bool codes(const Recoding& recoding) {
  std::set<double> targets;
  for (const auto& [from, to] : recoding) {
    if (!whole(from) || !whole(to)) return false;
    targets.insert(to);
  }
  const double n = static_cast<double>(recoding.size());
  if (targets.size() != recoding.size() || *targets.rbegin() - *targets.begin() > 1.5 * n) return false;
  if (n == 2) return targets.contains(recoding.begin()->first) && targets.contains(recoding.rbegin()->first);
  return !monotone(recoding);
}

}  // namespace

void try_constants(Trials& trials) {
  std::vector<double> serving;
  for (const std::uint32_t i : trials.differing()) serving.push_back(trials.feature().serving[i]);
  const double value = most_frequent(serving);
  try_constant(trials, value);
  try_other_constant(trials, value);
}

void try_columns(Trials& trials) {
  const AlignedFeature& feature = trials.feature();
  const double choice = std::log2(static_cast<double>(trials.aligned().features.size()) + 1);
  for (const AlignedFeature& other : trials.aligned().features) {
    if (&other == &feature || other.text != feature.text) continue;
    const bool back = share_swapped_back(trials, other) >= trials.aligned().min_support;
    trials.add({Cause::swapped_columns,
                choice + (back ? 2 : 10),
                {{"column", other.name}, {"how", std::string(back ? "both ways" : "one way")}},
                [&other](std::size_t i) { return other.training[i]; }});
  }
}

void try_earlier(Trials& trials) {
  for (std::size_t lag = 1; lag <= trials.aligned().max_lag; ++lag) {
    trials.add({Cause::stale_value,
                3 + 2 * std::log2(static_cast<double>(lag)),
                {{"lag", static_cast<double>(lag)}},
                lagged(trials, lag)});
  }
  try_cached(trials);
}

void try_codes(Trials& trials) {
  const Recoding recoding = recoding_of(trials);
  if (recoding.empty() || (!trials.feature().text && !codes(completed(recoding, trials.feature())))) return;
  const std::vector<double>& training = trials.feature().training;
  trials.add({Cause::category_encoding,
              static_cast<double>(recoding.size()) * kNumberBits,
              {{"how", std::string(one_to_one(recoding) ? "other codes, one to one" : "other codes, some merged")}},
              [&](std::size_t i) {
                const auto found = recoding.find(training[i]);
                return found != recoding.end() ? found->second : training[i];
              }});
}

}  // namespace leeway::inline v1::validate::detail
