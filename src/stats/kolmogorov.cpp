#include "leeway/stats/kolmogorov.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <vector>

#include "stats/saddle_point.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::deviance;
using detail::stirling_error;
using std::numbers::pi;

// ---- One sample, upper tail -------------------------------------------------------------------------------
// P(D >= d) = 2 P(D+ >= d) - P(D+ >= d and D- >= d). The last term is 0 for d >= 1/2 and else about exp(-6 n d^2)
// of the tail: nothing beyond kTail.
constexpr double kTail = 4.5;
// 2 exp(-2 n d^2) bounds the tail (Massart 1990): beyond this it is below the smallest double.
constexpr double kUnderflow = 373;
constexpr double kMostTerms = 1000;

// One term of Smirnov's sum, C(n, j) (j/n + d)^(j-1) (1 - j/n - d)^(n-j) d, as a binomial probability, times
// exp(scale).
double smirnov_term(double j, double n, double excess, double scale) noexcept {
  if (j == 0) return std::exp(n * std::log1p(-excess / n) + scale);
  const double rest = n - j;
  const double corrections = stirling_error(n) - stirling_error(j) - stirling_error(rest);
  const double exponent =
      scale - deviance(j, j + excess, excess) - deviance(rest, rest - excess, -excess) + corrections;
  return excess / (j + excess) * std::sqrt(n / (2 * pi * j * rest)) * std::exp(exponent);
}

// P(D+ >= d), the sum of Smirnov 1944 and of Birnbaum & Tingey 1951. All terms are positive. As a function of j they
// are smooth and vanish with all their derivatives at both ends once n is large, so that by Euler & Maclaurin every
// k-th term, times k, gives the same sum; the error is exponentially small in the number of terms.
double one_sided_upper_tail(double d, double n) noexcept {
  const double excess = n * d;
  const double scale = 2 * excess * d;  // no deviance of d is below 2 n d^2 (Pinsker): keeps every term in range
  const double stride = (std::max)(1.0, std::floor(n / kMostTerms));
  double sum = 0;
  for (double j = 0; j < n - excess; j += stride) sum += smirnov_term(j, n, excess, scale);
  return stride * sum * std::exp(-scale);
}

// ---- One sample, body, n d >= kStrip ----------------------------------------------------------------------
// With c = n d, n F_n(t) - n t < c on both sides is the event that a Poisson process less its mean stays within a strip
// of half-width c and returns to 0 at time n, given that it does return. Such a process is a Levy process without
// positive (or negative) jumps, and its resolvent in the strip is W_q(c)^2 / W_q(2c) (Bertoin 1997), where W_q has the
// Laplace transform 1 / (s - 1 + exp(-s) - q). Hence
//   P(D < d) = n! (e / n)^n [z^n] W_q(c)^2 / W_q(2c),  z = exp(-q),
// the generating function of Kolmogorov 1933 in closed form. W_q is a sum of exponentials, one for each root of
// s - 1 + exp(-s) = q; two roots near 0 make up all of it but a share of exp(-2.08 c). With -a +- ib for these roots,
//   q(b) = b cot b - 1 - ln(b / sin b),
// and the poles are the b with 2 c b + atan s(b) = pi j, s(b) = 1/b - cot b, j = 1, 2, ... The residues follow by
// calculus: P(D < d) = n! (e / n)^n sum over j of exp(n q) (1 +- sqrt(1 + s^2)) / (2 c + s' / (1 + s^2)), with + for
// odd j. For n -> infinity this is the theta series of Kolmogorov; at finite n it is exact but for that share.
constexpr double kStrip = 16;
constexpr double kNegligible = -45;  // exp(-45) = 3e-20

// Riemann's zeta at 2, 4, 6, ...
constexpr std::array<double, 24> kZetaEven = {
    1.64493406684822644, 1.08232323371113819, 1.01734306198444914, 1.00407735619794434, 1.00099457512781809,
    1.00024608655330805, 1.00006124813505870, 1.00001528225940865, 1.00000381729326500, 1.00000095396203387,
    1.00000023845050273, 1.00000005960818905, 1.00000001490155483, 1.00000000372533402, 1.00000000093132743,
    1.00000000023283118, 1.00000000005820772, 1.00000000001455192, 1.00000000000363798, 1.00000000000090949,
    1.00000000000022737, 1.00000000000005684, 1.00000000000001421, 1.00000000000000355};

// q, s and s' at b, from b cot b = 1 - 2 sum of zeta(2k) (b / pi)^2k: no cancellation however small b.
struct Pole {
  double q, s, s_slope;
};

Pole pole_at(double b) noexcept {
  const double y = (b / pi) * (b / pi);
  double sum = 0, over_k = 0, times_k = 0;
  for (std::size_t k = kZetaEven.size(); k >= 1; --k) {
    const double zeta = kZetaEven[k - 1];
    const auto order = static_cast<double>(k);
    sum = (sum + zeta) * y;
    over_k = (over_k + zeta / order) * y;
    times_k = (times_k + zeta * (2 * order - 1)) * y;
  }
  return {-2 * sum - over_k, 2 * sum / b, 2 * times_k / (b * b)};
}

