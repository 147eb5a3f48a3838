#!/usr/bin/env python3
"""Every observable of random small experiments, recomputed in NumPy from the sample's numbers.

    oracle.py --samples PROGRAM [--experiments N] [--first K]     compares experiments K .. K + N - 1; 1 where one is wrong
    oracle.py --samples PROGRAM --first K --experiments 1 --show  one again, with its text and all its numbers
    oracle.py --text K                                            the text of an experiment, as `tepui run` takes it

PROGRAM is oracle_samples (samples.c). Each observable is asked for alone, in one half of all and with all others; where
the bits differ it has to be one of COMPANY. Sizes, signs and formulas are in expect.py, trajectories in paths.py.

Tolerance: values are compared as magnitudes, not as ln, within EPS (P + 100) times the size of the terms that they are a
sum of (expect.py). Where that fails, the condition counts: the net is computed again with all its numbers moved by a part
in 1e7, and a difference of up to EPS (P + 100) times what that brings per part is rounding. No tolerance is above LOOSE
of the value's scale.
"""
import argparse
import collections
import json
import math
import os
import random
import subprocess
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import expect  # noqa: E402
import naive  # noqa: E402
from expect import Skip  # noqa: E402

EPS = 2.0 ** -52
LOOSE = 1e-5
MOVED = 1e-7
# Lanczos stops at residuals of 1e-10 (spectra) and 1e-8 (paths) of the largest eigenvalue
ITERATIVE = {"hessian_extreme": 1e-9, "escape_rate": 1e-9, "spectrum_asymmetry": 1e-9, "hessian_density": 1e-8,
             "gradient_alignment": 1e-8, "path_lambda_min": 1e-7, "path_lambda_max": 1e-7, "path_metric_min": 1e-7,
             "path_metric_max": 1e-7, "plateau": 1e-9}
# Quantities that LAPACK or another engine computes in coordinates that depend on what else is asked for (trajectories move
# all parameters, so that inputs count in full and not by their span; chains have a secular equation of their own): they
# are compared in every company, but to the same tolerance and not in all bits.
COMPANY = {"hessian_norm", "hessian_block_norm", "hessian_trace", "hessian_trace_ratio", "hollowness", "hessian_extreme",
           "escape_rate", "spectrum_asymmetry", "hessian_spectrum", "gauss_newton_spectrum", "residual_spectrum",
           "hessian_density", "gradient_alignment", "ntk_trace", "ntk_extreme", "fisher_trace", "fisher_extreme",
           "hessian_rank", "negative_fraction"}
DEPENDENT = ("hessian_density",)  # what is expected depends on what came
LEAST = 20  # numbers compared of every observable in 300 experiments, at least

ACTIVATIONS = ["linear", "relu", "leaky_relu(a=0.2)", "leaky_relu(a=-0.5)", "tanh", "erf", "sigmoid", "softplus", "elu",
               "selu", "gelu", "silu", "hard_tanh", "sin"]
LAWS = ["gaussian", "uniform", "rademacher", "truncated_normal", "laplace", "student_t", "sparse(p=0.5)", "sparse(p=0.8)",
        "orthogonal"]
INITS = ["he", "xavier", "lecun", "fixed(variance=0.8)", "gain(g=1.3)"]
OPTIMIZERS = {"gd": {}, "perturbed_gd": {"threshold": 0.0}, "momentum": {"mu": 0.9}, "nesterov": {"mu": 0.8},
              "adagrad": {"epsilon": 1e-10}, "rmsprop": {"alpha": 0.9, "epsilon": 1e-3},
              "adam": {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-3},
              "amsgrad": {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-8},
              "adamw": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.1},
              "radam": {"beta1": 0.9, "beta2": 0.9, "epsilon": 1e-8},
              "nadam": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "momentum_decay": 0.004}, "signsgd": {},
              "clipped_gd": {"threshold": 0.2}, "normalised_gd": {}}
