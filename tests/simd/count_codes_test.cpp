#include "leeway/simd/count_codes.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/generator.hpp"

namespace leeway::simd {
namespace {

template <class Code>
void expect_as_one_by_one(test::Generator& generator, std::size_t cells, std::size_t size) {
  std::vector<Code> codes(size);
  for (Code& code : codes) {
    code = static_cast<Code>(generator.below(2 + cells));
    if (generator.below(9) == 0) code = static_cast<Code>(generator.bits());
  }
  Counts expected{std::vector<std::uint64_t>(cells, 3), {}};
  for (const Code code : codes) {
    if (code < 0) {
      ++expected.side.missing;
    } else if (static_cast<std::size_t>(code) < cells) {
      ++expected.cells[static_cast<std::size_t>(code)];
    } else {
      ++expected.side.unseen;
    }
  }
  Counts counts{std::vector<std::uint64_t>(cells, 3), {}};
  count_codes(codes, counts.cells, counts.side);
  ASSERT_EQ(counts, expected) << cells << " cells, " << size << " codes of " << sizeof(Code) << " bytes";
}

TEST(CountCodes, counts_cells_missing_and_unseen) {
  test::Generator generator(1);
  for (const std::size_t cells : {0u, 1u, 2u, 100u, 127u, 128u, 1000u, 4096u}) {
    for (const std::size_t size : {0u, 1u, 3u, 255u, 256u, 257u, 4095u, 4099u, 20000u}) {
      expect_as_one_by_one<std::int8_t>(generator, cells, size);
      expect_as_one_by_one<std::int16_t>(generator, cells, size);
      expect_as_one_by_one<std::int32_t>(generator, cells, size);
    }
  }
}

}  // namespace
}  // namespace leeway::simd
