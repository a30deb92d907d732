#!/bin/sh
# Runs cmake/setup.sh against a stand-in for apt-get: it must do nothing when all is there, ask nothing,
# and say clearly what failed. Installs nothing.
#   setup_test.sh ROOT SCRATCH
set -u
setup=$1/cmake/setup.sh
scratch=$2
failed=0
rm -rf "$scratch"
mkdir -p "$scratch/bin" "$scratch/no_apt"
cd "$scratch" || exit 1

# The stand-ins: dpkg-query knows the packages of the file `there`; apt-get notes what it was asked.
cat > bin/dpkg-query <<'END'
#!/bin/sh
for package; do :; done
grep -qxF -- "$package" there && echo installed
END
cat > bin/apt-get <<'END'
#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> asked
case " $* " in *" $(cat breaks) "*) exit 100 ;; esac
END
printf '#!/bin/sh\necho "${uid:-0}"\n' > bin/id
printf '#!/bin/sh\necho sudo >> asked\nexec "$@"\n' > bin/sudo
chmod +x bin/*
# Enough of a system to run the script, without apt-get and sudo.
for tool in sh id grep cat env; do ln -s "$(command -v "$tool")" "no_apt/$tool"; done

# run WANTED_STATUS WHAT [ARGUMENT...]
run() {
  want=$1 what=$2
  shift 2
  : > asked
  PATH=${path:-$scratch/bin:$PATH} uid=${uid:-0} sh "$setup" "$@" > out 2>&1
  status=$?
  [ "$status" -eq "$want" ] || complain "$what: exit status $status, expected $want"
}
complain() { echo "FAILED: $1"; cat out asked; failed=1; }
asked() { grep -qE -- "$1" asked; }

: > there; : > breaks
run 0 'a bare system'
asked '^noninteractive .* update$' || complain 'a bare system: no update'
asked '^noninteractive .*install -y --no-install-recommends g\+\+ cmake ninja-build ' || complain 'a bare system: no install'
asked 'clang|valgrind' && complain 'a newcomer does not need clang'

run 0 'a bare system, ci' ci
asked ' clang-14 ' || complain 'ci: no clang'

for package in $(sed -n "/^packages='/,/'\$/p" "$setup" | tr -d "'" | sed 's/^packages=//'); do echo "$package"; done > there
run 0 'all there'
[ -s asked ] && complain 'all there: apt-get was asked'
[ -s out ] && complain 'all there: something was printed'
run 0 'all but ci there' ci
asked 'install .* g\+\+ ' && complain 'ci: asked for g++ again'

: > there
uid=1000 run 0 'a user with sudo'
asked '^sudo$' || complain 'a user with sudo: sudo was not used'

echo update > breaks
run 0 'lists that cannot be renewed'
echo install > breaks
run 1 'an install that fails'
grep -q 'could not install: g++' out || complain 'an install that fails: not said'

: > breaks
path=$scratch/no_apt run 1 'a system without apt-get'
{ [ "$(wc -l < out)" -eq 1 ] && grep -q 'please install.*g++ cmake' out; } || complain 'a system without apt-get: one line expected'
run 2 'a wrong word' everything

exit "$failed"
