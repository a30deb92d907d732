#ifndef LEEWAY_REPORT_TIME_TEXT_HPP
#define LEEWAY_REPORT_TIME_TEXT_HPP

#include "leeway/base/time_text.hpp"

namespace leeway::inline v1::report {

using v1::time_text;

}  // namespace leeway::inline v1::report

#endif
