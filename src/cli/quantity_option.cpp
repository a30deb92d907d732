#include "cli/quantity_option.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>

#include "cli/number.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

struct TimeUnit {
  std::string_view name;
  double days;
};
// No m: minutes or months.
constexpr std::array<TimeUnit, 6> kUnits{
    {{"s", 1.0 / 86400}, {"min", 1.0 / 1440}, {"h", 1.0 / 24}, {"d", 1}, {"w", 7}, {"y", 365}}};

std::optional<double> days_of(std::string_view unit) {
  for (const TimeUnit& known : kUnits)
    if (known.name == unit) return known.days;
  return {};
}

/// A number as it is written: "36h", "2%/w".
struct Written {
  std::string_view number;
  bool percent = false;
  bool per = false;
  std::string_view unit;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The letters at the end, unless they are the number: inf and nan have no digits.
Written split(std::string_view text) {
  Written written;
  std::size_t end = text.size();
  while (end > 0 && is_letter(text[end - 1])) --end;
  written.unit = text.substr(end);
  written.per = end > 0 && text[end - 1] == '/';
  if (written.per) --end;
  end = trim_blanks(text.substr(0, end)).size();
  written.percent = end > 0 && text[end - 1] == '%';
  if (written.percent) --end;
  written.number = text.substr(0, end);
  return written;
}

std::string expected_text(const NumberKind& kind, Zero zero) {
  std::string text = "expected " + std::string(kind.noun);
  if (kind.whole)
    text += zero == Zero::allowed ? " from 0 to 1" : " above 0 and at most 1";
  else
    text += zero == Zero::allowed ? " from 0" : " above 0";
  return text + ", such as " + std::string(kind.example);
}

std::string unit_names() {
  std::string names;
  for (const TimeUnit& unit : kUnits) names += (names.empty() ? "" : ", ") + std::string(unit.name);
  return names;
}

/// What is wrong with the unit; empty where it fits.
std::string misfit(const Written& written, const NumberKind& kind) {
  const bool timed = !written.unit.empty() || written.per;
  if (timed && !days_of(written.unit)) return kind.days == 0 ? " with letters" : "; units of time are " + unit_names();
  if (timed && (written.per ? -1 : 1) != kind.days) return written.per ? ", which is per time" : ", which is a time";
  return written.percent && !kind.percent ? ", which is a share" : "";
}

bool in_range(double number, const NumberKind& kind, Zero zero) {
  const bool above = zero == Zero::allowed ? number >= 0 : number > 0;
  return above && std::isfinite(number) && !(kind.whole && number > 1);
}

double scale(const Written& written, const NumberKind& kind, std::string_view unit) {
  const double days = kind.days == 0 ? 1 : *days_of(written.unit.empty() ? unit : written.unit);
  return kind.days < 0 ? 1 / days : days;
}

}  // namespace

Result<double> parse_quantity(std::string_view text, const NumberKind& kind, Zero zero, std::string_view unit) {
  const Written written = split(trim_blanks(text));
  const auto refused = [&](const std::string& why) {
    return usage_error("", expected_text(kind, zero) + ", found " + cli::quoted(text) + why);
  };
  const auto number = parse_number(written.number);
  if (!number) return refused("");
  if (const std::string why = misfit(written, kind); !why.empty()) return refused(why);
  const double value = *number * scale(written, kind, unit) / (written.percent ? 100 : 1);
  return in_range(value, kind, zero) ? Result<double>(value) : refused("");
}

Result<void> QuantityOptions::check() const {
  for (const auto& [option, kind] : required_) {
    if (app_->get_option(option)->count() > 0) continue;
    return usage_error(
        option, "expected it, " + std::string(kind->noun) + " such as " + std::string(kind->example) + ", found none");
  }
  return {};
}

}  // namespace leeway::cli
