#include "leeway/validate/table.hpp"

#include <algorithm>
#include <set>

namespace leeway::inline v1::validate {

const Column* Table::find(std::string_view name) const noexcept {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found != columns.end() ? &*found : nullptr;
}

Result<void> Table::check() const {
  std::set<std::string_view> names;
  for (const Column& column : columns) {
    if (column.name.empty()) return Error{ErrorCode::data, "expected a name for each column, found none", {}};
    if (!names.insert(column.name).second) {
      return Error{ErrorCode::data, "expected distinct names, found it twice", column.name};
    }
    if (column.size() == rows()) continue;
    return Error{ErrorCode::data,
                 "expected " + std::to_string(rows()) + " rows as in " + columns.front().name + ", found " +
                     std::to_string(column.size()),
                 column.name};
  }
  return {};
}

}  // namespace leeway::inline v1::validate