SCHEDULES = {"constant": {}, "warmup": {"steps": 3}, "cosine": {"final": 0.1}, "step": {"every": 3, "factor": 0.5}}
UNITS = ["dense, batch_norm(0.1), activation", "dense, layer_norm(0.1), activation", "rms_norm(0.1), dense, activation",
         "dense, activation, affine", "weight_norm, activation", "dense, dropout(0.3), activation", "dense, tanh",
         "dense, activation, dense", "dense(gain=1.4), sigmoid", "dense, layer_norm(0.2)"]
BLOCKS = ["residual[dense, activation]", "residual(alpha=0.5, power=0.5)[activation, dense]",
          "residual(alpha=-0.7, learned=1)[dense, tanh]", "residual(alpha=0, learned=1)[dense, activation, dense]",
          "residual[layer_norm(0.1), dense, residual[dense, activation]]", "residual[dense(gain=0.5), affine], activation"]
PRESETS = ["residual(2, 0.5, 0.5)", "residual(branch=1, alpha=0.7, pre=0)", "pre_norm", "post_norm", "skip_init", "fixup"]
IMAGES = ["[conv2d(channels=2, kernel=2, padding=%d), activation; flatten, dense, activation *]",
          "[conv1d(channels=2, kernel=3, stride=2, padding=%d), activation; global_average_pool, dense, activation *]",
          "[conv2d(2, 2, 1, %d), activation, max_pool(2, 1); flatten, dense *]"]

CLASSES = "oracle_classes.h5"  # beside the experiment
HELD_OUT = 5  # rows

# --- experiments


def write_classes():
    """40 points of each dimension that occurs, and their labels, for cross_entropy."""
    r = np.random.default_rng(15)
    with h5py.File(CLASSES, "w") as f:
        for d in range(1, 6):
            f["x%d" % d] = r.standard_normal((40, d))
        for q in (2, 3):
            f["c%d" % q] = np.concatenate([np.arange(q), r.integers(0, q, 40 - q)]).astype("u1")


def choice(name, params):
    return name + ("(%s)" % ", ".join("%s=%r" % p for p in params.items()) if params else "")


