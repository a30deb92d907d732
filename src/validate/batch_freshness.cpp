#include "validate/batch_freshness.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "leeway/validate/freshness.hpp"
#include "validate/column_values.hpp"
#include "validate/shown.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double seconds_of(TimePoint time) { return seconds_of(time.time_since_epoch()); }

struct Event {
  double time;
  std::size_t row;
};

class Freshnesses {
 public:
  Freshnesses(const ColumnContract& contract, const ValidationOptions& options)
      : contract_(contract), rule_(*contract.freshness), options_(options) {}

  void add(std::size_t row, double time) {
    ++values_;
    if (std::isnan(time)) {
      if (undated_.count++ == 0) undated_.row = row;
      return;
    }
    if (!options_.now || !is_future(row, time)) events_.push_back({time, row});
  }

  void judge(ContractReport& report) {
    put(report, Rule::undated, undated_, {}, {});
    put(report, Rule::stale, stale_, oldest_, seconds_of(rule_.max_staleness));
    // Of a column of times the rule for the future has been judged with its values.
    if (contract_.type != ColumnType::timestamp) put(report, Rule::future, future_, {}, {});
    if (rule_.max_silence > Duration(0)) judge_silence(report);
  }

 private:
  struct Tally {
    std::uint64_t count = 0;
    std::size_t row = 0;
    double time = NAN;
  };

  /// Counts the age of an event; one of the future tells nothing of silence.
  bool is_future(std::size_t row, double time) {
    const Freshness freshness = freshness_of(rule_, moment_of(time), *options_.now);
    if (freshness == Freshness::fresh) return false;
    Tally& tally = freshness == Freshness::stale ? stale_ : future_;
    if (tally.count++ == 0) tally = {1, row, time};
    const double age = seconds_of(*options_.now) - time;  // as doubles, which do not overflow
    if (freshness == Freshness::stale && age > oldest_) {
      oldest_ = age;
      stale_.row = row;
      stale_.time = time;
    }
    return freshness == Freshness::future;
  }

  /// Times without an event for longer than max_silence, in whatever order the rows are.
  void judge_silence(ContractReport& report) {
    if (events_.empty())
      report.unchecked.push_back({contract_.name, "freshness", "no event tells how long it is silent"});
    std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.time < b.time; });
    if (options_.now) events_.push_back({seconds_of(*options_.now), 0});
    Tally silences;
    double longest = 0;
    for (std::size_t i = 1; i < events_.size(); ++i) {
      const double silence = events_[i].time - events_[i - 1].time;
      if (!(silence > seconds_of(rule_.max_silence))) continue;
      ++silences.count;
      if (silence <= longest) continue;
      longest = silence;
      silences.row = events_[i - 1].row;
      silences.time = events_[i - 1].time;
    }
    put(report, Rule::silent, silences, longest, seconds_of(rule_.max_silence));
  }

  void put(ContractReport& report, Rule rule, const Tally& tally, std::optional<double> value,
           std::optional<double> max) const {
    if (tally.count == 0) return;
    ContractFinding finding{contract_.name, rule, tally.count, values_, {}, {}, value, 0, {}};
    finding.max = max;
    if (options_.examples > 0)
      finding.examples.push_back({std::isnan(tally.time) ? std::string() : time_text_of(tally.time), tally.row});
    report.findings.push_back(std::move(finding));
  }

  const ColumnContract& contract_;
  const FreshnessRule& rule_;
  const ValidationOptions& options_;
  std::uint64_t values_ = 0;
  std::vector<Event> events_;
  Tally undated_, stale_, future_;
  double oldest_ = 0;
};

bool is_there(const stream::Value& value) noexcept {
  return value.type() != stream::Value::Type::missing && value.type() != stream::Value::Type::malformed;
}

}  // namespace

void judge_freshness(ContractReport& report, const ColumnContract& contract, const TableColumn& column,
                     const TableColumn* times, const ValidationOptions& options) {
  if (times == nullptr) {
    report.unchecked.push_back({contract.name, "freshness", "no column tells the times of its events"});
    return;
  }
  if (!options.now) report.unchecked.push_back({contract.name, "freshness", "no moment was given to tell ages at"});
  Freshnesses ages(contract, options);
  for_each_value(column, [&](std::size_t row, const stream::Value& value) {
    if (is_there(value)) ages.add(row, value_at(*times, row).number());
  });
  ages.judge(report);
}

}  // namespace leeway::inline v1::validate::detail
