#include "leeway/drift/metric.hpp"

#include "leeway/drift/js.hpp"
#include "leeway/drift/kl.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/psi.hpp"

namespace leeway::inline v1::drift {

Result<Divergence> measure(Metric metric, CountsView reference, CountsView live) {
  switch (metric) {
    case Metric::psi: return psi(reference, live);
    case Metric::ks: return ks_binned(reference, live);
    case Metric::js_divergence: return js_divergence(reference, live);
    case Metric::js_distance: return js_distance(reference, live);
    case Metric::kl_live_reference: return kl_live_reference(reference, live);
    case Metric::kl_reference_live: return kl_reference_live(reference, live);
  }
  return Error{ErrorCode::invalid_argument, "expected a known metric, found another", {}};
}

}  // namespace leeway::inline v1::drift
