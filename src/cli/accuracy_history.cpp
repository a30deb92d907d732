#include "cli/accuracy_history.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "cli/console.hpp"
#include "cli/csv_reader.hpp"
#include "cli/table.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

using retrain::AccuracyPoint;
using retrain::Days;
using retrain::Fraction;
using retrain::Queries;

constexpr double kMostDays = 1e6;  // larger numbers are seconds since 1970, or a date without dashes

using DayLength = std::chrono::duration<double, std::ratio<86400>>;

double days_since(TimePoint time, TimePoint origin) { return DayLength(time - origin).count(); }

/// Columns by their place in the header.
struct Places {
  std::size_t time = 0;
  std::size_t accuracy = 0;
  std::optional<std::size_t> actual;  // beside which `accuracy` is what was predicted
  std::optional<std::size_t> labels;
};

class Finder {
 public:
  explicit Finder(const CsvReader& csv) : csv_(csv) {}

  [[nodiscard]] Result<std::size_t> find(const std::string& name, std::initializer_list<const char*> usual,
                                         const char* option) const {
    if (!name.empty()) return find_column(csv_.name(), csv_.header(), name);
    for (const char* one : usual)
      if (const auto place = at(one)) return *place;
    return usage_error(option, "expected the name of a column, as the file has none that is called " + words(usual) +
                                   "; it has " + listed(csv_.header()));
  }
  [[nodiscard]] std::optional<std::size_t> at(const std::string& name) const {
    const auto found = std::find(csv_.header().begin(), csv_.header().end(), name);
    if (found == csv_.header().end()) return {};
    return static_cast<std::size_t>(found - csv_.header().begin());
  }

 private:
  static std::string words(std::initializer_list<const char*> names) {
    std::string text;
    for (const char* name : names) text += (text.empty() ? "" : " or ") + std::string(name);
    return text;
  }

  const CsvReader& csv_;
};

Result<void> check(const HistoryColumns& columns) {
  if (columns.predicted.empty() != columns.actual.empty())
    return usage_error(
        columns.actual.empty() ? "--actual" : "--predicted",
        "expected it beside " + std::string(columns.actual.empty() ? "--predicted" : "--actual") + ", found none");
  if (!columns.accuracy.empty() && !columns.predicted.empty())
    return usage_error("--accuracy", "expected it, or --predicted and --actual, found both");
  if (!columns.labels.empty() && columns.labels_each)
    return usage_error("--labels-each", "expected it or --labels, found both");
  return {};
}

Result<Places> places_of(const CsvReader& csv, const HistoryColumns& columns) {
  const Finder finder(csv);
  Places places;
  const auto time = finder.find(columns.time, {"age", "time", "timestamp", "date"}, "--time");
  if (!time) return time.error();
  places.time = *time;
  const bool compared = !columns.predicted.empty();
  const auto accuracy = compared ? find_column(csv.name(), csv.header(), columns.predicted)
                                 : finder.find(columns.accuracy, {"accuracy", "correct"}, "--accuracy");
  if (!accuracy) return accuracy.error();
  places.accuracy = *accuracy;
  if (compared) {
    const auto actual = find_column(csv.name(), csv.header(), columns.actual);
    if (!actual) return actual.error();
    places.actual = *actual;
  } else if (!columns.labels.empty()) {
    const auto labels = find_column(csv.name(), csv.header(), columns.labels);
    if (!labels) return labels.error();
    places.labels = *labels;
  } else if (!columns.labels_each) {
    places.labels = finder.at("labels");
  }
  return places;
}

/// "1" and "1.0" are the same class.
bool same(std::string_view a, std::string_view b) {
  const auto x = parse_number(a), y = parse_number(b);
  return x && y ? *x == *y : trim_blanks(a) == trim_blanks(b);
}

class HistoryReader {
 public:
  HistoryReader(CsvReader csv, Places places, const HistoryColumns& columns)
      : csv_(std::move(csv)), places_(places), columns_(columns) {}

  Result<AccuracyHistory> operator()() {
    for (;;) {
      const auto more = csv_.next(row_);
      if (!more) return more.error();
      if (!*more) break;
      if (auto added = add(); !added) return std::move(added).error();
    }
    return finished();
  }

