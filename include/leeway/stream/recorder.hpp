#ifndef LEEWAY_STREAM_RECORDER_HPP
#define LEEWAY_STREAM_RECORDER_HPP

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "leeway/base/assert.hpp"
#include "leeway/base/export.hpp"
#include "leeway/stream/detail/row_blocks.hpp"
#include "leeway/stream/detail/row_encoder.hpp"
#include "leeway/stream/pane.hpp"
#include "leeway/stream/row_layout.hpp"

namespace leeway::inline v1::stream {

/// How a recorder buffers.
struct RecorderOptions {
  /// Rows of floats that are counted together (of other rows half as many): more is cheaper on average, fewer is a
  /// shorter pause at the end of each block. 1 to 65,535. 8 is a good value where the slowest calls count:
  /// bench/embed_bench.cpp compares the two.
  std::uint32_t block_rows = 64;
};

namespace detail {

/// What one writer records: two panes, one of which it fills while a collector empties the other, and rows that wait to
/// be counted.
///
/// The writer announces the pane it is about to fill, then looks again which pane is active: either it sees the
/// collector's switch and moves, or the collector sees the announcement and waits (Dekker 1965; hence sequential
/// consistency). So every row is wholly in one pane, and the writer never waits. In cache lines of its own: writers on
/// other cores do not slow it.
class alignas(64) Slot {
 public:
  LEEWAY_EXPORT Slot(const Pane& empty, RecorderOptions options);

  void record(std::span<const float> row) noexcept {
    if (row.size() == blocks_.features() && blocks_.kind() == RowKind::floats) [[likely]] {
      if (blocks_.append(row.data())) count_block(RowKind::floats);
    } else {
      record_other(row);
    }
  }
  LEEWAY_EXPORT void record(std::span<const double> row) noexcept;
  LEEWAY_EXPORT void record(std::span<const Value> row) noexcept;
  LEEWAY_EXPORT void record(const void* row, const RowLayout& layout) noexcept;
  LEEWAY_EXPORT void record_rows(RowMajor<float> rows) noexcept;

  // A row of values, one by one
  LEEWAY_EXPORT void begin_row() noexcept;
  LEEWAY_EXPORT void set(std::size_t feature, const Value& value) noexcept;
  LEEWAY_EXPORT void end_row() noexcept;
  [[nodiscard]] std::size_t features() const noexcept { return blocks_.features(); }

  /// Counts at once whatever `record` does with a pane.
  template <class Record>
  void record_now(Record record) noexcept {
    record(panes_[static_cast<std::size_t>(announce())]);
    writing_.store(kNone, std::memory_order_release);
  }

  /// Adds all that was recorded to `drained`: rows that wait first, so that a block that the writer completes meanwhile
  /// is in the pane that is emptied next. Then calls `renew` on the emptied pane. One collector at a time.
  template <class Renew>
  void drain_into(Pane& drained, std::vector<std::byte>& scratch, Renew renew);

  /// The last call of a writer: whoever finds that it left sees all that it recorded.
  void leave() noexcept { left_.store(true, std::memory_order_release); }
  [[nodiscard]] bool left() const noexcept { return left_.load(std::memory_order_acquire); }

  /// The pane that the writer will be sent to next.
  Pane& idle() noexcept { return panes_[static_cast<std::size_t>(1 - active_.load())]; }

 private:
  static constexpr int kNone = -1;

  LEEWAY_EXPORT void count_block(RowKind next) noexcept;
  LEEWAY_EXPORT void record_other(std::span<const float> row) noexcept;
  void reject() noexcept;
  void expect(RowKind kind) noexcept;
  std::byte* place(std::size_t feature) noexcept { return blocks_.next_row() + feature * sizeof(std::uint64_t); }
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
  std::shared_ptr<const RowEncoder> encoder_;
  std::vector<std::uint8_t> keeps_text_;  // per feature; empty if none does
  std::array<Pane, 2> panes_;
  std::atomic<int> active_{0};
  std::atomic<int> writing_{kNone};
  std::atomic<bool> left_{false};
};

}  // namespace detail

/// One row of mixed values, written feature by feature; what is not set is missing. Ends with record(), before anything
/// else is recorded. Wait-free, noexcept, no allocation.
class RowWriter {
 public:
  /// Sets a feature by its place in the profile: double, float, integer, bool, text or nullopt. Precondition: the
  /// profile has that many features.
  RowWriter& set(std::size_t feature, const Value& value) noexcept {
    LEEWAY_ASSERT(feature < slot_->features());
    slot_->set(feature, value);
    return *this;
  }
  RowWriter& set_missing(std::size_t feature) noexcept { return set(feature, Value()); }
  void record() noexcept { slot_->end_row(); }

 private:
  friend class Recorder;
  explicit RowWriter(detail::Slot* slot) : slot_(slot) {}

  detail::Slot* slot_;
};

/// Records rows from one thread. Get one per worker thread from a Collector or a ModelMonitor.
///
/// Every function is wait-free, noexcept, and allocates nothing; what is counted is that of Pane. A single row is
/// written to a block and counted with the others of the block when that is full, so that most calls cost a copy; many
/// rows at once are counted where they lie. No row is lost: a drain takes those that wait, and those of a recorder that
/// is gone. Rows of floats are the fast case; to alternate with other forms from row to row makes blocks of one row.
/// Thread contract: one thread at a time.
class Recorder {
 public:
  void record(std::span<const float> row) noexcept { slot_->record(row); }
  void record(std::span<const double> row) noexcept { slot_->record(row); }
  void record(std::span<const Value> row) noexcept { slot_->record(row); }
  /// A row of the host's own type. `layout` is of a profile with the same features; a row of another number of features
  /// is rejected.
  void record(const void* row, const RowLayout& layout) noexcept { slot_->record(row, layout); }
  /// A row to be written value by value.
  [[nodiscard]] RowWriter row() noexcept {
    slot_->begin_row();
    return RowWriter(slot_.get());
  }

  /// Many rows at once, without a copy.
  void record_rows(RowMajor<float> rows) noexcept { slot_->record_rows(rows); }
  void record_rows(RowMajor<double> rows) noexcept {
    slot_->record_now([rows](Pane& pane) { pane.record_rows(rows); });
  }
  /// Many rows at once, given by columns of equal length.
  void record_columns(std::span<const Column> columns) noexcept {
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

  /// As drain(), and from then on rows are counted over the cells of `profile`, which must have the same features, of
  /// the same kinds, in the same order. No row is counted over both. Errors: incompatible (other features); nothing
  /// changes then.
  LEEWAY_EXPORT Result<Pane> replace_profile(std::shared_ptr<const profile::Profile> profile);

 private:
  template <class Renew>
  void drain_into(Pane& drained, Renew renew);

  std::mutex mutex_;
  PaneOptions options_;
  Pane empty_;  // copied for each pane that is needed: copies share what was compiled from the profile
  std::vector<std::byte> scratch_;
  std::vector<std::shared_ptr<detail::Slot>> slots_;
};

}  // namespace leeway::inline v1::stream

#endif
