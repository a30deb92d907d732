// Bugs of serving paths planted in real features: which cause is named first, and which share of the differing rows it
// explains. For all rows, and for three rows in ten.
//
//   skew_study FOLDER      with bike_sharing_hour.csv.gz, hotel_bookings.csv.gz and credit_default.csv.gz

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "cli/skew_tables.hpp"
#include "support/planted_bugs.hpp"

namespace {

using leeway::test::PlantedBug;
using leeway::validate::FeatureSkew;
using leeway::validate::Table;

void print(const PlantedBug& bug, double share, const FeatureSkew& found, double seconds, int& right) {
  const auto& best = found.attribution.empty() ? leeway::validate::Attribution{} : found.attribution.front();
  right += best.cause == bug.cause;
  std::printf("%-18s %-20s %-30s %3.0f %% %7.4f  %-18s %6.4f  %5.2f s%s  %s\n", to_string(bug.cause),
              bug.column.c_str(), bug.what.c_str(), 100 * share, found.rows ? found.rows->rate() : 0.0,
              to_string(best.cause), best.support, seconds, best.cause == bug.cause ? "" : "  WRONG",
              to_string(best).c_str());
}

void study(const std::string& name, const Table& table, const std::string& key, const std::vector<PlantedBug>& bugs) {
  for (const double share : {1.0, 0.3}) {
    int right = 0;
    for (const PlantedBug& bug : bugs) {
      const auto begin = std::chrono::steady_clock::now();
      const FeatureSkew found = leeway::test::skew_of(bug, table, key, share);
      print(bug, share, found, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), right);
    }
    std::printf("%s, %.0f %% of rows: %d of %zu\n\n", name.c_str(), 100 * share, right, bugs.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: skew_study FOLDER\n";
    return 2;
  }
  struct Set {
    std::string name;
    std::string key;
    std::vector<PlantedBug> bugs;
  };
  const std::vector<Set> sets{{"bike_sharing_hour", "instant", leeway::test::bike_bugs()},
                              {"hotel_bookings", "booking_id", leeway::test::hotel_bugs()},
                              {"credit_default", "ID", leeway::test::credit_bugs()}};
  for (const Set& set : sets) {
    const auto table =
        leeway::cli::load_skew_table(std::string(argv[1]) + '/' + set.name + ".csv.gz", {{}, {set.key}, true});
    if (!table) {
      std::cerr << to_string(table.error()) << '\n';
      return 3;
    }
    study(set.name, *table, set.key, set.bugs);
  }
}
