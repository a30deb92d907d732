// A few functions of the library with a C interface, for bench/python/peers.py to call between its peers. Sizes and
// types are what that script hands over; nothing is checked.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "leeway/drift/ks_reference.hpp"
#include "leeway/simd/active_target.hpp"
#include "leeway/simd/count.hpp"
#include "psi_job.hpp"

namespace {

struct Ks {
  leeway::drift::KsReference reference;
  leeway::drift::KsScratch scratch;
};

std::span<const leeway::Counts> live_counts(const bench::PsiJob& job) { return job.live().counts(); }

}  // namespace

extern "C" {

const char* bench_target() { return leeway::active_target(); }

// Each of these lives as long as the process.
void* bench_count_new(const double* interior_edges, std::size_t edges, double lower, double upper) {
  const auto axis = leeway::EdgesAxis::make({interior_edges, interior_edges + edges}, lower, upper);
  return axis ? new leeway::simd::CountPlan(*axis) : nullptr;
}
void* bench_ks_new(const float* reference, std::size_t size) {
  auto made = leeway::drift::KsReference::make(std::span(reference, size));
  return made ? new Ks{*std::move(made), {}} : nullptr;
}
void* bench_psi_new(const float* reference, std::size_t rows, std::size_t features) {
  return new bench::PsiJob({reference, rows, features, features});
}

void bench_count(const void* plan, const float* values, std::size_t size, std::uint64_t* cells) {
  leeway::SideCounts side;
  leeway::simd::count(*static_cast<const leeway::simd::CountPlan*>(plan), std::span(values, size), cells, side);
}

double bench_ks(void* ks, const float* live, std::size_t size) {
  auto& [reference, scratch] = *static_cast<Ks*>(ks);
  const auto result = leeway::drift::ks_statistic(reference, std::span(live, size), scratch);
  return result ? *result : -1;
}

double bench_ks_p_value(void* ks, const float* live, std::size_t size) {
  auto& [reference, scratch] = *static_cast<Ks*>(ks);
  const auto result = leeway::drift::ks_two_sample(reference, std::span(live, size), scratch);
  return result ? result->p_value.value_or(-1) : -1;
}

// The interior edges of a feature: its cells less one.
std::size_t bench_psi_edges(const void* psi, std::size_t feature, double* edges) {
  const auto& job = *static_cast<const bench::PsiJob*>(psi);
  const auto& axis = job.live().profile().features()[feature].axis;
  for (const double edge : std::get<leeway::EdgesAxis>(axis).interior_edges()) *edges++ = edge;
  return live_counts(job)[feature].cells.size() - 1;
}

void bench_psi(void* psi, const float* rows, std::size_t count, double* values) {
  auto& job = *static_cast<bench::PsiJob*>(psi);
  const std::size_t features = live_counts(job).size();
  job.run({rows, count, features, features}, {values, features});
}

}  // extern "C"
