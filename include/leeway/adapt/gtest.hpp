#ifndef LEEWAY_ADAPT_GTEST_HPP
#define LEEWAY_ADAPT_GTEST_HPP

// Opt-in: matchers of GoogleMock for the tests of feature pipelines.
//
//   EXPECT_THAT(serving_rows, HasNoSkewAgainst(training_rows, {.key = {"id"}, .tolerance = {.absolute = 0.01}}));
//   EXPECT_THAT(serving_rows, ConformsTo(schema));
//   EXPECT_THAT(feature.event_time, IsFresherThan(6h, now));
//
// Rows are a validate::Table, or anything to which a function to_table(rows), found by argument-dependent lookup,
// gives one. A failure names each feature that differs, the share of rows, the likely cause and an example; each rule
// that is broken, and by what; how old an event is. Keys and texts are shown as they are: rows of tests are nobody's.

#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <ostream>
#include <ratio>
#include <sstream>
#include <string>
#include <utility>

#include "leeway/base/time.hpp"
#include "leeway/report/contract.hpp"
#include "leeway/report/skew.hpp"
#include "leeway/validate/contract.hpp"
#include "leeway/validate/schema.hpp"
#include "leeway/validate/skew.hpp"
#include "leeway/validate/table.hpp"

namespace leeway::inline v1 {

namespace validate {

[[nodiscard]] inline const Table& to_table(const Table& table) noexcept { return table; }

/// What GoogleTest prints of a table; its values are in the explanation, as far as they differ.
inline void PrintTo(const Table& table, std::ostream* out) {
  *out << table.rows() << " rows of";
  for (const Column& column : table.columns) *out << ' ' << column.name;
}

}  // namespace validate

namespace adapt {

/// Matches rows whose features are those of training: report verdict not drift. Rows without a key in common are skew.
class NoSkewMatcher {
 public:
  using is_gtest_matcher = void;

  NoSkewMatcher(validate::Table training, validate::SkewOptions options)
      : training_(std::move(training)), options_(std::move(options)) {
    for (const validate::Column& column : training_.columns) options_.show_text.push_back(column.name);
  }

  template <class Rows>
  bool MatchAndExplain(const Rows& serving, std::ostream* out) const {
    const auto report = validate::find_skew(training_, to_table(serving), options_);
    if (!report) return explained(out, "which cannot be compared: " + to_string(report.error()));
    if (report->join && report->verdict == Verdict::not_enough_data)
      return explained(out, "of which the keys of " + std::to_string(report->join->joined) + " are in training");
    if (report->verdict != Verdict::drift) return true;
    return explained(out, "with skew:\n" + report::to_text(*report));
  }

  void DescribeTo(std::ostream* out) const { *out << "has no skew against training"; }
  void DescribeNegationTo(std::ostream* out) const { *out << "has skew against training"; }

 private:
  static bool explained(std::ostream* out, const std::string& text) {
    if (out != nullptr) *out << text;
    return false;
  }

  validate::Table training_;
  validate::SkewOptions options_;
};

/// Matches rows that keep a contract.
class ContractMatcher {
 public:
  using is_gtest_matcher = void;

  ContractMatcher(validate::Schema schema, validate::ValidationOptions options)
      : schema_(std::move(schema)), options_(std::move(options)) {
    for (const validate::ColumnContract& column : schema_.columns()) options_.show_text.push_back(column.name);
  }

  template <class Rows>
  bool MatchAndExplain(const Rows& rows, std::ostream* out) const {
    const auto report = validate::validate(schema_, to_table(rows), options_);
    if (report && report->kept()) return true;
    if (out != nullptr)
      *out << (report ? "which breaks it:\n" + report::to_text(*report)
                      : "which cannot be checked: " + to_string(report.error()));
    return false;
  }

  void DescribeTo(std::ostream* out) const { *out << "keeps the contract"; }
  void DescribeNegationTo(std::ostream* out) const { *out << "breaks the contract"; }

 private:
  validate::Schema schema_;
  validate::ValidationOptions options_;
};

/// Matches ages, and times of events, of which the age is that at `now`. What lies ahead of now is of unknown age.
class FreshnessMatcher {
 public:
  using is_gtest_matcher = void;

  FreshnessMatcher(Duration limit, std::optional<TimePoint> now) : limit_(limit), now_(now) {}

  bool MatchAndExplain(Duration age, std::ostream* out) const {
    const bool fresh = age >= Duration(0) && age <= limit_;
    if (!fresh && out != nullptr) *out << "which is " << text(age) << (age < Duration(0) ? " of the future" : " old");
    return fresh;
  }
  bool MatchAndExplain(TimePoint event, std::ostream* out) const {
    if (now_) return MatchAndExplain(*now_ - event, out);
    if (out != nullptr) *out << "whose age needs a time to be said: IsFresherThan(limit, now)";
    return false;
  }

  void DescribeTo(std::ostream* out) const { *out << "is at most " << text(limit_) << " old"; }
  void DescribeNegationTo(std::ostream* out) const { *out << "is not at most " << text(limit_) << " old"; }

 private:
  static std::string text(Duration duration) {
    const double hours = std::chrono::duration<double, std::ratio<3600>>(duration).count();
    std::ostringstream out;
    out << (hours < 0 ? -hours : hours) << " h";
    return out.str();
  }

  Duration limit_;
  std::optional<TimePoint> now_;
};

}  // namespace adapt

/// With a key each entity must have its training values, within the tolerances; without one the distributions must be
/// alike (validate/skew.hpp). Too few rows to tell are no skew.
template <class Rows>
[[nodiscard]] adapt::NoSkewMatcher HasNoSkewAgainst(const Rows& training, validate::SkewOptions options = {}) {
  using validate::to_table;
  return {to_table(training), std::move(options)};
}

/// Every rule of the contract (validate/contract.hpp).
[[nodiscard]] inline adapt::ContractMatcher ConformsTo(validate::Schema schema,
                                                       validate::ValidationOptions options = {}) {
  return {std::move(schema), std::move(options)};
}

/// Of an age, or with a `now` of the time of an event; exactly `limit` old is fresh. Reads no clock.
[[nodiscard]] inline adapt::FreshnessMatcher IsFresherThan(Duration limit, std::optional<TimePoint> now = {}) {
  return {limit, now};
}

}  // namespace leeway::inline v1

#endif