// d/db of 2 c b + atan s(b): Newton's slope, and the denominator of the residue.
double phase_slope(const Pole& pole, double c) noexcept { return 2 * c + pole.s_slope / (1 + pole.s * pole.s); }

Pole find_pole(double j, double c) noexcept {
  double b = pi * j / (2 * c + 1.0 / 3);  // right to O(b^3)
  for (int step = 0; step < 3; ++step) {
    const Pole pole = pole_at(b);
    b -= (2 * c * b + std::atan(pole.s) - pi * j) / phase_slope(pole, c);
  }
  return pole_at(b);
}

double residue(const Pole& pole, bool odd, double c) noexcept {
  const double root = std::sqrt(1 + pole.s * pole.s);
  const double amplitude = odd ? 1 + root : -pole.s * pole.s / (1 + root);
  return amplitude / phase_slope(pole, c);
}

double strip_probability(double c, double n) noexcept {
  double sum = 0;
  for (int j = 1;; ++j) {
    const Pole pole = find_pole(j, c);
    if (n * pole.q < kNegligible) break;
    sum += std::exp(n * pole.q) * residue(pole, j % 2 == 1, c);
  }
  return std::sqrt(2 * pi * n) * std::exp(stirling_error(n)) * sum;
}

// ---- One sample, body, n d < kStrip -----------------------------------------------------------------------
// Durbin 1973, section 2.4 (in the form of Marsaglia, Tsang & Wang 2003): P(D < d) is n! / n^n times the central
// element of the n-th power of a matrix of order 2k - 1, k = floor(n d) + 1. No entry is negative, so nothing cancels.
constexpr std::size_t kLargestOrder = 31;

struct Matrix {
  std::size_t order = 0;
  std::array<std::array<double, kLargestOrder>, kLargestOrder> at{};
};
using Vector = std::array<double, kLargestOrder>;

// All entries are divided by e: then the n-th power stays within range by Stirling's formula.
Matrix durbin_matrix(double c) noexcept {
  const double k = std::floor(c) + 1;
  const double h = k - c;
  Matrix matrix{static_cast<std::size_t>(2 * k - 1), {}};
  const std::size_t last = matrix.order - 1;
  const auto lost = [h](std::size_t power) { return std::pow(h, static_cast<double>(power)); };
  for (std::size_t i = 0; i <= last; ++i) {
    for (std::size_t j = 0; j <= (std::min)(i + 1, last); ++j) {
      double entry = 1;
      if (j == 0) entry -= lost(i + 1);
      if (i == last) entry -= lost(last - j + 1);
      if (j == 0 && i == last) entry += std::pow((std::max)(0.0, 2 * h - 1), static_cast<double>(matrix.order));
      matrix.at[i][j] = entry / (std::tgamma(static_cast<double>(i + 2 - j)) * std::numbers::e);
    }
  }
  return matrix;
}

Matrix square(const Matrix& m) noexcept {
  Matrix result{m.order, {}};
  for (std::size_t i = 0; i < m.order; ++i) {
    for (std::size_t k = 0; k < m.order; ++k) {
      for (std::size_t j = 0; j < m.order; ++j) result.at[i][j] += m.at[i][k] * m.at[k][j];
    }
  }
  return result;
}

Vector times(const Vector& row, const Matrix& m) noexcept {
  Vector result{};
  for (std::size_t k = 0; k < m.order; ++k) {
    for (std::size_t j = 0; j < m.order; ++j) result[j] += row[k] * m.at[k][j];
  }
  return result;
}

double durbin_probability(double c, std::uint64_t n) noexcept {
  Matrix power = durbin_matrix(c);
  const std::size_t centre = power.order / 2;
  Vector row{};
  row[centre] = 1;
  for (std::uint64_t bits = n; bits != 0; bits >>= 1) {
    if (bits & 1) row = times(row, power);
    if (bits > 1) power = square(power);
  }
  const auto size = static_cast<double>(n);
  return std::sqrt(2 * pi * size) * std::exp(stirling_error(size)) * row[centre];
}

// The first pole's term alone says that P(D < d) is below 1e-17.
bool surely_exceeded(double c, double n) noexcept { return (c + 1.0 / 6) * (c + 1.0 / 6) < 0.0275 * n; }

// ---- Two samples ------------------------------------------------------------------------------------------
constexpr std::uint64_t kExactLimit = 10'000;

// Equal sizes: the reflection principle, p = 2 sum over k of (-1)^(k-1) C(2n, n - k h) / C(2n, n) (Gnedenko & Korolyuk
// 1951), nested from the inside: C(2n, n - (k+1) h) / C(2n, n - k h) is a product of h fractions.
double equal_sizes_p_value(std::uint64_t h, std::uint64_t n) noexcept {
  double nested = 0;
  for (std::uint64_t k = n / h; k >= 1; --k) {
    double ratio = 1;
    for (std::uint64_t i = (k - 1) * h; i < k * h; ++i) {
      ratio *= static_cast<double>(n - i) / static_cast<double>(n + i + 1);
    }
    nested = ratio * (1 - nested);
  }
  return 2 * nested;
}

