"""Optimal values by scipy, which knows nothing of active sets or duality gaps.

    scipy_optima.py make states.h5 SAMPLES SEED
    scipy_optima.py check states.h5 model.h5 KAPPA OBJECTIVE [PARAMETER...]

`check` compares every row's value in the model, recomputed from its weights, with the minimum over w = u - v with u, v >=
0, found by linear programming (min-norm with delta 0) or sequential quadratic programming (everything else)."""
import sys

import h5py
import numpy as np
from scipy.optimize import linprog, minimize
from scipy.sparse import csr_matrix

STATES, INPUTS, OUTPUTS = 5, 7, 2


def make(path, samples, seed):
    """States of a known implicit model with biases, so that matching exactly is possible."""
    rng = np.random.default_rng(seed)
    U = rng.uniform(size=(samples, INPUTS))
    A = rng.normal(size=(STATES, STATES)) * (rng.uniform(size=(STATES, STATES)) < 0.5)
    A *= 0.8 / np.abs(A).sum(axis=1, keepdims=True).clip(0.1)
    B, b = rng.normal(size=(STATES, INPUTS)), 0.3
    X = np.zeros((samples, STATES))
    for _ in range(400):
        Z = X @ A.T + U @ B.T + b
        X = np.maximum(Z, 0)
    Y = X @ rng.normal(size=(STATES, OUTPUTS)) + U @ rng.normal(size=(INPUTS, OUTPUTS)) + 0.1
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "simplicit-states", "format_version": 1, "activation": "relu", "bias": 1})
        file["U"], file["X"], file["Z"], file["Y"] = U, X, Z, Y


def problem(path):
    with h5py.File(path) as file:
        phi = np.hstack([file["X"][:], file["U"][:], np.ones((len(file["U"]), 1))])
        return phi, np.hstack([file["Z"][:], file["Y"][:]])


def weights(path):
    def block(file, name):
        group = file[name]
        data = (group["data"][:], group["indices"][:], group["indptr"][:])
        return csr_matrix(data, shape=tuple(group.attrs["shape"])).toarray()
    with h5py.File(path) as file:
        ab = np.hstack([block(file, "A"), block(file, "B")])
        return np.vstack([ab, np.hstack([block(file, "C"), block(file, "D")])])


def penalty(objective, parameters):
    """h and h' at non-negative arguments."""
    if objective == "l1":
        (lam,) = parameters
        return lambda u: lam * u, lambda u: lam + 0 * u
    if objective == "elastic-net":
        lam, alpha = parameters
        return lambda u: lam * (alpha * u + (1 - alpha) / 2 * u**2), lambda u: lam * (alpha + (1 - alpha) * u)
    mu, gamma = parameters
    slope, knee = 2 * np.sqrt(mu * gamma), np.sqrt(mu / gamma)
    return (lambda u: np.where(u <= knee, slope * u, mu + gamma * u**2),
            lambda u: np.where(u <= knee, slope, 2 * gamma * u))


def smallest_norm_exactly(phi, z, in_ball, kappa):
    penalised = np.append(np.ones(phi.shape[1] - 1), 0)
    ball = np.concatenate([in_ball, in_ball])[None, :]
    result = linprog(np.concatenate([penalised, penalised]), A_eq=np.hstack([phi, -phi]), b_eq=z,
                     A_ub=ball, b_ub=[kappa], method="highs")
    assert result.status == 0, result.message
    return result.fun


def quadratic(phi, z, in_ball, kappa, h, slope, delta=None):
    """The penalised minimum or, with delta, the smallest norm with a residual of at most delta |z|."""
    d = phi.shape[1]
    split = np.hstack([phi, -phi])
    penalised = np.concatenate([np.append(np.ones(d - 1), 0)] * 2)
    ball = np.concatenate([in_ball, in_ball])
    start = np.concatenate([np.maximum(w := np.linalg.lstsq(phi, z, rcond=None)[0], 0), np.maximum(-w, 0)])
    start *= min(1.0, kappa / max(ball @ start, 1e-12))
    constraints = [{"type": "ineq", "fun": lambda x: kappa - ball @ x, "jac": lambda x: -ball}]
    if delta is None:
        value = lambda x: 0.5 * np.sum((z - split @ x) ** 2) + np.sum(penalised * h(x))
        gradient = lambda x: -split.T @ (z - split @ x) + penalised * slope(x)
    else:
        value, gradient = (lambda x: penalised @ x), (lambda x: penalised)
        bound = delta**2 * (z @ z)
        constraints.append({"type": "ineq", "fun": lambda x: bound - np.sum((z - split @ x) ** 2),
                            "jac": lambda x: 2 * split.T @ (z - split @ x)})
    result = minimize(value, start, jac=gradient, bounds=[(0, None)] * (2 * d), constraints=constraints,
                      method="SLSQP", options={"maxiter": 3000, "ftol": 1e-15})
    for constraint in constraints:
        assert constraint["fun"](result.x) > -1e-8, (result.message, constraint["fun"](result.x))
    return result.fun


def check(states, model, kappa, objective, parameters):
    phi, targets = problem(states)
    on_ball = 0
    for i, w in enumerate(weights(model)):
        z = targets[:, i]
        in_ball = np.append(np.ones(STATES), np.zeros(INPUTS + 1)) * (i < STATES)
        bound = kappa if i < STATES else 1e9
        on_ball += i < STATES and np.abs(w[:STATES]).sum() > kappa * (1 - 1e-9)
        norm, residual = np.abs(w[:-1]).sum(), np.linalg.norm(z - phi @ w)
        if objective == "min-norm":
            delta = parameters[0]
            ours = norm
            assert residual <= max(delta, 1e-12) * np.linalg.norm(z) * 1.01 + 1e-14, (i, residual)
            theirs = (smallest_norm_exactly(phi, z, in_ball, bound) if delta == 0
                      else quadratic(phi, z, in_ball, bound, None, None, delta))
        else:
            h, slope = penalty(objective, parameters)
            ours = 0.5 * residual**2 + h(np.abs(w[:-1])).sum()
            theirs = quadratic(phi, z, in_ball, bound, h, slope)
        assert abs(ours - theirs) <= 2e-6 * theirs, (objective, parameters, i, ours, theirs)
    print(f"{objective} {parameters}: {len(targets[0])} rows agree, {on_ball} on the ball")
    return on_ball


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    rows_on_ball = check(sys.argv[2], sys.argv[3], float(sys.argv[4]), sys.argv[5], [float(v) for v in sys.argv[6:]])
    assert rows_on_ball > 0 or float(sys.argv[4]) > 0.5, "the ball should bind"
