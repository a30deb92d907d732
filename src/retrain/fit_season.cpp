#include "retrain/fit_season.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "retrain/fit_rate.hpp"

namespace leeway::inline v1::retrain::detail {
namespace {

constexpr std::size_t kMostScanned = 2048;  // ages: of more, neighbours are pooled, and short seasons are of a calendar
constexpr std::size_t kMostSeasons = 8;     // a week and a day with overtones
constexpr double kOutlying = 3;             // standard deviations beyond which a residual counts as that
constexpr double kNormalMedian = 1.4826;    // standard deviations of a normal law in its median distance
constexpr double kCollinear = 1e-6;
constexpr double kOvertones = 3;

constexpr double kWeek = 7;
constexpr double kDay = 1;

double turn(double frequency, double age) { return 2 * std::numbers::pi * frequency * age; }

// What a cosine and a sine explain, each about its means over the pools.
struct Projection {
  double cc = 0, cs = 0, ss = 0;  // products of the columns
  double cr = 0, sr = 0;          // with the residual

  [[nodiscard]] double determinant() const { return cc * ss - cs * cs; }
  [[nodiscard]] bool distinct() const { return determinant() > kCollinear * cc * ss; }
  [[nodiscard]] double explained() const {
    return distinct() ? (cr * cr * ss - 2 * cr * sr * cs + sr * sr * cc) / determinant() : 0;
  }
};

// The residuals within pools: slow changes, steps included, are not in them but for the pool that has the step.
class Within {
 public:
  Within(const Sample& ages, const Pooled& pools) : age_(ages.age), first_(pools.first) {
    first_.push_back(ages.size());
    for (std::size_t pool = 0; pool + 1 < first_.size(); ++pool) add(ages, pool, pools.sample.accuracy[pool]);
    clipped_ = clipped();
    squares_ = 0;
    for (std::size_t i = 0; i < age_.size(); ++i) squares_ += weight_[i] * clipped_[i] * clipped_[i];
  }

  [[nodiscard]] double degrees() const { return static_cast<double>(age_.size() - first_.size()) - 1; }
  [[nodiscard]] double unexplained(const Projection& projection) const {
    return squares_ > 0 ? (std::max)(0.0, 1 - projection.explained() / squares_) : 1;
  }
  [[nodiscard]] Projection at(double frequency) const {
    Numbers cosine, sine;
    for (const double age : age_) cosine.push_back(std::cos(turn(frequency, age)));
    for (const double age : age_) sine.push_back(std::sin(turn(frequency, age)));
    return projection(cosine, sine, clipped_);
  }
  // `see(frequency, projection)` of each, a step apart.
  template <class See>
  void scan(double from, double step, std::size_t count, See see) const {
    Numbers cosine, sine, turn_cosine, turn_sine;
    for (const double age : age_) {
      cosine.push_back(std::cos(turn(from, age))), sine.push_back(std::sin(turn(from, age)));
      turn_cosine.push_back(std::cos(turn(step, age))), turn_sine.push_back(std::sin(turn(step, age)));
    }
    for (std::size_t i = 0; i < count; ++i) {
      see(from + step * static_cast<double>(i), projection(cosine, sine, clipped_));
      for (std::size_t k = 0; k < age_.size(); ++k) {
        const double c = cosine[k];
        cosine[k] = c * turn_cosine[k] - sine[k] * turn_sine[k];
        sine[k] = sine[k] * turn_cosine[k] + c * turn_sine[k];
      }
    }
  }
  [[nodiscard]] ShortSeason fitted(double frequency) const {
    Numbers cosine, sine;
    for (const double age : age_) cosine.push_back(std::cos(turn(frequency, age)));
    for (const double age : age_) sine.push_back(std::sin(turn(frequency, age)));
    const Projection p = projection(cosine, sine, residual_);
    return {1 / frequency, (p.cr * p.ss - p.sr * p.cs) / p.determinant(),
            (p.sr * p.cc - p.cr * p.cs) / p.determinant()};
  }

 private:
  void add(const Sample& ages, std::size_t pool, double mean) {
    for (std::size_t i = first_[pool]; i < first_[pool + 1]; ++i) {
      const double n = ages.labels[i];
      const double p = (mean * kPrior + 0.5) / (kPrior + 1);  // so that a share of 0 or 1 has a variance
      weight_.push_back(n / (p * (1 - p)));
      residual_.push_back(ages.accuracy[i] - mean);
    }
  }
  [[nodiscard]] double scale() const {
    Numbers distances;
    for (std::size_t i = 0; i < age_.size(); ++i) distances.push_back(std::fabs(residual_[i]) * std::sqrt(weight_[i]));
    const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
    std::nth_element(distances.begin(), middle, distances.end());
    return (std::max)(1.0, kNormalMedian * *middle);
  }
  // So that a step within a pool does not look like a season.
  [[nodiscard]] Numbers clipped() const {
    const double most = kOutlying * scale();
    Numbers clipped = residual_;
    for (std::size_t i = 0; i < age_.size(); ++i)
      clipped[i] = (std::clamp)(clipped[i], -most / std::sqrt(weight_[i]), most / std::sqrt(weight_[i]));
    return clipped;
  }