class Experiment:
    """Number k: its text, and the words of it that the net is put together from."""

    def __init__(self, k):
        r = self.r = random.Random("experiment %d" % k)
        self.k = k
        self.loss = r.choice(["mse", "mse", "mse", "cross_entropy", "output"])
        self.chain = r.random() < 0.2
        self.depth = r.choice([1, 2, 2, 3, 3, 4])
        self.activation = r.choice(ACTIVATIONS)
        self.points = r.choice([1, 1, 2, 3, 4, 5])
        self.dimension = r.randint(1, 5)
        self.readout = r.choice(["dense", "dense", "none"])
        self.architecture = "plain"
        self.width = self.widths()
        if not self.chain and r.random() < 0.4:
            self.compose()
        self.outputs = r.randint(1, 3)
        if self.loss == "cross_entropy":
            self.readout, self.outputs = "dense", r.randint(2, 3)
        self.law, self.init, self.gain = r.choice(LAWS), r.choice(INITS), r.choice([1, 1, 1.3, 0.7])
        self.sigma_b = r.choice([0, 0, 0, 0.3])
        self.bias = r.choice(["gaussian", "uniform", "rademacher"])
        self.source = r.choice(["gaussian", "gaussian", "sphere"] + ["orthonormal"] * (self.points <= self.dimension))
        self.targets = r.choice(["gaussian", "gaussian", "one", "zero"])
        if self.chain and r.random() < 0.6:
            self.points, self.sigma_b, self.readout = 1, 0, "none"
            self.dimension = r.choice([1, 1, self.dimension])
            self.loss = r.choice(["mse", "mse", "output"])
        if self.readout == "none":
            self.outputs = self.width[-1]
        self.dynamics()

    def widths(self):
        r = self.r
        if self.chain:
            return [1] * self.depth
        if r.random() < 0.3:
            return [r.randint(1, 5)] * self.depth
        most = 6 if self.depth < 3 else 4
        return [r.randint(1, most) for _ in range(self.depth)]

    def compose(self):
        r = self.r
        kind = r.random()
        self.depth = min(self.depth, 3)
        self.width = self.width[:self.depth]
        if kind < 0.35:
            self.width = [r.randint(2, 4)] * self.depth
            self.dimension = self.width[0] if r.random() < 0.6 else self.dimension
            self.architecture = r.choice(PRESETS)
        elif kind < 0.75:
            units = [r.choice(UNITS)]
            same = self.depth == 1 or r.random() < 0.5
            if not same:
                self.width = [r.randint(2, 4)] * self.depth
                units += [r.choice(BLOCKS + UNITS) for _ in range(self.depth - 1)]
            self.architecture = "[%s]" % "; ".join(units)
            if "batch_norm" in self.architecture:
                self.points = max(self.points, 3)
        else:
            self.depth = 2
            self.width = [2, r.randint(1, 3)]
            self.architecture = r.choice(IMAGES) % r.choice([0, 1, 2])
            self.dimension = 4
            if "max_pool" in self.architecture:
                self.architecture = self.architecture.replace("max_pool(2, 1)", "max_pool(1, 1)" if ", 2), act" in self.architecture else "max_pool(2, 1)")
            if "conv1d" in self.architecture:
                self.dimension = r.randint(3, 5)

    def dynamics(self):
        r = self.r
        self.optimizer = self.loss != "output"
        name = r.choice(list(OPTIMIZERS))
        schedule = r.choice(["constant", "constant", "warmup", "cosine", "step"])
        self.dyn = {"name": name, "params": OPTIMIZERS[name], "rate": r.choice([0.01, 0.05, 0.2]), "steps": r.choice([2, 3, 5, 7]),
                    "schedule": schedule, "schedule_params": SCHEDULES[schedule],
                    "escape": r.choice([("loss", 0.5), ("loss", 0.9), ("output", 0.1)] if self.targets != "zero" or self.loss != "mse"
                                       else [("output", 0.1)]), "divergence": r.choice([1e6, 1e6, 1.5])}

    def data(self):
        if self.loss == "cross_entropy":
            return "source: hdf5, file: %s, dataset: x%d, labels_dataset: c%d, points: %d, held_out: %d, normalise: none, resample: true" % (
                CLASSES, self.dimension, self.outputs, self.points, HELD_OUT)
        text = "source: %s, points: %d, dimension: %d" % (self.source, self.points, self.dimension)
        if self.readout == "dense":
            text += ", outputs: %d" % self.outputs
        if self.loss == "mse":
            text += ", targets: " + self.targets
        return text

    def text(self):
        grid = "depth: %d, width: [%s], init: %s, law: %s, gain: %r, sigma_b: %r" % (
            self.depth, self.width if self.depth > 1 else self.width[0], quote(self.init), quote(self.law), self.gain,
            self.sigma_b)
        if self.architecture[0] != "[" or "activation" in self.architecture:  # what nothing reads is refused
            grid += ", activation: " + quote(self.activation)
        if self.sigma_b > 0:
            grid += ", bias: " + self.bias
        if self.architecture != "plain":
            grid += ', architecture: "%s"' % self.architecture
        out = "seed: %d\ngrid: {%s}\ndata: {%s}\nreadout: %s\nloss: %s\nsamples: 1\n" % (
            self.k + 1, grid, self.data(), self.readout, self.loss)
        if self.loss != "output":
            d = self.dyn
            out += "dynamics: {optimizer: %s, rate: %r, schedule: %s, steps: %d, escape: %s, divergence: %r}\n" % (
                quote(choice(d["name"], d["params"])), d["rate"], quote(choice(d["schedule"], d["schedule_params"])),
                d["steps"], quote("%s(%r)" % d["escape"]), d["divergence"])
        return out

    def words(self):
        return {"architecture": self.architecture, "activation": self.activation, "loss": self.loss,
                "readout": self.readout, "optimizer": self.optimizer, "dynamics": self.dyn, "held_out": self.held_out()}

    def held_out(self):
        """Inputs and classes of the rows that nothing draws."""
        if self.loss != "cross_entropy":
            return None
        with h5py.File(CLASSES) as f:
            return f["x%d" % self.dimension][-HELD_OUT:], f["c%d" % self.outputs][-HELD_OUT:]


