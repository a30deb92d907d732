#ifndef LEEWAY_STREAM_RECORDER_HPP
#define LEEWAY_STREAM_RECORDER_HPP

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/stream/pane.hpp"

namespace leeway::inline v1::stream {

namespace detail {

/// Two panes, one of which the writer fills while a collector empties the other.
///
/// The writer announces the pane it is about to fill, then looks again which pane is active: either it sees the
/// collector's switch and moves, or the collector sees the announcement and waits (Dekker 1965; hence sequential
/// consistency). So every row is wholly in one pane, and the writer never waits.
class Slot {
 public:
  explicit Slot(const std::shared_ptr<const profile::Profile>& profile) : panes_{Pane(profile), Pane(profile)} {}

  template <class Row>
  void record(Row row) noexcept {
    const int side = announce();
    panes_[static_cast<std::size_t>(side)].record(row);
    writing_.store(kNone, std::memory_order_release);
  }

  /// Sends the writer to the other pane and returns the one that it has left. One collector at a time.
  Pane& switch_panes() noexcept;
  /// The pane that the writer will be sent to next.
  Pane& idle() noexcept { return panes_[static_cast<std::size_t>(1 - active_.load())]; }

 private:
  static constexpr int kNone = -1;

  int announce() noexcept {
    int side = active_.load();
    writing_.store(side);
    for (int now = active_.load(); now != side; now = active_.load()) {
      side = now;
      writing_.store(side);
    }
    return side;
  }

  std::array<Pane, 2> panes_;
  std::atomic<int> active_{0};
  std::atomic<int> writing_{kNone};
};

}  // namespace detail

/// Records rows from one thread. Get one per worker thread from a Collector or a ModelMonitor.
///
/// record() is wait-free, noexcept, and allocates nothing; arguments and counting are those of Pane::record. The rows
/// of a recorder that is gone are not lost: the next drain collects them. Thread contract: one thread at a time.
class Recorder {
 public:
  void record(std::span<const float> row) noexcept { slot_->record(row); }
  void record(std::span<const double> row) noexcept { slot_->record(row); }
  void record(std::span<const Value> row) noexcept { slot_->record(row); }

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
/// called from any thread; drain and replace_profile wait for a writer at most as long as it takes to record one row.
class Collector {
 public:
  explicit Collector(std::shared_ptr<const profile::Profile> profile) : profile_(std::move(profile)) {}

  /// A recorder for one worker thread. Allocates.
  [[nodiscard]] LEEWAY_EXPORT Recorder recorder();

  /// All rows recorded since the last drain, each exactly once, from all recorders.
  [[nodiscard]] LEEWAY_EXPORT Pane drain();

  /// As drain(), and from then on rows are counted over the cells of `profile`, which must have the same features in
  /// the same order. No row is counted over both. Errors: incompatible (other features); nothing changes then.
  LEEWAY_EXPORT Result<Pane> replace_profile(std::shared_ptr<const profile::Profile> profile);

 private:
  template <class After>
  void drain_into(Pane& drained, After after);

  std::mutex mutex_;
  std::shared_ptr<const profile::Profile> profile_;
  std::vector<std::shared_ptr<detail::Slot>> slots_;
};

}  // namespace leeway::inline v1::stream

#endif
