#include <utility>

#include "leeway/base/time_text.hpp"
#include "leeway/rollout/decision_json.hpp"
#include "leeway/store/policy_file.hpp"
#include "leeway/store/rollout_journal.hpp"
#include "store/file_descriptor.hpp"
#include "store/journal_record.hpp"
#include "store/json_document.hpp"

namespace leeway::inline v1::store {
namespace {

using detail::JournalRecord;
using detail::JournalScanner;
using detail::Json;
using detail::RecordKind;
using rollout::Decision;
using rollout::Tick;

std::string shown(const Json* json) { return json == nullptr ? "nothing" : detail::brief(*json); }

const Json* member_of(const Json& json, const std::string& key) {
  const auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

struct Difference {
  std::string path;
  std::string recorded;
  std::string found;
};

std::optional<Difference> difference(const std::string& path, const Json* recorded, const Json* found);

std::optional<Difference> list_difference(const std::string& path, const Json& recorded, const Json& found) {
  for (std::size_t i = 0; i < recorded.size() || i < found.size(); ++i) {
    const auto at = [i](const Json& list) { return i < list.size() ? &list[i] : nullptr; };
    if (auto one = difference(path + "[" + std::to_string(i) + "]", at(recorded), at(found))) return one;
  }
  return {};
}

std::optional<Difference> object_difference(const std::string& path, const Json& recorded, const Json& found) {
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const auto& [key, value] : recorded.items()) {
    if (auto one = difference(prefix + key, &value, member_of(found, key))) return one;
  }
  for (const auto& [key, value] : found.items()) {
    if (!recorded.contains(key)) return difference(prefix + key, nullptr, &value);
  }
  return {};
}

/// The first member that differs. Not deep: decisions are three levels.
std::optional<Difference> difference(const std::string& path, const Json* recorded, const Json* found) {
  const bool both = recorded != nullptr && found != nullptr;
  if (both && recorded->is_array() && found->is_array()) return list_difference(path, *recorded, *found);
  if (both && recorded->is_object() && found->is_object()) return object_difference(path, *recorded, *found);
  if (both && recorded->dump() == found->dump()) return {};
  return Difference{path, shown(recorded), shown(found)};
}

std::string spelled(const JournalRecord& record) {
  constexpr std::string_view kBefore = "{\"decision\":";
  if (!record.body.starts_with(kBefore)) return {};
  return record.body.substr(kBefore.size(), record.body.size() - kBefore.size() - 1);
}

Error unlike(const JournalRecord& record, const Decision& decision, const std::string& recorded,
             const std::string& found) {
  const auto before = detail::parse_document(recorded, "");
  const auto now = detail::parse_document(found, "");
  auto differs = before && now ? difference("", &*before, &*now) : std::nullopt;
  if (!differs) differs = Difference{"", "another spelling", "this one"};
  const std::string path = differs->path.empty() ? "" : ": " + differs->path;
  return {ErrorCode::incompatible, "expected the recorded decision, " + differs->recorded + ", found " + differs->found,
          record.where + ": tick " + std::to_string(decision.tick) + " at " + time_text(decision.at) + path};
}

}  // namespace

/// The journal of the engine that is replayed: what it appends must be what is recorded. A write that failed then fails
/// again, for the engine decides by it.
class JournalReplay::Impl final : public rollout::Journal {
 public:
  Impl(JournalScanner scanner, rollout::Engine& engine, rollout::Journal* copy)
      : scanner_(std::move(scanner)), engine_(&engine), copy_(copy) {}
  ~Impl() override { engine_->set_journal(nullptr); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> begin(const std::string& path);
  Result<std::optional<Decision>> next();
  /// Only what is not recorded yet goes to the copy.
  void copy_new_only() noexcept { copy_recorded_ = false; }

  Result<void> append(const Tick& tick) override { return settle(tick, true); }
  Result<void> append(const Decision& decision) override {
    if (!error_) check(decision);
    return settle(decision, recorded_);
  }

 private:
  Result<void> advance();
  void check(const Decision& decision);
  template <class T>
  Result<void> settle(const T& value, bool recorded);

  JournalScanner scanner_;
  rollout::Engine* engine_;
  rollout::Journal* copy_;
  std::optional<JournalRecord> ahead_;  // the next record
  std::optional<Error> error_;          // stays
  bool recorded_ = false;               // the decision that was checked last
  bool copy_recorded_ = true;
};

Result<void> JournalReplay::Impl::advance() {
  auto record = scanner_.next();
  if (!record) return std::move(record).error();
  ahead_ = *std::move(record);
  return {};
}

Result<void> JournalReplay::Impl::begin(const std::string& path) {
  if (auto header = advance(); !header) return header;
  if (!ahead_) return Error{ErrorCode::format, "expected a journal, found no whole record", path};
  const auto hash = policy_hash(engine_->policy());
  if (!hash) return hash.error();
  if (*hash != scanner_.summary().policy_hash)
    return Error{ErrorCode::incompatible,
                 "expected a journal of the policy with hash " + *hash + ", found one of " + scanner_.summary().policy +
                     " with hash " + scanner_.summary().policy_hash,
                 path};
  engine_->set_journal(this);
  return advance();
}

void JournalReplay::Impl::check(const Decision& decision) {
  recorded_ = ahead_.has_value();
  if (!ahead_) return;  // the crash came before it was written
  const std::string found = to_json(decision);
  const std::string recorded = ahead_->kind == RecordKind::decision ? spelled(*ahead_) : "{}";
  if (recorded != found) {
    error_ = unlike(*ahead_, decision, recorded, found);
  } else if (auto advanced = advance(); !advanced) {
    error_ = std::move(advanced).error();
  }
}

template <class T>
Result<void> JournalReplay::Impl::settle(const T& value, bool recorded) {
  if (error_) return {};
  Result<void> outcome;
  if (copy_ != nullptr && (copy_recorded_ || !recorded)) outcome = copy_->append(value);
  if (!ahead_ || ahead_->kind != RecordKind::failure) return outcome;
  Error failure;
  auto read = detail::read_failure(*ahead_, failure);
  if (read) read = advance();
  if (!read) error_ = std::move(read).error();
  return failure;
}

Result<std::optional<Decision>> JournalReplay::Impl::next() {
  if (error_) return *error_;
  if (!ahead_) return std::optional<Decision>();
  if (ahead_->kind != RecordKind::tick)
    return *(error_ = Error{ErrorCode::incompatible, "expected a tick, found a decision that this engine does not take",
                            ahead_->where});
  const std::string where = ahead_->where;
  auto tick = detail::tick_of(*ahead_);
  if (!tick) return *(error_ = std::move(tick).error());
  if (auto advanced = advance(); !advanced) return *(error_ = std::move(advanced).error());
  auto decision = engine_->step(*tick);
  if (!decision && !error_) error_ = at(where, std::move(decision).error());
  if (error_) return *error_;
  return std::optional(*std::move(decision));
}

JournalReplay::JournalReplay(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
JournalReplay::JournalReplay(JournalReplay&&) noexcept = default;
JournalReplay& JournalReplay::operator=(JournalReplay&&) noexcept = default;
JournalReplay::~JournalReplay() = default;

Result<JournalReplay> JournalReplay::open(const std::string& path, rollout::Engine& engine, rollout::Journal* copy) {
  auto bytes = detail::open_bytes(path);
  if (!bytes) return std::move(bytes).error();
  return open(*std::move(bytes), path, engine, copy);
}

Result<JournalReplay> JournalReplay::open(ByteReader bytes, const std::string& where, rollout::Engine& engine,
                                          rollout::Journal* copy) {
  auto impl = std::make_unique<Impl>(JournalScanner(std::move(bytes), where), engine, copy);
  if (auto begun = impl->begin(where); !begun) return std::move(begun).error();
  return JournalReplay(std::move(impl));
}

Result<std::optional<Decision>> JournalReplay::next() { return impl_->next(); }
void JournalReplay::copy_new_only() noexcept { impl_->copy_new_only(); }

Result<Resumed> resume(rollout::Engine& engine, JournalFile& journal) {
  auto replay = JournalReplay::open(journal.path(), engine, &journal);
  if (!replay) return std::move(replay).error();
  replay->copy_new_only();
  Resumed resumed;
  for (;;) {
    auto decision = replay->next();
    if (!decision) return std::move(decision).error();
    if (!*decision) break;
    resumed.last = *std::move(decision);
    ++resumed.ticks;
  }
  { const JournalReplay ended = *std::move(replay); }  // it takes its journal out of the engine
  engine.set_journal(&journal);
  return resumed;
}

}  // namespace leeway::inline v1::store
