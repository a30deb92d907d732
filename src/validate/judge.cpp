#include "validate/judge.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <utility>

#include "leeway/base/assert.hpp"
#include "leeway/stats/proportions.hpp"
#include "stats/policy.hpp"

namespace leeway::inline v1::validate {
namespace {

/// P(at least `count` of `of`) where each has the probability `share`.
double binomial_upper_tail(std::uint64_t count, std::uint64_t of, double share) {
  if (count == 0 || share >= 1) return 1;
  if (share <= 0) return 0;
  return boost::math::ibeta(static_cast<double>(count), static_cast<double>(of - count) + 1, share,
                            stats::detail::Saturate());
}

/// How many independent rows these are.
std::uint64_t independent(std::uint64_t rows, const Tolerance& tolerated) {
  if (tolerated.design_effect <= 1) return rows;
  return static_cast<std::uint64_t>(static_cast<double>(rows) / tolerated.design_effect);
}

double excess_p_value(std::uint64_t count, std::uint64_t of, const Tolerance& tolerated) {
  if (tolerated.rows == 0) return binomial_upper_tail(count, of, tolerated.share);
  const std::uint64_t rows = independent(tolerated.rows, tolerated);
  const double events = std::ceil(static_cast<double>(tolerated.events) / tolerated.design_effect);
  return stats::excess_p_value(independent(count, tolerated), independent(of, tolerated),
                               (std::min)(static_cast<std::uint64_t>(events), rows), rows);
}

/// P(some category has at least `clump` values, all of them among the live ones), in a random order of all rows: each
/// has at most (of / all)^clump, and at most all / clump categories are so frequent.
double clump_p_value(std::uint64_t clump, std::uint64_t of, std::uint64_t rows) {
  if (clump == 0) return 1;
  const auto c = static_cast<double>(clump);
  const double all = static_cast<double>(of) + static_cast<double>(rows);
  return (std::min)(1.0, all / c * std::pow(static_cast<double>(of) / all, c));
}

double unseen_p_value(const ColumnCounts& counts, std::uint64_t of, const Tolerance& tolerated) {
  if (tolerated.rows == 0) return binomial_upper_tail(counts.unseen, of, tolerated.share);
  const std::uint64_t live = independent(of, tolerated);
  const std::uint64_t rows = independent(tolerated.rows, tolerated);
  const double distinct =
      stats::excess_p_value((std::min)(counts.unseen_distinct, live), live, (std::min)(tolerated.events, rows), rows);
  const double clump = clump_p_value(independent(counts.unseen_most, tolerated), live, rows);
  return (std::min)(1.0, 2 * (std::min)(distinct, clump));
}

void put(ContractReport& report, ContractFinding finding, bool broken) {
  (broken ? report.findings : report.within).push_back(std::move(finding));
}

void judge_unseen(ContractReport& report, const ColumnContract& column, const ColumnCounts& counts) {
  const Tolerance& tolerated = column.categories->tolerated;
  ContractFinding finding{
      column.name, Rule::unseen, counts.unseen, counts.present(), tolerated.value(), {}, {}, counts.unseen_distinct,
      {}};
  if (finding.count == 0) return;
  if (tolerated.none()) return put(report, std::move(finding), true);
  finding.p_value = unseen_p_value(counts, finding.of, tolerated);
  put(report, std::move(finding), *finding.p_value <= report.level);
}

/// Fewer missing values than tolerated are more present ones.
void judge_filled(ContractReport& report, const ColumnContract& column, const ColumnCounts& counts) {
  const Tolerance& missing = column.missing->tolerated;
  const Tolerance present{1 - missing.share, missing.rows - missing.events, missing.rows, missing.design_effect};
  detail::judge_count(report, {column.name, Rule::filled, counts.present(), counts.rows, {}, {}, {}, 0, {}}, present);
}

ContractFinding with_bounds(ContractFinding finding, const ColumnContract& column, std::optional<double> min,
                            std::optional<double> max) {
  finding.min = min;
  finding.max = max;
  finding.is_time = column.type == ColumnType::timestamp;
  return finding;
}

void judge_range(ContractReport& report, const ColumnContract& column, const ColumnCounts& counts) {
  ContractFinding finding{column.name, Rule::range, counts.outside, counts.present(), {}, {}, {}, 0, {}};
  detail::judge_count(report, with_bounds(std::move(finding), column, column.range->min, column.range->max),
                      column.range->tolerated);
}

void judge_mean(ContractReport& report, const ColumnContract& column, const ColumnCounts& counts) {
  if (counts.finite == 0) return;
  const double mean = counts.sum / static_cast<double>(counts.finite);
  if (mean >= column.mean->min && mean <= column.mean->max) return;
  ContractFinding finding{column.name, Rule::mean, counts.finite, counts.finite, {}, {}, mean, 0, {}};
  put(report, with_bounds(std::move(finding), column, column.mean->min, column.mean->max), true);
}

void judge_values(ContractReport& report, const ColumnContract& column, const ColumnCounts& counts) {
  const auto judge = [&](Rule rule, std::uint64_t count, std::uint64_t of, const Tolerance& tolerated) {
    detail::judge_count(report, {column.name, rule, count, of, {}, {}, {}, 0, {}}, tolerated);
  };
  if (column.missing) judge(Rule::missing, counts.missing, counts.rows, column.missing->tolerated);
  if (column.missing && column.missing->two_sided) judge_filled(report, column, counts);
  judge(Rule::type, counts.other_type, counts.present(), column.type_tolerated);
  if (column.range) judge_range(report, column, counts);
  if (column.categories) judge_unseen(report, column, counts);
  if (column.pattern) judge(Rule::pattern, counts.mismatched, counts.present(), column.pattern->tolerated);
  if (column.order) judge(Rule::order, counts.backward, counts.present(), column.order->tolerated);
  judge(Rule::future, counts.future, counts.present(), {});
  if (column.mean) judge_mean(report, column, counts);
}

void judge_column(ContractReport& report, const ColumnContract& column, const ColumnCounts& counts) {
  const auto found = [&](Rule rule) {
    put(report, {column.name, rule, counts.rows, counts.rows, {}, {}, {}, 0, {}}, true);
  };
  if (!counts.there) {
    if (column.presence != Presence::optional) found(Rule::absent);
    return;
  }
  if (column.presence == Presence::value && counts.rows > 0 && counts.present() == 0) return found(Rule::empty);
  judge_values(report, column, counts);
}

}  // namespace

void detail::judge_count(ContractReport& report, ContractFinding finding, const Tolerance& tolerated) {
  if (finding.count == 0) return;
  if (tolerated.none()) return put(report, std::move(finding), true);
  finding.tolerated = tolerated.value();
  finding.p_value = excess_p_value(finding.count, finding.of, tolerated);
  const bool above = finding.share() > tolerated.value();
  const bool broken = above && *finding.p_value <= report.level;
  if (above) put(report, std::move(finding), broken);
}

const char* to_string(Rule rule) noexcept {
  switch (rule) {
    case Rule::absent: return "absent";
    case Rule::empty: return "empty";
    case Rule::missing: return "missing";
    case Rule::filled: return "filled";
    case Rule::type: return "type";
    case Rule::range: return "range";
    case Rule::unseen: return "unseen";
    case Rule::pattern: return "pattern";
    case Rule::order: return "order";
    case Rule::future: return "future";
    case Rule::mean: return "mean";
    case Rule::unique: return "unique";
    case Rule::undated: return "undated";
    case Rule::stale: return "stale";
    case Rule::silent: return "silent";
  }
  return "unknown";
}

void ColumnCounts::merge(const ColumnCounts& other) noexcept {
  there &= other.there;
  rows += other.rows;
  missing += other.missing;
  other_type += other.other_type;
  outside += other.outside;
  unseen += other.unseen;
  unseen_distinct = (std::max)(unseen_distinct, other.unseen_distinct);
  unseen_most = (std::max)(unseen_most, other.unseen_most);
  mismatched += other.mismatched;
  backward += other.backward;
  future += other.future;
  finite += other.finite;
  sum += other.sum;
}

ContractReport judge(const Schema& schema, std::span<const ColumnCounts> counts) {
  LEEWAY_ASSERT(counts.size() == schema.columns().size());
  ContractReport report{0, schema.budget(), schema.level(), {}, {}, {}, {}};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    report.rows = (std::max)(report.rows, counts[i].rows);
    judge_column(report, schema.columns()[i], counts[i]);
  }
  return report;
}

}  // namespace leeway::inline v1::validate
