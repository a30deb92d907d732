#!/bin/sh
# A test that no target lists never runs, and says nothing. The same for a .cpp of the library, an
# example and a bench.
#   registered.sh ROOT LIST     LIST: from cmake/list_sources.cmake
set -u
list=$2
cd "$1" || exit 1
failed=0

files=$(find src examples bench -name '*.cpp' 2>/dev/null; find tests -name '*_test.cpp')
for file in $(echo "$files" | LC_ALL=C sort); do
  grep -qxF "$file" "$list" && continue
  # A part that this build leaves out, such as the Python binding, must still name its own files.
  folder=$(dirname "$file")
  if [ -f "$folder/CMakeLists.txt" ] && ! grep -qxF "dir:$folder" "$list" &&
    grep -qwF "$(basename "$file")" "$folder/CMakeLists.txt"; then continue; fi
  echo "no target lists $file"
  failed=1
done
[ "$failed" -eq 0 ] && echo "$(echo "$files" | wc -l) files, each in a target"
exit "$failed"
