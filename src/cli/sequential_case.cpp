#include "cli/sequential_case.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "cli/number.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

constexpr int kDeepest = 8;
constexpr double kMostCount = 0x1p53;
constexpr double kLeastPositive = 1e-100;

std::string text_of(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

std::string found(const Json& json) {
  if (json.is_string()) return cli::quoted(json.get_ref<const std::string&>());
  if (json.is_array()) return "a list";
  return json.is_object() ? "an object" : json.dump();
}

std::string range_text(double least, double most) {
  if (least <= -1e100 && most >= 1e100) return "a number";
  if (least == kLeastPositive && most >= 1e100) return "a number above 0";
  if (most >= 1e100) return "a number of at least " + text_of(least);
  return "a number from " + text_of(least) + " to " + text_of(most);
}

/// Line and column, from 1, of the byte before `end`, where the parser stopped.
std::string place(const std::string& text, std::size_t end) {
  const std::string before = text.substr(0, end > 0 ? end - 1 : 0);
  const std::size_t begin = before.rfind('\n') + 1;  // 0 where there is none
  return "line " + std::to_string(std::count(before.begin(), before.end(), '\n') + 1) + ", column " +
         std::to_string(before.size() - begin + 1);
}

/// What a tree would hide or not bear.
class Structure {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& json) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) names_.emplace_back();
    if (event == Event::object_end) names_.pop_back();
    if ((event == Event::object_start || event == Event::array_start) && depth >= kDeepest)
      fail("expected at most 8 levels of nesting, found more");
    if (event == Event::key && !names_.back().insert(json.get<std::string>()).second)
      fail("expected each field once, found " + cli::quoted(json.get<std::string>()) + " twice");
    return true;
  }
  [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

 private:
  void fail(std::string complaint) {
    if (complaint_.empty()) complaint_ = std::move(complaint);
  }

  std::vector<std::set<std::string>> names_;
  std::string complaint_;
};

}  // namespace

Result<Json> parse_case(const std::string& text, const std::string& where) {
  Structure structure;
  try {
    Json json = Json::parse(
        text, [&](int depth, Json::parse_event_t event, Json& value) { return structure(depth, event, value); });
    if (!structure.complaint().empty()) return Error{ErrorCode::format, structure.complaint(), where};
    if (json.is_object()) return json;
    return Error{ErrorCode::format, "expected a JSON object, found " + found(json), where};
  } catch (const Json::parse_error& error) {
    const bool end = error.byte > text.size();
    return Error{
        ErrorCode::format,
        std::string("expected JSON, found ") + (end ? "its end" : "something else") + " in " + place(text, error.byte),
        where};
  } catch (const Json::exception&) {
    return Error{ErrorCode::format, "expected numbers within reach of a double, found a larger one", where};
  }
}

void Case::fail(std::string message, const std::string& field) {
  if (!error_) error_ = Error{ErrorCode::data, std::move(message), path_ + field};
}

const Json* Case::member(const char* field, const char* expected) {
  known_.insert(field);
  if (error_) return nullptr;
  const auto at = json_.find(field);
  if (at != json_.end()) return &*at;
  fail(std::string("expected ") + expected + ", found no such field", field);
  return nullptr;
}

double Case::number_in(const Json& json, const std::string& field, double least, double most) {
  std::optional<double> value;
  if (json.is_number()) value = json.get<double>();
  if (json.is_string()) value = parse_number(json.get_ref<const std::string&>());
  if (value && *value >= least && *value <= most) return *value;
  fail("expected " + range_text(least, most) + ", found " + found(json), field);
  return std::clamp(1.0, least, most);
}

std::uint64_t Case::count_in(const Json& json, const std::string& field) {
  const std::optional<Error> before = error_;
  const double value = number_in(json, field, 0, kMostCount);
  const bool whole = value == std::floor(value);
  if (!before && (error_ || !whole)) {
    error_.reset();
    fail("expected a whole number from 0 to 2^53, found " + found(json), field);
  }
  return whole ? static_cast<std::uint64_t>(value) : 1;
}

