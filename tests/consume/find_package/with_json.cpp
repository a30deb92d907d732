// A report as a value of nlohmann::json, in a host that uses that library anyway.

#include "leeway/adapt/json.hpp"

#include <array>

#include "monitored.hpp"

int main() {
  auto monitor = make_monitor();
  if (!monitor) return 1;
  auto recorder = monitor->recorder();
  for (int i = 0; i < 1000; ++i) recorder.record(std::array{live_age(i)});
  const leeway::drift::DriftReport report = monitor->report();
  const nlohmann::ordered_json document = report;
  return document.at("format") == "leeway.report" && document.at("live_rows") == 1000 &&
                 document.at("verdict") == "drift"
             ? 0
             : 1;
}
