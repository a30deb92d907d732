#ifndef LEEWAY_TESTS_SUPPORT_REAL_HISTORIES_HPP
#define LEEWAY_TESTS_SUPPORT_REAL_HISTORIES_HPP

// Models on real data as they aged: a row for every prediction, right or wrong.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace leeway::test {

struct Prediction {
  std::string time;
  bool correct = false;
};

inline std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  rows.erase(rows.begin());  // the header
  return rows;
}

/// Gaussian naive Bayes: classes by their frequency, numbers independent and normal within each.
class NaiveBayes {
 public:
  using Features = std::array<double, 4>;

  void learn(const Features& x, const std::string& label) { classes_[label].push_back(x), ++rows_; }

  [[nodiscard]] std::string predict(const Features& x) const {
    std::string best;
    double most = 0;
    for (const auto& [label, rows] : classes_) {
      const double score = std::log(static_cast<double>(rows.size()) / rows_) + log_density(x, rows);
      if (best.empty() || score > most) best = label, most = score;
    }
    return best;
  }

 private:
  static double log_density(const Features& x, const std::vector<Features>& rows) {
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      double mean = 0, variance = 0;
      for (const Features& row : rows) mean += row[j] / static_cast<double>(rows.size());
      for (const Features& row : rows) variance += std::pow(row[j] - mean, 2) / static_cast<double>(rows.size());
      variance += kSmoothing;
      sum -= (std::log(variance) + std::pow(x[j] - mean, 2) / variance) / 2;
    }
    return sum;
  }

  static constexpr double kSmoothing = 6e-8;  // 1e-9 of the largest variance: fog in 2012 had no rain at all
  std::map<std::string, std::vector<Features>> classes_;
  double rows_ = 0;
};

/// The weather of seattle_weather.csv, one row a day, as predicted by what 2012 taught.
inline std::vector<Prediction> seattle_predictions(const std::string& csv) {
  const auto rows = cells_of(csv);
  const auto features = [](const std::vector<std::string>& row) {
    NaiveBayes::Features x;
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = std::strtod(row[j + 1].c_str(), nullptr);
    return x;
  };
  NaiveBayes model;
  for (const auto& row : rows)
    if (row[0].starts_with("2012")) model.learn(features(row), row[5]);
  std::vector<Prediction> predictions;
  for (const auto& row : rows) {
    std::string day = row[0];
    std::replace(day.begin(), day.end(), '/', '-');
    predictions.push_back({day, model.predict(features(row)) == row[5]});
  }
  return predictions;
}

/// The predictions that california_housing_nml.csv holds, one row an hour.
inline std::vector<Prediction> california_predictions(const std::string& csv) {
  std::vector<Prediction> predictions;
  for (const auto& row : cells_of(csv)) predictions.push_back({row[10], row[11] == row[13]});
  return predictions;
}

}  // namespace leeway::test

#endif
