#!/usr/bin/env bash
# Every faulty input file is refused: code 2, one message that names the file and the fault, nothing left behind.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py
"$python" "$SOURCE_DIR/tests/end_to_end/bad_inputs.py" . >faults

succeed 1 train good.h5 --lambda-rel 0.01 --out model.h5
succeed 1 evaluate model.h5 good.h5

while IFS=$'\t' read -r file word; do
  for ranks in 1 3; do
    refuse "$ranks" "$word" train "$file" --lambda-rel 0.01 --out new.h5 --report new.json
    expect "the message names $file" grep -qF "$file" err
    absent new.h5
    absent new.json
  done
  case "$file" in
    nan_Z.h5 | infinite_Z.h5) continue ;; # evaluate and predict do not read Z
  esac
  refuse 1 "$file" evaluate model.h5 "$file" --report new.json
  absent new.json
  case "$file" in
    *_U.h5 | truncated.h5 | hollow.h5 | prose.h5 | missing.h5 | folder.h5) # what predict reads
      refuse 1 "$file" predict model.h5 "$file" --out new.h5
      absent new.h5
      ;;
  esac
done <faults

# The wrong kind of file, and files that do not fit each other.
for ranks in 1 3; do
  refuse "$ranks" model.h5 train model.h5 --lambda-rel 0.01 --out new.h5
  refuse "$ranks" good.h5 evaluate good.h5 good.h5
  refuse "$ranks" good.h5 evaluate good.h5 model.h5
  refuse "$ranks" good.h5 predict good.h5 good.h5 --out new.h5
  refuse "$ranks" other_sizes.h5 evaluate model.h5 other_sizes.h5
  refuse "$ranks" other_sizes.h5 predict model.h5 other_sizes.h5 --out new.h5
  refuse "$ranks" good.h5 capture good.h5 --dataset . --split train --out new.h5
  refuse "$ranks" good.h5 report good.h5 --out page
  refuse "$ranks" prose.h5 report prose.h5 --out page
  refuse "$ranks" prose.h5 info prose.h5
  absent new.h5
  absent page
done
finish
