#!/usr/bin/env bash
# Measures training against its floor and against glmnet and scikit-learn on the same rows, and prints one table.
#
#     bash tests/bench/run.sh [--peers]
#
# Needs a build with -DSIMPLICIT_BUILD_BENCH=ON in build/ (made here when missing), python3-h5py, and for --peers
# the Debian packages r-cran-glmnet and python3-sklearn. Runs on an idle machine; files go to build/bench.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build
work=$build/bench
data=/usr/share/datasets/fashion-mnist
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OPENBLAS_NUM_THREADS=1
if [ ! -x "$build/tests/bench/bench_floor" ] && [ ! -x "$build/bench_floor" ]; then
  cmake -S "$root" -B "$build" -DSIMPLICIT_BUILD_BENCH=ON >/dev/null
  cmake --build "$build" -j 2 --target simplicit bench_floor bench_synthetic bench_inference >/dev/null
fi
mkdir -p "$work"
cd "$work"
simplicit=$build/simplicit
python=/usr/bin/python3

states() { # NAME HIDDEN EPOCHS SAMPLES
  [ -f "$1.h5" ] && return
  "$simplicit" baseline --dataset "$data" --hidden "$2" --epochs "$3" --seed 1 --out "$1_baseline.h5" >/dev/null 2>&1
  "$simplicit" capture "$1_baseline.h5" --dataset "$data" --split train --samples "$4" --out "$1.h5" >/dev/null 2>&1
}

