#ifndef LEEWAY_SRC_REPORT_SVG_CHART_HPP
#define LEEWAY_SRC_REPORT_SVG_CHART_HPP

// What the pictures of a report are made of: a frame with labelled axes, lines and marks in it. Everything returned is
// SVG; texts are escaped here.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leeway::inline v1::report::detail {

/// A range of values, and where it lies in the picture. `low` < `high`; above 0 where logarithmic.
struct Axis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  double from = 0;  ///< in the picture, of `low`
  double to = 1;    ///< of `high`
  std::string label;

  [[nodiscard]] double at(double value) const;
};

/// Some five values in the range, round in decimal: of a logarithmic axis 1, 2 and 5 of each decade, or 1 alone.
[[nodiscard]] std::vector<double> ticks(const Axis& axis);

struct Point {
  double x = 0;
  double y = 0;
};

enum class Side { left, right };

/// Two axes and what is drawn between them.
struct Chart {
  std::string id;  ///< one of its own in the file
  Axis x;
  Axis y;  ///< from the bottom to the top

  /// Axes, ticks and grid.
  [[nodiscard]] std::string frame() const;
  /// `kind` is a class of the style: best, other, part, never.
  [[nodiscard]] std::string line(std::string_view kind, std::span<const Point> points) const;
  /// A dot in a colour of `kind`, and a line from the axis through it.
  [[nodiscard]] std::string mark(std::string_view kind, Point point) const;
  /// A text at the height of `share`, 0 at the bottom, next to the line at `x`, on this side if it fits there.
  [[nodiscard]] std::string note(double x, double share, Side side, std::string_view text) const;
};

/// A text from `x` on, as the title of a chart.
[[nodiscard]] std::string svg_text(double x, double y, std::string_view kind, std::string_view text);

/// A sample of a line and what it stands for; `x` moves on to where the next may begin.
[[nodiscard]] std::string key(double& x, double y, std::string_view kind, std::string_view text);

/// The whole file. `description` stands for the picture where it cannot be seen.
[[nodiscard]] std::string svg_file(double width, double height, std::string_view title, std::string_view description,
                                   std::string_view body);

}  // namespace leeway::inline v1::report::detail

#endif
