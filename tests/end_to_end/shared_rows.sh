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
"$python" "$SOURCE_DIR/tests/end_to_end/shared_rows.py"

refuse 2 "shared rows" evaluate model.h5 test.h5 --attack fgsm
refuse 1 "--expand" export model.h5 --format mtx --out other
absent other
refuse 1 "--expand" export model.h5 --format onnx --expand --out other.onnx
absent other.onnx
refuse 1 "shared rows" export model.h5 --format onnx --iterations 3 --out other.onnx
finish
