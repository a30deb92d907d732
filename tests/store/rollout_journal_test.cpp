#include "leeway/store/rollout_journal.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "leeway/rollout/decision_json.hpp"
#include "leeway/store/atomic_file.hpp"
#include "leeway/store/policy_file.hpp"
#include "leeway/store/rollout_events.hpp"
#include "store/journal_record.hpp"
#include "store/sha256.hpp"
#include "support/generator.hpp"
#include "support/rollout_host.hpp"
#include "support/rollout_ticks.hpp"

namespace leeway::store {
namespace {

using detail::JournalRecord;
using detail::JournalScanner;
using detail::RecordKind;
using rollout::Decision;
using rollout::Engine;
using rollout::Policy;
using rollout::Tick;
using test::Generator;
using test::journal_policy;
using test::minute;
using testing::HasSubstr;
using testing::StartsWith;

/// A folder of this test's own, gone with it.
class RolloutJournal : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "leeway_journal_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name = "j.jsonl") const { return folder_ + "/" + name; }

  std::string folder_;
};

std::string bytes_of(const std::string& path) {
  const auto bytes = read_file(path);
  return bytes ? *bytes : "no file";
}

void put(const std::string& path, const std::string& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ASSERT_EQ(::write(file, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ::close(file);
}

/// A host that resumes a journal, and goes on to minute `end`.
struct Host {
  explicit Host(const std::string& path, const Policy& policy = journal_policy())
      : engine(*Engine::make(policy)), journal(*JournalFile::open(path, policy, JournalSync::never)) {
    auto resumed = resume(engine, journal);
    EXPECT_TRUE(resumed) << to_string(resumed.error());
    if (!resumed) return;
    next = resumed->ticks;
    last = resumed->last;
  }
  void run_to(std::uint64_t end, std::uint64_t breaks = 1'000'000) {
    for (; next < end; ++next) last = *engine.step(minute(next, last, breaks));
  }

  Engine engine;
  JournalFile journal;
  std::uint64_t next = 0;
  std::optional<Decision> last{};
};

std::string journal_of(const std::string& path, std::uint64_t minutes, std::uint64_t breaks = 1'000'000) {
  Host host(path);
  host.run_to(minutes, breaks);
  return bytes_of(path);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

ByteReader reader_of(const std::string& text) {
  return [&text, at = std::size_t{0}](std::span<char> to) mutable -> Result<std::size_t> {
    const std::size_t n = (std::min)(to.size(), text.size() - at);
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), n, to.begin());
    at += n;
    return n;
  };
}

struct Scanned {
  std::vector<std::string> bodies;
  std::optional<Error> error;
  JournalSummary summary;
};

Scanned scan(const std::string& text) {
  JournalScanner scanner(reader_of(text), "j");
  Scanned scanned;
  for (;;) {
    auto record = scanner.next();
    scanned.summary = scanner.summary();
    if (!record) scanned.error = record.error();
    if (!record || !*record) return scanned;
    scanned.bodies.push_back((*record)->body);
  }
}

std::string error_of(const std::string& path, const Policy& policy = journal_policy()) {
  const auto journal = JournalFile::open(path, policy);
  return journal ? "no error" : to_string(journal.error());
}

// ---- the format

TEST_F(RolloutJournal, begins_with_its_format_and_its_policy) {
  const Policy policy = journal_policy();
  const auto journal = JournalFile::open(path(), policy);
  ASSERT_TRUE(journal) << to_string(journal.error());
  const std::string content = R"({"format":"leeway.rollout_journal","version":1,"seq":0,"previous":")" +
                              std::string(64, '0') + R"(","kind":"header","policy":"ranker \"42\"","policy_hash":")" +
                              *policy_hash(policy) + R"(","library":"0.1.0")";
  const std::string hash = *detail::sha256_hex(content + "}");
  EXPECT_EQ(bytes_of(path()), content + ",\"hash\":\"" + hash + "\"}\n");
  EXPECT_EQ(journal->head(), hash);
  EXPECT_EQ(journal->recovered().records, 0U);
  EXPECT_TRUE(is_journal(path()));
}

