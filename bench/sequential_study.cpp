// How often the rollout engine's tests find harm in healthy candidates, and how soon in bad ones: a study.
//
//   sequential_study [--markdown] [--runs N] [--quick]
//
// Prints the tables of docs/rollout_statistics.md, and fails where a row misses what is promised. alpha = 0.05, a look
// after every one of 200 ticks, one-sided. "GROW grid" is GuardedRate with independence declared, "t-mixture" the one
// that guards it, on merged ticks. Upper limits are Clopper-Pearson's, one-sided, at 97.5 %; with fewer than 1,000 runs
// the lower ones judge, as these are too few for the upper. Delays of bad candidates come from four times as many runs.
// Every run has a seed of its own, so that the tables are the same on any number of threads. --quick: 100 runs.

#include <boost/math/distributions/binomial.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "all_runs.hpp"
#include "leeway/stats/e_value.hpp"
#include "leeway/stats/exceedance.hpp"
#include "leeway/stats/guarded_mean.hpp"
#include "leeway/stats/guarded_rate.hpp"
#include "leeway/stats/sample_ratio.hpp"
#include "rollout_worlds.hpp"

namespace {

namespace stats = leeway::stats;

using bench::Generator;
using bench::kTicks;
using bench::World;
using leeway::ErrorRate;
using stats::Baseline;
using stats::Candidate;

constexpr double kAlpha = 0.05;
constexpr unsigned kNever = 0;
constexpr std::size_t kDelayRuns = 4;

// ---- one run

/// When each test first found harm.
struct Found {
  unsigned naive = kNever;
  unsigned grid = kNever;
  unsigned guarded = kNever;
  unsigned merged = kNever;    // the t-mixture that guards
  unsigned per_tick = kNever;  // one on ticks as they come
};

void note(unsigned& found, unsigned tick, bool crosses) {
  if (found == kNever && crosses) found = tick;
}

/// What one does without a sequential test: a pooled z-test at every look.
class NaiveZ {
 public:
  bool add(const bench::TickCounts& tick) {
    a_ += static_cast<double>(tick.baseline.value.events);
    n_ += static_cast<double>(tick.baseline.value.count);
    b_ += static_cast<double>(tick.candidate.value.events);
    m_ += static_cast<double>(tick.candidate.value.count);
    const double p = (a_ + b_) / (n_ + m_);
    return p > 0 && b_ / m_ - a_ / n_ > 1.6448536269514722 * std::sqrt(p * (1 - p) * (1 / n_ + 1 / m_));
  }

 private:
  double a_ = 0, n_ = 0, b_ = 0, m_ = 0;
};

Found found_in(const World& world, stats::Goal goal, double margin, unsigned ticks, std::size_t seed) {
  Generator generator(seed);
  auto guarded = *stats::GuardedRate::make({.grid = {.goal = goal, .margin = margin}});
  auto per_tick = *stats::TMixture::make({.goal = goal, .margin = margin});
  NaiveZ naive;
  Found found;
  for (unsigned tick = 1; tick <= ticks; ++tick) {
    const auto counts = bench::tick_of(world, tick - 1, generator);
    guarded.add(counts.baseline, counts.candidate);
    per_tick.add(counts.baseline, counts.candidate);
    note(found.naive, tick, naive.add(counts));
    note(found.grid, tick, stats::crosses(guarded.grid().log_e_value(), ErrorRate(kAlpha)));
    note(found.guarded, tick, stats::crosses(guarded.log_e_value(), ErrorRate(kAlpha)));
    note(found.merged, tick, stats::crosses(guarded.t_mixture().log_e_value(), ErrorRate(kAlpha)));
    note(found.per_tick, tick, stats::crosses(per_tick.log_e_value(), ErrorRate(kAlpha)));
  }
  return found;
}

// ---- tables

std::size_t runs = 2000;
bool all_kept = true;

void row(const std::vector<std::string>& cells, bool heading = false) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  std::puts(line.c_str());
  if (!heading) return;
  std::string rule = "|";
  for (std::size_t i = 0; i < cells.size(); ++i) rule += "---|";
  std::puts(rule.c_str());
}

