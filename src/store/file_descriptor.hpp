#ifndef LEEWAY_SRC_STORE_FILE_DESCRIPTOR_HPP
#define LEEWAY_SRC_STORE_FILE_DESCRIPTOR_HPP

#include <string>
#include <string_view>
#include <utility>

#include "leeway/base/result.hpp"
#include "leeway/store/rollout_events.hpp"

namespace leeway::inline v1::store::detail {

/// An open file of the system; closed with it.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) noexcept : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor();

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// What the last call to the system says: not_found or io.
[[nodiscard]] Error system_error(std::string_view expected, const std::string& path);

/// Reads `path` from its beginning. Errors: not_found, io.
[[nodiscard]] Result<ByteReader> open_bytes(const std::string& path);

/// Flushes the entry of `path` in its folder to the disk.
[[nodiscard]] bool sync_folder_of(const std::string& path) noexcept;

}  // namespace leeway::inline v1::store::detail

#endif
