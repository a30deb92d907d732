#ifndef LEEWAY_RETRAIN_RESOURCES_HPP
#define LEEWAY_RETRAIN_RESOURCES_HPP

// What bounds an inference server, from the utilisation of its GPU and of its memory bandwidth.
//
//   pattern        GPU             bandwidth   advice
//   compute_bound  > 85 %          < 70 %      larger batches, parallelism
//   memory_bound   50 to 85 %      > 85 %      smaller model, quantise
//   io_bound       < 50 %          < 50 %      data pipeline, prefetch
//   batch_starved  spiky           any         dynamic batching
//
// Conventions, all of them: configurable. What fits none is unclear. Cost: linear. Thread contract: pure functions.

#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

struct Utilisation {
  Fraction gpu{};
  Fraction memory_bandwidth{};
};

struct ResourceLimits {
  Fraction busy_gpu{0.85};
  Fraction idle_gpu{0.5};
  Fraction free_bandwidth{0.7};
  Fraction full_bandwidth{0.85};
  Fraction idle_bandwidth{0.5};
  Fraction spiky{0.25};  ///< standard deviation of the GPU's utilisation from which on it is
};

enum class ResourcePattern { unclear, compute_bound, memory_bound, io_bound, batch_starved };

[[nodiscard]] constexpr const char* to_string(ResourcePattern pattern) noexcept {
  switch (pattern) {
    case ResourcePattern::unclear: return "unclear";
    case ResourcePattern::compute_bound: return "compute_bound";
    case ResourcePattern::memory_bound: return "memory_bound";
    case ResourcePattern::io_bound: return "io_bound";
    case ResourcePattern::batch_starved: return "batch_starved";
  }
  return "unknown";
}

/// What to try first.
[[nodiscard]] constexpr const char* advice(ResourcePattern pattern) noexcept {
  switch (pattern) {
    case ResourcePattern::unclear: return "profile before changing anything";
    case ResourcePattern::compute_bound: return "larger batches, parallelism";
    case ResourcePattern::memory_bound: return "smaller model, quantise";
    case ResourcePattern::io_bound: return "data pipeline, prefetch";
    case ResourcePattern::batch_starved: return "dynamic batching";
  }
  return "";
}

struct ResourceFinding {
  ResourcePattern pattern = ResourcePattern::unclear;
  Utilisation mean{};
  Fraction gpu_deviation{};  ///< standard deviation; 0 of one sample
};

/// From samples over time, evenly spaced and much shorter than the load's swings. Spiky comes first: means over spikes
/// say little. Errors (invalid_argument): no samples, fractions outside [0, 1].
[[nodiscard]] LEEWAY_EXPORT Result<ResourceFinding> classify_resources(std::span<const Utilisation> samples,
                                                                       const ResourceLimits& limits = {});

}  // namespace leeway::inline v1::retrain

#endif
