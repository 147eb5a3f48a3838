#!/bin/sh
# export.sh -- `tepui export` in csv, json and npz against h5py (export.py); Octave reads the csv where it is installed.
here=${srcdir:-.}
case $here in /*) ;; *) here=$PWD/$here ;; esac
. "$here/tests/cli/lib.sh"
cat >nets.yaml <<'END'
title: "Größe, \"quoted\""
seed: 3
grid: {depth: [1, 3], width: [2, depth], activation: [relu, "leaky_relu(a=0.1)"], init: he}
data: {source: sphere, dimension: 3}
loss: output
observables: [forward_norm, gradient_norm, activation_fraction]
samples: 60
output: {raw: 20}
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
find_python 'h5py, numpy'
for name in nets escape; do
    expect 0 "$tepui" run $name.yaml -o $name.h5 -q
    expect 0 "$tepui" export $name.h5; cp out $name.csv
    expect 0 "$tepui" export $name.h5 -o other.csv; silent out; check cmp -s other.csv $name.csv
    expect 0 "$tepui" export $name.h5 --samples --format csv -o $name-samples.csv
    expect 0 "$tepui" export $name.h5 -f json -o $name.json
    expect 0 "$tepui" export $name.h5 -f npz -s -o $name.npz
    expect 0 "$tepui" export $name.h5 -f npz -s; check cmp -s out $name.npz
    if [ -n "$python" ]; then
        expect 0 "$python" "$here/tests/cli/export.py" $name.h5 $name.csv $name-samples.csv $name.json $name.npz
        cat out
    fi
done
# Octave: quoted fields, empty ones, infinite ones
if command -v octave >/dev/null; then
    cat >read.m <<'END'
f = fopen("escape.csv"); names = strsplit(fgetl(f), ",");
c = textscan(f, repmat("%q", 1, numel(names)), "Delimiter", ",");
at = @(n) find(strcmp(names, n));
pick = strcmp(c{at("observable")}, "escape_time") & strcmp(c{at("statistic")}, "count");
printf("%g ", str2double(c{at("value")}(pick))); printf("%s ", c{at("optimizer")}{1});
printf("%d\n", any(isinf(str2double(c{at("value")}))));
END
    expect 0 octave --no-gui --norc --quiet read.m
    says out '20 20' 'gd'
else
    echo "no octave: left out"
fi
# a file of before, and what cannot be
expect 0 "$tepui" export "$here/tests/readers/tepui-1.h5"
check test "$(wc -l <out)" -gt 100
expect 64 "$tepui" export nets.h5 -f mat; says err 'csv, json, npz'
expect 64 "$tepui" export; says err 'a result file is needed'
expect 64 "$tepui" export nets.h5 -o nets.h5; says err 'would be overwritten'
expect 0 "$tepui" status nets.h5
expect 65 "$tepui" export nets.yaml; silent out
expect 74 "$tepui" export nets.h5 -o nowhere/x.csv; says err 'nowhere/x.csv'
expect 0 "$tepui" run nets.yaml -o bare.h5 -q --set output.raw=0
expect 65 "$tepui" export bare.h5 --samples; says err 'output.raw'; silent out
if [ -w /dev/full ]; then
    checks=$((checks + 1))
    "$tepui" export nets.h5 >/dev/full 2>err && wrong 'a full disk was not noticed'
    expect 74 "$tepui" export nets.h5 -o /dev/full
fi
finish
