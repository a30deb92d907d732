// A monitor over one feature whose live values lie far from those of training.
#ifndef MONITORED_HPP
#define MONITORED_HPP

#include <utility>
#include <vector>

#include "leeway/leeway.hpp"

inline leeway::Result<leeway::monitor::ModelMonitor> make_monitor() {
  std::vector<double> ages;
  for (int i = 0; i < 2000; ++i) ages.push_back(20 + i % 50);
  auto profile = leeway::profile::ProfileBuilder().numeric("age", ages).build();
  if (!profile) return profile.error();
  return leeway::monitor::ModelMonitor::make(*std::move(profile));
}

/// The value of the i-th live row: the upper end of the ages of training only.
inline double live_age(int i) { return 60 + i % 10; }

#endif
