// Recording rows of floats, deciles per feature of 20,000 training rows, against copying them.
//
//   row_record/F         record() row by row / memcpy of each row into a ring of 32; a million values, rows in order
//   row_record_small/F   the same over 64 rows again and again, which stay in the cache
//   row_batch/F          record_rows() of 1,024 rows at a time / the same copy
//   row_snapshots/F      record() while another thread drains every millisecond / without it: time of the recording
//   thread psi_rows/ROWSxF      record_rows() of all and the PSI of each feature, per job / copying all rows
// Both sides take turns; times are per row but where said.

#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "leeway/stream/recorder.hpp"
#include "psi_job.hpp"
#include "support.hpp"

namespace {

using bench::Rows;
using bench::Timings;
using leeway::stream::Collector;
using leeway::stream::Recorder;

Rows rows_of(const std::vector<float>& values, std::size_t features) {
  return {values.data(), values.size() / features, features, features};
}

std::span<const float> row(Rows rows, std::size_t i) { return {rows.data + i * rows.row_stride, rows.features}; }

Collector collector_of(std::size_t features) {
  constexpr std::size_t kTrainingRows = 20'000;
  const std::vector<float> training = bench::draw<float>(bench::kRecipes[0], kTrainingRows * features, 2);
  return Collector(bench::deciles_of(rows_of(training, features)));
}

class Ring {
 public:
  explicit Ring(std::size_t features) : rows_(kRows * features) {}

  void copy(std::span<const float> row) {
    std::memcpy(&rows_[next_ * row.size()], row.data(), row.size_bytes());
    next_ = (next_ + 1) % kRows;
    benchmark::ClobberMemory();
  }
  void copy(Rows rows) {
    benchmark::DoNotOptimize(rows_.data());
    for (std::size_t i = 0; i < rows.rows; ++i) copy(row(rows, i));
  }

 private:
  static constexpr std::size_t kRows = 32;
  std::vector<float> rows_;
  std::size_t next_ = 0;
};

void record(Recorder& recorder, Rows rows) {
  for (std::size_t i = 0; i < rows.rows; ++i) recorder.record(row(rows, i));
}

void record_in_batches(Recorder& recorder, Rows rows) {
  constexpr std::size_t kBatch = 1024;
  for (std::size_t i = 0; i < rows.rows; i += kBatch) {
    recorder.record_rows(
        {rows.data + i * rows.row_stride, (std::min)(kBatch, rows.rows - i), rows.features, rows.row_stride});
  }
}

void report(benchmark::State& state, Timings& ours, Timings& peer) {
  state.counters["ours_ns"] = ours.median();
  state.counters["peer_ns"] = peer.median();
  state.counters["ratio"] = ours.median() / peer.median();
  state.counters["turns"] = ours.turns();
}

// `passes` over the rows are one turn.
template <class Record>
void against_copy(benchmark::State& state, std::size_t features, std::size_t values, std::size_t passes, Record ours) {
  const std::vector<float> source = bench::draw<float>(bench::kRecipes[0], values, 1);
  const Rows rows = rows_of(source, features);
  Collector collector = collector_of(features);
  Recorder recorder = collector.recorder();
  Ring ring(features);
  Timings our_times, copy_times;
  for (auto _ : state) {
    copy_times.time(passes, rows.rows, [&] { ring.copy(rows); });
    state.SetIterationTime(our_times.time(passes, rows.rows, [&] { ours(recorder, rows); }));
  }
  report(state, our_times, copy_times);
  if (static_cast<double>(collector.drain().rows()) != our_times.turns() * static_cast<double>(passes * rows.rows))
    state.SkipWithError("rows were lost");
}

constexpr std::size_t kMillion = std::size_t{1} << 20;

void row_record(benchmark::State& state, std::size_t features) { against_copy(state, features, kMillion, 1, record); }

void row_record_small(benchmark::State& state, std::size_t features) {
  against_copy(state, features, 64 * features, 200, record);
}

void row_batch(benchmark::State& state, std::size_t features) {
  against_copy(state, features, kMillion, 1, record_in_batches);
}

// Drains every millisecond as long as it lives.
class Drainer {
 public:
  explicit Drainer(Collector& collector)
      : thread_([this, &collector] {
          while (!stop_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            rows_ += collector.drain().rows();
          }
        }) {}
  // The number of rows drained.
  std::uint64_t stop() {
    stop_ = true;
    thread_.join();
    return rows_;
  }

 private:
  std::atomic<bool> stop_{false};
  std::uint64_t rows_ = 0;
  std::thread thread_;
};

void row_snapshots(benchmark::State& state, std::size_t features) {
  const std::vector<float> source = bench::draw<float>(bench::kRecipes[0], kMillion, 1);
  const Rows rows = rows_of(source, features);
  constexpr std::size_t kPasses = 25;  // some ten milliseconds
  Collector collector = collector_of(features);
  Recorder recorder = collector.recorder();
  Timings drained_times, quiet_times;
  std::uint64_t drained = 0;
  for (auto _ : state) {
    quiet_times.time(kPasses, rows.rows, [&] { record(recorder, rows); });
    Drainer drainer(collector);
    state.SetIterationTime(drained_times.time(kPasses, rows.rows, [&] { record(recorder, rows); }));
    drained += drainer.stop();
  }
  report(state, drained_times, quiet_times);
  drained += collector.drain().rows();
  if (static_cast<double>(drained) != drained_times.turns() * static_cast<double>(2 * kPasses * rows.rows))
    state.SkipWithError("rows were lost");
}

void psi_rows(benchmark::State& state, std::size_t count, std::size_t features) {
  const std::vector<float> source = bench::draw<float>(bench::kRecipes[0], count * features, 1);
  const Rows rows = rows_of(source, features);
  const std::vector<float> training = bench::draw<float>(bench::kRecipes[0], 10000 * features, 2);
  bench::PsiJob job(rows_of(training, features));
  std::vector<double> psi(features);
  Ring ring(features);
  Timings ours, copy;
  for (auto _ : state) {
    copy.time(1, 1, [&] { ring.copy(rows); });
    state.SetIterationTime(ours.time(1, 1, [&] { job.run(rows, psi); }));
  }
  report(state, ours, copy);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const std::size_t features : {16u, 100u, 500u}) {
    const std::string name = std::to_string(features);
    bench::add("row_record/" + name, row_record, features);
    bench::add("row_record_small/" + name, row_record_small, features);
    bench::add("row_batch/" + name, row_batch, features);
  }
  bench::add("row_snapshots/100", row_snapshots, std::size_t{100});
  bench::add("psi_rows/1000000x20", psi_rows, std::size_t{1'000'000}, std::size_t{20});
  return bench::describe();
}();

}  // namespace
