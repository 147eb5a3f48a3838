#!/bin/sh
# end_to_end.sh -- a small experiment through every command: run, status, table, histogram, replay; resume and refusals.
. "${srcdir:-.}/tests/cli/lib.sh"
unset OPENBLAS_NUM_THREADS
cat >small.yaml <<'END'
title: small "quoted" & <example>
seed: 7
grid:
  depth: [1, 2, 3]
  width: [1, depth, 8]
  init: [he, xavier]
data: {targets: gaussian}
observables: [forward_norm, gradient_norm, activation_fraction]
samples: 400
output: {raw: 400, probabilities: [0.25, 0.5, 0.75]}
END

# --- plan: 3 depths x 3 widths x 2 initialisations; at depth 1, widths 1 and depth are the same cell
expect 0 "$tepui" run small.yaml --dry-run
says out '18, of which 16 are distinct' '6400 in all' memory disk time 'fits'
check test ! -e small.h5
expect 71 "$tepui" run small.yaml --dry-run --set output.raw=1000000000 --set samples=1000000000
says out 'fits        no'; says err output.raw memory
expect 71 "$tepui" run small.yaml --set output.raw=1000000000 --set samples=1000000000
check test ! -e small.h5
expect 65 "$tepui" run small.yaml --set grid.dept=1; says err dept
expect 65 "$tepui" run small.yaml --set samples=0; says err samples

# --- run
expect 0 "$tepui" run small.yaml; silent out; says err small.h5
check test -s small.h5
check test -s small.h5.log
expect 64 "$tepui" run small.yaml; says err exists --resume -o
expect 0 "$tepui" run small.yaml --resume --quiet; silent out; silent err
expect 0 "$tepui" run small.yaml -o other.h5 --threads 1 --quiet; silent out; silent err
check cmp -s small.h5 other.h5
expect 74 "$tepui" run small.yaml -o no/such/folder/x.h5; says err no/such/folder
expect 0 "$tepui" run small.yaml -o new.h5 --resume; says err 'starting from the beginning'
check cmp -s small.h5 new.h5

# a changed experiment is refused by name; more samples are welcome and give the same table as at once
expect 65 "$tepui" run small.yaml --resume --set seed=8; says err seed
expect 65 "$tepui" run small.yaml --resume --set grid.depth=[1,2]; says err grid.depth
expect 0 "$tepui" run small.yaml -q -o more.h5 --set samples=200
expect 0 "$tepui" run small.yaml -q -o more.h5 --resume
for statistic in median mean kurtosis count; do
    "$tepui" table small.h5 -O gradient_norm -s $statistic --format csv >once
    expect 0 "$tepui" table more.h5 -O gradient_norm -s $statistic --format csv
    check cmp -s once out
done

# NaN fails the run, after it is saved, unless it is allowed: the angle of a dead ReLU layer does not exist
cat >nan.yaml <<'END'
grid: {depth: 4, width: 1}
data: {points: 2, targets: gaussian}
observables: [angle]
samples: 100
END
expect 1 "$tepui" run nan.yaml; says err 'angle' 'not finite' output.allow_nan
expect 0 "$tepui" status nan.h5; says out complete
expect 0 "$tepui" table nan.h5 -O angle -s nan
expect 0 "$tepui" run nan.yaml -o allowed.h5 --set output.allow_nan=true

# --- control characters of a file are shown, not obeyed
sed 's/^grid/title: "red \\e[31m and\\u009b"\ngrid/' nan.yaml >red.yaml
expect 1 "$tepui" run red.yaml --quiet
for command in status 'status --format markdown'; do
    expect 0 "$tepui" $command red.h5; says out 'x1b[31m and' 'xc2' 'x9b'
    check test "$(tr -dc '\033\233' <"$work/out" | wc -c)" -eq 0
done
expect 65 "$tepui" run red.yaml -o no.h5 --set "data.file=$(printf 'a\rb')"
check test "$(tr -dc '\r' <"$work/err" | wc -c)" -eq 0

# --- status
expect 0 "$tepui" status small.h5; says out complete '6400 of 6400 (100.0 % of the work)'
expect 0 "$tepui" status small.h5 --format json; says out '"state": "complete"' '"samples": 6400' '\"quoted\"'
expect 0 "$tepui" status small.h5 --format csv; says out 'title,state' '"small ""quoted'

# --- table
expect 0 "$tepui" table small.h5 --observable gradient_norm
says out 'median of gradient_norm, component total' 'init = he' 'init = xavier' 'depth \ width'
expect 0 "$tepui" table small.h5 -O gradient_norm --statistic mean; says out 'mean of ln gradient_norm'
expect 0 "$tepui" table small.h5 -O gradient_norm --interval; says out ' [' 'interval'
expect 0 "$tepui" table small.h5 -O gradient_norm --format latex; says out '\begin{tabular}{rrrr}' '\\'
expect 0 "$tepui" table small.h5 -O gradient_norm --format markdown; says out '|--' '### init = he'
expect 0 "$tepui" table small.h5 -O gradient_norm --format csv --interval
says out 'init,depth,width=1,width=1 low,width=1 high,width=depth,'
check test "$(wc -l <out)" -eq 7
expect 0 "$tepui" table small.h5 -O gradient_norm --format json; says out '"records"' '"init": "he"' '"ln": '
expect 0 "$tepui" table small.h5 -O gradient_norm --where init=he --where depth=2 --rows component --columns width
says out total output
expect 0 "$tepui" table small.h5 -O forward_norm --component 0 -s count --where init=he; says out 400
for statistic in sd variance skewness kurtosis minimum maximum count zero nan under over quantile=0.25; do
    expect 0 "$tepui" table small.h5 -O activation_fraction -s $statistic; says out "${statistic%=*}"
