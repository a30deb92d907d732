#ifndef LEEWAY_TESTS_SUPPORT_PLANTED_BUGS_HPP
#define LEEWAY_TESTS_SUPPORT_PLANTED_BUGS_HPP

// Bugs of serving paths, planted in copies of real features.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "leeway/validate/skew.hpp"
#include "support/generator.hpp"

namespace leeway::test {

/// A bug, the column that it is planted in, and the cause that is to be named first.
struct PlantedBug {
  validate::Cause cause;
  std::string column;
  std::string what;
  std::function<void(validate::Table& serving, const std::vector<bool>& hit)> plant;
};

inline validate::Column& column_of(validate::Table& table, const std::string& name) {
  return *std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& c) { return c.name == name; });
}

inline validate::Numbers& numbers_of(validate::Table& table, const std::string& name) {
  return std::get<validate::Numbers>(column_of(table, name).values);
}

inline validate::Texts& texts_of(validate::Table& table, const std::string& name) {
  return std::get<validate::Texts>(column_of(table, name).values);
}

/// A bug that is a function of the value.
template <class Change>
PlantedBug number_bug(validate::Cause cause, const std::string& column, const std::string& what, Change change) {
  return {cause, column, what, [column, change](validate::Table& serving, const std::vector<bool>& hit) {
            validate::Numbers& values = numbers_of(serving, column);
            for (std::size_t i = 0; i < values.size(); ++i) {
              if (hit[i]) values[i] = change(values[i]);
            }
          }};
}

template <class Change>
PlantedBug text_bug(validate::Cause cause, const std::string& column, const std::string& what, Change change) {
  return {cause, column, what, [column, change](validate::Table& serving, const std::vector<bool>& hit) {
            validate::Texts& values = texts_of(serving, column);
            for (std::size_t i = 0; i < values.size(); ++i) {
              if (hit[i] && values[i]) values[i] = change(*values[i]);
            }
          }};
}

inline PlantedBug swap_bug(const std::string& a, const std::string& b) {
  return {validate::Cause::swapped_columns, a, "and " + b + " swapped",
          [a, b](validate::Table& serving, const std::vector<bool>& hit) {
            for (std::size_t i = 0; i < hit.size(); ++i) {
              if (hit[i]) std::swap(numbers_of(serving, a)[i], numbers_of(serving, b)[i]);
            }
          }};
}

/// Serving has the value of `lag` rows before.
inline PlantedBug stale_bug(const std::string& column, std::size_t lag) {
  return {validate::Cause::stale_value, column, std::to_string(lag) + " rows behind",
          [column, lag](validate::Table& serving, const std::vector<bool>& hit) {
            validate::Numbers& values = numbers_of(serving, column);
            for (std::size_t i = values.size(); i-- > lag;) {
              if (hit[i]) values[i] = values[i - lag];
            }
          }};
}

/// Serving refreshes its copy every `period` rows.
inline PlantedBug cache_bug(const std::string& column, std::size_t period) {
  return {validate::Cause::stale_value, column, "refreshed every " + std::to_string(period) + " rows",
          [column, period](validate::Table& serving, const std::vector<bool>& hit) {
            validate::Numbers& values = numbers_of(serving, column);
            for (std::size_t i = values.size(); i-- > 0;) {
              if (hit[i]) values[i] = values[i - i % period];
            }
          }};
}

/// (x - mean) / deviation of the first tenth of the rows, where training has that of all rows.
inline std::pair<double, double> standard(const validate::Numbers& values, std::size_t rows) {
  double sum = 0;
  double squares = 0;
  double n = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (std::isnan(values[i])) continue;
    sum += values[i];
    squares += values[i] * values[i];
    ++n;
  }
  return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}

inline double rounded_to(double x, double unit) { return std::round(x / unit) * unit; }

inline std::vector<PlantedBug> bike_bugs() {
  using validate::Cause;
  return {
      number_bug(Cause::unit_factor, "windspeed", "x 3.6", [](double x) { return x * 3.6; }),
      number_bug(Cause::constant_shift, "temp", "+ 0.05", [](double x) { return x + 0.05; }),
      number_bug(Cause::default_fill, "hum", "0", [](double) { return 0.0; }),
      number_bug(Cause::clipping, "registered", "at 300", [](double x) { return (std::min)(x, 300.0); }),
      number_bug(Cause::rounding, "atemp", "to 0.1", [](double x) { return rounded_to(x, 0.1); }),
      number_bug(Cause::timezone_shift, "hr", "+ 5 h", [](double x) { return std::fmod(x + 5, 24); }),
      swap_bug("casual", "registered"),
      stale_bug("cnt", 24),
      number_bug(Cause::type_cast, "atemp", "float32",
                 [](double x) { return static_cast<double>(static_cast<float>(x)); }),
      number_bug(Cause::normalisation, "cnt", "(x - 144) / 133 to 4 decimals",
                 [](double x) { return rounded_to((x - 144) / 133, 1e-4); }),
      number_bug(Cause::category_encoding, "weathersit", "codes 1234 as 3142",
                 [](double x) {
                   return std::vector<double>{3, 1, 4, 2}[static_cast<std::size_t>(x) - 1];
                 }),
      number_bug(Cause::sign, "temp", "turned", [](double x) { return -x; }),
  };
}

