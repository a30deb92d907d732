#include "cli/loss_history.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>

#include "cli/csv_reader.hpp"
#include "cli/number.hpp"
#include "cli/table.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

using retrain::Days;
using retrain::LossPoint;
using retrain::Money;
using retrain::MoneyPerDay;

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMostPeriods = 5000;  // 12.5 million pairs

/// The columns of a file that are wanted, as numbers.
class Numbers {
 public:
  static Result<Numbers> open(CsvReader csv, const std::vector<std::string>& names) {
    Numbers numbers(std::move(csv));
    for (const std::string& name : names) {
      const auto source = find_column(numbers.csv_.name(), numbers.csv_.header(), name);
      if (!source) return source.error();
      numbers.columns_.push_back({name, *source});
    }
    return numbers;
  }

  Result<bool> next() { return csv_.next(row_); }

  [[nodiscard]] Result<double> number(std::size_t column) const {
    const std::string_view field = row_.fields[columns_[column].source];
    const double value = parse_number(field).value_or(kAbsent);
    if (value >= 0 && std::isfinite(value)) return value;
    return bad(column, "expected a number from 0, found " + cli::quoted(field));
  }

  [[nodiscard]] Result<std::int64_t> index(std::size_t column) const {
    const std::string_view field = row_.fields[columns_[column].source];
    const auto value = integral_value(field);
    if (value && *value >= 0 && *value < kMostPeriods) return *value;
    return bad(column, "expected a whole number from 0 to " + std::to_string(kMostPeriods - 1) + ", found " +
                           cli::quoted(field));
  }

  [[nodiscard]] Error bad(std::size_t column, std::string message) const {
    return {ErrorCode::data, std::move(message), csv_.where(columns_[column].name)};
  }

  [[nodiscard]] const std::string& file() const { return csv_.name(); }

 private:
  struct Column {
    std::string name;
    std::size_t source;
  };

  explicit Numbers(CsvReader csv) : csv_(std::move(csv)) {}

  CsvReader csv_;
  CsvRow row_;
  std::vector<Column> columns_;
};

// ---- age,loss

Result<LossHistory> read_by_age(CsvReader csv) {
  auto numbers = Numbers::open(std::move(csv), {"age", "loss"});
  if (!numbers) return std::move(numbers).error();
  std::vector<LossPoint> points;
  for (;;) {
    const auto more = numbers->next();
    if (!more) return more.error();
    if (!*more) return LossHistory(std::move(points));
    const auto age = numbers->number(0);
    if (!age) return age.error();
    const auto loss = numbers->number(1);
    if (!loss) return loss.error();
    if (!points.empty() && *age <= points.back().age.value()) return numbers->bad(0, "expected ages that rise");
    points.push_back({Days(*age), MoneyPerDay(*loss)});
  }
}

// ---- trained,period,loss

Result<void> put(ModelLosses& losses, const Numbers& numbers) {
  const auto trained = numbers.index(0);
  if (!trained) return trained.error();
  const auto period = numbers.index(1);
  if (!period) return period.error();
  const auto loss = numbers.number(2);
  if (!loss) return loss.error();
  if (*period < *trained) return numbers.bad(1, "expected a period from `trained` on, found one before");
  const auto model = static_cast<std::size_t>(*trained);
  const auto age = static_cast<std::size_t>(*period - *trained);
  if (losses.loss.size() <= model) losses.loss.resize(model + 1);
  if (losses.loss[model].size() <= age) losses.loss[model].resize(age + 1, kAbsent);
  if (!std::isnan(losses.loss[model][age])) return numbers.bad(1, "expected each pair of trained and period once");
  losses.loss[model][age] = *loss;
  return {};
}

Result<void> check_complete(const ModelLosses& losses, const std::string& file) {
  const std::size_t periods = losses.loss.front().size();
  for (std::size_t model = 0; model < (std::max)(periods, losses.loss.size()); ++model) {
    const std::size_t have = model < losses.loss.size() ? losses.loss[model].size() : 0;
    const std::size_t want = model < periods ? periods - model : 0;
    std::size_t at = 0;
    while (at < (std::min)(have, want) && !std::isnan(losses.loss[model][at])) ++at;
    if (at == want && have == want) continue;
    return Error{ErrorCode::data,
                 "expected the losses of every model up to the same last period, found none of trained " +
                     std::to_string(at < want ? model : 0) + ", period " +
                     std::to_string(at < want ? model + at : model + have - 1),
                 file};
  }
  return {};
}

Result<LossHistory> read_by_model(CsvReader csv) {
  auto numbers = Numbers::open(std::move(csv), {"trained", "period", "loss"});
  if (!numbers) return std::move(numbers).error();
  ModelLosses losses;
  for (;;) {
    const auto more = numbers->next();
    if (!more) return more.error();
    if (!*more) break;
    if (auto done = put(losses, *numbers); !done) return std::move(done).error();
  }
  if (auto checked = check_complete(losses, numbers->file()); !checked) return std::move(checked).error();
  return LossHistory(std::move(losses));
}

}  // namespace

retrain::Replay ModelLosses::replay(Days period) const {
  const auto shared = std::make_shared<const std::vector<std::vector<double>>>(loss);
  return {loss.size(), period,
          [shared](std::size_t trained, std::size_t at) { return Money((*shared)[trained][at - trained]); }};
}

Result<LossHistory> read_loss_history(const std::string& path) {
  auto csv = CsvReader::open(path);
  if (!csv) return std::move(csv).error();
  const auto& header = csv->header();
  const bool by_model = std::find(header.begin(), header.end(), "trained") != header.end();
  return by_model ? read_by_model(*std::move(csv)) : read_by_age(*std::move(csv));
}

}  // namespace leeway::cli
