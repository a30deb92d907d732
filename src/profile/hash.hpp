#ifndef LEEWAY_SRC_PROFILE_HASH_HPP
#define LEEWAY_SRC_PROFILE_HASH_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace leeway::inline v1::profile::detail {

/// 32 hexadecimal digits of the XXH3-128 hash of some bytes.
[[nodiscard]] std::string xxh3_hex(std::string_view bytes);

/// Values laid out in little-endian order, so that their hash names the same content on every machine.
class Canonical {
 public:
  void add(std::uint64_t value);
  void add(double value);
  void add(std::string_view text);  // length first: "ab","c" is not "a","bc"
  [[nodiscard]] std::string hash() const { return xxh3_hex(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace leeway::inline v1::profile::detail

#endif
