#include "leeway/store/rollout_journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "leeway/rollout/decision_json.hpp"
#include "leeway/store/atomic_file.hpp"
#include "leeway/store/policy_file.hpp"
#include "store/file_descriptor.hpp"
#include "store/journal_record.hpp"

namespace leeway::inline v1::store {
namespace {

using detail::FileDescriptor;
using detail::JournalChain;
using detail::JournalScanner;
using detail::RecordKind;
using detail::system_error;

constexpr std::size_t kMostKept = std::size_t{64} << 20U;

/// A file that is ours alone. Devices and pipes cannot be recovered.
Result<FileDescriptor> open_locked(const std::string& path) {
  constexpr int kFlags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK;  // a pipe does not wait for its reader
  FileDescriptor file(::open(path.c_str(), kFlags, 0666));
  if (!file.is_open()) return system_error("a writable journal", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_error("a writable journal", path);
  if (!S_ISREG(status.st_mode)) return Error{ErrorCode::io, "expected a regular file, found another kind", path};
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) return system_error("to lock the journal", path);
  return Error{ErrorCode::io, "expected a journal that nobody else writes, found it locked", path};
}

Result<JournalSummary> scan(const std::string& path, const std::string& kept_head = {}) {
  auto bytes = detail::open_bytes(path);
  if (!bytes) return std::move(bytes).error();
  JournalScanner scanner(*std::move(bytes), path);
  std::optional<std::uint64_t> kept;
  for (;;) {
    const auto record = scanner.next();
    if (!record) return record.error();
    if (!*record) break;
    if (scanner.summary().head == kept_head) kept = scanner.summary().records - 1;
  }
  JournalSummary summary = scanner.summary();
  summary.kept = kept;
  return summary;
}

/// Without a whole header a file is ours only where it is the beginning of one.
Result<void> check_torn_header(const std::string& path, const std::string& header) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  if (header.starts_with(*bytes)) return {};
  return Error{ErrorCode::format, "expected a journal or an empty file, found something else", path};
}

Result<void> check_policy(const JournalSummary& found, const std::string& name, const std::string& hash,
                          const std::string& path) {
  if (found.policy_hash == hash) return {};
  return Error{ErrorCode::incompatible,
               "expected a journal of policy " + name + " with hash " + hash + ", found one of " + found.policy +
                   " with hash " + found.policy_hash,
               path};
}

}  // namespace

