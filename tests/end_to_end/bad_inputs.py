"""Makes a small valid states file and model-shaped neighbours of it, each with one fault.

bad_inputs.py DIR prints a line "file<TAB>word" for every faulty states file: what the message must name.
"""
import os
import shutil
import sys

import h5py
import numpy as np

directory = sys.argv[1]
m, n, p, q = 80, 6, 5, 3
random = np.random.default_rng(7)


def path(name):
    return os.path.join(directory, name)


def write_good(name):
    A = np.triu(random.normal(size=(n, n)), 1) * 0.1
    B, C, D = random.normal(size=(n, p)), random.normal(size=(q, n)), random.normal(size=(q, p))
    U = random.uniform(size=(p, m))
    X = np.zeros((n, m))
    for _ in range(n + 1):
        Z = A @ X + B @ U
        X = np.maximum(Z, 0)
    Y = C @ X + D @ U
    with h5py.File(path(name), "w") as file:
        file.attrs["format"] = "simplicit-states"
        file.attrs["format_version"] = 1
        file.attrs["activation"] = "relu"
        file.attrs["bias"] = 0
        file.attrs["baseline_parameters"] = n * n + n * p + q * n + q * p
        for key, value in dict(U=U, X=X, Z=Z, Y=Y).items():
            file[key] = value.T.astype(np.float32)
        file["labels"] = np.argmax(Y, axis=0).astype(np.int32)


def replace(name, value):
    def change(file):
        del file[name]
        if value is not None:
            file[name] = value
    return change


def poison(name, value):
    def change(file):
        file[name][m - 1, 1] = value
    return change


def attribute(name, value):
    def change(file):
        file.attrs[name] = value
    return change


def empty_samples(file):
    for name, width in dict(U=p, X=n, Z=n, Y=q).items():
        replace(name, np.zeros((0, width), np.float32))(file)
    replace("labels", np.zeros(0, np.int32))(file)


def no_states(file):
    for name in "XZ":
        replace(name, np.zeros((m, 0), np.float32))(file)


def as_group(file):
    del file["Z"]
    file.create_group("Z")


FAULTS = {
    "no_U": ("U", replace("U", None)),
    "no_X": ("X", replace("X", None)),
    "no_Z": ("Z", replace("Z", None)),
    "no_Y": ("Y", replace("Y", None)),
    "flat_U": ("U", replace("U", np.zeros(m, np.float32))),
    "deep_X": ("X", replace("X", np.zeros((m, n, 1), np.float32))),
    "short_Z": ("Z", replace("Z", np.zeros((m - 1, n), np.float32))),
    "wide_Z": ("Z", replace("Z", np.zeros((m, n + 1), np.float32))),
    "text_Y": ("Y", replace("Y", np.full((m, q), b"x"))),
    "group_Z": ("Z", as_group),
    "empty": ("sample", empty_samples),
    "no_states": ("X", no_states),
    "short_labels": ("labels", replace("labels", np.zeros(m - 1, np.int32))),
    "large_label": ("labels", replace("labels", np.full(m, q, np.int32))),
    "negative_label": ("labels", replace("labels", np.full(m, -1, np.int32))),
    "real_labels": ("labels", replace("labels", np.zeros(m, np.float32))),
    "future_version": ("version", attribute("format_version", 99)),
    "other_format": ("format", attribute("format", "something-else")),
    "odd_activation": ("activation", attribute("activation", "softplus")),
    "short_scale": ("state_scale", lambda f: f.create_dataset("state_scale", data=np.ones(n - 1))),
    "zero_scale": ("state_scale", lambda f: f.create_dataset("state_scale", data=np.zeros(n))),
}
for name in "UXZY":
    FAULTS[f"nan_{name}"] = (name, poison(name, np.nan))
    FAULTS[f"infinite_{name}"] = (name, poison(name, -np.inf))

write_good("good.h5")
for name, (word, change) in FAULTS.items():
    shutil.copy(path("good.h5"), path(f"{name}.h5"))
    with h5py.File(path(f"{name}.h5"), "r+") as file:
        change(file)
    print(f"{name}.h5\t{word}")

whole = open(path("good.h5"), "rb").read()
for name, content in {"truncated": whole[: len(whole) // 2], "half_header": whole[:64], "hollow": b"",
                      "prose": b"This is not HDF5.\n" * 100}.items():
    with open(path(f"{name}.h5"), "wb") as file:
        file.write(content)
    print(f"{name}.h5\t{name}.h5")
print("missing.h5\tmissing.h5")
os.mkdir(path("folder.h5"))
print("folder.h5\tfolder.h5")

# A test set with one more input, and inputs alone for predict.
with h5py.File(path("good.h5")) as good, h5py.File(path("other_sizes.h5"), "w") as other:
    for key, value in good.attrs.items():
        other.attrs[key] = value
    for key in "XZY":
        other[key] = good[key][:]
    other["U"] = np.hstack([good["U"][:], good["U"][:, :1]])
