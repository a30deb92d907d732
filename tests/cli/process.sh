#!/bin/sh
# What only a real process shows: its standard streams, its exit status, its locale.
#   process.sh LEEWAY SCRATCH
set -u
leeway=$1
scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch" || exit 1
cd "$scratch" || exit 1
failed=0

fail() {
  echo "FAILED: $1"
  failed=1
}

# expect STATUS COMMAND...: the status, at most one line on standard error, which is kept in `err`.
expect() {
  status=$1
  shift
  "$@" >out 2>err
  got=$?
  [ "$got" -eq "$status" ] || fail "expected status $status, found $got: $*"
  [ "$(wc -l <err)" -le 1 ] || fail "expected one line of errors at most: $*"
}

awk 'BEGIN { print "x,c,at"; for (i = 0; i < 3000; ++i)
  printf "%.2f,%s,2020-01-%02d\n", (i * 7919) % 1000 / 8, substr("abc", i % 3 + 1, 1), i / 100 + 1 }' >rows.csv
gzip -c rows.csv >rows.csv.gz

expect 0 "$leeway" profile rows.csv --out profile --exclude at
expect 0 "$leeway" compare profile rows.csv --fail-on warning
expect 2 "$leeway" compare profile rows.csv --nosuch
expect 3 "$leeway" compare profile nosuch.csv
grep -q '^leeway: nosuch.csv: expected' err || fail "the error names the file"

# Standard input, plain and compressed.
"$leeway" compare profile - <rows.csv >from_stdin || fail 'reads standard input'
gzip -c rows.csv | "$leeway" compare profile - >from_pipe || fail 'reads a compressed pipe'
"$leeway" compare profile rows.csv.gz >from_file || fail 'reads a compressed file'
cmp -s from_stdin from_pipe && cmp -s from_file from_pipe || fail 'reads the same from a file and a pipe'
sed '$s/$/,extra/' rows.csv | "$leeway" compare profile - 2>err >out
grep -q '^leeway: <stdin>:3001: expected 3 fields, found 4$' err || fail "the error names standard input: $(cat err)"

# JSON alone on standard output.
"$leeway" watch profile rows.csv --window 7d --time at --json - >out 2>err || fail 'watch --json -'
head -n 2 out | tail -n 1 | grep -q '"format": "leeway.timeline"' || fail 'standard output begins with the document'
tail -n 1 out | grep -qx '}' || fail 'standard output ends with the document'
[ -s err ] && fail "standard error is empty: $(cat err)"

# A reader that has seen enough.
"$leeway" watch profile rows.csv --window 1 2>err | head -n 1 >out
[ -s err ] && fail "a closed pipe makes no noise: $(cat err)"
(trap '' PIPE; "$leeway" watch profile rows.csv --window 1 --json timeline.json 2>err; echo $? >status) | head -n 1 >out
[ -s err ] && fail "a closed pipe makes no noise where signals are ignored: $(cat err)"
[ "$(cat status)" -eq 0 ] || fail 'a closed pipe is no error'
[ -s timeline.json ] || fail 'a closed pipe does not keep the document from being written'

# Standard streams that are closed must not be taken by files that are opened then.
"$leeway" compare profile rows.csv --json report.json >&- 2>&- <&- || fail 'runs without standard streams'
head -n 1 report.json | grep -qx '{' || fail 'the document holds no other output'

# Outputs that are no files.
"$leeway" compare profile rows.csv --quiet --json /dev/stdout | head -n 1 | grep -qx '{' || fail 'writes to /dev/stdout'
"$leeway" compare profile rows.csv --quiet --json /dev/null || fail 'writes to /dev/null'
[ -c /dev/null ] || fail '/dev/null is still a device'
ln -s there.json link.json
echo >there.json
"$leeway" compare profile rows.csv --quiet --json link.json || fail 'writes through a link'
[ -L link.json ] && [ "$(wc -l <there.json)" -gt 1 ] || fail 'the link stays, its target is replaced'
if [ -c /dev/full ]; then
  "$leeway" compare profile rows.csv >/dev/full 2>err
  [ $? -eq 3 ] || fail 'a full disk is an error'
  grep -q '^leeway: <stdout>: expected to write, found: ' err || fail "the error says so: $(cat err)"
fi

# A profile that cannot be written replaces nothing.
cp profile kept
ulimit_status=$( (ulimit -f 0; trap '' XFSZ; "$leeway" profile rows.csv --out profile 2>err >&2; echo $?) )
cmp -s profile kept || fail 'a profile that could not be written is as it was'
[ "$ulimit_status" -eq 3 ] || fail "expected status 3 where nothing can be written, found $ulimit_status"
ls | grep -q 'tmp' && fail 'no temporary file is left'

# Numbers look the same whatever the locale.
locale=
if command -v localedef >/dev/null && localedef -i de_DE -f UTF-8 "$scratch/de_DE.UTF-8" >/dev/null 2>&1; then
  LOCPATH=$scratch
  export LOCPATH
  locale=de_DE.UTF-8
elif locale -a 2>/dev/null | grep -qix 'de_DE.utf-\?8'; then
  locale=de_DE.UTF-8
fi
if [ -n "$locale" ]; then
  [ "$(LC_ALL=$locale locale decimal_point)" = , ] || fail 'the locale has a decimal comma'
  for arguments in "compare profile rows.csv --json -" "compare profile rows.csv" "watch profile rows.csv --window 400" \
      "compare --samples rows.csv rows.csv --exclude at" "profile rows.csv --out p"; do
    LC_ALL=C "$leeway" $arguments >c.out 2>c.err
    LC_ALL=$locale "$leeway" $arguments >de.out 2>de.err
    cmp -s c.out de.out && cmp -s c.err de.err || fail "the same in $locale: $arguments"
  done
else
  echo 'no locale with a decimal comma here; that part was skipped'
fi
NO_COLOR= "$leeway" compare profile rows.csv >a.out
cmp -s a.out from_file || fail 'NO_COLOR changes nothing: there is no colour'

[ "$failed" -eq 0 ] && echo 'all as expected'
exit "$failed"
