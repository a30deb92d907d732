#include "leeway/profile/edges.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace leeway::inline v1::profile {
namespace {

struct RuleName {
  EdgeRule rule;
  const char* name;
};
constexpr std::array kRuleNames{RuleName{EdgeRule::equal_frequency, "equal-frequency"},
                                RuleName{EdgeRule::equal_width, "equal-width"},
                                RuleName{EdgeRule::sturges, "sturges"},
                                RuleName{EdgeRule::doane, "doane"},
                                RuleName{EdgeRule::freedman_diaconis, "fd"},
                                RuleName{EdgeRule::logarithmic, "log"}};

using Sorted = std::vector<double>;

double next_up(double x) { return std::nextafter(x, std::numeric_limits<double>::infinity()); }

double quantile(const Sorted& values, double share) {
  const double position = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double a = values[below];
  const double b = values[(std::min)(below + 1, values.size() - 1)];
  const double t = position - static_cast<double>(below);
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

// Interior edges by the number of values below each. Equal ranks would enclose an empty cell, rank 0 or all
// would leave one outside: such edges are not taken, so a first come, first kept order is a priority.
class EdgeSet {
 public:
  explicit EdgeSet(const Sorted& values) : values_(values) {}

  void add(double edge) {
    const auto rank =
        static_cast<std::size_t>(std::lower_bound(values_.begin(), values_.end(), edge) - values_.begin());
    if (rank > 0 && rank < values_.size() && std::isfinite(edge)) edges_.emplace(rank, edge);
  }

  [[nodiscard]] std::vector<double> take() const {
    std::vector<double> edges;
    for (const auto& [rank, edge] : edges_) edges.push_back(edge);
    return edges;
  }

 private:
  const Sorted& values_;
  std::map<std::size_t, double> edges_;
};

std::vector<double> distinct_values(const Sorted& values, std::size_t at_most) {
  std::vector<double> distinct;
  for (auto at = values.begin(); at != values.end() && distinct.size() <= at_most;
       at = std::upper_bound(at, values.end(), *at)) {
    distinct.push_back(*at);
  }
  return distinct;
}

// Values that hold at least 1/cells of all: there are at most `cells` of them, each found from a quantile's rank.
void add_heavy_values(const Sorted& values, std::size_t cells, EdgeSet& edges) {
  for (std::size_t i = 0; i <= cells; ++i) {
    const double v = values[(values.size() - 1) * i / cells];
    const auto [first, last] = std::equal_range(values.begin(), values.end(), v);
    if (static_cast<double>(last - first) * static_cast<double>(cells) < static_cast<double>(values.size())) continue;
    edges.add(v);
    edges.add(next_up(v));
  }
}

std::vector<double> equal_frequency_edges(const Sorted& values, std::size_t cells) {
  EdgeSet edges(values);
  const auto distinct = distinct_values(values, cells);
  if (distinct.size() <= cells) {
    for (const double v : distinct) edges.add(v);
    return edges.take();
  }
  add_heavy_values(values, cells, edges);
  for (std::size_t i = 1; i < cells; ++i)
    edges.add(quantile(values, static_cast<double>(i) / static_cast<double>(cells)));
  return edges.take();
}

std::vector<double> equal_width_edges(const Sorted& values, std::size_t cells) {
  EdgeSet edges(values);
  const double step = (values.back() / static_cast<double>(cells)) - (values.front() / static_cast<double>(cells));
  for (std::size_t i = 1; i < cells; ++i) edges.add(values.front() + static_cast<double>(i) * step);
  return edges.take();
}

std::vector<double> logarithmic_edges(const Sorted& values, std::size_t cells) {
  EdgeSet edges(values);
  const auto positive = std::upper_bound(values.begin(), values.end(), 0.0);
  if (positive == values.end()) return {};
  edges.add(*positive);
  const double low = std::log(*positive);
  const double step = (std::log(values.back()) - low) / static_cast<double>(cells);
  for (std::size_t i = 1; i < cells; ++i) edges.add(std::exp(low + static_cast<double>(i) * step));
  return edges.take();
}

double skewness(const Sorted& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double x : values) mean += x / n;
  double m2 = 0;
  double m3 = 0;
  for (const double x : values) {
    m2 += (x - mean) * (x - mean) / n;
    m3 += (x - mean) * (x - mean) * (x - mean) / n;
  }
  return m2 > 0 ? m3 / std::pow(m2, 1.5) : 0;
}

double doane_width(const Sorted& values) {
  const auto n = static_cast<double>(values.size());
  const double spread = std::sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
  if (!(spread > 0)) return 0;
  return (values.back() - values.front()) / (1 + std::log2(n) + std::log2(1 + std::fabs(skewness(values)) / spread));
}

double chosen_width(const Sorted& values, EdgeRule rule) {
  const auto n = static_cast<double>(values.size());
  if (rule == EdgeRule::doane) return doane_width(values);
  if (rule == EdgeRule::freedman_diaconis) return 2 * (quantile(values, 0.75) - quantile(values, 0.25)) / std::cbrt(n);
  return (values.back() - values.front()) / (std::log2(n) + 1);
}

// As numpy.histogram_bin_edges: a width of 0 means one cell. So does a range beyond the largest double.
std::size_t chosen_cells(const Sorted& values, EdgeRule rule) {
  const double cells = std::ceil((values.back() - values.front()) / chosen_width(values, rule));
  if (!(cells >= 1) || std::isinf(cells)) return 1;
  return static_cast<std::size_t>((std::min)(cells, static_cast<double>(kMaxCells)));
}

std::vector<double> choose_edges(const Sorted& values, EdgeRule rule, std::size_t cells) {
  if (rule == EdgeRule::equal_frequency) return equal_frequency_edges(values, cells);
  if (rule == EdgeRule::logarithmic) return logarithmic_edges(values, cells);
  return equal_width_edges(values, cells);
}

bool chooses_cells(EdgeRule rule) {
  return rule == EdgeRule::sturges || rule == EdgeRule::doane || rule == EdgeRule::freedman_diaconis;
}

std::vector<double> constant_edges(double v) {
  std::vector<double> edges{v};
  if (std::isfinite(next_up(v))) edges.push_back(next_up(v));
  return edges;
}

Result<NamedAxis> named(std::vector<double> edges, double lower, double upper, std::string name) {
  auto axis = EdgesAxis::make(std::move(edges), lower, upper);
  if (!axis) return std::move(axis).error();
  return NamedAxis{*std::move(axis), std::move(name)};
}

}  // namespace

