#include "leeway/retrain/fit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "retrain/check.hpp"
#include "retrain/fit_rate.hpp"
#include "retrain/fit_sample.hpp"
#include "retrain/fit_season.hpp"
#include "retrain/fit_shape.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;
using detail::Description;
using detail::Numbers;
using detail::RateFit;
using detail::Sample;
using detail::ShapeTest;
using detail::ShortSeason;
using detail::text;

constexpr double kLeastAlpha = 0.01;       // alpha: beyond what the draws of the noise can tell
constexpr double kShort = 0.1;             // of alpha, for seasons shorter than pools; the rest is for other shapes
constexpr double kMaterialScatter = 0.02;  // of accuracy: less is no reason to call a history noisy
constexpr double kLeastP = 0.002;          // that the draws of the noise tell
constexpr std::size_t kLeastForRate = 3;   // ages: two of them fit any rate
constexpr int kDigits = 3;

Check check(const FitOptions& options) {
  if (options.alpha.value() >= kLeastAlpha) return {};
  return detail::unexpected("at least 0.01", options.alpha.value(), "alpha");
}

// ---- Words

std::string words(Days days) {
  return days < Days(100) ? text(days.value(), kDigits) : text(std::round(days.value()), 15);
}
std::string words(Fraction accuracy) { return text(accuracy.value(), kDigits); }
// What is lost in a day, as the rate itself goes on from moment to moment.
std::string percent(PerDay rate) {
  return std::isfinite(rate.value()) ? text(-100 * std::expm1(-rate.value()), kDigits) + " %" : "all of it";
}

std::string words_of_step(const StepChange& step) {
  return "a step at day " + text(std::round(step.at.value()), 6) + " from " + words(step.before) + " to " +
         words(step.after);
}
std::string words_of_period(Days period) {
  return "seasonal with a period of " + words(period) + (period == Days(1) ? " day" : " days");
}

std::string words(double number, const std::string& unit) {
  const std::string digits = text(number, kDigits);
  return digits + ' ' + unit + (digits == "1" ? "" : "s");
}
std::string words_of_spacing(Days step) {
  const double seconds = step.value() * 86400;
  if (step > Days(1) - retrain::seconds(1)) return words(step.value(), "day");
  if (seconds > 3599) return words(seconds / 3600, "hour");
  if (seconds > 59) return words(seconds / 60, "minute");
  return words(seconds, "second");
}

std::string words_of_decay(const DecayFit& fit) {
  const Range<PerDay>& rates = fit.nearest.rates;
  return "exponential: loses " + percent(fit.nearest.rate) + " of its accuracy per day (" + percent(rates.low) +
         " to " + percent(rates.high) + "), half of it in " + words(*fit.half_life) + " days (" +
         words(fit.half_lives->low) + " to " + words(fit.half_lives->high) + ")";
}

// ---- What a curve explains

struct Spread {
  double swing;    // of the curve over the points
  double scatter;  // of the points about it, beyond what labels explain
};

double variance_of(const Numbers& values) {
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size());
}

Spread spread_of(const Sample& sample, const Numbers& curve, std::size_t numbers) {
  double squares = 0, labels = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double p = (std::clamp)(curve[i], 0.0, 1.0);
    squares += (sample.accuracy[i] - curve[i]) * (sample.accuracy[i] - curve[i]);
    labels += p * (1 - p) / sample.labels[i];
  }
  const double excess =
      squares / static_cast<double>(sample.size() - numbers) - labels / static_cast<double>(sample.size());
  return {std::sqrt(variance_of(curve)), std::sqrt((std::max)(0.0, excess))};
}

bool drowned(const Spread& spread) { return spread.scatter > spread.swing && spread.scatter > kMaterialScatter; }

// ---- Verdicts

class Judge {
 public:
  /// Of pooled points, whose short seasons have been taken out.
  Judge(const Sample& sample, ErrorRate alpha, double part)
      : sample_(sample), alpha_(alpha), shape_alpha_(alpha.value() * part) {}

