#ifndef LEEWAY_STREAM_VALUE_HPP
#define LEEWAY_STREAM_VALUE_HPP

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace leeway::inline v1::stream {

/// One value of a mixed row: missing, malformed, an integer, a number, a truth value or text. Text is borrowed:
/// it must live until the row is recorded. No allocation.
class Value {
 public:
  enum class Type : std::uint8_t { missing, malformed, integer, number, boolean, text };

  constexpr Value() noexcept {}  // missing
  constexpr Value(std::nullopt_t) noexcept {}
  constexpr Value(double number) noexcept : number_(number), type_(Type::number) {}
  /// An integer beyond the range of 64 bits with sign is a number: the nearest double.
  template <std::integral I>
  constexpr Value(I integer) noexcept {
    if (std::in_range<std::int64_t>(integer)) {
      integer_ = static_cast<std::int64_t>(integer);
      type_ = Type::integer;
    } else {
      number_ = static_cast<double>(integer);
      type_ = Type::number;
    }
  }
  constexpr Value(bool truth) noexcept : integer_(truth), type_(Type::boolean) {}
  constexpr Value(std::string_view text) noexcept : text_(text), type_(Type::text) {}
  /// Text that ends with a 0; a null pointer is missing.
  constexpr Value(const char* text) noexcept : Value(text != nullptr ? Value(std::string_view(text)) : Value()) {}
  /// There was something, but not of the expected kind. Counted as missing, and as malformed.
  [[nodiscard]] static constexpr Value malformed() noexcept {
    Value value;
    value.type_ = Type::malformed;
    return value;
  }

  [[nodiscard]] constexpr Type type() const noexcept { return type_; }
  /// As a number: integers and truth values converted, NaN where there is none.
  [[nodiscard]] constexpr double number() const noexcept {
    if (type_ == Type::number) return number_;
    if (type_ == Type::integer || type_ == Type::boolean) return static_cast<double>(integer_);
    return std::numeric_limits<double>::quiet_NaN();
  }
  /// Precondition: type() is integer or boolean.
  [[nodiscard]] constexpr std::int64_t integer() const noexcept { return integer_; }
  /// Precondition: type() is text.
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

 private:
  union {
    std::int64_t integer_ = 0;
    double number_;
    std::string_view text_;
  };
  Type type_ = Type::missing;
};

}  // namespace leeway::inline v1::stream

#endif
