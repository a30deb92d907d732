#include "leeway/core.hpp"

leeway::Histogram<leeway::EdgesAxis> count_in_another_unit(const leeway::EdgesAxis& axis) {
  leeway::Histogram histogram(axis);
  histogram.add(12.0);
  histogram.add(28.0);
  return histogram;
}
