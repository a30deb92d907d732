#!/bin/sh
# Builds the tests of what is counted and measured for arm64 and runs them under qemu: the NEON kernels must give what
# core gives. Needs Debian or Ubuntu and `sh cmake/setup.sh arm64`; the libraries of arm64 are unpacked below BUILD and
# change nothing outside of it. 77 means that it cannot run here.
#   sh cmake/arm64.sh [BUILD]     BUILD: build/arm64 unless given
set -eu

tests='base_test core_test simd_test stream_test drift_test batch_test golden_test'
packages='libhwy-dev libhwy1 libre2-dev libre2-9 libssl-dev libssl3 libgtest-dev libgmock-dev nlohmann-json3-dev libboost1.74-dev libxxhash-dev
libeigen3-dev libbenchmark-dev libbenchmark1debian'

skip() { echo "skipped: $1"; exit 77; }
for tool in aarch64-linux-gnu-g++ qemu-aarch64 apt-get dpkg-deb cmake ninja; do
  command -v "$tool" >/dev/null || skip "no $tool here; \`sh cmake/setup.sh arm64\` installs what is needed, on Debian"
done

source=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1-$source/build/arm64}"
build=$(cd "${1-$source/build/arm64}" && pwd)
root=$build/root
triplet=aarch64-linux-gnu

# apt-get with lists and a cache of its own, as a machine of arm64 would see them.
apt() {
  mkdir -p "$build/apt/lists/partial" "$build/apt/archives/partial"
  apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Sandbox::User= -o Dir::State::status=/dev/null \
    -o Dir::State::Lists="$build/apt/lists" -o Dir::Cache="$build/apt" "$@" >"$build/apt.log" 2>&1
}

if [ ! -e "$root/complete" ]; then
  rm -rf "$root" "$build/packages"
  mkdir -p "$root" "$build/packages"
  apt update || skip "apt-get cannot list packages of arm64: $(tail -n 1 "$build/apt.log")"
  (cd "$build/packages" && apt download $packages) || skip "no packages of arm64 to be had: $(tail -n 1 "$build/apt.log")"
  for package in "$build/packages"/*.deb; do dpkg-deb -x "$package" "$root"; done
  touch "$root/complete"
fi

cat >"$build/toolchain.cmake" <<TOOLCHAIN
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER $triplet-g++)
set(CMAKE_FIND_ROOT_PATH "$root")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES "$root/usr/include/$triplet")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/$triplet -E "LD_LIBRARY_PATH=$root/usr/lib/$triplet")
TOOLCHAIN

# Optimised, but no Release: the tests then take fewer random cases, and the assertions are on.
cmake -S "$source" -B "$build" -G Ninja --toolchain "$build/toolchain.cmake" -DLEEWAY_BUILD_CLI=OFF -DLEEWAY_INSTALL=OFF \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2 >"$build/configure.log" 2>&1 || {
  cat "$build/configure.log"
  exit 1
}
cmake --build "$build" --target $tests recording_work

run() { qemu-aarch64 -L "/usr/$triplet" -E "LD_LIBRARY_PATH=$root/usr/lib/$triplet" "$build/tests/$@"; }

failed=0
for test in $tests; do
  echo "== $test"
  run "$test" --gtest_brief=1 || failed=1
done
for wanted in '' neon scalar avx2; do  # what is not there is not taken
  found=$(LEEWAY_SIMD=$wanted run recording_work target)
  [ "$found" = NEON ] || { echo "LEEWAY_SIMD=$wanted: expected NEON, found $found"; failed=1; }
done
[ "$failed" -eq 0 ] && echo 'arm64: all tests passed, with NEON'
exit "$failed"
