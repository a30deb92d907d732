#include "report/svg_chart.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "report/html_page.hpp"

namespace leeway::inline v1::report::detail {
namespace {

constexpr double kLetter = 7;  // width of one, on average
constexpr int kMostTicks = 7;
constexpr double kManyDecades = 2.5;

// Colours as in the pages: text at least 4.5 to 1 against the ground in both schemes, lines 3 to 1.
constexpr std::string_view kStyle = R"(
svg{color-scheme:light dark;--page:#fff;--text:#1b1f23;--soft:#57606a;--line:#d0d7de;--best:#1f6fd0;--other:#b3261e;
--part:#77838f;font:13px system-ui,sans-serif}
@media(prefers-color-scheme:dark){svg{--page:#14171a;--text:#e6e8ea;--soft:#a9b1ba;--line:#3a4149;--best:#6fb1ff;
--other:#ff8a80;--part:#8b97a3}}
.page{fill:var(--page)}text{fill:var(--text)}.title{font-size:15px;font-weight:600}.tick,.label{fill:var(--soft)}
.halo{stroke:var(--page);stroke-width:4px;paint-order:stroke}
.grid{stroke:var(--line)}.axis{stroke:var(--soft)}path,line{fill:none}
path.best,line.best{stroke:var(--best);stroke-width:2.5}
path.other,line.other{stroke:var(--other);stroke-width:2;stroke-dasharray:7 4}
path.part,line.part{stroke:var(--part);stroke-width:1.5;stroke-dasharray:2 3}
path.never,line.never{stroke:var(--part);stroke-width:2;stroke-dasharray:10 5}
line.mark{stroke-width:1.5}circle.best{fill:var(--best)}circle.other{fill:var(--other)}circle.never{fill:var(--part)}
)";

std::string fixed(double number, int decimals) {
  std::array<char, 400> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, decimals).ptr;
  return {text.data(), end};
}

/// A length in the picture.
std::string px(double length) {
  std::string text = fixed(length, 1);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string straight(std::string_view kind, Point a, Point b) {
  return element("line" + attribute("class", kind) + attribute("x1", px(a.x)) + attribute("y1", px(a.y)) +
                     attribute("x2", px(b.x)) + attribute("y2", px(b.y)),
                 "");
}

std::string anchored(Point at, std::string_view kind, std::string_view anchor, std::string_view text) {
  return element("text" + attribute("class", kind) + attribute("x", px(at.x)) + attribute("y", px(at.y)) +
                     attribute("text-anchor", anchor),
                 escaped(text));
}

// ---- ticks

double step_of(const Axis& axis) {
  const double raw = (axis.high - axis.low) / (kMostTicks - 1);
  const double decade = std::pow(10, std::floor(std::log10(raw)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * decade >= raw) return step * decade;
  return 10 * decade;
}

std::vector<double> even_ticks(const Axis& axis) {
  const double step = step_of(axis);
  std::vector<double> found;
  for (double i = std::ceil(axis.low / step - 1e-9); i * step <= axis.high + step * 1e-9; ++i)
    found.push_back(i * step + 0.0);  // no -0
  return found;
}

std::vector<double> decade_ticks(const Axis& axis) {
  const bool many = std::log10(axis.high / axis.low) > kManyDecades;
  std::vector<double> found;
  for (double power = std::floor(std::log10(axis.low)); power <= std::log10(axis.high); ++power) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double value = digit * std::pow(10, power);
      if ((digit == 1 || !many) && value >= axis.low && value <= axis.high) found.push_back(value);
    }
  }
  return found;
}

std::string grouped_thousands(std::string text) {
  for (std::size_t i = (std::min)(text.find('.'), text.size()); i > 3;) text.insert(i -= 3, 1, ',');
  return text;
}

/// As many decimals as tell it from its neighbours.
std::string tick_text(double value, double step) {
  if (value != 0 && (value >= 1e12 || step < 1e-9)) {
    std::array<char, 32> text{};
    return {text.data(),
            std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 9).ptr};
  }
  return grouped_thousands(fixed(value, (std::max)(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)))));
}