void caption(const char* text) { std::printf("\n%s\n\n", text); }

std::string kept(bool yes) {
  all_kept &= yes;
  return yes ? "yes" : "NO";
}

template <class T>
std::size_t count_found(const std::vector<T>& found, unsigned T::*test) {
  return static_cast<std::size_t>(std::count_if(found.begin(), found.end(), [&](const T& f) { return f.*test; }));
}

/// At most `most` false findings, as far as so many runs can tell.
bool rate_kept(std::size_t cases, double most = kAlpha) {
  using Binomial = boost::math::binomial_distribution<double>;
  const auto n = static_cast<double>(runs);
  const auto k = static_cast<double>(cases);
  return runs >= 1000 ? Binomial::find_upper_bound_on_p(n, k, 0.025) <= most
                      : Binomial::find_lower_bound_on_p(n, k, 0.025) <= most;
}

std::string rate_text(std::size_t cases) {
  using Binomial = boost::math::binomial_distribution<double>;
  char text[64];
  const auto n = static_cast<double>(runs);
  const auto k = static_cast<double>(cases);
  std::snprintf(text, sizeof text, "%.1f %% (%.1f)", 100 * k / n, 100 * Binomial::find_upper_bound_on_p(n, k, 0.025));
  return text;
}

/// The median tick; absent where half of the runs found nothing.
template <class T>
std::optional<unsigned> median(const std::vector<T>& found, unsigned T::*test) {
  std::vector<unsigned> ticks;
  for (const T& f : found) ticks.push_back(f.*test == kNever ? ~0U : f.*test);
  const auto middle = ticks.begin() + static_cast<std::ptrdiff_t>(ticks.size() / 2);
  std::nth_element(ticks.begin(), middle, ticks.end());
  return *middle == ~0U ? std::nullopt : std::optional(*middle);
}

std::string tick_text(std::optional<unsigned> tick) { return tick ? std::to_string(*tick) : "-"; }

/// Within a tenth and a tick of what is wanted; of few runs, within a quarter and two ticks.
bool delay_kept(std::optional<unsigned> tick, double wanted) {
  return tick && *tick <= (runs >= 1000 ? 1.1 * wanted + 1 : 1.25 * wanted + 2);
}

std::vector<Found> all_found(const World& world, stats::Goal goal, double margin, unsigned ticks, std::size_t seed,
                             std::size_t of_runs) {
  return bench::all_runs<Found>(of_runs,
                                [&](std::size_t run) { return found_in(world, goal, margin, ticks, seed + run); });
}

// ---- no harm

struct NullRow {
  World world;
  bool grid_promised;  // requests are independent within a tick
};

const std::vector<NullRow> kNullRows{
    {{.name = "1 %, 100/100"}, true},
    {{.name = "0.1 %, 100/100", .base = 0.001, .candidate = 0.001}, true},
    {{.name = "0.5 %, 950/50", .base = 0.005, .candidate = 0.005, .n = 950, .m = 50}, true},
    {{.name = "1 to 4 % while the candidate's share goes from 1 to 50 %", .n = 500, .m = 500, .drifting_ramp = true},
     true},
    {{.name = "1 %, common noise CV 0.5, 1000/1000", .n = 1000, .m = 1000, .common_noise = 0.5}, true},
    {{.name = "1 %, arm noise CV 0.2, 1000/1000", .n = 1000, .m = 1000, .arm_noise = 0.2}, false},
    {{.name = "1 %, arm noise CV 0.5, 1000/1000", .n = 1000, .m = 1000, .arm_noise = 0.5}, false},
    {{.name = "1 %, failures in clusters of 10, 100/100", .cluster = 10}, false},
    {{.name = "ramp with arm noise: 1 %, CV 0.5, candidate 1 % of 2000, from tick 100 on 50 %",
      .n = 1000,
      .m = 1000,
      .arm_noise = 0.5,
      .stages = {{100, 0.01}, {1, 0.5}}},
     false},
    {{.name = "ramp with arm noise: 1 %, CV 0.5, candidate 1, from tick 60 on 10, from 120 on 50 % of 2000",
      .n = 1000,
      .m = 1000,
      .arm_noise = 0.5,
      .stages = {{60, 0.01}, {60, 0.1}, {1, 0.5}}},
     false},
};

