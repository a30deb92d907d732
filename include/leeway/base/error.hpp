#ifndef LEEWAY_BASE_ERROR_HPP
#define LEEWAY_BASE_ERROR_HPP

#include <string>
#include <utility>

namespace leeway::inline v1 {

/// What kind of thing went wrong. A small fixed set: branch on it, show the message.
enum class ErrorCode {
  invalid_argument,  ///< a value outside its documented range
  incompatible,      ///< two things that do not belong together, such as unlike axes
  undefined,         ///< the question has no answer on these data, such as a divergence from nothing
  not_found,         ///< a file, column or feature that is not there
  data,              ///< input data that break their format
  format,            ///< a document that is not of the stated kind or version
  corrupt,           ///< a document whose checksum does not match
  limit,             ///< input larger than the stated limit
  io,                ///< the operating system refused
};

/// The lower-case name of a code, as in "invalid_argument".
[[nodiscard]] constexpr const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::incompatible: return "incompatible";
    case ErrorCode::undefined: return "undefined";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::data: return "data";
    case ErrorCode::format: return "format";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::limit: return "limit";
    case ErrorCode::io: return "io";
  }
  return "unknown";
}

/// Why something could not be done: what was expected and what was found, and where.
struct Error {
  ErrorCode code = ErrorCode::invalid_argument;
  std::string message;  ///< "expected ..., found ...": complete without the code
  std::string where;    ///< file:line, field path or feature name; empty where there is none

  friend bool operator==(const Error&, const Error&) = default;
};

/// One line for a person: "where: message", or the message alone.
[[nodiscard]] inline std::string to_string(const Error& error) {
  return error.where.empty() ? error.message : error.where + ": " + error.message;
}

/// The same error, found at an outer place: "outer: inner".
[[nodiscard]] inline Error at(std::string outer, Error error) {
  if (!error.where.empty()) outer += ": " + error.where;
  error.where = std::move(outer);
  return error;
}

}  // namespace leeway::inline v1

#endif
