#!/bin/sh
# A public header includes the standard library and leeway, nothing else: what a user's compiler reads
# must not need, or expose, the libraries behind it. The opt-in adapters are the exception.
#   includes.sh ROOT
set -u
cd "$1" || exit 1
headers=$(find include -type f -not -path 'include/leeway/adapt/*' | LC_ALL=C sort)
[ -n "$headers" ] || { echo "no headers found"; exit 1; }

# Standard headers are one lower-case word; a C header may also name its standard ones.
bad=$(echo "$headers" | xargs grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null |
  grep -vE 'include[[:space:]]*(<[a-z0-9_]+>|"leeway/[a-z0-9_/-]+\.h(pp)?")' |
  grep -vE '^include/leeway/c/[^:]*:[0-9]+:#include <(stddef|stdint|stdbool)\.h>')
[ -z "$bad" ] || { echo "$bad"; exit 1; }
echo "$(echo "$headers" | wc -l) headers include the standard library and leeway only"
