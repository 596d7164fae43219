#!/usr/bin/env bash
# The whole story on FashionMNIST: trains a baseline network, records its states, trains implicit models that reproduce
# them (the plain convex problem, then a quarter and a tenth of the weights, refined), and scores them on the 10,000 test
# images beside the network pruned by magnitude. Leaves everything in demo/.
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
started=$SECONDS

# train_and_score NAME MODEL TRAIN EVALUATE SETTINGS...: the names of what it leaves in demo/.
train_and_score() {
  local model="$demo/$1" run="$demo/$2" scores="$demo/$3"
  shift 3
  "${launch[@]}" "$simplicit" train "$demo/train_states.h5" "$@" --report "$run" --out "$model"
  "${launch[@]}" "$simplicit" evaluate "$model" "$demo/test_states.h5" --report "$scores"
}

say "1/5 Training the baseline network 784-64-32-16-10"
"$simplicit" baseline --dataset "$dataset" --hidden 64,32,16 --epochs 20 --seed 3 --out "$demo/baseline.h5"

say "2/5 Recording its states on 5,000 training and 10,000 test images"
"$simplicit" capture "$demo/baseline.h5" --dataset "$dataset" --split train --samples 5000 --kappa 0.95 \
  --out "$demo/train_states.h5"
"$simplicit" capture "$demo/baseline.h5" --dataset "$dataset" --split test --kappa 0.95 --out "$demo/test_states.h5"

say "3/5 Training and scoring the implicit model on $ranks rank(s)"
train_and_score model.h5 train.json evaluate.json --lambda-rel 2e-4 --kappa 0.95

say "4/5 The same with a quarter and a tenth of the weights, refined"
train_and_score quarter.h5 train_quarter.json evaluate_quarter.json --keep 0.25
train_and_score tenth.h5 train_tenth.json evaluate_tenth.json --keep 0.1

say "5/5 Drawing the report"
"$simplicit" report "$demo/model.h5" "$demo/train.json" "$demo"/evaluate*.json --out "$demo/report"

python3 "$repository/jobs/result_table.py" "$((SECONDS - started))" \
  "plain l1:$demo/train.json:$demo/evaluate.json" \
  "refined, a quarter:$demo/train_quarter.json:$demo/evaluate_quarter.json" \
  "refined, a tenth:$demo/train_tenth.json:$demo/evaluate_tenth.json"
printf '\n  report page  %s\n' "$demo/report/index.html"
