#!/bin/sh
# Proves that symbols.sh refuses what it must: each line below, compiled into an archive of its own.
#   symbols_selftest.sh ROOT SCRATCH COMPILER
set -u
root=$1
scratch=$2
compiler=$3
mkdir -p "$scratch" && cd "$scratch" || exit 1
failed=0

# expect ok|bad NAME CODE [FLAG...]
expect() {
  want=$1 name=$2 code=$3
  shift 3
  rm -f unit.o unit.a
  printf '%s\n' "$code" > unit.cpp
  "$compiler" -std=c++20 -O2 -DNDEBUG "$@" -c unit.cpp -o unit.o && ar rc unit.a unit.o || exit 1
  if sh "$root/tests/repo/symbols.sh" unit.a > out 2>&1; then found=ok; else found=bad; fi
  if [ "$found" != "$want" ]; then
    echo "FAILED: $name: expected $want, found $found"
    cat out
    failed=1
  fi
}

expect ok  'clean'          '#include <vector>
void f(std::vector<int>& v) noexcept { v.push_back(1); }'
expect ok  'abort in a name' 'void abort_rollout(); void f() { abort_rollout(); }'
expect bad 'abort'          '#include <cstdlib>
void f() { std::abort(); }'
expect bad 'exit'           '#include <cstdlib>
void f() { std::exit(1); }'
expect bad 'printf'         '#include <cstdio>
void f(int n) { std::printf("%d", n); }'
expect bad 'fortified'      '#include <cstdio>
void f(int n) { std::printf("%d", n); }' -D_FORTIFY_SOURCE=2
expect bad 'puts'           '#include <cstdio>
void f() { std::printf("hello\n"); }'
expect bad 'stderr'         '#include <cstdio>
void f() { std::fputs("x", stderr); }'
expect bad 'std::cout'      '#include <ostream>
namespace std { extern ostream cout; }
void f() { std::cout.flush(); }'
expect bad '<iostream>'     '#include <iostream>
void f();
void g() { f(); }'
expect bad 'assert'         '#undef NDEBUG
#include <cassert>
void f(int n) { assert(n); }'
expect bad 'static constructor' '#include <string>
std::string g(int); std::string s = g(1);'

exit "$failed"
