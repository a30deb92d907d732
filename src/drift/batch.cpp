// Plain loops, compiled once per instruction set and left to the compiler to vectorise: it does so for each of them but
// those that cumulate. No FMA (-ffp-contract=off), so that every instruction set gives the same bits.

#include "leeway/drift/batch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "drift/log.hpp"
#include "drift/sum.hpp"
#include "drift/terms.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "drift/batch.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::drift {
namespace {
namespace HWY_NAMESPACE {

constexpr std::size_t kBlock = 64;  // cells between two steps over them: in the first-level cache, on the stack
using Block = double[kBlock];

struct Values {
  double psi;
  double kl_live_reference;
  double kl_reference_live;
  double js_divergence;
  double ks;
};

struct Sums {
  detail::Sum psi;
  detail::Sum kl_live_reference;
  detail::Sum kl_reference_live;
  detail::Sum js_divergence;
};

// One side of a feature.
struct Side {
  const std::uint64_t* counts;
  double total;
  double denominator;
  std::uint64_t below = 0;  // values in cells already seen
};

// static_cast<double>, rounded once, in operations that every instruction set has for vectors.
double to_double(std::uint64_t count) noexcept {
  const double high = std::bit_cast<double>((count >> 32) | 0x4530'0000'0000'0000u);          // 2^84 + 2^32 high
  const double low = std::bit_cast<double>((count & 0xFFFF'FFFFu) | 0x4330'0000'0000'0000u);  // 2^52 + low
  return (high - (0x1p84 + 0x1p52)) + low;
}

constexpr std::size_t padded(std::size_t size) { return (size + detail::kLanes - 1) / detail::kLanes * detail::kLanes; }

// Padding has share 1 on both sides, and adds 0 to every sum.
void shares(const Side& side, std::size_t size, double* share, double* log) noexcept {
  for (std::size_t i = 0; i < size; ++i) share[i] = (to_double(side.counts[i]) + 0.5) / side.denominator;
  for (std::size_t i = size; i < padded(size); ++i) share[i] = 1;
  for (std::size_t i = 0; i < padded(size); ++i) log[i] = detail::log_normal(share[i]);
}

void add_js(const double* r, const double* l, const double* log_r, const double* log_l, std::size_t size,
            detail::Sum& sum) noexcept {
  Block t, near, far;
  for (std::size_t i = 0; i < size; ++i) far[i] = detail::log_normal(0.5 * (r[i] + l[i]));
  for (std::size_t i = 0; i < size; ++i) {
    const auto term = detail::js_term(r[i], l[i], log_r[i], log_l[i], far[i]);
    t[i] = term.t;
    near[i] = term.near;
    far[i] = term.far;
  }
  // A loop of its own: else the compiler computes one of the two only, behind a branch.
  for (std::size_t i = 0; i < size; ++i) near[i] = detail::JsTerm{t[i], near[i], far[i]}.value();
  sum.add(near, size);
}

void add_block(const Side& reference, const Side& live, std::size_t size, Sums& sums) noexcept {
  Block r, l, log_r, log_l, psi, kl_lr, kl_rl;
  shares(reference, size, r, log_r);
  shares(live, size, l, log_l);
  const std::size_t whole = padded(size);
  for (std::size_t i = 0; i < whole; ++i) {
    const double log_ratio = log_l[i] - log_r[i];
    psi[i] = detail::psi_term(r[i], l[i], log_ratio);
    kl_lr[i] = detail::kl_term(l[i], log_ratio);
    kl_rl[i] = detail::kl_term(r[i], log_r[i] - log_l[i]);
  }
  sums.psi.add(psi, whole);
  sums.kl_live_reference.add(kl_lr, whole);
  sums.kl_reference_live.add(kl_rl, whole);
  add_js(r, l, log_r, log_l, whole, sums.js_divergence);
}

void cumulate(Side& side, std::size_t size, std::uint64_t* below) noexcept {
  for (std::size_t i = 0; i < size; ++i) below[i] = side.below += side.counts[i];
  for (std::size_t i = size; i < padded(size); ++i) below[i] = side.below;
}

double largest_difference(Side& reference, Side& live, std::size_t size) noexcept {
  std::uint64_t below_r[kBlock], below_l[kBlock];
  cumulate(reference, size, below_r);
  cumulate(live, size, below_l);
  double largest[detail::kLanes] = {};
  for (std::size_t i = 0; i < size; i += detail::kLanes) {
    for (std::size_t lane = 0; lane < detail::kLanes; ++lane) {
      const double difference = std::fabs(
          detail::ks_term(to_double(below_r[i + lane]), reference.total, to_double(below_l[i + lane]), live.total));
      largest[lane] = largest[lane] < difference ? difference : largest[lane];
    }
  }
  return *std::max_element(largest, largest + detail::kLanes);
}

Side side_of(const std::uint64_t* counts, std::size_t size) noexcept {
  const auto total = static_cast<double>(std::accumulate(counts, counts + size, std::uint64_t{0}));
  return {counts, total, total + 0.5 * static_cast<double>(size)};
}

Values evaluate(Side reference, Side live, std::size_t size) noexcept {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (reference.total == 0 || live.total == 0) return {kNone, kNone, kNone, kNone, kNone};
  Sums sums;
  double ks = 0;
  for (std::size_t i = 0; i < size; i += kBlock) {
    const std::size_t block = (std::min)(kBlock, size - i);
    add_block(reference, live, block, sums);
    ks = (std::max)(ks, largest_difference(reference, live, block));
    reference.counts += block;
    live.counts += block;
  }
  return {sums.psi.value(), sums.kl_live_reference.value(), sums.kl_reference_live.value(), sums.js_divergence.value(),
          ks / (reference.total * live.total)};
}

void store(std::span<double> values, std::size_t feature, double value) noexcept {
  if (!values.empty()) values[feature] = value;
}

void evaluate_all(const BatchCounts& counts, const BatchValues& values) {
  for (std::size_t f = 0; f < counts.features(); ++f) {
    const std::size_t first = counts.offsets[f];
    const std::size_t size = counts.offsets[f + 1] - first;
    const Values result =
        evaluate(side_of(counts.reference.data() + first, size), side_of(counts.live.data() + first, size), size);
    store(values.psi, f, result.psi);
    store(values.kl_live_reference, f, result.kl_live_reference);
    store(values.kl_reference_live, f, result.kl_reference_live);
    store(values.js_divergence, f, result.js_divergence);
    store(values.js_distance, f, std::sqrt(result.js_divergence));
    store(values.ks, f, result.ks);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::drift
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace leeway::inline v1::drift {
namespace {
HWY_EXPORT(evaluate_all);
}

void evaluate_batch(const BatchCounts& counts, const BatchValues& values) noexcept {
  HWY_DYNAMIC_DISPATCH(evaluate_all)(counts, values);
}

}  // namespace leeway::inline v1::drift
#endif
