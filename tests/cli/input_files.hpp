#ifndef LEEWAY_TESTS_CLI_INPUT_FILES_HPP
#define LEEWAY_TESTS_CLI_INPUT_FILES_HPP

// Files for the tests of the command's input: written for one test and removed with it.

#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace leeway::cli::test {

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) {
    const bool small = content.size() < kSmall;
    if (!(small && create("/dev/shm"))) create(std::filesystem::temp_directory_path());
    std::ofstream(path_, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  // Thousands of small files are quick in memory alone; large ones may not fit there.
  static constexpr std::size_t kSmall = 100'000;

  bool create(const std::filesystem::path& folder) {
    path_ = (folder / "leeway_test_XXXXXX").string();
    const int descriptor = ::mkstemp(path_.data());
    return descriptor >= 0 && ::close(descriptor) == 0;
  }

  std::string path_;
};

/// `text` as one gzip member.
inline std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// Path of a file of the shared real data; empty where that is absent.
inline std::string shared_data(const std::string& name) {
  const auto path = std::filesystem::path(LEEWAY_SOURCE_DIR).parent_path() / "shared" / "data" / name;
  return std::filesystem::exists(path) ? path.string() : std::string();
}

/// The text in a gzipped file.
inline std::string unpacked(const std::string& path) {
  std::string text;
  std::array<char, 1 << 16> buffer;
  gzFile file = gzopen(path.c_str(), "rb");
  for (int size = 0; (size = gzread(file, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  gzclose(file);
  return text;
}

}  // namespace leeway::cli::test

#endif
