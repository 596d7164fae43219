#!/usr/bin/env bash
# A signal ends a long run soon, with one message that says what is saved, and the run goes on from there.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py
# What killed ranks leave of their shared memory goes with the scratch folder.
export OMPI_MCA_btl_vader_backing_directory=$scratch OMPI_MCA_osc_sm_backing_directory=$scratch
export OMPI_MCA_orte_tmpdir_base=$scratch

now_ms() { date +%s%3N; }

# A long run: the limit is what a user waits for, from the signal to the end of the program.
"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" long.h5 4000 900 700 20 3
long=(train long.h5 --lambda-rel 1e-6 --tol 1e-9 --out long_model.h5)

# Waits until every rank under the leader has its handler for SIGUSR1: a busy machine may need seconds to start one.
await_handlers() {
  local ranks=$1 waited pid caught listening
  for ((waited = 0; waited < 300; ++waited)); do
    listening=0
    for pid in "$leader" $(pgrep -P "$leader" || true); do
      [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = simplicit ] || continue
      caught=$(awk '/^SigCgt/ { print $2 }' "/proc/$pid/status" 2>/dev/null)
      if ((16#${caught:-0} & 16#200)); then listening=$((listening + 1)); fi
    done
    if [ "$listening" -ge "$ranks" ]; then return; fi
    sleep 0.1
  done
}

# interrupt RANKS SIGNAL LIMIT_MS AFTER_S ARGUMENTS...: sends SIGNAL to the leader, checks the code and the time.
interrupt() {
  local ranks=$1 signal=$2 limit=$3 after=$4 began took
  shift 4
  start "$ranks" "$@"
  await_handlers "$ranks"
  sleep "$after"
  began=$(now_ms)
  kill "-$signal" "$leader"
  status=0
  wait "$leader" || status=$?
  took=$(($(now_ms) - began))
  local what="SIG$signal after $after s on $ranks ranks"
  local code=75
  if [ "$signal" = TERM ] && [ "$ranks" -gt 1 ]; then code=1; fi # the launcher's own
  expect "code $code for $what" test "$status" -eq "$code"
  expect "within $limit ms, $took taken, for $what" test "$took" -le "$limit"
  [ "$ranks" -gt 1 ] && [ "$signal" = TERM ] && return
  expect "one message for $what" test "$(grep -c "^simplicit: interrupted by SIG$signal: " err)" -eq 1
}
for ranks in 1 2 3; do
  rm -f long.journal
  interrupt "$ranks" USR1 5000 6 "${long[@]}" --checkpoint long.journal
  expect "what is saved is told" grep -qE '^simplicit: .*: [0-9]+ of 920 rows are saved in long.journal, run again with --resume' err
  interrupt "$ranks" USR1 5000 0.5 "${long[@]}" --checkpoint long.journal --resume
  interrupt "$ranks" TERM 2500 4 "${long[@]}" --checkpoint long.journal --resume
  interrupt "$ranks" USR1 5000 3 "${long[@]}"
  expect "nothing is saved is told" grep -q 'nothing is saved' err
  absent long_model.h5
done
interrupt 1 TERM 2500 3 "${long[@]}"
expect "a later run still reads the journal" grep -q . long.journal
interrupt 1 USR1 5000 3 "${long[@]}" --checkpoint long.journal --resume
expect "rows are resumed" grep -qE 'resuming with [0-9]+ of 920 rows' err
finish
