#ifndef LEEWAY_TESTS_CLI_ALLOCATIONS_HPP
#define LEEWAY_TESTS_CLI_ALLOCATIONS_HPP

#include <cstdint>

namespace leeway::cli::test {

/// How often the program has called operator new so far.
[[nodiscard]] std::uint64_t allocations() noexcept;

}  // namespace leeway::cli::test

#endif
