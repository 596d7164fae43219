"""compare.py A B: fails when two HDF5 or JSON files differ in anything but seconds, who did what, and provenance."""
import json
import sys

import h5py
import numpy as np

IGNORED = {"seconds", "provenance", "ranks", "per_rank", "blocks", "stages", "longest_row", "memory"}


def hdf5_content(path):
    content = {}
    with h5py.File(path, "r") as file:
        content.update({f"@{k}": np.asarray(v).tobytes() for k, v in file.attrs.items() if k not in IGNORED})

        def keep(name, item):
            if name.split("/")[-1] in IGNORED:
                return
            content.update({f"{name}@{k}": np.asarray(v).tobytes() for k, v in item.attrs.items()})
            if isinstance(item, h5py.Dataset):
                content[name] = (item.dtype.str, item.shape, item[()].tobytes())

        file.visititems(keep)
    return content


def json_content(path):
    with open(path) as file:
        return {k: v for k, v in json.load(file).items() if k not in IGNORED}


read = json_content if sys.argv[1].endswith(".json") else hdf5_content
first, second = read(sys.argv[1]), read(sys.argv[2])
different = sorted(k for k in first.keys() | second.keys() if first.get(k) != second.get(k))
sys.exit(f"{sys.argv[1]} and {sys.argv[2]} differ in {different}" if different or not first else 0)
