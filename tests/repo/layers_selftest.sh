#!/bin/sh
# Proves that layers.sh accepts what the table allows and refuses what it does not.
#   layers_selftest.sh ROOT SCRATCH
set -u
root=$1
scratch=$2
failed=0

# expect ok|bad WHAT FILE INCLUDE: a tree of one file with one include, against the real table
expect() {
  rm -rf "$scratch"
  mkdir -p "$scratch/include/leeway/base" "$scratch/src" "$scratch/cmake" "$scratch/$(dirname "$3")"
  cp "$root/cmake/layers.txt" "$scratch/cmake"
  echo '#include "leeway/base/error.hpp"' > "$scratch/include/leeway/base/result.hpp"
  echo "$4" > "$scratch/$3"
  verdict "$1" "$2"
}

verdict() {
  if sh "$root/tests/repo/layers.sh" "$scratch" > "$scratch/out" 2>&1; then found=ok; else found=bad; fi
  if [ "$found" != "$1" ]; then
    echo "FAILED: $2: expected $1, found $found"
    cat "$scratch/out"
    failed=1
  fi
}

expect ok  'a listed edge'            include/leeway/drift/x.hpp     '#include "leeway/core/histogram.hpp"'
expect ok  'base from anywhere'       include/leeway/rollout/x.hpp   '#include "leeway/base/evidence.hpp"'
expect ok  'a header of its own'      src/drift/x.cpp                '#include "leeway/drift/psi.hpp"'
expect ok  'a private neighbour'      src/drift/x.cpp                '#include "log.hpp"'
expect ok  'the command: anything'    src/cli/x.cpp                  '#include "leeway/monitor/model_monitor.hpp"'
expect bad 'upwards'                  include/leeway/core/x.hpp      '#include "leeway/drift/psi.hpp"'
expect bad 'same level'               src/stream/x.cpp               '#include "leeway/drift/psi.hpp"'
expect bad 'in angle brackets'        include/leeway/core/x.hpp      '#include <leeway/drift/psi.hpp>'
expect bad 'indented'                 include/leeway/core/x.hpp      '  #  include "leeway/drift/psi.hpp"'
expect bad 'by a relative path'       src/rollout/x.cpp              '#include "../drift/log.hpp"'
expect bad 'by the folder of src'     src/rollout/x.cpp              '#include "drift/log.hpp"'
expect bad 'rollout knows of drift'   include/leeway/rollout/x.hpp   '#include "leeway/drift/psi.hpp"'
expect bad 'the umbrella from inside' src/drift/x.cpp                '#include "leeway/leeway.hpp"'
expect bad 'an adapter from inside'   src/report/x.cpp               '#include "leeway/adapt/json.hpp"'
expect bad 'an unknown target'        include/leeway/drift/x.hpp     '#include "leeway/util/x.hpp"'
expect bad 'an unknown module'        include/leeway/util/x.hpp      '#include <vector>'

expect ok  'the tree for the next'    include/leeway/drift/x.hpp     '#include "leeway/core/histogram.hpp"'
echo '1 broken: drift' >> "$scratch/cmake/layers.txt"
verdict bad 'a table with an upward edge'

exit "$failed"