const char* to_string(EdgeRule rule) noexcept {
  const auto* found =
      std::find_if(kRuleNames.begin(), kRuleNames.end(), [&](const RuleName& r) { return r.rule == rule; });
  return found != kRuleNames.end() ? found->name : "unknown";
}

std::optional<EdgeRule> parse_edge_rule(std::string_view name) noexcept {
  const auto* found =
      std::find_if(kRuleNames.begin(), kRuleNames.end(), [&](const RuleName& r) { return r.name == name; });
  if (found == kRuleNames.end()) return std::nullopt;
  return found->rule;
}

Result<NamedAxis> choose_axis(std::span<const double> values, EdgeRule rule, std::size_t cells) {
  if (cells == 0 || cells > kMaxCells) {
    return Error{ErrorCode::invalid_argument,
                 "expected 1 to " + std::to_string(kMaxCells) + " cells, found " + std::to_string(cells),
                 {}};
  }
  if (!std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); })) {
    return Error{ErrorCode::invalid_argument, "expected finite values, found one that is not", {}};
  }
  if (values.empty()) return named({}, 0, 0, "no-values");
  Sorted sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  if (sorted.front() == sorted.back())
    return named(constant_edges(sorted.front()), sorted.front(), sorted.front(), "constant");
  if (chooses_cells(rule)) cells = chosen_cells(sorted, rule);
  return named(choose_edges(sorted, rule, cells), sorted.front(), sorted.back(),
               std::string(to_string(rule)) + "-" + std::to_string(cells));
}

}  // namespace leeway::inline v1::profile
