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
finish
