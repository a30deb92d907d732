// The answer to "how often to retrain?" in words and as a picture. The command's tests have the JSON.

#include "leeway/report/interval.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/report/quantity_text.hpp"

namespace leeway::report {
namespace {

using namespace retrain;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Staleness kFraud{QueriesPerDay(1e6), MoneyPerQuery(0.5), Fraction(0.95), PerDay(0.02)};
const Staleness kUnit{QueriesPerDay(1), MoneyPerQuery(1), Fraction(1), PerDay(1)};

IntervalReport fraud(const IntervalLimits& limits = {}) {
  return *plan_interval(kFraud, {.compute = Money(5000)}, limits);
}

IntervalReport unit(double cost, const IntervalLimits& limits = {}) {
  return *plan_interval(kUnit, {.compute = Money(cost)}, limits);
}

// ---- numbers with units

TEST(QuantityText, groups_money_and_keeps_small_sums) {
  EXPECT_EQ(quantity_text(Money(365000)), "365,000");
  EXPECT_EQ(quantity_text(Money(191780.8219)), "191,780.82");
  EXPECT_EQ(quantity_text(Money(-1234.5)), "-1,234.50");
  EXPECT_EQ(quantity_text(Money(999.9999)), "1000");
  EXPECT_EQ(quantity_text(Money(0.06)), "0.06");
  EXPECT_EQ(quantity_text(Money(1e15)), "1e+15");
  EXPECT_EQ(quantity_text(MoneyPerDay(9713.4)), "9,713.40 a day");
}

TEST(QuantityText, adds_the_unit_that_is_usual_for_a_time) {
  EXPECT_EQ(quantity_text(Days(1)), "1 day");
  EXPECT_EQ(quantity_text(Days(1.25)), "1.25 days (30 hours)");
  EXPECT_EQ(quantity_text(Days(0.01)), "0.01 days (14.4 minutes)");
  EXPECT_EQ(quantity_text(seconds(3)), "3.47222e-05 days (3 seconds)");
  EXPECT_EQ(quantity_text(Days(14)), "14 days");
  EXPECT_EQ(quantity_text(Days(365)), "365 days (1 year)");
  EXPECT_EQ(quantity_text(Days(730)), "730 days (2 years)");
  EXPECT_EQ(quantity_text(Days(0)), "0 days");
  EXPECT_EQ(quantity_text(Fraction(0.05)), "5 %");
}

// ---- the plan

TEST(IntervalReport, keeps_to_the_limits) {
  EXPECT_EQ(fraud().limited.interval, fraud().best.interval);
  EXPECT_EQ(fraud({.shortest = Days(2)}).limited.interval, Days(2));
  EXPECT_EQ(fraud({.longest = Days(0.5)}).limited.interval, Days(0.5));
  EXPECT_EQ(unit(4, {.shortest = Days(2)}).limited.pays, false);
  EXPECT_EQ(unit(4, {.longest = Days(30)}).limited.interval, Days(30));
  EXPECT_GT(unit(4, {.longest = Days(30)}).limited.cost_rate, unit(4).best.cost_rate);
}

TEST(IntervalReport, names_the_limit_that_is_wrong) {
  const auto where = [](const IntervalLimits& limits) {
    const auto report = plan_interval(kFraud, {.compute = Money(5000)}, limits);
    return report ? "nothing" : report.error().where;
  };
  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(where({.shortest = Days(bad)}), "shortest");
    EXPECT_EQ(where({.manual_deployment = Days(bad)}), "manual_deployment");
  }
  EXPECT_EQ(where({.shortest = Days(3), .longest = Days(2)}), "longest");
  EXPECT_EQ(where({.longest = Days(0)}), "longest");
  EXPECT_EQ(where({.longest = Days(std::nan(""))}), "longest");
  EXPECT_EQ(plan_interval(kFraud, {}).error().where, "compute + validation + deployment + risk");
}

TEST(IntervalReport, asks_for_automation_where_the_interval_is_shorter_than_a_deployment) {
  EXPECT_TRUE(fraud({.manual_deployment = Days(3)}).must_automate());
  EXPECT_FALSE(fraud({.manual_deployment = Days(1)}).must_automate());
  EXPECT_FALSE(fraud({.shortest = Days(3), .manual_deployment = Days(3)}).must_automate());
  EXPECT_FALSE(unit(4, {.manual_deployment = Days(300)}).must_automate());
}

TEST(IntervalReport, says_what_each_interval_costs) {
  const std::string text = to_text(fraud({.shortest = Days(2)}));
  EXPECT_THAT(text, StartsWith("retrain every 1.03306 days (24.8 hours): that costs 9,713.40 a day, "));
  EXPECT_THAT(text, HasSubstr("within the limits every 2 days: 11,874.59 a day\n"));
  EXPECT_THAT(text, HasSubstr("never retraining   never    475,000     +4790 %\n"));
  EXPECT_THAT(text, HasSubstr("Half of the accuracy is gone after 34.6574 days.\n"));
  EXPECT_THAT(to_text(unit(4)), Not(HasSubstr("never retraining"))) << "the best row says so";
}

// ---- the picture

/// In any locale, unlike std::stod.
double number(const std::string& text) { return nlohmann::json::parse(text).get<double>(); }

std::vector<double> numbers_in(const std::string& text) {
  static const std::regex kNumber("-?[0-9]+(\\.[0-9]+)?(e[-+][0-9]+)?");
  std::vector<double> numbers;
  for (std::sregex_iterator at(text.begin(), text.end(), kNumber), end; at != end; ++at)
    numbers.push_back(number(at->str()));
  return numbers;
}

/// What an attribute of the first element that begins so has: attribute(svg, "<circle class=\"best\"", "cx").
std::string attribute(const std::string& svg, const std::string& element, const std::string& name) {
  const std::size_t begin = svg.find(element);
  if (begin == std::string::npos) return "";
  const std::string key = " " + name + "=\"";
  const std::size_t at = svg.find(key, begin) + key.size();
  return svg.substr(at, svg.find('"', at) - at);
}

/// The points of the n-th path of a kind.
std::vector<std::pair<double, double>> path(std::string svg, const std::string& kind, int n = 0) {
  const std::string element = "<path class=\"" + kind + "\"";
  for (int i = 0; i < n; ++i) svg = svg.substr(svg.find(element) + 1);
  const std::vector<double> numbers = numbers_in(attribute(svg, element, "d"));
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) points.emplace_back(numbers[i], numbers[i + 1]);
  return points;
}

