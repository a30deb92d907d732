#!/bin/sh
# A function that uses the wide registers of AVX clears their upper halves before it returns: else whatever plain code
# the host runs next is slow. Compilers see to it, but not in a function that takes vectors, nor in one that ends by
# calling such. Lambdas that were not inlined may return vectors: they are for the function that has them.
#   upper_halves.sh ARCHIVE
set -u
command -v objdump >/dev/null || { echo 'skipped: no objdump here, which shows the code'; exit 77; }
objdump -dC --no-show-raw-insn "$1" 2>/dev/null | awk '
  function end() { if (wide && !clears && name !~ /\{lambda|\[clone \.cold\]/) { print "leaves the upper halves full: " name; failed = 1 } }
  /^[0-9a-f]+ <.*>:$/ { end(); name = $0; sub(/^[0-9a-f]+ </, "", name); sub(/>:$/, "", name); functions += wide; wide = clears = 0 }
  /%[yz]mm/ { wide = 1 }
  /vzeroupper|vzeroall/ { clears = 1 }
  END {
    end()
    if (functions == 0) { print "skipped: no code for AVX in it"; exit 77 }
    if (!failed) print functions " functions, all clear the upper halves"
    exit failed
  }'