def quote(s):
    return '"%s"' % s if set(s) & set("(=,") else s


# --- comparing


class Report:
    def __init__(self):
        self.compared, self.rounding, self.worst = collections.Counter(), collections.Counter(), collections.defaultdict(float)
        self.skipped, self.company, self.refused = collections.Counter(), collections.Counter(), collections.Counter()
        self.wrong, self.done = [], 0

    def complain(self, e, name, text):
        self.wrong.append((e.k, name))
        if len(self.wrong) <= 40:
            print("experiment %d, %s: %s" % (e.k, name, text), file=sys.stderr)


def magnitudes(o):
    ln = o["ln"]
    return [math.exp(x) if ln and x == x and x < 709 else x for x in o["value"]]


def agree(got, want, tolerance):
    if math.isnan(want) or math.isnan(got):
        return math.isnan(want) and math.isnan(got)
    if math.isinf(want) or math.isinf(got):
        return want == got
    return abs(got - want) <= tolerance


def moved_sample(s, r):
    t = dict(s)

    def move(x):
        return [a * (1 + MOVED * (2 * r.random() - 1)) for a in x]
    t["x"], t["y"] = move(s["x"]), s["y"]
    t["matrices"] = [dict(m, w=move(m["w"]), b=move(m["b"])) for m in s["matrices"]]
    return t


class Condition:
    """How far the numbers of a sample move with its data; worked out when first asked for."""

    def __init__(self, e, s):
        self.e, self.s, self.cases = e, s, None

    def spread(self, name, i, want):
        if self.cases is None:
            r = random.Random(self.e.k)
            self.cases = [expect.expect(naive.Net(self.e.words(), moved_sample(self.s, r)), self.s["observables"]) for _ in range(2)]
        most = 0.0
        for c in self.cases:
            if isinstance(c, Skip) or name not in c or isinstance(c[name], str) or isinstance(c[name][i], Skip):
                continue
            x = c[name][i][0]
            if math.isfinite(x) and math.isfinite(want):
                most = max(most, abs(x - want))
        return most / MOVED


def compare_observable(report, e, o, net, name, want, condition):
    got = magnitudes(o)
    if isinstance(want, str):
        return report.complain(e, name, want)
    if len(got) != len(want):
        return report.complain(e, name, "%d numbers, expected %d" % (len(got), len(want)))
    for i, (x, w) in enumerate(zip(got, want)):
        if isinstance(w, Skip):
            report.skipped[name, str(w)] += 1
            continue
        w, scale = w
        eps = max(EPS * (net.P + 100), ITERATIVE.get(name, 0))
        if math.isinf(w) or math.isnan(w):
            scale = 1.0
        report.compared[name] += 1
        if agree(x, w, min(eps * scale, LOOSE * max(abs(w), scale))):
            if math.isfinite(w) and scale > 0:
                report.worst[name] = max(report.worst[name], abs(x - w) / scale)
            continue
        if agree(x, w, min(eps * (scale + condition.spread(name, i, w)), LOOSE * max(scale, abs(w)))):
            report.rounding[name] += 1
            continue
        label = o["components"][i] if len(o["components"]) == len(got) else "number %d" % i
        report.complain(e, name, "%s is %.17g, expected %.17g (scale %.3g)" % (label, x, w, scale))


def compare_company(report, e, name, o):
    """The answers in other companies that have to be compared for themselves."""
    companies = [c for c in ("alone", "half") if c in o]
    report.company[name] += len(companies)
    if companies and name not in COMPANY:
        c = companies[0]
        report.complain(e, name, "the bits depend on the company: %s %r, with all %r" % (c, o[c][:6], o["value"][:6]))
    return [dict(o, value=o[c], value_runs=o.get(c + "_runs")) for c in companies]


