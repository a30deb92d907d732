#ifndef LEEWAY_SRC_VALIDATE_JOIN_HPP
#define LEEWAY_SRC_VALIDATE_JOIN_HPP

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "leeway/validate/skew.hpp"
#include "validate/aligned.hpp"

namespace leeway::inline v1::validate::detail {

/// Rows of the same key, in the order of training.
struct Join {
  JoinSummary summary;
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> serving;
};

/// Errors: those of find_skew about key columns, and limit (2^32 rows or more).
[[nodiscard]] Result<Join> join(const Table& training, const Table& serving, const SkewOptions& options);

/// The features of the joined rows, and the order in which they follow each other.
[[nodiscard]] Result<Aligned> align(const Table& training, const Table& serving, const Join& join,
                                    const std::vector<std::string>& features, const SkewOptions& options);

/// The key of a row as text, for examples. Hidden (shown.hpp) unless options show it.
[[nodiscard]] std::string key_text(const Table& table, const SkewOptions& options, std::size_t row);

/// A value as text: "missing", a number that reads back to the same, a time in ISO 8601, or the text.
[[nodiscard]] std::string value_text(const Column& column, std::size_t row);

/// The same, of a text as options say.
[[nodiscard]] std::string shown_value(const Column& column, std::size_t row, const SkewOptions& options);

}  // namespace leeway::inline v1::validate::detail

#endif
