"""export.py MODEL STATES OUTPUTS: checks what `simplicit export` wrote beside them against the HDF5 files."""
import sys

import h5py
import numpy as np
import scipy.io
import scipy.sparse

model, states = (h5py.File(path) for path in sys.argv[1:3])
outputs = h5py.File(sys.argv[3])["Y"][:]


def same(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and a.nnz == b.nnz and (a != b).nnz == 0


for name in "ABCD":
    group = model[name]
    stored = scipy.sparse.csr_matrix((group["data"][:], group["indices"][:], group["indptr"][:]), group.attrs["shape"])
    assert same(stored, scipy.sparse.load_npz(f"matrices/{name}.npz")), name
    assert same(stored, scipy.io.mmread(f"market/{name}.mtx").tocsr()), name
extra = np.load("matrices/model.npz")
assert extra["activation"].item() == model.attrs["activation"]
assert extra["bias"].dtype == bool and extra["bias"] == bool(model.attrs["bias"])
assert extra["kappa"] == model.attrs["kappa"] and np.array_equal(extra["state_scale"], model["state_scale"][:])

archive = np.load("states.npz")
names = {"U", "X", "Z", "Y", "labels", "state_scale", "layer_sizes", "activation", "bias"}
assert set(archive.files) == names, archive.files
for name in names - {"activation", "bias"}:
    stored = states[name][:]
    assert np.array_equal(archive[name], stored) and archive[name].shape == stored.shape, name
    assert name in ("labels", "layer_sizes") or archive[name].dtype == stored.dtype, name
assert archive["activation"].item() == states.attrs["activation"]
