#ifndef LEEWAY_DRIFT_KS_STREAMING_HPP
#define LEEWAY_DRIFT_KS_STREAMING_HPP

// The exact two-sample Kolmogorov-Smirnov statistic of a live sample that changes value by value, against a reference
// that stays: for windows that grow, shrink and slide. Right on ties. Source: incremental KS, dos Reis, Flach, Matwin &
// Batista 2016; here without a treap, as only the numbers of live values on and between the reference values matter,
// and for any sizes, by a tree that knows until which live size its choices hold (kinetic: Basch, Guibas & Hershberger
// 1999).
//
//   auto ks = KsStream::make(training_column);
//   ks->insert(newest);
//   ks->remove(oldest);
//   ks->statistic();                                         // as ks_two_sample of the window
//
// Cost: logarithmic in the distinct reference values for an insert, a remove, and a query of a window that has the size
// it had at the last one. Where the size changes, a query is amortised: a few logarithms while it moves one way.
// Memory: up to 256 bytes for each distinct reference value, none for the live ones.
// Thread contract: one thread at a time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

class LEEWAY_EXPORT KsStream {
 public:
  /// Errors: undefined (no value), invalid_argument (NaN), limit (2^31 values or more). Infinities are values.
  /// Cost: sorts a copy of the sample.
  [[nodiscard]] static Result<KsStream> make(std::span<const double> reference);

  /// Errors: invalid_argument (NaN), limit (2^31 live values or more); nothing is changed then.
  [[nodiscard]] Result<void> insert(double x);

  /// Precondition: x is among the live values. Errors: invalid_argument (NaN), not_found (no live value lies on, or
  /// between, the same reference values as x does); nothing is changed then.
  [[nodiscard]] Result<void> remove(double x);

  /// The largest difference of both distribution functions; within 1 ulp of ks_two_sample.
  /// Errors: undefined (no live value).
  [[nodiscard]] Result<double> statistic();

  /// With its p-value, as ks_two_sample; see there for its cost. "ks/exact". Errors: as statistic().
  [[nodiscard]] Result<Divergence> result();

  [[nodiscard]] std::size_t reference_count() const noexcept { return reference_count_; }
  [[nodiscard]] std::size_t live_count() const noexcept { return live_count_; }

 private:
  // How many live and reference values are passed, j of m and i of n. The statistic is the extreme of n j - m i.
  struct Passed {
    std::uint32_t live = 0;
    std::uint32_t reference = 0;
  };

  // A run of slots: what passes in all, and where n j - m i is highest and lowest, for m from `from` to `to`.
  struct Run {
    Passed all;
    Passed highest;
    Passed lowest;
    std::uint32_t from = 0;
    std::uint32_t to = 0;  // 0: not known
  };

  KsStream() = default;

  [[nodiscard]] std::size_t slot_of(double x) const noexcept;
  Result<void> change(double x, std::uint32_t by);
  void refresh(std::size_t node) noexcept;
  void join(Run& run, const Run& left, const Run& right) const noexcept;
  [[nodiscard]] std::int64_t height(const Passed& at) const noexcept;
  void hold(Run& run, const Passed& higher, const Passed& lower) const noexcept;

  std::vector<double> values_;  // of the reference: ascending, distinct
  // A binary tree: node k joins 2 k and 2 k + 1. Its leaves are slots: before the first value, on it, after it, on the
  // second, ...
  std::vector<Run> runs_;
  std::uint32_t reference_count_ = 0;
  std::uint32_t live_count_ = 0;
};

}  // namespace leeway::inline v1::drift

#endif
