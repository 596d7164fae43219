#!/usr/bin/env bash
# What ends a job early, and that no finished row is lost: a warning before the limit, killed ranks, a killed launcher,
# a lost node, cancelling. Each attempt ends by itself, the next one resumes, and the model has the bits of an
# undisturbed run. Seconds are told, not judged: other work may slow this machine.
# shellcheck source=tests/slurm/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
start_cluster
made_states "many rows.h5" 1500 300 150 4000 3
flags=(--lambda-rel 1e-4)
succeed 1 train "many rows.h5" "${flags[@]}" --out reference.h5

# begin LOG [OPTIONS OF sbatch...]: a job over both nodes, past its first row; its journal is fresh.
begin() {
  local log=$1
  shift
  rm -f model.h5 model.journal
  submit -N 2 -n 4 --ntasks-per-node=2 --output="$scratch/$log" "$@" "$jobs/train.sbatch" "many rows.h5" model.h5 -- "${flags[@]}"
  until_rows "$log" 1 model.journal
}
# ends WHAT: all ranks go, just after what should end them.
ends() {
  local started=$EPOCHREALTIME
  expect "$1 ends all ranks" until_gone 60
  printf '%5d ms: %s\n' $(((${EPOCHREALTIME/./} - ${started/./}) / 1000)) "$1"
}
# completes LOG ATTEMPTS: the job finishes by itself after so many attempts, with the reference's bits.
completes() {
  expect "the job of $1 ends" until_state "$job" 120 COMPLETED FAILED CANCELLED NODE_FAIL
  expect "attempt $2 of $1 is the last and done" grep -q "attempt $2 ended with code 0: done" "$1"
  expect "$1 resumed rows" grep -q 'resuming with [1-9]' "$1"
  expect "the model of $1 has the same bits" compare reference.h5 model.h5
}

# The warning before the limit, twice.
begin warned.log
for attempt in 1 2; do
  until_rows warned.log "$attempt" model.journal
  scancel -b -s USR1 "$job"
  ends "SIGUSR1 to attempt $attempt"
done
completes warned.log 3
expect "both attempts saved" test "$(grep -c 'ended with code 75: interrupted' warned.log)" -eq 2
expect "the rows saved are told" grep -qE '^simplicit: interrupted by SIGUSR1: [0-9]+ of 4300 rows are saved in model.journal' warned.log
cp warned.log "${KEEP_LOG:-/dev/null}"

# No more than the stated number of times.
export SIMPLICIT_REQUEUES=0
begin enough.log
unset SIMPLICIT_REQUEUES
scancel -b -s USR1 "$job"
expect "a job that may not go back ends" until_state "$job" 30 FAILED
expect "it says so" grep -q 'put back 0 times already' enough.log

# Killed: a rank on the second node, then the launcher.
begin killed.log
for rank in $(ranks_of_cluster); do if [ "$(node_of "$rank")" = n2 ]; then victim=$rank; fi; done
kill -KILL "$victim"
ends "a killed rank"
expect "the log tells of the kill" until_grep killed.log 'attempt 1 ended with code 137: killed by SIGKILL' 10
until_rows killed.log 2 model.journal
kill -KILL "$(processes_of_cluster mpirun)"
ends "a killed launcher"
completes killed.log 3

# A node set down.
begin node.log
scontrol update nodename=n2 state=down reason=test
ends "a lost node"
scontrol update nodename=n2 state=resume 2>/dev/null || true # it may have come back by itself
completes node.log 2

# Cancelled: saved, not put back, and the same submission goes on.
begin cancelled.log
scancel "$job"
ends "cancelling"
expect "a cancelled job stays so" until_state "$job" 20 CANCELLED
expect "it is not put back" test "$(grep -c 'put back' cancelled.log)" -eq 0
submit -N 2 -n 3 --output="$scratch/cancelled.log" "$jobs/train.sbatch" "many rows.h5" model.h5 -- "${flags[@]}"
completes cancelled.log 1

# The states are there on one node only; then another file.
cp "many rows.h5" "$cluster/n1/states.h5"
begin_without_rows() {
  submit -N 2 -n 4 --ntasks-per-node=2 --output="$scratch/$1" "$jobs/train.sbatch" "$node_local/states.h5" other.h5 -- "${flags[@]}"
  expect "the job of $1 fails" until_state "$job" 30 FAILED
  expect "with code 2, $1" grep -q 'attempt 1 ended with code 2: wrong usage or bad input' "$1"
  expect "one message, $1" test "$(grep -c '^simplicit: ' "$1")" -eq 1
}
begin_without_rows missing.log
expect "the node without the file is named" grep -q '^simplicit: .*states.h5: does not exist on node n2' missing.log
cp reference.h5 "$cluster/n2/states.h5"
begin_without_rows differs.log
expect "the node with the other file is named" grep -q '^simplicit: .*states.h5: is not the same file on every node.*n2' differs.log
finish
