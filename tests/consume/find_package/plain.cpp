// leeway alone, none of the libraries that the adapters show: profile, monitor, report, text.

#include <array>
#include <cstdio>

#include "monitored.hpp"

int main() {
  auto monitor = make_monitor();
  if (!monitor) return 1;
  auto recorder = monitor->recorder();
  for (int i = 0; i < 1000; ++i) recorder.record(std::array{live_age(i)});
  const leeway::drift::DriftReport report = monitor->report();
  std::puts(leeway::report::to_text(report).c_str());
  if (report.live_rows != 1000 || report.verdict != leeway::Verdict::drift) return 1;
  return leeway::report::to_json(report).find("\"leeway.report\"") != std::string::npos ? 0 : 1;
}
