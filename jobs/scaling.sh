#!/usr/bin/env bash
# How training gets faster with ranks, as a table and a picture:
#
#     bash jobs/scaling.sh [--here] [--weak] [--repeat=3] [OPTIONS OF sbatch] STATES FOLDER RANKS... [-- FLAGS OF simplicit train]
#     bash jobs/scaling.sh --time=00:30:00 states.h5 scaling 1 2 4 8 16 -- --lambda-rel 1e-3
#
# Strong scaling trains on all of STATES at each number of ranks. --weak adds problems that grow with the ranks: the
# greatest number gets all rows, the others their share of them (with Python's h5py; PYTHON names the interpreter). Under Slurm each run is a job of
# its own, one after the other so that they do not disturb each other; a last job makes the table, even if you leave.
# --here, or a machine without Slurm, runs them with mpirun. Everything goes to FOLDER: scaling.csv, scaling.md,
# scaling.png (gnuplot; without it scaling.gnuplot), and the report of each run.
set -euo pipefail
jobs=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=jobs/train.sbatch
. "$jobs/train.sbatch"
set -e

say() { printf '%s\n' "scaling.sh: $*" >&2; }
refuse() {
  say "$*"
  exit 2
}

# run_one REPORT STATES RANKS FLAGS...: one measurement.
run_one() {
  local report=$1 file=$2 ranks=$3
  shift 3
  # shellcheck source=jobs/env.sh
  . "$jobs/env.sh"
  export OPENBLAS_NUM_THREADS=1
  find_program
  find_launcher
  if [ -z "${SLURM_JOB_ID:-}" ] && [ "${launch[0]}" = mpirun ]; then launch+=(--oversubscribe --bind-to none); fi
  local code=0
  "${launch[@]}" -n "$ranks" "$simplicit" train "$file" --out "${report%.json}.model.h5" --report "$report" "$@" || code=$?
  rm -f "${report%.json}.model.h5"
  # 3: some rows missed the tolerance, which the table tells
  if [ "$code" -ne 3 ]; then return "$code"; fi
}

make_table() { "${PYTHON:-python3}" "$jobs/scaling.py" "$1"; }

case ${1:-} in
  step) # this script again, inside a job
    shift
    "$@"
    exit
    ;;
esac

here='' weak='' repeats=1 options=()
while [[ ${1:-} == -* ]]; do
  case $1 in
    --here) here=yes ;;
    --weak) weak=yes ;;
    --repeat=*) repeats=${1#*=} ;;
    *) options+=("$1") ;;
  esac
  shift
done
usage="usage: bash scaling.sh [--here] [--weak] [--repeat=N] [--option=value of sbatch...] STATES FOLDER RANKS... [-- flags of simplicit train]"
if [ $# -lt 3 ]; then refuse "$usage"; fi
all_rows=$1 folder=$2
shift 2
counts=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  [[ $1 =~ ^[1-9][0-9]*$ ]] || refuse "'$1' is no number of ranks; $usage"
  counts+=("$1")
  shift
done
flags=("${@:2}")
[[ $repeats =~ ^[1-9][0-9]*$ ]] || refuse "--repeat=$repeats is no number of repetitions"
if [ "${#counts[@]}" -eq 0 ]; then refuse "$usage"; fi
if [ ! -f "$all_rows" ]; then refuse "$all_rows does not exist"; fi
if [ ! -e "$folder" ]; then mkdir -p "$folder"; fi
if compgen -G "$folder/*-ranks-*.json" >/dev/null; then refuse "$folder holds the runs of an earlier study"; fi
python=${PYTHON:-python3}
if [ -n "$weak" ] && ! "$python" -c 'import h5py' 2>/dev/null; then
  refuse "--weak makes its problems with Python and h5py, which $python lacks: set PYTHON to one that has it"
fi
mapfile -t counts < <(printf '%s\n' "${counts[@]}" | sort -nu)
if [ -z "$here" ] && { ! command -v sbatch >/dev/null || ! sinfo >/dev/null 2>&1; }; then
  say "no Slurm here: running with mpirun"
  here=yes
fi
name=simplicit-scaling-$$

# one_run KIND STATES RANKS REPETITION
one_run() {
  local report=$folder/$1-ranks-$3-run-$4.json
  local step=(step run_one "$report" "$2" "$3" "${flags[@]}")
  if [ -n "$here" ]; then
    say "$1, $3 ranks, run $4 of $repeats"
    bash "$jobs/scaling.sh" "${step[@]}" >"${report%.json}.log" 2>&1 || { tail -n 5 "${report%.json}.log" >&2; exit 1; }
  else
    sbatch --parsable --exclusive "${options[@]}" --ntasks="$3" --job-name="$name" --dependency=singleton \
      --output="${report%.json}.log" --wrap "exec bash $(printf '%q ' "$jobs/scaling.sh" "${step[@]}")" >/dev/null
  fi
}

greatest=${counts[-1]}
for ranks in "${counts[@]}"; do
  part=$folder/rows-for-$ranks.h5
  if [ -n "$weak" ]; then "$python" "$jobs/take_rows.py" "$all_rows" "$ranks" "$greatest" "$part"; fi
  for ((repeat = 1; repeat <= repeats; ++repeat)); do
    one_run strong "$all_rows" "$ranks" "$repeat"
    if [ -n "$weak" ]; then one_run weak "$part" "$ranks" "$repeat"; fi
  done
done
if [ -n "$here" ]; then
  make_table "$folder"
else
  say "the runs are jobs named $name; waiting for the last, $folder/scaling.md comes even if you leave"
  sbatch --wait --parsable "${options[@]}" --ntasks=1 --job-name="$name" --dependency=singleton \
    --output="$folder/scaling.log" --wrap "exec bash $(printf '%q ' "$jobs/scaling.sh" step make_table "$folder")" >/dev/null ||
    { cat "$folder/scaling.log" >&2; exit 1; }
  cat "$folder/scaling.log"
fi
rm -f "$folder"/rows-for-*.h5