class JournalFile::Impl {
 public:
  Impl(FileDescriptor file, std::string path, JournalSync sync)
      : file_(std::move(file)), path_(std::move(path)), sync_(sync) {}
  ~Impl() {
    if (!ended_) static_cast<void>(flush());  // a last attempt at what is kept
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> recover(const rollout::Policy& policy, const std::string& hash);
  Result<void> append(const rollout::Tick& tick);
  Result<void> append(RecordKind kind, const Result<std::string>& members);

  [[nodiscard]] const JournalSummary& recovered() const noexcept { return recovered_; }
  [[nodiscard]] const std::string& head() const noexcept { return chain_.head(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  Result<void> begin(const rollout::Policy& policy, const std::string& hash);
  Result<void> cut();
  Result<void> keep(RecordKind kind, std::string_view members);
  Result<void> flush();
  Result<void> write(RecordKind kind);
  Result<void> end(Error error);

  FileDescriptor file_;
  std::string path_;
  JournalSync sync_;
  JournalChain chain_;
  JournalSummary recovered_;
  std::string kept_;  // what has not been written yet, from the middle of a record perhaps
  std::optional<TimePoint> last_;
  std::optional<Error> ended_;
};

// ---- opening

Result<void> JournalFile::Impl::recover(const rollout::Policy& policy, const std::string& hash) {
  auto found = scan(path_);
  if (!found) return std::move(found).error();
  recovered_ = *std::move(found);
  if (recovered_.records == 0) return begin(policy, hash);
  if (auto checked = check_policy(recovered_, policy.name, hash, path_); !checked) return checked;
  chain_.continue_after(recovered_.records, recovered_.head);
  last_ = recovered_.last;
  return cut();
}

Result<void> JournalFile::Impl::begin(const rollout::Policy& policy, const std::string& hash) {
  if (auto kept = keep(RecordKind::header, detail::header_members(policy, hash)); !kept) return kept;
  if (auto checked = check_torn_header(path_, kept_); !checked) {
    kept_.clear();
    return checked;
  }
  if (auto freed = cut(); !freed) return freed;
  if (auto written = flush(); !written) {
    kept_.clear();
    static_cast<void>(::ftruncate(file_.get(), 0));
    return written;
  }
  if (::fsync(file_.get()) != 0 || !detail::sync_folder_of(path_)) return system_error("to write to the disk", path_);
  return {};
}

Result<void> JournalFile::Impl::cut() {
  if (recovered_.torn_bytes == 0) return {};
  if (::ftruncate(file_.get(), static_cast<off_t>(recovered_.whole_bytes)) == 0) return {};
  return system_error("to cut a torn record off", path_);
}

// ---- appending

Result<void> JournalFile::Impl::keep(RecordKind kind, std::string_view members) {
  const auto line = chain_.line(kind, members);
  if (!line) return line.error();
  kept_ += *line;
  return {};
}

/// One write, unless the system takes a part only.
Result<void> JournalFile::Impl::flush() {
  std::size_t written = 0;
  while (written < kept_.size()) {
    const ssize_t n = ::write(file_.get(), kept_.data() + written, kept_.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    written += static_cast<std::size_t>(n);
  }
  const bool all = written == kept_.size();
  const Result<void> outcome = all ? Result<void>() : system_error("to write a record", path_);
  kept_.erase(0, written);
  return outcome;
}

Result<void> JournalFile::Impl::write(RecordKind kind) {
  if (auto flushed = flush(); !flushed) return flushed;
  const bool flush_disk =
      sync_ == JournalSync::every_record || (sync_ == JournalSync::every_decision && kind == RecordKind::decision);
  if (flush_disk && ::fsync(file_.get()) != 0) return system_error("to write to the disk", path_);
  return {};
}

/// A record is missing: what came after it would not be what happened.
Result<void> JournalFile::Impl::end(Error error) {
  ended_ = Error{error.code,
                 "expected a journal that holds every record, found one that had ended: " + to_string(error), path_};
  return error;
}

Result<void> JournalFile::Impl::append(RecordKind kind, const Result<std::string>& members) {
  if (ended_) return *ended_;
  if (!members) return end(members.error());
  if (auto kept = keep(kind, *members); !kept) return end(std::move(kept).error());
  auto written = write(kind);
  if (written) return written;
  // A replay must meet the same failure, for the engine decides by it.
  if (auto kept = keep(RecordKind::failure, detail::failure_members(written.error())); !kept)
    return end(std::move(kept).error());
  if (kept_.size() > kMostKept)
    return end({ErrorCode::limit, "expected at most 64 MiB that wait to be written, found more", path_});
  return written;
}

Result<void> JournalFile::Impl::append(const rollout::Tick& tick) {
  if (last_ && tick.at <= *last_ && !ended_)
    return end({ErrorCode::data, "expected a tick later than the one before, found one that is not", "at"});
  last_ = tick.at;
  return append(RecordKind::tick, detail::tick_members(tick));
}

// ---- the public side

namespace {

/// What does not begin as a journal was one where records follow.
bool was_journal(const std::string& path) {
  auto bytes = detail::open_bytes(path);
  if (!bytes) return false;
  const auto holds = detail::holds_records(*std::move(bytes));
  return holds && *holds;
}

}  // namespace

Result<JournalSummary> verify_journal(const std::string& path, const std::string& kept_head) {
  auto found = scan(path, kept_head);
  if (!found && found.error().code == ErrorCode::format && !is_journal(path) && was_journal(path))
    return Error{ErrorCode::corrupt, "expected a header, found records without one", path};
  if (found && found->records == 0 && is_journal(path))
    return Error{ErrorCode::corrupt, "expected a whole header, found it cut", path};
  if (found && found->records == 0)
    return Error{ErrorCode::format, "expected a journal, format \"leeway.rollout_journal\", found no record", path};
  return found;
}

bool is_journal(const std::string& path) {
  const auto bytes = detail::open_bytes(path);
  if (!bytes) return false;
  std::string begin(detail::kJournalStart.size(), '\0');
  std::size_t size = 0;
  while (size < begin.size()) {
    const auto got = (*bytes)(std::span(begin).subspan(size));
    if (!got || *got == 0) return false;
    size += *got;
  }
  return begin == detail::kJournalStart;
}

JournalFile::JournalFile(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
JournalFile::JournalFile(JournalFile&&) noexcept = default;
JournalFile& JournalFile::operator=(JournalFile&&) noexcept = default;
JournalFile::~JournalFile() = default;

Result<JournalFile> JournalFile::open(const std::string& path, const rollout::Policy& policy, JournalSync sync) {
  if (auto errors = rollout::check(policy); !errors.empty()) return std::move(errors.front());
  const auto hash = policy_hash(policy);
  if (!hash) return hash.error();
  auto file = open_locked(path);
  if (!file) return std::move(file).error();
  auto impl = std::make_unique<Impl>(*std::move(file), path, sync);
  if (auto recovered = impl->recover(policy, *hash); !recovered) return std::move(recovered).error();
  return JournalFile(std::move(impl));
}

Result<void> JournalFile::append(const rollout::Tick& tick) { return impl_->append(tick); }

Result<void> JournalFile::append(const rollout::Decision& decision) {
  return impl_->append(RecordKind::decision, "\"decision\":" + to_json(decision));
}

const JournalSummary& JournalFile::recovered() const noexcept { return impl_->recovered(); }
const std::string& JournalFile::head() const noexcept { return impl_->head(); }
const std::string& JournalFile::path() const noexcept { return impl_->path(); }

}  // namespace leeway::inline v1::store