TEST(IntervalSvg, stands_alone) {
  const std::string svg = to_svg(fraud());
  EXPECT_THAT(svg, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox="));
  for (const char* outside : {"<script", "href", "@import", "<image", "http://", "https://"}) {
    EXPECT_EQ(svg.find(outside, svg.find("viewBox")), std::string::npos) << outside;
  }
  EXPECT_LT(svg.size(), 30000U);
}

TEST(IntervalSvg, can_be_read_in_the_dark_and_by_ear) {
  const std::string svg = to_svg(fraud());
  EXPECT_THAT(svg, HasSubstr("@media(prefers-color-scheme:dark)"));
  EXPECT_THAT(svg, HasSubstr("role=\"img\" aria-labelledby=\"leeway-title leeway-description\""));
  EXPECT_THAT(svg, HasSubstr("<title id=\"leeway-title\">Retrain every 1.03306 days (24.8 hours)</title>"));
  EXPECT_THAT(svg, HasSubstr("at best 9,713.40 a day; by the square-root law, every 1.02598 days (24.6 hours), "
                             "9,713.63 a day; never retraining costs 475,000 a day.</desc>"));
  EXPECT_THAT(to_svg(unit(4)), HasSubstr("<title id=\"leeway-title\">Never retrain</title>"));
}

TEST(IntervalSvg, names_its_axes_with_their_units) {
  const std::string svg = to_svg(fraud());
  for (const char* label : {">accuracy, %<", ">days<", ">cost per day<", ">interval between retrainings, days<"})
    EXPECT_THAT(svg, HasSubstr(label));
}

TEST(IntervalSvg, has_tags_that_open_and_close) {
  for (const IntervalReport& report :
       {fraud(), fraud({.shortest = Days(3)}), unit(0.99), unit(4), unit(1e-12), unit(4, {.longest = Days(2)})}) {
    const std::string svg = to_svg(report);
    std::vector<std::string> open;
    static const std::regex kTag("<(/?)([a-zA-Z]+)[^<>]*>");
    for (std::sregex_iterator at(svg.begin(), svg.end(), kTag), end; at != end; ++at) {
      if ((*at)[1].length() == 0) {
        open.push_back((*at)[2]);
      } else {
        ASSERT_FALSE(open.empty());
        EXPECT_EQ(open.back(), (*at)[2]);
        open.pop_back();
      }
    }
    EXPECT_TRUE(open.empty());
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf<")));
    EXPECT_THAT(svg, Not(HasSubstr(">-0")));
  }
}

TEST(IntervalSvg, draws_accuracy_as_a_sawtooth) {
  const auto teeth = path(to_svg(fraud()), "best");
  int rises = 0;
  for (std::size_t i = 1; i < teeth.size(); ++i) {
    EXPECT_GE(teeth[i].first, teeth[i - 1].first);
    if (teeth[i].second < teeth[i - 1].second) {  // downwards in the picture is upwards on paper
      ++rises;
      EXPECT_EQ(teeth[i].first, teeth[i - 1].first) << "at once";
      EXPECT_EQ(teeth[i].second, teeth[0].second) << "as good as new";
    }
  }
  EXPECT_EQ(rises, 3);
  EXPECT_EQ(path(to_svg(unit(4)), "never").size(), 161U);
}

// The curve is lowest where the best interval is marked, and the square-root law lies on it, to the left.
TEST(IntervalSvg, marks_the_optimum_and_the_square_root_law_on_the_curve) {
  for (const double cost : {0.02, 0.5, 0.9}) {
    const std::string svg = to_svg(unit(cost));
    const auto curve = path(svg, "best", 1);
    const auto lowest =
        std::max_element(curve.begin(), curve.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const double x = number(attribute(svg, "<circle class=\"best\"", "cx"));
    const double y = number(attribute(svg, "<circle class=\"best\"", "cy"));
    EXPECT_NEAR(y, lowest->second, 0.15);
    const double root_x = number(attribute(svg, "<circle class=\"other\"", "cx"));
    const double root_y = number(attribute(svg, "<circle class=\"other\"", "cy"));
    EXPECT_LT(root_x, x);
    for (const auto& [mark_x, mark_y] : {std::pair(x, y), std::pair(root_x, root_y)}) {
      const auto right = std::find_if(curve.begin(), curve.end(), [x = mark_x](const auto& p) { return p.first >= x; });
      ASSERT_NE(right, curve.end());
      EXPECT_NEAR(mark_y, right->second, 3) << cost;
    }
  }
}

TEST(IntervalSvg, has_a_logarithmic_axis_of_intervals) {
  const std::string svg = to_svg(unit(0.5));
  const auto x = [&](const std::string& label) {
    const std::size_t end = svg.rfind(">" + label + "</text>");  // of the lower chart
    const std::size_t at = svg.rfind(" x=\"", end) + 4;
    return number(svg.substr(at, svg.find('"', at) - at));
  };
  EXPECT_NEAR(x("2") - x("1"), x("10") - x("5"), 0.2);
  EXPECT_GT(x("2") - x("1"), 30);
}

TEST(IntervalSvg, draws_whatever_the_numbers) {
  for (const double scale : {1e-80, 1e-12, 1e-3, 1.0, 1e6, 1e80}) {
    for (const double k : {1e-100, 1e-40, 1e-9, 0.3, 1 - 1e-15, 1.0, 1e9}) {
      for (const double lag : {0.0, 0.5, 40.0}) {
        const Staleness staleness{QueriesPerDay(1), MoneyPerQuery(scale), Fraction(0.5), PerDay(1 / scale)};
        const auto report = plan_interval(
            staleness, {.compute = Money(0.5 * k * scale * scale), .lag = Days(lag * scale)}, {.longest = Days(scale)});
        ASSERT_TRUE(report) << scale << " " << k;
        const std::string svg = to_svg(*report);
        EXPECT_LT(svg.size(), 40000U);
        EXPECT_THAT(svg, Not(testing::ContainsRegex("[\" >](-?nan|-?inf)[\" <]"))) << scale << " " << k << " " << lag;
        EXPECT_FALSE(to_text(*report).empty());
      }
    }
  }
}

TEST(IntervalSvg, has_no_optimum_where_retraining_never_pays) {
  const std::string svg = to_svg(unit(4));
  EXPECT_THAT(svg, Not(HasSubstr("<circle class=\"best\"")));
  EXPECT_THAT(svg, HasSubstr("<circle class=\"other\""));
  EXPECT_THAT(svg, HasSubstr("never retraining: 1 a day"));
}

TEST(IntervalSvg, shows_the_limit_where_it_binds) {
  EXPECT_THAT(to_svg(fraud({.shortest = Days(2)})), HasSubstr("within the limits: 2 days"));
  EXPECT_THAT(to_svg(fraud({.shortest = Days(1)})), Not(HasSubstr("within the limits")));
}

}  // namespace
}  // namespace leeway::report
