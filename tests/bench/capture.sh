#!/usr/bin/env bash
# Measures the capture of the 10,000 FashionMNIST test images through jobs/networks/fashion_resnet.onnx against what it
# cannot do without: OpenCV's own forward pass, and writing as many bytes.
#
#     bash tests/bench/capture.sh
#
# Needs a build with -DSIMPLICIT_BUILD_BENCH=ON and ONNX in build/ (made here when missing). SIMPLICIT names another
# program to measure. Runs on an idle machine; files go to build/bench.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build
work=$build/bench
data=/usr/share/datasets/fashion-mnist
network=$root/jobs/networks/fashion_resnet.onnx
mean=0.286
deviation=0.353
repeats=5
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OPENBLAS_NUM_THREADS=1
if [ ! -x "$build/bench_opencv_forward" ]; then
  cmake -S "$root" -B "$build" -DSIMPLICIT_BUILD_BENCH=ON >/dev/null
  cmake --build "$build" -j 2 --target simplicit bench_opencv_forward >/dev/null
fi
simplicit=${SIMPLICIT:-$build/simplicit}
python=/usr/bin/python3
mkdir -p "$work"
cd "$work"

# Removes the last file and returns its pages at once. Memory that was free for a while is slow in a virtual machine,
# which then has to get it from its host: what is measured finds pages that were in use a moment ago.
make_room() {
  rm -f captured.h5
  [ -z "${bytes:-}" ] || dd if=/dev/zero of=captured.h5 bs=8M iflag=count_bytes count="$bytes" status=none
  rm -f captured.h5
}

# The seconds that capture itself reports, of one run on so many ranks.
capture_seconds() { # RANKS
  make_room
  mpirun -q --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n "$1" "$simplicit" capture "$network" \
    --dataset "$data" --split test --mean "$mean" --std "$deviation" --out captured.h5 2>/dev/null |
    sed -nE 's/^captured.h5: .* ([0-9.]+) s$/\1/p'
}

# The seconds of writing the same number of bytes into a fresh file.
dd_seconds() { # FLAGS...
  make_room
  LC_ALL=C dd if=/dev/zero of=captured.h5 bs=8M iflag=count_bytes count="$bytes" "$@" 2>&1 |
    sed -nE 's/.* copied, ([0-9.]+) s.*/\1/p'
}

# all NAME COMMAND...: one warm-up, then every run's seconds as one line.
all() {
  local name=$1
  shift
  "$@" >/dev/null
  printf '%s' "$name"
  for ((run = 0; run < repeats; ++run)); do printf ' %s' "$("$@")"; done
  echo
}

capture_seconds 1 >/dev/null
bytes=$(stat -c %s captured.h5)
{
  "$build/bench_opencv_forward" "$network" "$data" "$mean" "$deviation" | sed 's/^/forward /'
  all dd dd_seconds
  all synchronised dd_seconds conv=fsync
  for ranks in 1 2; do all "capture $ranks" capture_seconds "$ranks"; done
} >capture_seconds.txt
rm -f captured.h5

"$python" - "$bytes" <<'P'
import statistics, sys
forward, capture, writing = {}, {}, {}
for line in open("capture_seconds.txt"):
    name, *words = line.split()
    if name in ("forward", "capture"):
        {"forward": forward, "capture": capture}[name][int(words[0])] = statistics.median(map(float, words[1:]))
    else:
        writing[name] = statistics.median(map(float, words))
dd, synchronised = writing["dd"], writing["synchronised"]
print(f"writing {int(sys.argv[1]) / 1e6:.0f} MB: dd {dd:.2f} s, {synchronised:.2f} s until they are on the disk, as of capture")
print(f"{'ranks':>5} {'capture/s':>9} {'forward/s':>9} {'capture/forward':>16} {'/(forward + dd)':>16} {'on the disk':>15}")
for ranks, seconds in capture.items():
    floor = forward[ranks]
    print(f"{ranks:>5} {seconds:>9.2f} {floor:>9.3f} {seconds / floor:>16.2f} {seconds / (floor + dd):>16.2f} "
          f"{seconds / (floor + synchronised):>15.2f}")
P
