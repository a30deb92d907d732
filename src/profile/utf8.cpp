#include "profile/utf8.hpp"

#include <cstddef>

namespace leeway::inline v1::profile::detail {
namespace {

struct Range {
  unsigned char first;
  unsigned char last;
};

constexpr Range kContinuation{0x80, 0xBF};

bool in(unsigned char byte, Range range) { return byte >= range.first && byte <= range.last; }

// Bytes that follow a lead byte, 0 for one that cannot lead. The table is RFC 3629 section 4.
std::size_t followers(unsigned char lead) {
  if (in(lead, {0xC2, 0xDF})) return 1;
  if (in(lead, {0xE0, 0xEF})) return 2;
  if (in(lead, {0xF0, 0xF4})) return 3;
  return 0;
}

Range second_byte(unsigned char lead) {
  if (lead == 0xE0) return {0xA0, 0xBF};
  if (lead == 0xED) return {0x80, 0x9F};
  if (lead == 0xF0) return {0x90, 0xBF};
  if (lead == 0xF4) return {0x80, 0x8F};
  return kContinuation;
}

// Length of the character at the front of text, 0 if malformed.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t more = followers(lead);
  if (more == 0 || text.size() <= more || !in(static_cast<unsigned char>(text[1]), second_byte(lead))) return 0;
  for (std::size_t i = 2; i <= more; ++i) {
    if (!in(static_cast<unsigned char>(text[i]), kContinuation)) return 0;
  }
  return more + 1;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace leeway::inline v1::profile::detail
