#!/usr/bin/env bash
# A convolutional network from PyTorch, smaller than it came: takes a small residual network for FashionMNIST
# (jobs/networks, 9,930 parameters), keeps 50, 25, 10 and 5 % of its parameters in rows shared by all positions, and
# compares the networks with pruning by magnitude on the 10,000 test images. Leaves models, reports, ONNX files, a table
# and a picture in demo_conv/. KEEP="0.5 0.1" chooses other shares, SAMPLES=4000 the training images.
set -euo pipefail
# shellcheck source=jobs/setup.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

dataset=${DATASET:-/usr/share/datasets/fashion-mnist}
samples=${SAMPLES:-5000}
demo="$repository/demo_conv"
network="$repository/jobs/networks/fashion_resnet.onnx"
normalised=(--mean 0.286 --std 0.353) # what the network was trained with
read -ra shares <<<"${KEEP:-0.5 0.25 0.1 0.05}"

install_missing_packages
build_quietly release simplicit
prepare_launch
mkdir -p "$demo"
simplicit="$build/simplicit"
started=$SECONDS

say "1/3 Taking $samples training and 10,000 test images"
"${launch[@]}" "$simplicit" capture "$network" --dataset "$dataset" --split train --samples "$samples" \
  "${normalised[@]}" --store inputs --out "$demo/train_inputs.h5"
"${launch[@]}" "$simplicit" capture "$network" --dataset "$dataset" --split test \
  "${normalised[@]}" --store inputs --out "$demo/test_inputs.h5"

say "2/3 Training and evaluating ${#shares[@]} models on $ranks rank(s)"
reports=()
for share in "${shares[@]}"; do
  model="$demo/model_$share"
  "${launch[@]}" "$simplicit" train "$demo/train_inputs.h5" --structure shared --keep "$share" \
    --report "$model.train.json" --out "$model.h5"
  "${launch[@]}" "$simplicit" evaluate "$model.h5" "$demo/test_inputs.h5" --magnitude --report "$model.json"
  "$simplicit" export "$model.h5" --format onnx --out "$model.onnx"
  reports+=("$model.json")
done

say "3/3 Drawing accuracy against the share of parameters"
python3 "$repository/jobs/shares_table.py" "$demo/accuracy" "${reports[@]}"
gnuplot "$demo/accuracy.gp"
printf '\n  picture  %s\n  %s seconds\n' "$demo/accuracy.png" "$((SECONDS - started))"
