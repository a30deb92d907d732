#ifndef LEEWAY_SRC_VALIDATE_COLUMN_VALUES_HPP
#define LEEWAY_SRC_VALIDATE_COLUMN_VALUES_HPP

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <variant>

#include "leeway/stream/value.hpp"
#include "leeway/validate/table_column.hpp"

namespace leeway::inline v1::validate::detail {

template <class T>
[[nodiscard]] stream::Value value_at(std::span<const T> values, std::size_t row) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    return std::isnan(values[row]) ? stream::Value() : stream::Value(static_cast<double>(values[row]));
  } else if constexpr (std::is_integral_v<T>) {
    return stream::Value(values[row]);
  } else {
    return values[row] ? stream::Value(*values[row]) : stream::Value();
  }
}

template <class Code>
[[nodiscard]] stream::Value value_at(const stream::Dictionary<Code>& column, std::size_t row) noexcept {
  const Code code = column.codes[row];
  if (code < 0) return {};
  return static_cast<std::size_t>(code) < column.dictionary.size()
             ? stream::Value(column.dictionary[static_cast<std::size_t>(code)])
             : stream::Value::malformed();
}

[[nodiscard]] inline stream::Value value_at(const TableColumn& column, std::size_t row) noexcept {
  return std::visit([row](const auto& data) { return value_at(data, row); }, column.values.data());
}

/// visit(row, value) for all rows.
template <class Visit>
void for_each_value(const TableColumn& column, Visit visit) {
  std::visit(
      [&](const auto& data) {
        for (std::size_t row = 0; row < column.values.size(); ++row) visit(row, value_at(data, row));
      },
      column.values.data());
}

}  // namespace leeway::inline v1::validate::detail

#endif
