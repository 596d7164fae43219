#!/usr/bin/env bash
# A convolutional network, smaller than it came: the same figures and bits at any number of ranks, the exported ONNX file
# as OpenCV runs it, the kernels as scipy reads them, and the network written out for every position.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
need_h5py
"$python" -c 'import scipy' 2>/dev/null || skip "python3-scipy is not installed"
network=$SOURCE_DIR/jobs/networks/fashion_resnet.onnx
images=(--dataset "$dataset" --mean 0.286 --std 0.353)

run 1 capture "$network" "${images[@]}" --split train --samples 1000 --store inputs --out train.h5
! grep -q 'does not read ONNX' err || skip "this build does not read ONNX"
expect "inputs are captured" test "$status" -eq 0
succeed 1 capture "$network" "${images[@]}" --split test --samples 700 --store inputs --out test.h5
succeed 2 train train.h5 --structure shared --keep 0.25 --report train.json --out model.h5
for ranks in 1 2 3; do
  succeed $ranks evaluate model.h5 test.h5 --magnitude --report "evaluate_$ranks.json"
  succeed $ranks predict model.h5 test.h5 --out "outputs_$ranks.h5"
done
succeed 1 export model.h5 --format onnx --out sparse.onnx
succeed 1 capture sparse.onnx "${images[@]}" --split test --samples 700 --store inputs --out opencv.h5
succeed 1 export model.h5 --format npz --out kernels
succeed 1 export model.h5 --format npz --expand --out expanded
succeed 1 export model.h5 --format mtx --expand --out expanded_mtx
succeed 1 info model.h5
succeed 1 report model.h5 train.json evaluate_1.json --out page
for name in model.h5 "What every layer keeps" "pruned by magnitude"; do
  expect "the page of a model with shared rows says $name" grep -q "$name" page/index.html
done
if command -v gnuplot >/dev/null; then
  expect "its layers are drawn" test -s page/model-shared-1-layers.png -a -s page/model-shared-1-rows.png
fi
"$python" "$SOURCE_DIR/tests/end_to_end/shared_rows.py"

for ranks in 1 2; do
  succeed $ranks path train.h5 --test test.h5 --structure shared --keep 0.5,0.25 --out "path_$ranks.h5"
done
expect "the path says what was asked for and the network pruned as far" grep -q 'to keep .*by magnitude' out
"$python" - <<'END' || failed "the points of the path are not the models that train makes"
import csv, json
points = [list(csv.DictReader(open(f"path_{ranks}.csv"))) for ranks in (1, 2)]
for of_one, of_two in zip(*points, strict=True):
    of_one.pop("seconds"), of_two.pop("seconds")
    assert of_one == of_two, (of_one, of_two)
alone = json.load(open("evaluate_1.json"))
for column, key in (("accuracy",) * 2, ("kept",) * 2, ("nonzeros",) * 2, ("pruned_accuracy", "magnitude_accuracy")):
    assert float(points[0][1][column]) == alone[key], (column, points[0][1][column], alone[key])
END
succeed 1 path train.h5 --test test.h5 --structure shared --steps 2 --lambda-rel-from 1e-2 --lambda-rel-to 1e-3 --out penalties.h5
succeed 1 info penalties.h5
succeed 1 report path_1.h5 penalties.h5 model.h5 evaluate_1.json --out paths
succeed 1 plan train.json --ranks 1,2,64 --report plan.json
succeed 2 plan train.h5 --structure shared --keep 0.25 --ranks 1,4
expect "the plan speaks of samples and rows" grep -q 'samples, s *rows, s' out
"$python" -c 'import json
of_run, plan = json.load(open("train.json")), json.load(open("plan.json"))["predictions"][1]
measured = of_run["seconds"]["read"] + sum(of_run["seconds"][part] for part in ("samples", "rows", "between"))
assert abs(plan["seconds"]["total"] - measured) < 1e-9 * measured, (plan, measured)' || failed "a run is not planned as it was measured"
refuse 1 "--rows" plan train.json --rows 100
refuse 2 "is missing" plan train.json evaluate_1.json

refuse 2 "exclude each other" path train.h5 --test test.h5 --structure shared --keep 0.5 --steps 3 --out other.h5
refuse 2 "--structure shared" path train.h5 --test test.h5 --keep 0.5 --out other.h5
refuse 1 "--checkpoint" path train.h5 --test test.h5 --structure shared --keep 0.5 --checkpoint journal --out other.h5
refuse 1 "must be above 0" path train.h5 --test test.h5 --structure shared --keep 0.5,0 --out other.h5
absent other.h5
absent journal

refuse 2 "shared rows" evaluate model.h5 test.h5 --attack fgsm
refuse 1 "--expand" export model.h5 --format mtx --out other
absent other
refuse 1 "--expand" export model.h5 --format onnx --expand --out other.onnx
absent other.onnx
refuse 1 "shared rows" export model.h5 --format onnx --iterations 3 --out other.onnx
finish
