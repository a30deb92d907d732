#ifndef LEEWAY_DRIFT_JS_HPP
#define LEEWAY_DRIFT_JS_HPP

// Jensen-Shannon: half KL(reference || m) + half KL(live || m), m the mean of the two. Symmetric and finite
// without smoothing. The divergence is at most ln 2 nats = 1 bit; the distance, its square root, is a metric.
// The popular threshold 0.1 means the divergence. Cost: three logarithms per cell. Thread contract: pure functions.
// Errors: as psi.hpp.

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// Unit of an information measure.
enum class LogBase { e, two };

/// Jensen-Shannon divergence, in nats (base e) or bits (base 2).
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> js_divergence(CountsView reference, CountsView live,
                                                             Smoothing smoothing = Smoothing::jeffreys,
                                                             LogBase base = LogBase::e);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> js_divergence(SharesView reference, SharesView live,
                                                             LogBase base = LogBase::e);

/// Jensen-Shannon distance, the square root of the divergence in the same base. The contributions sum to
/// its square.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> js_distance(CountsView reference, CountsView live,
                                                           Smoothing smoothing = Smoothing::jeffreys,
                                                           LogBase base = LogBase::e);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> js_distance(SharesView reference, SharesView live,
                                                           LogBase base = LogBase::e);

}  // namespace leeway::inline v1::drift

#endif
