#ifndef LEEWAY_STREAM_PANE_HPP
#define LEEWAY_STREAM_PANE_HPP

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/core/moments.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/stream/value.hpp"

namespace leeway::inline v1::stream {

/// Rows counted over the cells of a profile: the smallest piece of a window, and, merged, the window itself.
/// Size: independent of the number of rows; per feature 8 bytes a cell and about 160 more.
///
/// record() is noexcept and allocates nothing: a value that does not fit is counted, and a row that has not as many
/// values as the profile has features is counted as rejected. Thread contract: one writer; a Recorder gives each
/// thread its own pane.
class Pane {
 public:
  LEEWAY_EXPORT explicit Pane(std::shared_ptr<const profile::Profile> profile);

  /// Counts one row: a value per feature, in the order of the profile. NaN is missing. A number in a categorical
  /// feature stands for its shortest decimal text, text in a numeric feature is malformed.
  LEEWAY_EXPORT void record(std::span<const float> row) noexcept;
  LEEWAY_EXPORT void record(std::span<const double> row) noexcept;
  LEEWAY_EXPORT void record(std::span<const Value> row) noexcept;

  /// Adds the rows of another pane. Errors: incompatible (another profile); nothing is added then.
  LEEWAY_EXPORT Result<void> merge(const Pane& other);
  LEEWAY_EXPORT void reset() noexcept;

  [[nodiscard]] const profile::Profile& profile() const noexcept { return *profile_; }
  [[nodiscard]] const std::shared_ptr<const profile::Profile>& shared_profile() const noexcept { return profile_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Rows with a wrong number of values, in no count.
  [[nodiscard]] std::uint64_t rejected_rows() const noexcept { return rejected_rows_; }
  /// Per feature, in the order of the profile.
  [[nodiscard]] std::span<const Counts> counts() const noexcept { return counts_; }
  /// Per feature; of finite values, without any for categorical features.
  [[nodiscard]] std::span<const Moments> moments() const noexcept { return moments_; }

 private:
  template <class T>
  void record_row(std::span<const T> row) noexcept;
  void record_value(std::size_t feature, double x) noexcept;
  void record_value(std::size_t feature, const Value& value) noexcept;

  std::shared_ptr<const profile::Profile> profile_;
  std::uint64_t rows_ = 0;
  std::uint64_t rejected_rows_ = 0;
  std::vector<Counts> counts_;
  std::vector<Moments> moments_;
};

}  // namespace leeway::inline v1::stream

#endif
