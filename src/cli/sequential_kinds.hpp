#ifndef LEEWAY_CLI_SEQUENTIAL_KINDS_HPP
#define LEEWAY_CLI_SEQUENTIAL_KINDS_HPP

// The computations of `leeway sequential`.

#include <span>

#include "cli/sequential_case.hpp"
#include "leeway/base/result.hpp"

namespace leeway::cli {

struct SequentialKind {
  const char* name;
  const char* fields;  ///< of its input, for the help
  const char* help;
  /// The value: a number, a list or an object of them. Errors: those of the case, and of the computation.
  Result<Json> (*compute)(Case& input);
  const char* note = nullptr;     ///< for a person, where the input is without a field
  const char* without = nullptr;  ///< that field
};

/// In the order of the help.
[[nodiscard]] std::span<const SequentialKind> sequential_bounds();
[[nodiscard]] std::span<const SequentialKind> sequential_tests();

}  // namespace leeway::cli

#endif
