#include "monitor/window_view.hpp"

#include "leeway/base/assert.hpp"

namespace leeway::inline v1::monitor::detail {
namespace {

void add_scaled(std::vector<double>& into, const std::vector<double>& from, double factor) {
  if (into.size() < from.size()) into.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += factor * from[i];
}

}  // namespace

void TimedPane::add(const stream::Pane& rows, std::optional<std::size_t> slot) {
  [[maybe_unused]] const Result<void> merged = pane.merge(rows);
  LEEWAY_ASSERT(merged.has_value());  // both count against one profile
  if (slot && !slot_rows.empty()) slot_rows[*slot] += static_cast<double>(rows.rows());
}

void TimedPane::merge(const TimedPane& other) {
  add(other.pane, std::nullopt);
  late_rows += other.late_rows;
  add_scaled(slot_rows, other.slot_rows, 1);
}

WindowView::WindowView(const stream::Window& window) : window_(window), history_(window) {}

Content WindowView::with(const TimedPane& newest) const {
  Content content{.counts = history_.with(newest.pane),
                  .rows = newest.pane.rows(),
                  .late_rows = newest.late_rows,
                  .panes = panes_ + 1,
                  .begin = newest.begin};
  content.weight = static_cast<double>(newest.pane.rows());
  content.slot_rows = newest.slot_rows;
  if (window_.is_decayed()) {
    content.rows += all_.rows;
    content.late_rows += all_.late_rows;
    content.weight += history_.factor() * weight_;
    if (panes_ > 0) content.begin = all_.begin;
    add_scaled(content.slot_rows, all_.slot_rows, history_.factor());
  }
  if (!past_.empty()) content.begin = past_.front().begin;
  for (const Past& pane : past_) {
    content.rows += pane.rows;
    content.late_rows += pane.late_rows;
    content.weight += static_cast<double>(pane.rows);
    add_scaled(content.slot_rows, pane.slot_rows, 1);
  }
  return content;
}

void WindowView::push(const TimedPane& newest) {
  history_.push(newest.pane);
  if (window_.is_decayed()) {
    if (panes_++ == 0) all_.begin = newest.begin;
    all_.rows += newest.pane.rows();
    all_.late_rows += newest.late_rows;
    weight_ = history_.factor() * weight_ + static_cast<double>(newest.pane.rows());
    for (double& rows : all_.slot_rows) rows *= history_.factor();
    add_scaled(all_.slot_rows, newest.slot_rows, 1);
    return;
  }
  if (window_.panes() == 1) return;
  past_.push_back({newest.pane.rows(), newest.late_rows, newest.slot_rows, newest.begin});
  if (past_.size() >= window_.panes()) past_.pop_front();
  panes_ = past_.size();
}

void WindowView::reset() {
  history_.reset();
  past_.clear();
  panes_ = 0;
  all_ = {};
  weight_ = 0;
}

}  // namespace leeway::inline v1::monitor::detail
