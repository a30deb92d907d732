#ifndef LEEWAY_STORE_POLICY_FILE_HPP
#define LEEWAY_STORE_POLICY_FILE_HPP

// A rollout's policy as a JSON document that people write: format "leeway.rollout_policy", version 1, described in
// docs/rollout_policy.md.
//
//   auto policy = store::load_policy("canary.json");
//   if (!policy) return report(policy.error());   // "canary.json.rules[2].statistical.alpha: expected ..., found ..."
//   auto engine = rollout::Engine::make(*std::move(policy));
//
// Reading is total and strict: a policy that rollout::check finds nothing wrong with, or errors that name the path
// within the document, what was expected and what was found. A member that is not known is an error: it may be a
// misspelt rule. Error rates, minimum counts and directions have no default. Thread contract: pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/rollout/policy.hpp"

namespace leeway::inline v1::store {

/// The canonical document: what parse_policy reads back; defaults are written out, so that the bytes say all that the
/// policy says. Precondition: rollout::check(policy) is empty.
[[nodiscard]] LEEWAY_EXPORT std::string format_policy(const rollout::Policy& policy);

/// The first of check_policy's errors, or the policy. `where` names the source in errors and may be empty.
[[nodiscard]] LEEWAY_EXPORT Result<rollout::Policy> parse_policy(std::string_view text, const std::string& where);

/// All that is wrong with a document: the first thing of each metric, rule, stage and piece of evidence that cannot be
/// read, and the first of what is left; where all can be read, what rollout::check finds. Errors: format (not JSON,
/// nested too deeply, a member twice, another format or version, a member that is missing, of another type or not
/// known; text that is no duration), invalid_argument (those of rollout::check). Empty: the document is good.
[[nodiscard]] LEEWAY_EXPORT std::vector<Error> check_policy(std::string_view text, const std::string& where);

/// Errors: those of read_file and parse_policy.
[[nodiscard]] LEEWAY_EXPORT Result<rollout::Policy> load_policy(const std::string& path);

/// SHA-256 of the canonical document: 64 lower-case hexadecimal digits. Documents that say the same have the same hash,
/// however they are laid out. Errors: io (libcrypto cannot compute it).
[[nodiscard]] LEEWAY_EXPORT Result<std::string> policy_hash(const rollout::Policy& policy);

}  // namespace leeway::inline v1::store

#endif
