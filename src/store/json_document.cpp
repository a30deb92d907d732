#include "store/json_document.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace leeway::inline v1::store::detail {
namespace {

constexpr std::size_t kDeepest = 16;

/// The end of what the parser has read for a token: of its last line, without leading blanks.
std::string brief(std::string_view token) {
  constexpr std::string_view kNewLine = "<U+000A>";  // as the parser writes it
  constexpr std::size_t kMost = 40;
  if (const auto line = token.rfind(kNewLine); line != std::string_view::npos)
    token.remove_prefix(line + kNewLine.size());
  token.remove_prefix((std::min)(token.find_first_not_of(' '), token.size()));
  if (token.size() > kMost) token.remove_prefix(token.size() - kMost);
  const bool quotes = token.find('"') != std::string_view::npos;  // no two of them beside each other
  return quotes ? std::string(token) : '"' + std::string(token) + '"';
}

/// Line and column, in bytes and from 1, of the byte before `end`, which is where a parser stopped.
std::string place(std::string_view text, std::size_t end) {
  const std::string_view before = text.substr(0, end > 0 ? end - 1 : 0);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t begin = before.rfind('\n') + 1;  // 0 where there is none
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - begin + 1);
}

/// Hears the parser's events and keeps the first thing that is wrong. Its names are those that nlohmann::json calls.
class Listener {
 public:
  Listener(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  bool null() { return value(); }
  bool boolean(bool) { return value(); }
  bool number_integer(std::int64_t) { return value(); }
  bool number_unsigned(std::uint64_t) { return value(); }
  bool number_float(double, const std::string&) { return value(); }
  bool string(std::string&) { return value(); }
  bool binary(Json::binary_t&) { return value(); }
  bool start_object(std::size_t) { return begin(true); }
  bool start_array(std::size_t) { return begin(false); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }

  bool key(std::string& name) {
    Level& level = levels_.back();
    level.key = name;
    return level.names.insert(name).second || fail("expected each member once, found it twice", path());
  }

  template <class Exception>
  bool parse_error(std::size_t end, const std::string& token, const Exception&) {
    const std::string found = end > text_.size() ? "its end" : brief(token);
    return fail("expected JSON, found " + found + " in " + place(text_, end), where_);
  }

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  struct Level {
    bool object = false;
    std::string key{};
    std::set<std::string> names{};
    std::size_t index = 0;
  };

  bool begin(bool object) {
    if (levels_.size() == kDeepest) return fail("expected at most 16 levels of nesting, found more", path());
    levels_.push_back({object});
    return true;
  }
  bool end() {
    levels_.pop_back();
    return value();
  }
  bool value() {
    if (!levels_.empty()) ++levels_.back().index;
    return true;
  }

  [[nodiscard]] std::string path() const {
    std::string path = where_;
    for (const Level& level : levels_) {
      if (level.object) {
        path += (path.empty() ? "" : ".") + level.key;
      } else {
        path += '[' + std::to_string(level.index) + ']';
      }
    }
    return path;
  }

  bool fail(std::string message, std::string where) {
    error_ = Error{ErrorCode::format, std::move(message), std::move(where)};
    return false;
  }

  std::string_view text_;
  const std::string& where_;
  std::vector<Level> levels_;
  std::optional<Error> error_;
};

}  // namespace

Result<Json> parse_document(std::string_view text, const std::string& where) {
  Listener listener(text, where);
  Json::sax_parse(text, &listener);
  if (listener.error()) return *listener.error();
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Error{ErrorCode::format, "expected a JSON object, found " + brief(json), where};
  return json;
}

}  // namespace leeway::inline v1::store::detail
