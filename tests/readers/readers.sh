#!/bin/sh
# readers.sh -- what other programs read of a result is what h5py reads: xarray by both engines, netCDF4, ncdump, h5dump,
# rhdf5, hdf5r (readers.py); and Octave what export writes. Those that are missing are named;
# TEPUI_TEST_READERS=all (make check-readers): they fail the test. And a file of schema tepui-1, made by the program of
# before, is read and taken up.
here=${srcdir:-.}
case $here in /*) ;; *) here=$PWD/$here ;; esac
. "$here/tests/cli/lib.sh"
need_python 'h5py, numpy'
export OMP_NUM_THREADS=1

cat >static.yaml <<'END'
title: "Static: Größe"
seed: 3
grid: {depth: [1, 4], width: [2, depth, 6], activation: relu, init: [he, xavier]}
data: {source: sphere, dimension: 3}
loss: output
observables: [forward_norm, gradient_norm, activation_fraction]
samples: 60
output: {raw: 20}
END
cat >spectrum.yaml <<'END'
grid: {depth: [1, 2], width: 3, activation: tanh}
data: {source: gaussian, dimension: 2, points: 2, targets: gaussian}
observables: [hessian_spectrum, jacobian_singular_value]
samples: 20
output: {raw: 10}
END
cat >escape.yaml <<'END'
grid: {depth: [2, 4], width: 1, activation: linear}
data: {source: gaussian, points: 2, targets: gaussian}
loss: mse
dynamics: {optimizer: gd, rate: 0.05, steps: 40}
observables: [escape_time, path_loss]
samples: 20
output: {raw: 10}
END
cat >linear.yaml <<'END'
grid: {depth: [1, 2], width: 3, activation: linear}
data: {source: sphere}
observables: [forward_norm]
samples: 20
END
for name in static spectrum escape linear; do expect 0 "$tepui" run $name.yaml -o $name.h5 -q; done
expect 0 "$tepui" verify linear.h5 --law N1 --save
expect 0 "$python" "$here/tests/readers/readers.py" static.h5 spectrum.h5 escape.h5 linear.h5
cat "$work/out"

# Octave reads the values that `tepui export` writes; the number of each is that of Python
cat >values.m <<'END'
f = fopen(argv(){1});
fgetl(f);
while ischar(line = fgetl(f))
    value = str2double(strsplit(line, ',', 'CollapseDelimiters', false){end});
    if isfinite(value) printf('%.17g\n', value); end
end
fclose(f);
END
cat >values.py <<'END'
import csv, math, sys
for row in list(csv.reader(open(sys.argv[1])))[1:]:
    if row[-1] and math.isfinite(float(row[-1])):
        print("%.17g" % float(row[-1]))
END
if command -v octave-cli >/dev/null 2>&1; then
    for name in static spectrum escape; do
        expect 0 "$tepui" export $name.h5 --format csv -o $name.csv
        "$python" values.py $name.csv >python.txt
        octave-cli -q values.m $name.csv >octave.txt 2>/dev/null
        check [ -s octave.txt ]
        check cmp -s octave.txt python.txt
    done
    echo "Octave: $(wc -l <octave.txt) values of the last file"
elif [ "${TEPUI_TEST_READERS:-}" = all ]; then
    wrong "no octave-cli here"
else
    echo "no octave-cli here: skipped"
fi

# the lines of docs/results.md, on a file of that name
lines_of() { awk -v fence="\`\`\`$1" '$0 == fence { p = 1; next } /^```/ { p = 0 } p' "$here/docs/results.md"; }
cp static.h5 vanishing-gradients.h5
"$tepui" table vanishing-gradients.h5 --observable gradient_norm --component total --where init=he --format csv >medians.csv
check "$python" - <<'END'
import csv, h5py, json
f = h5py.File("static.h5")
o = f["observables/gradient_norm"]
rows = list(csv.reader(open("medians.csv")))[1:]
json.dump([[float(x) for x in r] for r in rows], open("medians.json", "w"))
open("want.txt", "w").write(" ".join("%d" % n for n in list(o["quantile"].shape[::-1]) + list(f["cells/depth"][()])))
END
needs() { # what is missing: left out, or a failure where all readers have to be there
    if [ "${TEPUI_TEST_READERS:-}" = all ]; then wrong "no $1 here"; else echo "no $1 here: skipped"; fi
}
if Rscript -e 'library(rhdf5)' >/dev/null 2>&1; then
    { lines_of r; echo 'cat(c(dim(median), depth))'; } >lines.R
    Rscript lines.R >got.txt 2>err
    check cmp -s got.txt want.txt
else
    needs rhdf5
fi
if command -v octave-cli >/dev/null 2>&1; then
    { lines_of octave | grep -v semilogy; echo 'printf("%.17g ", m)'; } >lines.m
    octave-cli -q lines.m >got.txt 2>err
    check "$python" -c 'import json; got = [float(x) for x in open("got.txt").read().split()]
want = json.load(open("medians.json")); assert got and got == [r[k] for k in range(len(want[0])) for r in want], (got, want)'
fi
if command -v julia >/dev/null 2>&1; then # not in Debian
    { lines_of julia; echo 'print(join(vcat(collect(size(median)), depth), " "))'; } >lines.jl
    julia lines.jl >got.txt 2>err
    check cmp -s got.txt want.txt
fi

# a file of the schema before: the same table, the bytes of a run of today after --resume; or, where the bits of today are
# others, a refusal with both
old=$here/tests/readers/tepui-1
cp "$old.h5" old.h5
expect 0 "$tepui" table old.h5 --observable gradient_norm --rows component --format csv
check cmp -s out "$old.csv"
for command in "status old.h5" "verify old.h5" "histogram old.h5 --observable forward_norm --cell 0 --component 1" \
    "replay old.h5 --cell 0 --sample 1" "table old.h5 --observable activation_fraction"; do
    expect 0 "$tepui" $command
done
expect 0 "$tepui" run "$old.yaml" -o fresh.h5 -q --set samples=512
"$tepui" run "$old.yaml" -o old.h5 -q --set samples=512 --resume 2>err
case $? in
0) check cmp -s old.h5 fresh.h5 ;;
*) says err 'in the file' ' now' ;;
esac
# nothing to add: the schema is that of today, all the same
cp "$old.h5" again.h5
rm -f fresh.h5*
expect 0 "$tepui" run "$old.yaml" -o fresh.h5 -q
"$tepui" run "$old.yaml" -o again.h5 -q --resume 2>err
case $? in
0) check cmp -s again.h5 fresh.h5 ;;
*) says err 'in the file' ' now' ;;
esac
finish
