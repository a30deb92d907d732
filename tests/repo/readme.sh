#!/bin/sh
# README's first listing is examples/01_psi.cpp, its fifth and the second of docs/cli.md examples/04_command_line.sh, the
# first of docs/schema.md examples/05_schema.sh, the third of docs/economics.md examples/06_economics.sh, the second of
# docs/rollout_planning.md examples/08_rollout_plan.sh, the first of docs/rollout_policy.md examples/10_rollout_policy.sh, and the output below each is what that prints.
#   readme.sh ROOT
set -eu
root=$1

# block DOCUMENT N: the lines of its Nth fenced block
block() { awk -v n="$2" '/^```/ { inside = !inside; if (inside) ++block; next } inside && block == n' "$root/$1"; }

status=0
same() {  # same DOCUMENT N FILE
  if ! block "$1" "$2" | diff -u "$3" -; then
    echo "readme: block $2 of $1 is not $3" >&2
    status=1
  fi
}
same README.md 1 "$root/examples/01_psi.cpp"
same README.md 2 "$root/examples/01_psi.expected"
same README.md 5 "$root/examples/04_command_line.sh"
same README.md 6 "$root/examples/04_command_line.expected"
same docs/schema.md 1 "$root/examples/05_schema.sh"
same docs/schema.md 2 "$root/examples/05_schema.expected"
same docs/economics.md 3 "$root/examples/06_economics.sh"
same docs/economics.md 4 "$root/examples/06_economics.expected"
same docs/rollout_planning.md 2 "$root/examples/08_rollout_plan.sh"
same docs/rollout_planning.md 3 "$root/examples/08_rollout_plan.expected"
same docs/rollout_policy.md 1 "$root/examples/10_rollout_policy.sh"
same docs/rollout_policy.md 2 "$root/examples/10_rollout_policy.expected"
same docs/cli.md 2 "$root/examples/04_command_line.sh"
same docs/cli.md 3 "$root/examples/04_command_line.expected"
exit $status
