"""Prints what a demo reached: result_table.py TRAIN.json EVALUATE.json SECONDS BASELINE WEIGHTS.

BASELINE and WEIGHTS are the words for the trained network and for what of it was kept."""

import json
import sys

train, scores = (json.load(open(path)) for path in sys.argv[1:3])
seconds, baseline, weights = sys.argv[3:]
memory = train["memory"]["node_bytes"] + train["ranks"] * train["memory"]["rank_bytes"]
lines = [
    (f"accuracy of the {baseline}", f"{scores['baseline_accuracy']:.2%}"),
    ("accuracy of the implicit model", f"{scores['accuracy']:.2%}"),
    (f"same answer as the {baseline}", f"{scores['agreement']:.2%}"),
    (f"{weights} kept", f"{scores['kept']:.1%}"),
    ("rows solved to the tolerance", f"{train['solved']} of {train['rows']}"),
    ("worst relative duality gap", f"{train['max_relative_gap']:.1e}"),
    ("infinity norm of A", f"{train['norm_a_inf']:.4f}"),
    ("seconds to train the model", f"{train['seconds']['total']:.1f} on {train['ranks']} rank(s)"),
    ("memory it took at most", f"{memory / 2**20:.0f} MiB"),
    ("seconds for everything", seconds),
]
print()
for name, value in lines:
    print(f"  {name:<34}{value}")
