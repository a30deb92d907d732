// Whether verdicts keep their budget of false findings when nothing has changed, and what they find when something has:
// a study, not a timing.
//
//   null_study [--quick] [--only HEADING] [--markdown] [--svg FILE] [--defaults null_far.txt]
//
// A false finding is anything more than noise, however small: effect bands are 0, so that the null laws stand alone.
// Each report has F features with 5 % missing values, and looks at shape, missing rate and range, or unseen categories.
// What is shown is the mean number of false findings in a report and its upper 99 % limit (exact, Poisson); it must be
// at most 1.2 budgets, of dependent rows 1.5. --only prints the tables whose heading begins so, as they are among all.
// Numbers of cells are drawn as counts: the shares between quantiles of m reference values are Dirichlet, live counts
// multinomial. Ties, tails and dependence are drawn as rows. Every report has a seed of its own, so that the table is
// the same on any number of threads.

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "all_runs.hpp"
#include "leeway/core/count_value.hpp"
#include "leeway/drift/evaluate.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/stats/gamma.hpp"

namespace {

namespace drift = leeway::drift;
namespace profile = leeway::profile;

using Generator = boost::random::mt19937_64;
using Column = std::vector<double>;

constexpr double kMissing = 0.05;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::uint64_t binomial(std::uint64_t trials, double p, Generator& generator) {
  const auto n = static_cast<std::int64_t>(trials);
  return static_cast<std::uint64_t>(
      boost::random::binomial_distribution<std::int64_t>(n, std::clamp(p, 0.0, 1.0))(generator));
}

double gamma(double shape, Generator& generator) { return boost::random::gamma_distribution<double>(shape)(generator); }

double uniform(Generator& generator) { return boost::random::uniform_01<double>()(generator); }
double normal(Generator& generator) { return boost::random::normal_distribution<double>()(generator); }

std::vector<std::uint64_t> multinomial(const std::vector<double>& weights, std::uint64_t count, Generator& generator) {
  double left = 0;
  for (const double weight : weights) left += weight;
  std::vector<std::uint64_t> counts;
  for (const double weight : weights) {
    const bool last = counts.size() + 1 == weights.size();
    counts.push_back(last ? count : left > 0 ? binomial(count, weight / left, generator) : 0);
    count -= counts.back();
    left -= weight;
  }
  return counts;
}

/// A reference and live counts that come from the same rows.
struct Case {
  profile::Profile profile;
  std::vector<leeway::Counts> live;
};
using Draw = std::function<Case(Generator&)>;

/// What a report found where there was nothing.
struct Found {
  std::uint64_t shape = 0;
  std::uint64_t all = 0;
};

drift::Policy noise_alone(drift::Metric govern = drift::Metric::psi) {
  drift::Policy policy;
  policy.metrics = {};
  policy.govern = govern;
  policy.bands = {{govern, {0, 0}}};
  policy.missing = policy.unseen = policy.range = {0, 0};
  return policy;
}

drift::Calibration& calibration() {
  thread_local drift::Calibration remembered;  // laws do not depend on what else is remembered
  return remembered;
}

Found findings(const Case& drawn, const drift::Policy& policy) {
  const auto report = drift::evaluate(drawn.profile, drawn.live, policy, calibration());
  Found found;
  for (const drift::FeatureReport& feature : report->features) {
    for (const drift::Finding& finding : feature.findings) {
      const bool is = finding.verdict >= leeway::Verdict::warning;
      found.all += is;
      found.shape += is && finding.cause == drift::Cause::shape;
    }
  }
  return found;
}

// ---- what is drawn

/// Equal-frequency cells of m continuous values, and n values from the same law, as counts.
struct Numbers {
  std::uint64_t n;
  std::size_t cells;
  std::size_t features;
  std::uint64_t m;

  [[nodiscard]] Case operator()(Generator& generator) const {
    std::vector<profile::FeatureProfile> reference;
    std::vector<leeway::Counts> live;
    for (std::size_t i = 0; i < features; ++i) {
      reference.push_back(feature(std::to_string(i), generator));
      live.push_back(window(reference.back().counts, generator));
    }
    return {*profile::Profile::make(std::move(reference), m), std::move(live)};
  }

