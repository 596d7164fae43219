#!/usr/bin/env bash
# The report page as a browser shows it: every picture loads, nothing is logged as an error, and nothing is wider
# than the window, at 400 pixels too.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip "Chromium is not installed"
command -v gnuplot >/dev/null || skip "gnuplot is not installed"

succeed 1 baseline --dataset "$dataset" --hidden 24,12 --epochs 1 --seed 3 --out baseline.h5
succeed 1 capture baseline.h5 --dataset "$dataset" --split train --samples 600 --out states.h5
succeed 1 capture baseline.h5 --dataset "$dataset" --split test --samples 300 --out test.h5
for lambda in 1e-3 1e-2 5e-2; do
  succeed 1 train states.h5 --lambda-rel $lambda --out "model $lambda.h5" --report "train $lambda.json"
  succeed 1 evaluate "model $lambda.h5" test.h5 --attack fgsm,pgd --epsilon 0.01,0.05 --certify-epsilon 1e-4,1e-3 \
    --report "evaluate $lambda.json"
done
succeed 1 path states.h5 --test test.h5 --steps 3 --lambda-rel-to 1e-2 --out path.h5
succeed 1 report model*.h5 train*.json evaluate*.json path.h5 --out page
expect "the best model comes first" grep -q '<h2>model 1e-3.h5</h2>' page/index.html

# The page says of itself, once loaded in a frame of some width, what is missing and whether it fits.
# shellcheck disable=SC2016  # a script of the page, no shell's
sed 's|</body>|<script>addEventListener("load",()=>{const all=[...document.images];parent.postMessage(`${all.length} pictures, ${all.filter(i=>!i.naturalWidth).length} missing, ${document.documentElement.scrollWidth>innerWidth?"too wide":"fits"} at ${innerWidth}`,"*")})</script>&|' \
  page/index.html >page/checked.html
pictures=$(grep -c '<img ' page/index.html)
for width in 400 1280; do
  cat >page/framed.html <<FRAME
<!doctype html><title>nothing</title><script>addEventListener("message", e => document.title = e.data)</script>
<iframe src="checked.html" style="width: ${width}px; height: 2000px; border: 0"></iframe>
FRAME
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/browser" \
    --window-size=1400,2000 --virtual-time-budget=5000 --enable-logging=stderr --dump-dom \
    "file://$scratch/page/framed.html" >out 2>err || true
  expect "$pictures pictures fit at $width pixels: $(grep -o '<title>.*</title>' out)" \
    grep -q "<title>$pictures pictures, 0 missing, fits at $width<" out
  expect "nothing is logged at $width pixels" test "$(grep -c 'CONSOLE' err)" -eq 0
done
finish
