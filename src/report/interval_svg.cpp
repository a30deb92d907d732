// The accuracy of a model that is retrained again and again, and what each interval costs.

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/report/interval.hpp"
#include "leeway/report/quantity_text.hpp"
#include "report/svg_chart.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::Axis;
using detail::Chart;
using detail::Point;
using detail::Side;
using retrain::Days;
using retrain::Money;
using retrain::MoneyPerDay;

constexpr double kWidth = 760;
constexpr double kHeight = 830;
constexpr double kLeft = 84;
constexpr double kRight = kWidth - 24;
constexpr int kCycles = 4;
constexpr int kSamples = 160;
constexpr double kAround = 6;     // the intervals shown: from a sixth of the marked ones to six times
constexpr double kFlat = 1e-9;    // of the accuracy: a range below that cannot be drawn
constexpr double kLifetimes = 3;  // 1 / g shown where nothing is retrained

double accuracy(const IntervalReport& report, double age) {
  const auto& [queries, value, fresh, decay] = report.staleness;
  return 100 * fresh.value() * std::exp(-decay.value() * (report.retraining.lag.value() + age));
}

bool retrains(const IntervalReport& report) { return std::isfinite(report.limited.interval.value()); }

// ---- accuracy over time

double shown_days(const IntervalReport& report) {
  return retrains(report) ? kCycles * report.limited.interval.value() : kLifetimes / report.staleness.decay.value();
}

std::vector<Point> decaying(const IntervalReport& report, double days) {
  std::vector<Point> points;
  for (int i = 0; i <= kSamples; ++i) {
    const double age = days * i / kSamples;
    points.push_back({age, accuracy(report, age)});
  }
  return points;
}

std::vector<Point> sawtooth(const IntervalReport& report) {
  const double interval = report.limited.interval.value();
  const std::vector<Point> cycle = decaying(report, interval);
  std::vector<Point> points;
  for (int i = 0; i < kCycles; ++i)
    for (std::size_t at = 0; at < cycle.size(); at += 4) points.push_back({cycle[at].x + i * interval, cycle[at].y});
  return points;
}

Axis accuracy_axis(const IntervalReport& report, double days) {
  const double fresh = accuracy(report, 0);
  const double last = accuracy(report, days);
  Axis axis{last < fresh / 2 ? 0 : last, fresh, false, 346, 102, "accuracy, %"};
  const double margin = (std::max)((axis.high - axis.low) / 20, kFlat * fresh);
  if (axis.low > 0) axis.low = (std::max)(0.0, axis.low - margin);
  axis.high += margin > 0 ? margin : 1;  // of data so old that no accuracy is left
  return axis;
}

std::string accuracy_chart(const IntervalReport& report) {
  const double days = shown_days(report);
  const Chart chart{"leeway-accuracy", {0, days, false, kLeft, kRight, "days"}, accuracy_axis(report, days)};
  std::string svg = detail::svg_text(kLeft - 60, 28, "title", "Accuracy over time") + chart.frame();
  svg += chart.line("never", decaying(report, days));
  double x = kLeft - 60;
  if (retrains(report)) {
    svg += chart.line("best", sawtooth(report));
    svg += detail::key(x, 54, "best", "retrained every " + quantity_text(report.limited.interval));
  }
  return svg + detail::key(x, 54, "never", "never retrained");
}

// ---- cost per day against the interval

struct Curves {
  std::vector<Point> both;
  std::vector<Point> staleness;
  std::vector<Point> retraining;
};

double rate_at(const IntervalReport& report, double days) {
  const auto rate = retrain::cost_rate(report.staleness, report.retraining, Days(days));
  return rate ? rate->value() : report.staleness.ceiling().value();
}

Curves curves(const IntervalReport& report, const Axis& x) {
  Curves found;
  for (int i = 0; i <= kSamples; ++i) {
    const double days = x.low * std::pow(x.high / x.low, static_cast<double>(i) / kSamples);
    const double rate = rate_at(report, days);
    const double price = report.retraining.cost().value() / days;
    found.both.push_back({days, rate});
    found.staleness.push_back({days, rate - price});
    found.retraining.push_back({days, price});
  }
  return found;
}

