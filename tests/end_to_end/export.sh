#!/usr/bin/env bash
# Models and states exported, and opened again by scipy, numpy and OpenCV's dnn.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py
need_dataset
"$python" -c 'import scipy' 2>/dev/null || skip "python3-scipy is not installed"
checks="$SOURCE_DIR/tests/end_to_end"

# Whether this build has an optional format; one without it must say how to get it.
has_format() {
  run 1 export model.h5 --format "$1" --out probe
  if [ "$status" -eq 0 ]; then rm -rf probe; return 0; fi
  refuse 1 "$2=ON" export model.h5 --format "$1" --out probe
  absent probe
  return 1
}

# matches GRAPH BATCH: OpenCV computes what predict does.
matches() {
  [ "$opencv" = yes ] || return 0
  expect "OpenCV computes the same from $1, $2 at a time" \
    "$python" "$checks/export_onnx.py" "$1" states.h5 outputs.h5 "$2"
}

opencv=yes
"$python" -c 'import cv2, onnx' 2>/dev/null || opencv="python3-opencv or python3-onnx is not installed"

for bias in "" --bias; do
  # shellcheck disable=SC2086 # no word when empty
  succeed 1 baseline --dataset "$dataset" --hidden 12,8 --epochs 1 --seed 3 $bias --out base.h5
  succeed 1 capture base.h5 --dataset "$dataset" --split test --samples 500 --kappa 0.9 --out states.h5
  succeed 2 train states.h5 --lambda-rel 1e-6 --kappa 0.9 --out model.h5
  succeed 1 predict model.h5 states.h5 --fixed-point-tol 1e-9 --out outputs.h5
  has_format npz SIMPLICIT_WITH_NPZ || skip "this build does not write npz files"
  has_format onnx SIMPLICIT_WITH_ONNX || opencv="this build does not write ONNX"

  succeed 1 export model.h5 --format npz --out matrices
  succeed 2 export model.h5 --format mtx --out market
  succeed 1 export states.h5 --format npz --out states.npz
  expect "what was exported equals what is stored" "$python" "$checks/export.py" model.h5 states.h5 outputs.h5
  cp states.npz again.npz
  succeed 2 export states.h5 --format npz --out again.npz
  expect "the same input gives the same file" cmp states.npz again.npz

  [ "$opencv" = yes ] || continue
  succeed 1 export model.h5 --format onnx --out open.onnx
  expect "the proven error is told" grep -q 'of the iterations at most' out
  succeed 2 export model.h5 --format onnx --batch 50 --out fixed.onnx
  matches open.onnx 500
  matches open.onnx 1
  matches fixed.onnx 50
  succeed 1 train states.h5 --lambda-rel 1e-3 --kappa 0.9 --structure feedforward --out forward.h5
  succeed 1 predict forward.h5 states.h5 --fixed-point-tol 1e-9 --out outputs.h5
  succeed 1 export forward.h5 --format onnx --out forward.onnx
  expect "feed-forward structure is exact" grep -q '2 iterations, exact' out
  matches forward.onnx 500
done

refuse 2 nothing.h5 export nothing.h5 --format npz --out refused.x
refuse 1 --format export model.h5 --out refused.x
refuse 1 format export model.h5 --format tar --out refused.x
refuse 1 'belong to --format onnx' export model.h5 --format npz --batch 3 --out refused.x
refuse 1 'not both' export model.h5 --format onnx --iterations 3 --fixed-point-tol 1e-3 --out refused.x
refuse 1 --iterations export model.h5 --format onnx --iterations 0 --out refused.x
refuse 1 --fixed-point-tol export model.h5 --format onnx --fixed-point-tol nan --out refused.x
refuse 1 --input-bound export model.h5 --format onnx --input-bound -1 --out refused.x
refuse 1 --batch export model.h5 --format onnx --batch 0 --out refused.x
refuse 2 '--format npz' export states.h5 --format mtx --out refused.x
refuse 1 'cannot be made a directory' export model.h5 --format npz --out base.h5
refuse 1 'is a directory' export states.h5 --format npz --out market
refuse 1 'does not exist' export model.h5 --format onnx --out nowhere/refused.x
refuse 1 'which the command reads' export model.h5 --format onnx --out model.h5
refuse 1 'which the command reads' export states.h5 --format npz --out states.h5
cp model.h5 market/B.mtx
refuse 1 'which the command reads' export market/B.mtx --format mtx --out market
refuse 1 base.h5 export base.h5 --format npz --out refused.x
absent refused.x
[ "$opencv" = yes ] || skip "$opencv: the ONNX graphs were not run"
finish
