#ifndef LEEWAY_SRC_RETRAIN_INTERVAL_CHECK_HPP
#define LEEWAY_SRC_RETRAIN_INTERVAL_CHECK_HPP

#include "leeway/retrain/interval.hpp"
#include "retrain/check.hpp"

namespace leeway::inline v1::retrain::detail {

inline Check check(const Staleness& s) {
  return first({positive(s.queries, "queries"), positive(s.value, "value"), positive_share(s.accuracy, "accuracy"),
                positive(s.decay, "decay"), positive(s.ceiling(), "queries * value * accuracy")});
}

inline Check check(const Retraining& r) {
  return first({not_negative(r.compute, "compute"), not_negative(r.validation, "validation"),
                not_negative(r.deployment, "deployment"), not_negative(r.risk, "risk"),
                positive(r.attempt(), "compute + validation + deployment + risk"), positive_share(r.success, "success"),
                not_negative(r.lag, "lag"), positive(r.cost(), "cost / success")});
}

}  // namespace leeway::inline v1::retrain::detail

#endif
