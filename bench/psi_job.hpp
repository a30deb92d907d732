#ifndef LEEWAY_BENCH_PSI_JOB_HPP
#define LEEWAY_BENCH_PSI_JOB_HPP

// A whole drift check: rows of floats in, the PSI of each feature against deciles of the reference out.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "leeway/drift/batch.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/stream/pane.hpp"

namespace bench {

using Rows = leeway::stream::RowMajor<float>;

// Ten equal-frequency cells per feature. Nothing here can fail: names are distinct, columns as long as each other.
inline std::shared_ptr<const leeway::profile::Profile> deciles_of(Rows reference) {
  leeway::profile::ProfileBuilder builder;
  std::vector<double> column(reference.rows);
  for (std::size_t f = 0; f < reference.features; ++f) {
    for (std::size_t i = 0; i < reference.rows; ++i) column[i] = reference.data[i * reference.row_stride + f];
    builder.numeric("f" + std::to_string(f), column);
  }
  return std::make_shared<const leeway::profile::Profile>(*builder.build());
}

class PsiJob {
 public:
  explicit PsiJob(Rows reference) : live_(deciles_of(reference)) {
    live_.record_rows(reference);
    reference_ = flat_counts();
    for (const auto& counts : live_.counts()) offsets_.push_back(offsets_.back() + counts.cells.size());
  }

  // `psi` has an element per feature.
  void run(Rows rows, std::span<double> psi) {
    live_.reset();
    live_.record_rows(rows);
    const std::vector<std::uint64_t> live = flat_counts();
    leeway::drift::evaluate_batch({reference_, live, offsets_}, {.psi = psi});
  }

  [[nodiscard]] const leeway::stream::Pane& live() const { return live_; }

 private:
  [[nodiscard]] std::vector<std::uint64_t> flat_counts() const {
    std::vector<std::uint64_t> all;
    for (const auto& counts : live_.counts()) all.insert(all.end(), counts.cells.begin(), counts.cells.end());
    return all;
  }

  leeway::stream::Pane live_;
  std::vector<std::uint64_t> reference_;
  std::vector<std::size_t> offsets_{0};
};

}  // namespace bench

#endif
