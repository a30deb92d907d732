#ifndef LEEWAY_STORE_ATOMIC_FILE_HPP
#define LEEWAY_STORE_ATOMIC_FILE_HPP

// Whole files, read in one piece and replaced in one piece. Thread contract: pure functions; two writers of one path
// leave one of the two contents.

#include <string>
#include <string_view>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::store {

/// The bytes of a file. Errors: not_found, io; where is the path.
[[nodiscard]] LEEWAY_EXPORT Result<std::string> read_file(const std::string& path);

/// Replaces the file at `path` by `bytes`, or leaves it as it was: written beside it, flushed to the disk, renamed.
/// A symbolic link stays and its target is replaced; a device or pipe is written to.
/// Errors: not_found (no such folder), io; where is the path.
LEEWAY_EXPORT Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace leeway::inline v1::store

#endif
