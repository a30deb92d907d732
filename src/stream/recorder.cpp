#include "leeway/stream/recorder.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace leeway::inline v1::stream {
namespace {

// The panes of one collector share a profile, so that this cannot fail.
void merge(Pane& into, const Pane& from) {
  [[maybe_unused]] const Result<void> merged = into.merge(from);
  LEEWAY_ASSERT(merged.has_value());
}

RowMajor<float> row_major(std::span<const float> rows, std::size_t features) {
  return {rows.data(), features == 0 ? 0 : rows.size() / features, features, features};
}

Result<void> check_same_features(const profile::Profile& expected, const profile::Profile& found) {
  const auto same_name = [](const auto& a, const auto& b) { return a.name == b.name; };
  if (std::equal(expected.features().begin(), expected.features().end(), found.features().begin(),
                 found.features().end(), same_name)) {
    return {};
  }
  return Error{ErrorCode::incompatible, "expected a profile of the same features in the same order, found another", {}};
}

}  // namespace

namespace detail {

Slot::Slot(const Pane& empty, RecorderOptions options)
    : blocks_(empty.counts().size(), std::clamp<std::uint32_t>(options.block_rows, 1, 65535)), panes_{empty, empty} {}

// Announced before the block is taken: a collector that finds its claim overtaken then waits for these counts.
void Slot::count_full_block() noexcept {
  record_now([this](Pane& pane) { pane.record_unsettled(row_major(blocks_.take_full_block(), blocks_.features())); });
}

Pane& Slot::switch_panes() noexcept {
  const int left = active_.load();
  active_.store(1 - left);
  while (writing_.load() == left) std::this_thread::yield();
  return panes_[static_cast<std::size_t>(left)];
}

template <class Renew>
void Slot::drain_into(Pane& drained, std::vector<float>& scratch, Renew renew) {
  blocks_.claim(scratch);
  drained.record_rows(row_major(scratch, blocks_.features()));
  Pane& left = switch_panes();
  left.settle();
  merge(drained, left);
  renew(left);
}

}  // namespace detail

Collector::Collector(std::shared_ptr<const profile::Profile> profile, PaneOptions options)
    : options_(options), empty_(std::move(profile), options) {}

Recorder Collector::recorder(RecorderOptions options) {
  const std::lock_guard lock(mutex_);
  slots_.push_back(std::make_shared<detail::Slot>(empty_, options));
  return Recorder(slots_.back());
}

Pane Collector::drain() {
  const std::lock_guard lock(mutex_);
  Pane drained(empty_);
  drain_into(drained, [](Pane& pane) { pane.reset(); });
  return drained;
}

Result<Pane> Collector::replace_profile(std::shared_ptr<const profile::Profile> profile) {
  const std::lock_guard lock(mutex_);
  if (auto checked = check_same_features(empty_.profile(), *profile); !checked) return std::move(checked).error();
  Pane drained(empty_);
  empty_ = Pane(std::move(profile), options_);
  for (const auto& slot : slots_) slot->idle() = empty_;
  drain_into(drained, [this](Pane& pane) { pane = empty_; });
  return drained;
}

// Whether a slot still has a writer is asked before it is drained: what that writer did last is then in `drained`.
template <class Renew>
void Collector::drain_into(Pane& drained, Renew renew) {
  std::vector<std::shared_ptr<detail::Slot>> used;
  for (const auto& slot : slots_) {
    if (slot.use_count() > 1) used.push_back(slot);
    slot->drain_into(drained, scratch_, renew);
  }
  slots_ = std::move(used);
}

}  // namespace leeway::inline v1::stream
