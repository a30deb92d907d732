#include "rollout/slices.hpp"

#include <algorithm>
#include <variant>

#include "rollout/number_text.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

void append_with_length(std::string& key, const std::string& text) {
  append_number(key, text.size());
  key += ':';
  key += text;
}

}  // namespace

SliceTable::SliceTable(const Policy& policy) {
  for (const Metric& metric : policy.metrics) {
    for (const Rule& rule : policy.rules) {
      const auto* test = std::get_if<StatisticalTest>(&rule.test);
      if (test != nullptr && test->slices && test->metric == metric.name) index_.add(metric);
    }
  }
  slices_.reserve(index_.size() > 0 ? kMostSlices : 0);
}

void SliceTable::clear() {
  for (Slice& slice : slices_) {
    if (slice.used) slice.readings.clear();
    slice.used = false;
  }
  refused_ = 0;
}

void SliceTable::add(Arm arm, const ArmReport& report, const MetricIndex& all, std::vector<std::string_view>& unknown) {
  if (index_.size() == 0) {
    for (const Reading& reading : report.readings) elsewhere_.push_back(reading.metric);
  } else if (Slice* slice = place_of(report)) {
    slice->readings.add(arm, report, elsewhere_);
    slice->used = true;
  } else {
    ++refused_;
  }
  for (const std::string_view name : elsewhere_) {
    if (!all.find(name)) unknown.push_back(name);
  }
  elsewhere_.clear();
}

SliceTable::Slice* SliceTable::place_of(const ArmReport& report) {
  make_key(report);
  const auto found = places_.find(key_);
  if (found != places_.end()) return &slices_[found->second];
  if (slices_.size() == kMostSlices) return nullptr;
  places_.emplace(key_, slices_.size());
  std::string name;
  for (const auto* part : parts_) {
    if (!name.empty()) name += ", ";
    name += part->first + "=" + part->second;
  }
  return &slices_.emplace_back(Slice{std::move(name), Readings(index_)});
}

// The same for any order of the properties, and for no two slices.
void SliceTable::make_key(const ArmReport& report) {
  parts_.clear();
  for (const auto& part : report.slice) parts_.push_back(&part);
  std::sort(parts_.begin(), parts_.end(), [](const auto* a, const auto* b) { return *a < *b; });
  key_.clear();
  for (const auto* part : parts_) {
    append_with_length(key_, part->first);
    append_with_length(key_, part->second);
  }
}

}  // namespace leeway::inline v1::rollout::detail
