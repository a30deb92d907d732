#include "validate/trials.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "validate/shown.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

constexpr std::size_t kSample = 512;    // rows that decide whether a hypothesis is worth a full pass
constexpr double kCauseBits = 4;        // to say which of the causes
constexpr double kWholly = 0.95;        // a cause that acts on this share of its rows needs no more proof
constexpr double kBeyondChance = 0.5;   // Cohen's kappa of predictions and values
constexpr double kCertain = 1 - 1e-9;   // chance that leaves nothing to be predicted
constexpr double kRelative = 1e-6;      // arithmetic and printing on the way to serving
constexpr double kOfDifference = 1e-3;  // a prediction must come much nearer than the training value
constexpr double kSlackOfDifference = 1e-2;
constexpr std::size_t kMostCauses = 3;

/// Every so many, so that at most kSample are visited.
std::size_t stride(std::size_t n) noexcept { return (std::max)(std::size_t{1}, n / kSample); }

double middle(const std::vector<double>& sorted) { return sorted[sorted.size() / 2]; }

}  // namespace

double choice_bits(double n, double k) noexcept {
  if (k <= 0 || k >= n) return 0;
  const double p = k / n;
  return -n * (p * std::log2(p) + (1 - p) * std::log2(1 - p));
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return middle(values);
}

double mode_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::size_t best = 0;
  std::size_t longest = 1;
  for (std::size_t i = 0, j = 0; j < values.size(); ++j) {
    while (values[j] - values[i] > kRelative * std::fabs(values[i])) ++i;
    if (j - i + 1 <= longest) continue;
    longest = j - i + 1;
    best = i;
  }
  return longest > 1 ? values[best + longest / 2] : middle(values);
}

Trials::Trials(const Aligned& aligned, std::size_t index) : aligned_(aligned), feature_(aligned.features[index]) {
  for (std::size_t i = 0; i < joined(); ++i) {
    if (feature_.differs(i)) differing_.push_back(static_cast<std::uint32_t>(i));
  }
  sorted_ = feature_.training;
  std::erase_if(sorted_, [](double x) { return std::isnan(x); });
  std::sort(sorted_.begin(), sorted_.end());
}

std::variant<double, std::string> Trials::shown(double value) const {
  if (std::isnan(value)) return std::string("missing");
  if (!feature_.text) return value;
  const std::string& text = aligned_.texts[static_cast<std::size_t>(value)];
  const bool common = share_in_training(value) * static_cast<double>(joined()) >= static_cast<double>(kCommon);
  return detail::shown(text, feature_.show_text || common || is_word_for_nothing(text));
}

bool Trials::explained(double prediction, std::size_t row, double slack) const noexcept {
  const double serving = feature_.serving[row];
  if (near(prediction, serving, feature_.tolerance)) return true;
  if (feature_.text) return false;
  const double difference = std::fabs(serving - feature_.training[row]);
  if (std::isinf(difference)) return prediction == serving;  // any number is near, as infinities go
  const double exact = (std::min)(kRelative * std::fabs(serving), kOfDifference * difference);
  // Where training or serving is missing there is no difference to compare with, and NaN compares false.
  return std::fabs(prediction - serving) <= (std::max)(exact, (std::min)(slack, kSlackOfDifference * difference));
}

bool Trials::promising(const Hypothesis& hypothesis) const {
  std::size_t seen = 0;
  std::size_t right = 0;
  for (std::size_t j = 0; j < differing_.size(); j += stride(differing_.size()), ++seen) {
    const std::size_t i = differing_[j];
    right += explained(hypothesis.predict(i), i, hypothesis.slack) ||
             (hypothesis.otherwise && explained(hypothesis.otherwise(i), i, hypothesis.slack));
  }
  return static_cast<double>(right) >= 0.5 * aligned_.min_support * static_cast<double>(seen);
}

double Trials::share_in_training(double value) const {
  const double n = static_cast<double>(joined());
  if (std::isnan(value)) return (n - static_cast<double>(sorted_.size())) / n;
  const double reach =
      std::isfinite(value) ? feature_.tolerance.absolute + feature_.tolerance.relative * std::fabs(value) : 0;
  const auto first = std::lower_bound(sorted_.begin(), sorted_.end(), value - reach);
  const auto last = std::upper_bound(first, sorted_.end(), value + reach);
  return static_cast<double>(last - first) / n;
}

