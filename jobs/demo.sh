#!/usr/bin/env bash
# The whole story on FashionMNIST: trains a baseline network, records its states, trains the sparse implicit
# model that reproduces them, and evaluates it on the 10,000 test images. Leaves everything in demo/.
set -euo pipefail
# shellcheck source=jobs/setup.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

dataset=${DATASET:-/usr/share/datasets/fashion-mnist}
demo="$repository/demo"

install_missing_packages
build_quietly release simplicit
prepare_launch
mkdir -p "$demo"
simplicit="$build/simplicit"

say "1/5 Training the baseline network 784-64-32-16-10"
"$simplicit" baseline --dataset "$dataset" --hidden 64,32,16 --epochs 20 --seed 3 --out "$demo/baseline.h5"

say "2/5 Recording its states on 5,000 training and 10,000 test images"
"$simplicit" capture "$demo/baseline.h5" --dataset "$dataset" --split train --samples 5000 --kappa 0.95 \
  --out "$demo/train_states.h5"
"$simplicit" capture "$demo/baseline.h5" --dataset "$dataset" --split test --kappa 0.95 --out "$demo/test_states.h5"

say "3/5 Training the implicit model on $ranks rank(s)"
"${launch[@]}" "$simplicit" train "$demo/train_states.h5" --lambda-rel 2e-4 --kappa 0.95 \
  --report "$demo/train.json" --out "$demo/model.h5"

say "4/5 Evaluating it on the test images"
"${launch[@]}" "$simplicit" evaluate "$demo/model.h5" "$demo/test_states.h5" \
  --report "$demo/evaluate.json"

say "5/5 Drawing the report"
"$simplicit" report "$demo/model.h5" "$demo/train.json" "$demo/evaluate.json" --out "$demo/report"

python3 "$repository/jobs/result_table.py" "$demo/train.json" "$demo/evaluate.json" "$SECONDS" baseline weights
printf '\n  report page  %s\n' "$demo/report/index.html"
