#ifndef LEEWAY_STREAM_ROW_LAYOUT_HPP
#define LEEWAY_STREAM_ROW_LAYOUT_HPP

// Recording a struct of the host as it is:
//
//   struct Request { float amount; std::optional<int> age; std::string country; };
//   const auto layout = stream::RowLayout::make(profile, {stream::field<&Request::amount>("amount"),
//                                                         stream::field<&Request::age>("age"),
//                                                         stream::field<&Request::country>("country")});
//   recorder.record(&request, *layout);

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/stream/value.hpp"

namespace leeway::inline v1::stream {

namespace detail {
class RowEncoder;
}

/// What lies at an offset of a row, aligned or not. boolean is a byte, true unless 0; text is a std::string_view.
enum class FieldType : std::uint8_t { float32, float64, int32, int64, boolean, text };

/// How a row gives the value of one feature: by a function, or else by its type and its offset in bytes.
struct Field {
  using Read = Value (*)(const void* row);

  std::string feature;
  Read read = nullptr;
  FieldType type = FieldType::float64;
  std::size_t offset = 0;
};

/// A field that lies `offset` bytes behind the beginning of a row.
[[nodiscard]] inline Field field(std::string feature, FieldType type, std::size_t offset) {
  return {std::move(feature), nullptr, type, offset};
}

/// A field that a function reads. It must not throw; text that it returns must live as long as the row.
[[nodiscard]] inline Field field(std::string feature, Field::Read read) {
  return {std::move(feature), read, FieldType::float64, 0};
}

namespace detail {

template <class T>
[[nodiscard]] Value to_value(const T& member) noexcept {
  if constexpr (std::is_pointer_v<T>) {
    return Value(static_cast<const char*>(member));  // null is missing
  } else if constexpr (std::is_constructible_v<std::string_view, const T&>) {
    return Value(std::string_view(member));
  } else {
    return Value(member);
  }
}
template <class T>
[[nodiscard]] Value to_value(const std::optional<T>& member) noexcept {
  return member ? to_value(*member) : Value();
}

template <class Row, class T>
Row row_of(T Row::*);

}  // namespace detail

/// A member of a struct: a number, bool, std::string, std::string_view, const char* (null is missing), or a
/// std::optional of one.
template <auto Member>
[[nodiscard]] Field field(std::string feature) {
  using Row = decltype(detail::row_of(Member));
  return field(std::move(feature),
               [](const void* row) { return detail::to_value(static_cast<const Row*>(row)->*Member); });
}

/// Where the rows of a host keep the features of a profile, compiled to the order of the profile. Reading a row by it
/// allocates nothing and costs some nanoseconds a field. Thread contract: immutable.
class RowLayout {
 public:
  /// Errors: invalid_argument (a feature without a field or with two, a field of no feature), incompatible (text for a
  /// numeric feature).
  [[nodiscard]] LEEWAY_EXPORT static Result<RowLayout> make(const profile::Profile& profile, std::vector<Field> fields);

  [[nodiscard]] std::size_t features() const noexcept { return fields_.size(); }
  /// The value of a feature, by its place in the profile, in a row.
  [[nodiscard]] LEEWAY_EXPORT Value read(std::size_t feature, const void* row) const noexcept;

 private:
  explicit RowLayout(std::vector<Field> fields) : fields_(std::move(fields)) {}

  std::vector<Field> fields_;
};

}  // namespace leeway::inline v1::stream

#endif
