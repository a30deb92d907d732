// Causes by arithmetic: units, shifts, other statistics, bounds, rounding, narrower types, signs, time zones.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "validate/known_factors.hpp"
#include "validate/trials.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

constexpr double kFactorBits = 5;        // of a known factor
constexpr double kMostOffsetHours = 14;  // of a time zone
constexpr double kQuarter = 900;         // seconds, in whose multiples zones lie
constexpr std::size_t kMostPairs = 4000;
constexpr double kSnap = 1e-3;

/// Differing entities whose numbers are finite on both sides.
struct Pairs {
  std::vector<double> training;
  std::vector<double> serving;

  [[nodiscard]] std::size_t size() const noexcept { return training.size(); }
};

Pairs finite_pairs(const Trials& trials) {
  Pairs pairs;
  for (const std::uint32_t i : trials.differing()) {
    const double t = trials.feature().training[i];
    const double s = trials.feature().serving[i];
    if (!std::isfinite(t) || !std::isfinite(s)) continue;
    pairs.training.push_back(t);
    pairs.serving.push_back(s);
  }
  return pairs;
}

/// Half a unit in the last decimal that the values have; 0 where they have more than eight.
double half_unit(const std::vector<double>& values) {
  double scale = 1;
  const std::size_t step = values.size() / 500 + 1;
  for (std::size_t i = 0; i < values.size();) {
    const double scaled = values[i] * scale;
    if (std::fabs(scaled - std::round(scaled)) <= 1e-9 * std::fabs(scaled) + 1e-9) {
      i += step;
    } else if ((scale *= 10) > 1e8) {
      return 0;
    }
  }
  return 0.5 / scale;
}

// ---- linear maps

class Linear {
 public:
  Linear(Trials& trials, Pairs pairs)
      : trials_(trials),
        pairs_(std::move(pairs)),
        half_training_(half_unit(pairs_.training)),
        half_serving_(half_unit(pairs_.serving)) {}

