// Records, and prints how much, so that recording_work.sh can count the instructions of measured_...().
//   recording_work record FEATURES ROWS     ROWS rows of floats, one call each
//   recording_work drain FEATURES DRAINS    before each drain, 72 rows: one full block, and a few that wait
//   recording_work target                   the instruction set that counts

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/simd/active_target.hpp"
#include "leeway/stream/recorder.hpp"
#include "support/generator.hpp"

namespace {

constexpr std::size_t kPool = 64;
constexpr std::size_t kRowsPerDrain = 72;
constexpr std::size_t kWarmUpRows = 256;

std::shared_ptr<const leeway::profile::Profile> normal_profile(std::size_t features,
                                                               leeway::test::Generator& generator) {
  leeway::profile::ProfileBuilder builder;
  for (std::size_t i = 0; i < features; ++i) builder.numeric("f" + std::to_string(i), generator.normals(200));
  return std::make_shared<const leeway::profile::Profile>(*builder.build());
}

class Host {
 public:
  explicit Host(std::size_t features)
      : features_(features), collector_(normal_profile(features, generator_)), recorder_(collector_.recorder()) {
    for (const double x : generator_.normals(kPool * features)) pool_.push_back(static_cast<float>(x));
    record(kWarmUpRows);
    if (drain() != kWarmUpRows) std::abort();
  }

  void record(std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) recorder_.record(std::span(pool_).subspan(i % kPool * features_, features_));
  }

  std::uint64_t drain() { return collector_.drain().rows(); }

 private:
  std::size_t features_;
  leeway::test::Generator generator_{1};
  leeway::stream::Collector collector_;
  leeway::stream::Recorder recorder_;
  std::vector<float> pool_;
};

// Names to count by, hence not inlined.
[[gnu::noinline]] void measured_record(Host& host, std::size_t rows) { host.record(rows); }
[[gnu::noinline]] std::uint64_t measured_drain(Host& host) { return host.drain(); }

std::uint64_t drain(Host& host, std::size_t drains) {
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < drains; ++i) {
    host.record(kRowsPerDrain);
    rows += measured_drain(host);
  }
  return rows;
}

std::uint64_t record(Host& host, std::size_t rows) {
  measured_record(host, rows);
  return host.drain();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments == std::vector<std::string>{"target"}) return std::puts(leeway::active_target()) < 0;
  if (arguments.size() != 3 || (arguments[0] != "record" && arguments[0] != "drain")) return 2;
  const char* target = leeway::active_target();  // to ask changes nothing
  Host host(std::strtoul(arguments[1].c_str(), nullptr, 10));
  const std::size_t times = std::strtoul(arguments[2].c_str(), nullptr, 10);
  const std::uint64_t rows = arguments[0] == "record" ? record(host, times) : drain(host, times);
  std::printf("%llu rows on %s\n", static_cast<unsigned long long>(rows), target);
}
