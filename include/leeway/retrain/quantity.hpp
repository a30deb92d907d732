#ifndef LEEWAY_RETRAIN_QUANTITY_HPP
#define LEEWAY_RETRAIN_QUANTITY_HPP

// Numbers with units: days, money, queries per day. Units multiply and divide as numbers do, sums of unlike units do
// not compile, and what is without a unit is a double.
//
//   const Money lost = QueriesPerDay(1e6) * MoneyPerQuery(0.1) * years(1) * 0.01;
//
// Any double can be held: the functions that take quantities check them, and their errors name the field. Money is in
// any one currency. Thread contract: plain values.

#include <compare>

namespace leeway::inline v1::retrain {

template <int kMoney, int kDays, int kQueries = 0, int kPoints = 0, int kGigabytes = 0>
class Quantity {
 public:
  constexpr Quantity() noexcept = default;
  explicit constexpr Quantity(double value) noexcept : value_(value) {}
  [[nodiscard]] constexpr double value() const noexcept { return value_; }

  friend constexpr auto operator<=>(Quantity, Quantity) noexcept = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) noexcept { return Quantity(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) noexcept { return Quantity(a.value_ - b.value_); }
  friend constexpr Quantity operator*(Quantity a, double b) noexcept { return Quantity(a.value_ * b); }
  friend constexpr Quantity operator*(double a, Quantity b) noexcept { return Quantity(a * b.value_); }
  friend constexpr Quantity operator/(Quantity a, double b) noexcept { return Quantity(a.value_ / b); }
  constexpr Quantity& operator+=(Quantity other) noexcept { return *this = *this + other; }

 private:
  double value_ = 0;
};

namespace detail {

template <int... kUnits>
[[nodiscard]] constexpr auto quantity(double value) noexcept {
  if constexpr (((kUnits == 0) && ...))
    return value;
  else
    return Quantity<kUnits...>(value);
}

}  // namespace detail

template <int... kA, int... kB>
[[nodiscard]] constexpr auto operator*(Quantity<kA...> a, Quantity<kB...> b) noexcept {
  return detail::quantity<(kA + kB)...>(a.value() * b.value());
}
template <int... kA, int... kB>
[[nodiscard]] constexpr auto operator/(Quantity<kA...> a, Quantity<kB...> b) noexcept {
  return detail::quantity<(kA - kB)...>(a.value() / b.value());
}

using Money = Quantity<1, 0>;
using Days = Quantity<0, 1>;
using PerDay = Quantity<0, -1>;
using MoneyPerDay = Quantity<1, -1>;
using MoneyPerDayPerDay = Quantity<1, -2>;
using Queries = Quantity<0, 0, 1>;
using QueriesPerDay = Quantity<0, -1, 1>;
using MoneyPerQuery = Quantity<1, 0, -1>;
using Points = Quantity<0, 0, 0, 1>;  ///< measured values of a monitoring system
using MoneyPerPoint = Quantity<1, 0, 0, -1>;
using Gigabytes = Quantity<0, 0, 0, 0, 1>;  ///< 1e9 bytes
using GigabytesPerPoint = Quantity<0, 0, 0, -1, 1>;
using MoneyPerGigabyte = Quantity<1, 0, 0, 0, -1>;

[[nodiscard]] constexpr Days seconds(double n) noexcept { return Days(n / 86400); }
[[nodiscard]] constexpr Days minutes(double n) noexcept { return Days(n / 1440); }
[[nodiscard]] constexpr Days hours(double n) noexcept { return Days(n / 24); }
[[nodiscard]] constexpr Days weeks(double n) noexcept { return Days(n * 7); }
/// Years of 365 days.
[[nodiscard]] constexpr Days years(double n) noexcept { return Days(n * 365); }

/// A share or a probability: an accuracy of 0.95, never of 95. In [0, 1] where a function has checked it.
class Fraction {
 public:
  constexpr Fraction() noexcept = default;
  explicit constexpr Fraction(double value) noexcept : value_(value) {}
  [[nodiscard]] constexpr double value() const noexcept { return value_; }

  friend constexpr auto operator<=>(Fraction, Fraction) noexcept = default;
  template <int... kUnits>
  friend constexpr Quantity<kUnits...> operator*(Quantity<kUnits...> a, Fraction b) noexcept {
    return a * b.value_;
  }

 private:
  double value_ = 0;
};

}  // namespace leeway::inline v1::retrain

#endif
