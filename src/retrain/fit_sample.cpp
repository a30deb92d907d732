#include "retrain/fit_sample.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace leeway::inline v1::retrain::detail {
namespace {

constexpr double kLeastLabels = 30;        // of a point: its share is nearly normal
constexpr std::size_t kMostAges = 96;      // that are fitted as they are
constexpr double kPooledAges = 48;         // to which more are pooled: a dozen a season of four
constexpr std::size_t kLeastCounted = 50;  // rows before even spacing is no accident
constexpr double kTick = 1e-6;             // by which real clocks differ, of their step

Check check_share(const AccuracyPoint& point, const std::string& where) {
  const bool whole = point.accuracy == Fraction(0) || point.accuracy == Fraction(1);
  if (whole || point.labels != Queries(1)) return {};
  return Error{ErrorCode::invalid_argument,
               "expected the number of labels behind an accuracy of " + text(point.accuracy.value()) + ", found 1",
               where + ".labels"};
}

Check check(const AccuracyPoint& point, const std::string& where) {
  return first({not_negative(point.age, (where + ".age").c_str()), share(point.accuracy, (where + ".accuracy").c_str()),
                positive(point.labels, (where + ".labels").c_str()), check_share(point, where)});
}

std::size_t different_ages(std::span<const AccuracyPoint> history) {
  std::size_t count = history.empty() ? 0 : 1;
  for (std::size_t i = 1; i < history.size(); ++i) count += history[i].age > history[i - 1].age;
  return count;
}

// Neighbours, of which the last group is being filled.
class Pool {
 public:
  explicit Pool(double width) : width_(width) {}

  void add(const Sample& ages, std::size_t i) {
    if (full_before(ages.age[i])) close();
    if (labels_ == 0) start_ = ages.age[i], pooled_.first.push_back(i);
    labels_ += ages.labels[i];
    age_ += ages.labels[i] * ages.age[i];
    correct_ += ages.labels[i] * ages.accuracy[i];
  }
  [[nodiscard]] Pooled all() && {
    if (!big_enough() && pooled_.sample.size() > 0) merge_into_last();
    close();
    return std::move(pooled_);
  }

 private:
  [[nodiscard]] bool big_enough() const { return labels_ >= kLeastLabels; }
  [[nodiscard]] bool full_before(double age) const {
    return big_enough() && age > start_ && age >= start_ + width_ * (1 - kTick);
  }
  void close() {
    pooled_.sample.age.push_back(age_ / labels_);
    pooled_.sample.accuracy.push_back((std::clamp)(correct_ / labels_, 0.0, 1.0));
    pooled_.sample.labels.push_back(labels_);
    labels_ = age_ = correct_ = 0;
  }
  void merge_into_last() {
    Sample& sample = pooled_.sample;
    age_ += sample.age.back() * sample.labels.back();
    correct_ += sample.accuracy.back() * sample.labels.back();
    labels_ += sample.labels.back();
    sample.age.pop_back(), sample.accuracy.pop_back(), sample.labels.pop_back();
    pooled_.first.pop_back();
  }

  Pooled pooled_;
  double width_;
  double start_ = 0;
  double labels_ = 0;
  double age_ = 0;
  double correct_ = 0;
};

bool whole_days(double step) { return std::fabs(step - std::round(step)) <= kTick * step; }

}  // namespace

Check check(std::span<const AccuracyPoint> history) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    const std::string where = "history[" + std::to_string(i) + "]";
    if (Check bad = check(history[i], where)) return bad;
    if (i > 0 && history[i].age < history[i - 1].age)
      return unexpected("ages that do not fall", history[i].age.value(), where + ".age");
  }
  const std::size_t ages = different_ages(history);
  if (ages < 3) return unexpected("at least 3 different ages", static_cast<double>(ages), "history");
  const auto right = [](const AccuracyPoint& point) { return point.accuracy > Fraction(0); };
  if (std::none_of(history.begin(), history.end(), right)) return unexpected("some accuracy above 0", 0, "history");
  return {};
}

Sample by_age(std::span<const AccuracyPoint> history) {
  Sample sample;
  for (const AccuracyPoint& point : history) {
    const double labels = point.labels.value(), correct = labels * point.accuracy.value();
    if (sample.size() > 0 && point.age.value() == sample.age.back()) {
      const double together = sample.labels.back() + labels;
      sample.accuracy.back() = (sample.accuracy.back() * sample.labels.back() + correct) / together;
      sample.labels.back() = together;
      continue;
    }
    sample.age.push_back(point.age.value());
    sample.accuracy.push_back(point.accuracy.value());
    sample.labels.push_back(labels);
  }
  return sample;
}

Pooled pooled(const Sample& ages, double width) {
  Pool pool(width);
  for (std::size_t i = 0; i < ages.size(); ++i) pool.add(ages, i);
  return std::move(pool).all();
}

Pooled pooled(const Sample& ages) { return pooled(ages, ages.size() > kMostAges ? ages.span() / kPooledAges : 0); }

std::optional<Days> counter_step(std::span<const AccuracyPoint> history, bool dated) {
  if (history.size() < kLeastCounted) return {};
  const Days step = (history.back().age - history.front().age) / static_cast<double>(history.size() - 1);
  if (dated && whole_days(step.value())) return {};
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Days even = history.front().age + step * static_cast<double>(i);
    if (history[i].labels != Queries(1) || std::fabs((history[i].age - even) / step) > kTick) return {};
  }
  return step;
}

}  // namespace leeway::inline v1::retrain::detail
