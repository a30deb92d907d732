#include "leeway/drift/calibration.hpp"

#include <algorithm>
#include <bit>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "drift/informative_cells.hpp"
#include "drift/null_moments.hpp"
#include "drift/null_terms.hpp"
#include "leeway/stats/gamma.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift {
namespace {

using detail::is_root;
using detail::is_sum_over_cells;
using Generator = boost::random::mt19937_64;  // Boost's distributions are the same on every platform; std's are not

constexpr double kLeastExpected = 20;  // in the poorest cell, for the chi-square law to hold
constexpr std::size_t kMostRemembered = 4096;
constexpr std::size_t kMostDrawn = 1U << 20U;  // counts that are kept for another metric
constexpr std::size_t kTail = 256;             // simulated values kept: error rates up to a sixteenth
constexpr std::uint64_t kRowsPerCell = 32;     // up to which rows are cheaper to draw than cells
constexpr std::uint64_t kFewRows = 320;        // for which KS over cells is simulated: Kolmogorov's law costs it power
constexpr double kManyTerms = 8;               // cells with live values, from which a sum over them has a smooth law
constexpr double kRounding = 1 + 1e-9;         // equal values of a metric differ by rounding

std::uint64_t total(CountsView counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

// Windows of nearly equal size share a law that must be simulated: of dependent rows those that speak for as many, of
// independent ones that of the smaller, at most 1/64 too wide.
std::uint64_t rounded(std::uint64_t live_count, double deff) {
  if (deff > 1) return static_cast<std::uint64_t>(std::llround(detail::independent_rows(live_count, deff) * deff));
  return live_count <= kFewRows ? live_count : live_count - live_count % (std::bit_floor(live_count) / 64);
}

bool chi_square_law_holds(CountsView reference, std::uint64_t live_count, double deff) {
  const std::uint64_t poorest = *std::min_element(reference.begin(), reference.end());
  const double share = static_cast<double>(poorest) / static_cast<double>(total(reference));
  const double least = kLeastExpected * deff;
  return static_cast<double>(poorest) >= least && share * static_cast<double>(live_count) >= least;
}

// The metric in units of chi-square. An f-divergence is X = (1/n + 1/m) chi-square times half its f''(1).
double per_chi_square(Metric metric, double n, double m) {
  const double x = 1 / n + 1 / m;
  switch (metric) {
    case Metric::chi_square:
    case Metric::g: return 1;
    case Metric::cramers_v: return 1 / (n + m);
    case Metric::psi: return x;
    case Metric::kl_live_reference:
    case Metric::kl_reference_live: return 0.5 * x;
    default: return 0.125 * x;
  }
}

NullLaw gamma_law(Metric metric, double shape, double scale) {
  const NullLaw law = NullLaw::gamma(shape, scale);
  return is_root(metric) ? law.square_root() : law;
}

NullLaw chi_square_law(Metric metric, std::size_t cells, std::uint64_t n, std::uint64_t m) {
  const double unit = per_chi_square(metric, static_cast<double>(n), static_cast<double>(m));
  return gamma_law(metric, static_cast<double>(cells - 1) / 2, cells > 1 ? 2 * unit : 0);
}

SimulatedTail tail_of(Metric metric, std::vector<double> values) {
  SimulatedTail tail{std::move(values), 0};
  tail.draws = static_cast<std::uint32_t>(tail.largest.size());
  const std::size_t kept = (std::min)(tail.largest.size(), kTail);
  std::partial_sort(tail.largest.begin(), tail.largest.begin() + static_cast<std::ptrdiff_t>(kept), tail.largest.end(),
                    std::greater());
  tail.largest.resize(kept);
  if (is_sum_over_cells(metric)) return tail;
  const double all = std::accumulate(tail.largest.begin(), tail.largest.end(), 0.0);
  tail.excess = all / static_cast<double>(tail.largest.size()) - tail.largest.back();
  return tail;
}

// Signed integers become numbers by one instruction. Precondition: below 2^63.
double number(std::uint64_t count) { return static_cast<double>(static_cast<std::int64_t>(count)); }

// Live counts that the reference leaves possible: multinomial from Dirichlet shares with Jeffreys' prior. Of dependent
// rows those that speak for all.
class LiveCounts {
 public:
  LiveCounts(CountsView reference, std::uint64_t count, double deff)
      : count_(static_cast<std::uint64_t>(detail::independent_rows(count, deff))),
        counts_(reference.size()),
        shares_(reference.size()) {
    for (const std::uint64_t r : reference) {
      weights_.push_back(static_cast<double>(r) / deff + 0.5);
      up_to_.push_back(weight_ += weights_.back());
    }
    rows_.resize(few_rows() ? count_ : 0);
    if (few_rows()) make_guide();
  }

  const std::vector<std::uint64_t>& operator()(Generator& generator) {
    few_rows() ? draw_rows(generator) : draw_cells(generator);
    return counts_;
  }

 private:
  static constexpr std::size_t kGuidesPerCell = 64;  // a step with a border between cells is rare

  [[nodiscard]] bool few_rows() const { return count_ <= kRowsPerCell * counts_.size(); }

  // Row by row from Polya's urn, whose counts have that law without its shares: a new row is one of those already
  // drawn, or one of the reference.
  void draw_rows(Generator& generator) {
    std::fill(counts_.begin(), counts_.end(), 0);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const double u = number(generator() >> 11) * 0x1p-53 * (weight_ + static_cast<double>(i));
      const auto drawn = static_cast<std::size_t>((std::max)(0.0, u - weight_));
      rows_[i] = u < weight_ ? cell_of(u) : rows_[(std::min)(drawn, i - 1)];
      ++counts_[rows_[i]];
    }
  }

  void make_guide() {
    const std::size_t size = kGuidesPerCell * counts_.size();
    std::uint32_t cell = 0;
    for (std::size_t step = 0; step < size; ++step) {
      const double at = static_cast<double>(step) / static_cast<double>(size) * weight_;
      while (at >= up_to_[cell]) ++cell;
      guide_.push_back(cell);
    }
  }

  [[nodiscard]] std::uint32_t cell_of(double u) const {
    const auto guess = static_cast<std::size_t>(u / weight_ * static_cast<double>(guide_.size()));
    std::uint32_t cell = guide_[(std::min)(guess, guide_.size() - 1)];
    while (cell + 1 < up_to_.size() && u >= up_to_[cell]) ++cell;
    return cell;
  }

  // Shares as gammas, then counts cell by cell: binomial among what is left.
  void draw_cells(Generator& generator) {
    double share_left = 0;
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      shares_[i] = boost::random::gamma_distribution<double>(weights_[i])(generator);
      share_left += shares_[i];
    }
    auto left = static_cast<std::int64_t>(count_);
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      const double p = share_left > 0 ? std::clamp(shares_[i] / share_left, 0.0, 1.0) : 1;
      const bool last = i + 1 == shares_.size();
      const std::int64_t drawn = last ? left : boost::random::binomial_distribution<std::int64_t>(left, p)(generator);
      counts_[i] = static_cast<std::uint64_t>(drawn);
      left -= drawn;
      share_left -= shares_[i];
    }
  }

  std::uint64_t count_;
  std::vector<std::uint64_t> counts_;
  std::vector<double> shares_;
  std::vector<double> weights_;
  double weight_ = 0;
  std::vector<double> up_to_;         // weights of all cells up to each
  std::vector<std::uint32_t> guide_;  // cell at equal steps of weight
  std::vector<std::uint32_t> rows_;   // cell of each row drawn
};

