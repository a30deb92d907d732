#!/bin/sh
# README's first listing is examples/01_psi.cpp, its fifth examples/04_command_line.sh, and the output below each is what
# that prints.
#   readme.sh ROOT
set -eu
root=$1

# block N: the lines of README's Nth fenced block
block() { awk -v n="$1" '/^```/ { inside = !inside; if (inside) ++block; next } inside && block == n' "$root/README.md"; }

status=0
same() {  # same N FILE
  if ! block "$1" | diff -u "$2" -; then
    echo "readme: block $1 of README.md is not $2" >&2
    status=1
  fi
}
same 1 "$root/examples/01_psi.cpp"
same 2 "$root/examples/01_psi.expected"
same 5 "$root/examples/04_command_line.sh"
same 6 "$root/examples/04_command_line.expected"
exit $status
