// A model that is perfectly available, and wrong.
//
// A Gaussian naive Bayes classifier learns the weather of Seattle from the days of 2012, then serves 2013 to 2015 day
// by day. leeway watches its inputs, its predictions and, 30 days late, the true labels.
//
//   03_demo [--data FILE] [--svg FILE]

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <numbers>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leeway/adapt/eigen.hpp"
#include "leeway/base/value_or_throw.hpp"
#include "leeway/leeway.hpp"

namespace {

namespace lw = leeway;
using Inputs = Eigen::RowVector4d;

constexpr std::array kInputNames{"precipitation", "temp_max", "temp_min", "wind"};
constexpr std::size_t kDaysUntilLabel = 30;

struct Day {
  int year = 0;
  Inputs inputs;
  std::string weather;
};

// One line: 2012/01/01,0.0,12.8,5.0,4.7,drizzle
std::optional<Day> parse_day(const std::string& line) {
  Day day;
  std::istringstream fields(line);
  std::string month_and_day;
  fields >> day.year;
  std::getline(fields, month_and_day, ',');
  char comma = 0;
  for (double& input : day.inputs) fields >> input >> comma;
  if (comma != ',' || !std::getline(fields, day.weather)) return std::nullopt;
  return day;
}

std::vector<Day> read_days(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be opened; name the file with --data");
  std::vector<Day> days;
  std::string line;
  std::getline(file, line);  // header
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    const std::string where = path + ":" + std::to_string(number);
    auto day = parse_day(line);
    if (!day) throw std::runtime_error(where + ": expected date, four numbers and a word, found " + line);
    days.push_back(*std::move(day));
  }
  return days;
}

std::vector<Day> of_year(const std::vector<Day>& days, int year) {
  std::vector<Day> chosen;
  std::copy_if(days.begin(), days.end(), std::back_inserter(chosen),
               [year](const Day& day) { return day.year == year; });
  return chosen;
}

// ---- The model ----------------------------------------------------------------------------------------------------

// Each class has a prior and an independent normal law per input (Bishop 2006, 8.2.2).
class GaussianNaiveBayes {
 public:
  explicit GaussianNaiveBayes(const std::vector<Day>& days) {
    std::map<std::string, std::vector<Inputs>> by_weather;
    for (const Day& day : days) by_weather[day.weather].push_back(day.inputs);
    std::vector<Inputs> all;
    for (const Day& day : days) all.push_back(day.inputs);
    const double floor = 1e-9 * variance(all).maxCoeff();  // so that no input of no spread decides alone
    for (const auto& [weather, inputs] : by_weather) {
      const double prior = static_cast<double>(inputs.size()) / static_cast<double>(days.size());
      classes_.push_back({weather, std::log(prior), mean(inputs), variance(inputs).array() + floor});
    }
  }

  [[nodiscard]] const std::string& predict(const Inputs& inputs) const {
    const auto likelier = [&](const Class& a, const Class& b) { return a.log_density(inputs) < b.log_density(inputs); };
    return std::max_element(classes_.begin(), classes_.end(), likelier)->weather;
  }

 private:
  struct Class {
    std::string weather;
    double log_prior;
    Inputs mean;
    Inputs variance;

    [[nodiscard]] double log_density(const Inputs& inputs) const {
      const auto squares = (inputs - mean).array().square() / variance.array();
      return log_prior - 0.5 * (squares + (2 * std::numbers::pi * variance.array()).log()).sum();
    }
  };

  static Inputs mean(const std::vector<Inputs>& rows) {
    Inputs sum = Inputs::Zero();
    for (const Inputs& row : rows) sum += row;
    return sum / static_cast<double>(rows.size());
  }
  static Inputs variance(const std::vector<Inputs>& rows) {
    const Inputs center = mean(rows);
    Inputs sum = Inputs::Zero();
    for (const Inputs& row : rows) sum += (row - center).cwiseAbs2();
    return sum / static_cast<double>(rows.size());
  }

