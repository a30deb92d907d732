// leeway economics compare: when to retrain, by which rule.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/economics_command.hpp"
#include "cli/economics_options.hpp"
#include "cli/loss_history.hpp"
#include "cli/number.hpp"
#include "cli/policy_comparison.hpp"
#include "cli/wording.hpp"
#include "leeway/report/quantity_text.hpp"
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
using retrain::Policy;
using retrain::Replay;

constexpr const char* kSameCost = "a retraining costs the same every time, and is done at once";
constexpr const char* kPromptLabels =
    "threshold, cumulative and marginal rules see a loss at the end of its period: labels come without delay";
constexpr const char* kFreshStart = "a replay begins with a fresh model, which costs nothing";

constexpr double kPeriods = 4000;       // of a replay, unless asked for otherwise
constexpr double kMostPeriods = 20000;  // the oracle's work is quadratic
constexpr double kResolution = 8;       // periods of the shortest time that matters
constexpr std::int64_t kReplays = 20;

struct CompareOptions {
  explicit CompareOptions(CLI::App& app) : numbers(app) {}

  QuantityOptions numbers;
  // the world
  std::optional<PerDay> shocks;
  std::optional<MoneyPerDay> loss;
  std::optional<PerDay> decay;
  std::optional<retrain::QueriesPerDay> queries;
  std::optional<retrain::MoneyPerQuery> value;
  std::optional<retrain::Fraction> accuracy;
  std::string history;
  RetrainingOptions retraining;
  // the policies
  std::optional<Days> interval;
  std::optional<Days> delay;
  std::optional<PerDay> false_triggers;
  std::optional<MoneyPerDay> monitoring;
  std::optional<MoneyPerDay> threshold;
  std::optional<Money> cumulative;
  // the replays
  std::optional<Days> span;
  std::optional<Days> period;
  std::int64_t replays = kReplays;
  std::int64_t seed = 1;
  ResultOptions results;

  [[nodiscard]] retrain::Triggered monitor() const {
    return {delay.value_or(Days(0)), false_triggers.value_or(PerDay(0)), monitoring.value_or(MoneyPerDay(0))};
  }
};

/// What is replayed, and the rules that are tried on it.
struct World {
  std::string kind;
  std::string text;  ///< a sentence
  std::vector<std::string> assumes;
  std::shared_ptr<const LossCurve> curve;
  std::vector<Replay> replays;
  std::vector<PolicyEntry> policies;
  std::vector<std::string> advice;  ///< sentences on monitors
  std::vector<std::pair<const char*, double>> results;
};

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

PolicyEntry marginal() { return {"marginal", "marginal, age x loss - lost >= cost", retrain::Marginal{}, {}}; }

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
Days period_for(const CompareOptions& options, Days whole, double scale) {
  if (options.period) return *options.period;
  double shortest = std::isfinite(whole.value()) ? whole.value() : scale;
  const double unit = shortest;
  if (options.delay && *options.delay > Days(0)) shortest = (std::min)(shortest, options.delay->value());
  if (options.interval) shortest = (std::min)(shortest, options.interval->value());
  return Days(unit / std::ceil(kResolution * unit / shortest));
}

Result<Grid> grid_for(const CompareOptions& options, Days whole, double scale) {
  const Days period = period_for(options, whole, scale);
  const double periods = options.span ? std::ceil(*options.span / period - 1e-9) : kPeriods;
  if (periods <= kMostPeriods) return Grid{period, static_cast<std::size_t>(periods)};
  return usage_error(options.span ? "--days" : "--period-days",
                     "expected at most " + grouped(static_cast<std::uint64_t>(kMostPeriods)) + " periods of " +
                         quantity_text(period) + ", found " + number_text(periods));
}

// ---- sudden changes

