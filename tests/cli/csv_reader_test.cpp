#include "cli/csv_reader.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cli/input_files.hpp"
#include "support/allocations.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define LEEWAY_TEST_KEEPS_FREED_MEMORY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEEWAY_TEST_KEEPS_FREED_MEMORY
#endif
#endif

namespace leeway::cli {
namespace {

using test::gzipped;
using test::TemporaryFile;
using Rows = std::vector<std::vector<std::string>>;

constexpr const char* kAccented = "\xC3\xA9";       // e with an acute accent
constexpr const char* kEmoji = "\xF0\x9F\x98\x80";  // a smiling face

/// A file's header and rows, or the error that ended the reading, with the file's name cut from it.
struct Outcome {
  std::vector<std::string> header;
  Rows rows;
  std::vector<std::uint64_t> lines;
  std::string error;
  ErrorCode code = ErrorCode::invalid_argument;
};

std::string without_name(std::string text, const std::string& name) {
  return text.starts_with(name) ? text.substr(name.size()) : text;
}

void fail(Outcome& outcome, const Error& error, const std::string& name) {
  outcome.error = without_name(to_string(error), name);
  outcome.code = error.code;
}

Outcome read_file(const std::string& path, CsvOptions options = {}) {
  Outcome outcome;
  auto reader = CsvReader::open(path, options);
  if (!reader) {
    fail(outcome, reader.error(), path);
    return outcome;
  }
  outcome.header = reader->header();
  CsvRow row;
  for (;;) {
    auto more = reader->next(row);
    if (!more) fail(outcome, more.error(), path);
    if (!more || !*more) return outcome;
    outcome.rows.emplace_back(row.fields.begin(), row.fields.end());
    outcome.lines.push_back(row.line);
  }
}

Outcome read(std::string_view content, CsvOptions options = {}) {
  const TemporaryFile file(content);
  return read_file(file.path(), options);
}

/// Reads `content` through standard input, handed over in pieces of `piece` bytes.
Outcome read_from_pipe(std::string_view content, std::size_t piece) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const int saved = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  ::close(ends[0]);
  std::thread writer([&] {
    for (std::size_t i = 0; i < content.size(); i += piece) {
      const std::string_view part = content.substr(i, piece);
      if (::write(ends[1], part.data(), part.size()) < 0) break;
    }
    ::close(ends[1]);
  });
  Outcome outcome = read_file("-");
  writer.join();
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  return outcome;
}

// ---- what is read

TEST(CsvReader, reads_header_and_rows) {
  const Outcome out = read("a,b\n1,2\n3,4\n");
  EXPECT_EQ(out.header, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(out.rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(out.lines, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(out.error, "");
}

TEST(CsvReader, needs_no_line_end_at_the_end) {
  EXPECT_EQ(read("a,b\n1,2").rows, (Rows{{"1", "2"}}));
  EXPECT_EQ(read("a,b\n1,").rows, (Rows{{"1", ""}}));
  EXPECT_EQ(read("a,b\n1,\"x\"").rows, (Rows{{"1", "x"}}));
}

TEST(CsvReader, takes_every_kind_of_line_end) {
  EXPECT_EQ(read("a,b\r\n1,2\r\n\"3\",\"4\"\r\n").rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\r1,2\r3,4").rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\r\n1,2\n3,4\r\n").lines, (std::vector<std::uint64_t>{2, 3}));
}

TEST(CsvReader, keeps_commas_quotes_and_line_ends_in_quoted_fields) {
  const Outcome out = read("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"two\r\nmore\"\n5,6\n");
  EXPECT_EQ(out.rows, (Rows{{"x,y", "say \"hi\""}, {"two\nlines", "two\r\nmore"}, {"5", "6"}}));
  EXPECT_EQ(out.lines, (std::vector<std::uint64_t>{2, 3, 6}));
}

TEST(CsvReader, treats_blanks_as_data) {
  EXPECT_EQ(read("a,b\n 1 ,\t2\t\n  ,\" \"\n").rows, (Rows{{" 1 ", "\t2\t"}, {"  ", " "}}));
  EXPECT_EQ(read("a, b\n1,2\n").header[1], " b");
}

TEST(CsvReader, skips_a_byte_order_mark) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n1,2\n")
                .header[0],
            "a");
  EXPECT_EQ(read("\xEF\xBB\xBF\"a\",b\n1,2\n").header[0], "a");
}

TEST(CsvReader, skips_blank_lines_between_rows_of_several_columns) {
  const Outcome out = read("\n\na,b\n\n1,2\n\r\n\n3,4\n\n");
  EXPECT_EQ(out.rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(out.lines, (std::vector<std::uint64_t>{5, 8}));
}

TEST(CsvReader, takes_a_blank_line_for_an_empty_field_of_one_column) {
  EXPECT_EQ(read("a\n1\n\n3\n\n").rows, (Rows{{"1"}, {""}, {"3"}, {""}}));
  EXPECT_EQ(read("a\r\n1\r\n\r\n3\r\n").rows, (Rows{{"1"}, {""}, {"3"}}));
  EXPECT_EQ(read("a\n\"\"\n").rows, (Rows{{""}}));
}

TEST(CsvReader, names_the_columns_of_a_file_without_header) {
  const Outcome out = read("1,2\n3,4\n", {.no_header = true});
  EXPECT_EQ(out.header, (std::vector<std::string>{"c1", "c2"}));
  EXPECT_EQ(out.rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(out.lines, (std::vector<std::uint64_t>{1, 2}));
}

TEST(CsvReader, counts_leading_blank_lines_of_one_headerless_column) {
  const Outcome out = read("\n\n7\n", {.no_header = true});
  EXPECT_EQ(out.rows, (Rows{{""}, {""}, {"7"}}));
  EXPECT_EQ(out.lines, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(read("\n\n7,8\n", {.no_header = true}).rows, (Rows{{"7", "8"}}));
}

TEST(CsvReader, reads_utf8) {
  const std::string text =
      std::string(kAccented) + ",\xE2\x82\xAC," + kEmoji + "\n\xC2\x80,\xED\x9F\xBF,\xF4\x8F\xBF\xBF\n";
  EXPECT_EQ(read(text).rows, (Rows{{"\xC2\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}}));
}

TEST(CsvReader, says_how_far_it_has_come) {
  const TemporaryFile file("a,b\n1,2\n3,4\n");
  auto reader = CsvReader::open(file.path());
  ASSERT_TRUE(reader);
  CsvRow row;
  ASSERT_TRUE(*reader->next(row));
  EXPECT_EQ(reader->rows(), 1U);
  EXPECT_EQ(reader->line(), 2U);
  EXPECT_EQ(reader->bytes_read(), 12U);
  EXPECT_EQ(reader->total_bytes(), 12U);
  EXPECT_EQ(reader->where("b"), file.path() + ":2: column b");
}

// ---- gzip and standard input

TEST(CsvReader, sees_gzip_from_the_content) { EXPECT_EQ(read(gzipped("a,b\n1,2\n")).rows, (Rows{{"1", "2"}})); }

TEST(CsvReader, reads_gzip_of_several_members) {
  const std::string members = gzipped("a,b\n1,") + gzipped("") + gzipped("2\n3,4\n");
  EXPECT_EQ(read(members).rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read(members + std::string(512, '\0')).rows.size(), 2U);
}

TEST(CsvReader, refuses_other_bytes_after_gzip) {
  const Outcome out = read(gzipped("a,b\n1,2\n") + "more");
  EXPECT_EQ(out.rows.size(), 1U);
  EXPECT_EQ(out.code, ErrorCode::data);
  EXPECT_NE(out.error.find("expected the end of the file or another gzip member, found other bytes after byte "),
            std::string::npos)
      << out.error;
}

TEST(CsvReader, refuses_gzip_that_is_cut_off_anywhere) {
  std::string text = "a,b\n";
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * 7919 % 1000) + ',' + std::to_string(i) + '\n';
  const std::string whole = gzipped(text);
  for (std::size_t size = 1; size < whole.size(); size += size < 20 || size + 20 > whole.size() ? 1U : 97U) {
    const Outcome out = read(whole.substr(0, size));
    EXPECT_EQ(out.code, ErrorCode::data) << size;
    EXPECT_NE(out.error.find("expected a complete gzip stream, found its end cut off after "), std::string::npos)
        << size << ' ' << out.error;
  }
}

TEST(CsvReader, names_the_line_at_which_gzip_is_cut_off) {
  const std::string whole = gzipped("a,b\n1,2\n3,4\n");
  const Outcome out = read(whole.substr(0, whole.size() - 4));
  EXPECT_EQ(out.rows.size(), 2U);
  EXPECT_EQ(out.error, ":4: expected a complete gzip stream, found its end cut off after " +
                           std::to_string(whole.size() - 4) + " bytes");
}

TEST(CsvReader, refuses_damaged_gzip) {
  std::string text = "a,b\n";
  for (int i = 0; i < 2000; ++i) text += std::to_string(i) + ",x\n";
  const std::string whole = gzipped(text);
  for (std::size_t i = 10; i < whole.size(); i += i + 10 < whole.size() ? 61U : 1U) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    EXPECT_NE(read(damaged).error, "") << i;
  }
}

TEST(CsvReader, reads_standard_input) {
  EXPECT_EQ(read_from_pipe("a,b\n1,2\n", 100).rows, (Rows{{"1", "2"}}));
  EXPECT_EQ(read_from_pipe(gzipped("a,b\n1,2\n"), 100).rows, (Rows{{"1", "2"}}));
  EXPECT_EQ(read_from_pipe("a,b\n1\n", 100).error, "<stdin>:2: expected 2 fields, found 1");
}

TEST(CsvReader, does_not_depend_on_how_a_pipe_cuts_the_bytes) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a,b\r\n1,\"x\r\ny\"\r\n\r\n\"\"\"\",\xC3\xA9\r\n3,4";
  const Rows expected{{"1", "x\r\ny"}, {"\"", kAccented}, {"3", "4"}};
  const std::vector<std::uint64_t> lines{2, 5, 6};
  for (std::size_t piece = 1; piece < 8; ++piece) {
    const Outcome out = read_from_pipe(text, piece);
    EXPECT_EQ(out.rows, expected) << piece;
    EXPECT_EQ(out.lines, lines) << piece;
    EXPECT_EQ(read_from_pipe(gzipped(text), piece).rows, expected) << piece;
  }
}

// ---- what is refused

struct BadInput {
  const char* name;
  std::string content;
  std::string error;
};

void PrintTo(const BadInput& input, std::ostream* out) { *out << input.name; }

class BadCsv : public testing::TestWithParam<BadInput> {};

TEST_P(BadCsv, is_refused_by_name_and_line) {
  const Outcome out = read(GetParam().content);
  EXPECT_EQ(out.error, GetParam().error);
  EXPECT_EQ(out.code, ErrorCode::data);
}

INSTANTIATE_TEST_SUITE_P(
    Input, BadCsv,
    testing::Values(
        BadInput{"few_fields", "a,b,c\n1,2,3\n1,2\n", ":3: expected 3 fields, found 2"},
        BadInput{"many_fields", "a,b\n1,2,3,4\n", ":2: expected 2 fields, found 4"},
        BadInput{"many_fields_of_which_one_is_bad", "a,b\n1,2,\xE9\n", ":2: expected 2 fields, found 3"},
        BadInput{"many_fields_of_one_column", "a\n1,2\n", ":2: expected 1 field, found 2"},
        BadInput{"blank_is_not_a_blank_line", "a,b\n \n", ":2: expected 2 fields, found 1"},
        BadInput{"unterminated_quote", "a,b\n1,\"x\n3,4\n",
                 ":2: column b: expected a closing quote, found the end of the file"},
        BadInput{"unterminated_quote_on_a_later_line", "a,b\n1,2\n\"x\ny\",\"z\nw",
                 ":4: column b: expected a closing quote, found the end of the file"},
        BadInput{"unterminated_quote_in_header", "a,\"b\n1,2\n",
                 ":1: column 2: expected a closing quote, found the end of the file"},
        BadInput{"text_after_quote", "a,b\n1,\"x\"y\n",
                 ":2: column b: expected a comma or the end of the line after a closing quote, found \"y\""},
        BadInput{"blank_after_quote", "a,b\n\"x\" ,1\n",
                 ":2: column a: expected a comma or the end of the line after a closing quote, found \" \""},
        BadInput{"quote_inside_unquoted_field", "a,b\n1,5\" pipe\n",
                 ":2: column b: expected quotes only in a quoted field, found one inside an unquoted field"},
        BadInput{"nul", std::string("a,b\n1,2\n3,x\0y\n", 14), ":3: column b: expected text, found a NUL byte"},
        BadInput{"latin1", "a,b\n1,caf\xE9\n", ":2: column b: expected UTF-8, found the byte 0xE9"},
        BadInput{"overlong", "a,b\n\xC0\x80,1\n", ":2: column a: expected UTF-8, found the byte 0xC0"},
        BadInput{"surrogate", "a,b\n1,\xED\xA0\x80\n", ":2: column b: expected UTF-8, found the byte 0xED"},
        BadInput{"character_over_two_fields", "a,b\n\xC3,\xA9\n", ":2: column a: expected UTF-8, found the byte 0xC3"},
        BadInput{"utf16",
                 std::string("\xFF\xFE"
                             "a\0",
                             4),
                 ":1: column 1: expected UTF-8, found the byte 0xFF"},
        BadInput{"duplicate_name", "a,b,a\n1,2,3\n",
                 ":1: column a: expected distinct column names, found this one for columns 1 and 3"},
        BadInput{"empty_name", "a,,c\n1,2,3\n", ":1: column 2: expected a column name, found an empty field"},
        BadInput{"empty_file", "", ": expected a header line, found an empty file"},
        BadInput{"only_a_mark", "\xEF\xBB\xBF", ": expected a header line, found an empty file"},
        BadInput{"only_blank_lines", "\n\r\n\n", ": expected a header line, found an empty file"},
        BadInput{"only_a_header", "a,b\n", ": expected at least one row, found none"},
        BadInput{"only_a_header_without_line_end", "a,b", ": expected at least one row, found none"}),
    [](const auto& input) { return input.param.name; });

TEST(CsvReader, keeps_its_error) {
  const TemporaryFile file("a,b\n1\n1,2\n");
  auto reader = CsvReader::open(file.path());
  ASSERT_TRUE(reader);
  CsvRow row;
  const auto first = reader->next(row);
  const auto second = reader->next(row);
  ASSERT_FALSE(first);
  ASSERT_FALSE(second);
  EXPECT_EQ(first.error(), second.error());
}

TEST(CsvReader, refuses_an_empty_file_without_header) {
  EXPECT_EQ(read("", {.no_header = true}).error, ": expected at least one row, found an empty file");
}

TEST(CsvReader, refuses_what_is_not_a_file) {
  const std::string directory = std::filesystem::temp_directory_path().string();
  const Outcome found = read_file(directory);
  EXPECT_EQ(found.error, ": expected a file, found a directory");
  EXPECT_EQ(found.code, ErrorCode::io);
  const Outcome missing = read_file(directory + "/leeway_no_such_file.csv");
  EXPECT_EQ(missing.error, ": expected a file, found none");
  EXPECT_EQ(missing.code, ErrorCode::not_found);
}

TEST(CsvReader, says_why_a_file_cannot_be_read) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser may read every file";
  const TemporaryFile file("a\n1\n");
  std::filesystem::permissions(file.path(), std::filesystem::perms::none);
  const Outcome out = read_file(file.path());
  EXPECT_EQ(out.error, ": expected a readable file, found: Permission denied");
  EXPECT_EQ(out.code, ErrorCode::io);
}

// ---- size

/// A figure of the process's memory in bytes, by its name in /proc/self/status.
std::size_t memory(std::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t kilobytes = 0;
  while (status >> word) {
    if (word == name) status >> kilobytes;
  }
  return kilobytes * 1024;
}

/// How far the resident memory rises above its present size while `work` is done.
template <class Work>
std::size_t memory_growth(Work work) {
  std::ofstream("/proc/self/clear_refs") << '5';  // forgets the highest size so far
  const std::size_t before = memory("VmRSS:");
  work();
  return memory("VmHWM:") - before;
}

TEST(CsvReader, refuses_a_record_over_the_limit_in_bounded_memory) {
  std::string text = "a,b\n1,2\n3,\"";
  text.append(8 * kMaxRecordBytes, 'x');
  const TemporaryFile plain(text);
  const TemporaryFile zipped(gzipped(text));
  text = {};
  for (const auto& path : {plain.path(), zipped.path()}) {
    Outcome out;
    [[maybe_unused]] const std::size_t growth = memory_growth([&] { out = read_file(path); });
    EXPECT_EQ(out.error,
              ":3: expected a record of at most 16,777,216 bytes, found a longer one; is the quote of line 3 closed?");
    EXPECT_EQ(out.code, ErrorCode::limit);
#if !defined(LEEWAY_TEST_KEEPS_FREED_MEMORY)
    EXPECT_LT(growth, 3 * kMaxRecordBytes);
#endif
  }
}

TEST(CsvReader, allocates_nothing_per_record) {
  std::string text = "a,b\n";
  for (int i = 0; i < 20'000; ++i) text += "some text that is no short string,\"more, of it\nand more\"\n";
  const TemporaryFile file(gzipped(text));
  auto reader = CsvReader::open(file.path());
  ASSERT_TRUE(reader);
  CsvRow row;
  ASSERT_TRUE(*reader->next(row));
  const std::uint64_t before = leeway::test::allocations();
  while (*reader->next(row)) continue;
  EXPECT_EQ(leeway::test::allocations(), before);
  EXPECT_EQ(reader->rows(), 20'000U);
}

TEST(CsvReader, refuses_a_quote_that_swallows_the_file) {
  std::string text = "a,b\n1,2\n\"3,4\n";
  while (text.size() <= kMaxRecordBytes + 100) text += "5,6\n7,8\n";
  EXPECT_EQ(read(text).error,
            ":3: expected a record of at most 16,777,216 bytes, found a longer one; is the quote of line 3 closed?");
}

TEST(CsvReader, refuses_too_many_columns) {
  EXPECT_EQ(read(std::string(kMaxColumns, ',') + "\n", {.no_header = true}).error,
            ":1: expected at most 1,048,576 columns, found 1,048,577");
  EXPECT_EQ(read("a,b\n" + std::string(5'000'000, ',') + "\n").error, ":2: expected 2 fields, found 5,000,001");
}

TEST(CsvReader, reads_a_record_just_within_the_limit) {
  const std::string field(kMaxRecordBytes - 3, 'x');  // beside "1," and the line end
  EXPECT_EQ(read("a,b\n1," + field + "x\n").code, ErrorCode::limit);
  const Outcome out = read("a,b\n1," + field + "\n");
  EXPECT_EQ(out.error, "");
  ASSERT_EQ(out.rows.size(), 1U);
  EXPECT_EQ(out.rows[0][1].size(), field.size());
}

TEST(CsvReader, reads_100000_columns) {
  constexpr int kColumns = 100'000;
  std::string text;
  for (int row = 0; row < 11; ++row) {
    for (int i = 0; i < kColumns; ++i) {
      if (i > 0) text += ',';
      text += (row == 0 ? "x" : "") + std::to_string(i + row);
    }
    text += '\n';
  }
  const Outcome out = read(text);
  EXPECT_EQ(out.error, "");
  ASSERT_EQ(out.rows.size(), 10U);
  EXPECT_EQ(out.header[kColumns - 1], "x99999");
  EXPECT_EQ(out.rows[9][kColumns - 1], "100009");
}

// ---- random input

std::string random_field(std::mt19937& random) {
  static const std::vector<std::string> kParts{"a",  "1", ",",       "\"",   "\n",   "\r\n",
                                               "\r", " ", kAccented, kEmoji, "\"\"", "x"};
  std::string field;
  for (auto n = random() % 6; n > 0; --n) field += kParts[random() % kParts.size()];
  return field;
}

std::string as_csv(const std::string& field, std::mt19937& random) {
  const bool needs_quotes = field.find_first_of(",\"\r\n") != std::string::npos;
  if (!needs_quotes && random() % 3 != 0) return field;
  std::string out = "\"";
  for (const char c : field) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

TEST(CsvReader, reads_back_random_tables) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    const std::size_t columns = 2 + random() % 5;
    const std::string line_end = random() % 2 == 0 ? "\n" : "\r\n";
    std::string text;
    for (std::size_t i = 0; i < columns; ++i) text += (i > 0 ? ",c" : "c") + std::to_string(i);
    Rows rows(1 + random() % 20, std::vector<std::string>(columns));
    for (auto& row : rows) {
      text += line_end;
      for (std::size_t i = 0; i < columns; ++i) {
        row[i] = random_field(random);
        text += (i > 0 ? "," : "") + as_csv(row[i], random);
      }
    }
    if (random() % 2 == 0) text += line_end;
    const Outcome out = read(random() % 4 == 0 ? gzipped(text) : text);
    ASSERT_EQ(out.error, "") << text;
    ASSERT_EQ(out.rows, rows) << text;
  }
}

TEST(CsvReader, survives_random_bytes) {
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text = round % 2 == 0 ? "a,b\n" : "";
    static constexpr std::string_view kLikely = "ab,,\"\"\n\r 1.";
    for (auto n = random() % 200; n > 0; --n) {
      text += random() % 4 != 0 ? kLikely[random() % kLikely.size()] : static_cast<char>(random() % 256);
    }
    if (round % 5 == 0) text = "\x1F\x8B\x08" + text;
    const Outcome out = read(text, {.no_header = round % 3 == 0});
    for (const auto& row : out.rows) ASSERT_EQ(row.size(), out.header.size());
  }
}

TEST(CsvReader, survives_damage_to_real_gzip) {
  std::mt19937 random(13);
  std::string text = "a,b\n";
  for (int i = 0; i < 300; ++i) text += std::to_string(random() % 1000) + ",x" + std::to_string(i) + "\n";
  const std::string whole = gzipped(text);
  for (int round = 0; round < 1000; ++round) {
    std::string damaged = whole;
    for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    (void)read(damaged);
  }
}

TEST(CsvReader, reads_the_real_data) {
  const std::string path = test::shared_data("hotel_bookings.csv.gz");
  if (path.empty()) GTEST_SKIP() << "needs the shared data folder beside the project";
  auto reader = CsvReader::open(path);
  ASSERT_TRUE(reader);
  const auto begin = std::chrono::steady_clock::now();
  CsvRow row;
  for (;;) {
    auto more = reader->next(row);
    ASSERT_TRUE(more) << to_string(more.error());
    if (!*more) break;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  RecordProperty("megabytes_per_second", std::to_string(16.4 / seconds.count()));
  EXPECT_EQ(reader->rows(), 119'390U);
  EXPECT_EQ(reader->header().size(), 29U);
  EXPECT_EQ(reader->bytes_read(), reader->total_bytes());
}

}  // namespace
}  // namespace leeway::cli