  std::vector<Class> classes_;
};

// ---- What leeway watches ------------------------------------------------------------------------------------------

lw::profile::Profile profile_of_inputs(const std::vector<Day>& days) {
  lw::profile::ProfileBuilder builder;
  for (std::size_t i = 0; i < kInputNames.size(); ++i) {
    std::vector<double> column;
    for (const Day& day : days) column.push_back(day.inputs[static_cast<Eigen::Index>(i)]);
    builder.numeric(kInputNames[i], column);
  }
  return lw::value_or_throw(builder.build());
}

lw::profile::Profile profile_of_words(const char* name, const std::vector<std::string>& words) {
  const std::vector<std::optional<std::string_view>> column(words.begin(), words.end());
  lw::profile::ProfileBuilder builder;
  return lw::value_or_throw(builder.categorical(name, column).build());
}

// A monitor with its one recorder: this server has one thread.
struct Watch {
  explicit Watch(lw::profile::Profile profile)
      : monitor(lw::value_or_throw(lw::monitor::ModelMonitor::make(std::move(profile)))),
        recorder(monitor.recorder()) {}

  void record(const Inputs& inputs) { lw::adapt::record(recorder, inputs); }
  void record(const std::string& word) { recorder.record(std::array{lw::stream::Value(std::string_view(word))}); }
  lw::drift::DriftReport close() { return monitor.close_window().report; }

  lw::monitor::ModelMonitor monitor;
  lw::stream::Recorder recorder;
};

struct YearReport {
  int year = 0;
  std::size_t requests = 0;
  std::size_t answered = 0;
  std::size_t right = 0;
  lw::drift::DriftReport inputs{};
  lw::drift::DriftReport predictions{};
  lw::drift::DriftReport labels{};

  [[nodiscard]] double accuracy() const { return static_cast<double>(right) / static_cast<double>(answered); }
};

double psi_of(const lw::drift::FeatureReport& feature) { return feature.metrics.front().value; }

const lw::drift::FeatureReport& most_moved(const lw::drift::DriftReport& report) {
  return *std::max_element(report.features.begin(), report.features.end(),
                           [](const auto& a, const auto& b) { return psi_of(a) < psi_of(b); });
}

// ---- The server ---------------------------------------------------------------------------------------------------

class Server {
 public:
  explicit Server(const std::vector<Day>& training)
      : model_(training),
        inputs_(profile_of_inputs(training)),
        predictions_(predictions_of(training)),
        labels_(labels_of(training)) {}

  [[nodiscard]] double training_accuracy(const std::vector<Day>& training) const {
    const auto right = std::count_if(training.begin(), training.end(),
                                     [&](const Day& day) { return model_.predict(day.inputs) == day.weather; });
    return static_cast<double>(right) / static_cast<double>(training.size());
  }

  void serve(const Day& day) {
    ++requests_;
    answers_.push_back(model_.predict(day.inputs));
    inputs_.record(day.inputs);
    predictions_.record(answers_.back());
  }

  // Days later somebody writes down what the weather was.
  void label(std::size_t request, const Day& day) {
    labels_.record(day.weather);
    right_ += answers_[request] == day.weather;
  }

  // What is known on the last day of a year; its last labels are still to come.
  YearReport close_year(int year) {
    YearReport report{.year = year, .requests = std::exchange(requests_, 0)};
    report.inputs = inputs_.close();
    report.predictions = predictions_.close();
    report.answered = report.predictions.live_rows;
    return report;
  }

  void close_labels(YearReport& year) {
    year.labels = labels_.close();
    year.right = std::exchange(right_, 0);
  }

 private:
  lw::profile::Profile predictions_of(const std::vector<Day>& days) const {
    std::vector<std::string> words;
    for (const Day& day : days) words.push_back(model_.predict(day.inputs));
    return profile_of_words("prediction", words);
  }
  static lw::profile::Profile labels_of(const std::vector<Day>& days) {
    std::vector<std::string> words;
    for (const Day& day : days) words.push_back(day.weather);
    return profile_of_words("label", words);
  }

