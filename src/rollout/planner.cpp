#include "leeway/rollout/planner.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "rollout/evidence_path.hpp"
#include "rollout/plan_check.hpp"

namespace leeway::inline v1::rollout {
namespace {

using detail::Check;
using detail::first;
using detail::MeanPath;
using detail::positive;
using detail::RateEvidence;
using detail::short_text;
using detail::unexpected;
using detail::within_unit;

// Longer than any rollout: what takes longer is not found.
constexpr double kMostTicks = 1e15;
constexpr int kBisections = 200;  // more than a double has halves

double enough(ErrorRate rate) { return -std::log(rate.value()); }

Check check(const TickLoad& load) {
  return first({positive(load.requests, "requests"), within_unit(load.weight, "weight"),
                detail::at_least(1, load.design_effect, "design_effect")});
}

Check check(const PlanErrors& errors) { return detail::below_half(errors.miss, "miss"); }

Check check(const RateChange& change) {
  if (Check bad = first({within_unit(change.baseline, "baseline"), within_unit(change.candidate, "candidate")}))
    return bad;
  if (change.candidate > change.baseline) return {};
  return unexpected("a rate above the baseline's, " + detail::text(change.baseline), change.candidate, "candidate");
}

Check check(const MeanChange& change) {
  return first({positive(change.deviation, "deviation"), positive(change.shift, "shift")});
}

Result<Wait> checked(const Wait& wait) {
  if (wait.growth > 0 && wait.expected_ticks <= kMostTicks && wait.ticks_at_power <= kMostTicks) return wait;
  return Error{ErrorCode::limit,
               "expected a difference that is found within 1e15 ticks, found a growth of " + short_text(wait.growth) +
                   " nats a tick",
               "requests"};
}

/// Evidence after T ticks is about normal, with mean T g and variance T v: it is enough once T g - z sqrt(T v) is.
Wait wait_of(const RateEvidence& evidence, double target, double z) {
  const double noise = z * std::sqrt(evidence.variance);
  const double root = (noise + std::sqrt(noise * noise + 4 * evidence.growth * target)) / (2 * evidence.growth);
  return {evidence.growth, target / evidence.growth, root * root};
}

Wait wait_of(double effect, double target, double z) {
  const auto expected = [=](double ticks) { return MeanPath().after(ticks, effect).log_e_value(); };
  const auto at_power = [=](double ticks) {
    return MeanPath().after(ticks, effect - z / std::sqrt(ticks)).log_e_value();
  };
  return {std::log1p(effect * effect) / 2, detail::first_reaching(expected, target, 2 * kMostTicks),
          detail::first_reaching(at_power, target, 2 * kMostTicks)};
}

RateEvidence evidence_of(const RateChange& change, const TickLoad& load) {
  return detail::rate_evidence({change.baseline, change.candidate}, load, 0);
}

/// Of one tick's difference, in standard deviations.
double effect_of(double shift, double deviation, const TickLoad& load) {
  const double n = load.baseline();
  const double m = load.candidate();
  return shift / deviation * std::sqrt(n * m / (n + m));
}

double miss_quantile(const PlanErrors& errors) { return detail::normal_quantile(errors.miss.value()); }

}  // namespace

// ---- One stage

Result<Wait> ticks_to_rollback(const RateChange& change, const TickLoad& load, const PlanErrors& errors) {
  if (const Check bad = first({check(change), check(load), check(errors)})) return *bad;
  return checked(wait_of(evidence_of(change, load), enough(errors.false_rollback), miss_quantile(errors)));
}

Result<Wait> ticks_to_rollback(const MeanChange& change, const TickLoad& load, const PlanErrors& errors) {
  if (const Check bad = first({check(change), check(load), check(errors)})) return *bad;
  const double effect = effect_of(change.shift, change.deviation, load);
  return checked(wait_of(effect, enough(errors.false_rollback), miss_quantile(errors)));
}

Result<Wait> ticks_to_promotion_by_rate(double rate, double margin, const TickLoad& load, const PlanErrors& errors) {
  if (const Check bad = first({within_unit(rate, "rate"), within_unit(margin, "margin"), check(load), check(errors)}))
    return *bad;
  const RateEvidence evidence = detail::rate_evidence({rate, rate}, load, margin);
  return checked(wait_of(evidence, enough(errors.false_promotion), miss_quantile(errors)));
}

Result<Wait> ticks_to_promotion_by_mean(double deviation, double margin, const TickLoad& load,
                                        const PlanErrors& errors) {
  if (const Check bad =
          first({positive(deviation, "deviation"), positive(margin, "margin"), check(load), check(errors)}))
    return *bad;
  return checked(wait_of(effect_of(margin, deviation, load), enough(errors.false_promotion), miss_quantile(errors)));
}

Result<double> smallest_rate_found(double baseline, double ticks, const TickLoad& load, const PlanErrors& errors) {
  if (const Check bad =
          first({within_unit(baseline, "baseline"), positive(ticks, "ticks"), check(load), check(errors)}))
    return *bad;
  const double target = enough(errors.false_rollback);
  const double z = miss_quantile(errors);
  const auto found = [&](double rate) {
    return rate > baseline && wait_of(evidence_of({baseline, rate}, load), target, z).ticks_at_power <= ticks;
  };
  double low = baseline;
  double high = std::nextafter(1.0, 0.0);
  if (!found(high))
    return Error{ErrorCode::undefined,
                 "expected ticks in which some rate is found, found " + detail::text(ticks) + ", too few for any",
                 "ticks"};
  for (int i = 0; i < kBisections; ++i) {
    const double middle = low + (high - low) / 2;
    (found(middle) ? high : low) = middle;
  }
  return high;
}

Result<double> smallest_shift_found(double deviation, double ticks, const TickLoad& load, const PlanErrors& errors) {
  if (const Check bad = first({positive(deviation, "deviation"), positive(ticks, "ticks"), check(load), check(errors)}))
    return *bad;
  const double target = enough(errors.false_rollback);
  const double z = miss_quantile(errors);
  const auto found = [&](double effect) {
    return MeanPath().after(ticks, effect - z / std::sqrt(ticks)).log_e_value() >= target;
  };
  double low = 0;
  double high = 1 / std::sqrt(ticks);
  while (!found(high) && high < 1e6) high *= 2;
  if (!found(high))
    return Error{ErrorCode::undefined,
                 "expected ticks in which some shift is found, found " + detail::text(ticks) +
                     ": the test needs more to know the noise",
                 "ticks"};
  for (int i = 0; i < kBisections; ++i) {
    const double middle = low + (high - low) / 2;
    (found(middle) ? high : low) = middle;
  }
  return high / effect_of(1, deviation, load);
}

// ---- Ramps

namespace {

/// A rate: evidence adds up at the pace of each stage.
struct RateRamp {
  RateChange change;