TEST_F(RolloutJournal, has_a_record_of_every_tick_and_every_decision) {
  const std::vector<std::string> lines = lines_of(journal_of(path(), 3));
  ASSERT_EQ(lines.size(), 7U);
  std::string previous(64, '0');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_THAT(lines[i], HasSubstr("\"seq\":" + std::to_string(i) + ",\"previous\":\"" + previous + "\""));
    previous = lines[i].substr(lines[i].size() - 67, 64);
    const std::string kind = i == 0 ? "header" : i % 2 == 1 ? "tick" : "decision";
    EXPECT_THAT(lines[i], HasSubstr("\"kind\":\"" + kind + "\""));
  }
  // A line of EVENTS is an event of a tick, as it is.
  const auto events = format_events(minute(0, {}));
  for (const std::string& event : lines_of(*events))
    EXPECT_THAT(lines[1], HasSubstr(event.substr(0, event.size() - 1)));
  const auto summary = verify_journal(path());
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->records, 7U);
  EXPECT_EQ(summary->ticks, 3U);
  EXPECT_EQ(summary->decisions, 3U);
  EXPECT_EQ(summary->failures, 0U);
  EXPECT_EQ(*summary->last - *summary->first, std::chrono::minutes(2));
  EXPECT_EQ(summary->head, previous);
  EXPECT_EQ(summary->torn_bytes, 0U);
  EXPECT_EQ(summary->policy, "ranker \"42\"");
  EXPECT_EQ(summary->policy_hash, *policy_hash(journal_policy()));
}

TEST_F(RolloutJournal, holds_whatever_a_host_can_say) {
  Generator random(3);
  std::vector<std::string> ticks;
  std::vector<std::string> decisions;
  {
    auto journal = *JournalFile::open(path(), journal_policy(), JournalSync::never);
    TimePoint at{};
    for (int i = 0; i < 200; ++i) {
      const Tick tick = test::any_tick(random, at += Duration(1 + static_cast<std::int64_t>(random.below(1000))));
      Decision decision{.at = at, .weight = test::any_double(random), .rule = test::any_text(random, 0)};
      decision.reasons.push_back({.rule = test::any_text(random, 1), .value = test::any_double(random)});
      decision.findings.push_back("not UTF-8: \xFF\xFE, NUL: " + std::string(1, '\0'));
      ASSERT_TRUE(journal.append(tick));
      ASSERT_TRUE(journal.append(decision));
      ticks.push_back(*format_events(tick));
      decisions.push_back("{\"decision\":" + to_json(decision) + "}");
    }
  }
  const std::string text = bytes_of(path());
  JournalScanner scanner(reader_of(text), "j");
  ASSERT_TRUE(scanner.next());
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const auto tick = detail::tick_of(**scanner.next());
    ASSERT_TRUE(tick) << to_string(tick.error());
    EXPECT_EQ(*format_events(*tick), ticks[i]);
    EXPECT_EQ((*scanner.next())->body, decisions[i]);
  }
  EXPECT_FALSE(scanner.next()->has_value());
}

TEST_F(RolloutJournal, is_continued_where_it_ended) {
  const std::string at_once = journal_of(path("a"), 40);
  for (std::uint64_t end = 0; end <= 40; end += 3) journal_of(path("b"), end);
  EXPECT_EQ(journal_of(path("b"), 40), at_once);
  EXPECT_EQ(JournalFile::open(path("b"), journal_policy())->recovered().ticks, 40U);
}

// ---- crashes

TEST_F(RolloutJournal, cut_at_any_byte_recovers_to_its_whole_records) {
  const std::string whole = journal_of(path(), 6);
  ASSERT_GT(whole.size(), 9'000U);
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const std::string begin = whole.substr(0, cut);
    const Scanned scanned = scan(begin);
    ASSERT_FALSE(scanned.error) << to_string(*scanned.error);
    const std::size_t kept = cut == 0 ? 0 : whole.rfind('\n', cut - 1) + 1;
    ASSERT_EQ(scanned.summary.whole_bytes, kept == std::string::npos ? 0 : kept);
    ASSERT_EQ(scanned.summary.whole_bytes + scanned.summary.torn_bytes, cut);
    ASSERT_EQ(static_cast<std::ptrdiff_t>(scanned.bodies.size()), std::count(begin.begin(), begin.end(), '\n'));
  }
}

