// How long the sequential alarm runs on clean data, and how soon it finds a shift: a study, not a timing.
//
//   sequential_alarm_study [--quick] [--markdown] [--unordered]
//
// --unordered takes the cells for categories: evidence without a direction.
// Ten cells at the deciles of normal data, panes of 100 rows, a reference drawn anew for every run, no effect floor.
// Clean runs end at an alarm, or after 10 / alpha panes. Shifts begin after ten clean panes; runs that alarm within
// these are drawn anew. The oracle is a CUSUM of pane log-likelihood ratios that knows both laws, its threshold set to
// as many false alarms per clean pane as the alarm had. Counts are drawn as such: multinomial, by binomials. Every run
// has a seed of its own, so that the table is the same on any number of threads.

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "all_runs.hpp"
#include "leeway/drift/sequential_alarm.hpp"

namespace {

namespace drift = leeway::drift;

using Generator = boost::random::mt19937_64;
using Counts = std::vector<std::uint64_t>;
using Shares = std::vector<double>;

constexpr std::uint64_t kPaneRows = 100;
constexpr std::uint64_t kCleanPanes = 10;  // before a shift
constexpr std::uint64_t kMostDelay = 200;  // panes; longer ones are not told apart
constexpr double kDelta = 0.05;
constexpr std::uint64_t kCells = 10;

// Deciles of the standard normal law.
constexpr double kEdges[] = {-1.2815515655446004, -0.8416212335729143, -0.5244005127080407, -0.2533471031357997, 0,
                             0.2533471031357997,  0.5244005127080407,  0.8416212335729143,  1.2815515655446004};

Shares normal_cells(double mean) {
  Shares shares;
  double below = 0;
  for (const double edge : kEdges) {
    const double up_to = 0.5 * std::erfc((mean - edge) / std::sqrt(2.0));
    shares.push_back(up_to - below);
    below = up_to;
  }
  shares.push_back(1 - below);
  return shares;
}

Counts draw(const Shares& shares, std::uint64_t rows, Generator& generator) {
  Counts counts(shares.size());
  auto left = static_cast<std::int64_t>(rows);
  double share_left = 1;
  for (std::size_t i = 0; i + 1 < shares.size() && left > 0; ++i) {
    const double p = std::min(1.0, shares[i] / share_left);
    const std::int64_t drawn = boost::random::binomial_distribution<std::int64_t>(left, p)(generator);
    counts[i] = static_cast<std::uint64_t>(drawn);
    left -= drawn;
    share_left -= shares[i];
  }
  if (left > 0) counts.back() += static_cast<std::uint64_t>(left);
  return counts;
}

/// How a run ended.
struct Run {
  std::uint64_t panes = 0;
  bool alarm = false;
};

struct Setting {
  double alpha = 0.05;
  std::uint64_t reference_rows = 1000;
  std::size_t runs = 2000;
  std::size_t ordered_cells = kCells;

  [[nodiscard]] std::uint64_t most_panes() const { return static_cast<std::uint64_t>(std::lround(10 / alpha)); }
};

// ---- the alarm

drift::SequentialAlarm new_alarm(const Setting& setting, Generator& generator) {
  const Counts reference = draw(normal_cells(0), setting.reference_rows, generator);
  const drift::SequentialOptions options{
      .alpha = leeway::ErrorRate(setting.alpha), .delta = leeway::ErrorRate(kDelta), .effect_floor = 0};
  return *drift::SequentialAlarm::make(reference, options, setting.ordered_cells);
}

Run run_of(drift::SequentialAlarm& alarm, const Shares& live, std::uint64_t most, Generator& generator) {
  Run run;
  while (!run.alarm && run.panes < most) {
    run.alarm = alarm.add(draw(live, kPaneRows, generator))->alarm;
    ++run.panes;
  }
  return run;
}

Run clean_run(const Setting& setting, std::size_t seed) {
  Generator generator(seed);
  drift::SequentialAlarm alarm = new_alarm(setting, generator);
  return run_of(alarm, normal_cells(0), setting.most_panes(), generator);
}

Run shifted_run(const Setting& setting, const Shares& live, std::size_t seed) {
  Generator generator(seed);
  for (;;) {
    drift::SequentialAlarm alarm = new_alarm(setting, generator);
    if (!run_of(alarm, normal_cells(0), kCleanPanes, generator).alarm) {
      return run_of(alarm, live, kMostDelay, generator);
    }
  }
}

// ---- the oracle

/// CUSUM (Page 1954) of the log-likelihood ratio of two known laws.
class Oracle {
 public:
  Oracle(const Shares& clean, const Shares& live) {
    for (std::size_t i = 0; i < clean.size(); ++i) weights_.push_back(std::log(live[i] / clean[i]));
  }

