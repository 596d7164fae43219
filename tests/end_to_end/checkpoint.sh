#!/usr/bin/env bash
# A run that is stopped or killed goes on where it was, at any number of ranks, and gives the same bits.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py
compare() { "$python" "$SOURCE_DIR/tests/end_to_end/compare.py" "$1" "$2"; }
kills=${KILLS:-10}
# What killed ranks leave of their shared memory goes with the scratch folder.
export OMPI_MCA_btl_vader_backing_directory=$scratch OMPI_MCA_osc_sm_backing_directory=$scratch
export OMPI_MCA_orte_tmpdir_base=$scratch

"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" states.h5 1500 300 150 20 1
"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" others.h5 1500 300 150 20 2
cp states.h5 same.h5
settings=(--lambda-rel 1e-3 --out model.h5 --report run.json)

now_ms() { date +%s%3N; }

# Uninterrupted, without and with a journal; then everything from the journal.
before=$(now_ms)
succeed 1 train states.h5 "${settings[@]}"
whole_ms=$(($(now_ms) - before))
mv model.h5 reference.h5
succeed 2 train states.h5 "${settings[@]}" --checkpoint whole.journal
expect "the journal changes nothing" compare reference.h5 model.h5
expect "it says that the journal stays" grep -q 'whole.journal keeps all rows' err
rm model.h5
succeed 3 train same.h5 "${settings[@]}" --checkpoint whole.journal --resume
expect "the same from the journal alone" compare reference.h5 model.h5
expect "all rows are resumed" grep -q '"resumed_rows": 320' run.json

# Refusals.
for ranks in 1 3; do
  refuse "$ranks" "whole.journal: the journal exists already" train states.h5 "${settings[@]}" --checkpoint whole.journal
  refuse "$ranks" "--resume needs --checkpoint" train states.h5 "${settings[@]}" --resume
  refuse "$ranks" "--checkpoint and --out" train states.h5 --lambda-rel 1e-3 --out a.h5 --checkpoint ./a.h5
  refuse "$ranks" "nowhere" train states.h5 "${settings[@]}" --checkpoint nowhere/a.journal
  other() { refuse "$ranks" "$@" --out model.h5 --checkpoint whole.journal --resume; }
  other "--lambda-rel was 0.001, now 0.002" train states.h5 --lambda-rel 2e-3
  other "--kappa was 0.95, now 0.9" train states.h5 --lambda-rel 1e-3 --kappa 0.9
  other "--tol was" train states.h5 --lambda-rel 1e-3 --tol 1e-5
  other "--regime was gram, now data" train states.h5 --lambda-rel 1e-3 --regime data
  other "--lambda was not given, now 1" train states.h5 --lambda 1
  other "the content of the states file" train others.h5 --lambda-rel 1e-3
done
cp whole.journal changed.journal
"$python" -c 'file = open("changed.journal", "r+b"); file.seek(100_000); byte = file.read(1)[0]; file.seek(100_000); file.write(bytes([byte ^ 1]))'
refuse 2 "changed.journal: the journal is damaged" train states.h5 "${settings[@]}" --checkpoint changed.journal --resume
printf 'This is no journal.\n' >prose.journal
refuse 1 "prose.journal: is not a simplicit journal" train states.h5 "${settings[@]}" --checkpoint prose.journal --resume
: >empty.journal
refuse 1 "empty.journal" train states.h5 "${settings[@]}" --checkpoint empty.journal --resume

# A torn tail is cut off and said so.
head -c -5 whole.journal >torn.journal
rm -f model.h5
succeed 1 train states.h5 "${settings[@]}" --checkpoint torn.journal --resume
expect "the torn tail is mentioned" grep -q 'never completed, cut off' err
expect "the same after a torn tail" compare reference.h5 model.h5

# Nothing to resume: afresh.
rm -f model.h5
succeed 2 train states.h5 "${settings[@]}" --checkpoint fresh.journal --resume
expect "it says that it starts afresh" grep -q 'starting afresh' err
expect "the same afresh" compare reference.h5 model.h5

# kill -9 at any moment, again and again, each time on another number of ranks; then to the end. Every other time the
# moment is when the journal has reached some size, which is always while rows are solved.
whole_bytes=$(stat -c %s whole.journal)
await_bytes() {
  while kill -0 "$leader" 2>/dev/null && [ "$(stat -c %s kill.journal 2>/dev/null || echo 0)" -lt "$1" ]; do sleep 0.002; done
}
for ((kill = 0; kill < kills; ++kill)); do
  rm -f model.h5 kill.journal
  for ((attempt = 0; attempt < 2; ++attempt)); do
    start $((RANDOM % 3 + 1)) train states.h5 "${settings[@]}" --checkpoint kill.journal --resume
    if [ $((kill % 2)) -eq 0 ]; then
      await_bytes $((RANDOM * RANDOM % whole_bytes))
    else
      sleep "$((RANDOM % (whole_ms * 2) + 50))e-3"
    fi
    pkill -KILL -s "$leader" || true # the launcher and its ranks
    wait "$leader" 2>/dev/null || true
  done
  rm -f model.h5
  succeed $((kill % 3 + 1)) train states.h5 "${settings[@]}" --checkpoint kill.journal --resume
  expect "the same after kill $kill" compare reference.h5 model.h5
done

# The states are deleted once they are read: the run does not need them any more, the next one says so.
"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" gone.h5 1500 300 150 2000 4
succeed 1 train gone.h5 --lambda-rel 1e-4 --out reference.h5
cp gone.h5 kept.h5
start 2 train gone.h5 --lambda-rel 1e-4 --out gone_model.h5 --checkpoint gone.journal
for ((waited = 0; waited < 600; ++waited)); do if [ -s gone.journal ]; then break; fi; sleep 0.1; done
rm gone.h5
status=0
wait "$leader" || status=$?
expect "a run outlives its states file" test "$status" -eq 0
expect "the same without the states file" compare reference.h5 gone_model.h5
refuse 2 "gone.h5: does not exist" train gone.h5 --lambda-rel 1e-4 --out gone_model.h5 --checkpoint gone.journal --resume
mv kept.h5 gone.h5
succeed 2 train gone.h5 --lambda-rel 1e-4 --out gone_model.h5 --checkpoint gone.journal --resume
finish