TEST_F(RolloutJournal, is_opened_after_any_cut) {
  const std::string whole = journal_of(path(), 6);
  const std::size_t header = whole.find('\n') + 1;
  Generator random(4);
  std::vector<std::size_t> cuts{0, 1, header - 1, header, header + 1, whole.size() - 1};
  for (int i = 0; i < 100; ++i) cuts.push_back(random.below(whole.size()));
  for (const std::size_t cut : cuts) {
    put(path("c"), whole.substr(0, cut));
    const auto journal = JournalFile::open(path("c"), journal_policy());
    ASSERT_TRUE(journal) << to_string(journal.error());
    const std::size_t kept = cut < header ? header : whole.rfind('\n', cut - 1) + 1;
    ASSERT_EQ(bytes_of(path("c")), whole.substr(0, kept)) << cut;
    ASSERT_EQ(journal->recovered().torn_bytes, cut < header ? cut : cut - kept);
  }
}

TEST_F(RolloutJournal, a_change_of_any_byte_is_named_or_cuts_a_torn_end) {
  const std::string whole = journal_of(path(), 6);
  const std::vector<std::string> bodies = scan(whole).bodies;
  std::size_t torn = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const unsigned mask : {1U << (at % 8), 0xFFU, static_cast<unsigned>(whole[at]) ^ '\n'}) {
      if ((mask & 0xFFU) == 0) continue;
      std::string changed = whole;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ mask);
      const Scanned scanned = scan(changed);
      ASSERT_LT(scanned.bodies.size(), bodies.size()) << at;
      ASSERT_TRUE(std::equal(scanned.bodies.begin(), scanned.bodies.end(), bodies.begin())) << at;
      if (!scanned.error) ++torn;
      if (!scanned.error) continue;
      // The line is that of the byte, or a line end that was put before it.
      const auto line = std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
      ASSERT_EQ(scanned.error->where, "j:" + std::to_string(line)) << to_string(*scanned.error);
      ASSERT_TRUE(scanned.error->code == ErrorCode::corrupt || (line == 1 && scanned.error->code == ErrorCode::format));
    }
  }
  EXPECT_EQ(torn, 0U);  // even the last line end
}

TEST_F(RolloutJournal, without_its_header_is_a_journal_that_was_changed) {
  const std::string whole = journal_of(path(), 3);
  const std::size_t header = whole.find('\n') + 1;
  for (const std::string& bytes : {whole.substr(header), "{\"a\":1}\n" + whole.substr(header), "x" + whole,
                                   whole.substr(0, 5) + "\n" + whole.substr(5), whole.substr(0, header - 20)}) {
    put(path("bad"), bytes);
    const auto verified = verify_journal(path("bad"));
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, ErrorCode::corrupt) << to_string(verified.error());
    EXPECT_FALSE(JournalFile::open(path("bad"), journal_policy()) && bytes.size() > header);
  }
  for (const char* other : {"", "{}\n", "a,b\n1,2\n"}) {
    put(path("bad"), other);
    EXPECT_EQ(verify_journal(path("bad")).error().code, ErrorCode::format) << other;
  }
}

TEST_F(RolloutJournal, replays_from_a_pipe) {
  const std::string whole = journal_of(path(), 4);
  auto engine = Engine::make(journal_policy());
  auto replay = JournalReplay::open(reader_of(whole), "<stdin>", *engine);
  ASSERT_TRUE(replay) << to_string(replay.error());
  std::size_t ticks = 0;
  for (auto decision = replay->next(); decision && *decision; decision = replay->next()) ++ticks;
  EXPECT_EQ(ticks, 4U);
  const std::string events = *format_events(minute(0, std::nullopt, 1000));
  auto another = Engine::make(journal_policy());
  EXPECT_EQ(JournalReplay::open(reader_of(events), "e", *another).error().code, ErrorCode::format);
}

TEST_F(RolloutJournal, names_a_source_that_fails_once) {
  EXPECT_EQ(verify_journal(path(".")).error().where, path("."));
}

