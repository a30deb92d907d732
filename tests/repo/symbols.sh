#!/bin/sh
# A library that others embed neither prints nor ends their process nor runs code before main.
# Looks at the archive: symbols it wants from elsewhere, by exact name, and its static constructors.
# std::terminate is fine: noexcept asks for it. Units that use Boost may have static constructors:
# Boost.Math fills its tables there, and Boost.Random includes <iostream>; we cannot help either.
#   symbols.sh ARCHIVE
set -u
archive=$1
symbols=$(nm "$archive") || { echo "nm cannot read $archive"; exit 1; }
wanted=$(echo "$symbols" | awk '$1 == "U" { print $2 }' | LC_ALL=C sort -u)
[ -n "$wanted" ] || { echo "no undefined symbol in $archive: not the archive meant"; exit 1; }

# __NAME_chk are the same functions under _FORTIFY_SOURCE; _ZSt... are std::cout, cerr, clog and their wide kin.
forbidden='abort exit _exit _Exit quick_exit __assert_fail
printf vprintf __printf_chk __vprintf_chk puts putchar putchar_unlocked
fprintf vfprintf __fprintf_chk __vfprintf_chk perror stdout stderr
_ZSt4cout _ZSt4cerr _ZSt4clog _ZSt5wcout _ZSt5wcerr _ZSt5wclog'

failed=0
for symbol in $forbidden; do
  if echo "$wanted" | grep -qxF "$symbol"; then
    echo "the library uses $symbol, in:"
    nm -A "$archive" | grep -E " U $symbol\$" | cut -d: -f2 | LC_ALL=C sort -u | sed 's/^/  /'
    failed=1
  fi
done
before_main=$(nm -A "$archive" | awk -F: '
  / _ZNK?5boost/ { boost[$2] = 1 }
  / _GLOBAL__sub_I_/ { constructor[$2] = 1 }
  END { for (unit in constructor) if (!(unit in boost)) print "  " unit }')
if [ -n "$before_main" ]; then
  echo "code that runs before main, in:"
  echo "$before_main"
  failed=1
fi
[ "$failed" -eq 0 ] && echo "$(echo "$wanted" | wc -l) undefined symbols, none forbidden, no static constructors"
exit "$failed"
