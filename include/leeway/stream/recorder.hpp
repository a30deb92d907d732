#ifndef LEEWAY_STREAM_RECORDER_HPP
#define LEEWAY_STREAM_RECORDER_HPP

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/stream/detail/row_blocks.hpp"
#include "leeway/stream/pane.hpp"

namespace leeway::inline v1::stream {

/// How a recorder buffers.
struct RecorderOptions {
  /// Rows of floats that are counted together: more is cheaper on average, fewer is a shorter pause at the end of each
  /// block. 1 to 65,535. 8 is a good value where the slowest calls count: bench/embed_bench.cpp compares the two.
  std::uint32_t block_rows = 64;
};

namespace detail {

/// What one writer records: two panes, one of which it fills while a collector empties the other, and rows of floats
/// that wait to be counted.
///
/// The writer announces the pane it is about to fill, then looks again which pane is active: either it sees the
/// collector's switch and moves, or the collector sees the announcement and waits (Dekker 1965; hence sequential
/// consistency). So every row is wholly in one pane, and the writer never waits.
class Slot {
 public:
  LEEWAY_EXPORT Slot(const Pane& empty, RecorderOptions options);

  void record(std::span<const float> row) noexcept {
    if (row.size() == blocks_.features()) [[likely]] {
      if (blocks_.append(row.data())) count_full_block();
    } else {
      record_now([row](Pane& pane) { pane.record(row); });
    }
  }

  /// Counts at once whatever `record` does with a pane.
  template <class Record>
  void record_now(Record record) noexcept {
    record(panes_[static_cast<std::size_t>(announce())]);
    writing_.store(kNone, std::memory_order_release);
  }

  /// Adds all that was recorded to `drained`: rows that wait first, so that a block that the writer completes meanwhile
  /// is in the pane that is emptied next. Then calls `renew` on the emptied pane. One collector at a time.
  template <class Renew>
  void drain_into(Pane& drained, std::vector<float>& scratch, Renew renew);

  /// The pane that the writer will be sent to next.
  Pane& idle() noexcept { return panes_[static_cast<std::size_t>(1 - active_.load())]; }

 private:
  static constexpr int kNone = -1;

  LEEWAY_EXPORT void count_full_block() noexcept;
  Pane& switch_panes() noexcept;

  int announce() noexcept {
    int side = active_.load();
    writing_.store(side);
    for (int now = active_.load(); now != side; now = active_.load()) {
      side = now;
      writing_.store(side);
    }
    return side;
  }

  RowBlocks blocks_;
  std::array<Pane, 2> panes_;
  std::atomic<int> active_{0};
  std::atomic<int> writing_{kNone};
};

}  // namespace detail

/// Records rows from one thread. Get one per worker thread from a Collector or a ModelMonitor.
///
/// Every function is wait-free, noexcept, and allocates nothing; what is counted is that of Pane. A row of floats is
/// copied and counted with the others of its block, so that most calls cost a copy; the other forms count at once. No
/// row is lost: a drain takes those that wait, and those of a recorder that is gone. Thread contract: one thread at a
/// time.
class Recorder {
 public:
  void record(std::span<const float> row) noexcept { slot_->record(row); }
  void record(std::span<const double> row) noexcept {
    slot_->record_now([row](Pane& pane) { pane.record(row); });
  }
  void record(std::span<const Value> row) noexcept {
    slot_->record_now([row](Pane& pane) { pane.record(row); });
  }

  /// Many rows at once, without a copy.
  void record_rows(RowMajor<float> rows) noexcept {
    slot_->record_now([rows](Pane& pane) { pane.record_rows(rows); });
  }
  void record_rows(RowMajor<double> rows) noexcept {
    slot_->record_now([rows](Pane& pane) { pane.record_rows(rows); });
  }
  /// Many rows at once, given by columns of equal length.
  void record_columns(std::span<const std::span<const float>> columns) noexcept {
    slot_->record_now([columns](Pane& pane) { pane.record_columns(columns); });
  }
  void record_columns(std::span<const std::span<const double>> columns) noexcept {
    slot_->record_now([columns](Pane& pane) { pane.record_columns(columns); });
  }

  Recorder(Recorder&&) noexcept = default;
  Recorder& operator=(Recorder&&) noexcept = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

 private:
  friend class Collector;
  explicit Recorder(std::shared_ptr<detail::Slot> slot) : slot_(std::move(slot)) {}

  std::shared_ptr<detail::Slot> slot_;
};

/// Hands out recorders and collects what they recorded, while they go on. Thread contract: every function may be
/// called from any thread; drain and replace_profile wait for a writer at most as long as it counts one block or call.
class Collector {
 public:
  LEEWAY_EXPORT explicit Collector(std::shared_ptr<const profile::Profile> profile, PaneOptions options = {});

  /// A recorder for one worker thread. Allocates.
  [[nodiscard]] LEEWAY_EXPORT Recorder recorder(RecorderOptions options = {});

  /// All rows recorded since the last drain, each exactly once, from all recorders.
  [[nodiscard]] LEEWAY_EXPORT Pane drain();

  /// As drain(), and from then on rows are counted over the cells of `profile`, which must have the same features in
  /// the same order. No row is counted over both. Errors: incompatible (other features); nothing changes then.
  LEEWAY_EXPORT Result<Pane> replace_profile(std::shared_ptr<const profile::Profile> profile);

 private:
  template <class Renew>
  void drain_into(Pane& drained, Renew renew);

  std::mutex mutex_;
  PaneOptions options_;
  Pane empty_;  // copied for each pane that is needed: copies share what was compiled from the profile
  std::vector<float> scratch_;
  std::vector<std::shared_ptr<detail::Slot>> slots_;
};

}  // namespace leeway::inline v1::stream

#endif