TEST_F(RolloutJournal, names_line_byte_and_what_was_found) {
  const std::string whole = journal_of(path(), 3);
  const std::vector<std::string> lines = lines_of(whole);
  const auto joined = [&](std::vector<std::size_t> numbers) {
    std::string text;
    for (const std::size_t i : numbers) text += lines[i];
    return text;
  };
  const std::string third = std::to_string(lines[0].size() + lines[1].size());
  const std::string hash(lines[1].substr(lines[1].size() - 67, 64));
  const auto error = [this](const std::string& text) {
    put(path("bad"), text);
    const auto verified = verify_journal(path("bad"));
    EXPECT_EQ(bytes_of(path("bad")), text);  // and JournalFile does not repair it either
    EXPECT_EQ(error_of(path("bad")), verified ? "no error" : to_string(verified.error()));
    EXPECT_EQ(bytes_of(path("bad")), text);
    return verified ? "no error" : to_string(verified.error()).substr(path("bad").size());
  };
  EXPECT_EQ(error(joined({0, 1, 3, 4})), ":3: at byte " + third + ": expected record 2, found 3");
  EXPECT_EQ(error(joined({0, 1, 1, 2})), ":3: at byte " + third + ": expected record 2, found 1");
  EXPECT_EQ(error(joined({0, 2, 1, 3})),
            ":2: at byte " + std::to_string(lines[0].size()) + ": expected record 1, found 2");
  std::string changed = joined({0, 1, 2, 3});
  changed[changed.find("\"kind\":\"decision\"") + 8] = 'D';
  EXPECT_THAT(error(changed), StartsWith(":3: at byte " + third + ": expected the hash "));
  EXPECT_THAT(error(changed),
              HasSubstr(", that of the record's content, found " + lines[2].substr(lines[2].size() - 67, 64)));
  EXPECT_EQ(error(joined({0, 1}) + "\n" + lines[2]),
            ":3: at byte " + third + ": expected a record that ends with its hash, found another end");
  const std::string no_header = ":1: at byte 0: expected a header, found another record, or one that was changed";
  EXPECT_EQ(error(joined({1, 2})), no_header);
  EXPECT_EQ(error("\xEF\xBB\xBF" + whole), no_header);
  EXPECT_EQ(error("{}\n"), ":1: expected format \"leeway.rollout_journal\", found something else");
  std::string later = whole;
  later.replace(later.find("\"version\":1"), 11, "\"version\":2");
  EXPECT_EQ(error(later), ":1: expected version 1, found 2");
  EXPECT_EQ(error(whole.substr(0, whole.size() - 1) + "\v"),
            ":7: at byte " + std::to_string(whole.size() - lines[6].size()) +
                ": expected the end of a line after the record, found another byte");
}

TEST_F(RolloutJournal, records_of_another_journal_do_not_fit) {
  const std::vector<std::string> one = lines_of(journal_of(path("a"), 3));
  Policy policy = journal_policy();
  policy.name = "other";
  Host host(path("b"), policy);
  host.run_to(3);
  const std::vector<std::string> other = lines_of(bytes_of(path("b")));
  const Scanned scanned = scan(one[0] + other[1]);
  ASSERT_TRUE(scanned.error);
  EXPECT_THAT(to_string(*scanned.error), HasSubstr("expected the hash of the record before, "));
}

TEST_F(RolloutJournal, is_not_written_over_what_is_no_journal) {
  for (const std::string text : {"{\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"clock\"}\n", "important", "\n"}) {
    put(path(), text);
    EXPECT_THAT(error_of(path()), HasSubstr("found something else"));
    EXPECT_EQ(bytes_of(path()), text);
    EXPECT_FALSE(is_journal(path()));
    EXPECT_FALSE(verify_journal(path()));
  }
  put(path(), "");
  EXPECT_THAT(to_string(verify_journal(path()).error()), HasSubstr("found no record"));
  EXPECT_EQ(verify_journal(path("none")).error().code, ErrorCode::not_found);
  EXPECT_FALSE(is_journal(path("none")));
}

TEST_F(RolloutJournal, belongs_to_one_policy) {
  journal_of(path(), 3);
  Policy other = journal_policy();
  other.rules[0].name = "errors2";
  EXPECT_THAT(error_of(path(), other),
              HasSubstr("expected a journal of policy ranker \"42\" with hash " + *policy_hash(other)));
  Engine engine = *Engine::make(other);
  EXPECT_EQ(JournalReplay::open(path(), engine).error().code, ErrorCode::incompatible);
  other.stages.clear();
  EXPECT_FALSE(JournalFile::open(path("new"), other));
  EXPECT_FALSE(std::filesystem::exists(path("new")));
}

TEST_F(RolloutJournal, is_written_by_one_process_at_a_time) {
  std::optional<JournalFile> first = *JournalFile::open(path(), journal_policy());
  EXPECT_EQ(error_of(path()), path() + ": expected a journal that nobody else writes, found it locked");
  first.reset();
  EXPECT_EQ(error_of(path()), "no error");
}

