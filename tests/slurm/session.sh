# shellcheck shell=bash disable=SC2034
# Sourced by every session of this folder: the checks of the other sessions, a cluster, and how jobs run on it.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/../end_to_end/session.sh"
# shellcheck source=tests/slurm/cluster.sh
. "$SOURCE_DIR/tests/slurm/cluster.sh"
need_h5py
status=0
: >out
: >err
jobs=$SOURCE_DIR/jobs
# more ranks than processors; every virtual node would bind its first rank to the same one
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none

# in place of the one without a cluster: the ends of the jobs' logs too
failed() {
  failures=$((failures + 1))
  printf 'FAILED: %s\n  standard error: %s\n' "$1" "$(head -c 2000 err)"
  local log
  for log in "$scratch"/*.log; do
    if [ -f "$log" ]; then printf '  %s:\n%s\n' "${log##*/}" "$(tail -n 15 "$log")"; fi
  done
}

compare() { "$python" "$SOURCE_DIR/tests/end_to_end/compare.py" "$1" "$2"; }
made_states() { "$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" "$@"; }

# ranks_of_cluster: process ids of the ranks that run on this cluster's nodes.
ranks_of_cluster() { processes_of_cluster simplicit; }
processes_of_cluster() {
  local process
  for process in $(pgrep -x "$1"); do
    # no pipe: grep -q ends at the match, and what still writes to it would end with SIGPIPE
    if grep -zqsxF "SLURM_CONF=$SLURM_CONF" "/proc/$process/environ"; then echo "$process"; fi
  done
}
# until_rows LOG ATTEMPT JOURNAL: the attempt solves rows.
until_rows() {
  local size=0 waited
  until_grep "$1" "attempt $2 of job" 60
  for ((waited = 0; waited < 300; ++waited)); do
    if [ -z "$(ranks_of_cluster)" ]; then sleep 0.1; continue; fi
    if [ "$size" -eq 0 ]; then size=$(stat -c %s "$3" 2>/dev/null || echo 0); fi
    if [ "$size" -gt 0 ] && [ "$(stat -c %s "$3")" -gt "$size" ]; then return 0; fi
    sleep 0.1
  done
  failed "rows are solved in attempt $2 of $1"
}
node_of() { tr '\0' '\n' <"/proc/$1/environ" | sed -n 's/^SLURMD_NODENAME=//p'; }

# until_gone SECONDS: every rank of the cluster has ended.
until_gone() {
  local waited
  for ((waited = 0; waited < $1 * 5; ++waited)); do
    if [ -z "$(ranks_of_cluster)" ]; then return 0; fi
    sleep 0.2
  done
  return 1
}
