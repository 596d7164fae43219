#!/usr/bin/env bash
# No command ever replaces a file that it reads or a file it has just been told to write, through links and other
# spellings too; a result that could not be printed is a failure; a signal leaves no temporary file.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py
"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" states.h5 60 20 10 5 1
"$python" - <<'IMAGES'
import h5py, numpy as np
random = np.random.default_rng(1)
with h5py.File("images.h5", "w") as file:
    for split in ("train", "test"):
        file[f"{split}/images"] = random.integers(0, 256, (60, 4, 4), dtype=np.uint8)
        file[f"{split}/labels"] = np.arange(60) % 3
IMAGES
succeed 1 train states.h5 --lambda-rel 0.1 --out model.h5 --report run.json
succeed 1 evaluate model.h5 states.h5 --report scores.json
succeed 1 baseline --dataset images.h5 --hidden 4 --epochs 1 --out baseline.h5
mkdir page folder
cp scores.json page/index.html
cp model.h5 folder/A.npz
ln -s states.h5 link.h5
ln states.h5 twin.h5
ln -s . here
inputs=(states.h5 images.h5 model.h5 run.json scores.json baseline.h5 page/index.html folder/A.npz)
sha256sum "${inputs[@]}" >before

# keeps WORD ARGUMENTS...: refused with WORD, and every input is as it was.
keeps() {
  refuse "${ranks:-1}" "$@"
  expect "nothing is lost by simplicit ${*:2}" sha256sum --status -c before
}

for name in states.h5 ./states.h5 here/states.h5 "$PWD/states.h5" link.h5 twin.h5; do
  keeps "--out $name and STATES states.h5 are the same file" train states.h5 --lambda-rel 0.1 --out "$name"
done
keeps "--out states.h5 and STATES link.h5" train link.h5 --lambda-rel 0.1 --out states.h5
keeps "--report states.h5" train states.h5 --lambda-rel 0.1 --out new.h5 --report states.h5
keeps "--report and --out are the same file" train states.h5 --lambda-rel 0.1 --out new.h5 --report here/new.h5
keeps "--checkpoint and --report are the same file" \
  train states.h5 --lambda-rel 0.1 --out new.h5 --report new.json --checkpoint ./new.json
keeps "--checkpoint states.h5" train states.h5 --lambda-rel 0.1 --out new.h5 --checkpoint states.h5 --resume
keeps "--out images.h5" baseline --dataset images.h5 --hidden 4 --epochs 1 --out images.h5
keeps "BASELINE baseline.h5" capture baseline.h5 --dataset images.h5 --split train --out baseline.h5
keeps "--dataset images.h5" capture baseline.h5 --dataset images.h5 --split train --out images.h5
keeps "--test states.h5" path model.h5 --test states.h5 --out states.h5
cp states.h5 states.csv
keeps "the table beside --out" path states.csv --test states.h5 --out states.hdf5
rm states.csv
keeps "--checkpoint and the table beside --out" path states.h5 --test states.h5 --out new.h5 --checkpoint new.csv
keeps "--report model.h5" evaluate model.h5 states.h5 --report model.h5
keeps "--report states.h5" evaluate model.h5 states.h5 --report states.h5
keeps "--out model.h5" predict model.h5 states.h5 --out model.h5
keeps "--out here/states.h5" predict model.h5 states.h5 --out here/states.h5
keeps "--out model.h5" export model.h5 --format onnx --out model.h5
keeps "FILE folder/A.npz" export folder/A.npz --format npz --out folder
keeps "--out states.h5" export states.h5 --format npz --out states.h5
keeps "--report run.json" plan run.json --ranks 1 --report run.json
keeps "FILE page/index.html" report page/index.html --out page
ranks=3 keeps "--out states.h5" train states.h5 --lambda-rel 0.1 --out states.h5
ranks=3 keeps "--out images.h5" capture baseline.h5 --dataset images.h5 --split train --out images.h5

# A write-protected file is not replaced, a replaced one keeps its mode.
cp model.h5 protected.h5
chmod 0444 protected.h5
refuse 1 "write-protected" train states.h5 --lambda-rel 0.1 --out protected.h5
expect "the protected file is as it was" cmp model.h5 protected.h5
cp model.h5 private.h5
chmod 0600 private.h5
succeed 1 train states.h5 --lambda-rel 0.1 --out private.h5
expect "the mode is kept" test "$(stat -c %a private.h5)" = 600

# Results that nobody got.
unprinted() {
  status=0
  "$SIMPLICIT" "$@" >/dev/full 2>err || status=$?
  : >out
  expect "code 1 of simplicit $* on a full disk" test "$status" -eq 1
  expect "one message of simplicit $*" test "$(grep -c '^simplicit: .*standard output: No space left' err)" -eq 1
}
unprinted --help
unprinted --version
unprinted info model.h5
unprinted evaluate model.h5 states.h5
unprinted plan run.json --ranks 1,2
unprinted train states.h5 --lambda-rel 0.1 --out unprinted.h5
unprinted baseline --dataset images.h5 --hidden 4 --epochs 1 --out unprinted.h5
unprinted capture baseline.h5 --dataset images.h5 --split train --out unprinted.h5
unprinted path unprinted.h5 --test unprinted.h5 --steps 2 --out unprinted_path.h5
unprinted export model.h5 --format npz --out unprinted
unprinted report run.json --out unprinted_page
# A closed standard output: no file of ours takes its place.
status=0
"$SIMPLICIT" train states.h5 --lambda-rel 0.1 --out closed.h5 >&- 2>err || status=$?
expect "code 1 without a standard output" test "$status" -eq 1
expect "the model is whole without a standard output" "$SIMPLICIT" info closed.h5 >out

# Signals to a single process, in training and in prediction: no temporary file stays, and it is told what is kept.
"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" long.h5 3000 600 500 20 3
await_handler() {
  local waited caught
  for ((waited = 0; waited < 300; ++waited)); do
    caught=$(awk '/^SigCgt/ { print $2 }' "/proc/$leader/status" 2>/dev/null)
    if ((16#${caught:-0} & 2)); then return; fi # SIGINT
    sleep 0.05
  done
}
for signal in INT HUP TERM; do
  env --default-signal "$SIMPLICIT" train long.h5 --lambda-rel 1e-6 --tol 1e-9 --out interrupted.h5 \
    --checkpoint "$signal.journal" >out 2>err &
  leader=$!
  await_handler
  for ((waited = 0; waited < 600; ++waited)); do if [ -s "$signal.journal" ]; then break; fi; sleep 0.1; done
  sleep 0.3
  kill "-$signal" "$leader"
  status=0
  wait "$leader" || status=$?
  expect "code 75 for SIG$signal" test "$status" -eq 75
  expect "SIG$signal is told with what is saved" \
    grep -qE "^simplicit: interrupted by SIG$signal: [0-9]+ of 620 rows are saved in $signal.journal" err
  absent interrupted.h5
done
# nohup: who does not want to hear of the end of a terminal does not.
nohup "$SIMPLICIT" train states.h5 --lambda-rel 0.1 --out nohup.h5 >out 2>err &
leader=$!
sleep 0.05
kill -HUP "$leader" || true
status=0
wait "$leader" || status=$?
expect "SIGHUP under nohup ends nothing" test "$status" -eq 0
finish