inline std::vector<PlantedBug> hotel_bugs() {
  using validate::Cause;
  return {
      number_bug(Cause::unit_factor, "lead_time", "x 24", [](double x) { return x * 24; }),
      number_bug(Cause::constant_shift, "adr", "- 12.5", [](double x) { return x - 12.5; }),
      number_bug(Cause::default_fill, "agent", "-1 for missing", [](double x) { return std::isnan(x) ? -1 : x; }),
      number_bug(Cause::clipping, "lead_time", "at 180", [](double x) { return (std::min)(x, 180.0); }),
      number_bug(Cause::rounding, "adr", "to 10", [](double x) { return rounded_to(x, 10); }),
      number_bug(Cause::timezone_shift, "arrival_date", "- 5 h", [](double x) { return x - 5 * 3600; }),
      swap_bug("stays_in_week_nights", "stays_in_weekend_nights"),
      cache_bug("adr", 24),
      number_bug(Cause::type_cast, "adr", "to integer", [](double x) { return std::trunc(x); }),
      number_bug(Cause::normalisation, "lead_time", "(x - 104) / 107", [](double x) { return (x - 104) / 107; }),
      text_bug(Cause::category_encoding, "market_segment", "lower case",
               [](std::string text) {
                 for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
                 return text;
               }),
      text_bug(Cause::truncation, "country", "two letters", [](const std::string& text) { return text.substr(0, 2); }),
  };
}

inline std::vector<PlantedBug> credit_bugs() {
  using validate::Cause;
  return {
      number_bug(Cause::unit_factor, "LIMIT_BAL", "/ 1000", [](double x) { return x / 1000; }),
      number_bug(Cause::constant_shift, "AGE", "- 1", [](double x) { return x - 1; }),
      number_bug(Cause::default_fill, "PAY_AMT1", "its mean for 0", [](double x) { return x == 0 ? 5663.5805 : x; }),
      number_bug(Cause::clipping, "BILL_AMT1", "to [0, 200000]", [](double x) { return std::clamp(x, 0.0, 200000.0); }),
      number_bug(Cause::rounding, "BILL_AMT2", "to 100", [](double x) { return rounded_to(x, 100); }),
      number_bug(Cause::truncation, "BILL_AMT6", "last two digits lost", [](double x) { return std::trunc(x / 100); }),
      swap_bug("PAY_AMT3", "PAY_AMT4"),
      stale_bug("PAY_2", 1),
      number_bug(Cause::type_cast, "BILL_AMT3", "int16",
                 [](double x) { return static_cast<double>(static_cast<std::int16_t>(static_cast<std::int64_t>(x))); }),
      number_bug(Cause::normalisation, "AGE", "(x - 21) / 58", [](double x) { return (x - 21) / 58; }),
      number_bug(Cause::category_encoding, "EDUCATION", "other codes",
                 [](double x) { return std::vector<double>{4, 6, 1, 0, 2, 5, 3}[static_cast<std::size_t>(x)]; }),
      number_bug(Cause::sign, "PAY_0", "lost", [](double x) { return std::fabs(x); }),
  };
}

/// Which rows a bug hits: all of them, or a share by chance.
inline std::vector<bool> hits(std::size_t rows, double share) {
  Generator generator(7);
  std::vector<bool> hit(rows);
  for (std::size_t i = 0; i < rows; ++i) hit[i] = generator.uniform() < share;
  return hit;
}

/// What find_skew says of the bug's column; the other columns must be alike but where the bug swaps two.
inline validate::FeatureSkew skew_of(const PlantedBug& bug, const validate::Table& training, const std::string& key,
                                     double share) {
  validate::Table serving = training;
  bug.plant(serving, hits(training.rows(), share));
  const auto report = validate::find_skew(training, serving, {.key = {key}});
  for (const validate::FeatureSkew& feature : report->features) {
    if (feature.feature == bug.column) return feature;
  }
  return {};
}

}  // namespace leeway::test

#endif
