// What recording costs the host: a loop as in an inference server makes a row of 100 floats and runs a small model
// over it (about 2 us), with and without record(), while another thread drains.
//
//   embed/block_rows:B/drain_ms:P     B: RecorderOptions::block_rows, P: milliseconds from one drain to the next
//     embed_added_cpu_ns              CPU time a row, with record() less without, the collector's included
//     collector_cpu_ns                of that, the collector's
//     embed_p999_us                   record() alone, 99.9th percentile, less the clock's own cost; the same is
//     embed_low_latency_p999_us       for small blocks
//   two_threads                       nothing but record(), from one thread and from two
//     two_threads_ratio               rows per second of CPU time, two threads / one: 2 where nothing is shared
//     two_threads_vs_memcpy           that / the same for a memcpy of the row into a ring instead
// Everything runs in turns and the medians are reported; percentiles are medians of the percentiles of the turns. CPU
// time rather than wall-clock time: what else the machine does is not ours. For drains each second, run for some
// seconds: --benchmark_min_time=5.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/simd/active_target.hpp"
#include "leeway/stream/recorder.hpp"

namespace {

namespace stream = leeway::stream;

constexpr std::size_t kFeatures = 100;
constexpr std::size_t kPool = 512;  // rows of live data, over and over: 200 kB
using Row = std::array<float, kFeatures>;

double thread_cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

double quantile(std::vector<double>& values, double q) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double median(std::vector<double>& values) { return quantile(values, 0.5); }

std::vector<float> normals(std::size_t size) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(size);
  for (float& x : values) x = normal(random);
  return values;
}

/// Ten cells of equal share for each feature.
std::shared_ptr<const leeway::profile::Profile> profile() {
  const std::vector<float> sample = normals(2000);
  const std::vector<double> column(sample.begin(), sample.end());
  leeway::profile::ProfileBuilder builder;
  for (std::size_t i = 0; i < kFeatures; ++i) builder.numeric("f" + std::to_string(i), column);
  return std::make_shared<const leeway::profile::Profile>(*builder.build());
}

const std::vector<float>& pool() {
  static const std::vector<float> rows = normals(kPool * kFeatures);
  return rows;
}

std::span<const float> live_row(std::size_t i) { return std::span(pool()).subspan(i % kPool * kFeatures, kFeatures); }

/// One hidden layer, each unit of which is a dot product.
class Model {
 public:
  // Never inlined: with and without record() it is the same code.
  [[gnu::noinline]] float predict(std::span<const float, kFeatures> row) const {
    float score = 0;
    for (const float* w = weights_.data(); w != weights_.data() + weights_.size(); w += kFeatures) {
      score += (std::max)(dot(row.data(), w), 0.0F);
    }
    return score;
  }

 private:
  static constexpr std::size_t kUnits = 80;

  // Four sums, in registers.
  static float dot(const float* x, const float* w) {
    float a = 0, b = 0, c = 0, d = 0;
    for (std::size_t i = 0; i < kFeatures; i += 4) {
      a += x[i] * w[i];
      b += x[i + 1] * w[i + 1];
      c += x[i + 2] * w[i + 2];
      d += x[i + 3] * w[i + 3];
    }
    return (a + b) + (c + d);
  }

  std::vector<float> weights_ = normals(kFeatures * kUnits);
};

/// Drains until it goes.
class Drainer {
 public:
  Drainer(stream::Collector& collector, std::chrono::milliseconds period)
      : thread_([this, &collector, period] { run(collector, period); }) {}
  Drainer(const Drainer&) = delete;
  Drainer& operator=(const Drainer&) = delete;
  ~Drainer() { finish(); }

  /// Ends, and returns the CPU time that the drains took.
  double finish() {
    if (!thread_.joinable()) return 0;
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    thread_.join();
    return cpu_ns_;
  }

 private:
  void run(stream::Collector& collector, std::chrono::milliseconds period) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, period, [this] { return done_; })) benchmark::DoNotOptimize(collector.drain().rows());
    cpu_ns_ = thread_cpu_ns();
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  double cpu_ns_ = 0;
  std::thread thread_;
};

class Server {
 public:
  template <class After>
  void serve(std::size_t requests, After after) {
    for (; requests > 0; --requests) {
      Row row;
      const auto from = live_row(request_++);
      std::copy(from.begin(), from.end(), row.begin());
      benchmark::DoNotOptimize(model_.predict(row));
      after(row);
    }
  }

 private:
  Model model_;
  std::size_t request_ = 0;
};

template <class Work>
double cpu_ns_of(Work work) {
  const double before = thread_cpu_ns();
  work();
  return thread_cpu_ns() - before;
}

double ns_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
}

