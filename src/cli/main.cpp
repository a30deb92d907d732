// The process around cli::run: descriptors, and errors of standard output.

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <ostream>
#include <span>
#include <streambuf>
#include <system_error>

#include "cli/command.hpp"

namespace {

/// Standard output, with the reason why a write failed, which a std::filebuf does not keep.
class StandardOutput : public std::streambuf {
 public:
  StandardOutput() { setp(buffer_.data(), buffer_.data() + buffer_.size()); }

  [[nodiscard]] int error_number() const noexcept { return error_number_; }

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }

  int sync() override {
    const char* from = pbase();
    while (error_number_ == 0 && from != pptr()) {
      const ssize_t written = ::write(STDOUT_FILENO, from, static_cast<std::size_t>(pptr() - from));
      if (written >= 0) from += written;
      if (written < 0 && errno != EINTR) error_number_ = errno;
    }
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return error_number_ == 0 ? 0 : -1;
  }

 private:
  std::array<char, 1 << 16> buffer_{};
  int error_number_ = 0;
};

/// Were one of the standard descriptors closed, the next file opened would take its place and its output.
void open_standard_descriptors() {
  for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) == -1) static_cast<void>(::open("/dev/null", O_RDWR));
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  StandardOutput buffer;
  std::ostream out(&buffer);
  const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
  const int status = leeway::cli::run(arguments.subspan(argc > 0 ? 1 : 0), out, std::cerr);
  out.flush();
  // A reader that has seen enough, as head does, is no error.
  if (buffer.error_number() == 0 || buffer.error_number() == EPIPE) return status;
  leeway::cli::report_error(
      {out, std::cerr},
      {leeway::ErrorCode::io, "expected to write, found: " + std::generic_category().message(buffer.error_number()),
       "<stdout>"});
  return static_cast<int>(leeway::cli::ExitStatus::input);
}
