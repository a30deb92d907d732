#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

constexpr std::string_view kEraseLine = "\r\x1B[K";

bool can_erase_lines() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

ProgressOptions ProgressOptions::standard_error(bool quiet) {
  const bool shown = !quiet && ::isatty(STDERR_FILENO) == 1 && can_erase_lines();
  return {STDERR_FILENO, shown, &std::chrono::steady_clock::now};
}

Progress::Progress(std::string label, std::uint64_t total_bytes, ProgressOptions options)
    : label_(std::move(label)), total_bytes_(total_bytes), options_(std::move(options)) {
  if (options_.terminal) begin_ = shown_at_ = options_.now();
}

Progress::~Progress() { finish(); }

void Progress::look(std::uint64_t bytes_read, std::uint64_t rows) {
  const auto now = options_.now();
  if (!shown_ && total_bytes_ < kLongInput && now - begin_ < kPatience) return;
  if (shown_ && now - shown_at_ < kRefresh) return;
  shown_ = true;
  shown_at_ = now;
  write(line(bytes_read, rows));
}

std::string Progress::line(std::uint64_t bytes_read, std::uint64_t rows) const {
  std::string text = std::string(kEraseLine) + printable(label_, 40) + ": ";
  if (total_bytes_ > 0) {
    const double share = static_cast<double>(bytes_read) / static_cast<double>(total_bytes_);
    text += std::to_string((std::min)(100, static_cast<int>(share * 100))) + " %, ";
  }
  return text + counted(rows, "row");
}

/// A terminal that refuses is no reason to stop the work.
void Progress::write(const std::string& text) const {
  [[maybe_unused]] const ssize_t written = ::write(options_.descriptor, text.data(), text.size());
}

void Progress::finish() {
  if (std::exchange(shown_, false)) write(std::string(kEraseLine));
}

}  // namespace leeway::cli
