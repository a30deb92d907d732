#ifndef LEEWAY_ADAPT_GTEST_HPP
#define LEEWAY_ADAPT_GTEST_HPP

// Opt-in: matchers of GoogleMock for the tests of feature pipelines.
//
//   EXPECT_THAT(serving_rows, HasNoSkewAgainst(training_rows, {.key = {"id"}, .tolerance = {.absolute = 0.01}}));
//
// Rows are a validate::Table, or anything to which a function to_table(rows), found by argument-dependent lookup,
// gives one. A failure names each feature that differs, the share of rows, the likely cause and an example.

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <utility>

#include "leeway/report/skew.hpp"
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
      : training_(std::move(training)), options_(std::move(options)) {}

  template <class Rows>
  bool MatchAndExplain(const Rows& serving, std::ostream* out) const {
    const auto report = validate::find_skew(training_, to_table(serving), options_);
    if (!report) return explained(out, "which cannot be compared: " + to_string(report.error()));
    if (report->join && report->join->joined == 0) return explained(out, "of which no key is in training");
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

}  // namespace adapt

/// With a key each entity must have its training values, within the tolerances; without one the distributions must be
/// alike (validate/skew.hpp). Too few rows to tell are no skew.
template <class Rows>
[[nodiscard]] adapt::NoSkewMatcher HasNoSkewAgainst(const Rows& training, validate::SkewOptions options = {}) {
  using validate::to_table;
  return {to_table(training), std::move(options)};
}

}  // namespace leeway::inline v1

#endif
