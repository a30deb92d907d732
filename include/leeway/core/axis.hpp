#ifndef LEEWAY_CORE_AXIS_HPP
#define LEEWAY_CORE_AXIS_HPP

#include <cstddef>
#include <variant>

#include "leeway/core/category_axis.hpp"
#include "leeway/core/edges_axis.hpp"
#include "leeway/core/uniform_axis.hpp"

namespace leeway::inline v1 {

/// The cells of one feature, whatever their kind.
using Axis = std::variant<EdgesAxis, UniformAxis, CategoryAxis>;

/// An axis whose cells are ordered intervals of numbers.
template <class A>
concept NumericAxis = requires(const A& axis, double x) {
  { axis.cell(x) }
  noexcept;
  { axis.lower() }
  noexcept;
  { axis.upper() }
  noexcept;
};

[[nodiscard]] inline std::size_t size(const Axis& axis) noexcept {
  return std::visit([](const auto& a) { return a.size(); }, axis);
}

[[nodiscard]] inline bool is_categorical(const Axis& axis) noexcept {
  return std::holds_alternative<CategoryAxis>(axis);
}

}  // namespace leeway::inline v1

#endif