  void try_factors() {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (pairs_.training[i] != 0 && pairs_.serving[i] != 0) ratios.push_back(pairs_.serving[i] / pairs_.training[i]);
    }
    if (ratios.empty()) return;
    for (const double ratio : {median_of(ratios), mode_of(ratios)}) try_factor(ratio);
  }

  void try_shifts() {
    const std::vector<double> shifts = differences();
    for (const double shift : {median_of(shifts), mode_of(shifts)}) {
      add(Cause::constant_shift, kNumberBits, 1, shift, {{"shift", shift}});
    }
    add(Cause::constant_shift, kFactorBits, 1, 273.15, {{"shift", 273.15}, {"unit", std::string("Celsius as kelvin")}});
    add(Cause::constant_shift, kFactorBits, 1, -273.15,
        {{"shift", -273.15}, {"unit", std::string("kelvin as Celsius")}});
  }

  void try_normalisation() {
    add_normalisation(kFactorBits, 1.8, 32, "Celsius as Fahrenheit");
    add_normalisation(kFactorBits, 1 / 1.8, -32 / 1.8, "Fahrenheit as Celsius");
    const std::vector<double> slopes = pair_slopes();
    if (slopes.empty()) return;
    for (const double slope : {median_of(slopes), mode_of(slopes)}) try_slope(slope);
  }

  [[nodiscard]] std::vector<double> differences() const {
    std::vector<double> shifts;
    for (std::size_t i = 0; i < pairs_.size(); ++i) shifts.push_back(pairs_.serving[i] - pairs_.training[i]);
    return shifts;
  }

 private:
  [[nodiscard]] double slack(double factor) const noexcept {
    return half_serving_ + std::fabs(factor) * half_training_;
  }

  double add(Cause cause, double bits, double factor, double shift, std::vector<Attribution::Parameter> parameters) {
    const std::vector<double>& training = trials_.feature().training;
    return trials_.add({cause,
                        bits,
                        std::move(parameters),
                        [&training, factor, shift](std::size_t i) { return factor * training[i] + shift; },
                        {},
                        slack(factor)});
  }

  void try_factor(double ratio) {
    if (const auto known = snap(ratio, kSnap)) {
      const double factor = known->inverse ? 1 / known->factor : known->factor;
      add(Cause::unit_factor, kFactorBits, factor, 0, {{"factor", factor}, {"unit", std::string(known->unit)}});
    }
    add(Cause::unit_factor, kNumberBits, ratio, 0, {{"factor", ratio}});
  }

  /// Any two points are on a line: it takes a third.
  [[nodiscard]] bool on_three_points(double slope, double shift) const {
    std::set<double> values;
    for (const std::uint32_t i : trials_.differing()) {
      const double t = trials_.feature().training[i];
      if (trials_.explained(slope * t + shift, i, slack(slope))) values.insert(t);
      if (values.size() > 2) return true;
    }
    return false;
  }

  /// Slopes between values half of the values apart (Theil 1950, incomplete).
  [[nodiscard]] std::vector<double> pair_slopes() const {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < pairs_.size(); i += pairs_.size() / kMostPairs + 1) {
      points.emplace_back(pairs_.training[i], pairs_.serving[i]);
    }
    std::sort(points.begin(), points.end());
    std::vector<double> slopes;
    for (std::size_t i = 0, j = points.size() / 2; j < points.size(); ++i, ++j) {
      const double run = points[j].first - points[i].first;
      if (run > 0) slopes.push_back((points[j].second - points[i].second) / run);
    }
    return slopes;
  }

  [[nodiscard]] double intercept(double slope) const {
    std::vector<double> rest;
    for (std::size_t i = 0; i < pairs_.size(); ++i) rest.push_back(pairs_.serving[i] - slope * pairs_.training[i]);
    return mode_of(std::move(rest));
  }

  /// Least squares over the pairs that the line explains roughly: of rounded values no two points give the slope.
  [[nodiscard]] std::pair<double, double> refined(double slope, double shift) const {
    double n = 0, sx = 0, sy = 0;
    std::vector<std::size_t> on;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const double t = pairs_.training[i];
      const double s = pairs_.serving[i];
      const double reach = 4 * slack(slope) + 1e-3 * std::fabs(s - t);
      if (std::fabs(slope * t + shift - s) > reach) continue;
      on.push_back(i);
      ++n;
      sx += t;
      sy += s;
    }
    double sxx = 0, sxy = 0;
    for (const std::size_t i : on) {
      sxx += (pairs_.training[i] - sx / n) * (pairs_.training[i] - sx / n);
      sxy += (pairs_.training[i] - sx / n) * (pairs_.serving[i] - sy / n);
    }
    if (!(sxx > 0)) return {slope, shift};
    return {sxy / sxx, sy / n - sxy / sxx * sx / n};
  }

  void try_slope(double slope) {
    const double shift = intercept(slope);
    const auto [better_slope, better_shift] = refined(slope, shift);
    for (const auto& [a, b] : {std::pair(slope, shift), std::pair(better_slope, better_shift)}) {
      if (a != 0 && on_three_points(a, b)) add_normalisation(2 * kNumberBits, a, b, "");
    }
  }

  void add_normalisation(double bits, double factor, double shift, const char* unit) {
    std::vector<Attribution::Parameter> parameters{{"factor", factor}, {"shift", shift}};
    if (*unit != '\0') parameters.emplace_back("unit", std::string(unit));
    add(Cause::normalisation, bits, factor, shift, std::move(parameters));
  }

  Trials& trials_;
  Pairs pairs_;
  double half_training_;
  double half_serving_;
};

// ---- time

/// What moments are counted in: their units a second, or none.
std::optional<double> units_per_second(const AlignedFeature& feature) {
  if (feature.is_time) return 1;
  for (const double units : {1.0, 1e3, 1e6}) {
    const auto fits = [units](double x) { return std::isnan(x) || (x >= 1e8 * units && x < 5e9 * units); };
    if (std::all_of(feature.training.begin(), feature.training.end(), fits)) return units;
  }
  return {};
}

void try_moments(Trials& trials, double units, double shift) {
  const std::vector<double>& training = trials.feature().training;
  const double step = kQuarter * units;
  const double offset = std::round(shift / step) * step;
  if (offset == 0 || std::fabs(offset) > kMostOffsetHours * 4 * step) return;
  const auto moved = [&training](double by) { return [&training, by](std::size_t i) { return training[i] + by; }; };
  const Attribution::Parameter seconds{"seconds", offset / units};
  trials.add({Cause::timezone_shift, kFactorBits, {seconds}, moved(offset)});
  for (const double hour : {-4 * step, 4 * step}) {
    trials.add({Cause::timezone_shift,
                kFactorBits + 2,
                {seconds, {"how", std::string("with daylight saving")}},
                moved(offset),
                moved(offset + hour)});
  }
}

