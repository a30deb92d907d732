// A model that is perfectly available, and wrong.
//
// A Gaussian naive Bayes classifier learns the weather of Seattle from the days of 2012, then serves 2013 to 2015 day by
// day. leeway watches its inputs, its predictions and, 30 days late, the true labels.
//
//   03_demo [--data FILE] [--svg FILE]

#include <Eigen/Dense>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <numbers>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "leeway/adapt/eigen.hpp"
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

std::vector<Day> read_days(const std::string& path) {
  std::ifstream file(path);
  std::vector<Day> days;
  std::string line;
  std::getline(file, line);  // header
  while (std::getline(file, line)) {
    Day& day = days.emplace_back();
    std::istringstream fields(line);
    char separator = 0;
    std::string rest_of_date;
    fields >> day.year;
    std::getline(fields, rest_of_date, ',');
    for (double& input : day.inputs) fields >> input >> separator;
    std::getline(fields, day.weather);
  }
  return days;
}

std::vector<Day> of_year(const std::vector<Day>& days, int year) {
  std::vector<Day> chosen;
  std::copy_if(days.begin(), days.end(), std::back_inserter(chosen), [year](const Day& day) { return day.year == year; });
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
    Eigen::VectorXd column(static_cast<Eigen::Index>(days.size()));
    for (std::size_t row = 0; row < days.size(); ++row) column[static_cast<Eigen::Index>(row)] = days[row].inputs[static_cast<Eigen::Index>(i)];
    lw::adapt::numeric(builder, kInputNames[i], column);
  }
  return *builder.build();
}

lw::profile::Profile profile_of_words(const char* name, const std::vector<std::string>& words) {
  const std::vector<std::optional<std::string_view>> column(words.begin(), words.end());
  return *lw::profile::ProfileBuilder().categorical(name, column).build();
}

// A monitor with its one recorder: this server has one thread.
struct Watch {
  explicit Watch(lw::profile::Profile profile)
      : monitor(*lw::monitor::ModelMonitor::make(std::move(profile))), recorder(monitor.recorder()) {}

  void record(const Inputs& inputs) { lw::adapt::record(recorder, inputs); }
  void record(const std::string& word) { recorder.record(std::array{lw::stream::Value(std::string_view(word))}); }
  lw::drift::DriftReport close() { return monitor.close_window().report; }

  lw::monitor::ModelMonitor monitor;
  lw::stream::Recorder recorder;
};

struct YearReport {
  int year = 0;
  std::size_t answered = 0;
  std::size_t right = 0;
  lw::drift::DriftReport inputs;
  lw::drift::DriftReport predictions;
  lw::drift::DriftReport labels;

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
      : model_(training), inputs_(profile_of_inputs(training)), predictions_(predictions_of(training)), labels_(labels_of(training)) {}

  [[nodiscard]] double training_accuracy(const std::vector<Day>& training) const {
    const auto right = std::count_if(training.begin(), training.end(), [&](const Day& day) { return model_.predict(day.inputs) == day.weather; });
    return static_cast<double>(right) / static_cast<double>(training.size());
  }

  void serve(const Day& day) {
    answers_.push_back(model_.predict(day.inputs));
    inputs_.record(day.inputs);
    predictions_.record(answers_.back());
  }

  // Days later somebody writes down what the weather was.
  void label(std::size_t request, const Day& day) {
    labels_.record(day.weather);
    right_ += answers_[request] == day.weather;
  }

