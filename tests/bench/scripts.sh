#!/bin/sh
# Runs scripts_test.py where there is a python3; needs no package of it.
#   scripts.sh ROOT
command -v python3 >/dev/null || { echo 'skipped: no python3'; exit 77; }
PYTHONDONTWRITEBYTECODE=1 exec python3 "$1/tests/bench/scripts_test.py" "$1/bench"
