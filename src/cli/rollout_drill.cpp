// leeway rollout drill: what a policy would do, with a fault and without.

#include "cli/rollout_drill.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "cli/byte_source.hpp"
#include "cli/economics_options.hpp"
#include "cli/number.hpp"
#include "cli/options.hpp"
#include "cli/rollout_command.hpp"
#include "cli/rollout_policy.hpp"
#include "cli/wording.hpp"
#include "leeway/base/duration_text.hpp"
#include "leeway/store/rollout_events.hpp"

namespace leeway::cli {
namespace {

using rollout::Answer;
using rollout::Fault;
using rollout::FaultKind;
using rollout::Tier;

constexpr const char* kFooter =
    "Example: leeway rollout drill canary_policy.json --fault error:x3 --baseline error=0.01\n\n"
    "FAULT, what happens to the candidate:\n"
    "  error:x3          the rate, mean or median of the metric error times 3\n"
    "  error:+0.02       plus 0.02; revenue:-5 less 5\n"
    "  error:no_data     it says nothing of this metric; no_data: nothing at all\n"
    "  error:nan         what it says cannot be: not a number, more errors than requests, other edges\n"
    "  swap_hash         a member of the fleet runs an artifact that nobody knows\n"
    "and @20 behind it: from tick 20 on; without, from the first tick in which the candidate serves people.\n"
    "Several faults happen together; with --events they are put into what was recorded. Without a fault every rollback "
    "is a false one.\n\n"
    "BASELINE of a metric: its rate; its mean and standard deviation; of a distribution its median and the standard\n"
    "deviation of its logarithm. Unless given: a rate of 0.01 (0.1 where lower is worse), a mean of 100,30, the middle "
    "of\n"
    "the bounds of values, a median at a third of the edges and 0.5. The answer is as good as these numbers.\n\n"
    "Exit status: 0 fine, whatever the answer; 2 bad usage or a bad policy; 3 a file that cannot be read or written;\n"
    "4 internal error.";

struct DrillCommand {
  std::string policy;
  std::string events;
  rollout::DrillOptions drill;
  ResultOptions results;
};

Error expected(const std::string& what, const std::string& found) {
  return usage_error("", "expected " + what + ", found " + cli::quoted(found));
}

Result<void> accept_count(const std::string& text, std::uint64_t& count) {
  const auto number = parse_integer(text);
  if (!number || *number < 0) return expected("a count", text);
  count = static_cast<std::uint64_t>(*number);
  return {};
}

Result<void> accept_number(const std::string& text, double& number) {
  const auto parsed = parse_number(text);
  if (!parsed) return expected("a number", text);
  number = *parsed;
  return {};
}

Result<void> accept_tick(const std::string& text, Duration& tick) {
  const auto duration = ::leeway::parse_duration(text);
  if (!duration) return expected("a duration such as 30s or 1h30m", text);
  tick = *duration;
  return {};
}

template <class T>
Result<void> append(Result<T> parsed, std::vector<T>& list) {
  if (!parsed) return std::move(parsed).error();
  list.push_back(*std::move(parsed));
  return {};
}

void add_traffic_options(CLI::App& app, rollout::Traffic& traffic) {
  add_values(app, "--baseline", "METRIC=LEVEL[,SPREAD]", "How a metric is where nothing is wrong",
             [&traffic](const std::string& text) { return append(parse_baseline(text), traffic.metrics); });
  add_value(app, "--requests", "N", "Requests of both arms in a tick; 10000",
            [&traffic](const std::string& text) { return accept_count(text, traffic.requests); });
  add_value(app, "--tick", "TIME", "Length of a tick; 1m",
            [&traffic](const std::string& text) { return accept_tick(text, traffic.tick); });
  add_value(app, "--arm-noise", "N", "Noise that the arms do not share, as a share of the level, 0 to 1; 0",
            [&traffic](const std::string& text) { return accept_number(text, traffic.arm_noise); });
  add_value(app, "--drift", "N", "Factor that the levels of both arms have reached at the end; 1",
            [&traffic](const std::string& text) { return accept_number(text, traffic.drift); });
  add_value(app, "--cluster", "N", "Requests that fail or succeed together; 1",
            [&traffic](const std::string& text) { return accept_count(text, traffic.cluster); });
}

void add_run_options(CLI::App& app, rollout::DrillOptions& drill) {
  add_values(app, "--tier", "TIER=ANSWER", "How the steps of immediate, rapid or delayed end: ok, fail, time_out; ok",
             [&drill](const std::string& text) -> Result<void> {
               const auto answer = parse_answer(text);
               if (!answer) return answer.error();
               drill.tiers[static_cast<std::size_t>(answer->first)] = answer->second;
               return {};
             });
  app.add_flag_callback(
      "--no-approval", [&drill] { drill.approve = false; }, "Nobody answers at gates");
  add_value(app, "--runs", "N", "Runs, with seeds one after the other; 200",
            [&drill](const std::string& text) { return accept_count(text, drill.runs); });
  add_value(app, "--ticks", "N", "Ticks of a run at most; four times what the stages take, and 200",
            [&drill](const std::string& text) { return accept_count(text, drill.ticks); });
  add_value(app, "--seed", "N", "Seed of the first run; 1",
            [&drill](const std::string& text) { return accept_count(text, drill.seed); });
}

Result<std::vector<rollout::Tick>> read_ticks(const std::string& path) {
  auto source = ByteSource::open(path);
  if (!source) return std::move(source).error();
  store::EventReader events([&](std::span<char> to) { return source->read(to); }, source->name());
  std::vector<rollout::Tick> ticks;
  for (;;) {
    auto tick = events.next();
    if (!tick) return std::move(tick).error();
    if (!*tick) break;
    ticks.push_back(**std::move(tick));
  }
  if (ticks.empty()) return Error{ErrorCode::data, "expected at least one event, found none", path};
  return ticks;
}

/// What recorded ticks have no use for.
Result<void> check_synthetic(const CLI::App& app) {
  for (const char* option :
       {"--baseline", "--requests", "--tick", "--arm-noise", "--drift", "--cluster", "--runs", "--ticks", "--seed"}) {
    if (app.get_option(option)->count() > 0) return usage_error(option, "expected it without --events, found both");
  }
  return {};
}

/// The option that has set what is wrong.
Error of_option(Error error) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kOptions{
      {{"faults", "--fault"},
       {"runs", "--runs"},
       {"ticks", "--ticks"},
       {"traffic.metrics", "--baseline"},
       {"traffic.requests", "--requests"},
       {"traffic.cluster", "--cluster"},
       {"traffic.tick", "--tick"},
       {"traffic.arm_noise", "--arm-noise"},
       {"traffic.drift", "--drift"},
       {"seed", "--seed"}}};
  for (const auto& [path, option] : kOptions) {
    if (error.where.starts_with(path)) return {error.code, std::move(error.message), std::string(option)};
  }
  return error;
}

Result<ExitStatus> run_drill(const CLI::App& app, const DrillCommand& options, const Console& console) {
  if (auto checked = check_results(options.results, {options.policy, options.events}); !checked)
    return std::move(checked).error();
  const auto policy = open_policy(options.policy);
  if (!policy) return policy.error();
  rollout::DrillOptions drill = options.drill;
  std::vector<rollout::Tick> ticks;
  if (!options.events.empty()) {
    if (auto checked = check_synthetic(app); !checked) return std::move(checked).error();
    auto read = read_ticks(options.events);
    if (!read) return std::move(read).error();
    ticks = *std::move(read);
    drill.recorded = ticks;
  }
  const auto report = rollout::drill(*policy, drill);
  if (!report) return of_option(report.error());
  auto written =
      write_result(options.results, drill_text(*policy, drill, *report), drill_json(*policy, drill, *report), console);
  if (!written) return std::move(written).error();
  return ExitStatus::fine;
}

/// The kind and the size of "x3", "+0.02", "-5", "nan", "no_data".
bool read_change(std::string_view text, Fault& fault) {
  if (text == "nan" || text == "no_data") {
    fault.kind = text == "nan" ? FaultKind::nan : FaultKind::no_data;
    return true;
  }
  const char sign = text.empty() ? '\0' : text.front();
  if (sign != 'x' && sign != '+' && sign != '-') return false;
  const auto size = parse_number(sign == '-' ? text : text.substr(1));
  fault.kind = sign == 'x' ? FaultKind::factor : FaultKind::shift;
  fault.size = size.value_or(0);
  return size.has_value();
}

}  // namespace