def compare(report, e, s, show):
    report.done += 1
    for name, why in s["refused"].items():
        report.refused[name, why[:90]] += 1
    if "error" in s:
        return report.complain(e, "experiment", s["error"] + "".join(" | " + w for w in list(s["refused"].values())[:1]))
    net = naive.Net(e.words(), s)
    if net.P != s["parameters"]:
        report.complain(e, "parameters", "%d, expected %d" % (s["parameters"], net.P))
    want = expect.expect(net, s["observables"])
    if isinstance(want, Skip):
        for name in s["observables"]:
            report.skipped[name, str(want)] += 1
        return
    condition = Condition(e, s)
    for name, o in s["observables"].items():
        others = compare_company(report, e, name, o)
        if name not in want:
            report.complain(e, name, "nothing is expected of it")
            continue
        if show:
            print(name, list(zip(o["components"], magnitudes(o), want[name])) if not isinstance(want[name], str) else want[name])
        compare_observable(report, e, o, net, name, want[name], condition)
        for other in others:
            w = want[name]
            if name in DEPENDENT:
                w = expect.density(*net.eigenvalues, other)
            compare_observable(report, e, other, net, name, w, condition)


def print_report(report, names, experiments):
    print("%d experiments; observable, numbers compared, of them by their condition, largest error over scale, "
          "skipped, differing in company" % report.done)
    skipped = collections.Counter()
    for (name, _), n in report.skipped.items():
        skipped[name] += n
    few = 0
    for name in names:
        n = report.compared[name]
        bad = n < LEAST * experiments / 300
        few += bad
        print("%-24s %8d %6d  %.1e %7d %5d%s" % (name, n, report.rounding[name], report.worst[name], skipped[name],
                                                 report.company[name], "  TOO FEW" if bad else ""))
    reasons = collections.Counter()
    for (_, why), n in report.skipped.items():
        reasons[why] += n
    for why, n in reasons.most_common():
        print("skipped: %7d numbers: %s" % (n, why))
    reasons = collections.Counter()
    for (_, why), n in report.refused.items():
        reasons[why] += n
    for why, n in reasons.most_common():
        print("refused: %7d observables: %s" % (n, why))
    print("%d numbers compared in all, %d wrong" % (sum(report.compared.values()), len(report.wrong)))
    return few


def ask(program, experiments):
    text = "".join(e.text() + "...\n" for e in experiments)
    env = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    run = subprocess.run([program], input=text.encode(), stdout=subprocess.PIPE, env=env)
    lines = run.stdout.decode().splitlines()
    if run.returncode or len(lines) != len(experiments):
        sys.exit("%s ended with %d after %d of %d experiments; the next one is\n%s" % (
            program, run.returncode, len(lines), len(experiments), experiments[min(len(lines), len(experiments) - 1)].text()))
    return map(json.loads, lines)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--samples")
    p.add_argument("--experiments", type=int, default=300)
    p.add_argument("--first", type=int, default=0)
    p.add_argument("--text", type=int)
    p.add_argument("--show", action="store_true")
    o = p.parse_args()
    if o.text is not None:
        print(Experiment(o.text).text(), end="")
        return 0
    write_classes()
    report, names = Report(), {}
    last = o.first + o.experiments
    for first in range(o.first, last, 100):
        batch = [Experiment(k) for k in range(first, min(first + 100, last))]
        for e, s in zip(batch, ask(o.samples, batch)):
            names.update(dict.fromkeys(list(s["refused"]) + list(s.get("observables", {}))))
            before = len(report.wrong)
            if o.show:
                print(e.text())
            compare(report, e, s, o.show)
            if before < len(report.wrong) <= 40:
                print(e.text(), file=sys.stderr)
    few = print_report(report, sorted(names), o.experiments)
    return bool(report.wrong) or (few > 0 and o.experiments >= 300)


if __name__ == "__main__":
    sys.exit(main())
