#ifndef LEEWAY_DRIFT_KS_REFERENCE_HPP
#define LEEWAY_DRIFT_KS_REFERENCE_HPP

// The exact two-sample Kolmogorov-Smirnov statistic against a reference that stays: sorted and cut into cells once,
// after which a live sample is counted rather than sorted. For two samples that are compared once: ks.hpp.
//
//   auto reference = KsReference::make(training_column);
//   KsScratch scratch;
//   auto statistic = ks_statistic(*reference, live_column, scratch);
//
// Cost: 2 to 5 nanoseconds per live value, ties and heavy tails included. At worst, for samples whose values crowd at
// many scales at once, a linear sort of the live sample. Memory of a reference: its values, and
// 12 bytes for every 8 of them. Thread contract: a reference is immutable, a scratch belongs to one thread.

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

namespace detail {
struct KsReferenceAccess;
}

/// Working memory of the functions below, grown as needed and kept between calls.
class LEEWAY_EXPORT KsScratch {
 public:
  KsScratch();
  ~KsScratch();
  KsScratch(KsScratch&&) noexcept;
  KsScratch& operator=(KsScratch&&) noexcept;

 private:
  friend struct detail::KsReferenceAccess;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A reference sample, prepared. Copies share it.
class LEEWAY_EXPORT KsReference {
 public:
  /// Errors: undefined (no value), invalid_argument (NaN), limit (2^31 values or more). Infinities are values.
  /// Cost: sorts a copy of the sample.
  [[nodiscard]] static Result<KsReference> make(std::span<const double> sample);
  [[nodiscard]] static Result<KsReference> make(std::span<const float> sample);

  /// The number of values.
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  friend struct detail::KsReferenceAccess;
  struct Impl;
  explicit KsReference(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

/// The statistic alone, without its p-value: the same bits as ks_two_sample on both samples.
/// Errors: undefined (no live value), invalid_argument (NaN), limit (2^31 values or more).
/// Nothing is allocated once `scratch` has seen a live sample as large and as crowded.
[[nodiscard]] LEEWAY_EXPORT Result<double> ks_statistic(const KsReference& reference, std::span<const double> live,
                                                        KsScratch& scratch);
[[nodiscard]] LEEWAY_EXPORT Result<double> ks_statistic(const KsReference& reference, std::span<const float> live,
                                                        KsScratch& scratch);

/// Statistic and p-value, as ks_two_sample of two samples. Errors: as ks_statistic.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_two_sample(const KsReference& reference,
                                                             std::span<const double> live);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_two_sample(const KsReference& reference, std::span<const float> live);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_two_sample(const KsReference& reference, std::span<const double> live,
                                                             KsScratch& scratch);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_two_sample(const KsReference& reference, std::span<const float> live,
                                                             KsScratch& scratch);

}  // namespace leeway::inline v1::drift

#endif