// A random merge of both samples is a uniform lattice path from (0, 0) to (n, m), and D >= h / lcm where it meets a
// point with |i m/g - j n/g| >= h, an outer point. share(i, j), the share of the paths to (i, j) that met one, is 1 at
// outer points and (i share(i-1, j) + j share(i, j-1)) / (i + j) elsewhere: Hodges 1957, in the complementary form of
// Viehmann 2021, in which nothing cancels however small the tail. Diagonal by diagonal, s = i + j, so that compilers
// can vectorise.
class LatticePaths {
 public:
  LatticePaths(std::uint64_t n, std::uint64_t m, std::uint64_t h)
      : n_(static_cast<std::int64_t>(n)),
        m_(static_cast<std::int64_t>(m)),
        h_(static_cast<std::int64_t>(h)),
        right_(n_ / std::gcd(n_, m_)),
        up_(m_ / std::gcd(n_, m_)),
        index_(n + 3),
        share_(n + 3),
        next_(n + 3) {
    std::iota(index_.begin(), index_.end(), -1.0);
  }

  double outer_share() {
    for (std::int64_t s = 1; s <= n_ + m_; ++s) advance(s);
    return slot(share_, n_) / kOuter;
  }

 private:
  // Shares are kept times 2^900, and dropped below 1e-300 of that scale: no denormal number ever slows the loop.
  static constexpr double kOuter = 0x1p900;
  static constexpr double kDropped = 1e-300;

  static double& slot(std::vector<double>& row, std::int64_t i) { return row[static_cast<std::size_t>(i + 1)]; }

  // Inner points of diagonal s: |i (up + right) - s right| < h, 0 <= i <= n, 0 <= s - i <= m.
  std::int64_t first_inner(std::int64_t s) const {
    return (std::max)((std::max)(std::int64_t{0}, s - m_), floor_quotient(s * right_ - h_) + 1);
  }
  std::int64_t last_inner(std::int64_t s) const {
    return (std::min)((std::min)(n_, s), -floor_quotient(-(s * right_ + h_)) - 1);
  }
  std::int64_t floor_quotient(std::int64_t x) const {
    const std::int64_t divisor = up_ + right_;
    return x / divisor - (x % divisor < 0 ? 1 : 0);
  }

  void advance(std::int64_t s) {
    const std::int64_t first = first_inner(s);
    const std::int64_t last = last_inner(s);
    if (first <= last)
      average(static_cast<std::size_t>(first + 1), static_cast<std::size_t>(last + 2), static_cast<double>(s));
    slot(next_, first - 1) = kOuter;
    slot(next_, last + 1) = kOuter;
    share_.swap(next_);
  }

  void average(std::size_t begin, std::size_t end, double s) {
    const double* const index = index_.data();
    const double* const share = share_.data();
    double* const next = next_.data();
    const double per_path = 1 / s;
    for (std::size_t i = begin; i < end; ++i) {
      const double mean = (index[i] * share[i - 1] + (s - index[i]) * share[i]) * per_path;
      next[i] = mean < kDropped ? 0 : mean;
    }
  }

  std::int64_t n_, m_, h_, right_, up_;
  std::vector<double> index_;  // i as a number, one slot to the right: slot 0 stands for i = -1
  std::vector<double> share_, next_;
};

// Serfling's inequality (1974) for each diagonal, summed: is the tail below the smallest double?
bool surely_zero(double d, double n, double m) noexcept {
  const double total = n + m;
  const double deviation = d * n * m / total;
  return 8 * deviation * deviation * total / ((total + 1) * (total + 1)) > 746 + std::log(2 * total);
}

double exact_p_value(double d, std::uint64_t n, std::uint64_t m) {
  const auto multiple = static_cast<double>(std::lcm(n, m));
  const auto h = static_cast<std::uint64_t>(std::llround(d * multiple));
  if (h == 0) return 1;
  if (surely_zero(d, static_cast<double>(n), static_cast<double>(m))) return 0;
  return (std::min)(1.0, n == m ? equal_sizes_p_value(h, n) : LatticePaths(n, m, h).outer_share());
}

}  // namespace

double kolmogorov_upper_tail(double d, std::uint64_t n) {
  const auto size = static_cast<double>(n);
  const double c = size * d;
  if (d <= 0 || c <= 0.5) return 1;
  if (d >= 1 || c * d > kUnderflow) return 0;
  if (d >= 0.5 || c * d >= kTail) return 2 * one_sided_upper_tail(d, size);
  if (surely_exceeded(c, size)) return 1;
  return 1 - (c < kStrip ? durbin_probability(c, n) : strip_probability(c, size));
}

double ks_two_sample_p_value(double d, std::uint64_t n, std::uint64_t m) {
  if (d <= 0) return 1;
  if (d > 1) return 0;
  if ((std::max)(n, m) <= kExactLimit) return exact_p_value(d, n, m);
  const auto a = static_cast<double>(n);
  const auto b = static_cast<double>(m);
  return kolmogorov_upper_tail(d, static_cast<std::uint64_t>(std::nearbyint(a * b / (a + b))));
}

}  // namespace leeway::inline v1::stats
