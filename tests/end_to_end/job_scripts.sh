#!/usr/bin/env bash
# The scripts a user starts with: clean to shellcheck, and clear about what an ordinary user must have installed.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"

if command -v shellcheck >/dev/null; then
  (cd "$SOURCE_DIR" && find . \( -path './build*' -o -path ./demo \) -prune -o '(' -name '*.sh' -o -name '*.sbatch' ')' -print0 |
    xargs -0 shellcheck -x .ci/run) || { failures=1; echo "FAILED: shellcheck"; }
fi

# An ordinary user without sudo, on a machine where packages are missing.
mkdir stand_ins
printf '#!/bin/sh\necho 1000\n' >stand_ins/id
printf '#!/bin/sh\ncase "$*" in *gnuplot-nox*|*catch2*) exit 1 ;; *) echo installed ;; esac\n' >stand_ins/dpkg-query
printf '#!/bin/sh\nexit 1\n' >stand_ins/sudo
chmod +x stand_ins/*
status=0
PATH="$scratch/stand_ins:$PATH" bash "$SOURCE_DIR/jobs/test.sh" </dev/null >out 2>err || status=$?
expect "code 2 when packages are missing and may not be installed" test "$status" -eq 2
expect "the one line to run" grep -qx 'sudo apt-get install -y --no-install-recommends catch2 gnuplot-nox' err

# Nothing missing: nothing asked for.
printf '#!/bin/sh\necho installed\n' >stand_ins/dpkg-query
status=0
PATH="$scratch/stand_ins:$PATH" bash -c '. "$1/jobs/setup.sh" && install_missing_packages' - "$SOURCE_DIR" >out 2>err || status=$?
expect "a machine with everything is left alone" test "$status" -eq 0 -a ! -s err

# A fresh clone has no build folder yet.
mkdir -p clone/jobs
cp "$SOURCE_DIR/jobs/setup.sh" clone/jobs
printf '#!/bin/sh\necho "cmake $*"\n' >stand_ins/cmake
chmod +x stand_ins/cmake
status=0
PATH="$scratch/stand_ins:$PATH" bash -c 'set -euo pipefail; . clone/jobs/setup.sh; build_quietly release simplicit' >out 2>err || status=$?
expect "a build in a fresh clone" test "$status" -eq 0
expect "what the build says is kept" grep -q 'cmake --build .*--target simplicit' clone/build/build.log
rm stand_ins/cmake

# Ranks: at most two, or as many as asked for, without the launcher refusing.
for wanted in "" 1 3; do
  ranks_used=$(RANKS=$wanted bash -c '. "$1/jobs/setup.sh" && prepare_launch && "${launch[@]}" sh -c "echo x" | wc -l' - "$SOURCE_DIR")
  cores=$(nproc)
  expect "RANKS='$wanted' starts the right number" test "$ranks_used" -eq "${wanted:-$((cores < 2 ? cores : 2))}"
done
finish
