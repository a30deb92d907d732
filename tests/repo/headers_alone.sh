#!/bin/sh
# Compiles every public header alone, two at a time.
#   headers_alone.sh ROOT WHICH COMPILER [FLAG...]     WHICH: all, or core (base and core only)
set -u
root=$1
which=$2
shift 2
cd "$root/include" || exit 1

case $which in
  all) headers=$(find leeway -name '*.hpp' -o -name '*.h' | LC_ALL=C sort) ;;
  core) headers=$(find leeway/base leeway/core leeway/core.hpp leeway/version.hpp -name '*.hpp' | LC_ALL=C sort) ;;
  *) echo "unknown set $which"; exit 1 ;;
esac
[ -n "$headers" ] || { echo "no headers found"; exit 1; }

# xargs hands each header to a shell as $0, with the compiler and its flags behind it.
echo "$headers" | xargs -P 2 -I HEADER sh -c '
  header=$0
  echo "#include \"$header\"" | "$@" -x c++ -std=c++20 -I . -fsyntax-only - || { echo "does not compile alone: $header"; exit 1; }
' HEADER "$@" || exit 1
echo "$(echo "$headers" | wc -l) headers compile alone"
