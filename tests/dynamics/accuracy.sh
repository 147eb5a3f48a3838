#!/bin/sh
# accuracy.sh -- minibatches from the whole data set, rows held out and their accuracy: beside NumPy, and what is refused.
oracle=$(cd "${srcdir:-.}" && pwd)/tests/dynamics/accuracy.py
. "${srcdir:-.}/tests/cli/lib.sh"
need_python "h5py, numpy"
expect 0 "$python" "$oracle" "$build/oracle_samples"

cat >a.yaml <<'END'
seed: 3
grid: {depth: 2, width: 4, activation: tanh, init: he}
data: {source: hdf5, file: d.h5, labels_dataset: y, points: 2, resample: true, normalise: none, held_out: 2}
loss: cross_entropy
dynamics: {optimizer: sgd, rate: 0.5, batch: 2, batch_from: data, steps: 1, record: 1}
observables: [path_loss, path_accuracy, path_gradient_norm]
samples: 60
output: {raw: 60}
END
# interrupted in the middle of trajectories, the run ends with the same bytes
sed -e 's/steps: 1, record: 1/steps: 20000, record: 20000/' -e 's/samples: 60/samples: 4/' a.yaml >long.yaml
expect 0 "$tepui" run long.yaml -o whole.h5 --quiet
"$tepui" run long.yaml -o parts.h5 --quiet --time 0.2s
for _ in 1 2 3 4; do
    "$tepui" run long.yaml -o parts.h5 --quiet --resume --time 0.3s
done
expect 0 "$tepui" run long.yaml -o parts.h5 --quiet --resume
expect 0 cmp whole.h5 parts.h5

refused() {
    sed "$1" a.yaml >bad.yaml
    shift
    expect 65 "$tepui" run bad.yaml --dry-run
    says err "$@"
}
refused 's/, held_out: 2//' path_accuracy 'data.held_out'
refused 's/held_out: 2/held_out: 7/' 'data.held_out: 7 rows, the set has 7'
refused 's/held_out: 2/held_out: 6/' 'data.points: 2 points, the set has 1'
refused 's/batch: 2/batch: 1/' dynamics.batch_from 'data.points, 2, not 1'
refused 's/optimizer: sgd/optimizer: gd/; s/batch: 2, //' dynamics.batch_from minibatches
refused 's/depth: 2,/depth: 2, architecture: "[dense, batch_norm, activation]",/' path_accuracy 'batch_norm'
refused 's/source: hdf5, file: d.h5, labels_dataset: y, points: 2, resample: true, normalise: none/source: gaussian/' data.held_out 'a data set has'
finish
