#ifndef LEEWAY_TESTS_SUPPORT_REAL_ROLLOUTS_HPP
#define LEEWAY_TESTS_SUPPORT_REAL_ROLLOUTS_HPP

// Rollout decisions on recorded systems: petshop_a (a web shop with 34 injected faults of known onset, and 49 hours of
// normal running) through the engine, and asos_experiments_a (200 streams of real A/B tests) through the t-mixture.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "cli/csv_reader.hpp"
#include "leeway/rollout/engine.hpp"
#include "leeway/stats/t_mixture.hpp"

namespace leeway::test {

/// The named columns of a file, row by row; empty fields stay empty. Nothing where it cannot be read.
inline std::vector<std::vector<std::string>> records(const std::string& path, const std::vector<std::string>& columns) {
  auto reader = cli::CsvReader::open(path);
  if (!reader) return {};
  std::vector<std::size_t> places;
  for (const std::string& column : columns) {
    const auto at = std::find(reader->header().begin(), reader->header().end(), column);
    if (at == reader->header().end()) return {};
    places.push_back(static_cast<std::size_t>(at - reader->header().begin()));
  }
  std::vector<std::vector<std::string>> rows;
  cli::CsvRow row;
  for (auto more = reader->next(row); more && *more; more = reader->next(row)) {
    rows.emplace_back();
    for (const std::size_t place : places) rows.back().emplace_back(row.fields[place]);
  }
  return rows;
}

inline double number_of(const std::string& text) { return text.empty() ? NAN : std::strtod(text.c_str(), nullptr); }

/// Five minutes of a service.
struct ServiceTick {
  std::int64_t begin = 0;  // seconds since 1970
  double latency = 0;      // mean, seconds
  double requests = 0;
  double availability = 0;  // percent

