#include "leeway/report/quantity_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace leeway::inline v1::report {
namespace {

constexpr double kGrouped = 1000;  // from here on money has hundredths and separators,
constexpr double kCounted = 1e15;  // up to here, where a double has no hundredths any more
constexpr double kInHours = 2;     // days, below which hours are added
constexpr double kInMinutes = 2.0 / 24;
constexpr double kInYears = 365;  // days, from which on years are added

std::string formatted(double number, std::chars_format format, int precision) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, format, precision).ptr;
  return {text.data(), end};
}

std::string in_groups(const std::string& number) {
  std::string text = number;
  const std::size_t first = number.front() == '-' ? 1 : 0;
  for (std::size_t i = text.find('.'); i > first + 3;) text.insert(i -= 3, 1, ',');
  return text.ends_with(".00") ? text.substr(0, text.size() - 3) : text;
}

std::string one_decimal(double number) {
  const std::string text = formatted(number, std::chars_format::fixed, 1);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

std::string with_unit(const std::string& number, const char* unit) {
  return number + " " + unit + (number == "1" ? "" : "s");
}

std::string in_another_unit(double days) {
  if (!(days > 0) || !std::isfinite(days) || days == 1) return "";
  if (days < 1.0 / 1440) return " (" + with_unit(number_text(days * 86400), "second") + ")";
  if (days < kInMinutes) return " (" + with_unit(one_decimal(days * 1440), "minute") + ")";
  if (days < kInHours) return " (" + with_unit(one_decimal(days * 24), "hour") + ")";
  if (days < kInYears) return "";
  return " (" + with_unit(one_decimal(days / 365), "year") + ")";
}

}  // namespace

std::string number_text(double number) { return formatted(number, std::chars_format::general, 6); }

std::string quantity_text(retrain::Money money) {
  const double amount = std::fabs(money.value());
  if (amount < kGrouped || !(amount < kCounted)) return number_text(money.value());
  return in_groups(formatted(money.value(), std::chars_format::fixed, 2));
}

std::string quantity_text(retrain::MoneyPerDay money) {
  return quantity_text(retrain::Money(money.value())) + " a day";
}

std::string quantity_text(retrain::Days days) {
  return number_text(days.value()) + (days.value() == 1 ? " day" : " days") + in_another_unit(days.value());
}

std::string quantity_text(retrain::Fraction fraction) { return number_text(100 * fraction.value()) + " %"; }

}  // namespace leeway::inline v1::report
