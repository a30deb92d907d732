#ifndef LEEWAY_SRC_STORE_POLICY_READER_HPP
#define LEEWAY_SRC_STORE_POLICY_READER_HPP

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/rollout/policy.hpp"
#include "store/json_reader.hpp"

namespace leeway::inline v1::store::detail {

/// The one of `values` that is called so in documents.
template <class T, std::size_t N>
std::optional<T> named(const std::array<T, N>& values, std::string_view name) noexcept {
  for (const T value : values) {
    if (name == to_string(value)) return value;
  }
  return std::nullopt;
}

inline constexpr const char* kPolicyFormat = "leeway.rollout_policy";
inline constexpr std::uint64_t kPolicyVersion = 1;

/// A policy as it stands in a document, and what of the document could not be read: the policy is whole where that is
/// empty, and then not yet checked.
struct ReadPolicy {
  rollout::Policy policy;
  std::vector<Error> errors;
};

[[nodiscard]] ReadPolicy read_policy(const Json& json, const std::string& where);

/// The rule in `reader`.
[[nodiscard]] rollout::Rule read_rule(const JsonReader& reader);

// What rules and the rest of a policy are made of.
[[nodiscard]] Duration read_duration(const JsonReader& reader, const char* key);
[[nodiscard]] ErrorRate read_error_rate(const JsonReader& reader, const char* key);
[[nodiscard]] std::uint32_t read_small_count(const JsonReader& reader, const char* key);

}  // namespace leeway::inline v1::store::detail

#endif