/// Of the candidate, per tick: what the t-mixture asks for.
bool enough_events(const World& world) {
  return !world.drifting_ramp && world.stages.empty() &&
         world.candidate * static_cast<double>(world.m) >= stats::GuardedRate::kEventsPerTick;
}

void null_row(const NullRow& wanted, std::size_t seed) {
  const auto found = all_found(wanted.world, stats::Goal::rollback, 0, kTicks, seed, runs);
  const std::size_t grid = count_found(found, &Found::grid);
  const std::size_t guarded = count_found(found, &Found::guarded);
  const std::size_t merged = count_found(found, &Found::merged);
  const std::size_t per_tick = count_found(found, &Found::per_tick);
  const bool good = (!wanted.grid_promised || rate_kept(grid)) && rate_kept(guarded) && rate_kept(merged) &&
                    (!enough_events(wanted.world) || rate_kept(per_tick));
  row({wanted.world.name, rate_text(count_found(found, &Found::naive)), rate_text(grid), rate_text(guarded),
       rate_text(merged), rate_text(per_tick), kept(good)});
}

void no_harm() {
  caption("False rollbacks of a candidate like the baseline within 200 ticks (upper limit), alpha = 5 %:");
  row({"no harm", "z-test at each look", "GROW grid", "guarded", "t-mixture", "t-mixture, raw ticks", "as promised"},
      true);
  std::size_t seed = 1'000'000;
  for (const NullRow& wanted : kNullRows) null_row(wanted, seed += 1'000'000);
}

// ---- harm

struct HarmRow {
  World world;
  double grid_wanted;     // median tick of the published study; 0: no promise
  double guarded_wanted;  // likewise
};

const std::vector<HarmRow> kHarmRows{
    {{.name = "1 to 2 %, 100/100", .candidate = 0.02}, 20, 25},
    {{.name = "1 to 1.5 %, 100/100", .candidate = 0.015}, 68, 64},
    {{.name = "0.1 to 1 %, 950/50", .base = 0.001, .candidate = 0.01, .n = 950, .m = 50}, 8, 25},
    {{.name = "0.1 to 0.3 %, 950/50", .base = 0.001, .candidate = 0.003, .n = 950, .m = 50}, 56, 117},
    {{.name = "1 to 2 %, arm noise CV 0.5, 1000/1000", .candidate = 0.02, .n = 1000, .m = 1000, .arm_noise = 0.5},
     0,
     33},
    {{.name = "1 to 2 %, clusters of 10, 1000/1000", .candidate = 0.02, .n = 1000, .m = 1000, .cluster = 10}, 0, 0},
};

double planned_ticks(const World& world, double difference = 0) {
  return std::log(1 / kAlpha) /
         stats::growth_per_tick(Baseline{stats::PlannedRate{world.base, static_cast<double>(world.n)}},
                                Candidate{stats::PlannedRate{world.candidate, static_cast<double>(world.m)}},
                                difference);
}

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

void harm_row(const HarmRow& wanted, std::size_t seed) {
  const auto found = all_found(wanted.world, stats::Goal::rollback, 0, 2 * kTicks, seed, kDelayRuns * runs);
  const auto grid = median(found, &Found::grid);
  const auto guarded = median(found, &Found::guarded);
  const double planned = planned_ticks(wanted.world);
  const bool grid_good =
      wanted.grid_wanted == 0 || (delay_kept(grid, wanted.grid_wanted) && *grid <= 1.3 * planned + 4);
  const bool guarded_good = wanted.guarded_wanted == 0 || delay_kept(guarded, wanted.guarded_wanted);
  row({wanted.world.name, wanted.grid_wanted == 0 ? "" : decimal(planned), tick_text(grid), tick_text(guarded),
       tick_text(median(found, &Found::merged)), tick_text(median(found, &Found::per_tick)),
       kept(grid_good && guarded_good)});
}

