"""accuracy.py -- minibatches from a whole data set and the accuracy on rows held out, beside NumPy: nets and values come
from oracle_samples (tests/oracle), and each of the ten minibatches of 2 of 5 rows is tried.

    accuracy.py ORACLE_SAMPLES     in an empty folder
"""
import gzip
import json
import math
import os
import struct
import subprocess
import sys

import h5py
import numpy as np

HELD, RATE, SEEDS = 2, 0.5, 60


def make(path):
    rng = np.random.default_rng(5)
    with h5py.File(path, "w") as f:
        f["x"] = rng.standard_normal((7, 3))
        f["y"] = np.array([0, 1, 2, 1, 0, 2, 1], dtype="i4")


def make_images(folder, part, images, labels):
    """The files of Fashion-MNIST, of images of 1 x 3."""
    for name, magic, numbers in (("images-idx3", 0x803, images.reshape(-1, 1, 3)), ("labels-idx1", 0x801, labels)):
        with gzip.open(f"{folder}/{part}-{name}-ubyte.gz", "wb") as f:
            f.write(struct.pack(f">{1 + numbers.ndim}I", magic, *numbers.shape) + numbers.astype("u1").tobytes())


def outputs(weights, x):
    a = [x]
    for w in weights[:-1]:
        a.append(np.tanh(a[-1] @ w.T))
    return a, a[-1] @ weights[-1].T


def softmax(f):
    e = np.exp(f - f.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(weights, x, y):
    return float(np.mean(-np.log(softmax(outputs(weights, x)[1])[np.arange(len(y)), y])))


def step(weights, x, y):
    a, f = outputs(weights, x)
    delta = (softmax(f) - np.eye(3)[y]) / len(y)
    new = [None] * len(weights)
    for k in range(len(weights) - 1, -1, -1):
        new[k] = weights[k] - RATE * delta.T @ a[k]
        delta = (delta @ weights[k]) * (1 - a[k] ** 2)
    return new


def accuracy(weights, x, y):
    return float(np.mean(outputs(weights, x)[1].argmax(axis=1) == y))


def ask(program, data, architecture):
    """One sample of each of SEEDS experiments."""
    text = "".join(f"""seed: {seed}
grid: {{depth: 2, width: 4, activation: tanh, init: he, architecture: "{architecture}"}}
data: {{source: {data}, points: 2, resample: true, normalise: none, held_out: 2}}
loss: cross_entropy
dynamics: {{optimizer: sgd, rate: {RATE}, batch: 2, batch_from: data, steps: 1, record: 1}}
...
""" for seed in range(SEEDS))
    out = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def value(sample, name, k):
    o = sample["observables"][name]
    assert o["components"] == ["t=0", "t=1"], o
    assert "alone" not in o and "half" not in o, f"{name} depends on what else is asked for"
    return o["value"][k]


def check(program, data, architecture, x, y):
    free = len(y) - HELD
    seen, shares = {}, []
    for s in ask(program, data, architecture):
        weights = [np.array(m["w"]).reshape(m["rows"], m["cols"]) for m in s["matrices"]]
        own_x, own_y = np.array(s["x"]).reshape(2, 3), np.array(s["y"]).reshape(2, 3).argmax(axis=1)
        rows = [np.flatnonzero((x == p).all(axis=1))[0] for p in own_x]
        assert all(r < free for r in rows), f"point {rows} is held out"
        assert abs(math.log(loss(weights, own_x, own_y)) - value(s, "path_loss", 0)) < 1e-12, "loss at the start"
        assert accuracy(weights, x[free:], y[free:]) == value(s, "path_accuracy", 0), "accuracy at the start"
        fits = []
        for i in range(free):
            for k in range(i):
                moved = step(weights, x[[i, k]], y[[i, k]])
                if abs(math.log(loss(moved, own_x, own_y)) - value(s, "path_loss", 1)) < 1e-12:
                    fits.append((k, i))
                    right = accuracy(moved, x[free:], y[free:])
                    assert right == value(s, "path_accuracy", 1), f"accuracy after {k}, {i}"
        assert len(fits) == 1, f"its step is the one of the minibatches {fits}"
        seen[fits[0]] = seen.get(fits[0], 0) + 1
        shares.append(value(s, "path_accuracy", 1))
    expected = SEEDS / 10
    chi2 = sum((seen.get((k, i), 0) - expected) ** 2 / expected for i in range(free) for k in range(i))
    assert chi2 < 27.88, f"minibatches are not equally likely: {seen}, chi-squared {chi2:.1f} of 9"  # 0.1 %
    assert len(shares) == SEEDS and len(set(shares)) == HELD + 1, "the accuracies are all alike"
    print(f"{architecture}: {SEEDS} samples, chi-squared {chi2:.1f} of 9")


make("d.h5")
with h5py.File("d.h5") as f:
    inputs, classes = f["x"][()], f["y"][()]
for units in ("plain", "[dense, activation]"):
    check(sys.argv[1], "hdf5, file: d.h5, labels_dataset: y", units, inputs, classes)

# the test files of a set are its last rows
inputs = np.random.default_rng(6).integers(0, 256, (7, 3))
classes = np.array([0, 1, 2, 1, 0, 2, 0])
os.mkdir("fashion")
os.environ["TEPUI_DATA"] = "fashion"
make_images("fashion", "train", inputs[:-HELD], classes[:-HELD])
make_images("fashion", "t10k", inputs[-HELD:], classes[-HELD:])
check(sys.argv[1], "fashion-mnist(test=2)", "plain", inputs / 255, classes)
