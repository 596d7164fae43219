#!/usr/bin/env bash
# A disk that fills up: code 1, one message that says where, nothing half-written under a final name, and with room
# again the run goes on from its journal to the same bits. Seconds are told, not judged: other work may slow this machine.
if [ -z "${OWN_MOUNTS:-}" ]; then
  spaces=(unshare --mount)
  if [ "$(id -u)" -ne 0 ]; then spaces=(unshare --user --map-root-user --mount); fi
  if ! "${spaces[@]}" true 2>/dev/null; then echo "skipped: namespaces for a small disk are refused"; exit 77; fi
  OWN_MOUNTS=yes OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 exec "${spaces[@]}" bash "$0"
fi
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py
need_dataset
compare() { "$python" "$SOURCE_DIR/tests/end_to_end/compare.py" "$1" "$2"; }
trap 'cd /; umount "$scratch/disk" 2>/dev/null || true; rm -rf "$scratch"' EXIT
mkdir disk
mount -t tmpfs -o size=256k tmpfs disk

# fails RANKS WORD ARGUMENTS...: code 1 ($code where it is found out beforehand), one message that holds WORD.
fails() {
  local ranks=$1 word=$2 started=$EPOCHREALTIME
  shift 2
  run "$ranks" "$@"
  local what="simplicit $* on $ranks ranks"
  expect "code ${code:-1} of $what" test "$status" -eq "${code:-1}"
  expect "'$word' in one message of $what" test "$(grep '^simplicit: ' err | grep -cF -e "$word")" -eq 1
  expect "one message of $what" test "$(grep -c '^simplicit: ' err)" -eq 1
  printf '%5d ms on %d ranks: %s\n' $(((${EPOCHREALTIME/./} - ${started/./}) / 1000)) "$ranks" "$word"
}

"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" states.h5 1000 200 100 300 1
settings=(--lambda-rel 1e-3)
succeed 1 train states.h5 "${settings[@]}" --out reference.h5
succeed 1 baseline --dataset "$dataset" --hidden 16 --epochs 1 --seed 3 --out baseline.h5

for ranks in 1 3; do
  fails "$ranks" "disk/rows.journal: a record cannot be written: No space left on device" \
    train states.h5 "${settings[@]}" --out model.h5 --checkpoint disk/rows.journal
  expect "the rows saved are told" grep -qE '[1-9][0-9]* of 500 rows are saved; make room and run again with --resume' err
  absent model.h5
  mount -o remount,size=4m disk
  succeed "$ranks" train states.h5 "${settings[@]}" --out model.h5 --checkpoint disk/rows.journal --resume
  expect "rows are resumed" grep -qE 'resuming with [1-9][0-9]* of 500 rows' err
  expect "the same bits after making room, on $ranks ranks" compare reference.h5 model.h5
  rm model.h5 disk/rows.journal
  mount -o remount,size=256k disk

  fails "$ranks" "disk/model.h5" train states.h5 "${settings[@]}" --out disk/model.h5
  absent disk/model.h5
  code=2 fails "$ranks" "disk/states.h5: will take" capture baseline.h5 --dataset "$dataset" --split train --samples 500 --out disk/states.h5
  absent disk/states.h5
  fails "$ranks" "disk/outputs.h5" predict reference.h5 states.h5 --out disk/outputs.h5
  absent disk/outputs.h5
done

# Matrices as text: no half of them stays.
fails 1 "disk/matrices/" export reference.h5 --format mtx --out disk/matrices
expect "nothing is left of the matrices" test -z "$(find disk/matrices -type f)"
fails 1 "disk/matrices/" export reference.h5 --format npz --out disk/matrices
expect "nothing is left of the archives" test -z "$(find disk/matrices -type f)"
rmdir disk/matrices

# A disk that ends inside the structure of the file, its labels or its samples: written whole or refused, never a hang.
"$python" - <<'IMAGES'
import h5py, numpy as np
random = np.random.default_rng(1)
with h5py.File("images.h5", "w") as file:
    for split in ("train", "test"):
        file[f"{split}/images"] = random.integers(0, 256, (60, 4, 4), dtype=np.uint8)
        file[f"{split}/labels"] = np.arange(60) % 3
IMAGES
succeed 1 baseline --dataset images.h5 --hidden 6,4 --epochs 1 --out small.h5
umount disk
for kilobytes in ${DISK_KILOBYTES:-4 12 20 24 28 40}; do
  mount -t tmpfs -o "size=${kilobytes}k" tmpfs disk
  for ranks in ${DISK_RANKS:-2}; do
    run "$ranks" capture small.h5 --dataset images.h5 --split train --out disk/x.h5
    what="capture on $ranks ranks with $kilobytes KiB"
    case $status in
      0) expect "a whole file of $what" "$SIMPLICIT" info disk/x.h5 ;;
      1 | 2) expect "one message of $what" test "$(grep -c '^simplicit: disk/x.h5.*\(room\|space\|will take\|written\)' err)" -eq 1 ;;
      *) failed "code 0, 1 or 2 of $what" ;;
    esac
    [ "$status" -eq 0 ] || absent disk/x.h5
    rm -f disk/x.h5
  done
  umount disk
done
finish
