#!/bin/sh
# What the command prints of a small comparison, in all its forms.
#   locale_command.sh LEEWAY FOLDER
set -u
leeway=$1
mkdir -p "$2" && cd "$2" || exit 1
awk 'BEGIN { print "age,price,country"
  for (i = 0; i < 2000; i++) printf "%d,%d.%d,%s\n", 20 + i % 50, i % 97, i % 10, i % 3 ? "DE" : "FR" }' > train.csv
awk 'BEGIN { print "age,price,country"
  for (i = 0; i < 1000; i++) printf "%d,%d.%d,%s\n", 40 + i % 40, i % 197, i % 10, i % 5 ? "DE" : "IT" }' > live.csv

"$leeway" profile train.csv --out train.leeway || exit 1
cat train.leeway
"$leeway" compare train.leeway live.csv || exit 1
"$leeway" compare train.leeway live.csv --json - || exit 1
"$leeway" watch train.leeway live.csv --window 500 || exit 1
"$leeway" watch train.leeway live.csv --window 500 --json - || exit 1