// By chance a serving value that is not the training value would be predicted with the share that the prediction has
// among the training values but that one.
bool Trials::beyond_chance(const Hypothesis& hypothesis, double support) const {
  double chance = 0;
  std::size_t seen = 0;
  for (std::size_t j = 0; j < differing_.size(); j += stride(differing_.size()), ++seen) {
    const std::size_t i = differing_[j];
    const double predicted = hypothesis.predict(i);
    if (near(predicted, feature_.training[i], feature_.tolerance)) continue;
    const double others = 1 - share_in_training(feature_.training[i]);
    if (others > 0) chance += (std::min)(1.0, share_in_training(predicted) / others);
  }
  chance /= static_cast<double>(seen);
  return support - chance >= kBeyondChance * (1 - chance) && chance < kCertain;
}

double Trials::add(const Hypothesis& hypothesis) {
  if (!promising(hypothesis)) return 0;
  std::uint64_t changed = 0;
  std::uint64_t right = 0;
  std::uint64_t otherwise = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < joined(); ++i) {
    const double prediction = hypothesis.predict(i);
    if (next == differing_.size() || differing_[next] != i) {
      changed += !near(prediction, feature_.training[i], feature_.tolerance);
      continue;
    }
    ++next;
    if (explained(prediction, i, hypothesis.slack)) {
      ++right;
    } else if (hypothesis.otherwise && explained(hypothesis.otherwise(i), i, hypothesis.slack)) {
      ++right;
      ++otherwise;
    }
  }
  const auto k = static_cast<double>(right);
  const double n = k + static_cast<double>(changed);
  const double all = static_cast<double>(differing_.size());
  const double support = k / all;
  const double bits = kCauseBits + hypothesis.bits + choice_bits(n, k) +
                      choice_bits(k, static_cast<double>(otherwise)) + (all - k) * kNumberBits;
  if (support < aligned_.min_support || bits >= bits_without()) return support;
  if (k >= kWholly * n || beyond_chance(hypothesis, support)) {
    kept_.push_back({hypothesis.cause, support, right, bits, hypothesis.parameters});
  }
  return support;
}

void Trials::add_relation(Cause cause, double bits, std::vector<Attribution::Parameter> parameters,
                          const std::function<bool(std::size_t)>& explains) {
  const auto right = static_cast<std::uint64_t>(std::count_if(differing_.begin(), differing_.end(), explains));
  const double all = static_cast<double>(differing_.size());
  const auto k = static_cast<double>(right);
  keep(cause, bits + choice_bits(static_cast<double>(joined()), k) + (all - k) * kNumberBits, right,
       std::move(parameters));
}

void Trials::keep(Cause cause, double bits, std::uint64_t explained, std::vector<Attribution::Parameter> parameters) {
  bits += kCauseBits;
  const double support = static_cast<double>(explained) / static_cast<double>(differing_.size());
  if (support < aligned_.min_support || bits >= bits_without()) return;
  kept_.push_back({cause, support, explained, bits, std::move(parameters)});
}

double Trials::bits_without() const noexcept {
  const double n = static_cast<double>(differing_.size());
  return n * kNumberBits + choice_bits(static_cast<double>(joined()), n);
}

std::vector<Attribution> Trials::ranked() && {
  std::stable_sort(kept_.begin(), kept_.end(),
                   [](const Attribution& a, const Attribution& b) { return a.bits < b.bits; });
  std::vector<Attribution> best;
  for (Attribution& one : kept_) {
    const auto same = [&](const Attribution& other) { return other.cause == one.cause; };
    if (best.size() < kMostCauses && std::none_of(best.begin(), best.end(), same)) best.push_back(std::move(one));
  }
  if (best.empty()) best.push_back({Cause::unknown, 0, 0, bits_without(), {}});
  return best;
}

std::vector<Attribution> attribute(const Aligned& aligned, std::size_t index) {
  Trials trials(aligned, index);
  if (trials.differing().empty()) return {};
  try_constants(trials);
  try_columns(trials);
  try_earlier(trials);
  trials.feature().text ? try_texts(trials) : try_numbers(trials);
  try_codes(trials);
  return std::move(trials).ranked();
}

}  // namespace leeway::inline v1::validate::detail
