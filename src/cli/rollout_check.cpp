// leeway rollout check: all that is wrong with a policy, or what it does.

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "cli/economics_options.hpp"
#include "cli/options.hpp"
#include "cli/rollout_command.hpp"
#include "cli/rollout_policy.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/store/atomic_file.hpp"
#include "leeway/store/policy_file.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::ordered_json;

struct CheckOptions {
  std::string policy;
  ResultOptions results;
};

Json json_of(const rollout::Policy& policy, const rollout::Rule& rule) {
  Json json{{"name", rule.name}, {"effect", to_string(rule.effect)}};
  if (rule.effect == rollout::Effect::rollback) json["tier"] = to_string(rule.tier);
  if (rollout::spent_alpha(rule) > 0) json["alpha"] = rollout::spent_alpha(rule);
  json["when"] = condition_text(policy, rule);
  return json;
}

Json begun(bool good) { return {{"format", "leeway.rollout_check"}, {"version", 1}, {"good", good}}; }

std::string finished(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n'; }

Result<std::string> json_of(const rollout::Policy& policy) {
  auto hash = store::policy_hash(policy);
  if (!hash) return std::move(hash).error();
  Json json = begun(true);
  json["name"] = policy.name;
  json["policy_hash"] = *hash;
  json["candidate"] = policy.candidate.hash;
  json["last_known_good"] = policy.last_known_good.hash;
  json["attempt"] = policy.attempt;
  json["false_rollback_budget"] = policy.false_rollback_budget.value();
  json["false_rollback_spent"] = rollout::spent_on_rollbacks(policy);
  json["false_promotion"] = policy.false_promotion.value();
  json["rules"] = Json::array();
  for (const rollout::Rule& rule : policy.rules) json["rules"].push_back(json_of(policy, rule));
  return finished(json);
}

std::string json_of(const std::vector<Error>& errors) {
  Json json = begun(false);
  json["errors"] = Json::array();
  for (const Error& error : errors) json["errors"].push_back({{"where", error.where}, {"message", error.message}});
  return finished(json);
}

Result<ExitStatus> refuse(const CheckOptions& options, const std::vector<Error>& errors, const Console& console) {
  if (!options.results.json.empty()) {
    auto written = write_text(options.results.json, json_of(errors), console);
    if (!written) return std::move(written).error();
  }
  for (const Error& error : errors) report_error(console, error);
  return ExitStatus::usage;
}

Result<ExitStatus> run_check(const CheckOptions& options, const Console& console) {
  if (auto checked = check_results(options.results, {options.policy}); !checked) return std::move(checked).error();
  if (options.policy == "-") return usage_error("POLICY", "expected the path of a policy, found -");
  auto text = store::read_file(options.policy);
  if (!text) return std::move(text).error();
  const std::vector<Error> errors = store::check_policy(*text, options.policy);
  if (!errors.empty()) return refuse(options, errors, console);
  auto policy = store::parse_policy(*text, options.policy);
  if (!policy) return std::move(policy).error();
  auto json = json_of(*policy);
  if (!json) return std::move(json).error();
  if (auto written = write_result(options.results, policy_text(*policy), *json, console); !written)
    return std::move(written).error();
  return ExitStatus::fine;
}

}  // namespace

Command add_rollout_check(CLI::App& rollout) {
  CLI::App* app = rollout.add_subcommand("check", "All that is wrong with a policy, or what it does");
  const auto options = std::make_shared<CheckOptions>();
  app->allow_extras();
  add_argument(*app, "POLICY", "A rollout's policy: JSON, as in docs/rollout_policy.md", options->policy);
  add_result_options(*app, options->results, "");
  app->footer(
      "Example: leeway rollout check canary_policy.json\n\n"
      "Exit status: 0 fine, a good policy; 2 bad usage or a bad policy, with a line for each error;\n"
      "3 a file that cannot be read or written; 4 internal error.");
  return {app, [options](const Console& console) { return run_check(*options, console); }};
}

}  // namespace leeway::cli
