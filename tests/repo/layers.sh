#!/bin/sh
# Holds every include of a leeway header in include/ and src/ against cmake/layers.txt.
#   layers.sh ROOT
set -u
root=$1
table=cmake/layers.txt
cd "$root" && [ -r "$table" ] || { echo "no $table in $root"; exit 1; }

# Every file gives one bare line with its name, so that a file without includes has a module too.
find include src -type f \( -name '*.hpp' -o -name '*.h' -o -name '*.cpp' \) | LC_ALL=C sort |
  while read -r file; do
    echo "$file:0:"
    grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<][^">]+[">]' "$file" | sed "s|^|$file:|"
  done |
  awk -v table="$table" '
  function fail(text) { print text; bad = 1 }
  function module_of(path) {  # "drift/psi.hpp" -> drift; "core.hpp" stands for itself
    return index(path, "/") ? substr(path, 1, index(path, "/") - 1) : path
  }
  BEGIN {
    while ((getline line < table) > 0) {
      if (line ~ /^[ \t]*(#|$)/) continue
      if (line !~ /^[0-9]+ [a-z_.]+:( |$)/) { fail(table ": cannot read: " line); continue }
      split(line, half, ":"); split(half[1], head, " ")
      level[head[2]] = head[1]; edges[head[2]] = half[2]
    }
    for (m in edges) {
      n = split(edges[m], list, " ")
      for (i = 1; i <= n; i++) {
        to = list[i]
        if (to == "*") { all[m] = 1; continue }
        if (!(to in level)) fail(table ": " m " may include " to ", which no line defines")
        else if (level[to] + 0 >= level[m] + 0) fail(table ": " m " may include " to ", which is not below it")
        allowed[m, to] = 1
      }
    }
  }
  {
    file = $0; sub(/:.*/, "", file)
    place = $0; match(place, /^[^:]*:[0-9]+/); place = substr(place, 1, RLENGTH)
    quoted = $0; has_include = match(quoted, /["<][^">]*[">]/)
    system_form = substr(quoted, RSTART, 1) == "<"
    header = substr(quoted, RSTART + 1, RLENGTH - 2)

    inside = file
    if (!sub(/^include\/leeway\//, "", inside)) sub(/^src\//, "", inside)
    from = module_of(inside)
    if (!(from in level)) { if (!(from in told)) fail(place ": unknown module " from); told[from] = 1; next }
    if (!has_include) next

    if (header ~ /^leeway\//) sub(/^leeway\//, "", header)
    else if (system_form) next                                  # a header of somebody else
    else {
      sub(/^(\.\.\/)+/, "", header)                             # ../stats/x.hpp
      if (header !~ /\// || !(module_of(header) in level)) next  # a private neighbour
    }
    to = module_of(header)
    seen++
    if (!(to in level)) fail(place ": unknown module " to)
    else if (to == from || (level[to] == 0 && level[from] > 0) || (from, to) in allowed) { }
    else if (from in all && to != "adapt" && to != "c" && to != "cli" && to != "python") { }
    else fail(place ": " from " may not include " to)
  }
  END {
    if (seen + 0 == 0) fail("no include of a leeway header found")
    if (!bad) print seen " includes, all allowed"
    exit bad + 0
  }'
