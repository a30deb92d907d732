#include "validate/pattern.hpp"

#include <re2/re2.h>

#include <cstdint>
#include <memory>

namespace leeway::inline v1::validate::detail {
namespace {

constexpr std::int64_t kMostBytes = 1 << 20;  // of the automaton: it bounds what one byte of text costs

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_log_errors(false);  // it would print them
  options.set_max_mem(kMostBytes);
  return options;
}

/// "missing closing ): (a|b", cut: RE2 may say the whole expression again.
std::string reason(const re2::RE2& regex) {
  constexpr std::size_t kMost = 80;
  const std::string& text = regex.error();
  return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

}  // namespace

Result<Pattern> Pattern::make(const std::string& regex) {
  auto compiled = std::make_shared<const re2::RE2>(regex, options());
  if (compiled->ok()) return Pattern(std::move(compiled));
  return Error{ErrorCode::data, "expected a regular expression that RE2 takes, found " + reason(*compiled), {}};
}

bool Pattern::matches(std::string_view text) const { return re2::RE2::FullMatch({text.data(), text.size()}, *regex_); }

}  // namespace leeway::inline v1::validate::detail
