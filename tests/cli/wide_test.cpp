// A file of very many columns.

#include <gtest/gtest.h>

#include <string>

#include "cli/command_line.hpp"
#include "support/generator.hpp"

namespace leeway::cli {
namespace {

using test::leeway;

// Under a sanitizer fewer columns take the same paths in a bearable time.
#ifdef LEEWAY_RELEASE_BUILD
constexpr std::size_t kColumns = 100'000;
#else
constexpr std::size_t kColumns = 2'000;
#endif

std::string wide_rows(std::size_t rows, std::uint64_t seed) {
  leeway::test::Generator generator(seed);
  std::string text;
  for (std::size_t i = 0; i < kColumns; ++i) text += 'f' + std::to_string(i) + (i + 1 < kColumns ? ',' : '\n');
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      text += std::to_string(generator.uniform()) + (i + 1 < kColumns ? ',' : '\n');
    }
  }
  return text;
}

TEST(Wide, hundred_thousand_columns_are_profiled_and_compared) {
  const test::TemporaryFolder folder;
  const std::string train = folder.file("train.csv", wide_rows(40, 1));
  const std::string live = folder.file("live.csv", wide_rows(20, 2));
  const std::string profile = folder.path("profile");
  ASSERT_EQ(leeway({"profile", train, "--out", profile, "--quiet"}).status, 0);
  const test::Outcome outcome = leeway({"compare", profile, live});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_GT(test::lines_in(outcome.out), kColumns);
}

}  // namespace
}  // namespace leeway::cli