Result<std::vector<Replay>> shock_replays(const retrain::Shocks& shocks, const CompareOptions& options, Grid grid) {
  std::vector<Replay> replays;
  for (std::int64_t i = 0; i < options.replays; ++i) {
    auto replay =
        retrain::replay_of_shocks(shocks, grid.periods, grid.period, static_cast<std::uint64_t>(options.seed + i));
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

void advise(const retrain::Shocks& shocks, Money cost, const CompareOptions& options, const CurveInterval& best,
            World& world) {
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

void add_schedules(const CompareOptions& options, Money cost, const CurveInterval& best, World& world) {
  if (best.pays) world.policies.push_back(scheduled(best.interval, " (the best)", best.cost_rate));
  if (options.interval)
    world.policies.push_back(
        scheduled(*options.interval, " (yours)", schedule_cost(*world.curve, cost, *options.interval)));
  PolicyEntry often = continuous(world.replays.front().period);
  often.formula = schedule_cost(*world.curve, cost, world.replays.front().period);
  world.policies.push_back(often);
  world.policies.push_back(never(world.replays.front(), world.curve->average()));
}

Result<World> sudden_world(const CompareOptions& options, Money cost) {
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
               kPromptLabels, kFreshStart},
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

Result<World> curve_world(const CompareOptions& options, Money cost, std::shared_ptr<const LossCurve> curve,
                          World world, double scale) {
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

Result<World> gradual_world(const CompareOptions& options, Money cost) {
  const MoneyPerDay ceiling = *options.queries * *options.value * *options.accuracy;
  auto curve = retrain::ExponentialLoss::make(ceiling, *options.decay);
  if (!curve) return std::move(curve).error();
  World world{"gradual",
              "Gradual decay, by " + quantity_text(retrain::Fraction(options.decay->value())) +
                  " of the accuracy a day; all of it is worth " + quantity_text(ceiling) + "; a retraining costs " +
                  quantity_text(cost) + ".",
              {"every model decays at the same known rate", "value is linear in accuracy", kSameCost, kPromptLabels,
               kFreshStart},
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

Result<World> measured_world(const CompareOptions& options, Money cost, const std::vector<retrain::LossPoint>& points) {
  const std::vector<retrain::LossPoint> rising = retrain::nondecreasing(points);
  auto curve = retrain::EmpiricalLoss::make(rising);
  if (!curve) return std::move(curve).error();
  World world{
      "measured_by_age",
      "Losses by age, measured at " + counted(points.size(), "age") + " up to " + quantity_text(points.back().age) +
          "; a retraining costs " + quantity_text(cost) + ".",
      {"every model ages as the measured one did, whose last loss stays", kSameCost, kPromptLabels, kFreshStart},
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

Result<World> recorded_world(const CompareOptions& options, Money cost, const ModelLosses& losses) {
  if (options.span)
    return usage_error("--days", "expected none beside losses by model, which are as long as they are, found one");
  const Days period = options.period.value_or(Days(1));
  const Replay replay = losses.replay(period);
  const auto best = best_schedule_in_hindsight(replay, cost);
  if (!best) return best.error();
  const auto found = retrain::run(replay, cost, retrain::Scheduled{*best});
  if (!found) return found.error();
  const MoneyPerDay rate = found->total() / (period * static_cast<double>(replay.periods));
  World world{"measured_by_model",
              "Recorded losses of " + counted(replay.periods, "model") + " over " + counted(replay.periods, "period") +
                  " of " + quantity_text(period) + "; a retraining costs " + quantity_text(cost) + ".",
              {"the losses recorded are those that would have been", kSameCost, kPromptLabels, kFreshStart},
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

Result<World> history_world(const CompareOptions& options, Money cost) {
  auto history = read_loss_history(options.history);
  if (!history) return std::move(history).error();
  if (const auto* models = std::get_if<ModelLosses>(&*history)) return recorded_world(options, cost, *models);
  if (options.delay)
    return usage_error("--delay-days", "expected it with --shocks-per-day or losses by model, found losses by age");
  return measured_world(options, cost, std::get<std::vector<retrain::LossPoint>>(*history));
}

// ---- the command

Error missing(const char* option, const char* beside) {
  return usage_error(option, std::string("expected it beside ") + beside + ", found none");
}

Result<void> check_world(const CompareOptions& options) {
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
Result<void> check_unused(const CompareOptions& options) {
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
  return {};
}

Result<World> world_of(const CompareOptions& options, Money cost) {
  if (options.shocks) return sudden_world(options, cost);
  return options.decay ? gradual_world(options, cost) : history_world(options, cost);
}

std::string summary(const World& world, const PolicyComparison& comparison) {
  const PolicyRow& best = comparison.rows[1];
  std::string text = "cheapest: " + best.entry.text + ", " + quantity_text(best.cost) + "\n\n" + world.text + "\n";
  return text + (comparison.replays > 1 ? counted(comparison.replays, "replay") : "One replay") + " of " +
         quantity_text(comparison.span) + " in periods of " + quantity_text(comparison.period) +
         "; costs are per day.\n\n";
}

std::string text_of(const World& world, const PolicyComparison& comparison) {
  std::string text = summary(world, comparison) + to_text(comparison);
  if (!world.advice.empty()) text += "\n";
  for (const std::string& sentence : world.advice) text += sentence + "\n";
  return text + assumption_text(world.assumes);
}

nlohmann::ordered_json tree_of(const PolicyRow& row) {
  nlohmann::ordered_json json{{"policy", row.entry.kind}, {"name", row.entry.text}};
  if (row.entry.number) json["parameter"] = *row.entry.number;
  if (row.entry.formula && std::isfinite(row.entry.formula->value()))
    json["cost_per_day_formula"] = row.entry.formula->value();
  json["cost_per_day"] = row.cost.value();
  if (row.standard_error) json["cost_per_day_standard_error"] = row.standard_error->value();
  json["regret_per_day"] = row.regret.value();
  json["retrainings_per_year"] = row.retrainings_per_year;
  return json;
}

std::string json_of(const World& world, const PolicyComparison& comparison, const CompareOptions& options, Money cost) {
  nlohmann::ordered_json json{{"format", "leeway.policies"},
                              {"version", 1},
                              {"world", world.kind},
                              {"retraining_cost", cost.value()},
                              {"replays", comparison.replays},
                              {"days", comparison.span.value()},
                              {"period_days", comparison.period.value()},
                              {"seed", options.seed}};
  for (const auto& [key, value] : world.results) json[key] = value;
  json["policies"] = nlohmann::ordered_json::array();
  for (const PolicyRow& row : comparison.rows) json["policies"].push_back(tree_of(row));
  json["advice"] = world.advice;
  json["assumptions"] = world.assumes;
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<ExitStatus> run_compare(const CompareOptions& options, const Console& console) {
  if (auto checked = check_world(options); !checked) return std::move(checked).error();
  if (auto checked = check_unused(options); !checked) return std::move(checked).error();
  auto retraining = options.retraining.retraining();
  if (!retraining) return std::move(retraining).error();
  if (auto checked = check_results(options.results, {options.history}); !checked) return std::move(checked).error();
  const Money cost = retraining->cost();
  auto world = world_of(options, cost);
  if (!world) return std::move(world).error();
  auto comparison = compare_policies(world->replays, cost, world->policies, static_cast<std::uint64_t>(options.seed));
  if (!comparison) return std::move(comparison).error();
  auto written =
      write_result(options.results, text_of(*world, *comparison), json_of(*world, *comparison, options, cost), console);
  if (!written) return std::move(written).error();
  return ExitStatus::fine;
}

void add_count(CLI::App& app, const std::string& option, const std::string& help, std::int64_t least, std::int64_t most,
               std::int64_t& number) {
  add_value(app, option, "N", help, [=, &number](const std::string& text) -> Result<void> {
    const auto value = parse_integer(text);
    if (!value || *value < least || *value > most)
      return usage_error("", "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                                 ", found " + cli::quoted(text));
    number = *value;
    return {};
  });
}

void add_world_options(CLI::App& app, CompareOptions& options) {
  QuantityOptions& numbers = options.numbers;
  numbers.offer("--shocks-per-day", "Sudden changes: how often, with", options.shocks);
  numbers.offer("--loss-per-day", "what is lost from one on, until the model is retrained", options.loss);
  numbers.offer("--decay-per-day", "Or gradual decay: share of its accuracy that a model loses per day, with",
                options.decay);
  numbers.offer("--queries-per-day", "predictions served,", options.queries);
  numbers.offer("--value-per-query", "what one right answer is worth more than a wrong one,", options.value);
  numbers.offer("--accuracy", "and that of a fresh model", options.accuracy);
  add_text(app, "--history", "FILE",
           "Or losses of one's own: CSV with age,loss (days; money per day), or with trained,period,loss for every "
           "period of every model",
           options.history);
}

void add_policy_options(CompareOptions& options) {
  QuantityOptions& numbers = options.numbers;
  numbers.offer("--interval-days", "Your schedule", options.interval);
  numbers.offer("--delay-days", "Your monitor: from a change to the new model, on average", options.delay,
                Zero::allowed);
  numbers.offer("--false-triggers-per-day", "Its false triggers (default 0)", options.false_triggers, Zero::allowed);
  numbers.offer("--monitoring-per-day", "Its price (default 0)", options.monitoring, Zero::allowed);
  numbers.offer("--threshold-per-day",
                "Retrain when a day loses this much (default: half of --loss-per-day, or the "
                "least cost of a schedule)",
                options.threshold);
  numbers.offer("--cumulative-loss", "Retrain when this much was lost (default: what a retraining costs)",
                options.cumulative);
}

}  // namespace

Command add_economics_compare(CLI::App& economics) {
  CLI::App* app = economics.add_subcommand("compare", "When to retrain: on a schedule, by a monitor, by the loss");
  const auto options = std::make_shared<CompareOptions>(*app);
  app->allow_extras();
  add_world_options(*app, *options);
  add_cost_options(options->numbers, options->retraining);
  add_policy_options(*options);
  options->numbers.offer("--days", "Length of a replay (default 4,000 periods)", options->span);
  options->numbers.offer("--period-days", "Time between two decisions (default: fine enough; 1 of losses by model)",
                         options->period);
  add_count(*app, "--replays", "Of sudden changes (default 20)", 1, 1000, options->replays);
  add_count(*app, "--seed", "Of what is random (default 1)", 0, 1'000'000'000, options->seed);
  add_result_options(*app, options->results,
                     "compare --shocks-per-day 0.01 --loss-per-day 50 --cost 100 --delay-days 2");
  return {app, [options](const Console& console) { return run_compare(*options, console); }};
}

}  // namespace leeway::cli
