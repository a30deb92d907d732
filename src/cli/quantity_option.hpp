#ifndef LEEWAY_CLI_QUANTITY_OPTION_HPP
#define LEEWAY_CLI_QUANTITY_OPTION_HPP

// Options that are numbers with units: `--lead-days 3`, or with the unit said, `--lead-days 36h`. A unit that does not
// fit the option, as a time where money is expected, is an error that says what was expected.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/options.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::cli {

/// What a number may be.
struct NumberKind {
  std::string_view noun;     ///< "money", "a time"
  std::string_view example;  ///< "14, 14d or 36h"
  std::string_view type;     ///< for the help
  int days = 0;              ///< exponent of time in its unit: 1 takes "36h", -1 takes "100/h"
  bool percent = false;      ///< takes "2%"
  bool whole = false;        ///< of a whole, so at most 1
};

enum class Zero { refused, allowed };

/// "5" in units of `unit` (a time: s, min, h, d, w, y), or with a unit of its own; in days or per day. A year has 365
/// days. Errors (invalid_argument): no such number, another kind's unit, out of range.
[[nodiscard]] Result<double> parse_quantity(std::string_view text, const NumberKind& kind, Zero zero,
                                            std::string_view unit = "d");

/// The kind of each type that an option can have.
template <class T>
struct KindOf;
template <>
struct KindOf<double> {
  static constexpr NumberKind value{"a number", "5", "N"};
};
template <>
struct KindOf<retrain::Fraction> {
  static constexpr NumberKind value{"a share", "0.95 or 95%", "SHARE", 0, true, true};
};
template <>
struct KindOf<retrain::Money> {
  static constexpr NumberKind value{"money", "5000", "MONEY"};
};
template <>
struct KindOf<retrain::Days> {
  static constexpr NumberKind value{"a time", "14, 36h or 2w", "TIME", 1};
};
template <>
struct KindOf<retrain::PerDay> {
  static constexpr NumberKind value{"a rate", "0.02, 2% or 3/w", "RATE", -1, true};
};
template <>
struct KindOf<retrain::MoneyPerDay> {
  static constexpr NumberKind value{"money over time", "50 or 18000/y", "MONEY", -1};
};
template <>
struct KindOf<retrain::Queries> {
  static constexpr NumberKind value{"a count", "1000", "N"};
};
template <>
struct KindOf<retrain::QueriesPerDay> {
  static constexpr NumberKind value{"a count over time", "1e6 or 700/min", "N", -1};
};
template <>
struct KindOf<retrain::MoneyPerQuery> {
  static constexpr NumberKind value{"money", "0.5", "MONEY"};
};
template <>
struct KindOf<retrain::MoneyPerPoint> {
  static constexpr NumberKind value{"money", "0.5", "MONEY"};
};
template <>
struct KindOf<retrain::MoneyPerGigabyte> {
  static constexpr NumberKind value{"money", "0.5", "MONEY"};
};

/// The numbers of one command. Those required must be there once the command line is read.
class QuantityOptions {
 public:
  explicit QuantityOptions(CLI::App& app) : app_(&app) {}

  /// `unit` is what a number without one is in; the option's name should end with it.
  template <class T>
  void require(const std::string& option, const std::string& help, T& value, Zero zero = Zero::refused,
               std::string_view unit = "d") {
    required_.emplace_back(option, &KindOf<T>::value);
    add<T>(option, help + " (required)", value, zero, unit);
  }
  /// Without it `value`, perhaps a std::optional, stays as it is.
  template <class T>
  void offer(const std::string& option, const std::string& help, T& value, Zero zero = Zero::refused,
             std::string_view unit = "d") {
    add<T>(option, help, value, zero, unit);
  }
  template <class T>
  void offer(const std::string& option, const std::string& help, std::optional<T>& value, Zero zero = Zero::refused,
             std::string_view unit = "d") {
    add<T>(option, help, value, zero, unit);
  }

  /// An error that names the first required option that is not there.
  [[nodiscard]] Result<void> check() const;

 private:
  template <class T, class Target>
  void add(const std::string& option, const std::string& help, Target& value, Zero zero, std::string_view unit) {
    add_value(*app_, option, std::string(KindOf<T>::value.type), help,
              [&value, zero, unit](const std::string& text) -> Result<void> {
                auto number = parse_quantity(text, KindOf<T>::value, zero, unit);
                if (!number) return std::move(number).error();
                value = T(*number);
                return {};
              });
  }

  CLI::App* app_;
  std::vector<std::pair<std::string, const NumberKind*>> required_;
};

}  // namespace leeway::cli

#endif