  double add(const Counts& pane) {
    double ratio = 0;
    for (std::size_t i = 0; i < pane.size(); ++i) ratio += static_cast<double>(pane[i]) * weights_[i];
    return value_ = std::max(0.0, value_) + ratio;
  }
  void reset() { value_ = 0; }

 private:
  Shares weights_;
  double value_ = 0;
};

struct Record {
  std::uint64_t pane;
  double value;
};

/// The records of a clean path tell its run length at every threshold.
std::vector<Record> records_of(Oracle oracle, std::uint64_t panes, std::size_t seed) {
  Generator generator(seed);
  const Shares clean = normal_cells(0);
  std::vector<Record> records;
  for (std::uint64_t pane = 1; pane <= panes; ++pane) {
    const double value = oracle.add(draw(clean, kPaneRows, generator));
    if (records.empty() || value > records.back().value) records.push_back({pane, value});
  }
  return records;
}

/// Clean panes per false alarm; runs without one count as if the next pane had brought it.
double panes_per_alarm(const std::vector<Run>& runs) {
  double panes = 0;
  double alarms = 0;
  for (const Run& run : runs) {
    panes += static_cast<double>(run.panes);
    alarms += run.alarm ? 1 : 0;
  }
  return panes / std::max(1.0, alarms);
}

std::vector<Run> runs_at(double threshold, const std::vector<std::vector<Record>>& paths, std::uint64_t most) {
  std::vector<Run> runs;
  for (const auto& records : paths) {
    const auto first = std::find_if(records.begin(), records.end(), [&](Record r) { return r.value >= threshold; });
    runs.push_back(first == records.end() ? Run{most, false} : Run{first->pane, true});
  }
  return runs;
}

double threshold_for(double wanted, const std::vector<std::vector<Record>>& paths, std::uint64_t most) {
  double low = 0;
  double high = 50;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (panes_per_alarm(runs_at(middle, paths, most)) < wanted ? low : high) = middle;
  }
  return low;
}

Run oracle_run(Oracle oracle, double threshold, const Shares& live, std::size_t seed) {
  Generator generator(seed);
  const Shares clean = normal_cells(0);
  for (bool early = true; early;) {
    oracle.reset();
    early = false;
    for (std::uint64_t i = 0; i < kCleanPanes; ++i) early |= oracle.add(draw(clean, kPaneRows, generator)) >= threshold;
  }
  Run run;
  while (!run.alarm && run.panes < kMostDelay) {
    run.alarm = oracle.add(draw(live, kPaneRows, generator)) >= threshold;
    ++run.panes;
  }
  return run;
}

// ---- the table

/// The median run; absent if half of them saw no alarm.
std::optional<std::uint64_t> median(std::vector<Run> runs) {
  const auto middle = runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2);
  const auto sooner = [](Run a, Run b) { return a.alarm != b.alarm ? a.alarm : a.panes < b.panes; };
  std::nth_element(runs.begin(), middle, runs.end(), sooner);
  return middle->alarm ? std::optional(middle->panes) : std::nullopt;
}

struct MeanRun {
  double mean;
  double lower;  // one-sided 99 % limit
};

MeanRun mean_run(const std::vector<Run>& runs) {
  constexpr double kNormal99 = 2.3263478740408408;
  const auto n = static_cast<double>(runs.size());
  double sum = 0;
  double squares = 0;
  for (const Run& run : runs) {
    sum += static_cast<double>(run.panes);
    squares += static_cast<double>(run.panes * run.panes);
  }
  const double variance = (squares - sum * sum / n) / (n - 1);
  return {sum / n, sum / n - kNormal99 * std::sqrt(std::max(0.0, variance) / n)};
}

