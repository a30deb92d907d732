#include "leeway/validate/attribution.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace leeway::inline v1::validate {
namespace {

const Attribution::Parameter* find(const Attribution& attribution, std::string_view name) {
  const auto found = std::find_if(attribution.parameters.begin(), attribution.parameters.end(),
                                  [&](const Attribution::Parameter& p) { return p.first == name; });
  return found != attribution.parameters.end() ? &*found : nullptr;
}

std::string digits(double value) {
  if (std::isinf(value)) return value > 0 ? "infinity (inf)" : "infinity (-inf)";
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6).ptr;
  return {text.data(), end};
}

std::string quoted(const Attribution& attribution, std::string_view name) {
  if (const auto number = attribution.number(name)) return digits(*number);
  const std::string text = attribution.text(name);
  return text == "missing" ? text : '"' + text + '"';
}

std::string in_brackets(const Attribution& attribution, std::string_view name) {
  const std::string text = attribution.text(name);
  return text.empty() ? text : " (" + text + ')';
}

std::string factor_text(const Attribution& a) {
  const double factor = a.number("factor").value_or(1);
  const double inverse = std::round(1 / factor * 1e9) / 1e9;
  const std::string unit = a.text("unit");
  if (std::fabs(factor) < 1 && !unit.empty()) {
    return "serving = training / " + digits(inverse) + " (" + unit + ", the other way round)";
  }
  return "serving = " + digits(factor) + " x training" + in_brackets(a, "unit");
}

std::string signed_text(double shift) { return (shift < 0 ? " - " : " + ") + digits(std::fabs(shift)); }

std::string fill_text(const Attribution& a) {
  const std::string was = quoted(a, "training_value");
  const std::string value = a.text("value") == "missing" ? "nothing" : quoted(a, "value");
  if (find(a, "training_value") == nullptr) return "serving has " + value + " where training has other values";
  return "serving has " + value + " where training has " + (was == "missing" ? "nothing" : was);
}

std::string bounds_text(const Attribution& a) {
  const auto lower = a.number("lower");
  const auto upper = a.number("upper");
  if (lower && upper) return "serving is clipped to [" + digits(*lower) + ", " + digits(*upper) + ']';
  return lower ? "serving is clipped at " + digits(*lower) + " below"
               : "serving is clipped at " + digits(*upper) + " above";
}

std::string rounding_text(const Attribution& a) {
  const std::string how = a.text("how").empty() ? "" : ' ' + a.text("how");
  if (const auto count = a.number("significant_digits"))
    return "serving is rounded to " + digits(*count) + " significant digits";
  const double decimals = a.number("decimals").value_or(0);
  if (decimals < 0) return "serving is rounded" + how + " to multiples of " + digits(std::pow(10, -decimals));
  return "serving is rounded" + how + " to " + digits(decimals) + " decimals";
}

std::string zone_text(const Attribution& a) {
  return "serving is moved by " + digits(a.number("seconds").value_or(0) / 3600) + " hours" + in_brackets(a, "how");
}

std::string stale_text(const Attribution& a) {
  const auto lag = a.number("lag");
  if (!lag) return "serving has earlier values" + in_brackets(a, "how");
  return *lag == 1 ? "serving has the value of the row before"
                   : "serving has the value of " + digits(*lag) + " rows before";
}

std::string truncation_text(const Attribution& a) {
  if (const auto decimals = a.number("decimals")) {
    return *decimals >= 0 ? "serving is cut after " + digits(*decimals) + " decimals"
                          : "serving is cut to multiples of " + digits(std::pow(10, -*decimals));
  }
  if (const auto lost = a.number("lost_digits")) return "serving has lost its last " + digits(*lost) + " digits";
  return "serving is cut to length " + digits(a.number("length").value_or(0));
}

}  // namespace

const char* to_string(Cause cause) noexcept {
  switch (cause) {
    case Cause::unit_factor: return "unit_factor";
    case Cause::constant_shift: return "constant_shift";
    case Cause::normalisation: return "normalisation";
    case Cause::default_fill: return "default_fill";
    case Cause::clipping: return "clipping";
    case Cause::rounding: return "rounding";
    case Cause::timezone_shift: return "timezone_shift";
    case Cause::swapped_columns: return "swapped_columns";
    case Cause::stale_value: return "stale_value";
    case Cause::type_cast: return "type_cast";
    case Cause::category_encoding: return "category_encoding";
    case Cause::sign: return "sign";
    case Cause::truncation: return "truncation";
    case Cause::dropped_category: return "dropped_category";
    case Cause::missing_column: return "missing_column";
    case Cause::unknown: return "unknown";
  }
  return "unknown";
}

std::optional<double> Attribution::number(std::string_view name) const {
  const Parameter* parameter = find(*this, name);
  if (parameter == nullptr || !std::holds_alternative<double>(parameter->second)) return {};
  return std::get<double>(parameter->second);
}

std::string Attribution::text(std::string_view name) const {
  const Parameter* parameter = find(*this, name);
  if (parameter == nullptr || !std::holds_alternative<std::string>(parameter->second)) return {};
  return std::get<std::string>(parameter->second);
}

std::string to_string(const Attribution& a) {
  switch (a.cause) {
    case Cause::unit_factor: return factor_text(a);
    case Cause::constant_shift:
      return "serving = training" + signed_text(a.number("shift").value_or(0)) + in_brackets(a, "unit");
    case Cause::normalisation:
      return "serving = " + digits(a.number("factor").value_or(1)) + " x training" +
             signed_text(a.number("shift").value_or(0)) +
             (a.text("unit").empty() ? " (other statistics)" : in_brackets(a, "unit"));
    case Cause::default_fill: return fill_text(a);
    case Cause::clipping: return bounds_text(a);
    case Cause::rounding: return rounding_text(a);
    case Cause::timezone_shift: return zone_text(a);
    case Cause::swapped_columns: return "serving has the values of " + a.text("column") + in_brackets(a, "how");
    case Cause::stale_value: return stale_text(a);
    case Cause::type_cast: return "serving went through another type" + in_brackets(a, "type");
    case Cause::category_encoding: return "serving is written otherwise" + in_brackets(a, "how");
    case Cause::sign: return "serving has its sign " + a.text("how");
    case Cause::truncation: return truncation_text(a);
    case Cause::dropped_category: return "serving has no " + quoted(a, "category");
    case Cause::missing_column: return "serving has no value in this column";
    case Cause::unknown: return "no cause explains enough of it";
  }
  return {};
}

}  // namespace leeway::inline v1::validate