  [[nodiscard]] Projection projection(const Numbers& cosine, const Numbers& sine, const Numbers& residual) const {
    Projection all;
    for (std::size_t pool = 0; pool + 1 < first_.size(); ++pool) {
      double w = 0, c = 0, s = 0, r = 0;
      for (std::size_t i = first_[pool]; i < first_[pool + 1]; ++i) {
        const double wc = weight_[i] * cosine[i], ws = weight_[i] * sine[i];
        w += weight_[i], c += wc, s += ws, r += weight_[i] * residual[i];
        all.cc += wc * cosine[i], all.cs += wc * sine[i], all.ss += ws * sine[i];
        all.cr += wc * residual[i], all.sr += ws * residual[i];
      }
      all.cc -= c * c / w, all.cs -= c * s / w, all.ss -= s * s / w;
      all.cr -= c * r / w, all.sr -= s * r / w;
    }
    return all;
  }

  static constexpr double kPrior = 30;  // labels: there are as many in a pool

  const Numbers& age_;
  std::vector<std::size_t> first_;
  Numbers weight_;
  Numbers residual_;
  Numbers clipped_;
  double squares_ = 0;
};

class Finder {
 public:
  explicit Finder(const Sample& ages) : pools_(pooled(ages)), scanned_(ages), within_pools_(pools_) {
    if (ages.size() <= kMostScanned) return;
    scanned_ = pooled(ages, ages.span() / kMostScanned).sample;
    within_pools_ = pooled(scanned_);
  }

  /// Of the calendar where there are too many ages to scan them all, then of any period.
  [[nodiscard]] std::optional<ShortSeason> strongest(const Sample& ages, double alpha) const {
    if (scanned_.size() < ages.size())
      if (const auto found = of_calendar(ages, alpha / 2)) return found;
    return of_any(ages, alpha / (scanned_.size() < ages.size() ? 2 : 1));
  }

 private:
  // From 2 pools to 2 ages, or 4 of those that were scanned.
  [[nodiscard]] double longest() const {
    return 2 * pools_.sample.span() / static_cast<double>(pools_.sample.size() - 1);
  }
  [[nodiscard]] static double shortest(const Sample& ages) {
    return 2 * ages.span() / (static_cast<double>(ages.size()) - 1);
  }

  [[nodiscard]] std::optional<ShortSeason> of_calendar(const Sample& ages, double alpha) const {
    const Within within(ages, pools_);
    double best = 0, least = 1;
    for (const double calendar : {kWeek, kDay})
      for (double overtone = 1; overtone <= kOvertones; ++overtone) {
        const double period = calendar / overtone;
        if (period > longest() || period < shortest(ages)) continue;
        const double rest = within.unexplained(within.at(1 / period));
        if (rest < least) best = 1 / period, least = rest;
      }
    return judged(within, best, std::pow(least, within.degrees() / 2) * 2 * kOvertones, alpha);
  }

  [[nodiscard]] std::optional<ShortSeason> of_any(const Sample& ages, double alpha) const {
    const Within within(scanned_, within_pools_);
    const double step = 0.25 / scanned_.span(), from = 1 / longest();
    const double most = 1 / (shortest(scanned_) * (scanned_.size() < ages.size() ? 2 : 1)) - step / 2;
    if (!(most > from) || within.degrees() < 1) return {};
    const auto count = static_cast<std::size_t>((most - from) / step) + 1;
    double best = 0, least = 1;
    within.scan(from, step, count, [&](double frequency, const Projection& projection) {
      const double rest = within.unexplained(projection);
      if (rest < least) best = frequency, least = rest;
    });
    const double p = std::pow(least, within.degrees() / 2) * static_cast<double>(count);
    if (!(p < alpha)) return {};
    return judged(within, calendar_near(within, tuned(within, best, step)), p, alpha);
  }
  [[nodiscard]] static double tuned(const Within& within, double frequency, double step) {
    const auto rest = [&](double f) { return within.unexplained(within.at(f)); };
    for (double width = step / 2; width > step / 1000; width /= 2)
      for (const double next : {frequency - width, frequency + width})
        if (rest(next) < rest(frequency)) frequency = next;
    return frequency;
  }
  // A day or a week, where it does not fit worse.
  [[nodiscard]] double calendar_near(const Within& within, double frequency) const {
    const auto rest = [&](double f) { return within.unexplained(within.at(f)); };
    const double most = rest(frequency) * (1 + f_quantile(ErrorRate(0.05), within.degrees()) / within.degrees());
    for (const double calendar : {kWeek, kDay})
      if (std::fabs(1 / calendar - frequency) < 1 / scanned_.span() && rest(1 / calendar) <= most) return 1 / calendar;
    return frequency;
  }
  [[nodiscard]] static std::optional<ShortSeason> judged(const Within& within, double frequency, double p,
                                                         double alpha) {
    if (!(p < alpha) || frequency == 0) return {};
    ShortSeason season = within.fitted(frequency);
    season.p = p;
    return season;
  }

  Pooled pools_;  // as they are fitted
  Sample scanned_;
  Pooled within_pools_;  // of what is scanned
};

}  // namespace

double ShortSeason::at(double age) const {
  return cosine * std::cos(turn(1 / period, age)) + sine * std::sin(turn(1 / period, age));
}

std::vector<ShortSeason> take_short_seasons(Sample& ages, double alpha) {
  std::vector<ShortSeason> found;
  while (found.size() < kMostSeasons) {
    const auto season = Finder(ages).strongest(ages, alpha);
    if (!season) break;
    for (std::size_t i = 0; i < ages.size(); ++i) ages.accuracy[i] -= season->at(ages.age[i]);
    found.push_back(*season);
  }
  return found;
}

}  // namespace leeway::inline v1::retrain::detail
