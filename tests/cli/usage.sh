#!/bin/sh
# usage.sh -- help, version, wrong usage and exit statuses; nothing here samples.
header=$(cd "${srcdir:-.}" && pwd)/include/tepui/version.h
. "${srcdir:-.}/tests/cli/lib.sh"
unset OPENBLAS_NUM_THREADS
# every command that the program names, and those that must be there
commands=$("$tepui" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
expect 0 test "$(echo "$commands" | wc -l)" -ge 16

expect 0 "$tepui" --version; says out 'tepui '; silent err
# bits: whether a result can be resumed; the rest is what a report of a fault needs
bits=$(sed -n 's/^#define TEPUI_BIT_VERSION "\(.*\)"/\1/p' "$header")
expect 0 "$tepui" version; says out "$("$tepui" --version)" 'revision ' 'compiler ' 'hdf5 '; silent err
check grep -qx "bits  *${bits:-no version in the header}" out
expect 0 "$tepui" --help; says out $commands 'Exit status'; silent err
expect 64 "$tepui"; says err Usage; silent out
for command in $commands; do
    expect 0 "$tepui" "$command" --help; says out "Usage: tepui $command"; silent err
    cp out first
    expect 0 "$tepui" help "$command"; check cmp -s out first
    expect 0 "$tepui" "$command" --version; says out 'tepui '
    expect 0 "$tepui" "$command" --usage; says out "Usage: tepui $command"
    expect 64 "$tepui" "$command" --no-such-option; says err '--no-such-option' --help; silent out
done

# unknown words: the nearest known one, or all of them
expect 64 "$tepui" tabel; says err "did you mean 'table'"; silent out
expect 64 "$tepui" qqqqqq; says err 'known: help, run, ' ' in all)'
expect 64 "$tepui" list activation rellu; says err "did you mean 'relu'? known: relu, elu, selu, gelu, silu, " ' in all)'
expect 64 "$tepui" list activation swish; says err "did you mean 'silu'?"
expect 64 "$tepui" resume; says err 'tepui run --resume'
expect 64 "$tepui" merge; says err 'tepui run --resume'
expect 64 "$tepui" figure; says err "did you mean 'plot'"
echo 'title: x' >field.yaml
expect 64 "$tepui" run field.yaml --samples 100; says err 'there is no option --samples; write --set samples=100'
expect 64 "$tepui" run --depth=4 field.yaml; says err 'write --set grid.depth=4'
expect 0 "$tepui" run --dry field.yaml # options may be cut off
expect 65 "$tepui" run field.yaml --set depth=4; says err "unknown key 'depth'; did you mean 'grid.depth'?"
expect 65 "$tepui" run field.yaml --set grid.samples=4; says err "did you mean 'samples'?"
expect 65 "$tepui" run field.yaml --set lr=4; says err "did you mean 'dynamics.rate'?"
expect 65 "$tepui" run field.yaml --set grids.depth=4; says err "did you mean 'grid.depth'?"
expect 65 "$tepui" run field.yaml --set qq.rr=4; says err "unknown key 'qq.rr'; known: "
expect 65 "$tepui" run field.yaml --set grid.init=kaiming; says err "did you mean 'he'?"
expect 65 "$tepui" run field.yaml --set grid.init=Glorot; says err "did you mean 'xavier'?"
expect 65 "$tepui" run field.yaml --set loss=ce; says err "did you mean 'cross_entropy'?"
expect 64 "$tepui" help tabel; says err "did you mean 'table'"
expect 64 "$tepui" list activatoin; says err "did you mean 'activation'"
expect 64 "$tepui" list init; says err "did you mean 'scale'"
expect 64 "$tepui" list qqqqqq; says err 'known: ' ' in all)'
expect 64 "$tepui" list --format xml; says err text csv markdown latex json

# missing and superfluous arguments
for command in run status table histogram trend escape export replay; do
    expect 64 "$tepui" "$command"; says err 'needed'
    expect 64 "$tepui" "$command" one two; says err "'two'"
done
expect 64 "$tepui" run --time 8x e.yaml; says err 8x
expect 64 "$tepui" run --time 0 e.yaml
expect 64 "$tepui" run --threads 0 e.yaml
expect 64 "$tepui" run --threads many e.yaml
expect 64 "$tepui" run --set grid.depth e.yaml; says err key=value
expect 64 "$tepui" replay --cell 0 r.h5; says err --sample
expect 64 "$tepui" replay --cell -1 --sample 0 r.h5
expect 64 "$tepui" replay --cell 1.5 --sample 0 r.h5; says err 1.5
expect 64 "$tepui" table --digits 99 r.h5; says err 17

# files that are not there
expect 65 "$tepui" run none.yaml; says err none.yaml; silent out
for command in status table histogram trend escape; do
    expect 74 "$tepui" "$command" none.h5; says err none.h5; silent out
done
expect 74 "$tepui" replay none.h5 --cell 0 --sample 0; says err none.h5

# a Hessian that nobody could hold; one for each of 4,096 threads (400 GB)
printf 'grid: {depth: 8, width: 512}\nobservables: [hessian_norm, negative_fraction]\n' >large.yaml
expect 65 "$tepui" run large.yaml -o no.h5; says err large.yaml:2 negative_fraction '7673 x 7673' 'hessian_extreme'; silent out
printf 'grid: {depth: 4, width: 500}\nobservables: [gauss_newton_spectrum]\n' >large.yaml
expect 71 "$tepui" run large.yaml -o no.h5 --threads 4096; says err '3497 x 3497' hessian_density

# a covariance over one matrix
printf 'grid: {depth: 1, width: 4}\nreadout: none\nobservables: [lyapunov_covariance]\n' >short.yaml
expect 65 "$tepui" run short.yaml -o no.h5; says err short.yaml:3 lyapunov_covariance 'no component' 'at least 2'; silent out

# lists, from the registries
expect 0 "$tepui" list; says out activation distribution scale loss source observable field
expect 0 "$tepui" list activation --long; says out relu meaning source
expect 0 "$tepui" list field; says out grid.depth output.raw
expect 0 "$tepui" list activation leaky_relu; says out 'parameters  a = 0.01' 'slope below 0'
check test "$(grep -c '^[^ ]' out)" -eq 1
expect 0 "$tepui" list law N4; says out 'observable  jacobian_vector_norm'
check test "$(head -1 out)" = N4
expect 0 "$tepui" list law N4 -f csv; check test "$(wc -l <out)" -eq 2
expect 0 "$tepui" list field depth; says out grid.depth 'default     16'
expect 64 "$tepui" list law N4 N5; says err "'N5'"
# a line each, as wide as the terminal at most; nothing is left out with --long
for family in $("$tepui" list -f csv | sed -e 1d -e 's/,.*//'); do
    rows=$("$tepui" list "$family" -f json | grep -c '^  {')
    for columns in 60 80; do
        expect 0 env COLUMNS=$columns "$tepui" list "$family"
        check test "$(wc -l <out)" -eq "$rows"
        check test -z "$(awk -v n=$columns 'length > n' out)"
    done
    expect 0 "$tepui" list "$family" --long
    check test "$(grep -c '^[^ ]' out)" -eq "$rows"
done
expect 0 "$tepui" list activation --format markdown; says out '| name' '|---'
expect 0 "$tepui" list activation --format csv; says out 'name,parameters,meaning,source'
expect 0 "$tepui" list activation --format json; says out '"name": "relu"'

# output that cannot be written; a reader that goes away is no error worth a word
if [ -c /dev/full ]; then
    for arguments in '--help' '--version' 'list' 'table --help'; do
        checks=$((checks + 1))
        "$tepui" $arguments >/dev/full 2>err
        [ $? -eq 74 ] || wrong "tepui $arguments >/dev/full must give 74"
        says err 'standard output'
    done
fi
# echo fails as soon as the reader of the pipe is gone; only then the program writes
(trap '' PIPE; { while echo x; do :; done 2>/dev/null; "$tepui" list; echo $? >status; } 2>err | :)
check test "$(cat status)" -eq 74
silent err

# one BLAS thread, whatever the environment says; the program is still called tepui
expect 0 env OPENBLAS_NUM_THREADS=7 "$tepui" --version; says out 'tepui '
finish
