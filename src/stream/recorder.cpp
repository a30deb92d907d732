#include "leeway/stream/recorder.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace leeway::inline v1::stream {
namespace {

// The panes of one collector share a profile, so that this cannot fail.
void merge_and_reset(Pane& into, Pane& from) {
  [[maybe_unused]] const Result<void> merged = into.merge(from);
  LEEWAY_ASSERT(merged.has_value());
  from.reset();
}

Result<void> check_same_features(const profile::Profile& expected, const profile::Profile& found) {
  const auto same_name = [](const auto& a, const auto& b) { return a.name == b.name; };
  if (std::equal(expected.features().begin(), expected.features().end(), found.features().begin(), found.features().end(), same_name)) {
    return {};
  }
  return Error{ErrorCode::incompatible, "expected a profile of the same features in the same order, found another", {}};
}

}  // namespace

Pane& detail::Slot::switch_panes() noexcept {
  const int left = active_.load();
  active_.store(1 - left);
  while (writing_.load() == left) std::this_thread::yield();
  return panes_[static_cast<std::size_t>(left)];
}

Recorder Collector::recorder() {
  const std::lock_guard lock(mutex_);
  slots_.push_back(std::make_shared<detail::Slot>(profile_));
  return Recorder(slots_.back());
}

Pane Collector::drain() {
  const std::lock_guard lock(mutex_);
  Pane drained(profile_);
  drain_into(drained, [](Pane&) {});
  return drained;
}

Result<Pane> Collector::replace_profile(std::shared_ptr<const profile::Profile> profile) {
  const std::lock_guard lock(mutex_);
  if (auto checked = check_same_features(*profile_, *profile); !checked) return std::move(checked).error();
  Pane drained(profile_);
  const auto renew = [&profile](Pane& pane) { pane = Pane(profile); };
  for (const auto& slot : slots_) renew(slot->idle());
  drain_into(drained, renew);
  profile_ = std::move(profile);
  return drained;
}

// Whether a slot still has a writer is asked before it is drained: what that writer did last is then in `drained`.
template <class After>
void Collector::drain_into(Pane& drained, After after) {
  std::vector<std::shared_ptr<detail::Slot>> used;
  for (const auto& slot : slots_) {
    if (slot.use_count() > 1) used.push_back(slot);
    Pane& left = slot->switch_panes();
    merge_and_reset(drained, left);
    after(left);
  }
  slots_ = std::move(used);
}

}  // namespace leeway::inline v1::stream
