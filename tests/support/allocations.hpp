#ifndef LEEWAY_TESTS_SUPPORT_ALLOCATIONS_HPP
#define LEEWAY_TESTS_SUPPORT_ALLOCATIONS_HPP

#include <cstdint>

namespace leeway::test {

/// How often the program has called operator new so far.
[[nodiscard]] std::uint64_t allocations() noexcept;

/// How many bytes it has asked for so far.
[[nodiscard]] std::uint64_t allocated_bytes() noexcept;

}  // namespace leeway::test

#endif
