#include "store/seal.hpp"

#include <utility>

#include "profile/hash.hpp"

namespace leeway::inline v1::store::detail {
namespace {

constexpr std::string_view kOpening = ",\n\"checksum\":\"xxh3-128:";
constexpr std::string_view kClosing = "\"}\n";
constexpr std::size_t kDigits = 32;
constexpr std::size_t kTail = kOpening.size() + kDigits + kClosing.size();

std::string tail_for(std::string_view body) {
  return std::string(kOpening) + profile::detail::xxh3_hex(body) + std::string(kClosing);
}

}  // namespace

std::string seal(std::string object) {
  object.pop_back();
  return object + tail_for(object);
}

Result<std::string> unseal(std::string_view sealed, const std::string& where) {
  const std::string_view body = sealed.substr(0, sealed.size() - (sealed.size() < kTail ? sealed.size() : kTail));
  const std::string_view tail = sealed.substr(body.size());
  if (tail.substr(0, kOpening.size()) != kOpening) {
    return Error{ErrorCode::corrupt, "expected a checksum at the end, found none: the file is truncated or damaged",
                 where};
  }
  const std::string expected = tail_for(body);
  if (tail == expected) return std::string(body) + "}";
  return Error{ErrorCode::corrupt,
               "expected the checksum " + expected.substr(kOpening.size(), kDigits) + " of its bytes, found " +
                   std::string(tail.substr(kOpening.size(), kDigits)) + ": the file is damaged",
               where};
}

}  // namespace leeway::inline v1::store::detail
