// Findings to a logger of the host.

#include "leeway/adapt/spdlog.hpp"

#include <spdlog/sinks/ostream_sink.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>

#include "monitored.hpp"

int main() {
  auto monitor = make_monitor();
  if (!monitor) return 1;
  auto recorder = monitor->recorder();
  for (int i = 0; i < 1000; ++i) recorder.record(std::array{live_age(i)});

  std::ostringstream text;
  spdlog::logger logger("host", std::make_shared<spdlog::sinks::ostream_sink_st>(text));
  leeway::adapt::log(logger, monitor->report());
  logger.flush();
  std::puts(text.str().c_str());
  return text.str().find("age") != std::string::npos && text.str().find("error") != std::string::npos ? 0 : 1;
}
