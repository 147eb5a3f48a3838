#!/bin/sh
# usage.sh -- help, version, wrong usage and exit statuses; nothing here samples.
. "${srcdir:-.}/tests/cli/lib.sh"
commands='run status table histogram verify theory threshold trend escape plot report compare export replay list bench'

expect 0 "$tepui" --version; says out 'tepui '; silent err
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
expect 64 "$tepui" qqqqqq; says err $commands
expect 64 "$tepui" help tabel; says err "did you mean 'table'"
expect 64 "$tepui" list activatoin; says err "did you mean 'activation'"
expect 64 "$tepui" list qqqqqq; says err activation distribution observable field
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
expect 0 "$tepui" list activation; says out relu meaning source
expect 0 "$tepui" list field; says out grid.depth output.raw
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
