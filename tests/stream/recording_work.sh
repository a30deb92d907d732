#!/bin/sh
# Counts the instructions of recording and fails where they are more than stated here: a measure that neither the speed
# of this machine nor what else it does can change. The instruction set is given, since valgrind has no AVX-512. A bound
# is about a fifth above what g++ 12 makes: after a change that is worth its instructions, state the new one; also where half of it is enough.
#   recording_work.sh PROGRAM BUILD     BUILD: its compiler and build type
set -u
program=$1
[ "$2" = 'GNU Release' ] || { echo "skipped: the bounds are for a build that is 'GNU Release', this one is '$2'"; exit 77; }
command -v valgrind >/dev/null || { echo 'skipped: no valgrind here, which counts the instructions'; exit 77; }
failed=0

# expect BOUND UNIT WORK FEATURES TIMES
expect() {
  bound=$1 unit=$2 work=$3 features=$4 times=$5
  counted=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="*measured_$work*" \
    "$program" "$work" "$features" "$times" 2>&1 >/dev/null | sed -n 's/^==[0-9]*== Collected : \([0-9]*\)$/\1/p')
  each=$((${counted:-0} / times))
  word=ok
  [ "$each" -gt $((bound / 2)) ] && [ "$each" -le "$bound" ] || { word=FAILED; failed=1; }
  printf '%-6s  %3s features  %6s instructions a %s, at most %6s  %s\n' \
    "$LEEWAY_SIMD" "$features" "$each" "$unit" "$bound" "$word"
}

# on NAME: whether this machine, as valgrind shows it, counts with that instruction set.
on() {
  LEEWAY_SIMD=$1
  export LEEWAY_SIMD
  found=$(valgrind --tool=none -q "$program" target 2>/dev/null)
  [ "$found" = "$(echo "$1" | tr '[:lower:]' '[:upper:]')" ] && return
  echo "$LEEWAY_SIMD not counted: this machine has ${found:-nothing that runs}"
  return 1
}

any=0
if on avx2; then
  any=1
  expect 1060   row   record 100 2048
  expect 185    row   record 16 2048
  expect 166000 drain drain 100 20
fi
if on sse4; then
  any=1
  expect 2620 row record 100 1024
fi
if on scalar; then
  any=1
  expect 5700 row record 100 1024
fi
[ "$any" -eq 1 ] || { echo 'skipped: this machine has none of the instruction sets with a bound'; exit 77; }
exit "$failed"
