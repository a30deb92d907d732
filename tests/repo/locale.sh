#!/bin/sh
# Runs a program in the C locale and in a host with German number format; says whether it prints the same.
#   locale.sh FOLDER PRELOAD same|differs PROGRAM [ARGUMENT...]
# The locale is built into FOLDER. Where that cannot be done the test is skipped (77).
set -u
folder=$1 preload=$2 wanted=$3
shift 3

locale=$folder/de_DE.UTF-8
if [ ! -d "$locale" ]; then
  mkdir -p "$folder"
  # Under a name of its own first: tests run side by side.
  localedef -i de_DE -f UTF-8 "$folder/new.$$" >/dev/null 2>&1
  if [ ! -d "$folder/new.$$" ]; then
    echo 'skipped: no German locale can be made here; install the package locales'
    exit 77
  fi
  mv "$folder/new.$$" "$locale" 2>/dev/null || rm -rf "$folder/new.$$"
fi

output=$folder/$$
trap 'rm -rf "$output"' EXIT
mkdir -p "$output"
LC_ALL=C "$@" > "$output/c" 2>&1
c_status=$?
LOCPATH=$folder LC_ALL=de_DE.UTF-8 LD_PRELOAD=$preload "$@" > "$output/german" 2>&1
german_status=$?

# Two equal failures would prove nothing.
if [ "$c_status" -ne 0 ]; then
  echo "fails in the C locale already, with $c_status:"
  head -40 "$output/c"
  exit 1
fi
if [ "$german_status" -eq 0 ] && diff "$output/c" "$output/german" > "$output/diff"; then
  found=same
else
  found=differs
fi
[ "$found" = "$wanted" ] && exit 0
echo "expected: $wanted, found: $found; exit status $german_status in German"
head -40 "$output/diff"
exit 1
