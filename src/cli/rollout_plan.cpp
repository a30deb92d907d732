// leeway rollout plan: how long a regression serves, how long a good candidate waits, how many units an A/B test needs.

#include "cli/rollout_plan.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include "cli/economics_options.hpp"
#include "cli/number.hpp"
#include "cli/quantity_option.hpp"
#include "cli/rollout_command.hpp"
#include "cli/wording.hpp"
#include "leeway/report/quantity_text.hpp"

namespace leeway::cli {

template <>
struct KindOf<Amount> {
  static constexpr NumberKind value{"a number", "0.005 or 0.5%", "N", 0, true};
};

namespace {

using retrain::Fraction;

constexpr std::array kOfRollouts{
    "--baseline-rate", "--candidate-rate", "--shift",  "--lower-is-worse",  "--requests-per-tick",
    "--design-effect", "--ramp",           "--margin", "--false-promotion", "--within-ticks",
    "--within",        "--tick",           "--split"};
constexpr std::array kOfAbTests{
    "--from",          "--to",      "--difference", "--per-arm", "--primary-metrics", "--variance-reduction",
    "--units-per-day", "--burn-in", "--attribution"};

struct PlanOptions {
  explicit PlanOptions(CLI::App& plan) : app(&plan), numbers(plan) {}

  CLI::App* app;
  QuantityOptions numbers;
  PlanQuestion question;
  ResultOptions results;
};

/// What would change nothing is refused: it was meant to change something.
Result<void> check_options(const PlanOptions& options) {
  const auto given = [&](const char* option) { return options.app->get_option(option)->count() > 0; };
  if (options.question.ab) {
    for (const char* option : kOfRollouts)
      if (given(option)) return usage_error(option, "expected it without --ab, found both");
  } else {
    for (const char* option : kOfAbTests)
      if (given(option)) return usage_error(option, "expected it with --ab, found it without");
  }
  return {};
}

Result<ExitStatus> run_plan(const PlanOptions& options, const Console& console) {
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  auto answer = options.question.ab ? answer_ab(options.question) : answer_rollout(options.question);
  if (!answer) return std::move(answer).error();
  if (auto checked = check_results(options.results); !checked) return std::move(checked).error();
  auto written = write_result(options.results, answer->text, answer->json, console);
  if (!written) return std::move(written).error();
  return ExitStatus::fine;
}

/// The parts of "a,b,c".
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(','); end != std::string_view::npos; end = text.find(',')) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

/// "10%:30", or "50%" for a stage without end.
Result<rollout::RampStage> stage_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  rollout::RampStage stage;
  const auto weight = parse_quantity(text.substr(0, colon), KindOf<Fraction>::value, Zero::refused);
  if (!weight) return weight.error();
  stage.weight = *weight;
  if (colon == std::string_view::npos) return stage;
  const auto ticks = parse_quantity(text.substr(colon + 1), KindOf<double>::value, Zero::refused);
  if (!ticks) return ticks.error();
  stage.ticks = *ticks;
  return stage;
}

Result<void> accept_ramp(const std::string& text, std::vector<rollout::RampStage>& ramp) {
  ramp.clear();
  for (const std::string_view part : parts_of(text)) {
    auto stage = stage_of(part);
    if (!stage)
      return usage_error("", "expected stages as SHARE:TICKS, such as 1%:30,10%:30,50%, found " + cli::quoted(part));
    ramp.push_back(*stage);
  }
  return {};
}

Result<void> accept_split(const std::string& text, std::vector<NamedWeight>& split) {
  split.clear();
  for (const std::string_view part : parts_of(text)) {
    const std::size_t equals = part.rfind('=');
    const auto weight = equals == std::string_view::npos || equals == 0
                            ? Result<double>(usage_error("", ""))
                            : parse_quantity(part.substr(equals + 1), KindOf<double>::value, Zero::refused);
    if (!weight)
      return usage_error("", "expected metrics as NAME=WEIGHT, such as error=2,latency=1, found " + cli::quoted(part));
    split.emplace_back(part.substr(0, equals), *weight);
  }
  return {};
}

