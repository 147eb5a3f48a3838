#!/bin/sh
# plot.sh -- tepui plot hands over to the Python package: a file, its bytes twice the same, and the exit statuses.
. "${srcdir:-.}/tests/cli/lib.sh"
need_python 'h5py, matplotlib'
MPLCONFIGDIR=$work
export MPLCONFIGDIR

printf 'seed: 1\ngrid: {depth: [2, 4, 8], width: 3, activation: relu}\ndata: {source: sphere}\nobservables: [forward_norm]\nsamples: 50\n' >e.yaml
expect 0 "$tepui" run e.yaml -o r.h5 --quiet
expect 0 "$tepui" plot fan r.h5 -o one.svg; silent err
expect 0 "$tepui" plot fan r.h5 --output=two.svg --observable forward_norm; silent err
check cmp -s one.svg two.svg
check grep -q '<svg' one.svg
expect 0 "$tepui" plot fan r.h5 -o where.png --where depth=2,4 --dpi 50 --caption; says out 'seed 1'
expect 0 "$tepui" plot --list; says out fan histogram verdicts
expect 64 "$tepui" plot fann r.h5 -o no.svg; says err "did you mean fan"
expect 64 "$tepui" plot fan r.h5 -o no.jpg; says err .svg
expect 64 "$tepui" plot fan r.h5; says err '-o NAME'
expect 64 "$tepui" plot fan r.h5 -o no.svg --dpi 0; says err dpi
expect 65 "$tepui" plot fan e.yaml -o no.svg
expect 65 "$tepui" plot spectrum r.h5 -o no.svg; says err hessian_spectrum
expect 74 "$tepui" plot fan missing.h5 -o no.svg; says err missing.h5
check test ! -e no.svg

# a package that is missing: 69, with Debian's name for it
mkdir broken
echo 'raise ImportError("none here")' >broken/matplotlib.py
PYTHONPATH=$work/broken expect 69 "$tepui" plot fan r.h5 -o no.svg; says err python3-matplotlib
finish
