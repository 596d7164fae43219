#!/usr/bin/env bash
# An ONNX network and HDF5 images through the program: the same states at any number of ranks and from either kind of
# images, and everything that cannot be used is refused with nothing written.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
need_h5py
net="$SOURCE_DIR/jobs/networks/fashion_resnet.onnx"
corpus="$SOURCE_DIR/tests/network/corpus"
compare() { "$python" "$SOURCE_DIR/tests/end_to_end/compare.py" "$1" "$2"; }
normalised=(--mean 0.286 --std 0.353)

run 1 capture "$net" --dataset "$dataset" --split test --samples 1 --out probe.h5
if grep -q 'does not read ONNX' err; then
  refuse 1 libonnx-dev capture "$net" --dataset "$dataset" --split test --samples 1 --out probe.h5
  absent probe.h5
  finish
  exit
fi

for ranks in 1 2 3 4; do
  succeed "$ranks" capture "$net" --dataset "$dataset" --split test --samples 300 "${normalised[@]}" --out "states $ranks.h5"
  expect "states alike on 1 and $ranks ranks" compare "states 1.h5" "states $ranks.h5"
done

# The same images from HDF5: bytes, floating-point numbers, groups; and without labels.
"$python" - "$dataset" <<'IMAGES'
import gzip, sys, h5py, numpy as np
raw = gzip.open(sys.argv[1] + "/t10k-images-idx3-ubyte.gz").read()
pixels = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 28, 28)[:300]
labels = np.frombuffer(gzip.open(sys.argv[1] + "/t10k-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)[:300]
def write(name, prefix="", images=pixels, labels=labels, **options):
    with h5py.File(name, "a") as file:
        file.create_dataset(prefix + "images", data=images, **options)
        if labels is not None:
            file[prefix + "labels"] = labels
write("bytes.h5")
write("floats.h5", images=(pixels / 255).astype(np.float32), chunks=(50, 1, 28, 28), compression="gzip")
write("groups.h5", "train/", labels=labels.astype(np.int64))
write("groups.h5", "test/")
write("unlabelled.h5", labels=None)
write("folded.h5", images=pixels.reshape(-1, 2, 14, 28))
write("nan.h5", images=np.where(np.arange(28) == 5, np.nan, pixels / 255))
write("range.h5", images=pixels.astype(np.int32) - 1)
write("short.h5", labels=labels[:299])
write("small.h5", images=pixels[:, :, :27])
write("classes.h5", labels=labels.astype(np.int16) + 5)
write("negative.h5", labels=labels.astype(np.int16) - 1)
write("words.h5", labels=None, images=np.array([[b"a", b"b"]]))
with h5py.File("none.h5", "w") as file:
    file["pixels"] = pixels
IMAGES
same_samples() {
  "$python" - "$1" "$2" <<'SAME'
import sys, h5py, numpy as np
with h5py.File(sys.argv[1]) as a, h5py.File(sys.argv[2]) as b:
    for name in ("U", "X", "Z", "Y"):
        close = 1e-6 * np.abs(a[name]).max() if "floats" in sys.argv[2] else 0  # pixel / 255 rounded to float32
        assert np.abs(a[name][:] - b[name][:]).max() <= close, name
SAME
}
for images in bytes floats unlabelled; do
  succeed 2 capture "$net" --dataset $images.h5 "${normalised[@]}" --out "from $images.h5"
  expect "$images as from IDX" same_samples "states 1.h5" "from $images.h5"
done
succeed 1 capture "$net" --dataset groups.h5 --split test "${normalised[@]}" --out "from groups.h5"
expect "groups as from IDX" same_samples "states 1.h5" "from groups.h5"
succeed 1 baseline --dataset groups.h5 --hidden 8 --epochs 1 --out mlp.h5
succeed 2 capture mlp.h5 --dataset bytes.h5 --samples 100 --out mlp_states.h5
succeed 1 info "states 1.h5"
expect "info tells the connections" grep -q '389090 connections' out

succeed 2 capture "$net" --dataset classes.h5 --unlabelled "${normalised[@]}" --out "from classes.h5"
expect "images as from IDX, labels left out" same_samples "states 1.h5" "from classes.h5"
succeed 1 info "from classes.h5"
expect "there are no labels" grep -qE '^ *labels +none' out

while read -r images word; do
  for ranks in 1 2; do
    refuse "$ranks" "$word" capture "$net" --dataset "$images" --split test --out new.h5
    expect "the message names $images" grep -qF "$images" err
    absent new.h5
  done
done <<'FAULTS'
nan.h5 nan at sample 0, entry 5
range.h5 holds -1
short.h5 'labels' has shape (299,) for 300 images
small.h5 756 pixels
classes.h5 has label 14
negative.h5 holds -1 at sample
words.h5 does not hold numbers
none.h5 has no dataset 'images'
folded.h5 (samples, channels, height, width)
missing.h5 does not exist
FAULTS
refuse 1 -- "--split" capture "$net" --dataset "$dataset" --out new.h5
refuse 1 "301 were asked for" capture "$net" --dataset bytes.h5 --samples 301 --out new.h5
refuse 1 "no labels" baseline --dataset unlabelled.h5 --hidden 8 --epochs 1 --out new.h5

# Networks that cannot be used; `word` is the node or the reason.
while read -r file word; do
  for ranks in 1 2; do
    refuse "$ranks" "$word" capture "$corpus/$file.onnx" --dataset "$dataset" --split test --out new.h5
    expect "the message names $file" grep -qF "$file.onnx" err
    absent new.h5
  done
done <<'NETWORKS'
maxpool takes a maximum
two_activations is another activation
nan_weights nan at entry 0
external_data external data
dynamic leaves the length of axis 1 open
huge_weights declares more numbers
huge_input numbers a sample
huge_pad numbers a sample
truncated truncated or damaged
mlp_relu 784 pixels
NETWORKS
refuse 1 "number" capture "$net" --dataset "$dataset" --split test --mean 0.1,0.2 --std 1,1 --out new.h5
refuse 1 "--std" capture "$net" --dataset "$dataset" --split test --mean 0.1 --out new.h5
absent new.h5

# A short way through: kept counts connections, not the shared parameters.
succeed 2 train "states 1.h5" --lambda-rel 0.3 --structure feedforward --out model.h5 --report train.json
succeed 2 evaluate model.h5 "states 2.h5" --report evaluate.json
"$python" - <<'CHECK'
import json
run = json.load(open("train.json"))
assert run["solved"] == run["rows"] == 4714, run["solved"]
assert abs(run["kept"] - sum(run["nnz"].values()) / 389090) < 1e-12, run["kept"]
assert abs(json.load(open("evaluate.json"))["kept"] - run["kept"]) < 1e-12
CHECK
# The network is attacked and certified beside the model, in its implicit form.
succeed 1 capture "$net" --dataset "$dataset" --split test --samples 6 "${normalised[@]}" --out few.h5
for ranks in 1 2; do
  succeed "$ranks" evaluate model.h5 "states 1.h5" --attack fgsm --epsilon 0.005,0.05 --report "attacked $ranks.json"
  succeed "$ranks" evaluate model.h5 few.h5 --certify-epsilon 1e-5 --certify linear --certify-network --report "certified $ranks.json"
done
expect "the network's figures under attack" "$python" - <<'ATTACKED'
import json
one, two = (json.load(open(f"attacked {ranks}.json")) for ranks in (1, 2))
assert one["attacks"] == two["attacks"], (one, two)
little, much = (attack["baseline_accuracy"] for attack in one["attacks"])
assert one["baseline_accuracy"] > little > much > 0, one["attacks"]
one, two = (json.load(open(f"certified {ranks}.json")) for ranks in (1, 2))
assert one["baseline_certified"] == two["baseline_certified"], (one, two)
(certified,) = one["baseline_certified"]
assert 0 < certified["accuracy"] <= one["baseline_accuracy"], certified
ATTACKED
finish