Result<Fault> parse_fault(const std::string& text) {
  Fault fault;
  std::string_view rest = text;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const auto tick = parse_integer(rest.substr(at + 1));
    if (!tick || *tick < 0) return expected("the number of a tick behind @", text);
    fault.tick = static_cast<std::uint64_t>(*tick);
    rest = rest.substr(0, at);
  }
  if (rest == "no_data" || rest == "swap_hash") {
    fault.kind = rest == "no_data" ? FaultKind::no_data : FaultKind::swap_hash;
    return fault;
  }
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos) fault.metric = rest.substr(0, colon);
  if (colon != std::string_view::npos && read_change(rest.substr(colon + 1), fault)) return fault;
  return expected("a fault such as error:x3, error:+0.02, error:nan, no_data or swap_hash, perhaps with @20", text);
}

Result<rollout::MetricTraffic> parse_baseline(const std::string& text) {
  const std::size_t equal = text.rfind('=');
  const std::size_t comma = equal == std::string::npos ? equal : text.find(',', equal);
  if (equal == std::string::npos) return expected("METRIC=LEVEL or METRIC=LEVEL,SPREAD", text);
  const std::string_view numbers = std::string_view(text).substr(equal + 1);
  const auto level = parse_number(numbers.substr(0, comma == std::string::npos ? comma : comma - equal - 1));
  const auto spread = comma == std::string::npos ? std::optional(0.0) : parse_number(text.substr(comma + 1));
  if (!level || !spread) return expected("METRIC=LEVEL or METRIC=LEVEL,SPREAD", text);
  return rollout::MetricTraffic{text.substr(0, equal), {*level, *spread}};
}

