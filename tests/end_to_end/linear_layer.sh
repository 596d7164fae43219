#!/usr/bin/env bash
# One linear layer of another framework, from its inputs and outputs alone: by the guide's hook where PyTorch is
# installed, else as numpy gives them.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py

sed -n '/<!-- layer -->/,/<!-- end -->/p' "$SOURCE_DIR/docs/guide.md" | sed '/^<!--/d; /^```/d' >hook.py
expect "the hook is between its markers" grep -q register_forward_hook hook.py
expect "the hook is short" test "$(grep -c . hook.py)" -le 12
"$python" - <<'STATES'
import h5py, numpy as np
rng = np.random.default_rng(1)
mixing = rng.normal(size=(24, 24)) * 0.7 ** np.arange(24)
W, b = rng.normal(size=(12, 24)).astype("f4"), rng.normal(size=12).astype("f4")
samples = np.maximum(rng.normal(size=(900, 24)) @ mixing, -1).astype("f4")
try:
    import torch
    from hook import record
    layer = torch.nn.Linear(24, 12)
    layer.load_state_dict({"weight": torch.from_numpy(W), "bias": torch.from_numpy(b)})
    batches = torch.from_numpy(samples).reshape(9, 10, 10, 24)  # batches of 10 sequences of 10
    record(layer, batches, torch.nn.Sequential(layer, torch.nn.ReLU()), "layer.h5")
    with h5py.File("layer.h5") as file: assert np.array_equal(file["U"], samples) and file.attrs["bias"] == 1
except ModuleNotFoundError:
    with h5py.File("layer.h5", "w") as file:
        file["U"], file["Y"], file.attrs["bias"] = samples, samples @ W.T + b, 1
np.savez("layer.npz", W=W, b=b)
STATES

succeed 1 train layer.h5 --structure shared --keep 1 --out all.h5
succeed 2 train layer.h5 --structure shared --keep 0.5 --out half.h5 --report half.json
succeed 1 train layer.h5 --structure shared --keep 0.5 --pattern 2:4 --out pattern.h5
succeed 1 evaluate half.h5 layer.h5 --report evaluate.json
"$python" - <<'CHECK'
import json, h5py, numpy as np
known = np.load("layer.npz")
def weights(path):
    with h5py.File(path) as file:
        group, W = file["layers/000"], np.zeros(known["W"].shape)
        at = group["W"]
        for i in range(len(W)):
            span = slice(at["indptr"][i], at["indptr"][i + 1])
            W[i, at["indices"][span]] = at["data"][span]
        return W, group["bias"][:]
W, b = weights("all.h5")
# The ridge of 1e-8 of a refit moves the weights of inputs that hardly vary, and the outputs not at all.
assert np.abs(W - known["W"]).max() < 1e-3 and np.abs(b - known["b"]).max() < 1e-4
with h5py.File("layer.h5") as file: U, Y = file["U"][:].astype(float), file["Y"][:].astype(float)
def error(W, b): return np.linalg.norm(U @ W.T + b - Y) / np.linalg.norm(Y)
assert error(W, b) < 1e-6
half, b = weights("half.h5")
assert 0.45 * 300 < np.count_nonzero(half) + np.count_nonzero(b) <= 150
pruned = np.where(np.abs(known["W"]) >= np.sort(np.abs(known["W"]), axis=None)[-138], known["W"], 0)
print("relative error", error(half, b), "by magnitude", error(pruned, known["b"]))
assert error(half, b) < 0.7 * error(pruned, known["b"])
assert abs(json.load(open("evaluate.json"))["output_error"] - error(half, b)) < 1e-5
two_of_four, _ = weights("pattern.h5")
assert (np.count_nonzero(two_of_four.reshape(12, 6, 4), axis=2) <= 2).all()
CHECK

"$python" -c 'import h5py
with h5py.File("layer.h5") as file, h5py.File("few.h5", "w") as few:
    few["U"], few["Y"], few.attrs["bias"] = file["U"][:20], file["Y"][:20], 1'
refuse 1 "too few" train few.h5 --structure shared --keep 0.5 --out few_model.h5
absent few_model.h5
finish