 private:
  [[nodiscard]] profile::FeatureProfile feature(std::string name, Generator& generator) const {
    leeway::Counts counts;
    counts.side.missing = binomial(m, kMissing, generator);
    const std::uint64_t present = m - counts.side.missing;
    const std::size_t size = std::min<std::size_t>(cells, present);
    for (std::size_t c = 0; c < size; ++c) counts.cells.push_back(present * (c + 1) / size - present * c / size);
    std::vector<double> edges;
    for (std::size_t c = 1; c < size; ++c) edges.push_back(static_cast<double>(c));
    return {std::move(name),
            *leeway::EdgesAxis::make(std::move(edges), 0, static_cast<double>(size)),
            counts,
            "equal-frequency",
            {}};
  }

  // Of m + 1 gaps between the values one lies below all, one above.
  [[nodiscard]] leeway::Counts window(const leeway::Counts& reference, Generator& generator) const {
    std::vector<double> weights{gamma(1, generator)};
    for (const std::uint64_t count : reference.cells) weights.push_back(gamma(static_cast<double>(count), generator));
    weights[1] -= std::min(weights[1], gamma(0.5, generator));
    weights.back() -= std::min(weights.back(), gamma(0.5, generator));
    weights.push_back(gamma(1, generator));
    leeway::Counts counts;
    counts.side.missing = binomial(n, kMissing, generator);
    const auto drawn = multinomial(weights, n - counts.side.missing, generator);
    counts.side.below = drawn.front();
    counts.side.above = drawn.back();
    counts.cells.assign(drawn.begin() + 1, drawn.end() - 1);
    counts.cells.front() += drawn.front();
    counts.cells.back() += drawn.back();
    return counts;
  }
};

/// Categories with such shares; those that the reference does not show are unseen.
struct Categories {
  std::uint64_t n;
  std::uint64_t m;
  std::vector<double> shares;

  [[nodiscard]] Case operator()(Generator& generator) const {
    const auto reference = multinomial(shares, m, generator);
    const auto window = multinomial(shares, n, generator);
    std::vector<std::string> values;
    leeway::Counts counts;
    leeway::Counts live;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (reference[i] == 0) {
        live.side.unseen += window[i];
        continue;
      }
      values.push_back(std::to_string(i));
      counts.cells.push_back(reference[i]);
      live.cells.push_back(window[i]);
    }
    profile::FeatureProfile feature{"c", *leeway::CategoryAxis::make(std::move(values)), counts, "categories", {}};
    return {*profile::Profile::make({std::move(feature)}, m), {std::move(live)}};
  }
};

/// Fills a column with rows.
using Rows = std::function<void(Column&, Generator&)>;

Rows independent(std::function<double(Generator&)> one) {
  return [one = std::move(one)](Column& column, Generator& generator) {
    for (double& x : column) x = one(generator);
  };
}

/// The first row is anywhere in its cluster.
Rows clusters(std::size_t size) {
  return [size](Column& column, Generator& generator) {
    const std::size_t offset = generator() % size;
    double x = normal(generator);
    for (std::size_t i = 0; i < column.size(); ++i) {
      if ((i + offset) % size == 0) x = normal(generator);
      column[i] = x;
    }
  };
}

/// Of any size, on average `mean`.
Rows uneven_clusters(double mean) {
  return [mean](Column& column, Generator& generator) {
    double x = normal(generator);
    for (double& row : column) {
      if (uniform(generator) < 1 / mean) x = normal(generator);
      row = x;
    }
  };
}

Rows autoregressive(double rho) {
  return [rho](Column& column, Generator& generator) {
    double x = normal(generator);
    for (double& row : column) row = x = rho * x + std::sqrt(1 - rho * rho) * normal(generator);
  };
}

leeway::Counts counts_of(const leeway::Axis& axis, const Column& column) {
  leeway::Counts counts;
  counts.cells.resize(leeway::size(axis));
  const auto& edges = std::get<leeway::EdgesAxis>(axis);
  for (const double x : column) leeway::count_value(edges, x, counts.cells.data(), counts.side);
  return counts;
}