  GaussianNaiveBayes model_;
  Watch inputs_;
  Watch predictions_;
  Watch labels_;
  std::vector<std::string> answers_;
  std::size_t requests_ = 0;
  std::size_t right_ = 0;
};

bool is_last_of_year(const std::vector<Day>& days, std::size_t i) {
  return i + 1 == days.size() || days[i + 1].year != days[i].year;
}

std::vector<YearReport> serve_all(Server& server, const std::vector<Day>& days) {
  std::vector<YearReport> years;
  std::size_t labelled_years = 0;
  for (std::size_t today = 0; today < days.size() + kDaysUntilLabel; ++today) {
    if (today < days.size()) {
      server.serve(days[today]);
      if (is_last_of_year(days, today)) years.push_back(server.close_year(days[today].year));
    }
    if (today >= kDaysUntilLabel) {
      const std::size_t request = today - kDaysUntilLabel;
      server.label(request, days[request]);
      if (is_last_of_year(days, request)) server.close_labels(years[labelled_years++]);
    }
  }
  return years;
}

// ---- What it says -------------------------------------------------------------------------------------------------

void print_dashboard(const std::vector<YearReport>& years) {
  std::printf("What an infrastructure dashboard shows: all green.\n\n  year  requests answered  errors\n");
  for (const YearReport& year : years) {
    std::printf("  %d  %10zu of %zu  %6zu\n", year.year, year.answered, year.requests, year.requests - year.answered);
  }
}

void print_verdicts(double training_accuracy, const std::vector<YearReport>& years) {
  std::printf(
      "\nWhat leeway shows, each year compared with 2012:\n\n  year  inputs           predictions  labels    "
      "accuracy\n");
  std::printf("  2012  (training)                               %5.2f %%\n", 100 * training_accuracy);
  for (const YearReport& year : years) {
    std::printf("  %d  %-15s  %-11s  %-8s   %5.2f %%\n", year.year, to_string(year.inputs.verdict),
                to_string(year.predictions.verdict), to_string(year.labels.verdict), 100 * year.accuracy());
  }
  std::printf(
      "\n  stable: little moved, or no more than chance explains. warning: more. drift: more, and much.\n"
      "  not_enough_data: chance alone could move it as far as drift: days of weather are too much alike.\n");
}

void print_distances(const std::vector<YearReport>& years) {
  std::printf(
      "\nHow far each has moved from 2012, in PSI (population stability index: 0 is not at all,\n"
      "a warning begins at 0.1, drift at 0.2):\n\n  year  precipitation  temp_max  temp_min   wind  predictions  "
      "labels\n");
  for (const YearReport& year : years) {
    const auto& inputs = year.inputs.features;
    std::printf("  %d  %13.3f  %8.3f  %8.3f  %5.3f", year.year, psi_of(inputs[0]), psi_of(inputs[1]), psi_of(inputs[2]),
                psi_of(inputs[3]));
    std::printf("  %11.3f  %6.3f\n", psi_of(year.predictions.features[0]), psi_of(year.labels.features[0]));
  }
}

enum class Side { reference, live };

double percent_of(const lw::drift::FeatureReport& feature, const std::string& cell, Side side) {
  for (const auto& c : feature.cells) {
    if (c.cell == cell) return 100 * (side == Side::live ? c.live : c.reference);
  }
  return 0;
}

void print_meaning(double training_accuracy, const std::vector<YearReport>& years) {
  const YearReport& last = years.back();
  const auto& label = last.labels.features.front();
  const auto& prediction = last.predictions.features.front();
  std::printf(
      "\nWhat it means: the model is perfectly available, and wrong. Right answers fell from %.0f %% to %.0f %%.\n\n",
      100 * training_accuracy, 100 * last.accuracy());
  std::printf(
      "The inputs moved a little, towards warmer years; none reached drift. The labels changed meaning:\n"
      "%.0f %% of the days of 2012 were called rain, but %.0f %% of the days of %d, while the model still\n"
      "answers rain on %.0f %% of them. That is concept drift: like inputs, unlike right answers. No check\n"
      "of the inputs can find it; the labels did, %zu days late.\n\n",
      percent_of(label, "rain", Side::reference), percent_of(label, "rain", Side::live), last.year,
      percent_of(prediction, "rain", Side::live), kDaysUntilLabel);
  std::printf("What to do: retrain on fresh labels. Labels of before the change would teach the old meaning again.\n");
}

