"""take_rows.py STATES PARTS ALL OUT: a states file with PARTS/ALL of the rows of STATES and the same features.

The states whose rows are left out become inputs, so Phi = [X' U'] keeps its columns (in another order) and a row costs
what it did: for weak scaling, where the rows grow with the ranks. Rows are taken evenly over all layers."""
import sys

import h5py
import numpy as np


def evenly(count, parts, whole):
    """Every whole/parts-th index, at least one."""
    kept = max(1, round(count * parts / whole))
    return np.unique(np.linspace(0, count - 1, kept).round().astype(int))


def main(source, parts, whole, target):
    with h5py.File(source, "r") as states, h5py.File(target, "w") as taken:
        n, q = states["X"].shape[1], states["Y"].shape[1]
        rows, outputs = evenly(n, parts, whole), evenly(q, parts, whole)
        others = np.setdiff1d(np.arange(n), rows)
        X = states["X"][()]
        taken["X"] = X[:, rows]
        taken["U"] = np.hstack([X[:, others], states["U"][()]])
        taken["Z"] = states["Z"][()][:, rows]
        taken["Y"] = states["Y"][()][:, outputs]
        for name in ("activation", "bias"):
            if name in states.attrs:
                taken.attrs[name] = states.attrs[name]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
