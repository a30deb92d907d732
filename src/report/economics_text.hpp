#ifndef LEEWAY_SRC_REPORT_ECONOMICS_TEXT_HPP
#define LEEWAY_SRC_REPORT_ECONOMICS_TEXT_HPP

// What the reports of economics share.

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace leeway::inline v1::report::detail {

/// JSON has no infinity and no NaN: such a value is absent.
inline void put(nlohmann::ordered_json& json, const std::string& key, double value) {
  if (std::isfinite(value)) json[key] = value;
}

/// The end of every text: what the answer rests on, a line each.
[[nodiscard]] inline std::string assumptions_text(const std::vector<std::string>& assumed) {
  std::string text = "\nAssumes\n";
  for (const std::string& one : assumed) text += "  " + one + "\n";
  return text;
}

}  // namespace leeway::inline v1::report::detail

#endif
