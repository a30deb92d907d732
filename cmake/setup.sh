#!/bin/sh
# Installs what the build needs, on Debian and Ubuntu. Does nothing when all is there.
#   sh cmake/setup.sh       for `cmake --workflow --preset test` and `--preset demo`
#   sh cmake/setup.sh ci    also for the other presets (asan, tsan, coverage, tidy) and .ci/run
#   sh cmake/setup.sh arm64 also for cmake/arm64.sh
#   sh cmake/setup.sh bench also what the bench preset measures against
set -eu

packages='g++ cmake ninja-build libeigen3-dev libboost-dev libspdlog-dev nlohmann-json3-dev
libcli11-dev libgtest-dev libgmock-dev libbenchmark-dev libcsv-dev zlib1g-dev libxxhash-dev libhwy-dev libre2-dev
libssl-dev'
ci_packages='clang-14 libclang-rt-14-dev clang-tidy-14 gcovr pkg-config dpkg-dev locales valgrind'
arm64_packages='g++-aarch64-linux-gnu qemu-user'
bench_packages='python3 python3-numpy python3-scipy python3-pandas'

case "${1-}" in
  '') ;;
  ci) packages="$packages $ci_packages" ;;
  arm64) packages="$packages $arm64_packages" ;;
  bench) packages="$packages $bench_packages" ;;
  *) echo 'usage: sh cmake/setup.sh [ci|arm64|bench]' >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  # One line, whatever the list looks like above.
  echo "setup.sh: no apt-get here; please install the counterparts of:" $packages >&2
  exit 1
fi

missing=
for package in $packages; do
  case $(dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null || true) in
    installed*) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

as_root='env'
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup.sh: needs root to install:$missing" >&2; exit 1; }
  as_root='sudo env'
fi

echo "setup.sh: installing$missing"
apt() {
  $as_root DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null
}
apt update || echo 'setup.sh: apt-get update failed; trying with the package lists that are here' >&2
apt install -y --no-install-recommends $missing || {
  echo "setup.sh: apt-get could not install:$missing" >&2
  exit 1
}