// A metric that is a sum over cells, for many live counts drawn from `rows` rows, each of which stands for `times`.
// Terms are remembered: of few rows, a cell has few counts.
class SumOverCells {
 public:
  SumOverCells(Metric metric, CountsView reference, std::uint64_t rows, double times)
      : metric_(metric),
        reference_(reference),
        times_(times),
        totals_{number(total(reference)), number(rows) * times, 0},
        empty_(std::count(reference.begin(), reference.end(), 0U) > 0),
        terms_(reference.size() * kSlots) {}

  double operator()(CountsView live) {
    totals_.cells = number(empty_ ? informative(live) : live.size());
    double sum = 0;
    for (std::size_t i = 0; i < live.size(); ++i) {
      if (reference_[i] + live[i] > 0) sum += term(i, live[i]);
    }
    return is_root(metric_) ? std::sqrt(sum) : sum;
  }

 private:
  static constexpr std::size_t kSlots = 32;  // per cell

  struct Term {
    std::uint64_t count = 0;
    double cells = 0;  // no term yet
    double value = 0;
  };

  [[nodiscard]] std::uint64_t informative(CountsView live) const {
    std::uint64_t cells = 0;
    for (std::size_t i = 0; i < live.size(); ++i) cells += reference_[i] + live[i] > 0;
    return cells;
  }

  double term(std::size_t cell, std::uint64_t count) {
    Term& term = terms_[cell * kSlots + count % kSlots];
    if (term.count != count || term.cells != totals_.cells) {
      const double value = detail::term_of(metric_, number(reference_[cell]), number(count) * times_, totals_);
      term = {count, totals_.cells, value};
    }
    return term.value;
  }

  Metric metric_;
  CountsView reference_;
  double times_;
  detail::Totals totals_;
  bool empty_;  // has the reference cells without a value
  std::vector<Term> terms_;
};

