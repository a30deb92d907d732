#include "leeway/report/contract.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "leeway/base/time_text.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::plural;
using Json = nlohmann::ordered_json;
using validate::ContractFinding;
using validate::ContractReport;
using validate::Example;
using validate::Rule;

// ---- text

std::string digits(double value, int precision = 3) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, precision).ptr;
  return {text.data(), end};
}

std::string percent(double share) { return digits(100 * share) + " %"; }

/// On one line, whatever it holds.
std::string on_one_line(const std::string& text) {
  constexpr std::size_t kMost = 60;
  return detail::printable(text.substr(0, kMost)) + (text.size() > kMost ? "..." : "");
}

const char* complaint(Rule rule) noexcept {
  switch (rule) {
    case Rule::absent: return "the column is absent";
    case Rule::empty: return "the column holds no value";
    case Rule::missing: return "values are missing";
    case Rule::filled: return "values are present, more than there should be";
    case Rule::type: return "values are of another type";
    case Rule::range: return "values are";
    case Rule::unseen: return "values are in none of the categories";
    case Rule::pattern: return "texts do not match the pattern";
    case Rule::order: return "values go back";
    case Rule::future: return "times lie in the future";
    case Rule::mean: return "the mean";
    case Rule::unique: return "rows repeat a key";
    case Rule::undated: return "values have no time of their event";
    case Rule::stale: return "values are older than";
    case Rule::silent: return "no event for longer than";
  }
  return "unknown";
}

std::string bound(const ContractFinding& finding, double bound) {
  return finding.is_time ? time_text(TimePoint(Duration(std::llround(bound * 1e6)))) : digits(bound, 6);
}

/// " outside 0 .. 120"; one bound alone " below 0", " above 120".
std::string beyond_text(const ContractFinding& finding) {
  if (finding.min && finding.max)
    return " outside " + bound(finding, *finding.min) + " .. " + bound(finding, *finding.max);
  if (finding.min) return " below " + bound(finding, *finding.min);
  return finding.max ? " above " + bound(finding, *finding.max) : "";
}

/// "1.5 h": in the longest unit that it has one of.
std::string duration(double seconds) {
  for (const auto& [unit, name] : {std::pair(86400.0, " d"), std::pair(3600.0, " h"), std::pair(60.0, " min")}) {
    if (seconds >= unit) return digits(seconds / unit) + name;
  }
  return digits(seconds) + " s";
}

std::string stale_text(const ContractFinding& finding) {
  return std::to_string(finding.count) + " of " + std::to_string(finding.of) + " " + complaint(finding.rule) + " " +
         duration(finding.max.value_or(0)) + " (" + percent(finding.share()) + "; none tolerated), the oldest " +
         duration(finding.value.value_or(0));
}

std::string silent_text(const ContractFinding& finding) {
  return std::string(complaint(finding.rule)) + " " + duration(finding.max.value_or(0)) + ", " +
         plural(finding.count, "time") + ", the longest for " + duration(finding.value.value_or(0)) + " after";
}

std::string counted(const ContractFinding& finding) {
  std::string text = std::to_string(finding.count) + " of " + std::to_string(finding.of) + " " +
                     complaint(finding.rule) + beyond_text(finding) + " (" + percent(finding.share());
  if (finding.distinct > 0) text += ", " + std::to_string(finding.distinct) + " distinct";
  text += "; " + (finding.tolerated.value_or(0) > 0 ? percent(*finding.tolerated) : std::string("none")) + " tolerated";
  if (finding.p_value) text += ", p = " + digits(*finding.p_value, 2);
  return text + ")";
}

std::string examples(const std::vector<Example>& examples) {
  std::string text;
  for (const Example& example : examples) {
    text += (text.empty() ? "; " : ", ") + on_one_line(example.text) + (example.text.empty() ? "" : " ") + "in row " +
            std::to_string(example.row);
  }
  return text;
}

std::string summary(const ContractReport& report) {
  const std::string rows = plural(report.rows, "row");
  if (report.kept()) return "contract kept by " + rows + "\n";
  if (report.findings.empty())
    return "contract not shown to be kept by " + rows + ": " + plural(report.unchecked.size(), "rule") +
           " could not be checked\n";
  return "contract broken: " + plural(report.findings.size(), "finding") + " in " + rows + "\n";
}