  [[nodiscard]] Result<Wait> rollback(const TickLoad& load, const PlanErrors& errors) const {
    return ticks_to_rollback(change, load, errors);
  }
  [[nodiscard]] Result<Wait> promotion(double margin, const TickLoad& load, const PlanErrors& errors) const {
    return ticks_to_promotion_by_rate(change.baseline, margin, load, errors);
  }
  [[nodiscard]] Result<double> smallest(double ticks, const TickLoad& load, const PlanErrors& errors) const {
    return smallest_rate_found(change.baseline, ticks, load, errors);
  }
  using Path = detail::RatePath;
  [[nodiscard]] double pace(const TickLoad& load) const { return evidence_of(change, load).growth; }
  [[nodiscard]] double promotion_pace(double margin, const TickLoad& load) const {
    return detail::rate_evidence({change.baseline, change.baseline}, load, margin).growth;
  }
};

struct MeanRamp {
  MeanChange change;

  [[nodiscard]] Result<Wait> rollback(const TickLoad& load, const PlanErrors& errors) const {
    return ticks_to_rollback(change, load, errors);
  }
  [[nodiscard]] Result<Wait> promotion(double margin, const TickLoad& load, const PlanErrors& errors) const {
    return ticks_to_promotion_by_mean(change.deviation, margin, load, errors);
  }
  [[nodiscard]] Result<double> smallest(double ticks, const TickLoad& load, const PlanErrors& errors) const {
    return smallest_shift_found(change.deviation, ticks, load, errors);
  }
  using Path = MeanPath;
  [[nodiscard]] double pace(const TickLoad& load) const { return effect_of(change.shift, change.deviation, load); }
  [[nodiscard]] double promotion_pace(double margin, const TickLoad& load) const {
    return effect_of(margin, change.deviation, load);
  }
};

/// When `Path`, which goes on by pace(stage) in each tick of it, first has enough evidence.
template <class Path, class Pace>
std::optional<RampMoment> moment(const std::vector<StagePlan>& stages, double target, const Pace& pace) {
  Path path;
  double before = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const double step = pace(stages[i]);
    const auto evidence = [&](double ticks) { return path.after(ticks, step).log_e_value(); };
    const double ticks = (std::min)(stages[i].ticks, kMostTicks);
    const double reached = detail::first_reaching(evidence, target, ticks);
    if (reached <= ticks) return RampMoment{before + reached, i};
    path = path.after(ticks, step);
    before += ticks;
  }
  return {};
}

Check check_stage(const RampStage& stage, bool last) {
  if (Check bad = within_unit(stage.weight, "weight")) return bad;
  if (stage.ticks > 0 && (last || std::isfinite(stage.ticks))) return {};
  return unexpected(last ? "a number > 0" : "a finite number > 0 in a stage that others follow", stage.ticks, "ticks");
}

std::string stage_name(std::size_t index) { return "stages[" + std::to_string(index) + "]"; }

template <class Ramp>
Result<StagePlan> stage_of(const Ramp& ramp, const RampOptions& options, std::size_t index) {
  const RampStage& stage = options.stages[index];
  if (const Check bad = check_stage(stage, index + 1 == options.stages.size())) return *bad;
  StagePlan plan;
  plan.load = {options.requests, stage.weight, options.design_effect};
  plan.ticks = stage.ticks;
  auto rollback = ramp.rollback(plan.load, options.errors);
  if (!rollback) return std::move(rollback).error();
  plan.rollback = *rollback;
  if (options.margin > 0) {
    auto promotion = ramp.promotion(options.margin, plan.load, options.errors);
    if (!promotion) return std::move(promotion).error();
    plan.promotion = *promotion;
  }
  if (!std::isfinite(stage.ticks)) return plan;
  if (auto smallest = ramp.smallest(stage.ticks, plan.load, options.errors)) plan.smallest_found = *smallest;
  return plan;
}

template <class Ramp>
Result<RampPlan> plan_stages(const Ramp& ramp, const RampOptions& options) {
  if (options.stages.empty()) return unexpected("at least 1 stage", 0, "stages");
  if (const Check bad = detail::at_least(0, options.margin, "margin")) return *bad;
  RampPlan plan;
  for (std::size_t i = 0; i < options.stages.size(); ++i) {
    auto stage = stage_of(ramp, options, i);
    if (!stage) return at(stage_name(i), std::move(stage).error());
    plan.stages.push_back(*std::move(stage));
  }
  plan.rollback = moment<typename Ramp::Path>(plan.stages, enough(options.errors.false_rollback),
                                              [&](const StagePlan& stage) { return ramp.pace(stage.load); });
  if (options.margin == 0) return plan;
  plan.promotion = moment<typename Ramp::Path>(
      plan.stages, enough(options.errors.false_promotion),
      [&](const StagePlan& stage) { return ramp.promotion_pace(options.margin, stage.load); });
  return plan;
}

}  // namespace

Result<RampPlan> plan_ramp(const RateChange& change, const RampOptions& options) {
  if (const Check bad = check(change)) return *bad;
  return plan_stages(RateRamp{change}, options);
}

Result<RampPlan> plan_ramp(const MeanChange& change, const RampOptions& options) {
  if (const Check bad = check(change)) return *bad;
  return plan_stages(MeanRamp{change}, options);
}

// ---- Budgets

Result<std::vector<ErrorRate>> split_false_rollbacks(ErrorRate total, std::span<const double> weights) {
  if (weights.empty()) return unexpected("at least 1 weight", 0, "weights");
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string where = "weights[" + std::to_string(i) + "]";
    if (const Check bad = positive(weights[i], where.c_str())) return *bad;
    sum += weights[i];
  }
  std::vector<ErrorRate> shares;
  for (const double weight : weights) {
    const double share = total.value() * (weight / sum);
    if (const Check bad = positive(share, "weights")) return *bad;
    shares.emplace_back(share);
  }
  return shares;
}

}  // namespace leeway::inline v1::rollout