void harm() {
  caption("Median tick of the rollback of a bad candidate:");
  row({"harm", "planner", "GROW grid", "guarded", "t-mixture", "t-mixture, raw ticks", "as promised"}, true);
  std::size_t seed = 20'000'000;
  for (const HarmRow& wanted : kHarmRows) harm_row(wanted, seed += 1'000'000);
}

// ---- promotion

struct PromotionRow {
  World world;
  double margin;
};

const std::vector<PromotionRow> kBarelyHarmful{
    {{.name = "1 to 1.5 %, margin 0.5 %, 100/100", .candidate = 0.015}, 0.005},
    {{.name = "0.5 to 1 %, margin 0.5 %, 950/50", .base = 0.005, .candidate = 0.01, .n = 950, .m = 50}, 0.005},
    {{.name = "the ramp from 1 to 4 %, and 0.5 % worse", .candidate = 0.015, .n = 500, .m = 500, .drifting_ramp = true},
     0.005},
    {{.name = "1 to 1.5 %, common noise CV 0.5, 1000/1000",
      .candidate = 0.015,
      .n = 1000,
      .m = 1000,
      .common_noise = 0.5},
     0.005},
    {{.name = "1 to 1.5 %, arm noise CV 0.2, 1000/1000", .candidate = 0.015, .n = 1000, .m = 1000, .arm_noise = 0.2},
     0.005},
    {{.name = "1 to 1.5 %, arm noise CV 0.5, 1000/1000", .candidate = 0.015, .n = 1000, .m = 1000, .arm_noise = 0.5},
     0.005},
    {{.name = "1 to 1.5 %, clusters of 10, 100/100", .candidate = 0.015, .cluster = 10}, 0.005},
    {{.name = "ramp with arm noise: 1 to 1.5 %, CV 0.5, candidate 1 % of 2000, from tick 100 on 50 %",
      .candidate = 0.015,
      .n = 1000,
      .m = 1000,
      .arm_noise = 0.5,
      .stages = {{100, 0.01}, {1, 0.5}}},
     0.005},
};

void false_promotions() {
  caption(
      "False promotions of a candidate that is worse by just the margin, within 200 ticks (upper limit), beta = 5 %:");
  row({"harm = margin", "non-inferiority grid", "guarded", "t-mixture", "t-mixture, raw ticks", "as promised"}, true);
  std::size_t seed = 40'000'000;
  for (const auto& [world, margin] : kBarelyHarmful) {
    const auto found = all_found(world, stats::Goal::promote, margin, kTicks, seed += 1'000'000, runs);
    const std::size_t grid = count_found(found, &Found::grid);
    const std::size_t guarded = count_found(found, &Found::guarded);
    const bool independent = world.arm_noise == 0 && world.cluster == 1;
    const std::size_t merged = count_found(found, &Found::merged);
    row({world.name, rate_text(grid), rate_text(guarded), rate_text(merged),
         rate_text(count_found(found, &Found::per_tick)),
         kept((!independent || rate_kept(grid)) && rate_kept(guarded) && rate_kept(merged))});
  }
}

const std::vector<PromotionRow> kHealthy{
    {{.name = "1 %, margin 0.5 %, 500/500", .n = 500, .m = 500}, 0.005},
    {{.name = "1 %, margin 0.2 %, 5000/5000", .n = 5000, .m = 5000}, 0.002},
    {{.name = "0.1 %, margin 0.2 %, 950/50", .base = 0.001, .candidate = 0.001, .n = 950, .m = 50}, 0.002},
    {{.name = "1 %, margin 0.5 %, arm noise CV 0.2, 1000/1000", .n = 1000, .m = 1000, .arm_noise = 0.2}, 0.005},
};

