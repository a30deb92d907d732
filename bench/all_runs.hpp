#ifndef LEEWAY_BENCH_ALL_RUNS_HPP
#define LEEWAY_BENCH_ALL_RUNS_HPP

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace bench {

/// Results of `one(run)` for every run, on all cores, in the order of the runs.
template <class T, class One>
std::vector<T> all_runs(std::size_t runs, One one) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<T> results(runs);
  std::vector<std::thread> workers;
  for (std::size_t first = 0; first < threads; ++first) {
    workers.emplace_back([&, first] {
      for (std::size_t run = first; run < runs; run += threads) results[run] = one(run);
    });
  }
  for (std::thread& worker : workers) worker.join();
  return results;
}

}  // namespace bench

#endif
