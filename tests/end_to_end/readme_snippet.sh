#!/usr/bin/env bash
# The guide's snippet for a network of one's own runs as it stands, and what it writes can be trained on exactly.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py

sed -n '/<!-- own network -->/,/<!-- end -->/p' "$SOURCE_DIR/docs/guide.md" | sed '/^<!--/d; /^```/d' >own_network.py
expect "the snippet is between its markers" grep -q h5py own_network.py
expect "the snippet is short" test "$(grep -c . own_network.py)" -le 24
"$python" own_network.py

succeed 2 train own_states.h5 --lambda-rel 1e-3 --report own.json --out own_model.h5
succeed 1 evaluate own_model.h5 own_states.h5 --report own_evaluate.json
"$python" - <<'CHECK'
import json
run, scores = json.load(open("own.json")), json.load(open("own_evaluate.json"))
assert run["solved"] == run["rows"] == 33, run          # 16 + 12 states, 5 outputs
assert run["norm_a_inf"] <= 0.95 * (1 + 1e-12), run
assert run["kept"] is not None, run
assert scores["state_error"] < 0.2 and scores["output_error"] < 0.2, scores  # rescaled well, so matched well
CHECK
# The model in numpy and torch, as the guide runs it.
"$python" -c 'import scipy' 2>/dev/null || skip "python3-scipy is not installed"
between() { sed -n "/<!-- $1 -->/,/<!-- end -->/p" "$SOURCE_DIR/docs/guide.md" | sed '/^<!--/d; /^```/d'; }
between numpy >run_model.py
expect "the model in numpy is between its markers" grep -q 'def outputs' run_model.py
cat >>run_model.py <<'NUMPY'
with h5py.File("own_states.h5") as states, h5py.File("predicted.h5") as predicted:
    U, Y = states["U"][:], predicted["Y"][:]
assert np.abs(outputs(U) - Y).max() < 1e-6 * np.abs(Y).max(), np.abs(outputs(U) - Y).max()
NUMPY
if "$python" -c 'import torch' 2>/dev/null; then
  between 'torch model' >>run_model.py
  echo 'assert np.abs(torch_outputs(torch.from_numpy(U)).numpy() - Y).max() < 1e-6 * np.abs(Y).max()' >>run_model.py
fi
for activation in relu tanh; do
  sed "s/\"activation\": \"relu\"/\"activation\": \"$activation\"/; s/np.maximum(z, 0)/np.$([ $activation = relu ] && echo 'maximum(z, 0)' || echo 'tanh(z)')/" own_network.py >network.py
  [ "$activation" = relu ] || sed -i 's/factor \*= .*/pass/' network.py # no factors where phi is not positively homogeneous
  "$python" network.py
  succeed 1 train own_states.h5 --lambda-rel 1e-3 --out own_model.h5
  succeed 1 predict own_model.h5 own_states.h5 --fixed-point-tol 1e-12 --out predicted.h5
  [ "$activation" = relu ] || sed -i '/^import torch/,$d' run_model.py # the torch model is one for relu
  expect "numpy gives what predict gives, $activation" "$python" run_model.py
done
finish
