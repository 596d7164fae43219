#!/usr/bin/env bash
# A slice of the real thing, from the images to the report page, at 1, 2, 3 and 4 ranks with the same bits.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
need_h5py
compare() { "$python" "$SOURCE_DIR/tests/end_to_end/compare.py" "$1" "$2"; }

succeed 1 baseline --dataset "$dataset" --hidden 32,16 --epochs 1 --seed 3 --out baseline.h5
for ranks in 1 2 3 4; do
  succeed "$ranks" capture baseline.h5 --dataset "$dataset" --split train --samples 700 --kappa 0.95 --out "states $ranks.h5"
  expect "states alike on 1 and $ranks ranks" compare "states 1.h5" "states $ranks.h5"
done
succeed 2 capture baseline.h5 --dataset "$dataset" --split test --samples 500 --kappa 0.95 --out test.h5

for ranks in 1 2 3 4; do
  succeed "$ranks" train "states 1.h5" --lambda-rel 1e-4 --report "train $ranks.json" --out "model $ranks.h5"
  expect "models alike on 1 and $ranks ranks" compare "model 1.h5" "model $ranks.h5"
  expect "train reports alike on 1 and $ranks ranks" compare "train 1.json" "train $ranks.json"

  succeed "$ranks" evaluate "model 1.h5" test.h5 --report "evaluate $ranks.json"
  expect "evaluate reports alike on 1 and $ranks ranks" compare "evaluate 1.json" "evaluate $ranks.json"

  succeed "$ranks" predict "model 1.h5" test.h5 --out "outputs $ranks.h5"
  expect "outputs alike on 1 and $ranks ranks" compare "outputs 1.h5" "outputs $ranks.h5"

  succeed "$ranks" info "model 1.h5"
  expect "info told once on $ranks ranks" test -s out
done

# Every row is proven, A is in the ball, and a page shows it.
"$python" - <<'CHECK'
import json, h5py, numpy as np
report, scores = json.load(open("train 1.json")), json.load(open("evaluate 1.json"))
assert report["rows"] == report["solved"] == 58, report
assert 0 <= report["max_relative_gap"] <= 1e-6, report
assert report["norm_a_inf"] <= 0.95 * (1 + 1e-12), report
assert scores["samples"] == 500 and scores["accuracy"] > 0.5 and scores["agreement"] > 0.6, scores
assert scores["fixed_point"]["error_bound"] <= 1e-4, scores
with h5py.File("model 1.h5") as model:
    assert model["rows/relative_gap"].shape == (58,)
    assert np.all(model["rows/relative_gap"][:] <= 1e-6)
    nonzeros = sum(model[f"{name}/data"].shape[0] for name in "ABCD")
assert abs(report["kept"] - nonzeros / (784 * 32 + 32 * 16 + 16 * 10)) < 1e-12, report
CHECK

succeed 2 report "model 1.h5" "train 1.json" "evaluate 1.json" --out page
expect "the page is written" grep -q '<h1>' page/index.html
if command -v gnuplot >/dev/null; then
  for picture in model-1-matrices model-1-rows training-1-ranks; do
    expect "$picture.png is drawn" test -s "page/$picture.png"
  done
fi
mkdir no_gnuplot
ln -s "$(command -v ssh || command -v rsh)" no_gnuplot/ # MPI wants to find it, even to start one process
status=0
PATH=$scratch/no_gnuplot "$SIMPLICIT" report "model 1.h5" --out "bare page" >out 2>err || status=$?
expect "report ends well without gnuplot" test "$status" -eq 0
expect "the page is written without gnuplot too" grep -q 'gnuplot pictures.gnuplot' "bare page/index.html"
finish
