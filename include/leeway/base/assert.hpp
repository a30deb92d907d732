#ifndef LEEWAY_BASE_ASSERT_HPP
#define LEEWAY_BASE_ASSERT_HPP

// LEEWAY_ASSERT states a precondition: a promise of the caller, never a check of input.
// It traps in debug builds and is gone in release builds (NDEBUG); it changes no type and no result.
#ifdef NDEBUG
#define LEEWAY_ASSERT(condition) static_cast<void>(0)
#elif defined(__GNUC__) || defined(__clang__)
#define LEEWAY_ASSERT(condition) ((condition) ? static_cast<void>(0) : __builtin_trap())
#else
#include <cassert>
#define LEEWAY_ASSERT(condition) assert(condition)
#endif

#endif
