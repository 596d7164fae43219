"""Prints what a demo reached, a column a model: result_table.py SECONDS NAME:TRAIN.json:EVALUATE.json...

Above the models stand the accuracy of the trained network and, where the states file holds the network, what is left of
it when its smallest weights are dropped until as few remain as the model has."""

import json
import sys

seconds = sys.argv[1]
models = [(name, json.load(open(train)), json.load(open(scores)))
          for name, train, scores in (argument.split(":") for argument in sys.argv[2:])]


def percent(part, digits=2):
    return "" if part is None else f"{part:.{digits}%}"


lines = [("", [name for name, _, _ in models])]


def add(label, figure):
    values = [figure(train, scores) for _, train, scores in models]
    if any(values):
        lines.append((label, values))


add("accuracy of the network", lambda _, scores: percent(scores["baseline_accuracy"]))
add("pruned by magnitude as far", lambda _, scores: percent(scores.get("pruned_accuracy")))
add("accuracy of the implicit model", lambda _, scores: percent(scores["accuracy"]))
add("same answer as the network", lambda _, scores: percent(scores["agreement"]))
add("weights kept", lambda _, scores: percent(scores["kept"], 1))
add("rows solved to the tolerance", lambda train, _: f"{train['solved']} of {train['rows']}")
add("worst relative duality gap", lambda train, _: f"{train['max_relative_gap']:.1e}")
add("infinity norm of A", lambda train, _: f"{train['norm_a_inf']:.4f}")
add("seconds to train", lambda train, _: f"{train['seconds']['total']:.1f}")
width = max(len(value) for _, values in lines for value in values) + 2
print()
for label, values in lines:
    print(f"  {label:<32}" + "".join(f"{value:>{width}}" for value in values))
train = models[0][1]
memory = train["memory"]["node_bytes"] + train["ranks"] * train["memory"]["rank_bytes"]
print(f"\n  on {train['ranks']} rank(s), with at most {memory / 2**20:.0f} MiB; everything after the build in {seconds} s")
