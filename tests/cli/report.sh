#!/bin/sh
# report.sh -- tepui report hands over to the Python package: a page, its bytes twice the same, and the exit statuses.
. "${srcdir:-.}/tests/cli/lib.sh"
need_python 'h5py, matplotlib'
MPLCONFIGDIR=$work
export MPLCONFIGDIR

printf 'title: Small\nseed: 1\ngrid: {depth: [2, 4, 8], width: 3, activation: relu}\ndata: {source: sphere}\nobservables: [forward_norm]\nsamples: 50\n' >e.yaml
expect 0 "$tepui" run e.yaml -o r.h5 --quiet
expect 0 "$tepui" report r.h5 -o one.html; silent err; silent out
expect 0 "$tepui" report --output=two.html r.h5; silent err
check cmp -s one.html two.html
check grep -q '<h1>Small</h1>' one.html
check grep -q 'tepui verify --save r.h5' one.html
expect 0 "$tepui" report r.h5 -o named.html --title 'A & B'
check grep -q '<h1>A &amp; B</h1>' named.html
# verdicts in the file are on the page
"$tepui" verify r.h5 --save >out 2>err
expect 0 "$tepui" report r.h5 -o judged.html
check grep -q '[1-9][0-9]* holds' judged.html

expect 64 "$tepui" report; says err '-o NAME'
expect 64 "$tepui" report r.h5; says err '-o NAME'
expect 64 "$tepui" report -o no.html; says err 'result file'
expect 64 "$tepui" report r.h5 -o no.pdf; says err .html
expect 64 "$tepui" report r.h5 -o no.html --no-such-option; says err no-such-option
expect 65 "$tepui" report e.yaml -o no.html; says err 'e.yaml is no result'
expect 65 "$tepui" report r.h5 e.yaml -o no.html; says err e.yaml
expect 74 "$tepui" report missing.h5 -o no.html; says err missing.h5
expect 74 "$tepui" report r.h5 -o none/no.html; says err none/no.html
check test ! -e no.html

# a package that is missing: 69, with Debian's name for it
mkdir broken
echo 'raise ImportError("none here")' >broken/matplotlib.py
PYTHONPATH=$work/broken expect 69 "$tepui" report r.h5 -o no.html; says err python3-matplotlib
echo 'raise ImportError("none here")' >broken/h5py.py
PYTHONPATH=$work/broken expect 69 "$tepui" report r.h5 -o no.html; says err python3-h5py
check test ! -e no.html
finish
