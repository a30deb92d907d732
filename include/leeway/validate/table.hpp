#ifndef LEEWAY_VALIDATE_TABLE_HPP
#define LEEWAY_VALIDATE_TABLE_HPP

// Named columns of equal length: what a feature pipeline puts out, and what two pipelines are compared by.
//
//   Table training{{{"id", Numbers{1, 2}}, {"city", Texts{"Bern", std::nullopt}}}};
//
// A plain value that owns its columns. Not for hot paths: there rows are recorded (stream/recorder.hpp).
// Thread contract: as any value.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::validate {

/// NaN is missing. Integers beyond 2^53, as some keys are, belong in Texts.
using Numbers = std::vector<double>;

/// nullopt is missing; the empty text is a value.
using Texts = std::vector<std::optional<std::string>>;

struct Column {
  std::string name;
  std::variant<Numbers, Texts> values;
  bool is_time = false;  ///< numbers that are seconds since 1970, UTC

  [[nodiscard]] bool is_text() const noexcept { return std::holds_alternative<Texts>(values); }
  [[nodiscard]] std::size_t size() const noexcept {
    return std::visit([](const auto& v) { return v.size(); }, values);
  }
};

struct Table {
  std::vector<Column> columns;

  /// Rows of the first column.
  [[nodiscard]] std::size_t rows() const noexcept { return columns.empty() ? 0 : columns.front().size(); }
  /// The column of that name, or null.
  [[nodiscard]] LEEWAY_EXPORT const Column* find(std::string_view name) const noexcept;
  /// Errors (data): columns of unequal length, names that are empty or not distinct; where names the column.
  [[nodiscard]] LEEWAY_EXPORT Result<void> check() const;
};

}  // namespace leeway::inline v1::validate

#endif
