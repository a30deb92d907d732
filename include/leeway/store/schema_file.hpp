#ifndef LEEWAY_STORE_SCHEMA_FILE_HPP
#define LEEWAY_STORE_SCHEMA_FILE_HPP

// A contract as a JSON document that people read and edit: format "leeway.schema", version 1, described in
// docs/schema.md. Reading is total and strict: a valid schema, or an error that names the path within the document,
// what was expected and what was found. A member that is not known is an error: it may be a misspelt rule. Thread
// contract: pure functions.

#include <string>
#include <string_view>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/validate/schema.hpp"

namespace leeway::inline v1::store {

/// What parse_schema reads back to the same schema; and formatting that gives the same bytes.
[[nodiscard]] LEEWAY_EXPORT std::string format_schema(const validate::Schema& schema);

/// `where` names the source in errors and may be empty. Errors: format (not JSON, nested too deeply, a member twice,
/// another format or version, a member that is missing, of another type or not known), data (those of Schema::make).
[[nodiscard]] LEEWAY_EXPORT Result<validate::Schema> parse_schema(std::string_view text, const std::string& where);

/// Errors: those of write_file. The file is replaced in one piece.
LEEWAY_EXPORT Result<void> save_schema(const validate::Schema& schema, const std::string& path);

/// Errors: those of read_file and parse_schema.
[[nodiscard]] LEEWAY_EXPORT Result<validate::Schema> load_schema(const std::string& path);

}  // namespace leeway::inline v1::store

#endif
