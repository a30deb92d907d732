#!/bin/sh
# Includes every public header at once, twice, in two translation units that are linked together, under
# function-like macros min, max and small as some platform headers define them. Finds what one header
# does to another, unprotected std::min, and a forgotten `inline`. The link is a partial one: what the
# library and the adapters' libraries define stays open.
#   headers_together.sh ROOT SCRATCH COMPILER [FLAG...]
set -u
root=$1
scratch=$2
shift 2
mkdir -p "$scratch" && cd "$root/include" || exit 1

headers=$(find leeway -name '*.hpp' | LC_ALL=C sort)
# What the headers take from others comes first: those headers are not ours to test.
others=$(echo "$headers" | xargs grep -hoE '^ *# *include *<[^>]+>' | grep -oE '<[^>]+>' | LC_ALL=C sort -u)

{
  echo "$others" | sed 's/^/#include /'
  echo '#define min(a, b) hostile_macro_min'
  echo '#define max(a, b) hostile_macro_max'
  echo '#define small(a) hostile_macro_small'
  echo "$headers" | sed 's/.*/#include "&"/'
  echo "$headers" | sed 's/.*/#include "&"/'
} > "$scratch/all.inc"
for unit in first second; do
  echo '#include "all.inc"' > "$scratch/$unit.cpp"
  "$@" -std=c++20 -O0 -I . -I "$scratch" -c "$scratch/$unit.cpp" -o "$scratch/$unit.o" || exit 1
done
"$1" -r "$scratch/first.o" "$scratch/second.o" -o "$scratch/together.o" || exit 1
echo "$(echo "$headers" | wc -l) headers, twice, in two units"
