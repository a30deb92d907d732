// Header-only use, built with -fno-exceptions -fno-rtti: bins a column in two places and merges.

#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

#include "leeway/core.hpp"

leeway::Histogram<leeway::EdgesAxis> count_in_another_unit(const leeway::EdgesAxis& axis);

namespace {

int failures = 0;

void check(bool holds, std::string_view what) {
  if (holds) return;
  std::printf("wrong: %.*s\n", static_cast<int>(what.size()), what.data());
  ++failures;
}

}  // namespace

int main() {
  const auto axis = leeway::EdgesAxis::make({10.0, 20.0}, 0.0, 30.0);
  check(axis.has_value(), "an axis of two edges");
  if (!axis) return 1;

  leeway::Histogram histogram(*axis);
  for (const double x : {5.0, 10.0, 15.0, 25.0, std::numeric_limits<double>::quiet_NaN()}) histogram.add(x);
  check(histogram.merge(count_in_another_unit(*axis)).has_value(), "merging over the same axis");
  check(histogram.cells()[0] == 1 && histogram.cells()[1] == 3 && histogram.cells()[2] == 2, "1, 3 and 2 values");
  check(histogram.counts().side.missing == 1, "NaN counts as missing");

  const auto backwards = leeway::EdgesAxis::make({20.0, 10.0}, 0.0, 30.0);
  check(!backwards && backwards.error().code == leeway::ErrorCode::invalid_argument, "edges must ascend");

  const auto other = leeway::EdgesAxis::make({11.0}, 0.0, 30.0);
  const auto unlike = histogram.merge(leeway::Histogram(*other));
  check(!unlike && unlike.error().code == leeway::ErrorCode::incompatible, "unlike axes do not merge");
  return failures;
}
