// Rollout decisions on recorded systems: a web shop with injected faults, and real A/B tests.
//
//   rollout_data_study FOLDER     with petshop_a.csv.gz, petshop_a_labels.csv.gz and asos_experiments_a.csv.gz
//
// Prints the tables of docs/rollout.md. Exit code 1 where less is found than promised there.

#include <algorithm>
#include <cstdio>
#include <iostream>
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
  std::vector<double> delays{};
};

Faults faults_of(const test::Petshop& shop, const std::string& metric, const rollout::Policy& policy) {
  Faults sum;
  for (const test::Fault& fault : shop.faults) {
    if (fault.metric != metric) continue;
    ++sum.all;
    if (const auto delay = test::delay(fault, policy)) sum.delays.push_back(static_cast<double>(*delay));
  }
  return sum;
}

std::string delays_text(const Faults& faults) {
  if (faults.delays.empty()) return "none found";
  return std::to_string(faults.delays.size()) + " of " + std::to_string(faults.all) + ", " +
         minutes(median(faults.delays)) + " (" +
         minutes(*std::max_element(faults.delays.begin(), faults.delays.end())) + ")";
}

struct Row {
  std::size_t evaluated = 0;
  std::size_t false_rollbacks = 0;
  Faults latency;
  Faults availability;
};

Row petshop_row(const test::Petshop& shop, const char* rules, const rollout::Policy& policy) {
  const test::NormalRun normal = test::normal_run(shop, policy);
  const Row row{normal.evaluated, normal.rollbacks.size(), faults_of(shop, "latency", policy),
                faults_of(shop, "availability", policy)};
  std::printf("| %s | %zu in %zu | %s | %s |\n", rules, row.false_rollbacks, row.evaluated,
              delays_text(row.latency).c_str(), delays_text(row.availability).c_str());
  return row;
}

bool petshop(const std::string& folder) {
  const test::Petshop shop = test::load_petshop(folder);
  std::printf(
      "| rules | false rollbacks in ticks of 5 min | latency faults found, delay | availability faults found, "
      "delay |\n|---|---|---|---|\n");
  const Row thresholds = petshop_row(shop, "thresholds, 2 ticks on end", test::threshold_policy());
  petshop_row(shop, "sequential, dispersion guard on", test::sequential_policy(false));
  petshop_row(shop, "sequential, requests declared independent", test::sequential_policy(true));
  return thresholds.evaluated == 577 && thresholds.false_rollbacks <= 1 && thresholds.latency.delays.size() == 18 &&
         thresholds.availability.delays.size() >= 13;
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
    if (stop) ++stops;
    if (stop && at_end && (stream.z_at_end > 0) == stop->positive) ++agree;
    if (!stop && at_end) ++missed;
    if (at_end) ++significant;
    if (stream.ever_significant) ++peeking;
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
