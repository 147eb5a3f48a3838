"""Samples saved by `tepui replay --save`, computed again in NumPy: net.py TEPUI FOLDER.

Twenty architectures. From the saved inputs, targets, weights, biases, masks and directions alone, tests/oracle/naive.py
builds the net; output, loss, gradient and observables have to be those in the file and those that replay prints.
Tolerance: EPS (P + 100) times the size of the terms that a number is a sum of, as in oracle.py.
"""
import json
import math
import os
import subprocess
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import expect  # noqa: E402
import naive  # noqa: E402

EPS = 2.0 ** -52
OBSERVABLES = ["forward_norm", "gradient_norm", "output_gradient_norm", "jacobian_vector_norm", "activation_fraction",
               "hessian_norm", "hessian_trace", "output"]
# architecture, activation, depth, width, inputs, points, sigma_b, read-out, loss
NETS = [
    ("plain", "relu", 3, 4, 4, 1, 0, "dense", "mse"),
    ("plain", "tanh", 2, 5, 3, 3, 0.3, "dense", "mse"),
    ("plain", "gelu", 4, 3, 3, 2, 0, "none", "mse"),
    ("plain", "linear", 5, 2, 6, 2, 0, "dense", "mse"),
    ("plain", "sigmoid", 2, 4, 3, 2, 0.5, "dense", "output"),
    ("plain", "sin", 1, 3, 2, 4, 0, "dense", "mse"),
    ("plain", "tanh", 3, 1, 1, 1, 0, "none", "mse"),
    ("[dense, layer_norm(0.1), activation]", "tanh", 2, 4, 4, 2, 0.2, "dense", "mse"),
    ("[dense, batch_norm(0.1), activation]", "softplus", 2, 3, 3, 4, 0, "dense", "mse"),
    ("[rms_norm(0.1), dense, activation]", "silu", 2, 4, 4, 2, 0, "dense", "mse"),
    ("[dense, activation, affine]", "erf", 2, 3, 3, 2, 0, "dense", "mse"),
    ("[weight_norm, activation]", "tanh", 2, 3, 4, 2, 0, "none", "mse"),
    ("[dense, dropout(0.3), activation]", "tanh", 2, 6, 4, 2, 0, "dense", "mse"),
    ("[dense, activation, dense]", "elu", 2, 3, 3, 2, 0.1, "dense", "mse"),
    ("residual(2, 0.5, 0.5)", "tanh", 3, 3, 3, 2, 0, "dense", "mse"),
    ("pre_norm", "gelu", 2, 4, 4, 2, 0, "dense", "mse"),
    ("post_norm", "tanh", 2, 4, 4, 2, 0, "dense", "mse"),
    ("skip_init", "selu", 3, 3, 3, 2, 0, "dense", "mse"),
    ("[conv2d(channels=2, kernel=2, padding=0), activation; flatten, dense, activation]", "tanh", 2, 2, 4, 2, 0, "dense", "mse"),
    ("[conv1d(channels=2, kernel=3, stride=2, padding=1), activation; global_average_pool, dense, activation]", "softplus", 2, 3,
     5, 2, 0, "dense", "mse"),
]
wrong, compared = [], 0


def experiment(net):
    architecture, activation, depth, width, inputs, points, sigma_b, readout, loss = net
    data = "source: gaussian, points: %d, dimension: %d" % (points, inputs)
    if readout == "dense":
        data += ", outputs: 2"
    if loss == "mse":
        data += ", targets: gaussian"
    return ('seed: 5\ngrid: {depth: %d, width: %d, activation: %s, sigma_b: %g, architecture: "%s"}\ndata: {%s}\n'
            "readout: %s\nloss: %s\nobservables: [%s]\nsamples: 3\noutput: {raw: 3}\n" % (
                depth, width, activation, sigma_b, architecture, data, readout, loss, ", ".join(OBSERVABLES)))


def tepui(*arguments):
    run = subprocess.run([TEPUI, *arguments], stdout=subprocess.PIPE, universal_newlines=True)
    if run.returncode:
        sys.exit("tepui %s ended with %d" % (" ".join(arguments), run.returncode))
    return run.stdout


def in_order(group):
    """1, 2, ..., the read-out."""
    return sorted(group, key=lambda name: (name == "output", 0 if name == "output" else int(name)))