bool are_hours(const std::vector<double>& values, bool wide) {
  double highest = 0;
  for (const double x : values) {
    if (std::isnan(x)) continue;
    if (x < 0 || x > 23 || std::trunc(x) != x) return false;
    highest = (std::max)(highest, x);
  }
  return !wide || highest >= 20;
}

/// Of the day: modulo 24.
void try_hours(Trials& trials, const Pairs& pairs) {
  const AlignedFeature& feature = trials.feature();
  if (!are_hours(feature.training, true) || !are_hours(feature.serving, false)) return;
  std::array<std::size_t, 24> counts{};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    ++counts[static_cast<std::size_t>(std::fmod(pairs.serving[i] - pairs.training[i] + 24, 24))];
  }
  const auto hours = static_cast<double>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  const auto moved = [&feature](double by) {
    return [&feature, by](std::size_t i) { return std::fmod(feature.training[i] + by + 24, 24); };
  };
  const Attribution::Parameter seconds{"seconds", 3600 * (hours > kMostOffsetHours ? hours - 24 : hours)};
  trials.add({Cause::timezone_shift, kFactorBits, {seconds}, moved(hours)});
  for (const double hour : {-1.0, 1.0}) {
    trials.add({Cause::timezone_shift,
                kFactorBits + 2,
                {seconds, {"how", std::string("with daylight saving")}},
                moved(hours),
                moved(hours + hour)});
  }
}

// ---- bounds

/// The most frequent serving value of the entities that went up, or down; none where none did.
std::optional<double> bound(const Pairs& pairs, bool lower) {
  std::vector<double> moved;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (lower == (pairs.serving[i] > pairs.training[i])) moved.push_back(pairs.serving[i]);
  }
  if (moved.empty()) return {};
  return mode_of(std::move(moved));
}

/// That some value lies between the bounds, else it is one value for all.
bool keeps_some(const std::vector<double>& training, double lower, double upper) {
  return std::any_of(training.begin(), training.end(), [&](double x) { return lower < x && x < upper; });
}

double bound_bits(std::optional<double> bound) {
  if (!bound) return 1;
  return *bound == 0 || *bound == 1 || *bound == 100 ? 4 : kNumberBits;
}

void try_bounds(Trials& trials, std::optional<double> lower, std::optional<double> upper) {
  const std::vector<double>& training = trials.feature().training;
  const double low = lower.value_or(-HUGE_VAL);
  const double high = upper.value_or(HUGE_VAL);
  if ((!lower && !upper) || !(low < high) || !keeps_some(training, low, high)) return;
  std::vector<Attribution::Parameter> parameters;
  if (lower) parameters.emplace_back("lower", *lower);
  if (upper) parameters.emplace_back("upper", *upper);
  const double bits = bound_bits(lower) + bound_bits(upper);
  trials.add({Cause::clipping, bits, std::move(parameters), [&training, low, high](std::size_t i) {
                return std::isnan(training[i]) ? training[i] : std::clamp(training[i], low, high);
              }});
}

void try_clipping(Trials& trials, const Pairs& pairs) {
  const auto lower = bound(pairs, true);
  const auto upper = bound(pairs, false);
  try_bounds(trials, lower, {});
  try_bounds(trials, {}, upper);
  if (lower && upper) try_bounds(trials, lower, upper);
}

// ---- rounding

double half_even(double x) noexcept {
  const double rounded = std::round(x);
  return std::fabs(x - std::trunc(x)) == 0.5 ? 2 * std::round(x / 2) : rounded;
}
double half_away(double x) noexcept { return std::round(x); }
double down(double x) noexcept { return std::floor(x); }
double up(double x) noexcept { return std::ceil(x); }
double toward_zero(double x) noexcept { return std::trunc(x); }

using Rounding = double (*)(double);

double rounded(double x, int decimals, Rounding rounding) noexcept {
  const double scale = std::pow(10.0, std::abs(decimals));
  return decimals >= 0 ? rounding(x * scale) / scale : rounding(x / scale) * scale;
}

