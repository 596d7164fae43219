"""scikit-learn's Lasso on its precomputed Gram matrix: the same rows without the ball. Argument: the directory that
export_rows.py wrote; prints seconds and the objective as JSON."""
import json
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import Lasso

directory = sys.argv[1]
m, d, rows = np.loadtxt(f"{directory}/sizes.txt", dtype=int)
phi = np.fromfile(f"{directory}/phi.bin").reshape(d, m).T
z = np.fromfile(f"{directory}/z.bin").reshape(rows, m).T
penalties = np.atleast_1d(np.loadtxt(f"{directory}/lambda.txt"))
warnings.simplefilter("ignore")
start = time.perf_counter()
gram = phi.T @ phi
objective = 0.0
unconverged = 0
for i in range(rows):
    lasso = Lasso(alpha=penalties[i] / m, precompute=gram, fit_intercept=False, tol=1e-8, max_iter=10000)
    lasso.fit(phi, z[:, i])
    w = lasso.coef_
    unconverged += lasso.n_iter_ >= 10000
    objective += 0.5 * np.sum((z[:, i] - phi @ w) ** 2) + penalties[i] * np.abs(w).sum()
print(json.dumps({"peer": "scikit-learn", "rows": int(rows), "seconds": round(time.perf_counter() - start, 3),
                  "objective": objective, "not_converged": int(unconverged)}))
