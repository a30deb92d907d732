#include "validate/text_forms.hpp"

#include <algorithm>
#include <cstdint>

#include "leeway/base/utf8.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

// From U+00C0 to U+017F; * where there is no single base letter.
constexpr std::string_view kBaseLetters =
    "AAAAAA*CEEEEIIIIDNOOOOO*OUUUUY*saaaaaa*ceeeeiiiidnooooo*ouuuuy*y"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi**JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo**"
    "RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
static_assert(kBaseLetters.size() == 0x180 - 0xC0);

bool between(std::uint32_t c, std::uint32_t low, std::uint32_t high) noexcept { return low <= c && c <= high; }

std::uint32_t decoded(std::string_view character) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(character[i])); };
  if (character.size() == 1) return byte(0);
  std::uint32_t c = byte(0) & (0x7FU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) c = (c << 6) | (byte(i) & 0x3FU);
  return c;
}

void append(std::string& text, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) return put(c);
  if (c >= 0x10000) {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
  } else if (c >= 0x800) {
    put(0xE0 | (c >> 12));
  }
  if (c >= 0x800) {
    put(0x80 | ((c >> 6) & 0x3F));
  } else {
    put(0xC0 | (c >> 6));
  }
  put(0x80 | (c & 0x3F));
}

/// Each character through `change`, which appends; bytes that are not UTF-8 stay.
template <class Change>
std::string changed(std::string_view text, Change change) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = leeway::detail::character(text, i);
    if (length == 0) {
      result += text[i++];
      continue;
    }
    change(result, decoded(text.substr(i, length)));
    i += length;
  }
  return result;
}

// In these blocks of Latin Extended-A a capital and its small letter follow each other.
bool capital_is_even(std::uint32_t c) noexcept {
  return between(c, 0x100, 0x12F) || between(c, 0x132, 0x137) || between(c, 0x14A, 0x177);
}
bool capital_is_odd(std::uint32_t c) noexcept { return between(c, 0x139, 0x148) || between(c, 0x179, 0x17E); }

std::uint32_t lower(std::uint32_t c) noexcept {
  if (between(c, 'A', 'Z') || (between(c, 0xC0, 0xDE) && c != 0xD7)) return c + 0x20;
  if (capital_is_even(c)) return c | 1U;
  if (capital_is_odd(c)) return c + (c & 1U);
  if (c == 0x178) return 0xFF;
  if (between(c, 0x391, 0x3A9) || between(c, 0x410, 0x42F)) return c + 0x20;
  return between(c, 0x400, 0x40F) ? c + 0x50 : c;
}

std::uint32_t upper(std::uint32_t c) noexcept {
  if (between(c, 'a', 'z') || (between(c, 0xE0, 0xFE) && c != 0xF7)) return c - 0x20;
  if (capital_is_even(c)) return c & ~1U;
  if (capital_is_odd(c)) return c - 1 + (c & 1U);
  if (c == 0xFF) return 0x178;
  if ((between(c, 0x3B1, 0x3C9) && c != 0x3C2) || between(c, 0x430, 0x44F)) return c - 0x20;
  return between(c, 0x450, 0x45F) ? c - 0x50 : c;
}

void append_base(std::string& text, std::uint32_t c) {
  if (between(c, 0x300, 0x36F)) return;  // combining marks
  if (c == 0xDF) {
    text += "ss";
  } else if (between(c, 0xC0, 0x17F) && kBaseLetters[c - 0xC0] != '*') {
    text += kBaseLetters[c - 0xC0];
  } else {
    append(text, c);
  }
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string underscored(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), ' ', '_');
  return result;
}

std::string without_blanks(std::string_view text) {
  std::string result(text);
  std::erase_if(result, is_blank);
  return result;
}

std::string lower_trimmed(std::string_view text) { return lower_case(single_blanks(text)); }
std::string lower_plain(std::string_view text) { return lower_case(without_accents(text)); }
std::string lower_underscored(std::string_view text) { return lower_case(underscored(text)); }

}  // namespace

std::string lower_case(std::string_view text) {
  return changed(text, [](std::string& result, std::uint32_t c) { append(result, lower(c)); });
}

std::string upper_case(std::string_view text) {
  return changed(text, [](std::string& result, std::uint32_t c) { append(result, upper(c)); });
}

std::string single_blanks(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (!is_blank(c)) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::string without_accents(std::string_view text) { return changed(text, append_base); }

std::string mojibake(std::string_view text) {
  std::string result;
  for (const char c : text) append(result, static_cast<unsigned char>(c));
  return result;
}

std::string folded(std::string_view text) {
  std::string result = lower_plain(text);
  std::erase_if(result, [](char c) { return is_blank(c) || c == '_' || c == '-'; });
  return result;
}

std::string_view cut(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

const std::array<TextForm, 10>& text_forms() noexcept {
  static constexpr std::array<TextForm, 10> kForms{{{"lower case", lower_case},
                                                    {"upper case", upper_case},
                                                    {"blanks trimmed", single_blanks},
                                                    {"without accents", without_accents},
                                                    {"UTF-8 read as Latin-1", mojibake},
                                                    {"blanks as underscores", underscored},
                                                    {"without blanks", without_blanks},
                                                    {"lower case, blanks trimmed", lower_trimmed},
                                                    {"lower case, without accents", lower_plain},
                                                    {"lower case, blanks as underscores", lower_underscored}}};
  return kForms;
}

}  // namespace leeway::inline v1::validate::detail
