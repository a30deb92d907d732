#ifndef LEEWAY_REPORT_TIME_TEXT_HPP
#define LEEWAY_REPORT_TIME_TEXT_HPP

#include <string>

#include "leeway/base/export.hpp"
#include "leeway/base/time.hpp"

namespace leeway::inline v1::report {

/// ISO 8601 in UTC, as in "2018-01-11T18:24:44Z"; a fraction only where it is not zero.
[[nodiscard]] LEEWAY_EXPORT std::string time_text(TimePoint time);

}  // namespace leeway::inline v1::report

#endif
