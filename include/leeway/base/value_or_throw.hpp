#ifndef LEEWAY_BASE_VALUE_OR_THROW_HPP
#define LEEWAY_BASE_VALUE_OR_THROW_HPP

// The throwing door to Result, for programs that use exceptions. In a header of its own, and absent
// where exceptions are off, so that no class differs between translation units.

#if defined(__cpp_exceptions)

#include <stdexcept>
#include <string>
#include <utility>

#include "leeway/base/result.hpp"

namespace leeway::inline v1 {

/// The value of `result`; throws std::runtime_error with the error's one-line text if there is none.
template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace leeway::inline v1

#endif

#endif
