#ifndef LEEWAY_SRC_STORE_SEAL_HPP
#define LEEWAY_SRC_STORE_SEAL_HPP

#include <string>
#include <string_view>

#include "leeway/base/result.hpp"

namespace leeway::inline v1::store::detail {

/// Adds a checksum as the last member of a JSON object's text: `{...}` becomes `{...,"checksum":"xxh3-128:<32
/// digits>"}\n`. The checksum is of all the bytes before it, white space included; what follows has one possible
/// spelling. So every byte of the file is covered. Precondition: `object` is a non-empty JSON object and ends with its
/// brace.
[[nodiscard]] std::string seal(std::string object);

/// The object's text without its checksum. Errors: corrupt (missing or unlike checksum); where is `where`.
[[nodiscard]] Result<std::string> unseal(std::string_view sealed, const std::string& where);

}  // namespace leeway::inline v1::store::detail

#endif
