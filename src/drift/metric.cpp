#include "leeway/drift/metric.hpp"

#include "leeway/drift/anderson_darling.hpp"
#include "leeway/drift/contingency.hpp"
#include "leeway/drift/cramer_von_mises.hpp"
#include "leeway/drift/hellinger.hpp"
#include "leeway/drift/js.hpp"
#include "leeway/drift/kl.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/psi.hpp"
#include "leeway/drift/total_variation.hpp"
#include "leeway/drift/wasserstein.hpp"

namespace leeway::inline v1::drift {

Result<Divergence> measure(Metric metric, CountsView reference, CountsView live) {
  switch (metric) {
    case Metric::psi: return psi(reference, live);
    case Metric::ks: return ks_binned(reference, live);
    case Metric::js_divergence: return js_divergence(reference, live);
    case Metric::js_distance: return js_distance(reference, live);
    case Metric::kl_live_reference: return kl_live_reference(reference, live);
    case Metric::kl_reference_live: return kl_reference_live(reference, live);
    case Metric::hellinger: return hellinger(reference, live);
    case Metric::total_variation: return total_variation(reference, live);
    case Metric::l_infinity: return l_infinity(reference, live);
    case Metric::wasserstein: return wasserstein_binned(reference, live);
    case Metric::chi_square: return chi_square(reference, live);
    case Metric::g: return g_statistic(reference, live);
    case Metric::cramers_v: return cramers_v(reference, live);
    case Metric::cramer_von_mises: return cramer_von_mises_binned(reference, live);
    case Metric::anderson_darling: return anderson_darling_binned(reference, live);
    case Metric::z_test: break;
  }
  return Error{ErrorCode::incompatible, "expected a metric of any cells, found one that only presets have", {}};
}

}  // namespace leeway::inline v1::drift
