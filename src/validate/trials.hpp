#ifndef LEEWAY_SRC_VALIDATE_TRIALS_HPP
#define LEEWAY_SRC_VALIDATE_TRIALS_HPP

// Hypotheses about one feature, tried on its joined entities and ranked by the length of their descriptions.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "validate/aligned.hpp"

namespace leeway::inline v1::validate::detail {

/// Bits of a number stated to one part in 10^9, be it a value of serving or a parameter.
inline constexpr double kNumberBits = 30;

/// Bits to say which k of n rows: n times the binary entropy of k / n.
[[nodiscard]] double choice_bits(double n, double k) noexcept;

/// The value that most of `values` have, within a millionth; their median where each is alone. Precondition: not empty.
[[nodiscard]] double mode_of(std::vector<double> values);
[[nodiscard]] double median_of(std::vector<double> values);

struct Hypothesis {
  Cause cause = Cause::unknown;
  double bits = 0;  ///< of its parameters
  std::vector<Attribution::Parameter> parameters{};
  std::function<double(std::size_t)> predict{};    ///< the serving value of a joined entity
  std::function<double(std::size_t)> otherwise{};  ///< where set: or that value, at a bit or so per row
  double slack = 0;                                ///< absolute error of predictions, from rounded values
};

class Trials {
 public:
  Trials(const Aligned& aligned, std::size_t index);

  [[nodiscard]] const Aligned& aligned() const noexcept { return aligned_; }
  [[nodiscard]] const AlignedFeature& feature() const noexcept { return feature_; }
  [[nodiscard]] std::size_t joined() const noexcept { return feature_.training.size(); }
  [[nodiscard]] const std::vector<std::uint32_t>& differing() const noexcept { return differing_; }
  /// As a parameter: a number, a text, or "missing".
  [[nodiscard]] std::variant<double, std::string> shown(double value) const;

  /// Keeps the hypothesis if it will do. Returns the share of differing rows that it explains, 0 where that was seen
  /// to be too little.
  double add(const Hypothesis& hypothesis);

  /// Keeps a cause that tells which rows it explains, but not which it would change; `row_bits` each.
  void add_relation(Cause cause, double bits, std::vector<Attribution::Parameter> parameters,
                    const std::function<bool(std::size_t)>& explains);

  /// Keeps a cause that explains `explained` differing rows at these bits in all, without more ado.
  void keep(Cause cause, double bits, std::uint64_t explained, std::vector<Attribution::Parameter> parameters);

  /// Bits to describe serving without any cause.
  [[nodiscard]] double bits_without() const noexcept;

  /// What was kept, likeliest first.
  [[nodiscard]] std::vector<Attribution> ranked() &&;

  /// Whether a prediction is the serving value of a differing entity.
  [[nodiscard]] bool explained(double prediction, std::size_t row, double slack) const noexcept;

 private:
  [[nodiscard]] bool promising(const Hypothesis& hypothesis) const;
  [[nodiscard]] bool beyond_chance(const Hypothesis& hypothesis, double support) const;
  [[nodiscard]] double share_in_training(double value) const;

  const Aligned& aligned_;
  const AlignedFeature& feature_;
  std::vector<std::uint32_t> differing_;
  std::vector<double> sorted_;  // training values, missing last
  std::vector<Attribution> kept_;
};

/// Each adds the hypotheses of its kind.
void try_constants(Trials& trials);  // default fill
void try_columns(Trials& trials);    // swapped columns
void try_earlier(Trials& trials);    // stale values
void try_codes(Trials& trials);      // other codes for the same values
void try_numbers(Trials& trials);    // arithmetic
void try_texts(Trials& trials);      // spelling

}  // namespace leeway::inline v1::validate::detail

#endif
