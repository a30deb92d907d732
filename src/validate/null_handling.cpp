// Who fills what. A value that a path puts where there is none is a spike: more of it than the other path has.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "leeway/drift/total_variation.hpp"
#include "leeway/stats/proportions.hpp"
#include "validate/distribution.hpp"
#include "validate/shown.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

constexpr double kSmallestShare = 0.01;
constexpr double kUnlike = 2;          // one spike is at most so many times the other
constexpr double kOfDeviation = 0.02;  // a mean over other rows is near, not equal; or three standard errors

/// Rows with a value, or with none, on both sides.
struct Spike {
  std::uint64_t training = 0;
  std::uint64_t serving = 0;
};

template <class Value>
struct Spikes {
  std::map<Value, Spike> values;
  Spike missing;
  std::uint64_t training_rows = 0;
  std::uint64_t serving_rows = 0;

  [[nodiscard]] double excess(const Spike& spike) const {
    return static_cast<double>(spike.training) / static_cast<double>(training_rows) -
           static_cast<double>(spike.serving) / static_cast<double>(serving_rows);
  }
};

/// The value with the largest excess on one side (sign 1 training, -1 serving); without a value: missing.
template <class Value>
struct Largest {
  std::optional<Value> value;
  Spike spike;
  double excess = 0;
};

template <class Value>
Largest<Value> largest(const Spikes<Value>& spikes, double sign) {
  Largest<Value> best{{}, spikes.missing, sign * spikes.excess(spikes.missing)};
  for (const auto& [value, spike] : spikes.values) {
    const double excess = sign * spikes.excess(spike);
    if (excess > best.excess) best = {value, spike, excess};
  }
  return best;
}

/// Both spikes are no noise, and of one size.
template <class Value>
bool of_one_size(const Spikes<Value>& spikes, const Largest<Value>& a, const Largest<Value>& b, double alpha) {
  if (a.value == b.value || (std::min)(a.excess, b.excess) < kSmallestShare) return false;
  if ((std::max)(a.excess, b.excess) > kUnlike * (std::min)(a.excess, b.excess)) return false;
  const auto noise = [&](const Spike& spike) {
    return stats::two_proportions_p_value(spike.training, spikes.training_rows, spike.serving, spikes.serving_rows) >
           alpha;
  };
  return !noise(a.spike) && !noise(b.spike);
}

// ---- numbers

Spikes<double> spikes_of(const Numbers& training, const Numbers& serving) {
  Spikes<double> spikes;
  spikes.training_rows = training.size();
  spikes.serving_rows = serving.size();
  for (const double x : training) ++(std::isnan(x) ? spikes.missing : spikes.values[x]).training;
  for (const double x : serving) ++(std::isnan(x) ? spikes.missing : spikes.values[x]).serving;
  return spikes;
}

/// The values that neither side fills.
Numbers rest_of(const Numbers& values, std::optional<double> a, std::optional<double> b) {
  Numbers rest;
  for (const double x : values) {
    if (!std::isnan(x) && x != a && x != b) rest.push_back(x);
  }
  return rest;
}

std::string kind_of(std::optional<double> value, Numbers rest) {
  if (!value) return "missing";
  if (*value == 0) return "zero";
  if (std::isinf(*value)) return "infinite";
  std::erase_if(rest, [](double x) { return !std::isfinite(x); });
  if (rest.empty()) return "constant";
  double sum = 0;
  double squares = 0;
  for (const double x : rest) sum += x;
  const double mean = sum / static_cast<double>(rest.size());
  for (const double x : rest) squares += (x - mean) * (x - mean);
  const double n = static_cast<double>(rest.size());
  const double reach = (std::max)(kOfDeviation, 3 / std::sqrt(n)) * std::sqrt(squares / n);
  if (std::fabs(*value - mean) <= reach) return "mean";
  std::sort(rest.begin(), rest.end());
  return *value == rest[rest.size() / 2] ? "median" : "constant";
}

bool is_fill(const std::string& kind, std::optional<double> value) {
  return kind != "constant" || value == -1.0 || value == -999.0 || value == -9999.0;
}

std::optional<NullHandling> compare(const Numbers& training, const Numbers& serving, const Gate& gate) {
  const Spikes<double> spikes = spikes_of(training, serving);
  const auto a = largest(spikes, 1);
  const auto b = largest(spikes, -1);
  if (!of_one_size(spikes, a, b, gate.alpha)) return {};
  const Numbers rest_a = rest_of(training, a.value, b.value);
  const Numbers rest_b = rest_of(serving, a.value, b.value);
  // Without any other value each side is one value, or none: only a usual fill tells that from another feature.
  if (rest_a.empty() != rest_b.empty() || distance(rest_a, rest_b) > gate.gate) return {};
  const NullHandling found{{kind_of(a.value, rest_a), a.value, "", a.excess},
                           {kind_of(b.value, rest_b), b.value, "", b.excess}};
  const bool missing = (!a.value || !b.value) && !rest_a.empty();
  if (!missing && !(is_fill(found.training.kind, a.value) && is_fill(found.serving.kind, b.value))) return {};
  return found;
}

// ---- texts

Spikes<std::string> spikes_of(const Texts& training, const Texts& serving) {
  Spikes<std::string> spikes;
  spikes.training_rows = training.size();
  spikes.serving_rows = serving.size();
  for (const auto& text : training) ++(text ? spikes.values[*text] : spikes.missing).training;
  for (const auto& text : serving) ++(text ? spikes.values[*text] : spikes.missing).serving;
  return spikes;
}

bool rest_is_alike(Spikes<std::string> spikes, const Largest<std::string>& a, const Largest<std::string>& b,
                   double gate) {
  for (const auto& one : {a, b}) {
    if (one.value) spikes.values.erase(*one.value);
  }
  if (spikes.values.empty()) return true;
  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
  for (const auto& [text, spike] : spikes.values) {
    reference.push_back(spike.training);
    live.push_back(spike.serving);
  }
  const auto variation = drift::total_variation(reference, live);
  return variation && variation->value <= gate;
}

Fill fill_of(const Largest<std::string>& one) {
  if (!one.value) return {"missing", {}, "", one.excess};
  const bool show = one.spike.training >= kCommon || is_word_for_nothing(*one.value);
  return {"constant", {}, shown(*one.value, show), one.excess};
}

std::optional<NullHandling> compare(const Texts& training, const Texts& serving, const Gate& gate) {
  const Spikes<std::string> spikes = spikes_of(training, serving);
  const auto a = largest(spikes, 1);
  const auto b = largest(spikes, -1);
  if (!of_one_size(spikes, a, b, gate.alpha) || !rest_is_alike(spikes, a, b, gate.gate)) return {};
  const auto nothing = [](const Largest<std::string>& one) { return !one.value || is_word_for_nothing(*one.value); };
  const bool alone = spikes.values.size() == (a.value && b.value ? 2U : 1U);
  if (((a.value && b.value) || alone) && !(nothing(a) && nothing(b))) return {};
  return NullHandling{fill_of(a), fill_of(b)};
}

}  // namespace

std::optional<NullHandling> compare_nulls(const Column& training, const Column& serving, const Gate& gate) {
  if (training.is_text()) {
    return compare(std::get<Texts>(training.values), std::get<Texts>(serving.values), gate);
  }
  return compare(std::get<Numbers>(training.values), std::get<Numbers>(serving.values), gate);
}

}  // namespace leeway::inline v1::validate::detail
