#ifndef LEEWAY_STORE_PROFILE_FILE_HPP
#define LEEWAY_STORE_PROFILE_FILE_HPP

// A profile as a JSON document: format "leeway.profile", version, the profile's hash, and a checksum over every byte.
// Reading is total: a valid profile, or an error that names the file and the field, what was expected and what was
// found. Thread contract: pure functions.

#include <string>
#include <string_view>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/profile/profile.hpp"

namespace leeway::inline v1::store {

[[nodiscard]] LEEWAY_EXPORT std::string format_profile(const profile::Profile& profile);

/// `where` names the source in errors. Errors: corrupt (checksum), format (not JSON, another format or version, a field
/// that is missing or of another type), data (parts that do not fit together, a hash that is not that of the content).
[[nodiscard]] LEEWAY_EXPORT Result<profile::Profile> parse_profile(std::string_view text, const std::string& where);

/// Errors: those of write_file. The file is replaced in one piece.
LEEWAY_EXPORT Result<void> save_profile(const profile::Profile& profile, const std::string& path);

/// Errors: those of read_file and parse_profile.
[[nodiscard]] LEEWAY_EXPORT Result<profile::Profile> load_profile(const std::string& path);

}  // namespace leeway::inline v1::store

#endif
