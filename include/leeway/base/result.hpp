#ifndef LEEWAY_BASE_RESULT_HPP
#define LEEWAY_BASE_RESULT_HPP

// Result<T>: a value or an Error, for everything that reads outside data or configuration.
//
//   Result<Profile> profile = store::load_profile("train.leeway");
//   if (!profile) return report(profile.error());
//   use(*profile);
//
// Nothing here throws. With exceptions on, leeway/base/value_or_throw.hpp offers a throwing door.
// A type of our own rather than std::expected, whose presence depends on the language version of each
// translation unit. Thread contract: as the contained value.

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "leeway/base/assert.hpp"
#include "leeway/base/error.hpp"

namespace leeway::inline v1 {

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  template <class U = T>
  requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value. Precondition: has_value().
  [[nodiscard]] T& operator*() & noexcept { return value(); }
  [[nodiscard]] const T& operator*() const& noexcept { return value(); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(value()); }
  [[nodiscard]] T* operator->() noexcept { return &value(); }
  [[nodiscard]] const T* operator->() const noexcept { return &value(); }

  /// The error. Precondition: !has_value().
  [[nodiscard]] const Error& error() const& noexcept {
    LEEWAY_ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error&& error() && noexcept {
    LEEWAY_ASSERT(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  T& value() noexcept {
    LEEWAY_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const noexcept {
    LEEWAY_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error. A default-constructed one is success.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// The error. Precondition: !has_value().
  [[nodiscard]] const Error& error() const& noexcept {
    LEEWAY_ASSERT(!has_value());
    return *error_;
  }
  [[nodiscard]] Error&& error() && noexcept {
    LEEWAY_ASSERT(!has_value());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace leeway::inline v1

#endif