void add_rollout_options(PlanOptions& options) {
  QuantityOptions& numbers = options.numbers;
  PlanQuestion& question = options.question;
  numbers.offer("--baseline-rate", "Share of the baseline's requests with the bad outcome", question.baseline_rate);
  numbers.offer("--candidate-rate", "Of the candidate's, where it is as bad as is to be found",
                question.candidate_rate);
  numbers.offer("--deviation", "Instead of a rate, a mean: standard deviation of one request,", question.deviation);
  numbers.offer("--shift", "and how much worse the candidate's mean is", question.shift);
  options.app->add_flag("--lower-is-worse", question.lower_is_worse, "The rates are of a good outcome");
  numbers.offer("--requests-per-tick", "Of both arms (required without --ab)", question.requests);
  numbers.offer("--weight", "The candidate's share of them (default 0.5)", question.weight);
  add_value(*options.app, "--ramp", "SHARE:TICKS,...", "Instead of one weight, stages: 1%:30,10%:30,50%",
            [&question](const std::string& text) { return accept_ramp(text, question.ramp); });
  numbers.offer("--alpha", "Probability of a false rollback; with --ab, of a false positive (default 0.05)",
                question.alpha);
  numbers.offer("--power", "Probability of being in time (default 0.8)", question.power);
  numbers.offer("--margin", "Promote a candidate that is worse by less than this", question.margin);
  numbers.offer("--false-promotion", "Probability of promoting a worse one (default 0.05)", question.false_promotion);
  numbers.offer("--design-effect", "Requests that cluster are worth 1 / N independent ones (default 1)",
                question.design_effect);
  numbers.offer("--within-ticks", "Say how small a regression is found within so many", question.within_ticks);
  numbers.offer("--within", "The same as a time; needs --tick", question.within, Zero::refused, "s");
  numbers.offer("--tick", "How long a tick is: says times too", question.tick, Zero::refused, "s");
  add_value(*options.app, "--split", "NAME=N,...", "Share --alpha among metrics by weight",
            [&question](const std::string& text) { return accept_split(text, question.split); });
}

void add_ab_options(PlanOptions& options) {
  QuantityOptions& numbers = options.numbers;
  PlanQuestion& question = options.question;
  options.app->add_flag("--ab", question.ab, "Plan an A/B test, read once at its end");
  numbers.offer("--from", "Rate of the baseline", question.from);
  numbers.offer("--to", "Rate that is to be told from it", question.to);
  numbers.offer("--difference", "With --deviation: difference of the means that is to be found", question.difference);
  numbers.offer("--per-arm", "Units that there are in each arm: says what difference they find", question.per_arm);
  numbers.offer("--primary-metrics", "How many metrics may be the finding (default 1)", question.primary_metrics);
  numbers.offer("--variance-reduction", "Share of the variance that CUPED takes out (default 0)",
                question.variance_reduction, Zero::allowed);
  numbers.offer("--units-per-day", "That enter both arms: says how long it takes", question.units_per_day);
  numbers.offer("--burn-in", "Leave out who enters in this time, against novelty", question.burn_in, Zero::allowed);
  numbers.offer("--attribution", "How long after entering an outcome still counts", question.attribution,
                Zero::allowed);
}

}  // namespace

Result<ErrorRate> error_rate(const std::string& option, double value, double most) {
  if (value > 0 && value < most) return ErrorRate(value);
  return usage_error(option, "expected a share above 0 and below " + report::number_text(most) + ", found " +
                                 report::number_text(value));
}

std::string tenths(double number) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, 1).ptr;
  const std::string fixed(text.data(), end);
  return fixed.ends_with(".0") ? fixed.substr(0, fixed.size() - 2) : fixed;
}

std::string span_text(retrain::Days span) {
  const double days = span.value();
  if (days < 2.0 / 1440) return tenths(days * 86400) + " seconds";
  if (days < 2.0 / 24) return tenths(days * 1440) + " minutes";
  if (days < 2) return tenths(days * 24) + " hours";
  return tenths(days) + " days";
}

Command add_rollout_plan(CLI::App& rollout) {
  CLI::App* app = rollout.add_subcommand("plan", "How long until a regression is found, and until a promotion");
  const auto options = std::make_shared<PlanOptions>(*app);
  app->allow_extras();
  add_rollout_options(*options);
  add_ab_options(*options);
  add_result_options(*app, options->results, "");
  app->footer(
      "Examples: leeway rollout plan --baseline-rate 1% --candidate-rate 2% --requests-per-tick 200 --tick 60s\n"
      "          leeway rollout plan --ab --from 5% --to 5.1%\n\n"
      "Shares are 0.05 or 5%; times have a unit: 60s, 5min, 2h, 7d, 2w (without: --tick and --within are in\n"
      "seconds, the others in days).\n" +
      exit_status_help());
  return {app, [options](const Console& console) { return run_plan(*options, console); }};
}

}  // namespace leeway::cli