void append(std::string& text, const std::vector<ContractFinding>& findings) {
  for (const ContractFinding& finding : findings) text += "  " + to_sentence(finding) + "\n";
}

/// What a person may want to see although it is no finding: single values. Shares always differ a little.
std::vector<ContractFinding> odd_values(const std::vector<ContractFinding>& within) {
  std::vector<ContractFinding> odd;
  std::copy_if(within.begin(), within.end(), std::back_inserter(odd), [](const ContractFinding& finding) {
    return finding.rule != Rule::missing && finding.rule != Rule::filled;
  });
  return odd;
}

// ---- JSON

Json example_tree(const Example& example) {
  Json json{{"row", example.row}};
  if (!example.text.empty()) json["text"] = example.text;
  return json;
}

Json bound_tree(const ContractFinding& finding, double number) {
  return finding.is_time ? Json(bound(finding, number)) : Json(number);
}

Json finding_tree(const ContractFinding& finding) {
  Json json{{"column", finding.column},
            {"rule", to_string(finding.rule)},
            {"count", finding.count},
            {"of", finding.of},
            {"share", finding.share()}};
  if (finding.tolerated) json["tolerated"] = *finding.tolerated;
  if (finding.p_value) json["p_value"] = *finding.p_value;
  if (finding.value && std::isfinite(*finding.value)) json["value"] = *finding.value;
  if (finding.min) json["min"] = bound_tree(finding, *finding.min);
  if (finding.max) json["max"] = bound_tree(finding, *finding.max);
  if (finding.distinct > 0) json["distinct"] = finding.distinct;
  for (const Example& example : finding.examples) json["examples"].push_back(example_tree(example));
  return json;
}

Json list(const std::vector<ContractFinding>& findings) {
  Json json = Json::array();
  for (const ContractFinding& finding : findings) json.push_back(finding_tree(finding));
  return json;
}

Json unchecked_tree(const ContractReport& report) {
  Json json = Json::array();
  for (const validate::UncheckedRule& rule : report.unchecked)
    json.push_back({{"column", rule.column}, {"rule", rule.rule}, {"reason", rule.reason}});
  return json;
}

}  // namespace

std::string to_sentence(const ContractFinding& finding) {
  std::string text = on_one_line(finding.column) + ": ";
  switch (finding.rule) {
    case Rule::absent:
    case Rule::empty: return text + complaint(finding.rule);
    case Rule::mean:
      return text + complaint(finding.rule) + " " + digits(finding.value.value_or(0), 6) + " is" + beyond_text(finding);
    case Rule::stale: return text + stale_text(finding) + examples(finding.examples);
    case Rule::silent: return text + silent_text(finding) + examples(finding.examples).erase(0, 1);
    default: return text + counted(finding) + examples(finding.examples);
  }
}

std::string to_text(const ContractReport& report) {
  std::string text = summary(report);
  append(text, report.findings);
  for (const validate::UncheckedRule& rule : report.unchecked)
    text += "  " + on_one_line(rule.column) + ": " + rule.rule + " was not checked: " + rule.reason + "\n";
  const std::vector<ContractFinding> odd = odd_values(report.within);
  if (!odd.empty()) text += "no more than noise explains:\n";
  append(text, odd);
  if (!report.unknown.empty()) text += "columns without a contract:";
  for (const std::string& name : report.unknown) text += " " + on_one_line(name);
  return report.unknown.empty() ? text : text + "\n";
}

std::string to_json(const ContractReport& report) {
  const Json json{{"format", "leeway.contract"},
                  {"version", 1},
                  {"kept", report.kept()},
                  {"rows", report.rows},
                  {"budget", report.budget},
                  {"level", report.level},
                  {"findings", list(report.findings)},
                  {"within_noise", list(report.within)},
                  {"unchecked", unchecked_tree(report)},
                  {"unknown_columns", report.unknown}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace leeway::inline v1::report