  [[nodiscard]] double errors() const { return std::round(requests * (100 - availability) / 100); }
};
inline constexpr std::int64_t kTickSeconds = 300;

struct Fault {
  std::string metric;  // "latency" or "availability"
  std::string name;
  std::int64_t onset = 0;
  std::vector<ServiceTick> ticks;
};

struct Petshop {
  std::vector<ServiceTick> normal;
  std::vector<Fault> faults;
};

inline Petshop load_petshop(const std::string& folder) {
  Petshop shop;
  std::map<std::string, std::vector<ServiceTick>> files;
  for (const auto& row :
       records(folder + "/petshop_a.csv.gz", {"scenario", "split", "issue", "service", "unix_timestamp",
                                              "latency_average", "requests", "availability"})) {
    if (row[3] != "PetSite") continue;
    const ServiceTick tick{std::atoll(row[4].c_str()), number_of(row[5]), number_of(row[6]), number_of(row[7])};
    (row[1] == "noissue" ? shop.normal : files[row[0] + "/" + row[1] + "/" + row[2]]).push_back(tick);
  }
  const auto by_time = [](const ServiceTick& a, const ServiceTick& b) { return a.begin < b.begin; };
  std::sort(shop.normal.begin(), shop.normal.end(), by_time);
  for (const auto& row : records(folder + "/petshop_a_labels.csv.gz",
                                 {"scenario", "split", "issue", "target_metric", "onset_unix_timestamp"})) {
    Fault fault{row[3], row[0] + "/" + row[1] + "/" + row[2], std::atoll(row[4].c_str()), {}};
    // An issue was injected more than once: its file is what lies within an hour of the onset.
    for (const ServiceTick& tick : files[fault.name]) {
      if (std::llabs(tick.begin - fault.onset) < 3600) fault.ticks.push_back(tick);
    }
    std::sort(fault.ticks.begin(), fault.ticks.end(), by_time);
    shop.faults.push_back(std::move(fault));
  }
  return shop;
}

/// Everything but the rules.
inline rollout::Policy petshop_policy(std::vector<rollout::Rule> rules, bool independent_requests = false) {
  using namespace rollout;
  Policy policy;
  policy.name = "petshop";
  policy.last_known_good = {.name = "before", .hash = std::string(64, 'a')};
  policy.candidate = {.name = "now", .hash = std::string(64, 'b')};
  policy.metrics = {{.name = "latency", .kind = MetricKind::mean, .skewed = false},
                    {.name = "error", .independent = independent_requests}};
  policy.rules = std::move(rules);
  policy.stages = {{.weight = 0.5, .minimum = std::chrono::days(365)}};
  policy.promotion = {{.metric = "error", .margin = 0.005}};
  return policy;
}

/// Latency above 1.2 times the baseline's, availability more than half a point below it: each in 2 ticks on end.
inline rollout::Policy threshold_policy() {
  using namespace rollout;
  return petshop_policy(
      {{.name = "latency", .test = ThresholdTest{{"latency"}, Against::ratio, 1.2, Consecutive{2}}},
       {.name = "availability", .test = ThresholdTest{{"error"}, Against::difference, 0.005, Consecutive{2}}}});
}

/// The same two metrics by tests that are valid at every look, at 2.5 % each.
inline rollout::Policy sequential_policy(bool independent_requests) {
  using namespace rollout;
  const ErrorRate alpha(0.025);
  return petshop_policy({{.name = "latency", .test = StatisticalTest{.metric = "latency", .alpha = alpha}},
                         {.name = "availability", .test = StatisticalTest{.metric = "error", .alpha = alpha}}},
                        independent_requests);
}

/// There is one arm at a time: the baseline of every tick is what was measured before.
inline rollout::Tick petshop_tick(const ServiceTick& now, std::span<const ServiceTick> before) {
  ServiceTick sum{};
  double errors = 0;
  for (const ServiceTick& tick : before) {
    sum.latency += tick.latency / static_cast<double>(before.size());
    sum.requests += tick.requests;
    errors += tick.errors();
  }
  const auto arm = [](double latency, double requests, double failed) {
    const auto count = static_cast<std::uint64_t>(requests);
    return rollout::ArmReport{
        .weight = 0.5,
        .readings = {{"latency", rollout::Mean{.count = count, .mean = latency, .m2 = 0}},
                     {"error", rollout::Rate{.events = static_cast<std::uint64_t>(failed), .count = count}}}};
  };
  rollout::Tick tick{.at = TimePoint(std::chrono::seconds(now.begin + kTickSeconds))};
  tick.baseline.push_back({arm(sum.latency, sum.requests, errors)});
  tick.candidate.push_back({arm(now.latency, now.requests, now.errors())});
  return tick;
}

/// The tick of the first rollback.
inline std::optional<std::size_t> first_rollback(const rollout::Policy& policy, std::span<const ServiceTick> ticks,
                                                 std::span<const ServiceTick> before) {
  auto engine = rollout::Engine::make(policy);
  for (std::size_t i = 0; engine && i < ticks.size(); ++i) {
    const auto decision = engine->step(petshop_tick(ticks[i], before));
    if (decision && decision->verb == rollout::Verb::rollback) return i;
  }
  return std::nullopt;
}

struct NormalRun {
  std::size_t evaluated = 0;
  std::vector<std::size_t> rollbacks{};  // ticks, from the first evaluated
};

/// The baseline is the mean of the first hour; a rollback arms the rules anew an hour later.
inline NormalRun normal_run(const Petshop& shop, const rollout::Policy& policy) {
  constexpr std::size_t kHour = 12;
  const std::span before = std::span(shop.normal).first(kHour);
  const std::span ticks = std::span(shop.normal).subspan(kHour);
  NormalRun run{.evaluated = ticks.size()};
  std::size_t from = 0;
  while (const auto rollback = first_rollback(policy, ticks.subspan(from), before)) {
    run.rollbacks.push_back(from + *rollback);
    from = std::min(from + *rollback + 1 + kHour, ticks.size());
  }
  return run;
}

/// Seconds from a fault's onset to the end of the tick of the rollback. The baseline is the fault's first tick, the
/// rules see the others.
inline std::optional<std::int64_t> delay(const Fault& fault, const rollout::Policy& policy) {
  const std::span ticks(fault.ticks);
  const auto rollback = first_rollback(policy, ticks.subspan(1), ticks.first(1));
  if (!rollback) return std::nullopt;
  return ticks[1 + *rollback].begin + kTickSeconds - fault.onset;
}

/// A stream of one variant and metric: what each checkpoint added, and the fixed test at the end.
struct ExperimentStream {
  std::string name;
  std::vector<double> differences{};  // of tick means, weighted by sqrt(n m / (n + m))
  double z_at_end = 0;                // of the last checkpoint that states both variances
  bool ever_significant = false;      // |z| > 1.96 at some checkpoint
};

inline std::vector<ExperimentStream> load_asos(const std::string& folder) {
  struct Checkpoint {
    double time, n, m, a, b, va, vb;
  };
  std::map<std::string, std::vector<Checkpoint>> streams;
  for (const auto& row : records(folder + "/asos_experiments_a.csv.gz",
                                 {"experiment_id", "variant_id", "metric_id", "time_since_start", "count_c", "count_t",
                                  "mean_c", "mean_t", "variance_c", "variance_t"})) {
    std::array<double, 7> x{};
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = number_of(row[3 + i]);
    streams[row[0] + "/" + row[1] + "/" + row[2]].push_back({x[0], x[1], x[2], x[3], x[4], x[5], x[6]});
  }
  std::vector<ExperimentStream> out;
  for (auto& [name, points] : streams) {
    std::sort(points.begin(), points.end(), [](const Checkpoint& p, const Checkpoint& q) { return p.time < q.time; });
    ExperimentStream stream{.name = name};
    Checkpoint last{};
    for (const Checkpoint& now : points) {
      const double error = std::sqrt(now.va / now.n + now.vb / now.m);
      if (error > 0) {
        stream.z_at_end = (now.b - now.a) / error;
        stream.ever_significant = stream.ever_significant || std::abs(stream.z_at_end) > 1.959963984540054;
      }
      const double n = now.n - last.n;
      const double m = now.m - last.m;
      if (!(n > 0 && m > 0)) continue;  // nothing new in an arm: the next checkpoint holds it too
      const double a = (now.n * now.a - last.n * last.a) / n;
      const double b = (now.m * now.b - last.m * last.b) / m;
      stream.differences.push_back((b - a) * std::sqrt(n * m / (n + m)));
      last = now;
    }
    out.push_back(std::move(stream));
  }
  return out;
}

/// Where a two-sided t-mixture (c2 = 10, alpha = 0.05) stops, and the sign of the sum there.
struct Stop {
  std::size_t tick = 0;
  bool positive = false;
};

inline std::optional<Stop> first_stop(std::span<const double> differences) {
  double s = 0;
  double v = 0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    s += differences[i];
    v += differences[i] * differences[i];
    const auto n = static_cast<double>(i + 1);
    if (stats::t_mixture_two_sided(s, v, n, 10) >= std::log(20)) return Stop{i, s > 0};
  }
  return std::nullopt;
}

/// Of `times` copies of every stream with signs drawn at random, the share that stops.
inline double share_of_flipped_that_stop(std::span<const ExperimentStream> streams, int times) {
  std::mt19937_64 draw(20261130);
  std::size_t stops = 0;
  for (const ExperimentStream& stream : streams) {
    for (int copy = 0; copy < times; ++copy) {
      std::vector<double> flipped = stream.differences;
      for (double& x : flipped) x = draw() % 2 == 0 ? x : -x;
      if (first_stop(flipped)) ++stops;
    }
  }
  return static_cast<double>(stops) / static_cast<double>(streams.size() * static_cast<std::size_t>(times));
}

}  // namespace leeway::test

#endif