  void close_inputs(YearReport& year) {
    year.inputs = inputs_.close();
    year.predictions = predictions_.close();
    year.answered = year.inputs.live_rows;
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
  std::size_t right_ = 0;
};

bool is_last_of_year(const std::vector<Day>& days, std::size_t i) { return i + 1 == days.size() || days[i + 1].year != days[i].year; }

std::vector<YearReport> serve_all(Server& server, const std::vector<Day>& days) {
  std::vector<YearReport> years;
  for (std::size_t today = 0; today < days.size() + kDaysUntilLabel; ++today) {
    if (today < days.size()) {
      server.serve(days[today]);
      if (is_last_of_year(days, today)) server.close_inputs(years.emplace_back(YearReport{days[today].year, 0, 0, {}, {}, {}}));
    }
    if (today >= kDaysUntilLabel) {
      const std::size_t labelled = today - kDaysUntilLabel;
      server.label(labelled, days[labelled]);
      if (is_last_of_year(days, labelled)) server.close_labels(years[static_cast<std::size_t>(days[labelled].year - days.front().year)]);
    }
  }
  return years;
}

// ---- What it says -------------------------------------------------------------------------------------------------

void print_table(double training_accuracy, const std::vector<YearReport>& years) {
  std::printf("year  answered  errors  accuracy  inputs moved most      inputs   predictions  labels\n");
  std::printf("2012  (training)          %5.2f %%\n", 100 * training_accuracy);
  for (const YearReport& year : years) {
    const auto& feature = most_moved(year.inputs);
    std::printf("%d  %zu of 365     0   %5.2f %%   %-9s PSI %.2f    %-8s %-12s %s\n", year.year, year.answered, 100 * year.accuracy(),
                feature.feature.c_str(), psi_of(feature), to_string(year.inputs.verdict), to_string(year.predictions.verdict),
                to_string(year.labels.verdict));
  }
  std::printf("warning: moved by more than noise, but less than the drift band.\n");
}

double share_of(const lw::drift::FeatureReport& feature, const std::string& cell, bool live) {
  for (const auto& c : feature.cells) {
    if (c.cell == cell) return live ? c.live : c.reference;
  }
  return 0;
}

void print_meaning(double training_accuracy, const std::vector<YearReport>& years) {
  const YearReport& last = years.back();
  const auto& label = last.labels.features.front();
  const auto& prediction = last.predictions.features.front();
  std::printf("\nAn infrastructure dashboard is green throughout: every request was answered, none failed.\n"
              "Yet the share of right answers fell from %.0f %% to %.0f %%.\n\n", 100 * training_accuracy, 100 * last.accuracy());
  std::printf("The inputs hardly moved: no input reached the drift band (PSI 0.2) in any year; precipitation stayed at\n"
              "PSI %.2f or less. What moved is what the inputs mean: days called rain were %.0f %% in 2012 and are %.0f %% in\n"
              "%d, while the model still answers rain on %.0f %% of the days.\n\n",
              [&] { double most = 0; for (const auto& y : years) most = std::max(most, psi_of(y.inputs.features[0])); return most; }(),
              100 * share_of(label, "rain", false), 100 * share_of(label, "rain", true), last.year, 100 * share_of(prediction, "rain", true));
  std::printf("That is concept drift: the same inputs, other right answers. No check of the inputs can show it; the labels\n"
              "did, 30 days late. Retraining on the old labels would teach the old meaning again: it needs new ones.\n");
}

std::string svg_bar(double x, double height, const char* colour, const std::string& text) {
  std::ostringstream svg;
  svg << "<rect x='" << x << "' y='" << 190 - height << "' width='44' height='" << height << "' fill='" << colour << "'/>"
      << "<text x='" << x + 22 << "' y='" << 184 - height << "' text-anchor='middle'>" << text << "</text>\n";
  return svg.str();
}

std::string rounded(const char* format, double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

void write_svg(const std::string& path, double training_accuracy, const std::vector<YearReport>& years) {
  std::ofstream svg(path);
  svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 640 230' font-family='sans-serif' font-size='12' fill='#222'>\n"
         "<rect width='640' height='230' fill='#fff'/>\n"
         "<text x='20' y='20' font-size='14'>Accuracy of the answers</text>\n"
         "<text x='340' y='20' font-size='14'>Largest change of an input (PSI; drift from 0.2)</text>\n"
         "<path d='M20 190H300M340 190H620' stroke='#222'/><path d='M340 60H620' stroke='#b00' stroke-dasharray='4'/>\n";
  svg << svg_bar(30, 130 * training_accuracy, "#1f77b4", rounded("%.2f", training_accuracy)) << svg_bar(350, 0, "#888", "0");
  svg << "<text x='52' y='208' text-anchor='middle'>2012</text><text x='372' y='208' text-anchor='middle'>2012</text>\n";
  double x = 100;
  for (const YearReport& year : years) {
    const double psi = psi_of(most_moved(year.inputs));
    svg << svg_bar(x, 130 * year.accuracy(), "#d62728", rounded("%.2f", year.accuracy()));
    svg << svg_bar(x + 320, 650 * psi, "#888", rounded("%.2f", psi));
    for (const double at : {x, x + 320}) svg << "<text x='" << at + 22 << "' y='208' text-anchor='middle'>" << year.year << "</text>\n";
    x += 70;
  }
  svg << "</svg>\n";
}

std::string option(int count, char** arguments, const std::string& name, const std::string& otherwise) {
  for (int i = 1; i + 1 < count; ++i) {
    if (arguments[i] == name) return arguments[i + 1];
  }
  return otherwise;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string path = option(count, arguments, "--data", LEEWAY_EXAMPLE_DATA "/seattle_weather.csv");
  const std::vector<Day> days = read_days(path);
  const std::vector<Day> training = of_year(days, 2012);
  if (training.size() != 366 || days.size() != 1461) {
    std::fprintf(stderr, "03_demo: %s: expected 1,461 days of weather, found %zu\n", path.c_str(), days.size());
    return 1;
  }
  Server server(training);
  const double training_accuracy = server.training_accuracy(training);
  const auto years = serve_all(server, {days.begin() + 366, days.end()});

  std::printf("A model learned the weather of Seattle from the days of 2012 and has answered one request a day since.\n\n");
  print_table(training_accuracy, years);
  print_meaning(training_accuracy, years);
  if (const std::string svg = option(count, arguments, "--svg", ""); !svg.empty()) write_svg(svg, training_accuracy, years);
}
