#ifndef LEEWAY_SRC_STORE_SHA256_HPP
#define LEEWAY_SRC_STORE_SHA256_HPP

#include <string>
#include <string_view>

#include "leeway/base/result.hpp"

namespace leeway::inline v1::store::detail {

/// The SHA-256 digest of some bytes (FIPS 180-4), as 64 lower-case hexadecimal digits. Errors: io (the system's
/// libcrypto cannot compute it: no memory, or a configuration that takes the algorithm away).
[[nodiscard]] Result<std::string> sha256_hex(std::string_view bytes);

}  // namespace leeway::inline v1::store::detail

#endif
