#include "leeway/retrain/resources.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace leeway::retrain {
namespace {

Utilisation at(double gpu, double bandwidth) { return {Fraction(gpu), Fraction(bandwidth)}; }

ResourcePattern pattern(double gpu, double bandwidth) {
  return classify_resources(std::vector<Utilisation>(2, at(gpu, bandwidth)))->pattern;
}

TEST(Resources, follow_the_table) {
  struct Case {
    double gpu, bandwidth;
    ResourcePattern pattern;
  };
  for (const Case& c : {Case{0.9, 0.5, ResourcePattern::compute_bound},
                        Case{0.86, 0.69, ResourcePattern::compute_bound}, Case{0.85, 0.5, ResourcePattern::unclear},
                        Case{0.9, 0.7, ResourcePattern::unclear}, Case{0.7, 0.9, ResourcePattern::memory_bound},
                        Case{0.5, 0.86, ResourcePattern::memory_bound}, Case{0.85, 0.86, ResourcePattern::memory_bound},
                        Case{0.86, 0.9, ResourcePattern::unclear}, Case{0.7, 0.85, ResourcePattern::unclear},
                        Case{0.3, 0.3, ResourcePattern::io_bound}, Case{0.49, 0.5, ResourcePattern::unclear},
                        Case{0.5, 0.3, ResourcePattern::unclear}, Case{0.49, 0.9, ResourcePattern::unclear}})
    EXPECT_EQ(pattern(c.gpu, c.bandwidth), c.pattern) << c.gpu << " " << c.bandwidth;
}

TEST(Resources, are_starved_of_batches_where_the_load_is_spiky) {
  const std::vector<Utilisation> spiky{at(1, 0.6), at(0, 0.1), at(1, 0.9), at(0, 0.2)};  // its mean would be io_bound
  const auto found = *classify_resources(spiky);
  EXPECT_EQ(found.pattern, ResourcePattern::batch_starved);
  EXPECT_EQ(found.gpu_deviation, Fraction(0.5));
  EXPECT_EQ(found.mean.gpu, Fraction(0.5));
  EXPECT_NEAR(found.mean.memory_bandwidth.value(), 0.45, 1e-15);
  EXPECT_NE(classify_resources(spiky, {.spiky = Fraction(0.6)})->pattern, ResourcePattern::batch_starved);
  EXPECT_STREQ(advice(found.pattern), "dynamic batching");
  EXPECT_STREQ(to_string(found.pattern), "batch_starved");
}

TEST(Resources, name_the_sample_that_is_wrong) {
  EXPECT_EQ(classify_resources({}).error().where, "samples");
  for (const double bad : {-0.1, 1.1, 87.0, std::nan("")}) {
    EXPECT_EQ(classify_resources(std::vector{at(0.5, 0.5), at(bad, 0.5)}).error().where, "samples[1].gpu");
    EXPECT_EQ(classify_resources(std::vector{at(0.5, bad)}).error().where, "samples[0].memory_bandwidth");
    EXPECT_EQ(classify_resources(std::vector{at(0.5, 0.5)}, {.busy_gpu = Fraction(bad)}).error().where, "busy_gpu");
  }
}

}  // namespace
}  // namespace leeway::retrain
