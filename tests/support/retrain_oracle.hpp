#ifndef LEEWAY_TESTS_SUPPORT_RETRAIN_ORACLE_HPP
#define LEEWAY_TESTS_SUPPORT_RETRAIN_ORACLE_HPP

// The solution of x - log1p(x) = l with 50 digits, from a double near it: the error of the double.

#include <boost/multiprecision/cpp_bin_float.hpp>

namespace leeway::test {

using Digits50 = boost::multiprecision::cpp_bin_float_50;

// y - log(1 + y), by its series where the logarithm would lose digits.
inline Digits50 minus_log1p(const Digits50& y) {
  if (abs(y) > 1e-3) return y - log(1 + y);
  Digits50 power = y * y;
  Digits50 sum = 0;
  for (int n = 2; n < 20; ++n, power *= -y) sum += power / n;
  return sum;
}

// x / the true x(l) - 1, for an x near it: a Newton step squares what is wrong with it.
inline double relative_error(double x, const Digits50& l) {
  const Digits50 near = x;
  const Digits50 step = (minus_log1p(near) - l) * (1 + near) / near;
  return static_cast<double>(step / (near - step));
}

// l of k, and of 1 - k.
inline Digits50 condition_of(double k) { return k + minus_log1p(-Digits50(k)); }
inline Digits50 condition_of_complement(double d) {
  return d > 0.5 ? condition_of(1 - d) : Digits50(-log(Digits50(d)));
}

}  // namespace leeway::test

#endif
