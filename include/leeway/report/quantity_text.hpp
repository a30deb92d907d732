#ifndef LEEWAY_REPORT_QUANTITY_TEXT_HPP
#define LEEWAY_REPORT_QUANTITY_TEXT_HPP

// Numbers with units for a person: six significant digits; money from 1,000 on to the hundredth. Independent of the
// locale.
// Thread contract: pure functions.

#include <string>

#include "leeway/base/export.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::report {

/// Six significant digits: "0.0002", "1.03306", "1e-09", "inf".
[[nodiscard]] LEEWAY_EXPORT std::string number_text(double number);

/// "365,000", "9,718.33", "0.06": of any one currency.
[[nodiscard]] LEEWAY_EXPORT std::string quantity_text(retrain::Money money);
/// "475,000 a day".
[[nodiscard]] LEEWAY_EXPORT std::string quantity_text(retrain::MoneyPerDay money);
/// "1 day", "1.03306 days (24.8 hours)", "500 days (1.4 years)": with a second unit where days are not the usual one.
[[nodiscard]] LEEWAY_EXPORT std::string quantity_text(retrain::Days days);
/// "95 %".
[[nodiscard]] LEEWAY_EXPORT std::string quantity_text(retrain::Fraction fraction);

}  // namespace leeway::inline v1::report

#endif
