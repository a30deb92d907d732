#ifndef LEEWAY_SRC_STORE_JSON_DOCUMENT_HPP
#define LEEWAY_SRC_STORE_JSON_DOCUMENT_HPP

#include <string>
#include <string_view>

#include "leeway/base/result.hpp"
#include "store/json_reader.hpp"

namespace leeway::inline v1::store::detail {

/// The tree of a JSON object that people write. Errors (format): text that is no JSON, by line and column; a member
/// that is there twice, which the tree would hide, by its path after `where`; values nested deeper than 16, which it
/// might not bear; anything but an object.
[[nodiscard]] Result<Json> parse_document(std::string_view text, const std::string& where);

}  // namespace leeway::inline v1::store::detail

#endif
