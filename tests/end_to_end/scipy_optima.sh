#!/usr/bin/env bash
# Every objective, with and without a binding ball, against optima found by scipy.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
"$python" -c 'import h5py, scipy' 2>/dev/null || skip "python3-h5py and python3-scipy are not installed"
optima=$SOURCE_DIR/tests/end_to_end/scipy_optima.py

"$python" "$optima" make many.h5 40 1  # more samples than the 13 features
"$python" "$optima" make few.h5 12 2   # fewer

compare() {  # compare REGIME STATES KAPPA OBJECTIVE PARAMETER... -- FLAG...
  local regime=$1 states=$2 kappa=$3 objective=$4 parameters=()
  shift 4
  while [ "$1" != -- ]; do parameters+=("$1"); shift; done
  shift
  succeed 1 train "$states" --objective "$objective" "$@" --kappa "$kappa" --regime "$regime" --out model.h5
  expect "$objective ${parameters[*]} on $states, kappa $kappa, from $regime, agrees with scipy" \
    "$python" "$optima" check "$states" model.h5 "$kappa" "$objective" "${parameters[@]}"
}

compare gram many.h5 0.2 l1 0.1 -- --lambda 0.1
compare data many.h5 0.95 l1 0.1 -- --lambda 0.1
compare data few.h5 0.2 l1 0.1 -- --lambda 0.1
compare gram many.h5 0.2 elastic-net 0.2 0.4 -- --lambda 0.2 --l1-ratio 0.4
compare data many.h5 0.95 elastic-net 0.2 0.4 -- --lambda 0.2 --l1-ratio 0.4
compare gram many.h5 0.95 perspective 0.05 0.1 -- --mu 0.05 --gamma 0.1
compare data many.h5 0.2 perspective 0.05 0.1 -- --mu 0.05 --gamma 0.1
compare gram many.h5 0.2 min-norm 0.3 -- --delta 0.3
compare gram few.h5 0.95 min-norm 0 -- --delta 0
compare data few.h5 0.95 min-norm 0 -- --delta 0
compare gram many.h5 0.95 min-norm 0 -- --delta 0
finish
