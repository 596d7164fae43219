#!/usr/bin/env bash
# From a baseline network to an evaluated implicit model, as three jobs that wait for one another:
#
#     bash jobs/pipeline.sh [OPTIONS OF sbatch] BASELINE DATASET FOLDER [-- FLAGS OF simplicit train]
#     bash jobs/pipeline.sh --nodes=2 --ntasks=64 --time=04:00:00 baseline.h5 images run -- --lambda-rel 2e-4
#
# captures the states of BASELINE on DATASET, trains with jobs/train.sbatch, evaluates on the test images and draws the
# report, all into FOLDER. Options of sbatch are written --name=value and go to all three jobs. A job whose
# predecessor failed is cancelled. Without Slurm the steps run here one after the other, on RANKS ranks (default 2).
# CAPTURE_FLAGS, for example "--samples 5000", goes to the capture of the training images.
set -euo pipefail
jobs=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=jobs/train.sbatch
. "$jobs/train.sbatch"
set -e

say() { printf '%s\n' "pipeline.sh: $*" >&2; }

prepare_step() {
  # shellcheck source=jobs/env.sh
  . "$jobs/env.sh"
  find_program
  find_launcher
  if [ -z "${SLURM_JOB_ID:-}" ]; then launch+=(-n "${RANKS:-2}"); fi
}

# The bound on ‖A‖∞ must be the same when states are rescaled and when the model is trained.
kappa_of_flags() {
  local flag previous=
  for flag in "$@"; do
    case $flag in --kappa=*) printf '%s' "${flag#*=}" ;; esac
    if [ "$previous" = --kappa ]; then printf '%s' "$flag"; fi
    previous=$flag
  done
}

capture_step() { # BASELINE DATASET FOLDER KAPPA
  prepare_step
  local samples
  read -ra samples <<<"${CAPTURE_FLAGS:-}"
  "${launch[@]}" "$simplicit" capture "$1" --dataset "$2" --split train --kappa "$4" --out "$3/train_states.h5" "${samples[@]}"
  "${launch[@]}" "$simplicit" capture "$1" --dataset "$2" --split test --kappa "$4" --out "$3/test_states.h5"
}

evaluate_step() { # FOLDER
  prepare_step
  "${launch[@]}" "$simplicit" evaluate "$1/model.h5" "$1/test_states.h5" --report "$1/evaluate.json"
  "$simplicit" report "$1/model.h5" "$1/train.json" "$1/evaluate.json" --out "$1/report"
}

case ${1:-} in
  step) # this script again, inside a job
    shift
    "$@"
    exit
    ;;
esac

options=()
while [[ ${1:-} == -* ]]; do
  options+=("$1")
  shift
done
usage="usage: bash pipeline.sh [--option=value of sbatch...] BASELINE DATASET FOLDER [-- flags of simplicit train]"
if [ $# -lt 3 ] || { [ $# -gt 3 ] && [ "$4" != -- ]; }; then
  say "$usage"
  exit 2
fi
baseline=$1 dataset=$2 folder=$3
flags=("${@:5}")
for input in "$baseline" "$dataset"; do
  if [ ! -e "$input" ]; then
    say "$input does not exist; $usage"
    exit 2
  fi
done
mkdir -p "$folder"
kappa=$(kappa_of_flags "${flags[@]}")
kappa=${kappa:-0.95}
training=("$folder/train_states.h5" "$folder/model.h5" -- --report "$folder/train.json" "${flags[@]}")

if ! command -v sbatch >/dev/null || ! sinfo >/dev/null 2>&1; then
  say "no Slurm here: running the three steps on ${RANKS:-2} ranks"
  capture_step "$baseline" "$dataset" "$folder" "$kappa"
  SIMPLICIT=$simplicit SIMPLICIT_LAUNCHER="${launch[*]}" bash "$jobs/train.sbatch" "${training[@]}"
  evaluate_step "$folder"
  exit
fi

# step_job NAME ARGUMENTS...: submits a function of this script.
submit=(sbatch --parsable --kill-on-invalid-dep=yes "${options[@]}")
step_job() {
  local name=$1
  shift
  "${submit[@]}" "${after[@]}" --job-name="simplicit-$name" --output="$folder/$name-%j.log" \
    --wrap "exec bash $(printf '%q ' "$jobs/pipeline.sh" step "${name}_step" "$@")"
}
after=()
capture=$(step_job capture "$baseline" "$dataset" "$folder" "$kappa")
after=(--dependency="afterok:$capture")
train=$("${submit[@]}" "${after[@]}" --output="$folder/train-%j.log" "$jobs/train.sbatch" "${training[@]}")
after=(--dependency="afterok:$train")
evaluate=$(step_job evaluate "$folder")
say "jobs $capture (capture), $train (train) and $evaluate (evaluate) fill $folder; its report will be $folder/report/index.html"
