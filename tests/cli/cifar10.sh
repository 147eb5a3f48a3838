#!/bin/sh
# cifar10.sh -- small batches in CIFAR-10's format, written by NumPy: what is measured on them is what NumPy finds.
. "${srcdir:-.}/tests/cli/lib.sh"
need_python "h5py, numpy"
cat >write.py <<'EOF'
import os
import numpy as np
rng = np.random.default_rng(10)
os.mkdir("set")
for name in ["data_batch_%d" % k for k in range(1, 6)] + ["test_batch"]:
    images = rng.integers(0, 256, (7, 3, 32, 32), dtype=np.uint8)
    labels = rng.integers(0, 10, (7, 1), dtype=np.uint8)
    np.concatenate([labels, images.reshape(7, -1)], axis=1).tofile("set/%s.bin" % name)
EOF
check "$python" write.py
cat >e.yaml <<'EOF'
grid: {depth: 2, width: 4, architecture: ["[conv2d(2), activation, max_pool(2)]", cnn, resnet]}
data: {source: cifar10, file: set, points: 35, normalise: none}
observables: [forward_norm, gradient_norm]
samples: 20
output: {raw: 20}
EOF
expect 0 "$tepui" run e.yaml -o train.h5
expect 0 "$tepui" run e.yaml -o test.h5 --set data.source=cifar10\(test=1\) --set data.points=7
expect 0 "$tepui" run e.yaml -o both.h5 --set data.source=cifar10\(test=2\) --set data.points=42
expect 0 "$tepui" run e.yaml -o grey.h5 --set data.shape=[64,48]
expect 0 "$tepui" run e.yaml -o plain.h5 --set grid.architecture=plain --set data.shape=[32,32,3]
cat >compare.py <<'EOF'
import glob
import h5py
import numpy as np

def images(names):
    raw = np.concatenate([np.fromfile(n, dtype=np.uint8).reshape(-1, 3073) for n in names])
    return raw[:, 1:] / 255

# root mean square over all points of norm(x); a sum of 3,072 squares has a rounding of some 1e-13
for result, names in (("train.h5", sorted(glob.glob("set/data_batch_*.bin"))), ("test.h5", ["set/test_batch.bin"]),
                      ("both.h5", sorted(glob.glob("set/*.bin")))):
    o = h5py.File(result)["observables/forward_norm"]
    x = images(names)
    want = .5 * np.log(np.mean(np.sum(x * x, axis=1)))
    got = o["samples"][:, 0, :]
    assert np.max(np.abs(got - want)) < 1e-12, (result, got, want)
EOF
check "$python" compare.py
head -c 20000 set/data_batch_2.bin >cut && mv cut set/data_batch_2.bin
expect 65 "$tepui" run e.yaml -o no.h5; says err data_batch_2.bin "20000 bytes"
check [ "$(wc -l <err)" -eq 1 ]
expect 65 "$tepui" run e.yaml -o no.h5 --set data.file=nowhere; says err nowhere/data_batch_1.bin
finish
