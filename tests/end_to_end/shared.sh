#!/usr/bin/env bash
# The demo's convolutional network at a tenth and a quarter of its parameters, with rows shared by all positions, and
# what such training refuses.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
need_h5py
network="$SOURCE_DIR/jobs/networks/fashion_resnet.onnx"
normalised=(--mean 0.286 --std 0.353)

succeed 2 capture "$network" --dataset "$dataset" --split train --samples 1500 "${normalised[@]}" --store inputs --out train.h5
succeed 1 capture "$network" --dataset "$dataset" --split test --samples 2000 "${normalised[@]}" --store inputs --out test.h5
"$python" - <<'CHECK'
import h5py
with h5py.File("train.h5") as states:
    assert "X" not in states and "Z" not in states and states["network"].dtype == "uint8", list(states)
    assert states.attrs["baseline_parameters"] == 9930
CHECK

for ranks in 1 2; do
  succeed "$ranks" train train.h5 --structure shared --keep 0.25 --out "quarter $ranks.h5" --report "quarter $ranks.json"
done
"$python" - <<'CHECK'
import h5py, json, numpy
def weights(path):
    with h5py.File(path) as model:
        assert model.attrs["structure"] == "shared" and model.attrs["format_version"] == 2
        found = {}
        model["layers"].visititems(lambda name, at: found.update({name: at[()]}) if isinstance(at, h5py.Dataset) else None)
        return found
one, two = weights("quarter 1.h5"), weights("quarter 2.h5")
for name in one:
    if not name.endswith("seconds"): assert (one[name] == two[name]).all(), name
kept = sum((v != 0).sum() for n, v in one.items() if n.endswith("W/data") or n.endswith("bias"))
assert 0.245 * 9930 <= kept <= 0.25 * 9930, kept
report = json.load(open("quarter 1.json"))
assert report["nonzeros"] == kept and report["solved"] == report["rows"] == 82, report
assert report["max_relative_gap"] < 1e-6
CHECK
succeed 1 evaluate "quarter 1.h5" test.h5 --report evaluate.json
"$python" -c 'import json; a = json.load(open("evaluate.json"))["accuracy"]; assert a > 0.83, a'
succeed 2 train train.h5 --structure shared --lambda-rel 1e-3 --out penalised.h5
succeed 1 info penalised.h5
expect "info knows shared rows" grep -q shared out

succeed 1 baseline --dataset "$dataset" --hidden 16,8 --epochs 1 --seed 3 --out baseline.h5
succeed 1 capture baseline.h5 --dataset "$dataset" --split train --samples 1000 --store inputs --out mlp.h5
succeed 2 train mlp.h5 --structure shared --keep 0.2 --out mlp_model.h5

for ranks in 1 2; do
  refuse "$ranks" "neither X nor Z" train train.h5 --lambda-rel 1e-3 --out new.h5
  refuse "$ranks" --refine train train.h5 --structure shared --keep 0.2 --refine 2 --out new.h5
  refuse "$ranks" --kappa train train.h5 --structure shared --keep 0.2 --kappa 0.5 --out new.h5
done
absent "$scratch/new.h5"
finish
