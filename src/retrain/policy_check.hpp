#ifndef LEEWAY_SRC_RETRAIN_POLICY_CHECK_HPP
#define LEEWAY_SRC_RETRAIN_POLICY_CHECK_HPP

#include "leeway/retrain/policy.hpp"
#include "retrain/check.hpp"

namespace leeway::inline v1::retrain::detail {

inline Check check(const Scheduled& policy) { return positive(policy.interval, "interval"); }
inline Check check(const Threshold& policy) { return positive(policy.loss, "loss"); }
inline Check check(const Cumulative& policy) { return positive(policy.loss, "loss"); }
inline Check check(const Marginal&) { return {}; }
inline Check check(const Continuous&) { return {}; }
inline Check check(const Triggered& policy) {
  return first({not_negative(policy.delay, "delay"), not_negative(policy.false_triggers, "false_triggers"),
                not_negative(policy.monitoring, "monitoring")});
}
inline Check check(const Policy& policy) {
  return std::visit([](const auto& one) { return check(one); }, policy);
}
inline Check check(const Shocks& shocks) {
  return first({positive(shocks.rate, "rate"), positive(shocks.loss, "loss")});
}

}  // namespace leeway::inline v1::retrain::detail

#endif
