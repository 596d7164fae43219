#!/usr/bin/env bash
# A batch job over two nodes gives the bits of a run here, with mpirun and with srun, from any folder, with spaces in
# paths; the ranks of a node share one copy of the states and of G.
# shellcheck source=tests/slurm/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
start_cluster
made_states "the states.h5" 1500 300 150 1500 1
flags=(--lambda-rel 1e-4)
succeed 1 train "the states.h5" "${flags[@]}" --out reference.h5
mkdir elsewhere

submit -N 2 -n 4 --ntasks-per-node=2 --output="$scratch/mpirun.log" "$jobs/train.sbatch" "the states.h5" "two nodes.h5" -- "${flags[@]}"
expect "ranks start on the nodes" until_grep mpirun.log "starting afresh" 60
declare -A windows=()
for process in $(ranks_of_cluster); do
  files=$(sed -n 's/.*\(osc_sm\.n[12]\.[^ ]*\).*/\1/p' "/proc/$process/maps" | sort -u)
  node=$(node_of "$process")
  expect "a rank of $node sees the windows of $node alone" test -z "$(sed "/^osc_sm\.$node\./d" <<<"$files")"
  windows[$node]+="$(printf '%s' "$files" | tr '\n' ' ')|"
done
expect "both nodes have ranks" test "${#windows[@]}" -eq 2
for node in "${!windows[@]}"; do
  IFS='|' read -ra of_ranks <<<"${windows[$node]}"
  expect "two ranks on $node" test "${#of_ranks[@]}" -eq 2
  expect "the ranks of $node share all windows" test "${of_ranks[0]}" = "${of_ranks[1]}"
  expect "$node has windows" test -n "${of_ranks[0]}"
done
expect "the job ends" until_state "$job" 120 COMPLETED FAILED
expect "the job is done" grep -q 'ended with code 0: done' mpirun.log
expect "two nodes give the same bits" compare reference.h5 "two nodes.h5"

cd elsewhere
SIMPLICIT_LAUNCHER="srun --mpi=pmix --kill-on-bad-exit=1" submit -N 2 -n 3 --output="$scratch/srun.log" \
  "$jobs/train.sbatch" "../the states.h5" "../by srun.h5" -- "${flags[@]}"
cd ..
expect "the job of srun ends" until_state "$job" 120 COMPLETED FAILED
expect "the job of srun is done" grep -q 'ended with code 0: done' srun.log
expect "srun gives the same bits" compare reference.h5 "by srun.h5"

# Wrong usage is told in the log.
submit --output="$scratch/usage.log" "$jobs/train.sbatch" "the states.h5"
expect "the job without a model fails" until_state "$job" 60 FAILED
expect "the usage is told" grep -q 'usage: sbatch' usage.log
finish