double ks_of(CountsView reference, CountsView live) {
  const double n = number(total(reference));
  const double m = number(total(live));
  double below = 0;
  double live_below = 0;
  double largest = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    below += number(reference[i]);
    live_below += number(live[i]);
    largest = (std::max)(largest, std::fabs(detail::ks_term(below, n, live_below, m)));
  }
  return largest / (n * m);
}

// As std::llround, which is a call: no product lies between 0 and 1.
std::vector<std::uint64_t> scaled(CountsView counts, double times) {
  std::vector<std::uint64_t> all;
  all.reserve(counts.size());
  for (const std::uint64_t x : counts) all.push_back(static_cast<std::uint64_t>(number(x) * times + 0.5));
  return all;
}

double value_of(Metric metric, CountsView reference, CountsView rows, double times) {
  if (metric == Metric::ks) return ks_of(reference, rows);
  const auto live = scaled(rows, times);
  const auto cells = detail::informative_cells(reference, live);
  return measure(metric, cells.reference, cells.live)->value;
}

// Whether so many cells are likely to hold live values that the sum over them has a smooth law.
bool many_terms_count(CountsView reference, double live_rows) {
  const double per_value = live_rows / static_cast<double>(total(reference));
  double held = 0;
  for (const std::uint64_t r : reference) held -= std::expm1(-static_cast<double>(r) * per_value);
  return held >= kManyTerms;
}

// A gamma law has third and fourth cumulants 2 scale and 6 scale^2 times its variance: the one with the longer tail.
NullLaw law_of_moments(Metric metric, const detail::NullMoments& moments) {
  const auto [mean, variance, third, fourth] = moments;
  const double scale = (std::max)(third / (2 * variance), std::sqrt((std::max)(0.0, fourth) / (6 * variance)));
  if (!(scale > 0)) return gamma_law(metric, mean * mean / variance, variance / mean);
  const double shape = variance / (scale * scale);
  return gamma_law(metric, shape, scale).shifted(mean - shape * scale);
}

NullLaw stretched(Metric metric, const NullLaw& law, double deff) {
  return law.stretched(is_root(metric) ? std::sqrt(deff) : deff);
}

}  // namespace

NullLaw NullLaw::square_root() const {
  NullLaw law = *this;
  law.root_ = true;
  return law;
}

NullLaw NullLaw::shifted(double shift) const {
  NullLaw law = *this;
  law.shift_ = shift;
  return law;
}

NullLaw NullLaw::stretched(double factor) const {
  NullLaw law = *this;
  law.stretch_ = factor;
  return law;
}

NullLaw NullLaw::with_tail(SimulatedTail tail) const {
  NullLaw law = *this;
  law.tail_ = std::make_shared<const SimulatedTail>(std::move(tail));
  return law;
}

double NullLaw::p_value(double stretched) const {
  const double value = stretched / stretch_;
  const double smooth = smooth_p_value(value);
  return tail_ ? (std::max)(smooth, tail_p_value(value)) : smooth;
}

double NullLaw::quantile(ErrorRate rate) const {
  const double smooth = smooth_quantile(rate);
  return stretch_ * (tail_ ? (std::max)(smooth, tail_quantile(rate.value())) : smooth);
}

double NullLaw::tail_p_value(double value) const {
  const auto& largest = tail_->largest;
  const auto reached = std::count_if(largest.begin(), largest.end(), [&](double x) { return x * kRounding >= value; });
  const double share = static_cast<double>(reached) / tail_->draws;
  if (!(tail_->excess > 0) || !(value > largest.back())) return share;
  const double from = static_cast<double>(largest.size()) / tail_->draws;
  return (std::max)(share, from * std::exp((largest.back() - value) / tail_->excess));
}

double NullLaw::tail_quantile(double rate) const {
  const auto& largest = tail_->largest;
  const auto exceeding = static_cast<std::size_t>(rate * tail_->draws);
  if (exceeding >= largest.size()) return 0;
  const double from = static_cast<double>(largest.size()) / tail_->draws;
  const double beyond = tail_->excess > 0 ? largest.back() + tail_->excess * std::log(from / rate) : 0;
  return (std::max)(beyond, largest[exceeding] * kRounding * kRounding);
}

double NullLaw::smooth_p_value(double value) const {
  if (kolmogorov_n_ > 0) return stats::kolmogorov_upper_tail(value, kolmogorov_n_);
  if (!(value > 0)) return 1;
  if (!(scale_ > 0)) return 0;
  const double beyond = (root_ ? value * value : value) - shift_;
  return beyond > 0 ? stats::gamma_upper_tail(beyond, shape_, scale_) : 1;
}

double NullLaw::smooth_quantile(ErrorRate rate) const {
  if (kolmogorov_n_ > 0) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + high);
      (stats::kolmogorov_upper_tail(middle, kolmogorov_n_) > rate.value() ? low : high) = middle;
    }
    return high;
  }
  if (!(scale_ > 0)) return 0;
  const double value = (std::max)(0.0, shift_ + stats::gamma_quantile(rate, shape_, scale_));
  return root_ ? std::sqrt(value) : value;
}

