"""made_states.py FILE SAMPLES STATES INPUTS OUTPUTS SEED: a states file of a made-up implicit model, so that rows
take long enough to be interrupted."""
import sys

import h5py
import numpy as np

path = sys.argv[1]
m, n, p, q, seed = map(int, sys.argv[2:])
random = np.random.default_rng(seed)
A = np.triu(random.normal(size=(n, n)), 1)
A *= 0.9 / np.abs(A).sum(axis=1).max()
B, C, D = random.normal(size=(n, p)), random.normal(size=(q, n)), random.normal(size=(q, p))
U = random.uniform(size=(p, m))
X = np.zeros((n, m))
for _ in range(60):
    Z = A @ X + B @ U
    X = np.maximum(Z, 0)
Y = C @ X + D @ U
with h5py.File(path, "w") as file:
    file.attrs.update({"format": "simplicit-states", "format_version": 1, "activation": "relu", "bias": 0})
    for name, value in dict(U=U, X=X, Z=Z, Y=Y).items():
        file[name] = value.T.astype(np.float32)
