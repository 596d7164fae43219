#!/usr/bin/env bash
# From the images to the curve of accuracy against weights kept, and what a path refuses.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
need_h5py

succeed 1 baseline --dataset "$dataset" --hidden 32,16 --epochs 1 --seed 3 --out baseline.h5
succeed 2 capture baseline.h5 --dataset "$dataset" --split train --samples 700 --kappa 0.95 --out states.h5
succeed 2 capture baseline.h5 --dataset "$dataset" --split test --samples 500 --kappa 0.95 --out test.h5

for ranks in 1 3; do
  succeed "$ranks" path states.h5 --test test.h5 --lambda-rel-to 1e-4 --steps 5 --out "path $ranks.h5"
  expect "a line for every penalty on $ranks ranks" test "$(grep -c ' %' out)" -eq 6
  expect "told where it is written" grep -q "path $ranks.csv" out
  expect "the table has all points" test "$(wc -l <"path $ranks.csv")" -eq 6
  if command -v gnuplot >/dev/null; then expect "the picture is drawn" test -s "path $ranks.png"; fi
done
for figure in kept accuracy pruned_accuracy objective_ab; do
  "$python" - "$figure" <<'CHECK'
import h5py, sys
one, three = (h5py.File(f"path {n}.h5")[sys.argv[1]][:] for n in (1, 3))
assert (one == three).all(), (sys.argv[1], one, three)
CHECK
done
"$python" - <<'CHECK'
import h5py
with h5py.File("path 1.h5") as path:
    kept, accuracy, pruned = path["kept"][:], path["accuracy"][:], path["pruned_accuracy"][:]
    assert kept[0] == 0 and (kept[1:] > kept[:-1]).all(), kept
    assert accuracy[-1] > 0.5 and accuracy[0] < 0.2, accuracy
    assert abs(pruned[-1] - path.attrs["baseline_accuracy"]) < 0.1, pruned
CHECK

succeed 2 path states.h5 --test test.h5 --lambda-rel-from 0.1 --lambda-rel-to 1e-2 --steps 2 --refine 1 --out refined.h5
succeed 1 report "path 1.h5" refined.h5 --out page
expect "the page shows the curves" grep -q 'accuracy-kept.png' page/index.html
succeed 1 info refined.h5
expect "info knows path files" grep -q 'path file' out

h5copy() { "$python" -c 'import h5py, sys
with h5py.File(sys.argv[1]) as old, h5py.File(sys.argv[2], "w") as new:
    for name in old:
        if name != sys.argv[3]: old.copy(name, new)
    for key, value in old.attrs.items(): new.attrs[key] = value' "$@"; }
h5copy test.h5 unlabelled.h5 labels
succeed 2 path states.h5 --test unlabelled.h5 --steps 3 --lambda-rel-to 1e-2 --out unlabelled_path.h5
expect "without labels the error of the outputs leads" grep -q 'output error' out
expect "without labels nothing speaks of accuracy" test "$(grep -ci accuracy out)" -eq 0
succeed 1 report unlabelled_path.h5 --out unlabelled_page
for ranks in 1 2; do
  refuse "$ranks" --lambda-rel-from path states.h5 --test test.h5 --lambda-rel-from 0 --out new.h5
  refuse "$ranks" --steps path states.h5 --test test.h5 --steps 0 --out new.h5
  refuse "$ranks" min-norm path states.h5 --test test.h5 --objective min-norm --out new.h5
  refuse "$ranks" "which the command reads" path states.h5 --test test.h5 --out states.h5
  refuse "$ranks" "which the command reads" path states.h5 --test test.h5 --out test.h5
  refuse "$ranks" nowhere path states.h5 --test test.h5 --out nowhere/path.h5
  refuse "$ranks" baseline.h5 path states.h5 --test baseline.h5 --out new.h5
  refuse "$ranks" --kappa path states.h5 --test test.h5 --kappa 1 --out new.h5
done
absent "$scratch/new.h5"
finish