double to_digits(double x, int digits) noexcept {
  if (x == 0 || !std::isfinite(x)) return x;
  return rounded(x, digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(x)))), half_even);
}

void try_rounding(Trials& trials, int decimals) {
  const std::vector<double>& training = trials.feature().training;
  const auto by = [&](Rounding rounding) {
    return [&training, decimals, rounding](std::size_t i) { return rounded(training[i], decimals, rounding); };
  };
  const Attribution::Parameter places{"decimals", static_cast<double>(decimals)};
  trials.add({Cause::rounding, 5, {places}, by(half_even), by(half_away)});
  trials.add({Cause::rounding, 7, {places, {"how", std::string("down")}}, by(down)});
  trials.add({Cause::rounding, 7, {places, {"how", std::string("up")}}, by(up)});
  if (decimals != 0) trials.add({Cause::truncation, 6, {places}, by(toward_zero)});
}

void try_digits(Trials& trials, int digits) {
  const std::vector<double>& training = trials.feature().training;
  trials.add(
      {Cause::rounding, 7, {{"significant_digits", static_cast<double>(digits)}}, [&training, digits](std::size_t i) {
         return to_digits(training[i], digits);
       }});
}

/// The last digits lost, as of a text that was cut: 1234 as 123.
void try_lost_digits(Trials& trials, int digits) {
  const std::vector<double>& training = trials.feature().training;
  const double scale = std::pow(10.0, digits);
  trials.add({Cause::truncation, 6, {{"lost_digits", static_cast<double>(digits)}}, [&training, scale](std::size_t i) {
                return std::trunc(training[i] / scale);
              }});
}

// ---- types

template <class T>
double cast_to(double x) noexcept {
  if (!(std::fabs(x) < 9e15)) return x;
  return static_cast<double>(static_cast<T>(static_cast<std::int64_t>(x)));  // modulo 2^n
}

double to_float(double x) noexcept { return static_cast<double>(static_cast<float>(x)); }
double to_bool(double x) noexcept { return std::isnan(x) ? x : static_cast<double>(x != 0); }

struct Type {
  const char* name;
  double (*cast)(double);
  double bits;
};

void try_types(Trials& trials) {
  static constexpr std::array<Type, 9> kTypes{{{"integer", toward_zero, 4},
                                               {"float32", to_float, 4},
                                               {"int8", cast_to<std::int8_t>, 6},
                                               {"uint8", cast_to<std::uint8_t>, 6},
                                               {"int16", cast_to<std::int16_t>, 6},
                                               {"uint16", cast_to<std::uint16_t>, 6},
                                               {"int32", cast_to<std::int32_t>, 6},
                                               {"uint32", cast_to<std::uint32_t>, 6},
                                               {"boolean", to_bool, 6}}};
  const std::vector<double>& training = trials.feature().training;
  for (const Type& type : kTypes) {
    trials.add(
        {Cause::type_cast, type.bits, {{"type", std::string(type.name)}}, [&training, cast = type.cast](std::size_t i) {
           return cast(training[i]);
         }});
  }
}

void try_signs(Trials& trials) {
  const std::vector<double>& training = trials.feature().training;
  trials.add({Cause::sign, 1, {{"how", std::string("turned")}}, [&training](std::size_t i) { return -training[i]; }});
  trials.add(
      {Cause::sign, 2, {{"how", std::string("lost")}}, [&training](std::size_t i) { return std::fabs(training[i]); }});
}

}  // namespace

void try_numbers(Trials& trials) {
  Pairs pairs = finite_pairs(trials);
  if (pairs.size() == 0) return;
  try_signs(trials);
  try_types(trials);
  for (int decimals = -6; decimals <= 8; ++decimals) try_rounding(trials, decimals);
  for (int digits = 1; digits <= 7; ++digits) try_digits(trials, digits);
  for (int digits = 1; digits <= 3; ++digits) try_lost_digits(trials, digits);
  try_clipping(trials, pairs);
  try_hours(trials, pairs);
  Linear linear(trials, std::move(pairs));
  if (const auto units = units_per_second(trials.feature())) try_moments(trials, *units, mode_of(linear.differences()));
  linear.try_factors();
  linear.try_shifts();
  linear.try_normalisation();
}

}  // namespace leeway::inline v1::validate::detail
