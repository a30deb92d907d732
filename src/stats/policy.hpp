#ifndef LEEWAY_SRC_STATS_POLICY_HPP
#define LEEWAY_SRC_STATS_POLICY_HPP

#include <boost/math/policies/policy.hpp>

namespace leeway::inline v1::stats::detail {

namespace policies = boost::math::policies;

// Results saturate instead of throwing, because the functions that use this are noexcept.
using Saturate =
    policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                     policies::overflow_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

}  // namespace leeway::inline v1::stats::detail

#endif