  DecayFit operator()() {
    for (std::size_t i = 0; i < sample_.size(); ++i)
      fit_.points.push_back({Days(sample_.age[i]), Fraction(sample_.accuracy[i]), Queries(sample_.labels[i])});
    if (sample_.size() >= kLeastForRate) rate_ = detail::fit_rate(sample_, alpha_);
    fit_.nearest = rate_.nearest;
    sample_.size() < detail::kLeastPoints ? say_few() : judge();
    return std::move(fit_);
  }

 private:
  void say(HistoryShape shape, std::string reason) {
    fit_.shape = shape;
    fit_.reason = std::move(reason);
  }

  void say_few() {
    say(HistoryShape::not_enough_data, "not enough data: " + words(static_cast<double>(sample_.size()), "age") +
                                           " with 30 labels or more, " + std::to_string(detail::kLeastPoints) +
                                           " are needed to tell a decay from a step");
  }
  void judge() {
    const ShapeTest test = detail::test_shape(sample_, rate_, shape_alpha_);
    fit_.p_shape = test.p_shape;
    fit_.p_neighbours = test.p_neighbours;
    if (test.refused)
      name(detail::describe(sample_, rate_, alpha_), test.neighbours);
    else if (rate_.scattered && drowned(spread_of(sample_, rate_.fitted, 2)))
      say_noisy(spread_of(sample_, rate_.fitted, 2));
    else
      judge_rate();
  }

  void say_noisy(const Spread& spread) {
    say(HistoryShape::noisy, "noisy: accuracy scatters by " + text(spread.scatter, 2) +
                                 " beyond what its labels explain, and the nearest model of decay moves it by " +
                                 text(spread.swing, 2) + " only");
  }

  // ---- Exponential

  void judge_rate() {
    const Range<PerDay>& rates = fit_.nearest.rates;
    if (rates.high < PerDay(0)) return say(HistoryShape::recovers, "not exponential: accuracy rises with age");
    if (rates.low > PerDay(0)) return say_exponential();
    if (rates.high * Days(sample_.span()) > std::numbers::ln2)
      return say(HistoryShape::not_enough_data,
                 "not enough data: the decay may be 0 or " + percent(rates.high) + " per day");
    say(HistoryShape::none, "no decay seen: its rate may be 0, and is at most " + percent(rates.high) + " per day");
  }
  void say_exponential() {
    const Range<PerDay>& rates = fit_.nearest.rates;
    fit_.half_life = *half_life(fit_.nearest.rate);
    fit_.half_lives = {Days(std::numbers::ln2 / rates.high.value()), Days(std::numbers::ln2 / rates.low.value())};
    say(HistoryShape::exponential, words_of_decay(fit_));
  }

  // ---- Anything else

  void name(const Description& found, double neighbours) {
    if (found.bic >= detail::bic_of_exponential(sample_, rate_))
      return say(HistoryShape::noisy, "noisy: neighbours are alike (correlation " + text(neighbours, 2) +
                                          "), as where accuracy wanders, beside any decay, step or season");
    const Spread spread = spread_of(sample_, found.fitted, found.numbers);
    if (drowned(spread)) return say_noisy(spread);
    if (found.bent) return name_bend(found);
    if (found.step) fit_.step = change_at(*found.step);
    if (found.period) fit_.period = Days(*found.period);
    if (found.period) return name_season(found);
    name_step(found);
  }
  void name_bend(const Description& found) {
    const auto lowest = std::min_element(found.fitted.begin(), found.fitted.end());
    const double drop = found.fitted.front() - *lowest, rise = found.fitted.back() - *lowest;
    if (rise > drop / 4)
      return say(HistoryShape::recovers,
                 "not exponential: recovers, after the lowest accuracy at day " +
                     words(Days(sample_.age[static_cast<std::size_t>(lowest - found.fitted.begin())])));
    say(HistoryShape::bent, levels_off(found) ? "not exponential: levels off" : "not exponential: falls ever faster");
  }
  // Below the chord, by the middle of the points.
  [[nodiscard]] bool levels_off(const Description& found) const {
    const std::size_t middle = sample_.size() / 2;
    return found.fitted[middle] < rate_.fitted[middle];
  }
  void name_season(const Description& found) {
    const std::string season = words_of_period(*fit_.period) + (found.decays ? ", beside a decay" : "");
    if (!fit_.step) return say(HistoryShape::seasonal, "not exponential: " + season);
    say(HistoryShape::seasonal_step, "not exponential: " + words_of_step(*fit_.step) + ", and " + season);
  }
  void name_step(const Description& found) {
    if (fit_.step->after > fit_.step->before || rises_at(*found.step, found.fitted))
      return say(HistoryShape::recovers, "not exponential: recovers, by " + words_of_step(*fit_.step));
    say(HistoryShape::step, "not exponential: " + words_of_step(*fit_.step) + (found.decays ? ", beside a decay" : ""));
  }
  static bool rises_at(std::size_t step, const Numbers& fitted) { return fitted[step] > fitted[step - 1]; }

