#ifndef LEEWAY_SRC_ROLLOUT_SLICES_HPP
#define LEEWAY_SRC_ROLLOUT_SLICES_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"
#include "rollout/readings.hpp"

namespace leeway::inline v1::rollout::detail {

/// The readings of slices in one tick. A slice keeps its place from the first tick on in which it was seen.
class SliceTable {
 public:
  static constexpr std::size_t kMostSlices = 64;

  /// Only metrics that a rule looks at by slice are read.
  explicit SliceTable(const Policy& policy);
  SliceTable(SliceTable&&) = delete;  // readings refer to the index

  void clear();
  /// Precondition: report.slice has members. Readings of metrics that `all` does not know are appended to `unknown`.
  void add(Arm arm, const ArmReport& report, const MetricIndex& all, std::vector<std::string_view>& unknown);

  [[nodiscard]] std::size_t size() const noexcept { return slices_.size(); }
  [[nodiscard]] const Readings& at(std::size_t slice) const { return slices_[slice].readings; }
  /// As in "device=tablet, os=ios".
  [[nodiscard]] const std::string& name(std::size_t slice) const { return slices_[slice].name; }
  [[nodiscard]] const MetricIndex& index() const noexcept { return index_; }
  /// Reports of this tick for which no place was left.
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct Slice {
    std::string name;
    Readings readings;
    bool used = false;  // in this tick
  };
  Slice* place_of(const ArmReport& report);
  void make_key(const ArmReport& report);

  MetricIndex index_;
  std::vector<Slice> slices_;
  std::unordered_map<std::string, std::size_t> places_;
  std::uint64_t refused_ = 0;
  std::string key_;  // buffers
  std::vector<const std::pair<std::string, std::string>*> parts_;
  std::vector<std::string_view> elsewhere_;
};

}  // namespace leeway::inline v1::rollout::detail

#endif
