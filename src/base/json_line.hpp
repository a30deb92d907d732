#ifndef LEEWAY_SRC_BASE_JSON_LINE_HPP
#define LEEWAY_SRC_BASE_JSON_LINE_HPP

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "leeway/base/utf8.hpp"

namespace leeway::inline v1::detail {

/// The text with U+FFFD for every byte that is no UTF-8, or NUL.
[[nodiscard]] inline std::string as_utf8(std::string_view text) {
  std::string shown;
  for (;;) {
    const std::size_t valid = valid_utf8_prefix(text);
    shown += text.substr(0, valid);
    if (valid == text.size()) return shown;
    shown += "\xEF\xBF\xBD";
    text.remove_prefix(valid + 1);
  }
}

/// A JSON value on one line, written from left to right: no blanks, members in the order of the calls, numbers that
/// read back to the same double. What JSON has no number for is the text "NaN", "Infinity" or "-Infinity".
/// Text goes as it is; that it is UTF-8 without NUL is for the caller to see to.
class JsonLine {
 public:
  JsonLine& open(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
    return *this;
  }
  JsonLine& close(char bracket) {
    text_ += bracket;
    first_ = false;
    return *this;
  }
  JsonLine& key(std::string_view name) {
    separate();
    append_quoted(name);
    text_ += ':';
    first_ = true;  // its value follows without a comma
    return *this;
  }

  JsonLine& value(std::string_view text) {
    separate();
    append_quoted(text);
    return *this;
  }
  JsonLine& value(const char* text) { return value(std::string_view(text)); }
  JsonLine& value(std::same_as<bool> auto truth) { return raw(truth ? "true" : "false"); }
  JsonLine& value(std::unsigned_integral auto count) requires(!std::same_as<decltype(count), bool>) {
    return raw(std::to_string(count));
  }
  JsonLine& value(std::same_as<double> auto x) {
    if (std::isnan(x)) return raw("\"NaN\"");
    if (x == 0) return raw(std::signbit(x) ? "-0.0" : "0");  // "-0" would be read as an integer, without its sign
    if (std::isinf(x)) return raw(x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    std::array<char, 32> digits{};
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
    return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  /// What is JSON already.
  JsonLine& raw(std::string_view json) {
    separate();
    text_ += json;
    return *this;
  }

  template <class T>
  JsonLine& member(std::string_view name, const T& of) {
    return key(name).value(of);
  }
  template <class List>
  JsonLine& list(std::string_view name, const List& of) {
    key(name).open('[');
    for (const auto& one : of) value(one);
    return close(']');
  }

  [[nodiscard]] const std::string& text() const& noexcept { return text_; }
  [[nodiscard]] std::string text() && noexcept { return std::move(text_); }

 private:
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  void append_quoted(std::string_view text) {
    text_ += '"';
    for (const char c : text) append_escaped(c);
    text_ += '"';
  }
  void append_escaped(char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (byte < 0x20 && byte != 0) {
      text_ += "\\u00";
      text_ += kDigits[byte >> 4U];
      text_ += kDigits[byte & 15U];
    } else {
      text_ += c;
    }
  }

  std::string text_;
  bool first_ = true;
};

}  // namespace leeway::inline v1::detail

#endif
