#ifndef LEEWAY_ADAPT_EIGEN_HPP
#define LEEWAY_ADAPT_EIGEN_HPP

// Opt-in: Eigen vectors and matrices into profiles and recorders. Rows are requests, columns are features in the order
// of the profile. Nothing is copied where the memory is contiguous; otherwise Eigen::Ref makes the copy, and allocates.

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <string>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/stream/recorder.hpp"

namespace leeway::inline v1::adapt {

using RowMajorXf = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowMajorXd = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Records one request.
inline void record(stream::Recorder& recorder, const Eigen::Ref<const Eigen::RowVectorXf>& row) noexcept {
  recorder.record(std::span(row.data(), static_cast<std::size_t>(row.size())));
}
inline void record(stream::Recorder& recorder, const Eigen::Ref<const Eigen::RowVectorXd>& row) noexcept {
  recorder.record(std::span(row.data(), static_cast<std::size_t>(row.size())));
}

/// Records every row of a matrix.
inline void record_rows(stream::Recorder& recorder, const Eigen::Ref<const RowMajorXf>& rows) {
  for (Eigen::Index i = 0; i < rows.rows(); ++i) record(recorder, rows.row(i));
}
inline void record_rows(stream::Recorder& recorder, const Eigen::Ref<const RowMajorXd>& rows) {
  for (Eigen::Index i = 0; i < rows.rows(); ++i) record(recorder, rows.row(i));
}

/// Adds a numeric feature to a profile; NaN is missing.
inline profile::ProfileBuilder& numeric(profile::ProfileBuilder& builder, std::string name,
                                        const Eigen::Ref<const Eigen::VectorXd>& column) {
  return builder.numeric(std::move(name), std::span(column.data(), static_cast<std::size_t>(column.size())));
}

}  // namespace leeway::inline v1::adapt

#endif
