#ifndef LEEWAY_CLI_PROGRESS_HPP
#define LEEWAY_CLI_PROGRESS_HPP

// One line on a terminal that says how far a long read has come. Into a pipe or a file it writes nothing.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace leeway::cli {

struct ProgressOptions {
  int descriptor = 2;     ///< standard error
  bool terminal = false;  ///< whether anything is shown at all
  std::function<std::chrono::steady_clock::time_point()> now;

  /// For standard error: shown where it is a terminal that can erase a line, and not with --quiet.
  static ProgressOptions standard_error(bool quiet = false);
};

class Progress {
 public:
  /// Inputs from this many bytes on show the line at once, others after kPatience.
  static constexpr std::uint64_t kLongInput = 20'000'000;
  static constexpr std::chrono::milliseconds kPatience{2000};
  static constexpr std::chrono::milliseconds kRefresh{100};

  /// `total_bytes` is 0 where the size is unknown; then no percentage is shown.
  Progress(std::string label, std::uint64_t total_bytes, ProgressOptions options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  ///< as finish()

  /// Cheap enough to be called for each row.
  void update(std::uint64_t bytes_read, std::uint64_t rows) {
    if (options_.terminal && ++calls_ % kCallsPerLook == 0) look(bytes_read, rows);
  }

  /// Erases the line. Call it before anything else is written to the terminal.
  void finish();

 private:
  static constexpr std::uint64_t kCallsPerLook = 256;

  void look(std::uint64_t bytes_read, std::uint64_t rows);
  void write(const std::string& text) const;
  [[nodiscard]] std::string line(std::uint64_t bytes_read, std::uint64_t rows) const;

  std::string label_;
  std::uint64_t total_bytes_;
  ProgressOptions options_;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point shown_at_;
  std::uint64_t calls_ = 0;
  bool shown_ = false;
};

}  // namespace leeway::cli

#endif
