#ifndef LEEWAY_CLI_SEQUENTIAL_CASE_HPP
#define LEEWAY_CLI_SEQUENTIAL_CASE_HPP

// The input of one anytime-valid computation: a JSON object of numbers, lists and further objects. Numbers may be
// strings, for digits that JSON writers would drop.

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"

namespace leeway::cli {

using Json = nlohmann::ordered_json;

/// The object that `text` holds. Errors (format): text that is no JSON, by line and column; a member that is there
/// twice; values nested deeper than 8; anything but an object.
[[nodiscard]] Result<Json> parse_case(const std::string& text, const std::string& where);

/// Reads fields by name. The first one that is missing or wrong becomes the error; reads after it return placeholders
/// that are in range, so that a computation is a straight list of fields with one check at its end. A field may be
/// "name", which is a comment.
class Case {
 public:
  /// `json` must be an object and outlive the reader; `path` is what errors say before a field's name.
  Case(const Json& json, std::string path, std::optional<Error>& error)
      : json_(json), path_(std::move(path)), error_(error) {}

  [[nodiscard]] bool has(const char* field) const { return json_.contains(field); }

  /// A number in [least, most], both finite.
  double number(const char* field, double least = -1e100, double most = 1e100);
  double number_or(const char* field, double otherwise, double least = -1e100, double most = 1e100);
  /// At least 1e-100.
  double positive(const char* field);
  /// A number above 0 and below `below`.
  ErrorRate rate(const char* field, double below = 1);
  ErrorRate rate_or(const char* field, ErrorRate otherwise, double below = 1);
  std::uint64_t count(const char* field);
  std::vector<double> numbers(const char* field);
  std::vector<std::uint64_t> counts(const char* field);
  /// A list of counts of that length, or one count for all.
  std::vector<std::uint64_t> counts_or_one(const char* field, std::size_t length);
  Case object(const char* field);
  /// One of these words, the first where there is none.
  std::string one_of(const char* field, std::initializer_list<const char*> words);

  /// Makes this the error, unless there is one.
  void fail(std::string message, const std::string& field);
  /// To be called once all fields are read: any other field is an error. Whether there is none.
  bool finish();
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  const Json* member(const char* field, const char* expected);
  double number_in(const Json& json, const std::string& field, double least, double most);
  std::uint64_t count_in(const Json& json, const std::string& field);

  const Json& json_;
  std::string path_;
  std::optional<Error>& error_;
  std::set<std::string> known_{"name"};
};

}  // namespace leeway::cli

#endif
