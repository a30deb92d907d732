#ifndef LEEWAY_SRC_ROLLOUT_NUMBER_TEXT_HPP
#define LEEWAY_SRC_ROLLOUT_NUMBER_TEXT_HPP

#include <array>
#include <charconv>
#include <string>

namespace leeway::inline v1::rollout::detail {

/// Appends a number: shortest form that reads back, independent of locale. Allocates only where `text` must grow.
template <class Number>
void append_number(std::string& text, Number value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  text.append(buffer.data(), end.ptr);
}

}  // namespace leeway::inline v1::rollout::detail

#endif