/// The largest ratio of delays that is wanted, where one is.
double wanted_ratio(double shift, std::uint64_t reference_rows) {
  if (shift < 0.2 || reference_rows < 10'000) return HUGE_VAL;
  return reference_rows >= 100'000 ? 3 : 4;
}

class Table {
 public:
  explicit Table(bool markdown) : markdown_(markdown) {}

  void row(const std::vector<std::string>& cells) {
    std::string line = markdown_ ? "|" : "";
    for (const std::string& cell : cells) {
      line += markdown_ ? " " + cell + " |" : cell + std::string(cell.size() < 17 ? 17 - cell.size() : 1, ' ');
    }
    std::puts(line.c_str());
    if (markdown_ && std::exchange(first_, false)) {
      std::string rule = "|";
      for (std::size_t i = 0; i < cells.size(); ++i) rule += "---|";
      std::puts(rule.c_str());
    }
    std::fflush(stdout);
  }

 private:
  bool markdown_;
  bool first_ = true;
};

std::string decimal(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", x);
  return text;
}

std::string delay_text(std::optional<std::uint64_t> delay) {
  return delay ? std::to_string(*delay) : "> " + std::to_string(kMostDelay);
}

/// Prints the row of a setting; false where it misses what is promised or wanted.
bool study(const Setting& setting, std::size_t seed, Table& table) {
  const std::uint64_t most = setting.most_panes();
  const auto clean =
      bench::all_runs<Run>(setting.runs, [&](std::size_t run) { return clean_run(setting, seed + run); });
  const auto alarms = std::count_if(clean.begin(), clean.end(), [](Run run) { return run.alarm; });
  const MeanRun mean = mean_run(clean);
  const double promised = (1 - kDelta) / setting.alpha;
  bool good = mean.lower >= promised;
  std::vector<std::string> row{decimal(1 / setting.alpha), std::to_string(setting.reference_rows),
                               decimal(promised),          decimal(mean.mean),
                               decimal(mean.lower),        std::to_string(alarms)};
  for (const double shift : {0.1, 0.25, 0.5}) {
    const Shares live = normal_cells(shift);
    const auto found = median(
        bench::all_runs<Run>(setting.runs, [&](std::size_t run) { return shifted_run(setting, live, seed + run); }));
    const Oracle oracle(normal_cells(0), live);
    const auto paths = bench::all_runs<std::vector<Record>>(
        setting.runs, [&](std::size_t run) { return records_of(oracle, most, seed + run); });
    const double threshold = threshold_for(panes_per_alarm(clean), paths, most);
    const auto best = median(bench::all_runs<Run>(
        setting.runs, [&](std::size_t run) { return oracle_run(oracle, threshold, live, seed + run); }));
    row.push_back(delay_text(found) + " : " + delay_text(best));
    const double wanted = wanted_ratio(shift, setting.reference_rows);
    if (std::isfinite(wanted))
      good &= found && best && static_cast<double>(*found) <= wanted * static_cast<double>(*best);
  }
  row.push_back(good ? "yes" : "NO");
  table.row(row);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  bool quick = false;
  bool markdown = false;
  bool unordered = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    quick |= argument == "--quick";
    markdown |= argument == "--markdown";
    unordered |= argument == "--unordered";
  }
  Table table(markdown);
  table.row({"1 / alpha", "reference rows", "promised mean", "measured mean", "99 % limit", "alarms", "delay 0.1 sd",
             "delay 0.25 sd", "delay 0.5 sd", "as wanted"});
  bool good = true;
  std::size_t seed = 1'000'000;
  for (const double alpha : {0.05, 0.01}) {
    if (quick && alpha < 0.05) continue;
    for (const std::uint64_t rows : {1'000U, 10'000U, 100'000U}) {
      good &= study({alpha, rows, quick ? std::size_t{40} : std::size_t{2000}, unordered ? 0 : kCells}, seed, table);
      seed += 1'000'000;
    }
  }
  return good ? 0 : 1;
}
