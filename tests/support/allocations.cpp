#include "support/allocations.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

// In a file of its own: inlined into their callers these make g++ take new and delete for a mismatched pair.

namespace {

std::atomic<std::uint64_t> count{0};
std::atomic<std::uint64_t> bytes{0};

}  // namespace

std::uint64_t leeway::test::allocations() noexcept { return count; }
std::uint64_t leeway::test::allocated_bytes() noexcept { return bytes; }

void* operator new(std::size_t size) {
  ++count;
  bytes += size;
  if (void* memory = std::malloc(size != 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}

// std::stable_sort's, and freed by the plain delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++count;
  bytes += size;
  return std::malloc(size != 0 ? size : 1);
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
