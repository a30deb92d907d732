// Feeds the readers of schemas and profiles with documents that were mutated without mercy, and expects that each is
// read or refused with an error that says where, and that what is read is written and read back alike.
//
//   fuzz_readers [COUNT [SEED]]      default 20000 1
//
// The same numbers on every machine: a failure names its round.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/store/profile_file.hpp"
#include "leeway/store/schema_file.hpp"
#include "leeway/validate/contract.hpp"
#include "leeway/validate/row_validator.hpp"
#include "store/seal.hpp"
#include "support/generator.hpp"

namespace {

namespace store = leeway::store;
namespace validate = leeway::validate;
using leeway::test::Generator;

const std::vector<std::string> kPieces{
    "null",    "-1",    "0",       "1e308",   "1e999", "-0.0",    "18446744073709551616",
    "true",    "\"\"",  "\"x\"",   "[]",      "{}",    "[[[[",    "}}}}",
    ",",       ":",     "\\u0000", "\xff",    "\"",    "\"min\"", "nan",
    "{\"a\":", "(a*)*", "\\ud800", "[1,2,3]", "1.5"};

std::size_t begin_of(Generator& random, const std::string& text) { return random.below(text.size() + 1); }

/// One small change: a byte, a piece put in or over, a span dropped, doubled or moved.
void mutate(std::string& text, Generator& random) {
  const std::size_t at = begin_of(random, text);
  const std::size_t length = random.below(random.below(8) == 0 ? 200 : 12);
  const std::string& piece = kPieces[random.below(kPieces.size())];
  switch (random.below(6)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(random.bits());
      return;
    case 1: text.insert(at, piece); return;
    case 2: text.replace(at, length, piece); return;
    case 3: text.erase(at, length); return;
    case 4: text.insert(begin_of(random, text), text.substr(at, length)); return;
    default: text.resize(random.below(20) == 0 ? at : text.size());
  }
}

/// Replaces a whole value behind a colon, so that the document stays JSON and the reader's own checks are reached.
void mutate_value(std::string& text, Generator& random) {
  const std::size_t colon = text.find(':', begin_of(random, text));
  if (colon == std::string::npos) return;
  const std::size_t end = text.find_first_of(",}]\n", colon);
  if (end != std::string::npos) text.replace(colon + 1, end - colon - 1, kPieces[random.below(kPieces.size())]);
}

std::string mutated(const std::string& text, Generator& random) {
  std::string copy = text;
  for (std::size_t n = 1 + random.below(3); n > 0; --n)
    random.below(2) == 0 ? mutate(copy, random) : mutate_value(copy, random);
  return copy;
}

std::string a_schema() {
  using namespace std::chrono_literals;
  return store::format_schema(*validate::SchemaBuilder()
                                   .number("x")
                                   .missing(validate::Tolerance::seen(1, 10), true)
                                   .range(0, 1, validate::Tolerance::of_share(0.1))
                                   .mean(0, 1)
                                   .fresh({.max_staleness = 6h, .on_stale = validate::OnStale::fallback})
                                   .text("c")
                                   .one_of({"a", "b"})
                                   .matches("[a-z]+(x|y)*")
                                   .integer("i")
                                   .one_of({"1", "2"})
                                   .ordered()
                                   .unique({"x", "c"})
                                   .build());
}

std::string a_profile() {
  std::vector<double> values;
  for (int i = 0; i < 50; ++i) values.push_back(i % 7 * 0.3);
  return store::format_profile(
      *leeway::profile::ProfileBuilder().numeric("x", values).categorical("c", {{"a", 30}, {"b", 15}}, 5).build());
}

[[noreturn]] void fail(const char* what, std::uint64_t round, const std::string& text) {
  std::fprintf(stderr, "round %llu: %s\n%s\n", static_cast<unsigned long long>(round), what, text.c_str());
  std::exit(1);
}

/// What the reader accepted must be fit for use.
void use(const validate::Schema& schema) {
  const std::vector<double> numbers{0, 1, 2};
  const std::vector<std::optional<std::string_view>> texts{"a", "q", std::nullopt};
  const std::vector<validate::TableColumn> table{{"x", numbers}, {"c", texts}, {"i", numbers}};
  static_cast<void>(validate::validate(schema, table));
  auto rows = validate::RowValidator::make(schema, std::vector<std::string>{"x", "c", "i"});
  static_cast<void>(rows->check(std::span<const double>(numbers)));
}

bool try_schema(const std::string& text, std::uint64_t round) {
  const auto schema = store::parse_schema(text, "s");
  if (!schema) {
    if (schema.error().message.find("expected") == std::string::npos || !schema.error().where.starts_with("s"))
      fail("an error that says nothing", round, text);
    return false;
  }
  const std::string written = store::format_schema(*schema);
  const auto again = store::parse_schema(written, "s");
  if (!again || *again != *schema || store::format_schema(*again) != written) fail("not read back", round, text);
  use(*schema);
  return true;
}

bool try_profile(const std::string& object, std::uint64_t round) {
  // With a seal of its own, or the reader would see no more than a wrong checksum.
  const std::string text = object.empty() || object.back() != '}' ? object : store::detail::seal(object);
  const auto profile = store::parse_profile(text, "p");
  if (profile && store::format_profile(*profile) !=
                     store::format_profile(*store::parse_profile(store::format_profile(*profile), "p")))
    fail("not read back", round, text);
  return profile.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000;
  Generator random(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
  const std::string schema = a_schema();
  const std::string profile = *store::detail::unseal(a_profile(), "");
  std::uint64_t schemas = 0, profiles = 0;
  for (std::uint64_t round = 0; round < count; ++round) {
    schemas += try_schema(mutated(schema, random), round) ? 1U : 0U;
    profiles += try_profile(mutated(profile, random), round) ? 1U : 0U;
  }
  std::printf("%llu rounds: %llu schemas and %llu profiles were read, the others refused\n",
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(schemas),
              static_cast<unsigned long long>(profiles));
  return schemas > 0 && schemas < count && profiles < count ? 0 : 1;
}
