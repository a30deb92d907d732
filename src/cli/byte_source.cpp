#include "cli/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

constexpr std::size_t kRawBytes = std::size_t{64} << 10;
constexpr unsigned char kGzipMagic[] = {0x1F, 0x8B};
constexpr int kGzipOnly = 15 + 16;  // zlib's windowBits: the largest window, gzip wrapping and no other

std::string reason(int error_number) { return std::generic_category().message(error_number); }

}  // namespace

class ByteSource::Impl {
 public:
  Impl(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (gzip_) inflateEnd(&stream_);
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  }

  Result<void> start();
  Result<std::size_t> read(std::span<char> to) { return gzip_ ? read_gzip(to) : read_plain(to); }

  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }
  [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_bytes_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  Result<void> look_at_file();
  Result<void> fill_magic();
  Result<void> start_gzip();
  Result<std::size_t> read_descriptor(void* to, std::size_t size);
  Result<std::size_t> read_plain(std::span<char> to);
  Result<std::size_t> read_gzip(std::span<char> to);
  Result<bool> refill();
  Result<bool> next_member();
  std::optional<Error> inflate_some();

  [[nodiscard]] std::span<const unsigned char> held() const noexcept { return {raw_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] Error error(ErrorCode code, std::string message) const { return {code, std::move(message), name_}; }
  [[nodiscard]] Error cut_short() const;

  std::string name_;
  int descriptor_;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::array<unsigned char, kRawBytes> raw_;  // bytes of the file that nobody has taken yet: [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  z_stream stream_{};
  bool gzip_ = false;
  bool between_members_ = false;
};

Result<void> ByteSource::Impl::start() {
  if (auto looked = look_at_file(); !looked) return looked;
  if (auto filled = fill_magic(); !filled) return filled;
  const auto bytes = held();
  // A file of one byte that begins the magic number can only be a gzip file cut short.
  if (bytes.empty() ||
      !std::equal(bytes.begin(), bytes.begin() + static_cast<int>((std::min)(bytes.size(), std::size_t{2})),
                  kGzipMagic))
    return {};
  return start_gzip();
}

Result<void> ByteSource::Impl::look_at_file() {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0)
    return error(ErrorCode::io, "expected a readable file, found: " + reason(errno));
  if (S_ISDIR(status.st_mode)) return error(ErrorCode::io, "expected a file, found a directory");
  if (S_ISREG(status.st_mode)) total_bytes_ = static_cast<std::uint64_t>(status.st_size);
  return {};
}

/// A pipe may deliver the two bytes one at a time.
Result<void> ByteSource::Impl::fill_magic() {
  while (end_ < sizeof kGzipMagic) {
    auto count = read_descriptor(raw_.data() + end_, raw_.size() - end_);
    if (!count) return std::move(count).error();
    if (*count == 0) break;
    end_ += *count;
  }
  return {};
}

Result<void> ByteSource::Impl::start_gzip() {
  if (inflateInit2(&stream_, kGzipOnly) != Z_OK)
    return error(ErrorCode::limit, "expected memory for decompression, found none");
  gzip_ = true;
  return {};
}

Result<std::size_t> ByteSource::Impl::read_descriptor(void* to, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(descriptor_, to, size);
    if (count >= 0) {
      bytes_read_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) return error(ErrorCode::io, "expected a readable file, found: " + reason(errno));
  }
}

Result<std::size_t> ByteSource::Impl::read_plain(std::span<char> to) {
  if (begin_ == end_) return read_descriptor(to.data(), to.size());
  const std::size_t count = (std::min)(to.size(), end_ - begin_);
  std::memcpy(to.data(), raw_.data() + begin_, count);
  begin_ += count;
  return count;
}

/// Makes sure that bytes of the file are held; false at its end.
Result<bool> ByteSource::Impl::refill() {
  if (begin_ != end_) return true;
  auto count = read_descriptor(raw_.data(), raw_.size());
  if (!count) return std::move(count).error();
  begin_ = 0;
  end_ = *count;
  return *count != 0;
}

Result<std::size_t> ByteSource::Impl::read_gzip(std::span<char> to) {
  stream_.next_out = reinterpret_cast<Bytef*>(to.data());
  stream_.avail_out = static_cast<uInt>(to.size());
  while (stream_.avail_out == to.size()) {
    if (between_members_) {
      auto more = next_member();
      if (!more) return std::move(more).error();
      if (!*more) return std::size_t{0};
    }
    auto more = refill();
    if (!more) return std::move(more).error();
    if (!*more) return cut_short();
    if (auto failed = inflate_some()) return *std::move(failed);
  }
  return to.size() - stream_.avail_out;
}

std::optional<Error> ByteSource::Impl::inflate_some() {
  stream_.next_in = raw_.data() + begin_;
  stream_.avail_in = static_cast<uInt>(end_ - begin_);
  const int status = inflate(&stream_, Z_NO_FLUSH);
  begin_ = end_ - stream_.avail_in;
  between_members_ = status == Z_STREAM_END;
  if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return {};
  if (status == Z_MEM_ERROR) return error(ErrorCode::limit, "expected memory for decompression, found none");
  const std::string detail = stream_.msg != nullptr ? std::string(" (") + stream_.msg + ')' : std::string();
  return error(ErrorCode::data, "expected an undamaged gzip stream, found damage near byte " +
                                    grouped(bytes_read_ - (end_ - begin_)) + detail);
}

/// After the end of a member: true where another begins. Zeros may pad the end of the file, as on tapes.
Result<bool> ByteSource::Impl::next_member() {
  for (;;) {
    auto more = refill();
    if (!more || !*more) return more;
    if (raw_[begin_] != 0) break;
    ++begin_;
  }
  if (raw_[begin_] != kGzipMagic[0]) {
    return error(ErrorCode::data, "expected the end of the file or another gzip member, found other bytes after byte " +
                                      grouped(bytes_read_ - (end_ - begin_)));
  }
  inflateReset(&stream_);
  between_members_ = false;
  return true;
}

Error ByteSource::Impl::cut_short() const {
  return error(ErrorCode::data,
               "expected a complete gzip stream, found its end cut off after " + counted(bytes_read_, "byte"));
}

ByteSource::ByteSource(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

Result<ByteSource> ByteSource::open(const std::string& path) {
  const bool standard_input = path == "-";
  const int descriptor = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const int number = errno;
    if (number == ENOENT || number == ENOTDIR) return Error{ErrorCode::not_found, "expected a file, found none", path};
    return Error{ErrorCode::io, "expected a readable file, found: " + reason(number), path};
  }
  auto impl = std::make_unique<Impl>(standard_input ? "<stdin>" : path, descriptor);
  if (auto started = impl->start(); !started) return std::move(started).error();
  return ByteSource(std::move(impl));
}

Result<std::size_t> ByteSource::read(std::span<char> to) { return impl_->read(to); }
std::uint64_t ByteSource::bytes_read() const noexcept { return impl_->bytes_read(); }
std::uint64_t ByteSource::total_bytes() const noexcept { return impl_->total_bytes(); }
const std::string& ByteSource::name() const noexcept { return impl_->name(); }

}  // namespace leeway::cli
