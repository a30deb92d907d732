#ifndef LEEWAY_SRC_STORE_JSON_READER_HPP
#define LEEWAY_SRC_STORE_JSON_READER_HPP

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/result.hpp"

namespace leeway::inline v1::store::detail {

using Json = nlohmann::ordered_json;

/// A value in a message; objects and lists are only named: they may be long, and too deep to be walked.
[[nodiscard]] std::string brief(const Json& json);

/// Reads the members of a JSON value by name and type. The first member that is missing or of another type becomes
/// the error; reads after it return empty values, so that a reader is a straight list of fields with one check at its
/// end.
class JsonReader {
 public:
  JsonReader(const Json& json, std::string path, std::optional<Error>& error)
      : json_(json), path_(std::move(path)), error_(error) {}

  /// Any other member than these is the error, for documents that people write.
  void only(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] bool has(const char* key) const { return json_.is_object() && json_.contains(key); }
  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] double number(const char* key) const;
  [[nodiscard]] std::uint64_t count(const char* key) const;
  [[nodiscard]] bool truth(const char* key) const;
  [[nodiscard]] bool is_number(const char* key) const;  ///< there is such a member and it is a number
  [[nodiscard]] std::vector<std::string> texts(const char* key) const;
  [[nodiscard]] std::vector<double> numbers(const char* key) const;
  [[nodiscard]] std::vector<std::uint64_t> counts(const char* key) const;
  /// A number, or what JSON has no number for as text: "NaN", "Infinity", "-Infinity".
  [[nodiscard]] double any_number(const char* key) const;
  [[nodiscard]] std::vector<double> any_numbers(const char* key) const;
  /// The names of the members, in their order.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] JsonReader object(const char* key, const char* expected = "an object") const;
  /// The value that `parse` knows by that name.
  template <class T>
  [[nodiscard]] T one_of(const char* key, std::optional<T> (*parse)(std::string_view) noexcept,
                         const std::string& expected) const {
    const std::string name = text(key);
    const std::optional<T> value = parse(name);
    if (!value) fail("expected " + expected + ", found \"" + name.substr(0, 40) + "\"", key);
    return value.value_or(T{});
  }
  [[nodiscard]] std::vector<JsonReader> objects(const char* key) const;

  void fail(std::string message, const std::string& key = {}) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  using Check = bool (*)(const Json&);

  const Json& member(const char* key, Check check, const char* expected) const;
  template <class T>
  std::vector<T> list(const char* key, Check check, const char* expected) const;

  const Json& json_;
  std::string path_;
  std::optional<Error>& error_;
};

}  // namespace leeway::inline v1::store::detail

#endif
