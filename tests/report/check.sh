#!/bin/sh
# check.sh -- reports of small results in headless Chromium (chromium.py); the screenshots stay in check-report/ of the build
# folder. Skipped (77) where Chromium or a Python package is missing.
. "${srcdir:-.}/tests/cli/lib.sh"
here=$(cd "$build" && cd "${srcdir:-.}" && pwd)
need_python 'h5py, matplotlib'
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || :)}
[ -n "$chromium" ] || { echo "no Chromium (Debian: chromium): skipped"; exit 77; }
CHROMIUM=$chromium MPLCONFIGDIR=$work
export CHROMIUM MPLCONFIGDIR
shots=$build/check-report
mkdir -p "$shots"

cat >nets.yaml <<'TEXT'
title: "Nets of a width, & of \"depth\" <b>"
seed: 3
grid: {depth: [1, 2, 4, 8], width: [4, depth], activation: relu, init: [he, xavier]}
data: {source: sphere, dimension: 3}
observables: [forward_norm, gradient_norm, hessian_norm, hessian_block_norm, hessian_spectrum, jacobian_singular_value]
loss: mse
samples: 60
output: {raw: 60}
TEXT
cat >escape.yaml <<'TEXT'
title: Escape
seed: 6
grid: {depth: [2, 8, 16], width: 1, activation: linear, init: lecun, law: uniform}
data: {source: sphere, targets: one}
readout: none
dynamics: {optimizer: [gd, adam], rate: [0.01, 0.1], steps: 500, record: 100}
observables: [escape_time, escape_rate, path_loss, path_gradient_norm]
samples: 40
output: {raw: 40}
TEXT
for name in nets escape; do expect 0 "$tepui" run $name.yaml -o $name.h5 --quiet; done
"$tepui" verify nets.h5 --save >/dev/null 2>&1 # what it finds is not the matter here
expect 0 "$tepui" report nets.h5 escape.h5 -o report.html
expect 0 "$python" "$here/tests/report/chromium.py" report.html "$shots"
cat out
echo "screenshots: $shots"
finish