TEST_F(RolloutJournal, is_a_regular_file_in_a_folder_that_is_there) {
  EXPECT_EQ(error_of("/dev/full"), "/dev/full: expected a regular file, found another kind");
  EXPECT_THAT(error_of(folder_), HasSubstr("expected a writable journal, found: "));
  EXPECT_THAT(error_of(path("no/j")), HasSubstr("expected a writable journal, found: "));
}

// ---- a full disk

/// While it lives no file grows beyond `bytes`: a disk that is full, in the middle of a record perhaps.
class FullDisk {
 public:
  explicit FullDisk(std::uint64_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

TEST_F(RolloutJournal, a_disk_that_is_full_from_any_byte_on_loses_nothing) {
  const std::string whole = journal_of(path("whole"), 9);
  Generator random(5);
  for (int run = 0; run < 60; ++run) {
    const std::string file = path("j" + std::to_string(run));
    std::uint64_t failures = 0;
    std::string live;
    {
      Host host(file);
      host.run_to(3);
      const std::uint64_t size = std::filesystem::file_size(file);
      {
        const FullDisk full(size + random.below(3000));
        host.run_to(7);
        put(path("crash"), bytes_of(file));
      }
      host.run_to(9);
      live = to_json(*host.last);
    }
    // A crash meanwhile leaves a journal like any other.
    ASSERT_TRUE(JournalFile::open(path("crash"), journal_policy()));
    const auto summary = verify_journal(file);
    ASSERT_TRUE(summary) << to_string(summary.error());
    EXPECT_EQ(summary->ticks, 9U);
    EXPECT_GE(summary->decisions, 9U);
    EXPECT_EQ(summary->torn_bytes, 0U);
    failures = summary->failures;
    EXPECT_GT(failures, 0U);
    const Host again(file);  // the failures are replayed too
    EXPECT_EQ(to_json(*again.last), live);
  }
}

TEST_F(RolloutJournal, what_waits_for_a_full_disk_is_written_when_it_is_closed) {
  {
    Host host(path());
    host.run_to(2);
    const FullDisk full(std::filesystem::file_size(path()) + 10);
    host.run_to(3);
    EXPECT_THAT(host.last->findings, testing::Contains(HasSubstr("journal: tick not written: ")));
    const JournalSummary meanwhile = scan(bytes_of(path())).summary;
    EXPECT_EQ(meanwhile.ticks, 2U);
    EXPECT_EQ(meanwhile.torn_bytes, 10U);
    const auto error = host.journal.append(minute(3, {}));
    EXPECT_EQ(error.error().code, ErrorCode::io);
    EXPECT_EQ(error.error().where, path());
  }
  EXPECT_EQ(verify_journal(path())->ticks, 4U);
}

TEST_F(RolloutJournal, closed_on_a_full_disk_ends_with_what_was_written) {
  const std::string whole = journal_of(path("whole"), 2);
  {
    std::optional<FullDisk> full;
    Host host(path());
    host.run_to(2);
    full.emplace(whole.size() + 10);
    host.run_to(3);
    host.journal = *JournalFile::open(path("other"), journal_policy());
  }
  EXPECT_EQ(verify_journal(path())->torn_bytes, 10U);
  EXPECT_EQ(verify_journal(path())->kept, std::nullopt);
  EXPECT_EQ(verify_journal(path(), verify_journal(path("whole"))->head)->kept, 4U);
  EXPECT_EQ(verify_journal(path(), std::string(64, '0'))->kept, std::nullopt);
  const Host again(path());
  EXPECT_EQ(again.next, 2U);
  EXPECT_EQ(bytes_of(path()), whole);
}

TEST_F(RolloutJournal, cannot_be_begun_on_a_full_disk_but_later) {
  {
    const FullDisk full(100);
    EXPECT_THAT(error_of(path()), HasSubstr("expected to write a record, found: "));
  }
  EXPECT_EQ(bytes_of(path()), "");
  EXPECT_EQ(error_of(path()), "no error");
}

TEST_F(RolloutJournal, ends_before_a_tick_that_it_cannot_hold) {
  Host host(path());
  host.run_to(2);
  Tick tick = minute(2, host.last);
  tick.fleet.push_back({"\xFF", "abc"});
  host.last = *host.engine.step(tick);
  EXPECT_THAT(host.last->findings, testing::Contains(HasSubstr("expected UTF-8 without NUL")));
  ++host.next;
  host.run_to(4);
  EXPECT_THAT(host.last->findings, testing::Contains(HasSubstr("found one that had ended")));
  EXPECT_EQ(verify_journal(path())->ticks, 2U);
}

TEST_F(RolloutJournal, ticks_that_are_not_in_order_of_time_end_it) {
  auto journal = *JournalFile::open(path(), journal_policy());
  ASSERT_TRUE(journal.append(Tick{.at = TimePoint(Duration(5))}));
  EXPECT_EQ(journal.append(Tick{.at = TimePoint(Duration(5))}).error().code, ErrorCode::data);
  EXPECT_EQ(journal.append(Tick{.at = TimePoint(Duration(6))}).error().code, ErrorCode::data);
  EXPECT_EQ(verify_journal(path())->ticks, 1U);
}

// ---- replay

TEST_F(RolloutJournal, its_replay_gives_the_same_bytes) {
  for (const std::uint64_t breaks : {1'000'000U, 14U, 3U}) {
    const std::string file = path(std::to_string(breaks));
    const std::string whole = journal_of(file, 60, breaks);
    Engine engine = *Engine::make(journal_policy());
    {
      JournalFile copy =
          *JournalFile::open(path("copy" + std::to_string(breaks)), journal_policy(), JournalSync::never);
      JournalReplay replay = *JournalReplay::open(file, engine, &copy);
      for (;;) {
        const auto decision = replay.next();
        ASSERT_TRUE(decision) << to_string(decision.error());
        if (!*decision) break;
      }
    }
    EXPECT_EQ(bytes_of(path("copy" + std::to_string(breaks))), whole);
    EXPECT_EQ(engine.phase(), breaks > 60 ? rollout::Phase::promoted : rollout::Phase::rolled_back);
    EXPECT_TRUE(engine.step(minute(60, {})));  // without a journal now
    EXPECT_EQ(bytes_of(file), whole);
  }
}

TEST_F(RolloutJournal, is_read_as_events) {
  const std::string whole = journal_of(path(), 6);
  for (const std::size_t size : {whole.size(), whole.size() - 1}) {
    const std::string text = whole.substr(0, size);
    EventReader events(reader_of(text), "j");
    std::optional<Decision> last;
    Engine engine = *Engine::make(journal_policy());
    for (std::uint64_t number = 0; number < 6; ++number) {
      const auto tick = events.next();
      ASSERT_TRUE(tick && *tick);
      EXPECT_EQ(*format_events(**tick), *format_events(minute(number, last)));
      last = *engine.step(**tick);
    }
    EXPECT_FALSE(events.next()->has_value());
  }
  const std::string changed = std::string(whole).replace(whole.size() - 100, 1, "~");
  EventReader events(reader_of(changed), "j");
  auto tick = events.next();
  while (tick && *tick) tick = events.next();
  EXPECT_EQ(tick.error().code, ErrorCode::corrupt);
}

TEST_F(RolloutJournal, resumed_after_any_record_it_ends_with_the_same_bytes) {
  const std::string whole = journal_of(path(), 30, 18);
  std::size_t cut = 0;
  for (const std::string& line : lines_of(whole)) {
    put(path("cut"), whole.substr(0, cut += line.size()));
    ASSERT_EQ(journal_of(path("cut"), 30, 18), whole) << cut;
  }
}

TEST_F(RolloutJournal, a_tick_without_its_decision_is_decided_on_resuming) {
  const std::string whole = journal_of(path("whole"), 5);
  const std::vector<std::string> lines = lines_of(whole);
  put(path(), whole.substr(0, whole.size() - lines.back().size()));
  const Host host(path());
  EXPECT_EQ(host.next, 5U);
  EXPECT_THAT(lines.back(), HasSubstr("\"decision\":" + to_json(*host.last) + ","));
  EXPECT_EQ(bytes_of(path()), whole);
}

TEST_F(RolloutJournal, a_decision_other_than_recorded_is_named_by_tick_and_member) {
  struct Case {
    void (*change)(Decision&);
    std::string error;
  };
  const std::vector<Case> cases{
      {[](Decision& d) { d.weight = 0.25; }, "weight: expected the recorded decision, 0.25, found 0.1"},
      {[](Decision& d) { d.target = "x"; }, "target: expected the recorded decision, \"x\", found nothing"},
      {[](Decision& d) { d.reasons[1].failing_ticks = 9; },
       "reasons[1].failing_ticks: expected the recorded decision, 9, found 1"},
      {[](Decision& d) { d.reasons.pop_back(); },
       "reasons[2]: expected the recorded decision, nothing, found an object"},
      {[](Decision& d) { d.findings = {"lie"}; }, "findings: expected the recorded decision, a list, found nothing"}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string file = path("j" + std::to_string(i));
    Engine engine = *Engine::make(journal_policy());
    {
      JournalFile journal = *JournalFile::open(file, journal_policy(), JournalSync::never);
      std::optional<Decision> last;
      for (std::uint64_t number = 0; number < 4; ++number) {
        const Tick tick = minute(number, last);
        last = *engine.step(tick);
        Decision written = *last;
        if (number == 2) cases[i].change(written);
        ASSERT_TRUE(journal.append(tick));
        ASSERT_TRUE(journal.append(written));
      }
    }
    Engine again = *Engine::make(journal_policy());
    JournalFile journal = *JournalFile::open(file, journal_policy());
    const std::string before = bytes_of(file);
    const auto resumed = resume(again, journal);
    ASSERT_FALSE(resumed);
    EXPECT_EQ(to_string(resumed.error()), file + ":7: tick 2 at 2026-01-01T00:02:00Z: " + cases[i].error);
    EXPECT_EQ(bytes_of(file), before);
  }
}

TEST_F(RolloutJournal, replays_into_a_fresh_engine_alone) {
  journal_of(path(), 5);
  Engine engine = *Engine::make(journal_policy());
  ASSERT_TRUE(engine.step(minute(7, {})));
  JournalReplay replay = *JournalReplay::open(path(), engine);
  EXPECT_FALSE(replay.next());
}

// ---- kill -9

/// The helper beside this binary.
std::string writer_path() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "journal_writer").string();
}

