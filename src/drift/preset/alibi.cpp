#include "drift/preset/libraries.hpp"
#include "drift/preset/tests.hpp"
#include "leeway/drift/ks.hpp"

namespace leeway::inline v1::drift::detail {

Result<Divergence> alibi(Metric metric, const Values& reference, const Values& live, bool exact) {
  if (metric == Metric::cramer_von_mises) return midrank_cramer_von_mises(reference, live);
  return exact ? ks_two_sample(reference, live) : asymptotic_ks(reference, live);
}

}  // namespace leeway::inline v1::drift::detail
