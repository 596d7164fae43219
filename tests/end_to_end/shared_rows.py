"""Checks what shared_rows.sh wrote."""

import json

import h5py
import numpy as np
import scipy.io
import scipy.sparse

scores = [json.load(open(f"evaluate_{ranks}.json")) for ranks in (1, 2, 3)]
for score in scores:
    assert score["kernels"] == "own" and score["samples"] == 700, score
    assert 0 < score["seconds"]["sample"] < 0.1 and score["seconds"]["inference"] <= score["seconds"]["total"], score
    for key in ("accuracy", "baseline_accuracy", "magnitude_accuracy", "agreement", "output_error", "nonzeros"):
        assert score[key] == scores[0][key], (key, score[key], scores[0][key])
score = scores[0]
assert score["baseline_parameters"] == 9930 and score["nonzeros"] <= 0.25 * 9930 == 2482.5, score
assert score["accuracy"] > 0.8 > 0.5 > score["magnitude_accuracy"], score
assert score["baseline_accuracy"] > 0.88, score

outputs = [h5py.File(f"outputs_{ranks}.h5")["Y"][:] for ranks in (1, 2, 3)]
assert all(np.array_equal(outputs[0], other) for other in outputs[1:])
with h5py.File("opencv.h5") as file:
    by_opencv, labels = file["Y"][:], file["labels"][:]
assert np.abs(outputs[0] - by_opencv).max() < 1e-4 * np.abs(by_opencv).max()
right = outputs[0].argmax(1) == labels
assert np.isclose(right.mean(), score["accuracy"])
assert [of["class"] for of in score["classes"]] == list(range(10)), score["classes"]
for of in score["classes"]:
    assert of["samples"] == (labels == of["class"]).sum()
    assert np.isclose(of["accuracy"], right[labels == of["class"]].mean()), of

# The kernels are those of the model file, and all that it counts.
count = 0
with h5py.File("model.h5") as file:
    for i, name in enumerate(sorted(file["layers"])):
        group = file[f"layers/{name}"]
        W = scipy.sparse.load_npz(f"kernels/{i:03}.npz")
        archive = np.load(f"kernels/{i:03}.npz")
        assert np.array_equal(W.data, group["W/data"][:]) and W.shape == tuple(group["W"].attrs["shape"])
        assert str(archive["name"]) == group.attrs["name"]
        bias = group["bias"][:] if "bias" in group else np.zeros(0)
        assert np.array_equal(archive["bias"], bias)
        count += W.nnz + np.count_nonzero(bias)
assert count == score["nonzeros"], (count, score["nonzeros"])

# The network written out: states follow one from the other, the last first.
A, B, C, D = (scipy.sparse.load_npz(f"expanded/{name}.npz").tocsr() for name in "ABCD")
for name, matrix in zip("ABCD", (A, B, C, D)):
    other = scipy.io.mmread(f"expanded_mtx/{name}.mtx").tocsr()
    assert abs(other - matrix).sum() == 0, name
assert A.shape[0] == 4704 and scipy.sparse.tril(A).nnz == 0
with h5py.File("test.h5") as file:
    inputs = file["U"][:20].astype(float)
u = np.hstack([inputs, np.ones((20, 1))]).T
x = np.zeros((A.shape[0], 20))
for _ in range(12):  # more than the network has layers
    x = np.maximum(A @ x + B @ u, 0)
y = C @ x + D @ u
assert np.abs(y - outputs[0][:20].T).max() < 1e-4 * np.abs(y).max(), np.abs(y - outputs[0][:20].T).max()
