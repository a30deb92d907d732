#ifndef LEEWAY_PROFILE_PROFILE_BUILDER_HPP
#define LEEWAY_PROFILE_PROFILE_BUILDER_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/profile/edges.hpp"
#include "leeway/profile/profile.hpp"

namespace leeway::inline v1::profile {

/// How a column becomes a feature.
struct ColumnOptions {
  EdgeRule edges = EdgeRule::equal_frequency;
  std::size_t cells = 10;             ///< numeric; 1 to kMaxCells
  std::size_t max_categories = 1000;  ///< most frequent values listed; the rest counts as unseen, 1 to kMaxCells
  bool exchangeable = false;          ///< rows are in random order: no design effect (design_effect.hpp) is looked for
};

/// How often a category occurs.
struct CategoryCount {
  std::string value;
  std::uint64_t count = 0;
};

/// Builds a Profile column by column, at training time.
///
/// Rows are in the order of time, unless the options say otherwise: their dependence is estimated from it.
///
///   auto profile = ProfileBuilder().numeric("age", ages).categorical("country", countries).build();
///
/// The first error is kept and returned by build(). Cost: a sort per numeric column, a hash per category.
/// Thread contract: one thread.
class ProfileBuilder {
 public:
  explicit ProfileBuilder(ColumnOptions options = {}) : options_(options) {}

  /// A column of numbers; NaN is missing, of which `malformed` were text that is no number.
  LEEWAY_EXPORT ProfileBuilder& numeric(std::string name, std::span<const double> column, std::uint64_t malformed = 0);
  /// A column of numbers over cells of the caller's.
  LEEWAY_EXPORT ProfileBuilder& numeric(std::string name, std::span<const double> column, NamedAxis axis,
                                        std::uint64_t malformed = 0);
  /// A column of categories in UTF-8; nullopt is missing.
  LEEWAY_EXPORT ProfileBuilder& categorical(std::string name, std::span<const std::optional<std::string_view>> column);
  /// A column of categories as codes: indices into `values`, anything beyond is missing. Values must be distinct.
  LEEWAY_EXPORT ProfileBuilder& categorical(std::string name, std::span<const std::string> values,
                                            std::span<const std::uint32_t> codes);
  /// A column of categories already counted, its order unknown: rows count as independent. Values must be distinct.
  LEEWAY_EXPORT ProfileBuilder& categorical(std::string name, std::vector<CategoryCount> tally, std::uint64_t missing);

  /// Errors: invalid_argument (options or axis), data (columns of unequal length, names that are empty or not distinct,
  /// text that is not UTF-8); where names the feature.
  LEEWAY_EXPORT Result<Profile> build();

 private:
  void add(FeatureProfile feature);
  void fail(const std::string& name, Error error);

  ColumnOptions options_;
  std::vector<FeatureProfile> features_;
  std::optional<Error> error_;
};

}  // namespace leeway::inline v1::profile

#endif