Result<std::pair<Tier, Answer>> parse_answer(const std::string& text) {
  constexpr std::array kTiers{Tier::immediate, Tier::rapid, Tier::delayed};
  constexpr std::array<std::pair<std::string_view, Answer>, 3> kAnswers{
      {{"ok", Answer::succeed}, {"fail", Answer::fail}, {"time_out", Answer::time_out}}};
  const std::size_t equal = text.find('=');
  for (const Tier tier : kTiers) {
    for (const auto& [name, answer] : kAnswers) {
      if (text.substr(0, equal) == to_string(tier) && equal != std::string::npos && text.substr(equal + 1) == name)
        return std::pair(tier, answer);
    }
  }
  return expected("immediate, rapid or delayed, = and ok, fail or time_out", text);
}

Command add_rollout_drill(CLI::App& rollout) {
  CLI::App* app = rollout.add_subcommand("drill", "What a policy would do: faults, and how long until the rollback");
  const auto options = std::make_shared<DrillCommand>();
  app->allow_extras();
  add_argument(*app, "POLICY", "A rollout's policy", options->policy);
  add_values(*app, "--fault", "FAULT", "What goes wrong, as below; as often as there are faults",
             [options](const std::string& text) { return append(parse_fault(text), options->drill.faults); });
  add_text(*app, "--events", "FILE", "Ticks that were recorded, as of rollout replay, in place of synthetic traffic",
           options->events);
  add_traffic_options(*app, options->drill.traffic);
  add_run_options(*app, options->drill);
  add_result_options(*app, options->results, "");
  app->footer(kFooter);
  return {app, [app, options](const Console& console) { return run_drill(*app, *options, console); }};
}

}  // namespace leeway::cli