double clock_cost() {
  std::vector<double> costs(1000);
  for (double& cost : costs) cost = ns_since(std::chrono::steady_clock::now());
  return median(costs);
}

constexpr std::int64_t kLowLatencyRows = 8;

void embed(benchmark::State& state) {
  constexpr std::size_t kRequests = 4096;
  constexpr std::size_t kTimedRequests = 16384;
  stream::Collector collector(profile());
  stream::Recorder recorder = collector.recorder({.block_rows = static_cast<std::uint32_t>(state.range(0))});
  Server server;
  std::vector<double> added, p999, calls(kTimedRequests);
  double rows = 0;
  Drainer drainer(collector, std::chrono::milliseconds(state.range(1)));
  for (auto _ : state) {
    const auto plain = [&] { server.serve(kRequests, [](const Row&) {}); };
    const auto recorded = [&] { server.serve(kRequests, [&](const Row& row) { recorder.record(row); }); };
    const double without = cpu_ns_of(plain);
    const double with = cpu_ns_of(recorded) + cpu_ns_of(recorded);
    added.push_back((with - without - cpu_ns_of(plain)) / (2 * kRequests));
    const double clock = clock_cost();
    std::size_t call = 0;
    server.serve(kTimedRequests, [&](const Row& row) {
      const auto begin = std::chrono::steady_clock::now();
      recorder.record(row);
      calls[call++] = ns_since(begin) - clock;
    });
    p999.push_back(quantile(calls, 0.999));
    rows += 2 * kRequests + kTimedRequests;
    state.SetIterationTime(with / 1e9);
  }
  const double collector_cpu_ns = drainer.finish() / rows;
  state.counters["embed_added_cpu_ns"] = median(added) + collector_cpu_ns;
  state.counters["collector_cpu_ns"] = collector_cpu_ns;
  const bool small = state.range(0) <= kLowLatencyRows;
  state.counters[small ? "embed_low_latency_p999_us" : "embed_p999_us"] = median(p999) / 1e3;
  state.counters["turns"] = static_cast<double>(p999.size());
}
BENCHMARK(embed)
    ->ArgNames({"block_rows", "drain_ms"})
    ->ArgsProduct({{64, kLowLatencyRows}, {1000, 1}})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

constexpr std::size_t kRows = 1 << 17;  // a turn of two_threads

/// CPU time of a row when `writers` do the same, each in a thread of its own.
template <class Writer>
double cpu_ns_per_row(std::span<Writer> writers) {
  std::vector<double> cpu_ns(writers.size());
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < writers.size(); ++t) {
    threads.emplace_back([&, t] {
      cpu_ns[t] = cpu_ns_of([&] {
        for (std::size_t i = 0; i < kRows; ++i) writers[t].record(live_row(i));
      });
    });
  }
  double sum = 0;
  for (std::size_t t = 0; t < threads.size(); ++t) {
    threads[t].join();
    sum += cpu_ns[t];
  }
  return sum / static_cast<double>(kRows * writers.size());
}

/// Copies rows, and does nothing else with them.
class Copier {
 public:
  void record(std::span<const float> row) {
    std::memcpy(ring_.data() + next_ * kFeatures, row.data(), kFeatures * sizeof(float));
    next_ = (next_ + 1) % kRingRows;
    benchmark::ClobberMemory();
  }

 private:
  static constexpr std::size_t kRingRows = 64;
  std::vector<float> ring_ = std::vector<float>(kRingRows * kFeatures);
  std::size_t next_ = 0;
};

/// Rows per second of CPU time: of two threads, and of one.
struct Scaling {
  std::vector<double> one, two;

  template <class Writer>
  void measure(std::array<Writer, 2>& writers) {
    one.push_back(cpu_ns_per_row(std::span<Writer>(writers).first(1)));
    two.push_back(cpu_ns_per_row(std::span<Writer>(writers)));
  }
  double ratio() { return 2 * median(one) / median(two); }
};

void two_threads(benchmark::State& state) {
  stream::Collector collector(profile());
  std::array<stream::Recorder, 2> recorders{collector.recorder(), collector.recorder()};
  std::array<Copier, 2> copiers;
  Scaling recording, copying;
  for (auto _ : state) {
    recording.measure(recorders);
    copying.measure(copiers);
    state.SetIterationTime(recording.one.back() * kRows / 1e9);
  }
  state.counters["two_threads_ratio"] = recording.ratio();
  state.counters["two_threads_vs_memcpy"] = recording.ratio() / copying.ratio();
  state.counters["turns"] = static_cast<double>(recording.one.size());
}
BENCHMARK(two_threads)->UseManualTime()->Unit(benchmark::kMillisecond);

[[maybe_unused]] const bool kRegistered = [] {
  benchmark::AddCustomContext("leeway_target", leeway::active_target());
  return true;
}();

}  // namespace