double Case::number(const char* field, double least, double most) {
  const Json* json = member(field, "a number");
  return json != nullptr ? number_in(*json, field, least, most) : std::clamp(1.0, least, most);
}

double Case::number_or(const char* field, double otherwise, double least, double most) {
  known_.insert(field);
  return has(field) ? number(field, least, most) : otherwise;
}

double Case::positive(const char* field) { return number(field, kLeastPositive); }

ErrorRate Case::rate(const char* field, double below) {
  constexpr double kLeast = 1e-300;
  const double value = number(field);
  if (value >= kLeast && value < below) return ErrorRate(value);
  fail("expected a number above 0 and below " + text_of(below) + ", found " + text_of(value), field);
  return ErrorRate(0.05);
}

ErrorRate Case::rate_or(const char* field, ErrorRate otherwise, double below) {
  known_.insert(field);
  return has(field) ? rate(field, below) : otherwise;
}

std::uint64_t Case::count(const char* field) {
  const Json* json = member(field, "a whole number");
  return json != nullptr ? count_in(*json, field) : 1;
}

std::vector<double> Case::numbers(const char* field) {
  std::vector<double> values;
  const Json* json = member(field, "a list of numbers");
  if (json == nullptr) return values;
  if (!json->is_array()) fail("expected a list of numbers, found " + found(*json), field);
  for (std::size_t i = 0; json->is_array() && i < json->size(); ++i)
    values.push_back(number_in((*json)[i], std::string(field) + '[' + std::to_string(i) + ']', -1e100, 1e100));
  return values;
}

std::vector<std::uint64_t> Case::counts(const char* field) {
  std::vector<std::uint64_t> values;
  const Json* json = member(field, "a list of whole numbers");
  if (json == nullptr) return values;
  if (!json->is_array()) fail("expected a list of whole numbers, found " + found(*json), field);
  for (std::size_t i = 0; json->is_array() && i < json->size(); ++i)
    values.push_back(count_in((*json)[i], std::string(field) + '[' + std::to_string(i) + ']'));
  return values;
}

std::vector<std::uint64_t> Case::counts_or_one(const char* field, std::size_t length) {
  const Json* json = member(field, "a whole number, or a list of them");
  if (json != nullptr && !json->is_array()) return std::vector<std::uint64_t>(length, count_in(*json, field));
  std::vector<std::uint64_t> values = json != nullptr ? counts(field) : std::vector<std::uint64_t>();
  if (!error_ && values.size() != length)
    fail("expected " + counted(length, "count") + ", found " + std::to_string(values.size()), field);
  values.resize(length, 1);
  return values;
}

Case Case::object(const char* field) {
  static const Json kEmpty = Json::object();
  const Json* json = member(field, "an object");
  if (json != nullptr && !json->is_object()) fail("expected an object, found " + found(*json), field);
  return {json != nullptr && json->is_object() ? *json : kEmpty, path_ + field + '.', error_};
}

std::string Case::one_of(const char* field, std::initializer_list<const char*> words) {
  known_.insert(field);
  const std::vector<std::string> known(words.begin(), words.end());
  if (!has(field)) return known.front();
  const Json* json = member(field, "a word");
  if (json == nullptr) return known.front();
  if (json->is_string() && std::find(known.begin(), known.end(), json->get<std::string>()) != known.end())
    return json->get<std::string>();
  fail("expected one of " + joined(known) + ", found " + found(*json), field);
  return known.front();
}

bool Case::finish() {
  for (const auto& [name, value] : json_.items()) {
    if (known_.count(name) > 0) continue;
    std::vector<std::string> names(known_.begin(), known_.end());
    names.erase(std::remove(names.begin(), names.end(), "name"), names.end());
    fail("expected no field but " + joined(names) + ", found another", printable(name));
  }
  return !error_;
}

}  // namespace leeway::cli
