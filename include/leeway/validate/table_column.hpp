#ifndef LEEWAY_VALIDATE_TABLE_COLUMN_HPP
#define LEEWAY_VALIDATE_TABLE_COLUMN_HPP

#include <cstdint>
#include <string>

#include "leeway/stream/column.hpp"

namespace leeway::inline v1::validate {

/// A column of a batch by name, borrowed. Numbers: NaN is missing; times are seconds since 1970. Of the missing values
/// of numbers, `malformed` were something of another kind, such as text: they count for the type, not as missing.
struct TableColumn {
  std::string name;
  stream::Column values;
  std::uint64_t malformed = 0;
};

}  // namespace leeway::inline v1::validate

#endif
