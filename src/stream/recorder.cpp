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

Result<void> check_same_features(const profile::Profile& expected, const profile::Profile& found) {
  const auto same = [](const auto& a, const auto& b) {
    return a.name == b.name && is_categorical(a.axis) == is_categorical(b.axis);
  };
  if (std::equal(expected.features().begin(), expected.features().end(), found.features().begin(),
                 found.features().end(), same)) {
    return {};
  }
  return Error{ErrorCode::incompatible,
               "expected a profile of the same features, numeric or categorical as before, in the same order, found "
               "another",
               {}};
}

}  // namespace

namespace detail {

Slot::Slot(const Pane& empty, RecorderOptions options)
    : blocks_(empty.counts().size(), std::clamp<std::uint32_t>(options.block_rows, 1, 65535)),
      encoder_(empty.encoder()),
      panes_{empty, empty} {
  if (empty.text_features().empty()) return;
  keeps_text_.resize(blocks_.features());
  for (const std::uint32_t feature : empty.text_features()) keeps_text_[feature] = 1;
}

// Announced before the block is taken: a collector that finds its claim overtaken then waits for these counts.
void Slot::count_block(RowKind next) noexcept {
  record_now([this, next](Pane& pane) { pane.record_unsettled(blocks_.take_block(next)); });
}

void Slot::expect(RowKind kind) noexcept {
  if (blocks_.kind() != kind) count_block(kind);
}

void Slot::reject() noexcept {
  record_now([](Pane& pane) { ++pane.rejected_rows_; });
}

void Slot::record_other(std::span<const float> row) noexcept {
  if (row.size() != blocks_.features()) return reject();
  expect(RowKind::floats);
  record(row);
}

void Slot::record(std::span<const double> row) noexcept {
  if (row.size() != blocks_.features()) return reject();
  expect(RowKind::words);
  encoder_->encode_row(row, blocks_.next_row());
  end_row();
}

void Slot::record(std::span<const Value> row) noexcept {
  if (row.size() != blocks_.features()) return reject();
  expect(RowKind::words);
  for (std::size_t i = 0; i < row.size(); ++i) set(i, row[i]);
  end_row();
}

void Slot::record(const void* row, const RowLayout& layout) noexcept {
  if (layout.features() != blocks_.features()) return reject();
  expect(RowKind::words);
  for (std::size_t i = 0; i < layout.features(); ++i) set(i, layout.read(i, row));
  end_row();
}

// The collector settles.
void Slot::record_rows(RowMajor<float> rows) noexcept {
  record_now([rows](Pane& pane) { pane.record_unsettled(rows); });
}

void Slot::begin_row() noexcept {
  expect(RowKind::words);
  encoder_->encode_missing(blocks_.next_row());
}

void Slot::set(std::size_t feature, const Value& value) noexcept {
  LEEWAY_ASSERT(blocks_.kind() == RowKind::words);  // a row of floats after row() would be overrun
  store_word(encoder_->encode(feature, value), place(feature));
  if (!keeps_text_.empty() && keeps_text_[feature] != 0 && value.type() == Value::Type::text)
    record_now([&](Pane& pane) { pane.keep_unseen_text(feature, value.text()); });
}

void Slot::end_row() noexcept {
  LEEWAY_ASSERT(blocks_.kind() == RowKind::words);
  if (blocks_.append_written()) count_block(RowKind::words);
}

Pane& Slot::switch_panes() noexcept {
  const int left = active_.load();
  active_.store(1 - left);
  while (writing_.load() == left) std::this_thread::yield();
  return panes_[static_cast<std::size_t>(left)];
}

template <class Renew>
void Slot::drain_into(Pane& drained, std::vector<std::byte>& scratch, Renew renew) {
  drained.record_unsettled(blocks_.claim(scratch));
  drained.settle();
  Pane& left = switch_panes();
  left.settle();
  merge(drained, left);
  renew(left);
}

}  // namespace detail

Collector::Collector(std::shared_ptr<const profile::Profile> profile, PaneOptions options)
    : options_(std::move(options)), empty_(std::move(profile), options_) {}

Recorder Collector::recorder(RecorderOptions options) {
  const std::lock_guard lock(mutex_);
  const auto& slot = slots_.emplace_back(std::make_shared<detail::Slot>(empty_, options));
  return Recorder({slot.get(), [slot](detail::Slot* writers) { writers->leave(); }});
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

// Whether a slot still has a writer is asked before it is drained: what that writer did last is then in `drained`. Not
// of use_count(), which orders nothing: on arm64 the drain might read first.
template <class Renew>
void Collector::drain_into(Pane& drained, Renew renew) {
  std::vector<std::shared_ptr<detail::Slot>> used;
  for (const auto& slot : slots_) {
    if (!slot->left()) used.push_back(slot);
    slot->drain_into(drained, scratch_, renew);
  }
  slots_ = std::move(used);
}

}  // namespace leeway::inline v1::stream
