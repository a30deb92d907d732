#ifndef LEEWAY_BENCH_READ_LIMIT_HPP
#define LEEWAY_BENCH_READ_LIMIT_HPP

#include <span>

namespace bench {

// A sum by vectors, on the instruction set that ours runs on: reads the array, and does little else.
double sum(std::span<const float> values);
double sum(std::span<const double> values);

}  // namespace bench

#endif
