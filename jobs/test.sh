#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test.
set -euo pipefail
# shellcheck source=jobs/setup.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

started=$SECONDS
install_missing_packages
build_preset ci
built=$SECONDS

status=0
ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$(nproc)" "$@" || status=$?

verdict=$([ "$status" -eq 0 ] && echo "All tests passed." || echo "Some tests failed.")
printf '\n%s Built in %d s, tested in %d s.\n' "$verdict" $((built - started)) $((SECONDS - built))
exit "$status"
