#include "retrain/fit_shape.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <utility>

#include "retrain/fit_terms.hpp"

namespace leeway::inline v1::retrain::detail {
namespace {

constexpr double kPeriods = 2;          // of a season in a history, and on one side of a step
constexpr std::size_t kPointsEach = 2;  // for each number that is fitted

// Half of the squares that labels alone would leave: below that a description only follows its points.
double least_squares(const RateFit& fit) {
  const double scatter = fit.nearest.scatter.value();
  double sum = 0;
  for (const double weight : fit.weights) sum += 1 - weight * scatter * scatter;
  return sum / 2;
}

double bic(double squares, std::size_t points, std::size_t numbers) {
  const auto n = static_cast<double>(points);
  return n * std::log(squares) + static_cast<double>(numbers) * std::log(n);
}

class Describer {
 public:
  Describer(const Sample& sample, const RateFit& fit)
      : sample_(sample), terms_(sample, fit), least_(least_squares(fit)) {
    best_.bic = std::numeric_limits<double>::infinity();
  }

  Description operator()(ErrorRate alpha) {
    for (const bool decays : {false, true}) {
      Regression base = terms_.empty();
      terms_.add_base(base, decays);
      all_on(base, decays);
    }
    refine(alpha);
    return best_;
  }

 private:
  void all_on(const Regression& base, bool decays) {
    if (decays) {
      Regression bent = base;
      bent.add(terms_.bend());
      consider(bent, {.decays = true, .bent = true, .numbers = 2 + kBend});
    }
    for (std::size_t i = kBeside; i + kBeside <= sample_.size(); ++i) {
      Regression stepped = base;
      stepped.add(terms_.step(i));
      consider(stepped, {.decays = decays, .step = i, .numbers = base.size() + kStep});
    }
    if (terms_.frequencies().empty()) return;
    for (const double frequency : terms_.frequencies()) seasons(base, decays, frequency);
    seasons(base, decays, best_season(base));
  }
  // Its frequency, between those tried.
  [[nodiscard]] double best_season(const Regression& base) const {
    const auto squares = [&](double frequency) { return with_season(base, frequency).squares(); };
    const Numbers tried = terms_.frequencies();
    const double best =
        *std::min_element(tried.begin(), tried.end(), [&](double a, double b) { return squares(a) < squares(b); });
    return tuned(squares, best);
  }
  template <class Squares>
  [[nodiscard]] double tuned(Squares squares, double frequency) const {
    for (double width = terms_.resolution() / 2; width > 1e-4 * frequency; width /= 2)
      for (const double next : {frequency - width, frequency + width})
        if (next * sample_.span() > kPeriods * 0.98 && squares(next) < squares(frequency)) frequency = next;
    return frequency;
  }
  [[nodiscard]] Regression with_season(Regression base, double frequency) const {
    auto [cosine, sine] = terms_.season(frequency);
    base.add(std::move(cosine)), base.add(std::move(sine));
    return base;
  }
  void seasons(const Regression& base, bool decays, double frequency) {
    const auto [cosine, sine] = terms_.season(frequency);
    const Regression seasonal = with_season(base, frequency);
    const double period = 1 / frequency;
    consider(seasonal, {.decays = decays, .period = period, .numbers = base.size() + kSeason});
    for (std::size_t i = kBeside; i + kBeside <= sample_.size(); ++i) {
      if (!comes_back(i, period)) continue;
      Regression both = seasonal;
      both.add(terms_.step(i));
      const Description found{.decays = decays, .step = i, .period = period, .numbers = base.size() + kStep + kSeason};
      consider(both, found);
      if (comes_back_since(i, period)) consider(since(base, i, cosine, sine), found, true);
    }
  }
  // Two periods beside a step: with less, a step and a season follow any curve that falls.
  [[nodiscard]] bool comes_back(std::size_t step, double period) const {
    return sample_.age[step - 1] - sample_.age.front() >= kPeriods * period || comes_back_since(step, period);
  }
  [[nodiscard]] bool comes_back_since(std::size_t step, double period) const {
    return sample_.age.back() - sample_.age[step] >= kPeriods * period;
  }
  [[nodiscard]] Regression since(Regression base, std::size_t step, Numbers cosine, Numbers sine) const {
    std::fill_n(cosine.begin(), step, 0.0), std::fill_n(sine.begin(), step, 0.0);
    base.add(terms_.step(step)), base.add(std::move(cosine)), base.add(std::move(sine));
    return base;
  }
  void consider(const Regression& regression, Description found, bool since_step = false) {
    if (kPointsEach * found.numbers > sample_.size()) return;
    found.bic = bic(squares_of(regression), sample_.size(), found.numbers);
    if (!(found.bic < best_.bic)) return;
    found.fitted = terms_.unweighted(regression);
    best_ = std::move(found);
    since_step_ = since_step;
  }

  [[nodiscard]] Regression with_period(double period) const {
    Regression base = terms_.empty();
    terms_.add_base(base, best_.decays);
    auto [cosine, sine] = terms_.season(1 / period);
    if (since_step_) return since(std::move(base), *best_.step, std::move(cosine), std::move(sine));
    if (best_.step) base.add(terms_.step(*best_.step));
    return with_season(std::move(base), 1 / period);
  }
  void take_period(double period) {
    const Regression regression = with_period(period);
    best_.period = period;
    best_.bic = bic(squares_of(regression), sample_.size(), best_.numbers);
    best_.fitted = terms_.unweighted(regression);
  }
  // Between the frequencies tried; then the calendar, where the data do not object.
  void refine(ErrorRate alpha) {
    if (!best_.period) return;
    const double frequency = tuned([this](double f) { return with_period(1 / f).squares(); }, 1 / *best_.period);
    const double degrees = static_cast<double>(sample_.size() - best_.numbers);
    const double most = squares_of(with_period(1 / frequency)) * (1 + f_quantile(alpha, degrees) / degrees);
    for (const double calendar : {1.0, 7.0, 365.25 / 12, 365.25})
      if (kPeriods * calendar < sample_.span() + calendar / 50 &&
          std::fabs(1 / calendar - frequency) < terms_.resolution() * 4 && with_period(calendar).squares() <= most)
        return take_period(calendar);
    take_period(1 / frequency);
  }

  [[nodiscard]] double squares_of(const Regression& regression) const {
    return (std::max)(regression.squares(), least_);
  }

  const Sample& sample_;
  Terms terms_;
  double least_;
  Description best_;
  bool since_step_ = false;
};

}  // namespace

Description describe(const Sample& sample, const RateFit& fit, ErrorRate alpha) {
  return Describer(sample, fit)(alpha);
}

double bic_of_exponential(const Sample& sample, const RateFit& fit) {
  double squares = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double residual = sample.accuracy[i] - fit.fitted[i];
    squares += fit.weights[i] * residual * residual;
  }
  return bic((std::max)(squares, least_squares(fit)), sample.size(), 2);
}

}  // namespace leeway::inline v1::retrain::detail
