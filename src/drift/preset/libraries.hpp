#ifndef LEEWAY_SRC_DRIFT_PRESET_LIBRARIES_HPP
#define LEEWAY_SRC_DRIFT_PRESET_LIBRARIES_HPP

// One file per library. Preconditions of all: a metric that the preset has for values of that kind; samples sorted,
// finite, not empty; counts with a value on each side, no cell empty on both. The convention is named by the caller.

#include "drift/preset/binning.hpp"
#include "leeway/drift/preset.hpp"

namespace leeway::inline v1::drift::detail {

[[nodiscard]] Result<Divergence> evidently(Metric metric, const Values& reference, const Values& live);
[[nodiscard]] Result<Divergence> evidently(Metric metric, CountsView reference, CountsView live);

[[nodiscard]] Result<Divergence> nannyml(Metric metric, const Values& reference, const Values& live, bool exact);
[[nodiscard]] Result<Divergence> nannyml(Metric metric, CountsView reference, CountsView live);

[[nodiscard]] Result<Divergence> frouros(Metric metric, const Values& reference, const Values& live, std::size_t bins);

[[nodiscard]] Result<Divergence> deepchecks(Metric metric, const Values& reference, const Values& live, double margin);
[[nodiscard]] Result<Divergence> deepchecks(Metric metric, CountsView reference, CountsView live, double min_ratio);

[[nodiscard]] Result<Divergence> tfdv(const Values& reference, const Values& live);
[[nodiscard]] Result<Divergence> tfdv(Metric metric, CountsView reference, CountsView live);

[[nodiscard]] Result<Divergence> whylogs(Metric metric, const Values& reference, const Values& live);
[[nodiscard]] Result<Divergence> whylogs(CountsView reference, CountsView live);

[[nodiscard]] Result<Divergence> alibi(Metric metric, const Values& reference, const Values& live, bool exact);

/// sqrt of the sum of Jensen-Shannon terms of shares brought to a sum of 1; in nats times `unit`.
[[nodiscard]] Divergence js_distance_of(SharePair shares, double unit = 1);

/// sqrt of the sum of squared differences of roots / 2; shares as they are.
[[nodiscard]] Divergence hellinger_distance_of(const SharePair& shares);

/// Each side divided by its sum.
void renormalise(SharePair& shares);

}  // namespace leeway::inline v1::drift::detail

#endif
