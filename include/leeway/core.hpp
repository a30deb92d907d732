#ifndef LEEWAY_CORE_HPP
#define LEEWAY_CORE_HPP

// The header-only part: axes, histograms, moments, quantiles. No dependency, no exceptions, no RTTI, no allocation on
// the update path. The divergences need the compiled library: see leeway/leeway.hpp.

#include "leeway/base/error.hpp"
#include "leeway/base/evidence.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/base/verdict.hpp"
#include "leeway/core/axis.hpp"
#include "leeway/core/category_axis.hpp"
#include "leeway/core/count_value.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/core/edges_axis.hpp"
#include "leeway/core/histogram.hpp"
#include "leeway/core/moments.hpp"
#include "leeway/core/quantile_histogram.hpp"
#include "leeway/core/uniform_axis.hpp"
#include "leeway/version.hpp"

#endif
