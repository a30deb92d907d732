// Whether fits of decay from a history keep their word: a study, not a timing.
//
//   fit_study [--quick]
//
// 1,000 histories each of many exponential ones: how often the 95 % range of the rate covers the truth, which must be
// in 93 to 97 % of them, and how often they are refused, which must be in 5 % at most. And 400 of many that are not:
// how often they are refused, and named as what they are, which must be in 90 %. And what becomes of ranges where
// points do not scatter independently. In brackets the exact 95 % limits (Clopper & Pearson 1934). Every history has a
// seed of its own. Some minutes of processor time; --quick has 40 histories and fails only where chance cannot explain
// it.

#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

#include "all_runs.hpp"
#include "leeway/retrain/fit.hpp"
#include "support/simulated_history.hpp"

namespace {

using leeway::retrain::DecayFit;
using leeway::retrain::HistoryShape;
using leeway::retrain::PerDay;
using leeway::test::Truth;

constexpr std::uint64_t kSeeds = 1'000'000;  // from one kind of history to the next

struct Share {
  int events;
  int of;

  void print() const { std::printf(" %.1f %% (%.1f to %.1f) |", 100 * value(), 100 * low(), 100 * high()); }
  [[nodiscard]] double value() const { return static_cast<double>(events) / of; }
  [[nodiscard]] double low() const {
    return events == 0 ? 0 : boost::math::ibeta_inv(events * 1.0, of - events + 1.0, 0.025);
  }
  [[nodiscard]] double high() const {
    return events == of ? 1 : boost::math::ibeta_inv(events + 1.0, of - events * 1.0, 0.975);
  }
};

bool refuses(const DecayFit& fit) {
  return fit.shape != HistoryShape::exponential && fit.shape != HistoryShape::none &&
         fit.shape != HistoryShape::not_enough_data;
}

template <class Is>
Share share(const std::vector<DecayFit>& fits, Is is) {
  int events = 0;
  for (const DecayFit& fit : fits) events += is(fit);
  return {events, static_cast<int>(fits.size())};
}

/// How many histories, and from which seed on.
struct Runs {
  bool quick;
  std::size_t histories;
  std::uint64_t seed = 0;
};

std::vector<DecayFit> fits_of(const Truth& truth, const Runs& runs) {
  return bench::all_runs<DecayFit>(runs.histories, [&](std::size_t run) {
    return *leeway::retrain::fit_decay(leeway::test::simulated(truth, runs.seed + run));
  });
}

// ---- Exponential

// The rate that loses a share over the year of the histories.
double losing(double share) { return -std::log1p(-share) / 365; }

std::vector<Truth> decays() {
  return {{.ages = 4, .rate = losing(0.3)},
          {.ages = 6, .rate = losing(0.3)},
          {.ages = 8, .rate = losing(0.3)},
          {.ages = 12, .rate = losing(0.3)},
          {.ages = 12, .labels = 30, .rate = losing(0.5)},
          {.ages = 12, .labels = 100, .fresh = 0.99, .rate = losing(0.05)},
          {.ages = 12, .labels = 100, .fresh = 0.99, .rate = losing(0.9)},
          {.ages = 24, .labels = 100},
          {.ages = 24, .labels = 500, .fresh = 0.95, .rate = losing(0.2)},
          {.ages = 24, .labels = 30, .fresh = 0.97, .rate = losing(0.3)},
          {.ages = 48, .labels = 1000, .fresh = 0.95, .rate = losing(0.1)},
          {.ages = 96, .labels = 50, .rate = losing(0.3)},
          {.ages = 200, .labels = 40, .rate = losing(0.3)},
          {.ages = 12, .labels = 500, .rate = losing(0.3), .scatter = 0.03},
          {.ages = 24, .labels = 500, .rate = losing(0.3), .scatter = 0.03},
          {.ages = 24, .labels = 500, .fresh = 0.85, .rate = losing(0.4), .scatter = 0.03, .uneven = true},
          {.ages = 24, .labels = 100, .rate = losing(0.3), .uneven = true},
          {.ages = 48, .labels = 2000, .fresh = 0.8, .rate = losing(0.5), .scatter = 0.05}};
}

bool study_decay(const Truth& truth, const Runs& runs) {
  const auto fits = fits_of(truth, runs);
  const Share covered = share(fits, [&](const DecayFit& f) { return f.nearest.rates.contains(PerDay(truth.rate)); });
  const Share refused = share(fits, refuses);
  std::printf("| %zu | %d%s | %.2f | %.0f %% | %.2f |", truth.ages, truth.labels, truth.uneven ? ", uneven" : "",
              truth.fresh, 100 * -std::expm1(-365 * truth.rate), truth.scatter);
  covered.print();
  refused.print();
  std::puts("");
  const bool is_level = refused.low() <= 0.05;
  if (runs.quick) return covered.high() >= 0.93 && covered.low() <= 0.97 && is_level;
  return covered.value() >= 0.93 && covered.value() <= 0.97 && is_level;
}

// ---- Not exponential

struct Other {
  const char* name;
  Truth truth;
  HistoryShape shape;
};

std::vector<Other> others() {
  using S = HistoryShape;
  return {
      {"step at day 365, .77 to .52",
       {.ages = 36, .labels = 50, .days = 1095, .fresh = .77, .step = -.25, .step_at = 365},
       S::step},
      {"step halfway, .90 to .80", {.step = -.1, .step_at = 182}, S::step},
      {"step early, .95 to .90", {.ages = 52, .labels = 500, .fresh = .95, .step = -.05, .step_at = 100}, S::step},
      {"step late, .90 to .75", {.ages = 12, .labels = 500, .step = -.15, .step_at = 280}, S::step},
      {"season of a year, .80 +- .08", {.ages = 36, .days = 1095, .fresh = .8, .season = .08}, S::seasonal},
      {"season of a year, .70 +- .15",
       {.ages = 48, .labels = 30, .days = 1460, .fresh = .7, .season = .15},
       S::seasonal},
      {"season of a week, .85 +- .04",
       {.ages = 56, .labels = 500, .days = 55, .fresh = .85, .season = .04, .period = 7},
       S::seasonal},
      {"season of .06 and decay", {.ages = 48, .labels = 300, .days = 1460, .rate = 3e-4, .season = .06}, S::seasonal},
      {"season of .08 and step of .20",
       {.ages = 48, .labels = 300, .days = 1460, .fresh = .85, .step = -.2, .step_at = 500, .season = .08},
       S::seasonal_step},
      {"noise of .10 about .80", {.labels = 500, .fresh = .8, .scatter = .1}, S::noisy},
      {"noise of .10 about a loss of 10 %",
       {.ages = 48, .labels = 500, .fresh = .8, .rate = 3e-4, .scatter = .1},
       S::noisy},
      {"noise of .10 that persists (.8)",
       {.ages = 48, .labels = 500, .fresh = .8, .rate = 3e-4, .scatter = .1, .persistence = .8},
       S::noisy},
      {"loss of .4 sqrt(t)", {.labels = 2000, .loss = .4, .power = .5}, S::bent},
      {"loss of .4 t^2", {.labels = 1000, .loss = .4, .power = 2}, S::bent},
      {"straight from .95 to .10", {.labels = 500, .fresh = .95, .loss = .85}, S::bent},
      {"down by .20 and up again", {.labels = 500, .fresh = .8, .season = .1}, S::recovers},
      {"step up, .60 to .80", {.fresh = .6, .step = .2, .step_at = 150}, S::recovers},
      {"season of a week in days, .85 +- .04",
       {.ages = 200, .days = 199, .fresh = .85, .season = .04, .period = 7},
       S::seasonal},
      {"season of a week in days and decay",
       {.ages = 365, .days = 364, .rate = losing(0.3), .season = .04, .period = 7},
       S::seasonal}};
}

bool study_other(const Other& other, const Runs& runs) {
  const auto fits = fits_of(other.truth, runs);
  const Share refused = share(fits, refuses);
  const Share named = share(fits, [&](const DecayFit& fit) { return fit.shape == other.shape; });
  std::printf("| %s | %zu | %d | %s |", other.name, other.truth.ages, other.truth.labels, to_string(other.shape));
  refused.print();
  named.print();
  std::puts("");
  return (runs.quick ? refused.high() : refused.value()) >= 0.9;
}

// ---- Not independent

// Scatter whose neighbours are alike: what is assumed not to be. Without a limit: it shows what that costs.
void study_wandering(const Truth& truth, const Runs& runs) {
  const auto fits = fits_of(truth, runs);
  std::printf("| %zu | %d | %.2f | %.2f |", truth.ages, truth.labels, truth.scatter, truth.persistence);
  share(fits, [&](const DecayFit& f) { return f.nearest.rates.contains(PerDay(truth.rate)); }).print();
  share(fits, [](const DecayFit& f) { return f.half_life.has_value(); }).print();
  std::puts("");
}

std::vector<Truth> wanderings() {
  return {{.labels = 500, .rate = losing(0.3), .scatter = 0.01, .persistence = 0.5},
          {.labels = 500, .rate = losing(0.3), .scatter = 0.02, .persistence = 0.5},
          {.labels = 500, .rate = losing(0.3), .scatter = 0.03, .persistence = 0.9},
          {.ages = 12, .labels = 2000, .scatter = 0.03, .persistence = 0.95},
          {.labels = 2000, .scatter = 0.03, .persistence = 0.95}};
}

}  // namespace

int main(int count, char** arguments) {
  const bool quick = count == 2 && std::string_view(arguments[1]) == "--quick";
  if (count > 1 && !quick) return std::fputs("usage: fit_study [--quick]\n", stderr), 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  bool good = true;
  std::puts(
      "| ages | labels each | accuracy | lost | scatter | range covers the rate | refused "
      "|\n|---|---|---|---|---|---|---|");
  Runs runs{quick, quick ? 40U : 1000U};
  for (const Truth& truth : decays()) good &= study_decay(truth, runs), runs.seed += kSeeds;
  std::puts("\n| history | ages | labels each | shape | refused | named so |\n|---|---|---|---|---|---|");
  runs.histories = quick ? 20 : 400;
  for (const Other& other : others()) good &= study_other(other, runs), runs.seed += kSeeds;
  std::puts(
      "\n| ages | labels each | scatter | correlation | range covers the rate | half-life given "
      "|\n|---|---|---|---|---|---|");
  for (const Truth& truth : wanderings()) study_wandering(truth, runs), runs.seed += kSeeds;
  return good ? 0 : 1;
}
