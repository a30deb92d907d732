#include "store/file_descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <span>
#include <system_error>

namespace leeway::inline v1::store::detail {
namespace {

Result<std::size_t> read_some(int descriptor, std::span<char> to, const std::string& path) {
  for (;;) {
    const ssize_t got = ::read(descriptor, to.data(), to.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return system_error("a readable file", path);
  }
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (is_open()) ::close(number_);
}

Error system_error(std::string_view expected, const std::string& path) {
  const int number = errno;
  const ErrorCode code = number == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  return {code, "expected " + std::string(expected) + ", found: " + std::generic_category().message(number), path};
}

Result<ByteReader> open_bytes(const std::string& path) {
  // Shared: what std::function holds must be copyable.
  const auto file = std::make_shared<FileDescriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file->is_open()) return system_error("a readable file", path);
  return ByteReader([file, path](std::span<char> to) { return read_some(file->get(), to, path); });
}

bool sync_folder_of(const std::string& path) noexcept {
  const FileDescriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.is_open() && ::fsync(folder.get()) == 0;
}

}  // namespace leeway::inline v1::store::detail
