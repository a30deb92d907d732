#include "store/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace leeway::inline v1::store::detail {
namespace {

const Json& nothing() {
  static const Json null;
  return null;
}

bool is_truth(const Json& json) { return json.is_boolean(); }
bool is_plain(const std::string& text) { return text.find('\0') == std::string::npos; }
bool is_text(const Json& json) { return json.is_string() && is_plain(json.get_ref<const std::string&>()); }
bool is_numeric(const Json& json) { return json.is_number(); }
bool is_any_number(const Json& json) {
  return json.is_number() || json == "NaN" || json == "Infinity" || json == "-Infinity";
}
bool is_count(const Json& json) { return json.is_number_unsigned(); }
bool is_object(const Json& json) { return json.is_object(); }
bool is_list(const Json& json) { return json.is_array(); }

/// Of what is_any_number.
double any_number_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return json == "Infinity" ? HUGE_VAL : -HUGE_VAL;
}

std::string joined(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

}  // namespace

std::string brief(const Json& json) {
  if (json.is_structured()) return json.is_object() ? "an object" : "a list";
  constexpr std::size_t kMost = 40;
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

void JsonReader::fail(std::string message, const std::string& key) const {
  if (error_) return;
  error_ = Error{ErrorCode::format, std::move(message), key.empty() ? path_ : joined(path_, key)};
}

void JsonReader::only(std::initializer_list<std::string_view> keys) const {
  if (!json_.is_object()) return;
  for (const auto& [key, value] : json_.items()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    std::string known;
    for (const std::string_view name : keys) known.append(known.empty() ? "" : ", ").append(name);
    return fail("expected one of " + known + ", found " + brief(Json(key)));
  }
}

const Json& JsonReader::member(const char* key, Check check, const char* expected) const {
  if (error_) return nothing();
  if (!has(key)) {
    fail(std::string("expected ") + expected + ", found nothing", key);
    return nothing();
  }
  const Json& found = json_[key];
  if (check(found)) return found;
  fail(std::string("expected ") + expected + ", found " + brief(found), key);
  return nothing();
}

std::string JsonReader::text(const char* key) const {
  const Json& found = member(key, is_text, "text");
  return is_text(found) ? found.get<std::string>() : std::string();
}

double JsonReader::number(const char* key) const {
  const Json& found = member(key, is_numeric, "a number");
  return found.is_number() ? found.get<double>() : 0;
}

double JsonReader::any_number(const char* key) const {
  const Json& found = member(key, is_any_number, "a number or \"NaN\"");
  return is_any_number(found) ? any_number_of(found) : 0;
}

std::uint64_t JsonReader::count(const char* key) const {
  const Json& found = member(key, is_count, "a count");
  return found.is_number() ? found.get<std::uint64_t>() : 0;
}

bool JsonReader::truth(const char* key) const {
  const Json& found = member(key, is_truth, "true or false");
  return found.is_boolean() && found.get<bool>();
}

bool JsonReader::is_number(const char* key) const { return has(key) && json_[key].is_number(); }

template <class T>
std::vector<T> JsonReader::list(const char* key, Check check, const char* expected) const {
  const Json& found = member(key, is_list, expected);
  if (!found.is_array()) return {};
  const auto bad = std::find_if_not(found.begin(), found.end(), check);
  if (bad == found.end()) return found.get<std::vector<T>>();
  fail(std::string("expected ") + expected + ", found " + brief(*bad) + " among them", key);
  return {};
}

std::vector<std::string> JsonReader::texts(const char* key) const {
  return list<std::string>(key, is_text, "a list of texts");
}
std::vector<double> JsonReader::numbers(const char* key) const {
  return list<double>(key, is_numeric, "a list of numbers");
}
std::vector<std::uint64_t> JsonReader::counts(const char* key) const {
  return list<std::uint64_t>(key, is_count, "a list of counts");
}

std::vector<double> JsonReader::any_numbers(const char* key) const {
  const Json& found = member(key, is_list, "a list of numbers");
  std::vector<double> numbers;
  for (const Json& one : found) {
    if (!is_any_number(one)) fail("expected a list of numbers, found " + brief(one) + " among them", key);
    if (error_) return {};
    numbers.push_back(any_number_of(one));
  }
  return numbers;
}

std::vector<std::string> JsonReader::names() const {
  std::vector<std::string> names;
  if (!json_.is_object()) return names;
  for (const auto& [key, value] : json_.items()) {
    if (!is_plain(key)) fail("expected names without NUL, found " + brief(Json(key)));
    names.push_back(key);
  }
  return names;
}

JsonReader JsonReader::object(const char* key, const char* expected) const {
  return {member(key, is_object, expected), joined(path_, key), error_};
}

std::vector<JsonReader> JsonReader::objects(const char* key) const {
  std::vector<JsonReader> readers;
  const Json& found = member(key, is_list, "a list of objects");
  for (std::size_t i = 0; i < found.size(); ++i) {
    readers.emplace_back(found[i], joined(path_, key) + "[" + std::to_string(i) + "]", error_);
    if (!found[i].is_object()) readers.back().fail("expected an object, found " + brief(found[i]));
  }
  return readers;
}

}  // namespace leeway::inline v1::store::detail
