#!/bin/sh
# Sources are plain ASCII with Unix line ends and no tabs or trailing blanks, and no text file names a
# path of somebody's machine.
#   text.sh ROOT
set -u
cd "$1" || exit 1
LC_ALL=C
export LC_ALL
failed=0

files=$(find . \( -name .git -o -name build -o -name .cache -o -name __pycache__ -o -name '.venv' \) -prune -o -type f \
  \( -name '*.hpp' -o -name '*.h' -o -name '*.cpp' -o -name '*.cmake' -o -name '*.in' -o -name CMakeLists.txt \
     -o -name '*.sh' -o -name '*.py' -o -name '*.json' -o -name '*.toml' -o -name '*.md' -o -name '*.txt' -o -path './.*' \) \
  -print | sort)
sources=$(echo "$files" | grep -E '\.(hpp|h|cpp|cmake|in|sh|py)$|CMakeLists\.txt$|^\./\.ci/')
[ -n "$sources" ] || { echo "no sources found"; exit 1; }

# refuse WHAT FILES PATTERN
refuse() {
  found=$(echo "$2" | tr '\n' '\0' | xargs -0 grep -nE "$3" /dev/null)
  [ -z "$found" ] && return
  echo "$1:"
  printf "%s\n" "$found" | head -20
  failed=1
}

tab=$(printf '\t')
return_character=$(printf '\r')
refuse 'not ASCII'                  "$sources" '[^ -~[:space:]]'
refuse 'a tab'                      "$sources" "$tab"
refuse 'trailing blanks'            "$sources" ' $'
refuse 'a carriage return'          "$files" "$return_character"
refuse "a path of one's own machine" "$files" '(^|[^A-Za-z0-9_.}])/(home|root|Users|work|mnt)/[A-Za-z]'
[ "$failed" -eq 0 ] && echo "$(echo "$files" | wc -l) files are clean"
exit "$failed"