void promotions() {
  caption("Median tick of the proof that a candidate like the baseline is not worse by the margin:");
  row({"no harm", "planner", "non-inferiority grid", "guarded", "t-mixture", "t-mixture, raw ticks", "as promised"},
      true);
  std::size_t seed = 50'000'000;
  for (const auto& [world, margin] : kHealthy) {
    const auto found = all_found(world, stats::Goal::promote, margin, 2 * kTicks, seed += 1'000'000, runs);
    const auto grid = median(found, &Found::grid);
    const double planned = planned_ticks(world, margin);
    row({world.name, decimal(planned), tick_text(grid), tick_text(median(found, &Found::guarded)),
         tick_text(median(found, &Found::merged)), tick_text(median(found, &Found::per_tick)),
         kept(world.arm_noise > 0 || (grid && *grid <= 1.3 * planned + 4))});
  }
}

// ---- P99

constexpr double kSpread = 0.5;                             // of ln latency, whose mean is 0
constexpr std::array<double, 3> kTails{0.05, 0.01, 0.001};  // of the baseline, beyond its own thresholds
constexpr std::array<double, 3> kScores{1.6448536269514722, 2.3263478740408408, 3.0902323061678132};

struct LatencyRow {
  const char* name;
  double factor;      // of affected requests
  double share;       // of requests affected
  double p99_wanted;  // median ticks of the published study; 0: no harm
  double mean_wanted;
};

constexpr std::array<LatencyRow, 4> kLatencyRows{{{"no harm", 1, 0, 0, 0},
                                                  {"all times 1.05", 1.05, 1, 20, 10},
                                                  {"all times 1.2", 1.2, 1, 3, 2},
                                                  {"2 % of requests times 3", 3, 0.02, 4, 4}}};

double upper_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

std::array<std::uint64_t, 3> beyond(std::uint64_t requests, const std::array<double, 3>& tails, Generator& generator) {
  std::array<std::uint64_t, 3> counts{};
  std::uint64_t left = requests;
  double share = 1;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    left = counts[i] = bench::binomial(left, tails[i] / share, generator);
    share = tails[i];
  }
  return counts;
}

struct LatencyFound {
  unsigned p99 = kNever;
  unsigned mean = kNever;
  unsigned guarded = kNever;
};

LatencyFound latency_run(const LatencyRow& wanted, std::size_t seed) {
  constexpr std::uint64_t kRequests = 1000;
  std::array<double, 3> tails{};
  for (std::size_t i = 0; i < tails.size(); ++i) {
    tails[i] =
        (1 - wanted.share) * kTails[i] + wanted.share * upper_tail(kScores[i] - std::log(wanted.factor) / kSpread);
  }
  Generator generator(seed);
  auto test = *stats::Exceedance::make(3, {.independent_requests = true});
  auto guarded = *stats::Exceedance::make(3);
  LatencyFound found;
  for (unsigned tick = 1; tick <= 100; ++tick) {
    const auto a = beyond(kRequests, kTails, generator);
    const auto b = beyond(kRequests, tails, generator);
    const Baseline base{stats::ExceedanceCounts{a, kRequests}};
    const Candidate candidate{stats::ExceedanceCounts{b, kRequests}};
    test.add(base, candidate);
    guarded.add(base, candidate);
    note(found.p99, tick, stats::crosses(test.at(1).log_e_value(), ErrorRate(kAlpha)));
    note(found.mean, tick, stats::crosses(test.log_e_value(), ErrorRate(kAlpha)));
    note(found.guarded, tick, stats::crosses(guarded.log_e_value(), ErrorRate(kAlpha)));
  }
  return found;
}

void latency() {
  caption(
      "Latency, lognormal with s = 0.5, 1,000 requests per arm and tick, 100 ticks: false rollbacks, or the median "
      "tick:");
  row({"latency", "beyond P99", "mean over P95, P99, P99.9", "the same, guarded", "as promised"}, true);
  std::size_t seed = 60'000'000;
  for (const LatencyRow& wanted : kLatencyRows) {
    seed += 1'000'000;
    const auto found =
        bench::all_runs<LatencyFound>(runs, [&](std::size_t run) { return latency_run(wanted, seed + run); });
    const auto cell = [&](unsigned LatencyFound::*test) {
      return wanted.share == 0 ? rate_text(count_found(found, test)) : tick_text(median(found, test));
    };
    const auto good = [&](unsigned LatencyFound::*test, double ticks) {
      return wanted.share == 0 ? rate_kept(count_found(found, test)) : delay_kept(median(found, test), ticks);
    };
    row({wanted.name, cell(&LatencyFound::p99), cell(&LatencyFound::mean), cell(&LatencyFound::guarded),
         kept(good(&LatencyFound::p99, wanted.p99_wanted) && good(&LatencyFound::mean, wanted.mean_wanted) &&
              (wanted.share > 0 || good(&LatencyFound::guarded, 0)))});
  }
}

