#!/usr/bin/env bash
# A convolutional network from PyTorch: records the 4,704 states of a small residual network (jobs/networks) on
# FashionMNIST, trains the sparse implicit model that reproduces them, and evaluates it on the 10,000 test images.
# Leaves everything in demo_conv/. KEEP=0.5 chooses the share of the network's connections to keep.
set -euo pipefail
# shellcheck source=jobs/setup.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

dataset=${DATASET:-/usr/share/datasets/fashion-mnist}
keep=${KEEP:-0.5}
samples=${SAMPLES:-6000}
demo="$repository/demo_conv"
network="$repository/jobs/networks/fashion_resnet.onnx"
normalised=(--mean 0.286 --std 0.353) # what the network was trained with

install_missing_packages
build_quietly release simplicit
prepare_launch
mkdir -p "$demo"
simplicit="$build/simplicit"
started=$SECONDS

say "1/4 Recording its states on $samples training and 10,000 test images"
"${launch[@]}" "$simplicit" capture "$network" --dataset "$dataset" --split train --samples "$samples" \
  "${normalised[@]}" --out "$demo/train_states.h5"
"${launch[@]}" "$simplicit" capture "$network" --dataset "$dataset" --split test \
  "${normalised[@]}" --out "$demo/test_states.h5"

say "2/4 Training the implicit model with $keep of the connections on $ranks rank(s)"
"${launch[@]}" "$simplicit" train "$demo/train_states.h5" --standardize --keep "$keep" --refine 1 --tol 1e-4 \
  --report "$demo/train.json" --out "$demo/model.h5"

say "3/4 Evaluating it on the test images"
"${launch[@]}" "$simplicit" evaluate "$demo/model.h5" "$demo/test_states.h5" --report "$demo/evaluate.json"

say "4/4 Drawing the report"
"$simplicit" report "$demo/model.h5" "$demo/train.json" "$demo/evaluate.json" --out "$demo/report"

python3 "$repository/jobs/result_table.py" "$((SECONDS - started))" "implicit model:$demo/train.json:$demo/evaluate.json"
printf '\n  report page  %s\n' "$demo/report/index.html"
