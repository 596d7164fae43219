#!/usr/bin/env bash
# A batch job over two nodes gives the bits of a run here, with mpirun and with srun, from any folder, with spaces in
# paths; the ranks of a node share one copy of the states and of G.
# shellcheck source=tests/slurm/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
start_cluster
# rows enough for every rank to be met while it solves
made_states "the states.h5" 1500 300 150 4500 1
flags=(--lambda-rel 1e-4)
succeed 1 train "the states.h5" "${flags[@]}" --out reference.h5
mkdir elsewhere

submit -N 2 -n 4 --ntasks-per-node=2 --output="$scratch/mpirun.log" "$jobs/train.sbatch" "the states.h5" "two nodes.h5" -- "${flags[@]}"
until_rows mpirun.log 1 "two nodes.journal"
declare -A windows=() node_ranks=() resident=() proportional=()
for process in $(ranks_of_cluster); do
  node=$(node_of "$process")
  files=$(sed -n 's/.*\(osc_sm\.n[12]\.[^ ]*\).*/\1/p' "/proc/$process/maps" | sort -u)
  expect "a rank of $node sees the windows of $node alone" test -z "$(sed "/^osc_sm\.$node\./d" <<<"$files")"
  windows[$node]+="$(printf '%s' "$files" | tr '\n' ' ')|"
  # of the windows, kB: what the rank has in memory, and that divided by the ranks that share it
  read -r rss pss < <(awk '/osc_sm/ { ours = 1 } /^[0-9a-f]+-/ && !/osc_sm/ { ours = 0 }
    ours && $1 == "Rss:" { rss += $2 } ours && $1 == "Pss:" { pss += $2 } END { print rss + 0, pss + 0 }' "/proc/$process/smaps")
  node_ranks[$node]=$((${node_ranks[$node]:-0} + 1))
  resident[$node]=$((${resident[$node]:-0} + rss))
  proportional[$node]=$((${proportional[$node]:-0} + pss))
done
expect "both nodes have ranks" test "${#windows[@]}" -eq 2
# float32 samples of X, U, Z, Y, padded to 1504; G and R in doubles, padded to 456
one_copy=$(((1504 * (300 + 150 + 300 + 4500) * 4 + 456 * (450 + 4800) * 8) / 1024))
for node in "${!windows[@]}"; do
  IFS='|' read -ra of_ranks <<<"${windows[$node]}"
  expect "two ranks on $node" test "${node_ranks[$node]}" -eq 2
  expect "the ranks of $node share all windows" test "${of_ranks[0]}" = "${of_ranks[1]}"
  expect "$node has windows" test -n "${of_ranks[0]}"
  printf '%s: %d ranks, states, G and R %d kB; seen by the ranks together %d kB, held by the node %d kB\n' \
    "$node" "${node_ranks[$node]}" "$one_copy" "${resident[$node]}" "${proportional[$node]}"
  expect "$node holds no more than one copy" test "${proportional[$node]}" -le $((one_copy * 11 / 10))
  expect "$node holds a copy" test "${proportional[$node]}" -ge $((one_copy / 2))
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