def read(path, net):
    """The file as naive.Net takes it, and what is to be compared."""
    with h5py.File(path, "r") as f:
        weights = [f["weights"][m][()] for m in in_order(f["weights"])]
        biases = f.get("biases", {})
        s = {"x": f["inputs"][()], "y": f["targets"][()].ravel().tolist() if "targets" in f else [], "ray": [],
             "u": f["directions/input"][()], "v": f["directions/output"][()], "outputs": f["output"].shape[1],
             "points": f["inputs"].shape[0], "inputs": f["inputs"].shape[1], "depth": int(f.attrs["depth"]),
             "width": [f["inputs"].shape[1]] + [net[3]] * net[2],
             "masks": [f["masks"][k][()] for k in in_order(f.get("masks", {}))]}
        own = [f["own"][k][()] for k in sorted(f.get("own", {}), key=int)]
        s["matrices"] = [{"rows": w.shape[0], "cols": w.shape[1], "w": w, "sigma": math.nan,
                          "b": biases[m][()].tolist() if m in biases else []} for m, w in zip(in_order(f["weights"]), weights)]
        if "weight_norm" in net[0]:  # its gains start at the norm that a row has in the mean
            for m, o in zip(s["matrices"], own):
                m["sigma"] = o[0] / math.sqrt(m["cols"])
        unit = 2.0 ** int(f["gradient/exponent"][0])
        gradient = [unit * f["gradient/weights"][m][()].ravel() for m in in_order(f["gradient/weights"])]
        of_own = [unit * f["gradient/own"][k][()].ravel() for k in sorted(f.get("gradient/own", {}), key=int)]
        return s, {"output": f["output"][()], "loss": float(f["loss"][0]), "gradient": gradient, "own": own, "of_own": of_own}


def check(net, what, got, want, tolerance):
    global compared
    got, want = np.asarray(got, float), np.asarray(want, float)
    compared += max(got.size, 1)
    if got.shape != want.shape or not (np.abs(got - want) <= tolerance).all():
        wrong.append(net)
        print("%s: %s is %s, expected %s +- %.2g" % (net, what, got, want, tolerance), file=sys.stderr)


def flat(parts):
    return np.concatenate([np.ravel(p) for p in parts]) if parts else np.zeros(0)


def compare(net, path, printed):
    s, saved = read(path, net)
    n = naive.Net({"architecture": net[0], "activation": net[1], "loss": net[8], "readout": net[7], "optimizer": None}, s)
    n.v, eps = np.array(s["v"]), EPS * (n.P + 100)
    a = n.forward(order=1, inputs=False)
    f = a[n.L + 1]
    value, d, _ = expect.loss_of(net[8], f.v, n.y, n.v)
    gradient = np.einsum("po,pos->s", d, f.g) / n.n
    # the entries of matrices, and of what layers train besides
    is_matrix = np.concatenate([np.full(p.size, any(p is m or np.shares_memory(p, m) for m in n.matrices)) for p in n.start])
    terms = np.abs(f.m).max() + 1
    check(net, "output", saved["output"], f.v, eps * terms)
    check(net, "loss", saved["loss"], value.mean(), eps * terms ** 2)
    size = expect.gradient_terms(n, net[8], f, d)
    check(net, "gradient", flat(saved["gradient"]), gradient[is_matrix], eps * size)
    check(net, "own parameters", flat(saved["own"]), n.theta0[~is_matrix], eps * 10)
    check(net, "their gradient", flat(saved["of_own"]), gradient[~is_matrix], eps * size)
    given = {}
    for row in printed["values"]:
        given.setdefault(row["observable"], []).append(row)
    want = expect.expect(n, {})
    if isinstance(want, expect.Skip):
        sys.exit("%s: %s" % (net, want))
    for name in OBSERVABLES:
        if name not in given or name not in want:
            sys.exit("%s: no %s" % (net, name))
        for row, w in zip(given[name], want[name]):
            x = float(row["value"])
            ln = name not in ("output", "activation_fraction")
            check(net, "%s %s" % (name, row["component"]), math.exp(x) if ln else x, w[0], eps * w[1])
        check(net, "components of " + name, len(given[name]), len(want[name]), 0)


def main():
    for k, net in enumerate(NETS):
        result, saved = os.path.join(FOLDER, "%d.h5" % k), os.path.join(FOLDER, "net%d.h5" % k)
        with open(os.path.join(FOLDER, "%d.yaml" % k), "w") as f:
            f.write(experiment(net))
        tepui("run", os.path.join(FOLDER, "%d.yaml" % k), "-o", result, "--quiet")
        printed = json.loads(tepui("replay", result, "--cell", "0", "--sample", "2", "--save", saved, "--format", "json"))
        if "agrees" not in printed["verdict"]:
            sys.exit("%s: %s" % (net, printed["verdict"]))
        compare(net, saved, printed)
    print("%d nets, %d numbers compared, %d wrong" % (len(NETS), compared, len(wrong)))
    return bool(wrong) or compared < 1500


TEPUI, FOLDER = sys.argv[1:3]
if __name__ == "__main__":
    sys.exit(main())
