// Rows of a matrix recorded through the Eigen adapter.

#include "leeway/adapt/eigen.hpp"
#include "monitored.hpp"

int main() {
  auto monitor = make_monitor();
  if (!monitor) return 1;
  auto recorder = monitor->recorder();
  Eigen::MatrixXd rows(1000, 1);
  for (int i = 0; i < 1000; ++i) rows(i, 0) = live_age(i);
  leeway::adapt::record_rows(recorder, rows);
  const auto report = monitor->report();
  return report.live_rows == 1000 && report.verdict == leeway::Verdict::drift ? 0 : 1;
}