// A bar on the line y = 190, its value above, its year below.
void write_bar(std::ostream& svg, double x, double height, const char* colour, double value, int year) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  svg << "<rect x='" << x << "' y='" << 190 - height << "' width='44' height='" << height << "' fill='" << colour
      << "'/>"
      << "<text x='" << x + 22 << "' y='" << 184 - height << "' text-anchor='middle'>" << text.data() << "</text>"
      << "<text x='" << x + 22 << "' y='208' text-anchor='middle'>" << year << "</text>\n";
}

// Left the accuracy, 130 units high at 1; right the largest PSI of an input, 130 units high at 0.2.
void write_svg(const std::string& path, double training_accuracy, const std::vector<YearReport>& years) {
  std::ofstream svg(path);
  svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 640 230' font-family='sans-serif' font-size='12' "
         "fill='#222'>\n"
         "<rect width='640' height='230' fill='#fff'/>\n"
         "<text x='20' y='20' font-size='14'>Accuracy of the answers</text>\n"
         "<text x='340' y='20' font-size='14'>Largest change of an input (PSI; drift from 0.2)</text>\n"
         "<path d='M20 190H300M340 190H620' stroke='#222'/><path d='M340 60H620' stroke='#b00' "
         "stroke-dasharray='4'/>\n";
  write_bar(svg, 30, 130 * training_accuracy, "#1f77b4", training_accuracy, 2012);
  write_bar(svg, 350, 0, "#888", 0, 2012);
  double x = 30;
  for (const YearReport& year : years) {
    x += 70;
    const double psi = psi_of(most_moved(year.inputs));
    write_bar(svg, x, 130 * year.accuracy(), "#d62728", year.accuracy(), year.year);
    write_bar(svg, x + 320, 650 * psi, "#888", psi, year.year);
  }
  svg << "</svg>\n";
  if (!svg.flush()) throw std::runtime_error(path + ": cannot be written");
}

std::string option(int count, char** arguments, const std::string& name, const std::string& otherwise) {
  for (int i = 1; i + 1 < count; ++i) {
    if (arguments[i] == name) return arguments[i + 1];
  }
  return otherwise;
}

}  // namespace

int main(int count, char** arguments) try {
  const std::string path = option(count, arguments, "--data", LEEWAY_EXAMPLE_DATA "/seattle_weather.csv");
  const std::vector<Day> days = read_days(path);
  const std::vector<Day> training = of_year(days, 2012);
  if (training.empty() || training.size() == days.size()) throw std::runtime_error(path + ": expected 2012 and later");
  const std::vector<Day> live(days.begin() + static_cast<std::ptrdiff_t>(training.size()), days.end());
  Server server(training);
  const double training_accuracy = server.training_accuracy(training);
  const std::vector<YearReport> years = serve_all(server, live);

  std::printf(
      "A model has learned the weather of Seattle from the %zu days of 2012. Since then it has answered one\n"
      "request a day, while leeway watched its inputs, its predictions and, %zu days late, the true labels.\n\n",
      training.size(), kDaysUntilLabel);
  print_dashboard(years);
  print_verdicts(training_accuracy, years);
  print_distances(years);
  print_meaning(training_accuracy, years);
  if (const std::string svg = option(count, arguments, "--svg", ""); !svg.empty())
    write_svg(svg, training_accuracy, years);
} catch (const std::exception& error) {
  std::fprintf(stderr, "03_demo: %s\n", error.what());
  return 1;
}
