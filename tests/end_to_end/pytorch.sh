#!/usr/bin/env bash
# The guide's way from PyTorch to scipy, as it stands: the network's export, the commands and the reading of the model.
# Beside it PyTorch runs the network itself, and the states file must hold what it gives.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
need_h5py
"$python" -c 'import torch' 2>/dev/null || skip "python3-torch is not installed"
"$python" -c 'import scipy' 2>/dev/null || skip "python3-scipy is not installed"

# between BEGIN END: the guide's lines between the markers <!-- BEGIN --> and <!-- END -->
between() { sed -n "/<!-- $1 -->/,/<!-- $2 -->/p" "$SOURCE_DIR/docs/guide.md"; }
between torch end | sed '/^<!--/d; /^```/d' >network.py
between torch scipy | sed '1,/<!-- end -->/d' | sed -n 's/^    //p' >commands.sh
between scipy end | sed '/^<!--/d; /^```/d' >matrices.py
expect "the network is between its markers" grep -q 'torch.onnx.export' network.py
expect "the commands are between the snippets" grep -q 'simplicit capture net.onnx' commands.sh
expect "the matrices are between their markers" grep -q 'scipy.sparse.csr_matrix' matrices.py

"$python" - "$dataset" <<'OUTPUTS'
import gzip, runpy, sys, numpy as np, torch
torch.manual_seed(1)
model = runpy.run_path("network.py")["model"]
raw = gzip.open(sys.argv[1] + "/t10k-images-idx3-ubyte.gz").read()
pixels = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 28, 28)
with torch.no_grad():
    inputs = (torch.from_numpy(pixels / 255) - 0.286) / 0.353
    hidden = model.double()[0](inputs)
    np.savez("network.npz", U=inputs.flatten(1), Z=hidden.flatten(1), X=hidden.relu().flatten(1), Y=model(inputs))
OUTPUTS

run 1 capture net.onnx --dataset "$dataset" --split test --samples 1 --out probe.h5
! grep -q 'does not read ONNX' err || skip "this build does not read ONNX"
status=0
PATH="$(dirname "$SIMPLICIT"):$PATH" images=$dataset bash -euo pipefail commands.sh >out 2>err </dev/null || status=$?
expect "the commands run" test "$status" -eq 0
cp out told
status=0
"$python" matrices.py >out 2>err || status=$?
expect "scipy reads the model" test "$status" -eq 0
"$python" - <<'CHECK'
import re, h5py, numpy as np
expected = np.load("network.npz")
with h5py.File("test_states.h5") as states:
    assert set(states["state_scale"][:]) == {1}
    for name, width in {"U": 784, "Z": 576, "X": 576, "Y": 10}.items():
        assert states[name].shape == expected[name].shape == (10000, width), states[name].shape
        error = np.abs(states[name][:] - expected[name]).max() / np.abs(expected[name]).max()
        assert error < 1e-5, (name, error)
nonzeros, norm = open("out").read().split()
told = open("told").read()
assert "rows solved            586 of 586" in told, told  # 4 x 12 x 12 states, 10 outputs
assert re.search(rf"^  nonzeros +{nonzeros} \(A 0,", told, re.M), (nonzeros, told)
assert float(norm) == 0, norm  # one hidden layer, feed-forward
CHECK
finish