  [[nodiscard]] StepChange change_at(std::size_t first) const {
    return {Days((sample_.age[first - 1] + sample_.age[first]) / 2), mean(0, first), mean(first, sample_.size())};
  }
  [[nodiscard]] Fraction mean(std::size_t from, std::size_t to) const {
    double correct = 0, labels = 0;
    for (std::size_t i = from; i < to; ++i) {
      correct += sample_.labels[i] * sample_.accuracy[i];
      labels += sample_.labels[i];
    }
    return Fraction(correct / labels);
  }

  const Sample& sample_;
  ErrorRate alpha_;
  double shape_alpha_;
  RateFit rate_;
  DecayFit fit_;
};

void refuse_time(DecayFit& fit, std::size_t rows, Days step) {
  fit.history_alone =
      std::exchange(fit.reason, "time is artificial: it looks like a row counter, " + std::to_string(rows) +
                                    " rows exactly " + words_of_spacing(step) + " apart");
  fit.shape = HistoryShape::artificial_time;
  fit.half_life.reset(), fit.half_lives.reset(), fit.step.reset(), fit.period.reset();
}

bool is_smooth(HistoryShape shape) {
  return shape == HistoryShape::exponential || shape == HistoryShape::none || shape == HistoryShape::not_enough_data;
}

// What was judged without its short seasons has them. The strongest is named.
void add_season(DecayFit& fit, const ShortSeason& season) {
  const Days period(season.period);
  const std::string words =
      words_of_period(period) + (fit.shape == HistoryShape::exponential ? ", beside a decay" : "");
  fit.reason = is_smooth(fit.shape) ? "not exponential: " + words : fit.reason + ", and " + words;
  if (is_smooth(fit.shape)) fit.shape = HistoryShape::seasonal;
  if (fit.shape == HistoryShape::step) fit.shape = HistoryShape::seasonal_step;
  fit.half_life.reset(), fit.half_lives.reset();
  if (!fit.period) fit.period = period;
  fit.p_shape = (std::min)(fit.p_shape, (std::max)(season.p, kLeastP));
}

DecayFit judged(Sample ages, ErrorRate alpha) {
  Sample sample = detail::pooled(ages).sample;
  if (sample.size() == ages.size() || sample.size() < detail::kLeastPoints) return Judge(sample, alpha, 1)();
  const auto seasons = detail::take_short_seasons(ages, alpha.value() * kShort);
  if (!seasons.empty()) sample = detail::pooled(ages).sample;
  DecayFit fit = Judge(sample, alpha, 1 - kShort)();
  if (!seasons.empty()) add_season(fit, seasons.front());
  return fit;
}

}  // namespace

Result<DecayFit> fit_decay(std::span<const AccuracyPoint> history, const FitOptions& options) {
  if (Check bad = detail::first({check(options), detail::check(history)})) return *std::move(bad);
  DecayFit fit = judged(detail::by_age(history), options.alpha);
  const auto step = detail::counter_step(history, options.dated);
  if (step && !options.evenly_sampled) refuse_time(fit, history.size(), *step);
  return fit;
}

}  // namespace leeway::inline v1::retrain
