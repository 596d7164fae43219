"""Writes every STEP-th row of [A B] of a states file for the peers: export_rows.py states.h5 LAMBDA STEP DIRECTORY.
With --ours model.h5 prints our seconds and objective on those rows instead, from the model's rows group."""
import json
import os
import sys

import h5py
import numpy as np

states, penalty, step, directory = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
with h5py.File(states) as file:
    n = file["Z"].shape[1]
    chosen = np.arange(0, n, step)
    if len(sys.argv) == 6:
        with h5py.File(sys.argv[5]) as model:
            print(json.dumps({"rows": len(chosen), "seconds": float(model["rows/seconds"][:n][chosen].sum()),
                              "objective": float(model["rows/primal"][:n][chosen].sum())}))
        sys.exit()
    os.makedirs(directory, exist_ok=True)
    phi = np.concatenate([file["X"][:], file["U"][:]], axis=1).astype(np.float64)
    z = file["Z"][:].astype(np.float64)[:, chosen]
    np.asfortranarray(phi).T.tofile(f"{directory}/phi.bin")
    np.asfortranarray(z).T.tofile(f"{directory}/z.bin")
    np.savetxt(f"{directory}/sizes.txt", [phi.shape[0], phi.shape[1], len(chosen)], fmt="%d")
    np.savetxt(f"{directory}/lambda.txt", np.full(len(chosen), penalty))
