#!/usr/bin/env bash
# Every setting out of its range and every output that cannot be written is refused before any work is done.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py
"$python" "$SOURCE_DIR/tests/end_to_end/bad_inputs.py" . >/dev/null
succeed 1 train good.h5 --lambda-rel 0.01 --out model.h5

# WORD, then the flags of train that must be refused for it
while read -r word flags; do
  read -ra words <<<"$flags"
  for ranks in 1 3; do
    refuse "$ranks" "$word" train good.h5 --out new.h5 "${words[@]}"
    absent new.h5
  done
done <<'SETTINGS'
--kappa --lambda 1 --kappa 0
--kappa --lambda 1 --kappa 1
--kappa --lambda 1 --kappa -0.5
--kappa --lambda 1 --kappa 1.5
--kappa --lambda 1 --kappa nan
--kappa --lambda 1 --kappa much
--lambda --lambda -1
--lambda --lambda 0
--lambda --lambda nan
--lambda --lambda inf
--lambda --lambda much
--lambda-rel --lambda-rel -1
--lambda-rel --lambda-rel much
--lambda --lambda 1 --lambda-rel 0.1
--lambda --objective l1
--objective --lambda 1 --objective l7
--tol --lambda 1 --tol 0
--tol --lambda 1 --tol -1
--tol --lambda 1 --tol much
--keep --keep 0
--keep --keep -0.1
--keep --keep 1.0001
--keep --keep nan
--keep --keep much
--keep --keep 0.5 --lambda-rel 0.1
--keep --keep 0.5 --objective min-norm
SETTINGS

# A share that no penalty keeps: the message says what can be had. One weight in a million is less than one.
"$python" - <<'COUNTS'
import shutil, h5py
for name, count in (("counted.h5", 100), ("vast.h5", 1000000), ("uncounted.h5", None)):
    shutil.copy("good.h5", name)
    with h5py.File(name, "a") as file:
        del file.attrs["baseline_parameters"]
        if count: file.attrs["baseline_parameters"] = count
COUNTS
for ranks in 1 3; do
  refuse "$ranks" 'cannot be met: these states leave at most 0.' train vast.h5 --keep 0.9 --refine 0 --out new.h5
  refuse "$ranks" baseline_parameters train uncounted.h5 --keep 0.5 --out new.h5
  refuse "$ranks" 'keep 0.001' train counted.h5 --keep 0.001 --out new.h5
  absent new.h5
done

# Outputs that cannot be written.
mkdir a_folder.h5
for ranks in 1 3; do
  refuse "$ranks" nowhere train good.h5 --lambda-rel 0.01 --out nowhere/new.h5
  refuse "$ranks" nowhere train good.h5 --lambda-rel 0.01 --out new.h5 --report nowhere/new.json
  refuse "$ranks" a_folder.h5 train good.h5 --lambda-rel 0.01 --out a_folder.h5
  refuse "$ranks" nowhere predict model.h5 good.h5 --out nowhere/new.h5
  refuse "$ranks" nowhere evaluate model.h5 good.h5 --report nowhere/new.json
  refuse "$ranks" nowhere report model.h5 --out nowhere/page
  refuse "$ranks" /proc train good.h5 --lambda-rel 0.01 --out /proc/new.h5
  absent new.h5
done
if [ "$(id -u)" -ne 0 ]; then
  mkdir read_only
  chmod a-w read_only
  refuse 1 read_only train good.h5 --lambda-rel 0.01 --out read_only/new.h5
fi

refuse 1 --fixed-point-tol evaluate model.h5 good.h5 --fixed-point-tol -1
# Attacks: on files with labels and without.
"$python" - <<'LABELS'
import shutil, h5py, numpy as np
for name, keep in (("labelled.h5", True), ("unlabelled.h5", False)):
    shutil.copy("good.h5", name)
    with h5py.File(name, "a") as file:
        if "labels" in file: del file["labels"]
        if keep: file["labels"] = np.zeros(file["U"].shape[0], dtype=np.int64)
LABELS
succeed 1 evaluate model.h5 labelled.h5 --attack fgsm,pgd --epsilon 0,0.1 --report attacked.json
for ranks in 1 3; do
  refuse "$ranks" --epsilon evaluate model.h5 labelled.h5 --attack fgsm --epsilon -0.1
  refuse "$ranks" --epsilon evaluate model.h5 labelled.h5 --attack fgsm --epsilon nan
  refuse "$ranks" --attack evaluate model.h5 labelled.h5 --epsilon 0.1
  refuse "$ranks" --certify-epsilon evaluate model.h5 labelled.h5 --certify-epsilon 1e-4,-1e-4
  refuse "$ranks" --certify-epsilon evaluate model.h5 labelled.h5 --certify-epsilon inf
  refuse "$ranks" cw evaluate model.h5 labelled.h5 --attack fgsm,cw --report new.json
  refuse "$ranks" labels evaluate model.h5 unlabelled.h5 --attack pgd --report new.json
  absent new.json
done
refuse 1 --pgd-steps evaluate model.h5 labelled.h5 --attack pgd --pgd-steps 0
refuse 1 --pgd-step evaluate model.h5 labelled.h5 --attack pgd --pgd-step 0
refuse 1 --dataset capture model.h5 --split train --out new.h5
refuse 1 nowhere baseline --dataset nowhere --hidden 4 --epochs 1 --out new.h5
absent new.h5
finish
