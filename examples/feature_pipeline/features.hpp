#ifndef FEATURES_HPP
#define FEATURES_HPP

// A feature pipeline with two paths to the same features: training computes them from a table of a day's rides,
// serving from one request at a time. The serving path has a bug.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "leeway/validate/table.hpp"

/// A ride as the log has it; what is unknown is NaN or empty.
struct Ride {
  int id;
  double seconds;
  double kilometres;
  std::string company;
};

struct Features {
  double id;
  double minutes;
  double kilometres;
  std::string company;
};

/// What HasNoSkewAgainst compares: found by its name, beside the type.
inline leeway::validate::Table to_table(const std::vector<Features>& rows) {
  leeway::validate::Numbers ids, minutes, kilometres;
  leeway::validate::Texts companies;
  for (const Features& row : rows) {
    ids.push_back(row.id);
    minutes.push_back(row.minutes);
    kilometres.push_back(row.kilometres);
    companies.emplace_back(row.company);
  }
  return {{{"id", ids}, {"minutes", minutes}, {"kilometres", kilometres}, {"company", companies}}};
}

/// Training: a distance that is unknown is the day's mean.
inline std::vector<Features> training_features(const std::vector<Ride>& rides) {
  double sum = 0, known = 0;
  for (const Ride& ride : rides) {
    if (std::isnan(ride.kilometres)) continue;
    sum += ride.kilometres;
    ++known;
  }
  std::vector<Features> rows;
  for (const Ride& ride : rides) {
    const double kilometres = std::isnan(ride.kilometres) ? sum / known : ride.kilometres;
    rows.push_back({static_cast<double>(ride.id), ride.seconds / 60, kilometres, ride.company});
  }
  return rows;
}

/// Serving, as it was written by somebody else: seconds for minutes, and 0 for a distance that is unknown.
inline Features serving_features_with_bugs(const Ride& ride) {
  const double kilometres = std::isnan(ride.kilometres) ? 0 : ride.kilometres;
  return {static_cast<double>(ride.id), ride.seconds, kilometres, ride.company};
}

/// Serving, mended: it has the unit and the mean of training.
inline Features serving_features(const Ride& ride, double mean_kilometres) {
  const double kilometres = std::isnan(ride.kilometres) ? mean_kilometres : ride.kilometres;
  return {static_cast<double>(ride.id), ride.seconds / 60, kilometres, ride.company};
}

#endif