Axis interval_axis(const IntervalReport& report) {
  const double root = report.best.square_root.value();
  std::vector<double> marked;
  if (std::isfinite(root)) marked.push_back(root);
  if (report.best.pays) marked.push_back(report.best.interval.value());
  if (retrains(report)) marked.push_back(report.limited.interval.value());
  if (!report.best.pays) marked.push_back(kLifetimes / report.staleness.decay.value());
  const auto [least, most] = std::minmax_element(marked.begin(), marked.end());
  return {*least / kAround, *most * kAround, true, kLeft, kRight, "interval between retrainings, days"};
}

// What the age of the data costs does not depend on the interval.
Axis cost_axis(const IntervalReport& report) {
  const double ceiling = report.staleness.ceiling().value();
  const double lost = -std::expm1(-(report.staleness.decay * report.retraining.lag)) * ceiling;
  const double least = report.best.cost_rate.value();
  const double root = least * (1 + report.best.square_root_excess);
  const double limited = report.limited.cost_rate.value();
  return {0, (std::max)({least + 2 * (least - lost), 1.2 * root, 1.2 * limited}), false, 780, 530, "cost per day"};
}

/// An interval that is marked in the picture.
struct Mark {
  std::string_view kind;
  const char* name;
  Days interval;
  MoneyPerDay rate;
  double height;  // of its note
  Side side;
};

std::vector<Mark> marks(const IntervalReport& report) {
  const retrain::OptimalInterval& best = report.best;
  std::vector<Mark> found;
  if (std::isfinite(best.square_root.value()))
    found.push_back({"other", "square-root law", best.square_root, best.cost_rate * (1 + best.square_root_excess), 0.82,
                     Side::left});
  if (best.pays) found.push_back({"best", "best", best.interval, best.cost_rate, 0.93, Side::right});
  if (retrains(report) && report.limited.interval != best.interval)
    found.push_back(
        {"never", "within the limits", report.limited.interval, report.limited.cost_rate, 0.71, Side::right});
  return found;
}

// The texts last, as no line may cross them.
std::string drawn(const std::vector<Mark>& marks, const Chart& chart) {
  std::string svg;
  for (const Mark& mark : marks) svg += chart.mark(mark.kind, {mark.interval.value(), mark.rate.value()});
  for (const Mark& mark : marks)
    svg += chart.note(mark.interval.value(), mark.height, mark.side,
                      std::string(mark.name) + ": " + detail::number(mark.interval.value()) + " days");
  return svg;
}

std::string never_line(const IntervalReport& report, const Chart& chart) {
  const double ceiling = report.staleness.ceiling().value();
  if (ceiling > chart.y.high) return "";
  const std::vector<Point> points{{chart.x.low, ceiling}, {chart.x.high, ceiling}};
  return chart.line("never", points) +
         detail::svg_text(kLeft + 8, chart.y.at(ceiling) - 6, "halo",
                          "never retraining: " + quantity_text(report.staleness.ceiling()));
}

std::string cost_chart(const IntervalReport& report) {
  const Chart chart{"leeway-cost", interval_axis(report), cost_axis(report)};
  const Curves lines = curves(report, chart.x);
  std::string svg = detail::svg_text(kLeft - 60, 446, "title", "Cost per day against the interval") + chart.frame();
  svg += chart.line("part", lines.staleness) + chart.line("part", lines.retraining) + never_line(report, chart) +
         chart.line("best", lines.both) + drawn(marks(report), chart);
  double x = kLeft - 60;
  svg += detail::key(x, 472, "best", "both together");
  return svg + detail::key(x, 472, "part", "staleness (rising), retraining (falling)");
}

std::string title(const IntervalReport& report) {
  return report.best.pays ? "Retrain every " + quantity_text(report.best.interval) : "Never retrain";
}

std::string square_root_text(const retrain::OptimalInterval& best) {
  if (!std::isfinite(best.square_root.value())) return "";
  return "; by the square-root law, every " + quantity_text(best.square_root) + ", " +
         quantity_text(best.cost_rate * (1 + best.square_root_excess));
}

std::string description(const IntervalReport& report) {
  return "Above, accuracy over time: it decays by " + number_text(100 * report.staleness.decay.value()) +
         " % a day, continuously. Below, the cost per day of staleness and retraining against the interval: at best " +
         quantity_text(report.best.cost_rate) + (report.best.pays ? "" : ", never retraining") +
         square_root_text(report.best) + "; never retraining costs " + quantity_text(report.staleness.ceiling()) + ".";
}

}  // namespace

std::string to_svg(const IntervalReport& report) {
  return detail::svg_file(kWidth, kHeight, title(report), description(report),
                          accuracy_chart(report) + cost_chart(report));
}

}  // namespace leeway::inline v1::report
