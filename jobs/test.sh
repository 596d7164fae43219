#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test.
set -euo pipefail
# shellcheck source=jobs/setup.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

# the batch jobs are tested on a real cluster of two nodes on this machine
packages+=(slurmctld slurmd slurm-client munge)

started=$SECONDS
install_missing_packages
build_preset ci
built=$SECONDS

status=0
ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$(nproc)" "$@" | tee "$build/tests.log" || status=$?

verdict=$([ "$status" -eq 0 ] && echo "All tests passed." || echo "Some tests failed.")
printf '\n%s Built in %d s, tested in %d s.\n' "$verdict" $((built - started)) $((SECONDS - built))
# What could not be tested must not go unnoticed.
if grep -q '(Skipped)' "$build/tests.log"; then
  printf '\nNOT TESTED on this machine:\n'
  grep '(Skipped)' "$build/tests.log"
  grep -hE '^(NOT TESTED|skipped): ' "$build/Testing/Temporary/LastTest.log" | sort -u
fi
exit "$status"
