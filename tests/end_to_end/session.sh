# shellcheck shell=bash
# Sourced by every session: a scratch folder with a space in its name, and checks that say what they saw.
set -euo pipefail

: "${SIMPLICIT:?}" "${SOURCE_DIR:?}"
python=/usr/bin/python3
dataset=/usr/share/datasets/fashion-mnist
scratch=$(mktemp -d "${TMPDIR:-/tmp}/simplicit session.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
failures=0
runs=0

skip() {  # what already failed must not go unnoticed
  [ "$failures" -eq 0 ] || finish
  echo "skipped: $*"
  exit 77
}
need_h5py() { "$python" -c 'import h5py, numpy' 2>/dev/null || skip "python3-h5py is not installed"; }
need_dataset() { [ -d "$dataset" ] || skip "dataset-fashion-mnist is not installed"; }

# on RANKS COMMAND...: runs a command on that many ranks; 1 is without a launcher.
on() {
  local ranks=$1
  shift
  # the launcher would read the lines a loop around it reads
  if [ "$ranks" -eq 1 ]; then "$@" </dev/null; return; fi
  mpirun -q --oversubscribe --bind-to none -n "$ranks" "$@" </dev/null
}

failed() {
  failures=$((failures + 1))
  printf 'FAILED: %s\n' "$1"
  printf '  exit code %s\n  standard output: %s\n  standard error: %s\n' "$status" "$(head -c 2000 out)" "$(head -c 2000 err)"
}

# run RANKS ARGUMENTS...: runs the program; leaves its streams in `out` and `err`, its code in `status`.
run() {
  local ranks=$1
  shift
  status=0
  runs=$((runs + 1))
  on "$ranks" "$SIMPLICIT" "$@" >out 2>err || status=$?
}

# succeed RANKS ARGUMENTS...: the program must end with code 0.
succeed() {
  run "$@"
  [ "$status" -eq 0 ] || failed "code 0 expected of: simplicit ${*:2} (on $1 ranks)"
}

# start RANKS ARGUMENTS...: begins a run in a session of its own; its leader is in `leader`.
start() {
  local ranks=$1
  shift
  local launch=()
  [ "$ranks" -eq 1 ] || launch=(mpirun -q --oversubscribe --bind-to none -n "$ranks")
  setsid "${launch[@]}" "$SIMPLICIT" "$@" >out 2>err &
  # shellcheck disable=SC2034  # read by the sessions
  leader=$!
}

# refuse RANKS WORD ARGUMENTS...: code 2 within 20 s, one message that holds WORD, and nothing on standard output.
refuse() {
  local ranks=$1 word=$2 started=$SECONDS
  shift 2
  run "$ranks" "$@"
  local what="simplicit $* (on $ranks ranks)"
  [ "$status" -eq 2 ] || failed "code 2 expected of: $what"
  [ "$(grep -c '^simplicit: ' err)" -eq 1 ] || failed "one message expected of: $what"
  grep '^simplicit: ' err | grep -qiF -e "$word" || failed "'$word' expected in the message of: $what"
  ! grep -qE 'HDF5-DIAG|MPI_ABORT|Abort|mpirun' err || failed "no noise of libraries expected of: $what"
  [ ! -s out ] || failed "nothing on standard output expected of: $what"
  [ $((SECONDS - started)) -lt 20 ] || failed "took $((SECONDS - started)) s: $what"
}

# absent PATH: a refused command must not leave anything under the final name, nor a temporary file beside it.
absent() {
  local leftovers
  leftovers=$(find "$(dirname "$1")" -maxdepth 1 -name "*$(basename "$1")*" 2>/dev/null || true)
  [ -z "$leftovers" ] || { failed "left behind: $leftovers"; rm -f "$leftovers"; }
}

expect() {  # expect "what" COMMAND...: the command must succeed
  local what=$1
  shift
  "$@" || failed "$what"
}

finish() {
  [ "$failures" -eq 0 ] || { echo "$failures checks failed"; exit 1; }
  echo "all checks passed, $runs runs of the program"
}
