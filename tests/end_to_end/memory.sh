#!/usr/bin/env bash
# Training that no memory holds is refused before anything is read, and says what is too large.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py

# States files of any size that take no room on the disk: allocated, never written.
"$python" - <<'FILES' || skip "this file system does not take sparse files of 7 TB"
import h5py
def sparse(name, samples, states):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    properties.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with h5py.File(name, "w") as file:
        for dataset, width in dict(U=100, X=states, Z=states, Y=10).items():
            space = h5py.h5s.create_simple((samples, width))
            h5py.h5d.create(file.id, dataset.encode(), h5py.h5t.IEEE_F32LE, space, properties)
sparse("samples.h5", 200_000_000, 4000)
sparse("states.h5", 16, 400_000)
sparse("limited.h5", 130_000, 2000)
FILES

for ranks in 1 3; do
  for regime in auto data gram; do
    refuse "$ranks" 'no room for the states of samples.h5' train samples.h5 --lambda 1 --regime "$regime" --out model.h5
    expect "the states alone are too large on $ranks ranks, $regime" grep -q '; fewer samples take less' err
  done
  refuse "$ranks" 'G and R, which alone take' train states.h5 --lambda 1 --regime gram --out model.h5
  expect "without G there is room on $ranks ranks" grep -q '; --regime data takes no G' err
done

# A batch system may limit each process instead.
printf '#!/bin/sh\nulimit -v 2000000\nexec "%s" "$@"\n' "$SIMPLICIT" >limited
chmod +x limited
SIMPLICIT=./limited
refuse 1 '(ulimit -v) leaves' train limited.h5 --lambda 1 --regime data --out model.h5
absent model.h5
finish
