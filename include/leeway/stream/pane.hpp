#ifndef LEEWAY_STREAM_PANE_HPP
#define LEEWAY_STREAM_PANE_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/core/moments.hpp"
#include "leeway/core/quantile_histogram.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/simd/count.hpp"
#include "leeway/stream/column.hpp"
#include "leeway/stream/detail/row_blocks.hpp"
#include "leeway/stream/detail/row_encoder.hpp"
#include "leeway/stream/unseen_sample.hpp"
#include "leeway/stream/value.hpp"

namespace leeway::inline v1::stream {

/// What a pane keeps beside the counts. Costs: bench/moments_bench.cpp.
struct PaneOptions {
  bool moments = false;                     ///< mean, variance, extremes of all: about as dear as the counting itself
  bool quantiles = false;                   ///< quantiles of all: some 10 to 20 times that, and 4 kB each, 8 a recorder
  std::vector<std::string> moments_of{};    ///< or of these numeric features alone
  std::vector<std::string> quantiles_of{};  ///< or of these numeric features alone
  std::vector<std::string> unseen_text{};   ///< categorical features whose unseen categories are kept as text: it may
                                            ///< be personal data

  /// Errors: invalid_argument names a feature that the profile has not, or not of that kind. A pane ignores it.
  [[nodiscard]] LEEWAY_EXPORT Result<void> check(const profile::Profile& profile) const;
};

/// A block of rows in memory: row i begins at data + i * row_stride. Borrowed.
template <class T>
struct RowMajor {
  const T* data = nullptr;
  std::size_t rows = 0;
  std::size_t features = 0;
  std::size_t row_stride = 0;  ///< in elements; at least features
};

namespace detail {
class CountingPlan;
class Slot;
class SummaryPlan;
struct FeatureCounts;
struct StridedWords;
}  // namespace detail

/// Rows counted over the cells of a profile: the smallest piece of a window, and, merged, the window itself.
/// Size: independent of the number of rows; per feature 8 bytes a cell and about 180 more, or 300 if
/// it is categorical; with quantiles 8 bytes a bucket, 4 kB up to 258 cells.
///
/// record() is noexcept and allocates nothing: a value that does not fit is counted, and a row that has not as many
/// values as the profile has features is counted as rejected. Thread contract: one writer; a Recorder gives each
/// thread its own pane.
class Pane {
 public:
  /// Compiles the profile's axes for counting; copies of a pane share the result.
  LEEWAY_EXPORT explicit Pane(std::shared_ptr<const profile::Profile> profile, PaneOptions options = {});

  /// Counts one row: a value per feature, in the order of the profile. NaN is missing. A number in a categorical
  /// feature stands for its shortest decimal text, text in a numeric feature is malformed.
  LEEWAY_EXPORT void record(std::span<const float> row) noexcept;
  LEEWAY_EXPORT void record(std::span<const double> row) noexcept;
  LEEWAY_EXPORT void record(std::span<const Value> row) noexcept;
  /// Counts many rows. All are rejected unless they have as many features as the profile.
  LEEWAY_EXPORT void record_rows(RowMajor<float> rows) noexcept;
  LEEWAY_EXPORT void record_rows(RowMajor<double> rows) noexcept;
  /// Counts many rows given by columns, one per feature. All are rejected unless there are as many columns, of one
  /// length.
  LEEWAY_EXPORT void record_columns(std::span<const Column> columns) noexcept;

  /// Adds the rows of another pane. Errors: incompatible (another profile, or options that ask for other moments or
  /// quantiles); nothing is added then.
  LEEWAY_EXPORT Result<void> merge(const Pane& other);
  LEEWAY_EXPORT void reset() noexcept;

  [[nodiscard]] const profile::Profile& profile() const noexcept { return *profile_; }
  [[nodiscard]] const std::shared_ptr<const profile::Profile>& shared_profile() const noexcept { return profile_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Rows with a wrong number of values, in no count.
  [[nodiscard]] std::uint64_t rejected_rows() const noexcept { return rejected_rows_; }
  /// Per feature, in the order of the profile.
  [[nodiscard]] std::span<const Counts> counts() const noexcept { return counts_; }
  /// Per feature; of finite values; without any for categorical features, or unless asked for.
  [[nodiscard]] std::span<const Moments> moments() const noexcept { return moments_; }
  /// Of finite values; null for categorical features, or unless asked for. Precondition: feature is one of the profile.
  [[nodiscard]] const QuantileHistogram* quantiles(std::size_t feature) const noexcept {
    return !quantiles_.empty() && quantiles_[feature] ? &*quantiles_[feature] : nullptr;
  }
  /// A sample of what is counted as unseen; null for a numeric feature.
  [[nodiscard]] const UnseenSample* unseen(std::size_t feature) const noexcept {
    return unseen_of_[feature] == kNumeric ? nullptr : &unseen_[unseen_of_[feature]];
  }

 private:
  friend class detail::Slot;
  static constexpr std::uint32_t kNumeric = ~std::uint32_t{0};

  // Rows of a block: their counts show after settle(), which merge() and reset() must not precede.
  LEEWAY_EXPORT void record_unsettled(detail::RowBytes rows) noexcept;
  LEEWAY_EXPORT void settle() noexcept;
  LEEWAY_EXPORT void keep_unseen_text(std::size_t feature, std::string_view text) noexcept;
  [[nodiscard]] LEEWAY_EXPORT std::shared_ptr<const detail::RowEncoder> encoder() const noexcept;
  [[nodiscard]] std::span<const std::uint32_t> text_features() const noexcept { return text_features_; }

  template <class T>
  void record_block(RowMajor<T> rows) noexcept;
  void record_unsettled(RowMajor<float> rows) noexcept;
  void record_words(const std::byte* rows, std::size_t count) noexcept;
  template <class C>
  void record_column(std::size_t feature, C column) noexcept;
  template <class T>
  void summarise(std::size_t feature, simd::StridedValues<T> column) noexcept;
  void summarise(std::size_t feature, detail::StridedWords column) noexcept;
  void summarise(std::size_t feature, const Column& column) noexcept;
  detail::FeatureCounts counts_of(std::size_t feature) noexcept;

  std::shared_ptr<const profile::Profile> profile_;
  std::shared_ptr<const detail::CountingPlan> plan_;
  std::shared_ptr<const detail::SummaryPlan> summaries_;  // null: none
  std::uint64_t rows_ = 0;
  std::uint64_t rejected_rows_ = 0;
  std::vector<Counts> counts_;
  std::vector<Moments> moments_;
  std::vector<std::optional<QuantileHistogram>> quantiles_;  // none: empty
  std::vector<UnseenSample> unseen_;                         // of categorical features
  std::vector<std::uint32_t> unseen_of_;                     // per feature: where in unseen_, or kNumeric
  std::vector<std::uint32_t> text_features_;                 // whose unseen categories are kept as text
  std::vector<std::uint32_t> tallies_;  // of the rows that wait for settle(), as simd::count_rows lays them out
  std::uint64_t tallied_rows_ = 0;
};

}  // namespace leeway::inline v1::stream

#endif