/// m rows of reference and n of a window far from them.
struct Raw {
  std::uint64_t n;
  std::uint64_t m;
  Rows rows;
  bool exchangeable = false;
  bool missing = true;

  [[nodiscard]] Case operator()(Generator& generator) const {
    const Column reference = draw(m, generator);
    auto built = profile::ProfileBuilder({.exchangeable = exchangeable}).numeric("x", reference).build();
    const leeway::Axis axis = built->features()[0].axis;
    return {*std::move(built), {counts_of(axis, draw(n, generator))}};
  }

 private:
  [[nodiscard]] Column draw(std::uint64_t count, Generator& generator) const {
    Column column(count);
    rows(column, generator);
    for (double& x : column) x = missing && uniform(generator) < kMissing ? kNan : x;
    return column;
  }
};

// ---- what is printed

class Table {
 public:
  explicit Table(bool markdown) : markdown_(markdown) {}

  void heading(const std::string& text) {
    std::printf("\n%s%s\n\n", markdown_ ? "### " : "", text.c_str());
    first_ = true;
  }

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

std::string decimal(double x, int digits = 4) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, x);
  return text;
}

std::string power_of_ten(std::uint64_t x) {
  const double power = std::log10(static_cast<double>(x));
  return x < 10'000 || power != std::floor(power) ? std::to_string(x) : "1e" + decimal(power, 0);
}

/// Upper 99 % limit of the mean of a Poisson count.
double upper_limit(std::uint64_t count) {
  return leeway::stats::gamma_quantile(leeway::ErrorRate(0.01), static_cast<double>(count) + 1, 1);
}

double lower_limit(std::uint64_t count) {
  if (count == 0) return 0;
  return leeway::stats::gamma_quantile(leeway::ErrorRate(0.99), static_cast<double>(count), 1);
}

struct Measured {
  std::string name;
  double mean;
  double upper;
  double limit;  // 0: shown for comparison only
};

class Study {
 public:
  Study(bool quick, bool markdown, std::string only) : quick_(quick), table_(markdown), only_(std::move(only)) {}

  /// Begins a table; whether it is wanted.
  bool wants(const std::string& heading) {
    wanted_ = heading.starts_with(only_);
    if (wanted_) table_.heading(heading);
    return wanted_;
  }

  void begin(const std::string& heading, std::vector<std::string> columns) {
    if (!wants(heading)) return;
    for (const char* column : {"reports", "shape", "all findings", "99 % limit", "budgets", "kept"})
      columns.emplace_back(column);
    table_.row(columns);
  }

  /// `limit` in budgets; 0: for comparison.
  void measure(std::vector<std::string> cells, std::size_t reports, double limit, const Draw& draw,
               drift::Metric govern = drift::Metric::psi) {
    const drift::Policy policy = noise_alone(govern);
    const std::uint64_t seed = next_seed();  // that of a table not wanted too
    if (!wanted_) return;
    const auto found = bench::all_runs<Found>(reports, [&](std::size_t run) {
      Generator generator(seed + run);
      return findings(draw(generator), policy);
    });
    Found sum;
    for (const Found& one : found) sum.shape += one.shape, sum.all += one.all;
    const auto runs = static_cast<double>(reports);
    const Measured measured{join(cells), static_cast<double>(sum.all) / runs, upper_limit(sum.all) / runs,
                            limit * policy.budget};
    // A quick study has too few reports to show that the budget is kept; it fails where they show that it is not.
    const bool kept = (quick_ ? lower_limit(sum.all) / runs : measured.upper) <= measured.limit;
    good_ &= kept || limit == 0;
    measured_.push_back(measured);
    for (const std::string& text :
         {std::to_string(reports), decimal(static_cast<double>(sum.shape) / runs), decimal(measured.mean),
          decimal(measured.upper), decimal(measured.mean / policy.budget, 2),
          std::string(limit == 0 ? "-"
                      : kept     ? "yes"
                                 : "NO")}) {
      cells.push_back(text);
    }
    table_.row(cells);
  }