 private:
  Result<void> add() {
    if (missing(places_.accuracy) || (places_.actual && missing(*places_.actual))) {
      ++history_.unlabelled;
      return {};
    }
    const auto time = read_time();
    if (!time) return time.error();
    const auto accuracy = read_accuracy();
    if (!accuracy) return accuracy.error();
    const auto labels = read_labels(*accuracy);
    if (!labels) return labels.error();
    history_.points.push_back({Days(*time), Fraction(*accuracy), Queries(*labels)});
    return {};
  }

  [[nodiscard]] std::string_view field(std::size_t place) const { return row_.fields[place]; }
  [[nodiscard]] bool missing(std::size_t place) const { return columns_.null_tokens.contains(field(place)); }
  [[nodiscard]] Error bad(std::size_t place, const std::string& expected) const {
    return {ErrorCode::data, "expected " + expected + ", found " + cli::quoted(field(place)),
            csv_.where(csv_.header()[place])};
  }

  /// Days: as they are, or of dates since the first row's.
  Result<double> read_time() {
    const std::string_view text = field(places_.time);
    const auto number = parse_number(text);
    const auto moment = number ? std::nullopt : parse_time(text);
    if (number && !(*number >= 0 && *number <= kMostDays))
      return bad(places_.time, "an age in days, from 0 to 1,000,000, or a date");
    if (!number && !moment) return bad(places_.time, "an age in days, or a date such as 2026-01-31");
    if (history_.points.empty()) {
      dated_ = moment.has_value();
      origin_ = columns_.deployed.value_or(moment.value_or(TimePoint()));
    }
    if (dated_ != moment.has_value())
      return bad(places_.time, dated_ ? "a date, as in the first row" : "a number, as in the first row");
    return moment ? days_since(*moment, origin_) : *number;
  }
  [[nodiscard]] Result<double> read_accuracy() const {
    if (places_.actual) return same(field(places_.accuracy), field(*places_.actual)) ? 1.0 : 0.0;
    const auto value = parse_number(field(places_.accuracy));
    if (value && *value >= 0 && *value <= 1) return *value;
    return bad(places_.accuracy, "an accuracy from 0 to 1");
  }
  [[nodiscard]] Result<double> read_labels(double accuracy) const {
    if (columns_.labels_each) return *columns_.labels_each;
    if (!places_.labels) {
      if (accuracy == 0 || accuracy == 1) return 1.0;
      return Error{ErrorCode::invalid_argument,
                   "expected it, or --labels-each, as an accuracy of " + std::string(field(places_.accuracy)) +
                       " is that of many predictions, found none",
                   "--labels"};
    }
    const auto value = parse_number(field(*places_.labels));
    if (value && *value > 0 && std::isfinite(*value)) return *value;
    return bad(*places_.labels, "a number of labels above 0");
  }

  Result<AccuracyHistory> finished() {
    auto& points = history_.points;
    const auto earlier = [](const AccuracyPoint& a, const AccuracyPoint& b) { return a.age < b.age; };
    std::stable_sort(points.begin(), points.end(), earlier);
    history_.dated = dated_;
    if (columns_.deployed && !points.empty() && !dated_)
      return usage_error("--deployed", "expected dates in " + csv_.name() + " beside it, found ages in days");
    if (points.empty() || !dated_) return std::move(history_);
    const Days first = points.front().age;
    if (columns_.deployed && first < Days(0))
      return usage_error("--deployed", "expected a time before the first prediction, found one " +
                                           std::to_string(std::llround(std::ceil(-first.value()))) + " days after");
    if (!columns_.deployed)
      for (AccuracyPoint& point : points) point.age = point.age - first;
    return std::move(history_);
  }

  CsvReader csv_;
  CsvRow row_;
  Places places_;
  const HistoryColumns& columns_;
  AccuracyHistory history_;
  bool dated_ = false;
  TimePoint origin_;
};

}  // namespace

Result<AccuracyHistory> read_accuracy_history(const std::string& path, const HistoryColumns& columns) {
  if (auto checked = check(columns); !checked) return std::move(checked).error();
  auto csv = CsvReader::open(path);
  if (!csv) return std::move(csv).error();
  const auto places = places_of(*csv, columns);
  if (!places) return places.error();
  return HistoryReader(*std::move(csv), *places, columns)();
}

}  // namespace leeway::cli