done
expect 64 "$tepui" table small.h5; says err forward_norm gradient_norm activation_fraction
expect 64 "$tepui" table small.h5 -O gradient_nrom; says err "did you mean 'gradient_norm'"
expect 64 "$tepui" table small.h5 -O gradient_norm --component 17; says err total output last
expect 64 "$tepui" table small.h5 -O gradient_norm -s quantile=0.9; says err '0.25, 0.5, 0.75'
expect 64 "$tepui" table small.h5 -O gradient_norm -s mean --interval
expect 64 "$tepui" table small.h5 -O gradient_norm --rows dpeth; says err depth
expect 64 "$tepui" table small.h5 -O gradient_norm --rows depth --columns depth
expect 64 "$tepui" table small.h5 -O gradient_norm --where init=hee; says err he xavier
expect 64 "$tepui" table small.h5 -O gradient_norm --where init; says err key=value

# --- histogram
expect 64 "$tepui" histogram small.h5 -O forward_norm; says err --where --cell
expect 64 "$tepui" histogram small.h5 -O forward_norm --cell 18; says err '0 .. 17'
expect 0 "$tepui" histogram small.h5 -O forward_norm --cell 17; says out zero under over nan '####' 'depth = 3'
expect 0 "$tepui" histogram small.h5 -O gradient_norm --cell 0 --format csv; says out part,ln_low,ln_high,count,density
check test "$(awk -F, 'NR > 1 { n += $4 } END { print n }' out)" -eq 400
expect 0 "$tepui" histogram small.h5 -O gradient_norm --cell 0 --bins 3 --format csv
check test "$(grep -c '^bin' out)" -le 3
check test "$(awk -F, 'NR > 1 { n += $4 } END { print n }' out)" -eq 400
expect 0 "$tepui" histogram small.h5 -O forward_norm --where init=he --where depth=3 --where width=8 --format json
says out '"part": "zero"'

# --- replay: every raw sample comes back bit for bit
for cell in 0 3 17; do
    expect 0 "$tepui" replay small.h5 --cell $cell --sample 399
    says out 'agrees bit for bit' total same seed widths
done
# spectra: 13 numbers of every sample, in the order of the samples
printf 'grid: {depth: 2, width: 3}\ndata: {source: gaussian, targets: gaussian}\nobservables: [hessian_spectrum]\nsamples: 60\noutput: {raw: 60}\n' >spectrum.yaml
expect 0 "$tepui" run spectrum.yaml -o spectrum.h5 --quiet
expect 0 "$tepui" replay spectrum.h5 --cell 0 --sample 3; says out 'agrees bit for bit' negative positive
expect 0 "$tepui" replay small.h5 --cell 17 --sample 0 --format json; says out '"values"' '"in_file": "same"'
expect 0 "$tepui" replay small.h5 --cell 17 --sample 123456789012; says out 'no raw samples'
expect 64 "$tepui" replay small.h5 --cell 18 --sample 0; says err '0 .. 17'

# --- a precision below the width of the bins (0.05) is reached. ln |W_16 ... W_1 x| is a sum of 16 ln(chi_2), with the
# standard deviation sqrt(16 pi^2/24) = 2.57: its median has the half width 1.96 sqrt(pi/2) 2.57/sqrt(n), 99,400 samples
# for 0.02; intervals end at bins of 0.02/5 (a fifth more samples), and a look is a quarter later than the one before
printf 'grid: {depth: 16, width: 2, activation: linear, init: lecun}\ndata: {source: sphere}\nreadout: none\nloss: output\nobservables: [forward_norm]\nsamples: 400000\noutput: {layers: 1}\nprecision: {half_width: 0.02}\n' >fine.yaml
expect 0 "$tepui" run fine.yaml -o fine.h5 --quiet
expect 0 "$tepui" status fine.h5 --format csv
n=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "samples") at = i } NR == 2 { print $at }' out)
checks=$((checks + 1)); [ "$n" -gt 90000 ] && [ "$n" -lt 160000 ] || wrong "a half width of 0.02 took $n samples, not about 120,000"

# --- an unwritable output is noticed by every command
if [ -c /dev/full ]; then
    for arguments in 'status small.h5' 'table small.h5 -O gradient_norm' 'histogram small.h5 -O forward_norm --cell 1' \
        'replay small.h5 --cell 0 --sample 0' 'run small.yaml --dry-run'; do
        checks=$((checks + 1))
        "$tepui" $arguments >/dev/full 2>err
        [ $? -eq 74 ] || wrong "tepui $arguments >/dev/full must give 74"
    done
fi

# --- files that are no results
expect 65 "$tepui" status small.yaml; says err small.yaml
head -c 2000 small.h5 >cut.h5
expect 65 "$tepui" table cut.h5 -O gradient_norm; says err cut.h5
finish
