#ifndef LEEWAY_SRC_VALIDATE_PATTERN_HPP
#define LEEWAY_SRC_VALIDATE_PATTERN_HPP

#include <memory>
#include <string>
#include <string_view>

#include "leeway/base/result.hpp"

namespace re2 {
class RE2;
}

namespace leeway::inline v1::validate::detail {

/// A regular expression of RE2, which simulates an automaton (Thompson 1968; Cox 2007) instead of going back: time is
/// linear in the text and memory bounded, whatever both say. Thread contract: immutable.
class Pattern {
 public:
  /// Errors (data): an expression that RE2 refuses, as what only backtracking could match, and one that takes too much
  /// memory.
  static Result<Pattern> make(const std::string& regex);

  /// The whole text does. A text that is no UTF-8 may.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> regex) noexcept : regex_(std::move(regex)) {}

  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace leeway::inline v1::validate::detail

#endif
