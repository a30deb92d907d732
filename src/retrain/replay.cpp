#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <utility>

#include "leeway/retrain/policy.hpp"
#include "retrain/marginal.hpp"
#include "retrain/policy_check.hpp"
#include "retrain/uniform.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;

Check check(std::size_t periods, Days period) {
  if (periods == 0) return detail::unexpected("at least one period", 0, "periods");
  return detail::positive(period, "period");
}

Check check(const Replay& replay) {
  if (Check bad = check(replay.periods, replay.period)) return bad;
  if (!replay.loss) return Error{ErrorCode::invalid_argument, "expected a function, found none", "loss"};
  return {};
}

Days exponential(std::mt19937_64& generator, PerDay rate) {
  return Days(-std::log(detail::uniform(generator)) / rate.value());
}

// What a policy sees before a period.
struct Seen {
  Days age{};          // of the model
  MoneyPerDay last{};  // loss rate of the last period
  Money total{};       // lost since the last retraining
  Days since_loss{};   // from the middle of the first period with a loss; 0 before one
};

class Decider {
 public:
  Decider(Money cost, Days period, std::uint64_t seed) : cost_(cost), period_(period), generator_(seed) {}

  void see(const Seen& seen) { seen_ = seen; }
  bool operator()(const Scheduled& policy) const { return reached(seen_.age, policy.interval); }
  bool operator()(const Threshold& policy) const { return seen_.last >= policy.loss; }
  bool operator()(const Cumulative& policy) const { return seen_.total >= policy.loss; }
  bool operator()(const Marginal&) const {
    return detail::is_due(seen_.age * seen_.last - seen_.total, seen_.total, cost_);
  }
  bool operator()(const Continuous&) const { return true; }
  bool operator()(const Triggered& policy) {
    const bool nothing = detail::uniform(generator_) < -std::expm1(-(policy.false_triggers * period_));
    return nothing || (seen_.since_loss > Days(0) && reached(seen_.since_loss, policy.delay));
  }

 private:
  // Sums of periods carry rounding: a schedule of 0.3 days is due after three periods of 0.1.
  [[nodiscard]] bool reached(Days time, Days wanted) const { return time >= wanted - period_ * 1e-6; }

  Money cost_;
  Days period_;
  std::mt19937_64 generator_;
  Seen seen_;
};

void serve(const Replay& replay, std::size_t trained, std::size_t period, Seen& seen, PolicyCost& sum) {
  const Money loss = replay.loss(trained, period);
  const bool noticed = seen.since_loss > Days(0);
  if (noticed || loss > Money(0)) seen.since_loss += noticed ? replay.period : replay.period / 2;
  seen.age = replay.period * static_cast<double>(period + 1 - trained);
  seen.last = loss / replay.period;
  seen.total += loss;
  sum.staleness += loss;
}

// The moments of shocks, and a horizon that none of the replay lies beyond.
std::vector<Days> moments_of(const Shocks& shocks, Days end, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<Days> moments{exponential(generator, shocks.rate)};
  while (moments.back() < end) moments.push_back(moments.back() + exponential(generator, shocks.rate));
  return moments;
}

}  // namespace

Result<PolicyCost> run(const Replay& replay, Money cost, const Policy& policy, std::uint64_t seed) {
  if (const Check bad = detail::first({check(replay), detail::positive(cost, "cost"), detail::check(policy)}))
    return *bad;
  PolicyCost sum;
  Seen seen;
  Decider due(cost, replay.period, seed);
  std::size_t trained = 0;
  for (std::size_t period = 0; period < replay.periods; ++period) {
    due.see(seen);
    if (period > 0 && std::visit(due, policy)) {
      trained = period;
      seen = {};
      sum.retraining += cost;
      sum.retrained.push_back(period);
    }
    serve(replay, trained, period, seen, sum);
  }
  if (const auto* monitor = std::get_if<Triggered>(&policy))
    sum.monitoring = monitor->monitoring * replay.period * static_cast<double>(replay.periods);
  return sum;
}

// best[j]: the least cost of the periods before j, a fresh model (paid for later) standing before j.
Result<PolicyCost> oracle(const Replay& replay, Money cost) {
  if (const Check bad = detail::first({check(replay), detail::positive(cost, "cost")})) return *bad;
  std::vector<Money> best(replay.periods + 1, Money(std::numeric_limits<double>::infinity()));
  std::vector<std::size_t> from(replay.periods + 1);
  best[0] = Money(0);
  for (std::size_t i = 0; i < replay.periods; ++i) {
    Money so_far = best[i] + (i > 0 ? cost : Money(0));
    for (std::size_t j = i; j < replay.periods; ++j) {
      so_far += replay.loss(i, j);
      if (so_far < best[j + 1]) best[j + 1] = so_far, from[j + 1] = i;
    }
  }
  PolicyCost sum;
  for (std::size_t at = from[replay.periods]; at > 0; at = from[at]) sum.retrained.push_back(at);
  std::reverse(sum.retrained.begin(), sum.retrained.end());
  sum.retraining = cost * static_cast<double>(sum.retrained.size());
  sum.staleness = best[replay.periods] - sum.retraining;
  return sum;
}

Result<Replay> replay_of_curve(const LossCurve& curve, std::size_t periods, Days period) {
  if (const Check bad = check(periods, period)) return *bad;
  return Replay{periods, period, [&curve, period](std::size_t trained, std::size_t at) {
                  const Days age = period * static_cast<double>(at - trained);
                  return curve.total(age + period) - curve.total(age);
                }};
}

Result<Replay> replay_of_shocks(const Shocks& shocks, std::size_t periods, Days period, std::uint64_t seed) {
  if (const Check bad = detail::first({check(periods, period), detail::check(shocks)})) return *bad;
  // By the period before which a model was trained: the first shock after.
  std::vector<Days> next;
  const std::vector<Days> moments = moments_of(shocks, period * static_cast<double>(periods), seed);
  auto moment = moments.begin();
  for (std::size_t trained = 0; trained < periods; ++trained) {
    while (*moment < period * static_cast<double>(trained)) ++moment;
    next.push_back(*moment);
  }
  const auto first = std::make_shared<const std::vector<Days>>(std::move(next));
  return Replay{periods, period, [first, period, loss = shocks.loss](std::size_t trained, std::size_t at) {
                  const Days end = period * static_cast<double>(at + 1);
                  return loss * (std::clamp)(end - (*first)[trained], Days(0), period);
                }};
}

}  // namespace leeway::inline v1::retrain
