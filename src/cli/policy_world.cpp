#include "cli/policy_world.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "cli/console.hpp"
#include "cli/loss_history.hpp"
#include "cli/wording.hpp"
#include "leeway/report/quantity_text.hpp"
#include "leeway/retrain/interval.hpp"
#include "leeway/retrain/optimal_curve.hpp"

namespace leeway::cli {
namespace {

using report::number_text;
using report::quantity_text;
using retrain::CurveInterval;
using retrain::Days;
using retrain::LossCurve;
using retrain::Money;
using retrain::MoneyPerDay;
using retrain::PerDay;
using retrain::Replay;

constexpr const char* kSameCost = "a retraining costs the same every time, and is done at once";
constexpr const char* kPromptLabels =
    "threshold, cumulative and marginal rules see a loss at the end of its period: labels come without delay";
constexpr const char* kWholePeriods = "rules act between periods: what is shorter is rounded up to a whole one";
constexpr const char* kFreshStart = "a replay begins with a fresh model, which costs nothing";

constexpr double kPeriods = 4000;       // of a replay, unless asked for otherwise
constexpr double kMostPeriods = 20000;  // the oracle's work is quadratic
constexpr std::int64_t kReplays = 20;
constexpr double kEnoughShocks = 25;  // in all replays together: below, formulas rank
constexpr double kResolution = 8;     // periods of the shortest time that matters
// ---- policies

std::string days_text(Days days) { return number_text(days.value()) + (days == Days(1) ? " day" : " days"); }

PolicyEntry scheduled(Days interval, const std::string& why, std::optional<MoneyPerDay> formula) {
  return {"scheduled", "scheduled, every " + days_text(interval) + why, retrain::Scheduled{interval}, interval.value(),
          formula};
}

PolicyEntry threshold(MoneyPerDay loss) {
  return {"threshold", "threshold, a loss of " + quantity_text(loss), retrain::Threshold{loss}, loss.value()};
}

PolicyEntry cumulative(Money loss) {
  return {"cumulative", "cumulative, " + quantity_text(loss) + " lost", retrain::Cumulative{loss}, loss.value()};
}

PolicyEntry marginal() { return {"marginal", "marginal, or twice the cost lost", retrain::Marginal{}, {}}; }

PolicyEntry continuous(Days period) {
  return {"continuous", "continuous, every " + days_text(period), retrain::Continuous{}, period.value()};
}

PolicyEntry triggered(const retrain::Triggered& monitor) {
  std::string text = "triggered, after " + days_text(monitor.delay);
  if (monitor.false_triggers > PerDay(0)) text += ", " + number_text(monitor.false_triggers.value()) + " false a day";
  if (monitor.monitoring > MoneyPerDay(0)) text += ", at " + quantity_text(monitor.monitoring);
  return {"triggered", text, monitor, monitor.delay.value()};
}

/// As a schedule whose day does not come.
PolicyEntry never(const Replay& replay, std::optional<MoneyPerDay> formula) {
  const Days beyond = replay.period * (2 * static_cast<double>(replay.periods));
  return {"never", "never", retrain::Scheduled{beyond}, {}, formula};
}

// ---- how finely, and how long

struct Grid {
  Days period;
  std::size_t periods;
};

/// Such that `whole`, if finite, is a whole number of periods, and the shortest time has several.
Days period_for(const WorldOptions& options, Days whole, double scale) {
  if (options.period) return *options.period;
  double shortest = std::isfinite(whole.value()) ? whole.value() : scale;
  const double unit = shortest;
  if (options.delay && *options.delay > Days(0)) shortest = (std::min)(shortest, options.delay->value());
  if (options.interval) shortest = (std::min)(shortest, options.interval->value());
  return Days(unit / std::ceil(kResolution * unit / shortest));
}

Result<Grid> grid_for(const WorldOptions& options, Days whole, double scale) {
  const Days period = period_for(options, whole, scale);
  const double periods = options.span ? std::ceil(*options.span / period - 1e-9) : kPeriods;
  if (periods <= kMostPeriods) return Grid{period, static_cast<std::size_t>(periods)};
  return usage_error(options.span ? "--days" : "--period-days",
                     "expected at most " + grouped(static_cast<std::uint64_t>(kMostPeriods)) + " periods of " +
                         quantity_text(period) + ", found " + number_text(periods));
}

// ---- sudden changes

Result<std::vector<Replay>> shock_replays(const retrain::Shocks& shocks, const WorldOptions& options, Grid grid) {
  std::vector<Replay> replays;
  for (std::int64_t i = 0; i < options.replays.value_or(kReplays); ++i) {
    auto replay = retrain::replay_of_shocks(shocks, grid.periods, grid.period,
                                            static_cast<std::uint64_t>(options.first_seed() + i));
    if (!replay) return std::move(replay).error();
    replays.push_back(*std::move(replay));
  }
  return replays;
}

std::string free_monitor_text(const CurveInterval& best) {
  return "Monitoring pays if it detects faster than " + quantity_text(best.interval) +
         ", the interval of the best schedule, as long as it costs nothing and has no false triggers.";
}

/// With a price and false triggers.
void advise_on_monitor(const retrain::Shocks& shocks, Money cost, const retrain::Triggered& monitor, World& world) {
  const auto delay = retrain::break_even_delay(shocks, cost, monitor.false_triggers, monitor.monitoring);
  if (!delay) {
    world.advice.emplace_back("With those false triggers and that price no monitor is fast enough to pay.");
    return;
  }
  world.results.emplace_back("break_even_delay_days", delay->value());
  if (monitor.false_triggers > PerDay(0) || monitor.monitoring > MoneyPerDay(0))
    world.advice.push_back("With those false triggers and that price it pays if it detects faster than " +
                           quantity_text(*delay) + ".");
}

/// The user's own monitor, by formula.
void judge_monitor(const retrain::Shocks& shocks, Money cost, const retrain::Triggered& monitor,
                   const CurveInterval& best, World& world) {
  const auto rate = retrain::cost_rate(shocks, cost, monitor);
  if (!rate) return;
  const bool pays = *rate < best.cost_rate;
  const MoneyPerDay difference = pays ? best.cost_rate - *rate : *rate - best.cost_rate;
  world.advice.push_back(std::string("Yours ") + (pays ? "pays" : "does not pay") + ": by formula it costs " +
                         quantity_text(difference) + (pays ? " less" : " more") + " than the best schedule.");
}

/// Few changes make means of replays that mean little.
void warn_of_few(const retrain::Shocks& shocks, World& world) {
  const Replay& one = world.replays.front();
  const double days = one.period.value() * static_cast<double>(one.periods * world.replays.size());
  const double expected = shocks.rate.value() * days;
  if (expected >= kEnoughShocks) return;
  world.ranking = Ranking::formula;
  world.advice.push_back("Trust the formulas: in all replays together only " + number_text(expected) +
                         " changes are to be expected; --days and --replays make them longer and more. What has no "
                         "formula comes last.");
}

void advise(const retrain::Shocks& shocks, Money cost, const WorldOptions& options, const CurveInterval& best,
            World& world) {
  warn_of_few(shocks, world);
  if (!best.pays) {
    world.advice.push_back("Never retrain: a retraining costs " + quantity_text(cost) +
                           ", more than a change takes until the next one, " +
                           quantity_text(shocks.loss / shocks.rate) + ". No monitor changes that.");
    return;
  }
  world.advice.push_back(free_monitor_text(best));
  world.results.emplace_back("free_break_even_delay_days", best.interval.value());
  advise_on_monitor(shocks, cost, options.monitor(), world);
  if (options.delay) judge_monitor(shocks, cost, options.monitor(), best, world);
}

/// What a schedule costs under shocks: what it costs under the exponential loss of the same rate.
std::optional<MoneyPerDay> schedule_cost(const LossCurve& curve, Money cost, Days interval) {
  const auto rate = retrain::cost_rate(curve, cost, interval);
  return rate ? std::optional(*rate) : std::nullopt;
}

void add_schedules(const WorldOptions& options, Money cost, const CurveInterval& best, World& world) {
  if (best.pays) world.policies.push_back(scheduled(best.interval, " (the best)", best.cost_rate));
  if (options.interval)
    world.policies.push_back(
        scheduled(*options.interval, " (yours)", schedule_cost(*world.curve, cost, *options.interval)));
  PolicyEntry often = continuous(world.replays.front().period);
  often.formula = schedule_cost(*world.curve, cost, world.replays.front().period);
  world.policies.push_back(often);
  world.policies.push_back(never(world.replays.front(), world.curve->average()));
}

Result<World> sudden_world(const WorldOptions& options, Money cost) {
  const retrain::Shocks shocks{*options.shocks, *options.loss};
  const auto best = retrain::best_schedule(shocks, cost);
  if (!best) return best.error();
  const auto grid = grid_for(options, best->interval, 1 / shocks.rate.value());
  if (!grid) return grid.error();
  auto replays = shock_replays(shocks, options, *grid);
  if (!replays) return std::move(replays).error();
  auto curve = retrain::ExponentialLoss::make(shocks.loss, shocks.rate);
  if (!curve) return std::move(curve).error();
  World world{"sudden",
              "Sudden changes, " + number_text(shocks.rate.value()) + " a day on average; from each on " +
                  quantity_text(shocks.loss) + " is lost until the model is retrained; a retraining costs " +
                  quantity_text(cost) + ".",
              {"changes come without memory, at a known rate", "each makes any older model lose the same", kSameCost,
               kPromptLabels, kWholePeriods, kFreshStart},
              std::make_shared<retrain::ExponentialLoss>(*curve),
              *std::move(replays),
              {},
              {},
              {}};
  add_schedules(options, cost, *best, world);
  if (options.delay) {
    PolicyEntry monitor = triggered(options.monitor());
    const auto rate = retrain::cost_rate(shocks, cost, options.monitor());
    if (!rate) return rate.error();
    monitor.formula = *rate;
    world.policies.push_back(monitor);
  }
  world.policies.push_back(threshold(options.threshold.value_or(shocks.loss / 2)));
  world.policies.push_back(cumulative(options.cumulative.value_or(cost)));
  world.policies.push_back(marginal());
  advise(shocks, cost, options, *best, world);
  return world;
}

// ---- a curve that repeats itself

/// A rule that depends on the age of the model alone retrains at one age.
void add_rule(const LossCurve& curve, Money cost, PolicyEntry entry, World& world) {
  const auto age = retrain::retraining_age(curve, cost, entry.policy);
  if (age) entry.formula = std::isfinite(age->value()) ? schedule_cost(curve, cost, *age) : curve.average();
  world.policies.push_back(std::move(entry));
}

Result<World> curve_world(const WorldOptions& options, Money cost, std::shared_ptr<const LossCurve> curve, World world,
                          double scale) {
  const auto best = retrain::optimal_interval(*curve, cost);
  if (!best) return best.error();
  const auto grid = grid_for(options, best->interval, scale);
  if (!grid) return grid.error();
  auto replay = retrain::replay_of_curve(*curve, grid->periods, grid->period);
  if (!replay) return std::move(replay).error();
  world.curve = std::move(curve);
  world.replays.push_back(*std::move(replay));
  add_schedules(options, cost, *best, world);
  const MoneyPerDay limit = options.threshold.value_or(best->cost_rate);
  if (limit > MoneyPerDay(0) && std::isfinite(limit.value())) add_rule(*world.curve, cost, threshold(limit), world);
  add_rule(*world.curve, cost, cumulative(options.cumulative.value_or(cost)), world);
  add_rule(*world.curve, cost, marginal(), world);
  if (!best->pays)
    world.advice.push_back("Never retrain: a retraining costs " + quantity_text(cost) +
                           ", and there is never as much as that to be won back.");
  return world;
}

Result<World> gradual_world(const WorldOptions& options, Money cost) {
  const MoneyPerDay ceiling = *options.queries * *options.value * *options.accuracy;
  auto curve = retrain::ExponentialLoss::make(ceiling, *options.decay);
  if (!curve) return std::move(curve).error();
  World world{"gradual",
              "Gradual decay, by " + quantity_text(retrain::Fraction(options.decay->value())) +
                  " a day, from moment to moment; all of the accuracy is worth " + quantity_text(ceiling) +
                  "; a retraining costs " + quantity_text(cost) + ".",
              {"every model decays at the same known rate", "value is linear in accuracy", kSameCost, kPromptLabels,
               kWholePeriods, kFreshStart},
              {},
              {},
              {},
              {},
              {}};
  world.advice.emplace_back(
      "What a monitor is worth depends on changes that it can detect: describe them with --shocks-per-day.");
  return curve_world(options, cost, std::make_shared<retrain::ExponentialLoss>(*curve), std::move(world),
                     1 / options.decay->value());
}

Result<World> measured_world(const WorldOptions& options, Money cost, const std::vector<retrain::LossPoint>& points) {
  const std::vector<retrain::LossPoint> rising = retrain::nondecreasing(points);
  auto curve = retrain::EmpiricalLoss::make(rising);
  if (!curve) return std::move(curve).error();
  World world{"measured_by_age",
              "Losses by age, measured at " + counted(points.size(), "age") + " up to " +
                  quantity_text(points.back().age) + "; a retraining costs " + quantity_text(cost) + ".",
              {"every model ages as the measured one did, whose last loss stays", kSameCost, kPromptLabels,
               kWholePeriods, kFreshStart},
              {},
              {},
              {},
              {},
              {}};
  if (rising != points) world.assumes.emplace_back("losses that fall with age are noise: they were evened out");
  const double scale = points.back().age > Days(0) ? points.back().age.value() : 1;
  return curve_world(options, cost, std::make_shared<retrain::EmpiricalLoss>(*curve), std::move(world), scale);
}

// ---- one's own models

Result<World> recorded_world(const WorldOptions& options, Money cost, const ModelLosses& losses) {
  if (options.span)
    return usage_error("--days", "expected none beside losses by model, which are as long as they are, found one");
  const Days period = options.period.value_or(Days(1));
  const Replay replay = losses.replay(period);
  const auto best = best_schedule_in_hindsight(replay, cost);
  if (!best) return best.error();
  const auto found = retrain::run(replay, cost, retrain::Scheduled{*best});
  if (!found) return found.error();
  const MoneyPerDay rate = found->total() / (period * static_cast<double>(replay.periods));
  World world{
      "measured_by_model",
      "Recorded losses of " + counted(replay.periods, "model") + " over " + counted(replay.periods, "period") + " of " +
          quantity_text(period) + "; a retraining costs " + quantity_text(cost) + ".",
      {"the losses recorded are those that would have been", kSameCost, kPromptLabels, kWholePeriods, kFreshStart},
      {},
      {replay},
      {},
      {},
      {}};
  world.policies.push_back(scheduled(*best, " (best in hindsight)", {}));
  if (options.interval) world.policies.push_back(scheduled(*options.interval, " (yours)", {}));
  world.policies.push_back(continuous(period));
  world.policies.push_back(never(replay, {}));
  if (options.delay) world.policies.push_back(triggered(options.monitor()));
  const MoneyPerDay limit = options.threshold.value_or(rate);
  if (limit > MoneyPerDay(0)) world.policies.push_back(threshold(limit));
  world.policies.push_back(cumulative(options.cumulative.value_or(cost)));
  world.policies.push_back(marginal());
  return world;
}

Result<World> history_world(const WorldOptions& options, Money cost) {
  auto history = read_loss_history(options.history);
  if (!history) return std::move(history).error();
  if (const auto* models = std::get_if<ModelLosses>(&*history)) return recorded_world(options, cost, *models);
  if (options.delay)
    return usage_error("--delay-days", "expected it with --shocks-per-day or losses by model, found losses by age");
  return measured_world(options, cost, std::get<std::vector<retrain::LossPoint>>(*history));
}

// ---- what was asked for

Error missing(const char* option, const char* beside) {
  return usage_error(option, std::string("expected it beside ") + beside + ", found none");
}

Result<void> check_complete(const WorldOptions& options) {
  const int worlds = (options.shocks ? 1 : 0) + (options.decay ? 1 : 0) + (options.history.empty() ? 0 : 1);
  if (worlds != 1)
    return usage_error("leeway economics compare",
                       "expected one of --shocks-per-day (sudden changes), --decay-per-day (gradual decay) and "
                       "--history (losses of one's own), found " +
                           std::string(worlds == 0 ? "none" : "several"));
  if (options.shocks && !options.loss) return missing("--loss-per-day", "--shocks-per-day");
  if (options.decay && !options.queries) return missing("--queries-per-day", "--decay-per-day");
  if (options.decay && !options.value) return missing("--value-per-query", "--decay-per-day");
  if (options.decay && !options.accuracy) return missing("--accuracy", "--decay-per-day");
  if (options.decay && options.delay)
    return usage_error("--delay-days",
                       "expected it with --shocks-per-day, found --decay-per-day: gradual decay has no moment from "
                       "which a delay counts");
  return {};
}

/// An option that would change nothing is a misunderstanding.
Result<void> check_unused(const WorldOptions& options) {
  if (!options.shocks && options.loss)
    return usage_error("--loss-per-day", "expected --shocks-per-day beside it, found none");
  if (!options.decay && (options.queries || options.value || options.accuracy))
    return usage_error(options.queries ? "--queries-per-day"
                       : options.value ? "--value-per-query"
                                       : "--accuracy",
                       "expected --decay-per-day beside it, found none");
  if (!options.shocks && !options.delay && (options.false_triggers || options.monitoring))
    return usage_error(options.false_triggers ? "--false-triggers-per-day" : "--monitoring-per-day",
                       "expected --delay-days beside it, found none");
  if (!options.shocks && options.replays)
    return usage_error("--replays", "expected --shocks-per-day beside it, found none: all else happens once");
  if (!options.shocks && options.seed && !options.false_triggers)
    return usage_error(
        "--seed", "expected --shocks-per-day or --false-triggers-per-day beside it, found none: nothing is random");
  return {};
}

}  // namespace

Result<void> check_world(const WorldOptions& options) {
  if (auto checked = check_complete(options); !checked) return checked;
  return check_unused(options);
}

Result<World> make_world(const WorldOptions& options, Money cost) {
  if (options.shocks) return sudden_world(options, cost);
  return options.decay ? gradual_world(options, cost) : history_world(options, cost);
}

}  // namespace leeway::cli
