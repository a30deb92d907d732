// A monitor inside an inference server: a profile from training, a recorder in each worker thread, a report per window.

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "leeway/leeway.hpp"

namespace {

using leeway::stream::Value;

// Stands for the traffic: the same requests in every run.
class Requests {
 public:
  explicit Requests(std::uint64_t seed) : state_(seed) {}

  double age(double older_by) { return 20 + older_by + 15 * (uniform() + uniform() + uniform()); }
  double income() { return uniform() < 0.02 ? std::nan("") : 1000 + 4000 * uniform(); }  // 2 % unknown
  const char* device() { return uniform() < 0.6 ? "phone" : "desktop"; }

 private:
  double uniform() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

  std::uint64_t state_;
};

// At training time: what the model was shown.
leeway::Result<leeway::profile::Profile> training_profile() {
  Requests requests(7);
  std::vector<double> ages;
  std::vector<double> incomes;
  std::vector<leeway::profile::CategoryCount> devices{{"phone", 0}, {"desktop", 0}};
  for (int i = 0; i < 20000; ++i) {
    ages.push_back(requests.age(0));
    incomes.push_back(requests.income());
    ++devices[requests.device() == std::string("phone") ? 0 : 1].count;
  }
  return leeway::profile::ProfileBuilder()
      .numeric("age", ages)
      .numeric("income", incomes)
      .categorical("device", devices, 0)
      .build();
}

// One worker of the server. In the second hour an upstream change makes everybody three years older.
void serve(leeway::stream::Recorder recorder, std::uint64_t seed, double older_by) {
  Requests requests(seed);
  for (int i = 0; i < 1000; ++i) {
    const std::array<Value, 3> row{requests.age(older_by), requests.income(), requests.device()};
    recorder.record(row);  // wait-free, and allocates nothing
  }
}

void serve_one_hour(leeway::monitor::ModelMonitor& monitor, std::uint64_t hour) {
  std::vector<std::thread> workers;
  for (std::uint64_t worker = 0; worker < 4; ++worker) {
    workers.emplace_back(serve, monitor.recorder(), 100 * hour + worker, hour == 2 ? 3.0 : 0.0);
  }
  for (std::thread& worker : workers) worker.join();
}

// What a host does with a window: nothing while all is well, a page where a feature has drifted, else a note.
void act_on(const leeway::monitor::WindowReport& window) {
  std::fputs(leeway::report::to_line(window).c_str(), stdout);
  if (window.report.verdict < leeway::Verdict::warning) return;
  std::printf("\n%s\n", leeway::report::to_text(window.report).c_str());
  for (const auto& feature : window.report.features) {
    if (feature.verdict < leeway::Verdict::warning) continue;
    const bool urgent = feature.verdict == leeway::Verdict::drift;
    std::printf("%s: %s has moved; ask its owner what changed\n", urgent ? "page" : "note", feature.feature.c_str());
  }
}

}  // namespace

int main() {
  auto profile = training_profile();
  if (!profile) return std::puts(to_string(profile.error()).c_str()), 1;
  const auto hourly = leeway::stream::Window::tumbling(std::chrono::hours(1));
  auto monitor =
      leeway::monitor::ModelMonitor::make(*std::move(profile), {.window = *hourly, .panes = {.moments = true}});
  if (!monitor) return std::puts(to_string(monitor.error()).c_str()), 1;

  leeway::TimePoint now =
      std::chrono::sys_days(std::chrono::January / 5 / 2026);  // the host's clock: the library has none
  static_cast<void>(monitor->poll(now));                       // opens the first window
  for (std::uint64_t hour = 1; hour <= 2; ++hour) {
    serve_one_hour(*monitor, hour);
    now += std::chrono::hours(1);
    while (const auto window = monitor->poll(now)) act_on(*window);
  }
}
