#include "store/sha256.hpp"

#include <openssl/evp.h>

#include <array>

namespace leeway::inline v1::store::detail {

Result<std::string> sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    return Error{ErrorCode::io, "expected a SHA-256 digest from libcrypto, found none", "sha256"};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace leeway::inline v1::store::detail
