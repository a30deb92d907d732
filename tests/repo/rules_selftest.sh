#!/bin/sh
# Proves that includes.sh, text.sh and registered.sh refuse what they must.
#   rules_selftest.sh ROOT SCRATCH
set -u
rules=$1/tests/repo
scratch=$2
failed=0

# fresh: a small tree in which every rule holds
fresh() {
  rm -rf "$scratch"
  mkdir -p "$scratch/include/leeway/base" "$scratch/include/leeway/adapt" "$scratch/src/base" "$scratch/tests/base"
  cd "$scratch" || exit 1
  echo '#include <vector>' > include/leeway/base/x.hpp
  echo '#include <Eigen/Core>' > include/leeway/adapt/eigen.hpp
  echo 'int x;' > src/base/x.cpp
  echo 'int t;' > tests/base/x_test.cpp
  printf '%s\n' dir: dir:src dir:tests src/base/x.cpp tests/base/x_test.cpp > list
}

# expect ok|bad WHAT RULE [ARGUMENT...]
expect() {
  want=$1 what=$2 rule=$3
  shift 3
  if sh "$rules/$rule" "$scratch" "$@" > out 2>&1; then found=ok; else found=bad; fi
  if [ "$found" != "$want" ]; then
    echo "FAILED: $rule: $what: expected $want, found $found"
    cat out
    failed=1
  fi
}

fresh; expect ok 'a clean tree' includes.sh
for line in '#include <boost/math/x.hpp>' '#include <xxhash.h>' '#include <Eigen>' '#include "x.hpp"' \
  '#include "../src/x.hpp"' '  #  include <nlohmann/json.hpp>' '#include <unistd.h>'; do
  fresh; echo "$line" >> include/leeway/base/x.hpp; expect bad "$line" includes.sh
done

# Written in pieces, so that this file itself stays clean.
fresh; expect ok 'a clean tree' text.sh
fresh; printf 'int a; // caf\303\251\n' > src/base/x.cpp; expect bad 'not ASCII' text.sh
fresh; printf 'int\ta;\n' > src/base/x.cpp; expect bad 'a tab' text.sh
fresh; printf 'int a; \n' > src/base/x.cpp; expect bad 'trailing blank' text.sh
fresh; printf 'int a;\r\n' > src/base/x.cpp; expect bad 'carriage return' text.sh
fresh; printf '# see /%s/someone/notes\n' home > README.md; expect bad 'a path of a home' text.sh
fresh; printf '# https://example.org/%s/page\n' home > README.md; expect ok 'part of an address' text.sh

fresh; expect ok 'a clean tree' registered.sh "$scratch/list"
fresh; echo > tests/base/lost_test.cpp; expect bad 'a lost test' registered.sh "$scratch/list"
fresh; echo > src/base/lost.cpp; expect bad 'a lost source' registered.sh "$scratch/list"
fresh; mkdir src/python; echo > src/python/module.cpp; expect bad 'a lost part' registered.sh "$scratch/list"
fresh; mkdir src/python; echo > src/python/module.cpp; echo 'add(module.cpp)' > src/python/CMakeLists.txt
expect ok 'a part left out that names its file' registered.sh "$scratch/list"

exit "$failed"
