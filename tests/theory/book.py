"""book.py -- predictions of `tepui theory`, compared with samples; how often, with what result, and with what power.

Tolerances: Z standard errors, from the variance that the law itself predicts (means; where it knows none, the samples'),
from the binomial law (shares below the predicted quantiles, dead samples), from 200 bootstrap samples (slopes of medians,
rank correlations), besides what the law allows. Every comparison is made a second time with a prediction that is wrong
by a factor FAULT: a law none of whose comparisons would notice that is compared in vain, which is an error, too."""
import collections, csv, io, subprocess, sys
import numpy as np
from nets import ln, rng

Z, FAULT = 5.5, 1.2
BOOTSTRAP = 200
LAYERWISE = ("C4",)  # laws with large allowances: the fault is a factor a layer, as it is for slopes over depths


WORDS = "component", "width of each layer"  # predictions that are no numbers

class Cell:
    def __init__(self, widths, inputs, gain=1.3):
        self.widths, self.inputs, self.gain, self.text = list(widths), inputs, gain, str(list(widths))

    def __str__(self):
        return f"{self.text} from {self.inputs}, gain {self.gain}"


def same_width(depth, width, inputs, gain=1.3):
    cell = Cell([width] * depth, inputs, gain)
    cell.text = str(width)
    return cell


def slope(depths, y):
    x = np.array(depths) - np.mean(depths)
    return (np.asarray(y) - np.mean(y)) @ x / (x @ x)


def ranks(x):
    """of rows; ties share their mean rank"""
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    out = (np.cumsum(counts) - 0.5 * (counts - 1))[inverse]
    return out - out.mean()


def divergence(s, p):
    """Kullback and Leibler's, of coins; 1e-12: probabilities are rounded"""
    if abs(s - p) <= 1e-12:
        return 0.0
    return sum(a * np.log(a / b) if b > 0 else np.inf for a, b in ((s, p), (1 - s, 1 - p)) if a > 0)


def correlation(x, y):
    a, b = ranks(x), ranks(y)
    return (a @ b) / np.sqrt((a @ a) * (b @ b))


