#ifndef LEEWAY_CLI_LOSS_HISTORY_HPP
#define LEEWAY_CLI_LOSS_HISTORY_HPP

// Losses from a CSV file, in one of two forms, told by its header:
//   age,loss             age of the model in days, money lost per day at that age
//   trained,period,loss  money lost in a period by the model retrained before period `trained`: all pairs with
//                        trained <= period, both counted from 0

#include <string>
#include <variant>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/policy.hpp"

namespace leeway::cli {

/// Losses of each model in each of its periods: loss[trained][period - trained].
struct ModelLosses {
  std::vector<std::vector<double>> loss;

  [[nodiscard]] retrain::Replay replay(retrain::Days period) const;
};

using LossHistory = std::variant<std::vector<retrain::LossPoint>, ModelLosses>;

/// Errors: of CsvReader; not_found for a column that is not there; data for fields that are no numbers from 0, for ages
/// that do not rise, for pairs that are missing or there twice.
[[nodiscard]] Result<LossHistory> read_loss_history(const std::string& path);

}  // namespace leeway::cli

#endif
