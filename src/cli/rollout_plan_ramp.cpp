// leeway rollout plan, of a rollout that is watched: when a regression is rolled back, when a good candidate is
// promoted, and how small a regression can be.

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/economics_options.hpp"
#include "cli/rollout_plan.hpp"
#include "cli/text_table.hpp"
#include "leeway/report/quantity_text.hpp"
#include "leeway/stats/guarded_rate.hpp"

namespace leeway::cli {
namespace {

using report::number_text;
using report::quantity_text;
using retrain::Days;
using retrain::Fraction;
using rollout::RampPlan;
using rollout::StagePlan;

// What the grid, which has to learn the rates, was measured to take at most, at the median.
constexpr double kGridFactor = 1.3;
constexpr double kGridTicks = 4;

/// What is asked, checked, with the lower rate that is worse turned into a higher one.
struct Problem {
  bool is_rate = true;
  rollout::RateChange rate{};
  rollout::MeanChange mean{};
  rollout::RampOptions options{};
};

/// The least regression that is found, in the metric's own direction, and the ticks in which it is.
struct Smallest {
  double ticks = 0;
  std::optional<double> value;
};

/// A metric's part of --alpha.
struct Part {
  std::string metric;
  ErrorRate alpha;
  std::optional<double> ticks;
};

struct Found {
  RampPlan plan;
  std::optional<Smallest> smallest{};
  std::vector<Part> parts{};
};

// ---- what is asked

Result<void> check_rates(const PlanQuestion& question) {
  for (const auto& [option, rate] :
       {std::pair{"--baseline-rate", question.baseline_rate}, std::pair{"--candidate-rate", question.candidate_rate}}) {
    if (!rate) return usage_error(option, "expected it, a share such as 1%, found none");
    if (rate->value() == 1) return usage_error(option, "expected a share above 0 and below 1, found 1");
  }
  const double baseline = question.baseline_rate->value();
  const double candidate = question.candidate_rate->value();
  if (question.lower_is_worse ? candidate < baseline : candidate > baseline) return {};
  return usage_error("--candidate-rate", std::string("expected a rate ") +
                                             (question.lower_is_worse ? "below" : "above") +
                                             " --baseline-rate, which is worse, found " + number_text(candidate));
}

/// Whether the metric is a rate; errors where that is not clear.
Result<bool> is_rate(const PlanQuestion& question) {
  const bool rate = question.baseline_rate || question.candidate_rate;
  const bool mean = question.deviation || question.shift;
  if (rate && mean) return usage_error("--baseline-rate", "expected it, or --deviation and --shift, found both");
  if (!rate && !mean)
    return usage_error("--baseline-rate", "expected it, a share such as 1%, or --deviation and --shift, found none");
  if (rate) {
    if (auto checked = check_rates(question); !checked) return std::move(checked).error();
    return true;
  }
  if (question.lower_is_worse)
    return usage_error("--lower-is-worse", "expected it with rates; a --shift is always for the worse");
  if (!question.deviation) return usage_error("--deviation", "expected it with --shift, a number, found none");
  if (!question.shift) return usage_error("--shift", "expected it with --deviation, a number, found none");
  return false;
}

Result<rollout::PlanErrors> errors_of(const PlanQuestion& question) {
  const auto alpha = error_rate("--alpha", question.alpha.value());
  if (!alpha) return alpha.error();
  const auto promotion = error_rate("--false-promotion", question.false_promotion.value());
  if (!promotion) return promotion.error();
  if (!(question.power.value() > 0.5 && question.power.value() < 1))
    return usage_error("--power",
                       "expected a share above 0.5 and below 1, found " + number_text(question.power.value()));
  return rollout::PlanErrors{*alpha, *promotion, ErrorRate(1 - question.power.value())};
}

Result<std::vector<rollout::RampStage>> stages_of(const PlanQuestion& question) {
  if (!question.ramp.empty() && question.weight) return usage_error("--weight", "expected it, or --ramp, found both");
  if (!question.ramp.empty()) return question.ramp;
  return std::vector<rollout::RampStage>{{.weight = question.weight.value_or(Fraction(0.5)).value()}};
}

Result<Problem> problem_of(const PlanQuestion& question) {
  const auto rate = is_rate(question);
  if (!rate) return rate.error();
  if (!question.requests) return usage_error("--requests-per-tick", "expected it, a number such as 200, found none");
  const auto errors = errors_of(question);
  if (!errors) return errors.error();
  auto stages = stages_of(question);
  if (!stages) return std::move(stages).error();
  Problem problem;
  problem.is_rate = *rate;
  problem.options = {.requests = *question.requests,
                     .stages = *std::move(stages),
                     .design_effect = question.design_effect,
                     .margin = question.margin.value_or(Amount(0)).value(),
                     .errors = *errors};
  if (!*rate) {
    problem.mean = {*question.deviation, *question.shift};
    return problem;
  }
  problem.rate = {question.baseline_rate->value(), question.candidate_rate->value()};
  if (question.lower_is_worse) problem.rate = {1 - problem.rate.baseline, 1 - problem.rate.candidate};
  return problem;
}

/// The library's names are not those of the options, and its limits are those of what was typed.
Error as_option(Error error, const PlanQuestion& question) {
  error.code = ErrorCode::invalid_argument;
  const std::size_t colon = error.where.rfind(": ");
  const bool staged = error.where.starts_with("stages[");
  std::string field = colon == std::string::npos ? error.where : error.where.substr(colon + 2);
  if (field == "weight" || field == "ticks")
    field = staged && !question.ramp.empty() ? "ramp" : field == "ticks" ? "within-ticks" : field;
  if (field == "requests") field = "requests-per-tick";
  if (field == "baseline" || field == "candidate") field += "-rate";
  if (field == "design_effect") field = "design-effect";
  error.where = "--" + field;
  return error;
}

// ---- what is found

Result<RampPlan> plan_of(const Problem& problem) {
  return problem.is_rate ? plan_ramp(problem.rate, problem.options) : plan_ramp(problem.mean, problem.options);
}

/// --within-ticks, or --within in ticks.
Result<std::optional<double>> ticks_within(const PlanQuestion& question) {
  if (question.within && question.within_ticks)
    return usage_error("--within", "expected it, or --within-ticks, found both");
  if (!question.within) return question.within_ticks;
  if (!question.tick) return usage_error("--tick", "expected it with --within, a time such as 60s, found none");
  const double ticks = *question.within / *question.tick;
  const double whole = std::round(ticks);  // an hour is 60 minutes, whatever days have lost
  return std::optional<double>(whole > 0 && std::fabs(ticks / whole - 1) < 1e-12 ? whole : ticks);
}

double in_own_direction(const PlanQuestion& question, const Problem& problem, double value) {
  return problem.is_rate && question.lower_is_worse ? 1 - value : value;
}

/// In the last stage: there is most traffic.
Smallest smallest_of(const PlanQuestion& question, const Problem& problem, const StagePlan& stage, double ticks) {
  const rollout::PlanErrors& errors = problem.options.errors;
  const auto found = problem.is_rate ? smallest_rate_found(problem.rate.baseline, ticks, stage.load, errors)
                                     : smallest_shift_found(problem.mean.deviation, ticks, stage.load, errors);
  if (!found) return {ticks, {}};
  return {ticks, in_own_direction(question, problem, *found)};
}

Result<std::vector<Part>> parts_of(const PlanQuestion& question, Problem problem) {
  std::vector<double> weights;
  for (const NamedWeight& named : question.split) weights.push_back(named.second);
  const auto shares = rollout::split_false_rollbacks(problem.options.errors.false_rollback, weights);
  if (!shares) return usage_error("--split", shares.error().message);
  std::vector<Part> parts;
  for (std::size_t i = 0; i < shares->size(); ++i) {
    problem.options.errors.false_rollback = (*shares)[i];
    const auto plan = plan_of(problem);
    if (!plan) return as_option(plan.error(), question);
    parts.push_back({question.split[i].first, (*shares)[i], {}});
    if (plan->rollback) parts.back().ticks = plan->rollback->tick;
  }
  return parts;
}

Result<Found> found_of(const PlanQuestion& question, const Problem& problem) {
  const auto within = ticks_within(question);
  if (!within) return within.error();
  auto plan = plan_of(problem);
  if (!plan) return as_option(std::move(plan).error(), question);
  Found found{*std::move(plan)};
  if (*within) found.smallest = smallest_of(question, problem, found.plan.stages.back(), **within);
  if (question.split.empty()) return found;
  auto parts = parts_of(question, problem);
  if (!parts) return std::move(parts).error();
  found.parts = *std::move(parts);
  return found;
}

/// Requests that the candidate is expected to serve until it is rolled back.
double exposed(const RampPlan& plan, double requests) {
  double before = 0;
  double served = 0;
  for (const StagePlan& stage : plan.stages) {
    const double ticks = std::fmin(stage.ticks, plan.rollback->tick - before);
    served += ticks * requests * stage.load.weight;
    before += ticks;
    if (before >= plan.rollback->tick) break;
  }
  return served;
}

std::vector<std::string> assumptions_of(const PlanQuestion& question, const Problem& problem) {
  std::vector<std::string> lines{"traffic is split at random, and every tick has both arms",
                                 "the regression is there from the first tick on and stays as large",
                                 "one may look at every tick: a candidate that is no worse is rolled back with "
                                 "probability " +
                                     quantity_text(question.alpha) + " at most, over the whole rollout"};
  if (question.design_effect > 1)
    lines.push_back(number_text(question.design_effect) + " requests that cluster are worth one");
  else if (problem.is_rate)
    lines.push_back("requests are declared independent: else the robust test has to agree in the first " +
                    std::to_string(stats::GuardedRate::kGuardedTicks) +
                    " ticks; where they cluster, --design-effect says how much longer it takes");
  else
    lines.emplace_back("requests are independent; where they cluster, --design-effect says how much longer it takes");
  lines.emplace_back(problem.is_rate ? "the test knows both rates; one that has to learn them took up to 1.3 times as "
                                       "long and 4 ticks more, at the median"
                                     : "differences between the arms are about normal, with the same noise in every "
                                       "tick; skewed values need equal arms");
  if (question.margin) lines.emplace_back("what is promoted is as good as the baseline");
  return lines;
}

// ---- as text

std::string ticks_text(const PlanQuestion& question, double ticks) {
  const std::string text = tenths(ticks) + " ticks";
  return question.tick ? text + " (" + span_text(*question.tick * ticks) + ")" : text;
}

std::string headline(const PlanQuestion& question, const RampPlan& plan) {
  if (!plan.rollback) return "not rolled back as expected before the ramp ends";
  std::string text = "rolled back after " + ticks_text(question, plan.rollback->tick);
  if (plan.stages.size() > 1)
    text += ", in stage " + std::to_string(plan.rollback->stage + 1) + " of " + std::to_string(plan.stages.size());
  return text + ", as expected";
}

std::string exposure_text(const Problem& problem, const RampPlan& plan) {
  if (!plan.rollback) return "";
  const double served = exposed(plan, problem.options.requests);
  std::string text = "Until then the candidate serves " + tenths(served) + " requests";
  if (problem.is_rate)
    text += ", " + tenths(served * (problem.rate.candidate - problem.rate.baseline)) +
            " of which end badly that would not have otherwise";
  return text + ".\n";
}

std::string promotion_text(const PlanQuestion& question, const RampPlan& plan) {
  if (!question.margin) return "";
  if (!plan.promotion)
    return "A candidate that is as good as the baseline is not promoted as expected before the ramp ends.\n";
  return "A candidate that is as good as the baseline is promoted after " + ticks_text(question, plan.promotion->tick) +
         ", as expected.\n";
}

std::string smallest_text(const PlanQuestion& question, const Problem& problem, const Smallest& smallest) {
  if (!smallest.value) return "Within " + ticks_text(question, smallest.ticks) + " no regression is found.\n";
  const std::string traffic = question.ramp.size() > 1 ? " of the last stage's traffic" : "";
  return "The smallest regression found within " + ticks_text(question, smallest.ticks) + traffic +
         " with probability " + quantity_text(question.power) + ": " +
         (problem.is_rate ? "a rate of " + quantity_text(Fraction(*smallest.value))
                          : "a shift of " + number_text(*smallest.value)) +
         ".\n";
}

std::string stage_table(const PlanQuestion& question, const Problem& problem, const RampPlan& plan) {
  const std::string at_power = "at " + quantity_text(question.power);
  std::vector<std::string> head{"stage",       "candidate", "requests a tick", "ticks",
                                "nats a tick", "rollback",  at_power,          "smallest found"};
  if (question.margin) head.insert(head.end(), {"promotion", at_power});
  std::vector<std::vector<std::string>> rows{std::move(head)};
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const StagePlan& stage = plan.stages[i];
    const double requests = problem.options.requests;
    std::vector<std::string> row{
        std::to_string(i + 1),
        quantity_text(Fraction(stage.load.weight)),
        number_text(requests * (1 - stage.load.weight)) + " + " + number_text(requests * stage.load.weight),
        std::isfinite(stage.ticks) ? number_text(stage.ticks) : "-",
        number_text(stage.rollback.growth),
        tenths(stage.rollback.expected_ticks),
        tenths(stage.rollback.ticks_at_power),
        stage.smallest_found ? number_text(in_own_direction(question, problem, *stage.smallest_found)) : "-"};
    if (stage.promotion)
      row.insert(row.end(), {tenths(stage.promotion->expected_ticks), tenths(stage.promotion->ticks_at_power)});
    rows.push_back(std::move(row));
  }
  return text_table(rows);
}

std::string part_table(const std::vector<Part>& parts) {
  std::vector<std::vector<std::string>> rows{{"metric", "alpha", "e-value to roll back", "such a regression, ticks"}};
  for (const Part& part : parts)
    rows.push_back({part.metric, number_text(part.alpha.value()), number_text(1 / part.alpha.value()),
                    part.ticks ? tenths(*part.ticks) : "-"});
  return "\n" + text_table(rows);
}

std::string text_of(const PlanQuestion& question, const Problem& problem, const Found& found) {
  std::string text = headline(question, found.plan) + "\n\n" + exposure_text(problem, found.plan);
  text += promotion_text(question, found.plan);
  if (found.smallest) text += smallest_text(question, problem, *found.smallest);
  text += "\nEach stage by itself, in ticks from its start:\n" + stage_table(question, problem, found.plan);
  if (!found.parts.empty()) text += part_table(found.parts);
  return text + assumption_text(assumptions_of(question, problem));
}

// ---- as JSON

using Json = nlohmann::ordered_json;

void put_moment(Json& json, const std::string& name, const std::optional<rollout::RampMoment>& moment,
                const PlanQuestion& question) {
  if (!moment) return;
  json[name + "_ticks"] = moment->tick;
  json[name + "_stage"] = moment->stage;
  if (question.tick) json[name + "_seconds"] = moment->tick * question.tick->value() * 86400;
}

Json json_of(const StagePlan& stage, const PlanQuestion& question, const Problem& problem) {
  Json json{{"weight", stage.load.weight}};
  if (std::isfinite(stage.ticks)) json["ticks"] = stage.ticks;
  json["baseline_requests"] = problem.options.requests * (1 - stage.load.weight);
  json["candidate_requests"] = problem.options.requests * stage.load.weight;
  json["growth_per_tick"] = stage.rollback.growth;
  json["expected_ticks"] = stage.rollback.expected_ticks;
  json["ticks_at_power"] = stage.rollback.ticks_at_power;
  if (stage.promotion) {
    json["promotion_growth_per_tick"] = stage.promotion->growth;
    json["promotion_expected_ticks"] = stage.promotion->expected_ticks;
    json["promotion_ticks_at_power"] = stage.promotion->ticks_at_power;
  }
  if (stage.smallest_found) json["smallest_found"] = in_own_direction(question, problem, *stage.smallest_found);
  return json;
}

Json json_of(const std::vector<Part>& parts) {
  Json list = Json::array();
  for (const Part& part : parts) {
    Json json{{"metric", part.metric}, {"alpha", part.alpha.value()}, {"threshold", 1 / part.alpha.value()}};
    if (part.ticks) json["expected_ticks"] = *part.ticks;
    list.push_back(std::move(json));
  }
  return list;
}

std::string json_of(const PlanQuestion& question, const Problem& problem, const Found& found) {
  Json json{{"format", "leeway.rollout_plan"},
            {"version", 1},
            {"metric", problem.is_rate ? "rate" : "mean"},
            {"alpha", question.alpha.value()},
            {"power", question.power.value()}};
  if (found.plan.stages.size() == 1) {
    json["growth_per_tick"] = found.plan.stages[0].rollback.growth;
    json["ticks_at_power"] = found.plan.stages[0].rollback.ticks_at_power;
  }
  put_moment(json, "expected", found.plan.rollback, question);
  if (found.plan.rollback) {
    if (problem.is_rate) json["grid_ticks_limit"] = kGridFactor * found.plan.rollback->tick + kGridTicks;
    json["candidate_requests_until_then"] = exposed(found.plan, problem.options.requests);
  }
  put_moment(json, "promotion", found.plan.promotion, question);
  if (found.smallest) json["within_ticks"] = found.smallest->ticks;
  if (found.smallest && found.smallest->value) json["smallest_found"] = *found.smallest->value;
  for (const StagePlan& stage : found.plan.stages) json["stages"].push_back(json_of(stage, question, problem));
  if (!found.parts.empty()) json["split"] = json_of(found.parts);
  json["assumptions"] = assumptions_of(question, problem);
  return json.dump(1) + "\n";
}

}  // namespace

Result<PlanAnswer> answer_rollout(const PlanQuestion& question) {
  const auto problem = problem_of(question);
  if (!problem) return problem.error();
  const auto found = found_of(question, *problem);
  if (!found) return found.error();
  return PlanAnswer{text_of(question, *problem, *found), json_of(question, *problem, *found)};
}

}  // namespace leeway::cli
