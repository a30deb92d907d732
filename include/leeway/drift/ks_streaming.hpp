#ifndef LEEWAY_DRIFT_KS_STREAMING_HPP
#define LEEWAY_DRIFT_KS_STREAMING_HPP

// The exact two-sample Kolmogorov-Smirnov statistic of a live sample that changes value by value, against a reference
// that stays: for windows that slide. Right on ties. Source: incremental KS, dos Reis, Flach, Matwin & Batista 2016;
// here without a treap, as only the numbers of live values on and between the reference values matter.
//
//   auto ks = KsStream::make(training_column);
//   ks->insert(newest);
//   ks->remove(oldest);
//   ks->statistic();                                         // as ks_two_sample of the window
//
// Cost: insert and remove are logarithmic in the distinct reference values, and so is a query while the window has the
// size that it had at the last one (a full window slides by one insert and one remove); when the size has changed, the
// query is linear in them, once. Memory: up to 200 bytes for each distinct reference value, none for the live ones.
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

  [[nodiscard]] std::size_t reference_count() const noexcept { return static_cast<std::size_t>(reference_count_); }
  [[nodiscard]] std::size_t live_count() const noexcept { return static_cast<std::size_t>(live_count_); }

 private:
  // A run of slots: what it adds to n j - m i (j of m live, i of n reference values passed), and the extremes on the
  // way.
  struct Run {
    std::int64_t sum = 0;
    std::int64_t highest = 0;
    std::int64_t lowest = 0;
  };

  KsStream() = default;

  [[nodiscard]] static Run joined(const Run& left, const Run& right) noexcept;
  [[nodiscard]] Run slot_run(std::size_t slot) const noexcept;
  [[nodiscard]] std::size_t slot_of(double x) const noexcept;
  Result<void> change(double x, std::int64_t by);
  void rebuild();

  std::vector<double> values_;         // of the reference: ascending, distinct
  std::vector<std::uint64_t> copies_;  // of each
  std::vector<std::uint32_t> live_;    // in each slot: before the first value, on it, after it, on the second, ...
  std::vector<Run> runs_;              // a binary tree: node k joins 2 k and 2 k + 1, leaves are slots
  std::int64_t reference_count_ = 0;
  std::int64_t live_count_ = 0;
  std::int64_t built_count_ = 0;  // the m that runs_ was built with
};

}  // namespace leeway::inline v1::drift

#endif
