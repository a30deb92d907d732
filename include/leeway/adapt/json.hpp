#ifndef LEEWAY_ADAPT_JSON_HPP
#define LEEWAY_ADAPT_JSON_HPP

// Opt-in: reports as nlohmann::json values, for hosts that already use that library. The document is that of
// report/json.hpp; a key that has no value is absent, never null.
//
//   nlohmann::ordered_json document = report;   // a drift::DriftReport or a monitor::WindowReport

#include <nlohmann/json.hpp>
#include <span>

#include "leeway/drift/drift_report.hpp"
#include "leeway/monitor/window_report.hpp"
#include "leeway/report/json.hpp"

namespace leeway::inline v1 {

namespace drift {

template <class Json>
void to_json(Json& json, const DriftReport& report) {
  json = Json::parse(report::to_json(report));
}

}  // namespace drift

namespace monitor {

template <class Json>
void to_json(Json& json, const WindowReport& window) {
  json = Json::parse(report::to_json(std::span(&window, 1))).at("windows").at(0);
}

}  // namespace monitor

}  // namespace leeway::inline v1

#endif
