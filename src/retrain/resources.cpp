#include "leeway/retrain/resources.hpp"

#include <cmath>
#include <cstddef>
#include <string>

#include "retrain/check.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;
using detail::share;

Check check(std::span<const Utilisation> samples) {
  if (samples.empty()) return Error{ErrorCode::invalid_argument, "expected at least one sample, found none", "samples"};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::string where = "samples[" + std::to_string(i) + "]";
    if (Check bad = detail::first({share(samples[i].gpu, (where + ".gpu").c_str()),
                                   share(samples[i].memory_bandwidth, (where + ".memory_bandwidth").c_str())}))
      return bad;
  }
  return {};
}

Check check(const ResourceLimits& limits) {
  return detail::first({share(limits.busy_gpu, "busy_gpu"), share(limits.idle_gpu, "idle_gpu"),
                        share(limits.free_bandwidth, "free_bandwidth"), share(limits.full_bandwidth, "full_bandwidth"),
                        share(limits.idle_bandwidth, "idle_bandwidth"), share(limits.spiky, "spiky")});
}

Utilisation mean_of(std::span<const Utilisation> samples) {
  double gpu = 0;
  double bandwidth = 0;
  for (const Utilisation& sample : samples) {
    gpu += sample.gpu.value();
    bandwidth += sample.memory_bandwidth.value();
  }
  const auto n = static_cast<double>(samples.size());
  return {Fraction(gpu / n), Fraction(bandwidth / n)};
}

Fraction deviation_of(std::span<const Utilisation> samples, Fraction mean) {
  double sum = 0;
  for (const Utilisation& sample : samples) sum += std::pow(sample.gpu.value() - mean.value(), 2);
  return Fraction(std::sqrt(sum / static_cast<double>(samples.size())));
}

ResourcePattern pattern_of(const ResourceFinding& found, const ResourceLimits& limits) {
  const auto [gpu, bandwidth] = found.mean;
  if (found.gpu_deviation >= limits.spiky) return ResourcePattern::batch_starved;
  if (gpu > limits.busy_gpu && bandwidth < limits.free_bandwidth) return ResourcePattern::compute_bound;
  if (gpu >= limits.idle_gpu && gpu <= limits.busy_gpu && bandwidth > limits.full_bandwidth)
    return ResourcePattern::memory_bound;
  if (gpu < limits.idle_gpu && bandwidth < limits.idle_bandwidth) return ResourcePattern::io_bound;
  return ResourcePattern::unclear;
}

}  // namespace

Result<ResourceFinding> classify_resources(std::span<const Utilisation> samples, const ResourceLimits& limits) {
  if (Check bad = detail::first({check(samples), check(limits)})) return *std::move(bad);
  ResourceFinding found;
  found.mean = mean_of(samples);
  found.gpu_deviation = deviation_of(samples, found.mean.gpu);
  found.pattern = pattern_of(found, limits);
  return found;
}

}  // namespace leeway::inline v1::retrain
