#!/bin/sh
# dynamics.sh -- experiments with trajectories from the outside: plans, runs, replays, tables, and what is refused.
. "${srcdir:-.}/tests/cli/lib.sh"
cat >paths.yaml <<'END'
title: trajectories
seed: 4
grid: {depth: [2, 3], width: 4, activation: [tanh, relu], vary: one}
data: {points: 4, outputs: 2, targets: one}
dynamics:
  optimizer: [adam, sgd, perturbed_gd]
  rate: [0.01, 0.1]
  batch: 2
  steps: 200
  record: 50
observables: [escape_time, path_loss, path_gradient_norm, path_step_size, path_lambda_min, path_metric_max, gradient_norm]
samples: 6
output: {raw: 6}
END

expect 0 "$tepui" run paths.yaml --dry-run
says out 'cells       24, of which 24 are distinct'
expect 0 "$tepui" run paths.yaml -o paths.h5 --threads 2
for cell in 0 1 2 5 9 14 23; do
    for sample in 0 5; do
        expect 0 "$tepui" replay paths.h5 --cell $cell --sample $sample
        says out 'agrees bit for bit' escape_time path_metric_max 't=50'
    done
done
expect 65 "$tepui" run paths.yaml -o paths.h5 --resume --set dynamics.steps=300; says err dynamics.steps 200 300
expect 65 "$tepui" run paths.yaml -o paths.h5 --resume --set dynamics.rate=0.02; says err dynamics.rate
expect 0 "$tepui" run paths.yaml -o paths.h5 --resume --set samples=8
expect 0 "$tepui" replay paths.h5 --cell 3 --sample 1; says out 'agrees bit for bit'
expect 0 "$tepui" table paths.h5 --observable escape_time; silent err

# the stored experiment spells every default out, and is one
expect 0 "$tepui" run paths.yaml -o plain.h5 --set 'observables=gradient_norm' --set dynamics.optimizer=gd \
    --set dynamics.rate=0.01 --set dynamics.batch=0 --set dynamics.steps=10000 --set dynamics.record=0
expect 0 "$tepui" replay plain.h5 --cell 0 --sample 0; says out 'agrees bit for bit'

# one message: file, line, key
refused() {
    printf '%s\n' 'data: {points: 4, targets: gaussian}' 'observables: [path_loss]' "dynamics: {$1}" >bad.yaml
    expect 65 "$tepui" run bad.yaml -o no.h5 --dry-run
    says err "bad.yaml:3: dynamics.$2: " "$3"; silent out
    check test "$(wc -l <"$work/err")" -eq 1
}
refused 'optimizer: adma' optimizer "did you mean 'adam'"
refused 'rate: -1' rate 'above 0'
refused 'steps: 10, record: 20' record '10 steps'
refused 'optimizer: adam, batch: 5' batch '5 from 4'
refused 'batch: 2' batch 'gd takes the gradient over all points'
refused 'optimizer: sgd, batch: 4' batch 'less than data.points'
refused 'escape: los' escape "did you mean 'loss'"
printf 'dynamics: {rate: 0.1}\n' >bad.yaml
expect 65 "$tepui" run bad.yaml; says err 'bad.yaml:1: dynamics.rate: ' 'no observable follows'
printf 'data: {targets: zero}\ndynamics: {escape: loss}\nobservables: [escape_time]\n' >bad.yaml
expect 65 "$tepui" run bad.yaml; says err 'bad.yaml:2: dynamics.escape: ' 'output or curvature'

# stopped inside trajectories by the time limit, and resumed: the same bytes
sed -e 's/steps: 200/steps: 20000/' -e 's/escape_time,/path_loss,/' -e 's/path_loss, path_loss/path_loss/' paths.yaml >long.yaml
expect 0 "$tepui" run long.yaml -o whole.h5 --threads 2
"$tepui" run long.yaml -o parts.h5 --threads 2 --time 0.3s >out 2>err
for i in $(seq 1000); do
    cmp -s whole.h5 parts.h5 && break
    "$tepui" run long.yaml -o parts.h5 --threads 2 --resume --time 0.3s >out 2>err
done
check cmp whole.h5 parts.h5
finish
