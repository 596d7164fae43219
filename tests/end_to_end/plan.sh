#!/usr/bin/env bash
# Predictions from a states file and from runs, and what may be wrong with either.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_h5py

"$python" "$SOURCE_DIR/tests/end_to_end/made_states.py" states.h5 300 40 30 5 1
for ranks in 1 2; do
  succeed "$ranks" train states.h5 --lambda-rel 1e-3 --out model.h5 --report "run $ranks.json"
done
succeed 1 plan "run 1.json" "run 2.json" --ranks 1,2,4096 --rows 1000000 --report plan.json
expect "a line for each number of ranks" test "$(grep -cE '^ +(1|2|4096) ' out)" -eq 3
expect "predictions that make sense" "$python" - <<'CHECK'
import json

first, second, many = json.load(open("plan.json"))["predictions"]
assert first["ranks"] == 1 and many["ranks"] == 4096
assert first["efficiency"] > 0.99 and 0 < many["efficiency"] <= 1
assert second["seconds"]["solve"] > 0
assert first["seconds"]["solve"] > 5 * many["seconds"]["solve"]
assert many["node_bytes"] > 0 and 0 <= many["coordinator_load"] <= 1
CHECK
for ranks in 1 3; do
  succeed "$ranks" plan states.h5 --ranks 1,2,64
  expect "one table on $ranks ranks" test "$(grep -cE '^ +64 ' out)" -eq 1
done

refuse 1 required plan
refuse 2 nothing.json plan nothing.json
echo '{"rows": 3}' >short.json
refuse 2 "is missing" plan short.json
echo 'rows: 3' >text.json
refuse 1 "neither a states file" plan text.json
refuse 1 "not both" plan states.h5 "run 1.json"
refuse 1 "--lambda" plan "run 1.json" --lambda 1
refuse 1 "--kappa" plan "run 1.json" --kappa 0.5
refuse 1 "--kappa" plan states.h5 --kappa 2
refuse 1 --lambda-rel plan states.h5 --lambda-rel -1
refuse 2 X plan model.h5
refuse 1 --ranks plan "run 1.json" --ranks 0
refuse 1 --rows plan "run 1.json" --rows -5
refuse 1 --bandwidth plan "run 1.json" --bandwidth 0
refuse 1 --report plan "run 1.json" --report "run 1.json"
sed 's/"features": 70/"features": 71/' "run 2.json" >other.json
refuse 1 "another problem" plan "run 1.json" other.json
finish
