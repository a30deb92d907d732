// Rollout decisions on recorded systems: a web shop with injected faults, and real A/B tests.
//
//   rollout_data_study FOLDER     with petshop_a.csv.gz, petshop_a_labels.csv.gz and asos_experiments_a.csv.gz
//
// Prints the tables of docs/rollout.md. Exit code 1 where less is found than promised there.

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "support/real_rollouts.hpp"

namespace {

using namespace leeway;

std::string minutes(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f min", seconds / 60);
  return text;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n == 0 ? 0 : (values[(n - 1) / 2] + values[n / 2]) / 2;
}

struct Faults {
  std::size_t all = 0;
  std::size_t found = 0;
  std::size_t sequential = 0;
  std::vector<double> delays;
};

Faults faults_of(const test::Petshop& shop, const std::string& metric) {
  Faults sum;
  for (const test::Fault& fault : shop.faults) {
    if (fault.metric != metric) continue;
    const test::FaultRun run = test::fault_run(fault);
    ++sum.all;
    sum.sequential += run.found.sequential ? 1 : 0;
    if (!run.found.threshold) continue;
    ++sum.found;
    sum.delays.push_back(static_cast<double>(run.delay));
  }
  return sum;
}

bool petshop(const std::string& folder) {
  const test::Petshop shop = test::load_petshop(folder);
  const test::NormalRun normal = test::normal_run(shop);
  std::printf("| petshop | cases | rolled back | delay, median | delay, longest | sequential tests found |\n");
  std::printf("|---|---|---|---|---|---|\n");
  std::printf("| normal running, ticks of 5 min | %zu | %zu | | | %s |\n", normal.evaluated, normal.rollbacks.size(),
              normal.sequential ? ("at tick " + std::to_string(*normal.sequential)).c_str() : "nothing");
  bool kept = normal.evaluated == 577 && normal.rollbacks.size() <= 1;
  for (const auto& [metric, promised] : {std::pair<std::string, std::size_t>{"latency", 18}, {"availability", 13}}) {
    const Faults faults = faults_of(shop, metric);
    const double longest = faults.delays.empty() ? 0 : *std::max_element(faults.delays.begin(), faults.delays.end());
    std::printf("| faults of %s | %zu | %zu | %s | %s | %zu |\n", metric.c_str(), faults.all, faults.found,
                minutes(median(faults.delays)).c_str(), minutes(longest).c_str(), faults.sequential);
    kept = kept && faults.found >= promised;
  }
  return kept;
}

bool asos(const std::string& folder) {
  const std::vector<test::ExperimentStream> streams = test::load_asos(folder);
  std::size_t stops = 0;
  std::size_t agree = 0;
  std::size_t missed = 0;
  std::size_t significant = 0;
  std::size_t peeking = 0;
  for (const test::ExperimentStream& stream : streams) {
    const bool at_end = std::abs(stream.z_at_end) > 1.959963984540054;
    const auto stop = test::first_stop(stream.differences);
    stops += stop ? 1 : 0;
    agree += stop && at_end && (stream.z_at_end > 0) == stop->positive ? 1 : 0;
    missed += !stop && at_end ? 1 : 0;
    significant += at_end ? 1 : 0;
    peeking += stream.ever_significant ? 1 : 0;
  }
  const double flipped = test::share_of_flipped_that_stop(streams, 100);
  std::printf("\n| asos | streams of %zu |\n|---|---|\n", streams.size());
  std::printf("| significant at the end (fixed test, 5 %%) | %zu |\n", significant);
  std::printf("| significant at some checkpoint (naive peeking) | %zu |\n", peeking);
  std::printf("| the sequential test stops | %zu |\n", stops);
  std::printf("| ... and agrees with the end in direction and significance | %zu |\n", agree);
  std::printf("| significant at the end, not stopped | %zu |\n", missed);
  std::printf("| of copies with signs drawn at random, stopped (limit 5 %%) | %.1f %% |\n", 100 * flipped);
  return !streams.empty() && 10 * agree >= 9 * stops && flipped <= 0.05;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: rollout_data_study FOLDER\n";
    return 2;
  }
  const bool shop = petshop(argv[1]);
  const bool tests = asos(argv[1]);
  return shop && tests ? 0 : 1;
}