  void require(bool good) { good_ &= good; }
  [[nodiscard]] std::uint64_t next_seed() { return seed_ += 1'000'000; }
  [[nodiscard]] bool quick() const { return quick_; }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] Table& table() { return table_; }
  [[nodiscard]] const std::vector<Measured>& measured() const { return measured_; }

 private:
  static std::string join(const std::vector<std::string>& cells) {
    std::string text;
    for (const std::string& cell : cells) text += (text.empty() ? "" : ", ") + cell;
    return text;
  }

  bool quick_;
  Table table_;
  std::string only_;
  bool wanted_ = true;
  bool good_ = true;
  std::uint64_t seed_ = 0;
  std::vector<Measured> measured_;
};

// ---- sections

void study_numbers(Study& study, const Numbers& numbers, std::size_t reports) {
  study.measure({power_of_ten(numbers.n), std::to_string(numbers.cells), std::to_string(numbers.features),
                 power_of_ten(numbers.m)},
                reports, 1.2, numbers);
}

void study_sizes(Study& study) {
  study.begin("Window sizes, cells, features", {"live rows", "cells", "features", "reference rows"});
  for (const std::size_t features : {1U, 20U}) {
    for (const std::size_t cells : {2U, 10U, 50U, 256U}) {
      for (const std::uint64_t n : {30U, 50U, 100U, 1'000U, 10'000U, 100'000U, 1'000'000U}) {
        if (study.quick() && (features > 1 || n > 1000 || cells > 50)) continue;
        const std::size_t reports = n <= 1000 ? 6000 : cells > 50 ? 8000 : 12'000;  // few rows find less than they may
        study_numbers(study, {n, cells, features, 10'000}, study.quick() ? 2000 : reports);
      }
    }
  }
}

void study_many_features(Study& study) {
  study.begin("A thousand features", {"live rows", "cells", "features", "reference rows"});
  for (const std::uint64_t n : {30U, 50U, 100U, 1'000U, 10'000U, 100'000U, 1'000'000U})
    study_numbers(study, {n, 10, 1000, 10'000}, n == 1'000 ? 20'000 : n < 1'000 ? 4000 : 8000);
  for (const std::uint64_t n : {100U, 10'000U}) {
    study_numbers(study, {n, 2, 1000, 10'000}, 8000);
    study_numbers(study, {n, 50, 1000, 10'000}, 6000);
  }
  study_numbers(study, {1'000'000, 256, 1000, 10'000}, 12'000);
}

void study_references(Study& study) {
  study.begin("Reference sizes", {"live rows", "cells", "features", "reference rows"});
  for (const std::size_t features : {1U, 20U}) {
    for (const std::uint64_t m : {200U, 1'000U, 100'000U, 1'000'000U}) {
      for (const std::uint64_t n : {30U, 1'000U, 100'000U}) {
        if (study.quick() && (features > 1 || m > 1000)) continue;
        study_numbers(study, {n, 10, features, m}, study.quick() ? 2000 : n <= 1000 ? 6000 : 12'000);
      }
    }
  }
}

void study_governing(Study& study) {
  study.begin("Governed by other metrics than psi", {"metric", "live rows", "cells", "reference rows"});
  for (const drift::Metric metric : {drift::Metric::ks, drift::Metric::wasserstein, drift::Metric::js_divergence}) {
    for (const std::uint64_t n : {30U, 1'000U, 100'000U}) {
      if (study.quick() && n > 30) continue;
      study.measure({drift::to_string(metric), power_of_ten(n), "10", "1e4"},
                    study.quick() ? 800
                    : n > 1000    ? 12'000
                                  : 4000,
                    1.2, Numbers{n, 10, 1, 10'000}, metric);
    }
  }
}

void study_categories(Study& study) {
  study.begin("Categories", {"shares", "live rows", "reference rows"});
  std::vector<double> zipf;
  for (int i = 1; i <= 2000; ++i) zipf.push_back(1.0 / i);
  for (const std::uint64_t n : {100U, 4'000U, 100'000U}) {
    study.measure({"200 equal", power_of_ten(n), "4000"}, study.quick() ? 800 : 4000, 1.2,
                  Categories{n, 4000, std::vector<double>(200, 1)});
    study.measure({"2000, as 1 / rank", power_of_ten(n), "4000"}, study.quick() ? 800 : 4000, 1.2,
                  Categories{n, 4000, zipf});
  }
}

void study_data(Study& study) {
  const std::vector<std::pair<const char*, Rows>> laws{
      {"normal", independent(normal)},
      {"Cauchy", independent([](Generator& g) { return std::tan(3.141592653589793 * (uniform(g) - 0.5)); })},
      {"exp(3 normal)", independent([](Generator& g) { return std::exp(3 * normal(g)); })},
      {"whole numbers", independent([](Generator& g) { return std::floor(std::exp(1 + normal(g))); })},
      {"60 % zeros", independent([](Generator& g) { return uniform(g) < 0.6 ? 0 : normal(g); })},
  };
  study.begin("Ties and tails, drawn as rows", {"rows", "live rows", "reference rows"});
  for (const auto& [name, rows] : laws) {
    for (const std::uint64_t n : {30U, 1'000U}) {
      if (study.quick() && n > 30) continue;
      study.measure({name, power_of_ten(n), "5000"}, study.quick() ? 800 : 6000, 1.2, Raw{n, 5000, rows});
    }
  }
}

void study_dependence(Study& study) {
  const std::vector<std::pair<const char*, Rows>> laws{{"AR(1), 0.9", autoregressive(0.9)},
                                                       {"clusters of 20", clusters(20)},
                                                       {"uneven clusters of 20", uneven_clusters(20)}};
  study.begin("Dependent rows", {"rows", "live rows", "reference rows", "design effect"});
  for (const auto& [name, rows] : laws) {
    for (const std::uint64_t m : {1000U, 20'000U, 100'000U}) {
      for (const std::uint64_t n : {200U, 1'000U, 10'000U}) {
        if (study.quick() && (m > 20'000 || n > 1'000)) continue;
        const std::size_t reports = study.quick() ? 400 : m > 20'000 ? 800 : m > 1000 ? 2500 : 5000;
        // A thousand rows hold too few clusters of all sizes to tell how they vary: shown, not promised.
        const double limit = m == 1000 && name == std::string_view("uneven clusters of 20") ? 0 : 1.5;
        study.measure({name, power_of_ten(n), power_of_ten(m), "estimated"}, reports, limit,
                      Raw{n, m, rows, false, false});
      }
    }
    study.measure({name, "1000", power_of_ten(20'000), "ignored"}, study.quick() ? 100 : 400, 0,
                  Raw{1000, 20'000, rows, true, false});
  }
}

// Whether a shift is found at a level: by the cells with metrics that can govern, and by exact KS of the rows.
struct Power {
  bool psi = false;
  bool ks = false;
  bool wasserstein = false;
  bool exact = false;
};

Power power_of(double shift, std::uint64_t n, double level, Generator& generator) {
  Column reference(10'000);
  Column live(n);
  for (double& x : reference) x = normal(generator);
  for (double& x : live) x = shift + normal(generator);
  const auto built = profile::ProfileBuilder({.exchangeable = true}).numeric("x", reference).build();
  const leeway::Counts counts = counts_of(built->features()[0].axis, live);
  const auto p_value = [&](drift::Metric metric) {
    const auto& cells = built->features()[0].counts.cells;
    return calibration().law(metric, cells, n).p_value(drift::measure(metric, cells, counts.cells)->value);
  };
  const auto exact = drift::ks_two_sample(reference, live);
  return {p_value(drift::Metric::psi) <= level, p_value(drift::Metric::ks) <= level,
          p_value(drift::Metric::wasserstein) <= level, *exact->p_value <= level};
}

void study_power(Study& study) {
  constexpr double kLevel = 0.05 / 3;  // the share of a shape in the budget of one feature
  const bool wanted =
      study.wants("Power at the level of a shape finding, 0.0167: normal rows, 10 cells, 10,000 reference rows");
  if (wanted)
    study.table().row(
        {"shift (sd)", "live rows", "psi", "ks", "wasserstein", "ks of the rows", "best within 10 points"});
  const std::size_t runs = study.quick() ? 200 : 2000;
  for (const double shift : {0.25, 0.5}) {
    for (const std::uint64_t n : {30U, 50U, 100U, 200U, 500U, 1'000U}) {
      const std::uint64_t seed = study.next_seed();
      if (!wanted) continue;
      const auto all = bench::all_runs<Power>(runs, [&](std::size_t run) {
        Generator generator(seed + run);
        return power_of(shift, n, kLevel, generator);
      });
      Column found(4);
      for (const Power& one : all) {
        found[0] += one.psi, found[1] += one.ks, found[2] += one.wasserstein, found[3] += one.exact;
      }
      for (double& share : found) share /= static_cast<double>(runs);
      const bool good = std::max({found[0], found[1], found[2]}) >= found[3] - (study.quick() ? 0.2 : 0.1);
      study.require(good);
      study.table().row({decimal(shift, 2), std::to_string(n), decimal(found[0], 3), decimal(found[1], 3),
                         decimal(found[2], 3), decimal(found[3], 3), good ? "yes" : "NO"});
    }
  }
}

// ---- beside it

void show_defaults(Study& study, const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (path.empty() || !file ||
      !study.wants("Share of clean windows that popular default rules flag (normal rows, 5,000 reference rows)"))
    return;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    for (std::size_t at = 0; at != std::string::npos;) {
      const std::size_t tab = line.find('\t', at);
      std::string cell = line.substr(at, tab == std::string::npos ? tab : tab - at);
      cell.erase(cell.find_last_not_of(' ') + 1);
      cells.push_back(std::move(cell));
      at = tab == std::string::npos ? tab : tab + 1;
    }
    study.table().row(cells);
  }
}

// Every measured row a dot, with a whisker to its limit.
void draw(const std::vector<Measured>& rows, const std::string& path) {
  constexpr double kLeft = 330;
  constexpr double kWidth = 420;
  constexpr double kMost = 0.08;
  std::ofstream out(path);
  const auto x = [&](double v) { return kLeft + kWidth * std::min(v, kMost) / kMost; };
  std::vector<Measured> shown;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(shown), [](const Measured& row) { return row.limit > 0; });
  const double height = 50 + 11.0 * static_cast<double>(shown.size());
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"790\" height=\"" << height
      << "\" font-family=\"sans-serif\" font-size=\"9\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
      << "<text x=\"8\" y=\"16\" font-size=\"12\">False findings per report, with the upper 99 % limit; the line is "
         "the "
         "budget, 0.05</text>\n";
  for (const double v : {0.0, 0.02, 0.04, 0.06, 0.08}) {
    out << "<text x=\"" << x(v) << "\" y=\"32\" text-anchor=\"middle\">" << v << "</text>\n";
  }
  out << "<path d=\"M" << x(0.05) << " 36V" << height - 6 << "\" stroke=\"#24292f\"/>\n";
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double y = 46 + 11.0 * static_cast<double>(i);
    const char* colour = shown[i].upper <= shown[i].limit ? "#1a7f37" : "#cf222e";
    out << "<text x=\"" << kLeft - 8 << "\" y=\"" << y + 3 << "\" text-anchor=\"end\">" << shown[i].name
        << "</text><path d=\"M" << x(shown[i].mean) << ' ' << y << "H" << x(shown[i].upper) << "\" stroke=\"" << colour
        << "\"/><circle cx=\"" << x(shown[i].mean) << "\" cy=\"" << y << "\" r=\"2.5\" fill=\"" << colour << "\"/>\n";
  }
  out << "</svg>\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const auto has = [&](std::string_view name) { return std::count(arguments.begin(), arguments.end(), name) > 0; };
  const auto value = [&](std::string_view name) {
    const auto at = std::find(arguments.begin(), arguments.end(), name);
    return at == arguments.end() || at + 1 == arguments.end() ? std::string() : std::string(at[1]);
  };
  Study study(has("--quick"), has("--markdown"), value("--only"));
  study_sizes(study);
  study_references(study);
  study_governing(study);
  study_categories(study);
  study_data(study);
  study_dependence(study);
  study_power(study);
  if (!study.quick()) study_many_features(study);
  show_defaults(study, value("--defaults"));
  if (const std::string path = value("--svg"); !path.empty()) draw(study.measured(), path);
  return study.good() ? 0 : 1;
}