// ---- means

struct MeanRow {
  const char* name;
  std::uint64_t n;
  std::uint64_t m;
  double spread;
  bool promised;
};

constexpr std::array<MeanRow, 4> kMeanRows{{{"lognormal s = 1.5, 50/50", 50, 50, 1.5, true},
                                            {"lognormal s = 1, 500/500", 500, 500, 1, true},
                                            {"lognormal s = 1.5, 95/5", 95, 5, 1.5, false},
                                            {"lognormal s = 1, 950/50", 950, 50, 1, false}}};

double lognormal_mean(std::uint64_t n, double spread, Generator& generator) {
  double sum = 0;
  for (std::uint64_t i = 0; i < n; ++i) sum += std::exp(spread * bench::normal(generator));
  return sum / static_cast<double>(n);
}

struct MeanFound {
  unsigned higher = kNever;
  unsigned lower = kNever;
};

MeanFound mean_run(const MeanRow& wanted, std::size_t seed) {
  Generator generator(seed);
  auto higher = *stats::TMixture::make({.worse = stats::Worse::higher});
  auto lower = *stats::TMixture::make({.worse = stats::Worse::lower});
  MeanFound found;
  for (unsigned tick = 1; tick <= kTicks; ++tick) {
    const Baseline base{stats::MeanSummary{wanted.n, lognormal_mean(wanted.n, wanted.spread, generator), 0}};
    const Candidate candidate{stats::MeanSummary{wanted.m, lognormal_mean(wanted.m, wanted.spread, generator), 0}};
    higher.add(base, candidate);
    lower.add(base, candidate);
    note(found.higher, tick, stats::crosses(higher.log_e_value(), ErrorRate(kAlpha)));
    note(found.lower, tick, stats::crosses(lower.log_e_value(), ErrorRate(kAlpha)));
  }
  return found;
}

void means() {
  caption(
      "Skewed means, t-mixture, false rollbacks within 200 ticks (upper limit). Unequal arms are not promised, but "
      "refused:");
  row({"no harm", "higher is worse", "lower is worse", "as promised"}, true);
  std::size_t seed = 70'000'000;
  for (const MeanRow& wanted : kMeanRows) {
    seed += 1'000'000;
    const auto found = bench::all_runs<MeanFound>(runs, [&](std::size_t run) { return mean_run(wanted, seed + run); });
    const std::size_t higher = count_found(found, &MeanFound::higher);
    const std::size_t lower = count_found(found, &MeanFound::lower);
    row({wanted.name, rate_text(higher), rate_text(lower),
         wanted.promised ? kept(rate_kept(higher) && rate_kept(lower)) : "no promise"});
  }
}

// ---- bounded values

struct ValueRow {
  const char* name;
  double shift;  // standard deviation of an arm's mean between ticks
};

constexpr std::array<ValueRow, 2> kValueRows{
    {{"values of spread 0.15 in [0, 1], 200/200", 0}, {"the same, arms shift by 0.02 from tick to tick", 0.02}}};

struct ValueFound {
  unsigned betting = kNever;
  unsigned guarded = kNever;
};

std::vector<double> bounded_values(double shift, Generator& generator) {
  const double mean = 0.5 + shift * bench::normal(generator);
  std::vector<double> values(200);
  for (double& value : values) value = std::clamp(mean + 0.15 * bench::normal(generator), 0.0, 1.0);
  return values;
}