NullLaw Calibration::law(Metric metric, CountsView reference, std::uint64_t live_count, double deff) {
  const std::uint64_t reference_count = total(reference);
  const bool few = reference.size() > 1 && detail::independent_rows(live_count, deff) <= static_cast<double>(kFewRows);
  if (metric == Metric::ks && !few) {
    const double n = static_cast<double>(reference_count);
    const double m = static_cast<double>(live_count);
    const double rows = n * m / (n + m) / deff;
    return NullLaw::kolmogorov((std::max)(std::uint64_t{1}, static_cast<std::uint64_t>(std::llround(rows))));
  }
  if (is_sum_over_cells(metric) && chi_square_law_holds(reference, live_count, deff))
    return stretched(metric, chi_square_law(metric, reference.size(), live_count, reference_count), deff);
  const bool smooth =
      is_sum_over_cells(metric) && many_terms_count(reference, detail::independent_rows(live_count, deff));
  if (!smooth) live_count = rounded(live_count, deff);
  Key key{metric, {live_count, deff, {reference.begin(), reference.end()}}};
  if (const auto found = remembered_.find(key); found != remembered_.end()) return found->second;
  if (remembered_.size() >= kMostRemembered) remembered_.clear();
  NullLaw law = smooth ? law_of_moments(metric, detail::null_moments(metric, reference, live_count, deff))
                       : simulate(metric, key.source);
  return remembered_.emplace(std::move(key), std::move(law)).first->second;
}

double Calibration::quantile(const NullLaw& law, ErrorRate rate) {
  if (law.kolmogorov_n_ == 0) return law.quantile(rate);
  if (quantiles_.size() >= kMostRemembered) quantiles_.clear();
  const auto [found, is_new] = quantiles_.try_emplace({law.kolmogorov_n_, rate.value()}, 0);
  if (is_new) found->second = law.quantile(rate);
  return found->second;
}

NullLaw Calibration::law_given_both(Metric metric, CountsView reference, CountsView live, double deff) {
  const std::uint64_t live_count = total(live);
  std::vector<std::uint64_t> both(reference.begin(), reference.end());
  for (std::size_t i = 0; i < both.size(); ++i) both[i] += live[i];
  const bool many = deff == 1 && many_terms_count(both, static_cast<double>(live_count));
  const bool full = chi_square_law_holds(both, live_count, deff) && chi_square_law_holds(both, total(reference), deff);
  if (!is_sum_over_cells(metric) || full || !many) return law(metric, reference, live_count, deff);
  return law_of_moments(metric, detail::null_moments_of_both(metric, both, live_count));
}

template <class Use>
void Calibration::for_each_draw(const Source& source, Use use) {
  const std::size_t cells = source.reference.size();
  if (source == drawn_from_) {
    for (auto at = drawn_.begin(); at != drawn_.end(); at += static_cast<std::ptrdiff_t>(cells)) use({&*at, cells});
    return;
  }
  const bool fits = draws_ * cells <= kMostDrawn;
  drawn_from_ = fits ? source : Source{};
  drawn_.clear();
  Generator generator(seed_);
  LiveCounts draw(source.reference, source.live_count, source.deff);
  for (std::uint32_t i = 0; i < draws_; ++i) {
    const auto& live = draw(generator);
    if (fits) drawn_.insert(drawn_.end(), live.begin(), live.end());
    use(live);
  }
}

std::vector<double> Calibration::simulated(Metric metric, const Source& source) {
  const auto& reference = source.reference;
  const auto rows = static_cast<std::uint64_t>(detail::independent_rows(source.live_count, source.deff));
  const double times = number(source.live_count) / number(rows);
  SumOverCells sum(metric, reference, rows, times);
  std::vector<double> values;
  values.reserve(draws_);
  for_each_draw(source, [&](CountsView live) {
    values.push_back(is_sum_over_cells(metric) ? sum(live) : value_of(metric, reference, live, times));
  });
  return values;
}

NullLaw Calibration::simulate(Metric metric, const Source& source) {
  auto values = simulated(metric, source);
  double mean = 0;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = is_root(metric) ? values[i] * values[i] : values[i];
    const double deviation = value - mean;
    mean += deviation / static_cast<double>(i + 1);
    squares += deviation * (value - mean);
  }
  const double variance = squares / (draws_ - 1);
  const bool varies = mean > 0 && variance > 0;
  return gamma_law(metric, varies ? mean * mean / variance : 1, varies ? variance / mean : 0)
      .with_tail(tail_of(metric, std::move(values)));
}

}  // namespace leeway::inline v1::drift