std::string tick_text(const Axis& axis, double value) {
  return tick_text(value, axis.logarithmic ? value : step_of(axis));
}

}  // namespace

double Axis::at(double value) const {
  const double share = logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return from + share * (to - from);
}

std::vector<double> ticks(const Axis& axis) { return axis.logarithmic ? decade_ticks(axis) : even_ticks(axis); }

std::string Chart::frame() const {
  std::string svg = element("clipPath" + attribute("id", id),
                            element("rect" + attribute("x", px(x.from)) + attribute("y", px(y.to)) +
                                        attribute("width", px(x.to - x.from)) + attribute("height", px(y.from - y.to)),
                                    ""));
  for (const double tick : ticks(x)) {
    svg += straight("grid", {x.at(tick), y.from}, {x.at(tick), y.to});
    svg += anchored({x.at(tick), y.from + 18}, "tick", "middle", tick_text(x, tick));
  }
  for (const double tick : ticks(y)) {
    svg += straight("grid", {x.from, y.at(tick)}, {x.to, y.at(tick)});
    svg += anchored({x.from - 7, y.at(tick) + 4}, "tick", "end", tick_text(y, tick));
  }
  svg += straight("axis", {x.from, y.from}, {x.to, y.from});
  svg += anchored({(x.from + x.to) / 2, y.from + 38}, "label", "middle", x.label);
  return svg + anchored({x.from, y.to - 9}, "label", "start", y.label) + "\n";
}

std::string Chart::line(std::string_view kind, std::span<const Point> points) const {
  std::string path;
  for (const Point& point : points)
    path += (path.empty() ? "M" : " L") + px(x.at(point.x)) + " " +
            px((std::clamp)(y.at(point.y), y.to - 1000, y.from + 1000));
  return element("path" + attribute("class", kind) + attribute("clip-path", "url(#" + id + ")") + attribute("d", path),
                 "") +
         "\n";
}

std::string Chart::mark(std::string_view kind, Point point) const {
  const double at = x.at(point.x);
  const std::string dot = element("circle" + attribute("class", kind) + attribute("cx", px(at)) +
                                      attribute("cy", px(y.at(point.y))) + attribute("r", "5"),
                                  "");
  return straight(std::string(kind) + " mark", {at, y.from}, {at, y.to}) + dot + "\n";
}

std::string Chart::note(double value, double share, Side side, std::string_view text) const {
  const double at = x.at(value);
  const double width = 12 + kLetter * static_cast<double>(text.size());
  const bool fits = side == Side::right ? at + width < x.to : at - width > x.from;
  const bool right = (side == Side::right) == fits;
  return anchored({at + (right ? 8 : -8), y.from + share * (y.to - y.from)}, "halo", right ? "start" : "end", text) +
         "\n";
}

std::string svg_text(double x, double y, std::string_view kind, std::string_view text) {
  return anchored({x, y}, kind, "start", text) + "\n";
}

std::string key(double& x, double y, std::string_view kind, std::string_view text) {
  std::string svg = straight(kind, {x, y - 4}, {x + 28, y - 4}) + svg_text(x + 34, y, "label", text);
  x += 34 + kLetter * static_cast<double>(text.size()) + 18;
  return svg;
}

std::string svg_file(double width, double height, std::string_view title, std::string_view description,
                     std::string_view body) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + px(width) + " " + px(height) + "\" width=\"" +
         px(width) + "\" height=\"" + px(height) +
         "\" role=\"img\" aria-labelledby=\"leeway-title leeway-description\">\n" +
         element("title id=\"leeway-title\"", escaped(title)) + "\n" +
         element("desc id=\"leeway-description\"", escaped(description)) + "\n" + element("style", kStyle) + "\n" +
         element("rect class=\"page\" width=\"100%\" height=\"100%\"", "") + "\n" + std::string(body) + "</svg>\n";
}

}  // namespace leeway::inline v1::report::detail
