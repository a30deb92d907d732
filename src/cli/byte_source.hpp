#ifndef LEEWAY_CLI_BYTE_SOURCE_HPP
#define LEEWAY_CLI_BYTE_SOURCE_HPP

// The bytes of a file or of standard input, decompressed where they are gzip (RFC 1952; any number of members).
// A gzip stream that is cut short or damaged is an error once the sound part of it has been read.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "leeway/base/result.hpp"

namespace leeway::cli {

class ByteSource {
 public:
  /// Opens `path`, or standard input for "-".
  static Result<ByteSource> open(const std::string& path);

  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  /// Reads at least one byte into `to`, as soon as there is any; 0 at the end. Precondition: `to` is not empty.
  Result<std::size_t> read(std::span<char> to);

  /// Bytes taken from the file, and its size (0 where unknown), both before decompression.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept;
  [[nodiscard]] std::uint64_t total_bytes() const noexcept;

  /// The path, or "<stdin>".
  [[nodiscard]] const std::string& name() const noexcept;

 private:
  class Impl;
  explicit ByteSource(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

}  // namespace leeway::cli

#endif
