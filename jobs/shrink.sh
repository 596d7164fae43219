#!/usr/bin/env bash
# Makes a trained network smaller and shows what that costs:
#
#     bash jobs/shrink.sh NETWORK.onnx IMAGES OUT [--mean A,B,C --std A,B,C]
#
# Takes SAMPLES (5000) training images and all test images of the folder or file IMAGES (as `simplicit capture` reads
# them), keeps 50, 25, 10 and 5 % of the network's parameters (KEEP="0.5 0.1" chooses others) in rows shared by all
# positions, and compares with pruning by magnitude. OUT holds a model, its reports and an ONNX file a share, and
# accuracy.md and accuracy.png. RANKS ranks, at most two when not given; the program is $SIMPLICIT or build/simplicit.
set -euo pipefail
# shellcheck source=jobs/setup.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

[ $# -ge 3 ] || { say "usage: bash jobs/shrink.sh NETWORK.onnx IMAGES OUT [--mean A,B,C --std A,B,C]"; exit 2; }
network=$1
images=$2
out=$3
shift 3
samples=${SAMPLES:-5000}
read -ra shares <<<"${KEEP:-0.5 0.25 0.1 0.05}"
simplicit=${SIMPLICIT:-$build/simplicit}
prepare_launch
mkdir -p "$out"

say "1/3 Taking $samples training and all test images"
"${launch[@]}" "$simplicit" capture "$network" --dataset "$images" --split train --samples "$samples" "$@" \
  --store inputs --out "$out/train_inputs.h5"
"${launch[@]}" "$simplicit" capture "$network" --dataset "$images" --split test "$@" --store inputs --out "$out/test_inputs.h5"

say "2/3 Training and evaluating ${#shares[@]} models on $ranks rank(s)"
reports=()
for share in "${shares[@]}"; do
  model="$out/model_$share"
  "${launch[@]}" "$simplicit" train "$out/train_inputs.h5" --structure shared --keep "$share" \
    --report "$model.train.json" --out "$model.h5"
  "${launch[@]}" "$simplicit" evaluate "$model.h5" "$out/test_inputs.h5" --magnitude --report "$model.json"
  "$simplicit" export "$model.h5" --format onnx --out "$model.onnx"
  reports+=("$model.json")
done

say "3/3 Drawing accuracy against the share of parameters"
python3 "$repository/jobs/shares_table.py" "$out/accuracy" "${reports[@]}"
gnuplot "$out/accuracy.gp"
printf '\n  picture  %s\n' "$out/accuracy.png"