class Book:
    def __init__(self, theory):
        self.process = subprocess.Popen([theory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.checks, self.seen = collections.Counter(), collections.Counter()
        self.wrong, self.probe, self.known = 0, False, {}

    # --- predictions

    def theory(self, law, component, cell, *settings):
        """name -> value, or None where the law refuses"""
        words = [law, "--format", "csv", "-L", str(len(cell.widths)), "--width", cell.text, "--init", "lecun", "--gain",
                 str(cell.gain), "--set", f"data.dimension={cell.inputs}", *settings]
        words += ["--component", str(component)] if component else []
        line = "\t".join(words)
        if line not in self.known:
            self.known[line] = self.ask(line)
        return self.known[line]

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = []
        while not answer or not answer[-1].startswith("= "):
            answer.append(self.process.stdout.readline())
            if not answer[-1]:
                sys.exit(f"no answer to: {line}\n{''.join(answer)}")
        status = int(answer.pop()[2:])
        if status:
            if status not in (64, 65):
                self.fail(line, status, "64")
            return None
        return {r["prediction"]: float(r["value"] or "nan") if r["prediction"] not in WORDS else r["value"]
                for r in csv.DictReader(io.StringIO("".join(answer)))}

    def end(self):
        self.process.stdin.close()
        return self.process.wait()

    # --- single numbers

    def fail(self, what, got, want):
        self.wrong += 1
        print(f"{what}: {got}, want {want}", file=sys.stderr)

    def told(self, law, what, right, got, want):
        if self.probe:
            self.seen[law] += not right
            return
        self.checks[law] += 1
        if not right:
            self.fail(what, got, want)

    def near(self, law, what, got, want, tolerance):
        self.told(law, what, abs(got - want) <= tolerance, got, f"{want} +- {tolerance}")

    def share(self, law, what, x, at_least, at_most):
        """a share among samples, between two probabilities; Chernoff: a share is beyond s with probability of at most
        exp(-n KL(s, p)), set against exp(-Z^2/2)"""
        n, s = len(x), float(np.mean(x))
        p = min(max(s, at_least), at_most)
        self.told(law, what, n * divergence(s, p) <= Z * Z / 2, s, f"{at_least} to {at_most} of {n}")

    # --- a prediction and samples of what it is about

    def compare(self, law, component, cell, settings, sample, spread=None):
        """spread: relative standard deviation of a sample, where the law knows none and the samples' says too little"""
        p = self.theory(law, component, cell, *settings)
        if p is None:
            return
        x, what = sample(), f"{law} component {component} in {cell} {' '.join(settings)}"
        for self.probe in (False, True):
            q = wrong(law, p, len(cell.widths)) if self.probe else p
            self.logarithm(law, what, q, x)
            self.mean(law, what, q, x, spread)
            self.median(law, what, q, x)
            self.atoms(law, what, q, x)
        self.probe = False

    def logarithm(self, law, what, p, x):
        if "mean of ln, given life" not in p:
            return
        slack, v, live = p.get("distance allowed", 0.0), p["variance of ln, given life"], x[np.isfinite(x)]
        if "dead" in p:
            self.share(law, what + ": dead", x == -np.inf, p["dead"], p["dead"])
        if slack == 0 and len(live) > 100:
            self.near(law, what + ": mean", live.mean(), p["mean of ln, given life"], Z * np.sqrt(v / len(live)) + 1e-12)
        for name, value in p.items():
            if name.startswith("quantile") and np.isfinite(value) and v >= 1e-20 and p.get("dead", 0) < float(name.split()[1]):
                q = float(name.split()[1])
                self.share(law, what + ": below " + name, x <= value, max(q - slack, 0), min(q + slack, 1))

    def mean(self, law, what, p, x, spread):
        square = "ln of the mean square" in p
        if "log10 of the relative variance of a sample" in p:
            spread = 10 ** (p["log10 of the relative variance of a sample"] / 2)
        if "ln of the mean" in p or square and "mean of ln, given life" not in p:
            y = np.exp(x * (2 if square else 1) - p["ln of the mean square" if square else "ln of the mean"])
            error = (y.std() if spread is None else spread) / np.sqrt(len(y))
            self.near(law, what + ": mean", y.mean(), 1, Z * error + 1e-12)
        if "standard deviation of a sample" in p:
            sd = p["standard deviation of a sample"]
            self.near(law, what + ": mean", x.mean(), p["mean"],
                      Z * (x.std() if np.isnan(sd) else sd) / np.sqrt(len(x)) + p.get("distance allowed", 0.0) + 1e-12)

    def variance(self, law, component, cell, settings, sample, left):
        """of a law of a mean; left: relative; in nearly normal samples it is known to sqrt(2/n)"""
        p, x = self.theory(law, component, cell, *settings), sample()
        for self.probe in (False, True):
            got = x.var() / p["standard deviation of a sample"] ** 2 * FAULT ** self.probe
            self.near(law, f"{law} component {component} in {cell} {' '.join(settings)}: variance", got, 1,
                      Z * np.sqrt(2 / len(x)) + left)
        self.probe = False

    def median(self, law, what, p, x):
        if "ln of the median" in p:
            slack = p.get("distance allowed", 0.0)
            self.share(law, what + ": median", x <= p["ln of the median"] + slack + 1e-12, 0.5, 1)
            self.share(law, what + ": median", x < p["ln of the median"] - slack - 1e-12, 0, 0.5)

    def atoms(self, law, what, p, x):
        slack = p.get("distance allowed", 0.0)
        for name, value in p.items():
            if name.startswith("probability of") or name in ("dead", "never") and "mean of ln, given life" not in p:
                at = {"dead": -np.inf, "never": np.inf}.get(name, None)
                at = float(name.split()[2]) if at is None else at
                hit = np.abs(x - at) <= slack + 1e-5 * abs(at) + 1e-9 if np.isfinite(at) else x == at
                if law == "C8":  # deterministic but for the sign
                    self.near(law, what + ": " + name, hit.mean(), value, 1e-12)
                else:
                    self.share(law, what + ": " + name, hit, value, value)

    # --- slopes over depths, ranks, exact numbers

    def slopes(self, law, component, cells, settings, sample, level=False):
        """X[:, i]: samples in the i-th cell; paired or not. level: the medians themselves, too"""
        p = [self.theory(law, component or str(len(c.widths)), c, *settings) for c in cells]
        if None in p:
            return
        X, depths, what = sample(), [len(c.widths) for c in cells], f"{law} in {cells[0]} to {cells[-1]} {' '.join(settings)}"
        seen = np.median(X, axis=0)
        again = np.stack([np.median(X[rng.integers(0, len(X), len(X))], axis=0) for _ in range(BOOTSTRAP)])
        errors, error = again.std(0), np.std([slope(depths, m) for m in again])
        x = np.abs(np.array(depths) - np.mean(depths))
        left = np.array([q.get("distance allowed", 0.0) for q in p])
        slack = max(q.get("slope over depths, off by at most", 0.0) for q in p) + x @ left / (x @ x)
        for self.probe in (False, True):
            fault = np.log(FAULT) * self.probe
            want = np.array([q["ln of the median"] + fault * L for q, L in zip(p, depths)])
            self.near(law, what + ": slope", slope(depths, seen), slope(depths, want), Z * error + slack)
            for i in range(len(p) if level else 0):
                self.near(law, f"{what}: median at {depths[i]}", seen[i], want[i], Z * errors[i] + left[i])
        self.probe = False

    def rank(self, law, cell, settings, sample):
        p = self.theory(law, None, cell, *settings)
        if p is None:
            return
        x, y = sample()
        rho, most = correlation(x, y), p["rank correlation, at most"]
        index = [rng.integers(0, len(x), len(x)) for _ in range(BOOTSTRAP)]
        error = np.std([correlation(x[i], y[i]) for i in index])
        for self.probe in (False, True):
            bound = max(-0.99, most * FAULT ** 2) if self.probe else most  # a bound has room
            self.told(law, f"{law} in {cell}", rho <= bound + Z * error, rho, f"{bound} + {Z * error} at most")
        self.probe = False

    def exact(self, law, component, cell, settings, value, tolerance=1e-10):
        p = self.theory(law, component, cell, *settings)
        if p is None:
            return
        for self.probe in (False, True):
            self.near(law, f"{law} in {cell}: expectation", ln(value), p["ln of the mean"] + np.log(FAULT) * self.probe,
                      tolerance)
        self.probe = False

    def shape(self, law, component, cell, settings, moments, tolerance=1e-10):
        """the first three moments of what the mean is of"""
        p, (one, two, three) = self.theory(law, component, cell, *settings), moments
        self.exact(law, component, cell, settings, one, tolerance)
        variance, square, cube = two / one ** 2 - 1, two / one ** 2, three / one ** 3
        what = f"{law} in {cell}"
        if variance < 1e-9:
            self.near(law, what + ": variance", 10 ** p["log10 of the relative variance of a sample"], 0, 1e-9)
            return
        for self.probe in (False, True):
            fault = FAULT if self.probe else 1
            self.near(law, what + ": variance", 10 ** p["log10 of the relative variance of a sample"] * fault / variance, 1,
                      tolerance * square / variance)
            self.near(law, what + ": skewness", p["skewness of a sample"] * fault, (cube - 3 * square + 2) / variance ** 1.5,
                      tolerance * (cube + 3 * square) / variance ** 1.5)
        self.probe = False


def wrong(law, p, depth):
    """the prediction of a quantity that is larger by FAULT; probabilities and ranks are themselves less by it"""
    shift, out = np.log(FAULT) * (depth if law in LAYERWISE else 1), {}
    for name, value in p.items():
        if name.startswith(("quantile", "mean of ln", "ln of")) or name == "mean" and law.startswith("A4"):
            out[name] = value + shift
        elif name == "mean":
            out[name] = value * FAULT
        elif name.startswith("probability of") and law in ("H4", "C8"):
            at = float(name.split()[2])
            out[f"probability of {at * FAULT if law == 'H4' else at + shift}"] = value
        elif name.startswith("probability of") or name in ("dead", "never"):
            out[name] = value / FAULT
        else:
            out[name] = value
    return out