ValueFound value_run(const ValueRow& wanted, std::size_t seed) {
  Generator generator(seed);
  auto test = *stats::GuardedMean::make({});
  ValueFound found;
  for (unsigned tick = 1; tick <= kTicks; ++tick) {
    const auto base = bounded_values(wanted.shift, generator);
    const auto candidate = bounded_values(wanted.shift, generator);
    test.add(Baseline<std::span<const double>>{base}, Candidate<std::span<const double>>{candidate});
    note(found.betting, tick, stats::crosses(test.betting().log_e_value(), ErrorRate(kAlpha)));
    note(found.guarded, tick, stats::crosses(test.log_e_value(), ErrorRate(kAlpha)));
  }
  return found;
}

void bounded() {
  caption("Bounded values, false rollbacks within 200 ticks (upper limit). Betting alone promises the first row:");
  row({"no harm", "betting", "guarded", "as promised"}, true);
  std::size_t seed = 90'000'000;
  for (const ValueRow& wanted : kValueRows) {
    seed += 1'000'000;
    const auto found =
        bench::all_runs<ValueFound>(runs, [&](std::size_t run) { return value_run(wanted, seed + run); });
    const std::size_t betting = count_found(found, &ValueFound::betting);
    const std::size_t guarded = count_found(found, &ValueFound::guarded);
    row({wanted.name, rate_text(betting), rate_text(guarded),
         kept((wanted.shift > 0 || rate_kept(betting)) && rate_kept(guarded))});
  }
}

// ---- sample ratio

struct SplitFound {
  unsigned chi_square = kNever;
  unsigned sequential = kNever;
};

SplitFound split_run(double share, std::size_t seed) {
  constexpr std::uint64_t kUnits = 100;
  constexpr double kChiSquare = 10.827566170662733;  // 0.001, one degree
  Generator generator(seed);
  auto test = *stats::SampleRatio::make(std::array{0.5, 0.5});
  SplitFound found;
  double first = 0;
  for (unsigned tick = 1; tick <= kTicks; ++tick) {
    const std::uint64_t x = bench::binomial(kUnits, share, generator);
    test.add(std::array{x, kUnits - x});
    first += static_cast<double>(x);
    const double half = 0.5 * kUnits * tick;
    note(found.chi_square, tick, 2 * (first - half) * (first - half) / half > kChiSquare);
    note(found.sequential, tick, stats::crosses(test.log_e_value(), ErrorRate(0.001)));
  }
  return found;
}

void sample_ratio() {
  caption("Sample ratio of a 50:50 split, 100 units per tick, 200 ticks, alpha = 0.1 %:");
  row({"split", "chi-square at each look", "sequential", "as promised"}, true);
  const auto fair = bench::all_runs<SplitFound>(runs, [](std::size_t run) { return split_run(0.5, 80'000'000 + run); });
  const std::size_t alarms = count_found(fair, &SplitFound::sequential);
  row({"50:50, false alarms", rate_text(count_found(fair, &SplitFound::chi_square)), rate_text(alarms),
       kept(alarms <= static_cast<std::size_t>(0.001 * static_cast<double>(runs)) + 3)});
  const auto bad = bench::all_runs<SplitFound>(runs, [](std::size_t run) { return split_run(0.52, 81'000'000 + run); });
  const auto found = median(bad, &SplitFound::sequential);
  row({"52:48, median tick", tick_text(median(bad, &SplitFound::chi_square)), tick_text(found),
       kept(delay_kept(found, 105))});
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--markdown") continue;  // there is no other form
    if (argument == "--quick") {
      runs = 100;
    } else if (argument == "--runs" && i + 1 < argc && std::atoll(argv[i + 1]) > 0) {
      runs = static_cast<std::size_t>(std::atoll(argv[++i]));
    } else {
      return std::fputs("usage: sequential_study [--markdown] [--runs N] [--quick]\n", stderr), 2;
    }
  }
  no_harm();
  harm();
  false_promotions();
  promotions();
  latency();
  means();
  bounded();
  sample_ratio();
  return all_kept ? 0 : 1;
}