# Prints the field of a JSON file: field FILE a b
field() { "$python" -c 'import json,sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]: value = value[key]
print(value)' "$@"; }

row() { # NAME STATES RANKS FLAGS...
  local name=$1 file=$2 ranks=$3
  shift 3
  mpirun -q --oversubscribe -n "$ranks" "$simplicit" train "$file" "$@" --out "$name.model.h5" --report "$name.json" >/dev/null 2>&1
  local rounds=()
  if [ "$(field "$name.json" regime)" = data ]; then rounds=(--rounds "$(field "$name.json" rounds)"); fi
  "$build/bench_floor" "$file" "$name.model.h5" "${rounds[@]}" >"$name.floor.json"
  "$python" - "$name" "$ranks" <<'P'
import json, sys
name, ranks = sys.argv[1], int(sys.argv[2])
run = json.load(open(name + ".json"))
floor = json.load(open(name + ".floor.json"))
seconds = run["seconds"]["gram"] + run["seconds"]["solve"]
nonzeros = sum(run["nnz"].values())
# Seconds of one dsyrk and one dgemm over those of G, R and the rows' cost estimates, on as many cores.
rate = f'{(floor["syrk"] + floor["product"]) / ranks / run["seconds"]["gram"]:.2f}' if "syrk" in floor else "-"
print(f'{name:<16} {ranks:>5} {run["rows"]:>6} {nonzeros:>9} {run["max_relative_gap"]:>9.1e} '
      f'{run["seconds"]["gram"]:>8.2f} {run["seconds"]["solve"]:>8.2f} {floor["floor"]:>8.3f} {seconds / floor["floor"]:>7.1f} {rate:>9}')
P
}

states small 64,32,16 12 2000
states wide 1024,512,256 2 10000
[ -f synthetic.h5 ] || "$build/bench_synthetic" synthetic.h5 63 19937 2000

printf '%-16s %5s %6s %9s %9s %8s %8s %8s %7s %9s\n' problem ranks rows nonzeros gap gram/s solve/s floor/s ratio 'G/dsyrk'
row small_1 small.h5 1 --lambda 1
row small_0.1 small.h5 1 --lambda 0.1
row wide_1 wide.h5 1 --lambda-rel 1e-3
row wide_2 wide.h5 2 --lambda-rel 1e-3
row data synthetic.h5 1 --lambda-rel 0.05 --regime data

# Two ranks on one problem against two independent copies on one rank each, by turns: what the machine can give.
echo
echo "wide, problems solved per second by 2 ranks, against two copies of 1 rank side by side:"
for turn in 1 2 3 4 5; do
  mpirun -q --oversubscribe -n 2 "$simplicit" train wide.h5 --lambda-rel 1e-3 --out two.h5 --report "two_$turn.json" >/dev/null 2>&1
  for core in 0 1; do
    taskset -c "$core" mpirun -q --bind-to none -n 1 "$simplicit" train wide.h5 --lambda-rel 1e-3 \
      --out "copy_$core.h5" --report "copy_${turn}_$core.json" >/dev/null 2>&1 &
  done
  wait
done
"$python" - <<'P'
import json, statistics
def seconds(name, *parts): return sum(json.load(open(name + ".json"))["seconds"][part] for part in parts)
for parts in (("gram",), ("solve",), ("gram", "solve")):
    ratios, two, copies = [], [], []
    for turn in range(1, 6):
        two.append(seconds(f"two_{turn}", *parts))
        copies.append(2 / sum(1 / seconds(f"copy_{turn}_{core}", *parts) for core in (0, 1)))
        ratios.append(copies[-1] / 2 / two[-1])
    print(f'  {" + ".join(parts):<13} 2 ranks {statistics.median(two):6.2f} s, a copy {statistics.median(copies):6.2f} s, '
          f'ratio median {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})')
last = [json.load(open(f"two_{turn}.json")) for turn in range(1, 6)]
print("  idle at the end, longest row (s):", ", ".join(
    f'{max(rank["idle_at_end"] for rank in run["per_rank"]):.3f} {run["longest_row"]:.3f}' for run in last))
P

# Inference on one thread beside a dense float32 forward pass of the original network, by processor time; attacks; start-up.
echo
"$simplicit" baseline --dataset "$data" --hidden 64,32,16 --epochs 12 --seed 1 --out infer_baseline.h5 >/dev/null 2>&1
"$simplicit" capture infer_baseline.h5 --dataset "$data" --split train --samples 5000 --out infer_train.h5 >/dev/null 2>&1
"$simplicit" capture infer_baseline.h5 --dataset "$data" --split test --out infer_test.h5 >/dev/null 2>&1
models=()
for structure in feedforward full; do
  for keep in 0.1 0.25; do
    model=${structure}_$keep.h5
    "$simplicit" train infer_train.h5 --keep "$keep" --refine 0 --structure "$structure" --out "$model" >/dev/null 2>&1
    models+=("$model")
  done
done
"$build/bench_inference" infer_test.h5 "${models[@]}"
"$simplicit" evaluate full_0.1.h5 infer_test.h5 --attack pgd --epsilon 0.01,0.02,0.05,0.1 --report pgd.json >/dev/null 2>&1
echo "pgd, 20 steps at 4 epsilons, 10,000 samples, the model and its baseline: $(field pgd.json seconds attack) s"
for command in --version --help "info full_0.1.h5"; do
  read -ra words <<<"$command"
  TIMEFORMAT="simplicit $command: %R s, of the processor %U + %S s"; time "$simplicit" "${words[@]}" >/dev/null
done

# States and G exist once a node: what each rank adds to the shared windows is its own.
echo
for ranks in 1 2 4; do
  # shellcheck disable=SC2016 # the inner shell expands its own name
  mpirun -q --oversubscribe -n "$ranks" bash -c \
    '/usr/bin/time -f %M "$0" train wide.h5 --lambda-rel 1e-3 --out memory.h5 --report memory.json >/dev/null' "$simplicit" 2>&1 |
    grep -oE '[0-9]+$' >memory.txt
  "$python" - "$ranks" <<'P'
import json, sys
ranks = int(sys.argv[1])
resident = [int(line) * 1024 / 1e6 for line in open("memory.txt")]
shared = json.load(open("memory.json"))["memory"]["node_bytes"] / 1e6
peak = sum(resident) - (ranks - 1) * shared
print(f"wide, {ranks} rank(s): at most {peak:.0f} MB on the node ({shared:.0f} MB of them shared), "
      f"limit 1.2 x {shared:.0f} + 100 MB a rank = {1.2 * shared + 100 * ranks:.0f} MB")
P
done

if [ "${1:-}" = --peers ]; then
  "$python" "$here/export_rows.py" small.h5 1 14 peers
  echo
  echo "peers, 8 of the 112 rows at lambda = 1 (without the ball for the peers):"
  "$python" "$here/export_rows.py" small.h5 1 14 peers small_1.model.h5
  Rscript "$here/peer_glmnet.R" peers
  "$python" "$here/peer_sklearn.py" peers
fi
