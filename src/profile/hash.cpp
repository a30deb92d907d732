#include "profile/hash.hpp"

#include <bit>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace leeway::inline v1::profile::detail {

std::string xxh3_hex(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

void Canonical::add(std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(static_cast<unsigned char>(value >> shift));
}

void Canonical::add(double value) { add(std::bit_cast<std::uint64_t>(value)); }

void Canonical::add(std::string_view text) {
  add(std::uint64_t{text.size()});
  bytes_ += text;
}

}  // namespace leeway::inline v1::profile::detail