/// Runs the helper, kills it some time after it has resumed the journal, or after it was started, and returns the
/// number of the last tick that it acknowledged.
std::optional<std::uint64_t> run_and_kill(const std::string& journal, std::chrono::microseconds after, bool resumed,
                                          bool synced) {
  int ends[2] = {};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string program = writer_path();
  std::string file = journal;
  std::string sync = "synced";
  char* arguments[] = {program.data(), file.data(), synced ? sync.data() : nullptr, nullptr};
  pid_t child = 0;
  EXPECT_EQ(::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, nullptr), 0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::optional<std::uint64_t> last;
  std::uint64_t number = 0;
  if (resumed && ::read(ends[0], &number, sizeof number) != sizeof number) ADD_FAILURE() << "it did not resume";
  std::this_thread::sleep_for(after);
  ::kill(child, SIGKILL);
  while (::read(ends[0], &number, sizeof number) == sizeof number) {
    if (number != ~std::uint64_t{0}) last = number;
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
  return last;
}

TEST_F(RolloutJournal, a_process_killed_at_any_moment_loses_no_acknowledged_tick) {
  Generator random(6);
  std::uint64_t acknowledged = 0;
  std::uint64_t before = 0;  // ticks that the life before has left
  std::uint64_t recovered = 0;
  std::uint64_t torn = 0;
  for (int run = 0; run < 200; ++run) {
    const std::string file = path("j" + std::to_string(run / 10));  // ten lives each
    if (run % 10 == 0) acknowledged = before = 0;
    const auto last = run_and_kill(file, std::chrono::microseconds(random.below(2'000)), run % 4 != 0, run % 5 == 0);
    if (last) acknowledged = *last + 1;
    if (!std::filesystem::exists(file)) continue;
    const Scanned scanned = scan(bytes_of(file));
    ASSERT_FALSE(scanned.error) << to_string(*scanned.error);
    ASSERT_GE(scanned.summary.decisions, acknowledged);
    ASSERT_LE(scanned.summary.ticks, (std::max)(acknowledged, before) + 1);
    before = scanned.summary.ticks;
    torn += scanned.summary.torn_bytes > 0 ? 1U : 0U;
    recovered += last ? 1U : 0U;
  }
  EXPECT_GT(recovered, 50U);  // most of them got so far
  RecordProperty("torn", static_cast<int>(torn));
  RecordProperty("acknowledging", static_cast<int>(recovered));
}

}  // namespace
}  // namespace leeway::store
