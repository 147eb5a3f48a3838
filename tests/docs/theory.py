"""theory.py TEPUI -- formulas of docs/theory a second time: evaluated here as the pages write them, against what `tepui theory`
predicts; steps of derivations against simulations and eigenvalues. Tolerances: rounding for closed forms, 5 standard errors for
simulations (seed fixed). A law without a check fails."""
import csv, io, json, subprocess, sys
from fractions import Fraction
from math import acos, asin, comb, cos, erfc, exp, expm1, factorial, lgamma, log, pi, prod, sin, sqrt
import numpy as np

rng = np.random.default_rng(2106)
EULER, ZETA3 = 0.57721566490153286, 1.2020569031595943
AT = {0: (-EULER - 2 * log(2), -EULER), 1: (pi ** 2 / 2, pi ** 2 / 6), 2: (-14 * ZETA3, -2 * ZETA3), 3: (pi ** 4, pi ** 4 / 15)}
MEAN, VAR, SQUARE, MOMENT = "mean of ln, given life", "variance of ln, given life", "ln of the mean square", "ln of the mean"
MEDIAN, OFF, DISTANCE = "ln of the median", "slope over depths, off by at most", "distance allowed"
checks, wrong = {}, []


def polygamma(n, x):
    """at multiples of 1/2, by recurrence from 1/2 or 1"""
    at, value = (0.5, AT[n][0]) if x % 1 else (1.0, AT[n][1])
    while at < x:
        value, at = value + (-1) ** n * factorial(n) / at ** (n + 1), at + 1
    return value


def theory(tepui, law, *words):
    out = subprocess.run([tepui, "theory", law, "--format", "csv", *map(str, words)], capture_output=True, text=True)
    if out.returncode:
        sys.exit(f"theory {law} {words}: {out.stderr}")
    return {r["prediction"]: r["value"] for r in csv.DictReader(io.StringIO(out.stdout))}


def near(law, what, got, want, tolerance=1e-9):
    checks[law] = checks.get(law, 0) + 1
    if not abs(float(got) - want) <= tolerance * max(1, abs(want)):
        wrong.append(f"{law}, {what}: {got}, want {want} +- {tolerance}")


def ln_chi2(k):
    return polygamma(0, k / 2) + log(2), polygamma(1, k / 2)


def binomial(d, least=1):
    w = np.array([comb(d, k) for k in range(least, d + 1)], float)
    return range(least, d + 1), w / w.sum()


def mixture(pairs, weights):
    m, v = np.array(pairs).T
    mean = weights @ m
    return mean, weights @ (v + m * m) - mean ** 2


def ln_live(d):
    ks, w = binomial(d)
    return mixture([ln_chi2(k) for k in ks], w)


def half(terms):
    """of a norm, from mean and variance of the ln of factors of its square"""
    return sum(t[0] for t in terms) / 2, sum(t[1] for t in terms) / 4


def moments(law, what, p, terms, tolerance=1e-9):
    mean, variance = half(terms)
    near(law, what + ", mean", p[MEAN], mean, tolerance)
    near(law, what + ", variance", p[VAR], variance, tolerance)


def plus(c, term):
    return c + term[0], term[1]


def widths(w):
    return "--width", "[" + ", ".join(map(str, w)) + "]", "--depth", len(w)


# --- chains

def chains(ask):
    p = ask("C1", "--depth", 7, "--gain", 1.3)
    near("C1", "mean", p[MEAN], 7 * (log(1.3) - 0.63518142), 1e-8)
    near("C1", "variance", p[VAR], 7 * pi ** 2 / 8)
    p = ask("C2", "--depth", 10)
    near("C2", "mean", p[MEAN], 10 * (log(sqrt(3)) - 1))
    near("C2", "variance", p[VAR], 10)
    near("C2", "0.637", sqrt(3) / exp(1), 0.637, 1e-3)
    m = 10 * log(sqrt(3)) - float(p["quantile 0.5 of ln"])
    near("C2", "Choi", 10 - 1 / 3 < m < 9 + log(2), True)
    near("C2", "init median", ask("C2", "--depth", 10, "--init", "median")[MEAN], 0)
    near("C3", "dead", ask("C3", "--depth", 5)["dead"], 1 - 2 ** -5)
    near("C4", "bound", ask("C4", "--depth", 9)[DISTANCE], 1.02586 / 3, 1e-5)
    z = np.abs(np.random.default_rng(1).standard_normal(10 ** 6))
    third = np.abs(np.log(z) - np.log(2) / -2 + EULER / 2) ** 3
    near("C4", "rho", third.mean(), 2.96070, 5 * third.std() / 1000)
    p, one = ask("C5", "--depth", 4, "--component", "G 2,1"), ln_chi2(1)
    moments("C5", "G 2,1", p, [one, one, (2 * one[0], 4 * one[1]), (2 * one[0], 4 * one[1])])
    p = ask("C6", "--depth", 100)
    near("C6", "slope", p[MEDIAN], -63.518142, 1e-7)
    near("C6", "allowance", p[OFF], 1 / 100)
    hollow_and_inertia()
    n, rate, w, s = 6, 0.01, 0.7, 0.5
    top = (1 - sqrt(s)) ** (1 / n)
    x = np.linspace(w, top, 200001)
    f = 1 / (x ** (n - 1) * (1 - x ** n))
    T = (f.sum() - (f[0] + f[-1]) / 2) * (x[1] - x[0])
    series = (w ** (2 - n) - top ** (2 - n)) / (n - 2) + sum(
        (top ** (j * n - n + 2) - w ** (j * n - n + 2)) / (j * n - n + 2) for j in range(1, 200))
    near("C8", "series", series, T, 1e-8)
    steps, at = 0, w
    while at ** n < 1 - sqrt(s):
        at, steps = at + rate * at ** (n - 1) * (1 - at ** n), steps + 1
    most = T / rate + 1 + log(f[0] / f[-1])
    near("C8", "iteration between the bounds", T / rate <= steps <= most, True)
    p = ask("C8", "--depth", n, "--gain", w, "--set", f"dynamics.rate={rate}", "--set", f"dynamics.escape=loss({s})")
    value = [float(k.split()[-1]) for k in p if k.startswith("probability of")][0]
    least = np.ceil(T / rate)
    near("C8", "atom", value, (log(least) + log(most)) / 2, 1e-5)
    near("C8", "allowance", p[DISTANCE], (log(most) - log(least)) / 2, 1e-6)


def hollow_and_inertia():
    for n in (2, 3, 5, 8):
        for _ in range(200):
            w, y = rng.standard_normal(n), rng.standard_normal()
            f, u = w.prod(), 1 / w
            r, g = f - y, np.outer(u, u)
            H = f * f * g + r * f * (g - np.diag(u * u))
            T, scaled = f / y, H / np.abs(np.outer(u, u)) / abs(r * f)
            e = np.linalg.eigvalsh(scaled)
            want = n - 1 if T < 0 or T > 1 else 1 if T < (n - 1) / (2 * n - 1) else 0
            near("C7", f"negative eigenvalues of n = {n}", (e < 0).sum(), want)
            S2, S4 = (u ** 2).sum(), (u ** 4).sum()
            Q = (S2 ** 2 - S4) / S4
            hollow = log(np.linalg.norm(np.diag(H)) / np.linalg.norm(H))
            near("C6", "formula", log(abs(f)) - 0.5 * log(f * f + (2 * f - y) ** 2 * Q), hollow, 1e-8)
            near("C6", "Q", Q <= (n - 1) * (1 + 1e-12), True)


# --- wide nets

def norms(ask):
    linear = [plus(log(1 / 4), ln_chi2(5)), plus(log(1 / 5), ln_chi2(3))]
    relu = [plus(log(2 / 4), ln_live(5)), plus(log(2 / 5), ln_live(3))]
    more = ("--set", "data.dimension=4", *widths([5, 3]))
    for law, act, terms in (("N1", "linear", linear), ("N2", "relu", relu), ("N4", "linear", linear), ("N4", "relu", relu)):
        p = ask(law, "-a", act, "--component", 2, *more)
        moments(law, act, p, terms)
        if act == "relu":
            near(law, "dead", p["dead"], 1 - (1 - 2 ** -5) * (1 - 2 ** -3))
    for act, b in (("linear", 2), ("relu", 5)):
        p, beta = ask("N4l", "-a", act, "--component", 2, "--gain", 1.1, *more), b / 5 + b / 3
        ln_square = 2 * log(1.1) + log(5 / 4) + 2 * log(1.1) + log(3 / 5)  # He halves: sigma^2 d c = gain^2 d/fan_in
        near("N4l", act, p[MEAN], (ln_square - beta / 2) / 2)
        near("N4l", act, p[VAR], beta / 4)
    x = np.linspace(-8, 3, 40001)  # one layer of two units, linear: norm2 is exponential of mean 1, beta = 1
    off = np.abs(-np.expm1(-np.exp(2 * x)) - np.array([0.5 * erfc(-(y + 0.25) / 0.5 / sqrt(2)) for y in x])).max()
    near("N4l", "distance", ask("N4l", "-a", "linear", "--depth", 1, "--width", 2, "--set", "data.dimension=2")[DISTANCE],
         off + 1e-4, 1e-6)
    near("N2", "mean at d = 64", ln_live(64)[0] + log(2 / 64), -0.0401086, 1e-6)
    near("N2", "variance at d = 64", ln_live(64)[1], 0.0829973, 1e-6)
    for act, one in (("linear", 2), ("relu", 5)):
        p = ask("N3", "-a", act, "--depth", 6, "--width", 7, "--set", "data.dimension=7")
        near("N3", act, p[MOMENT], 0)
        near("N3", "spread", p["log10 of the relative variance of a sample"], np.log10((1 + one / 7) ** 6 - 1), 1e-7)
        near("N3b", act, ask("N3b", "-a", act, "--depth", 6, "--width", 7, "--set", "data.dimension=7")[MOMENT], 6 * log(1 + one / 7))
        near("N5", act, ask("N5", "-a", act, "--depth", 6, "--width", 7)["quantile 0.5 of ln"],
             float(ask("N4", "-a", act, "--depth", 6, "--width", 7)["quantile 0.5 of ln"]))
        n5 = float(ask("N5", "-a", act, "--depth", 64, "--width", 64)["quantile 0.5 of ln"])
        near("N5", act + ", about", n5, -one / 4, 3 / 64)
        for law, k in (("laplace", 6), ("uniform", 9 / 5), ("rademacher", 1)):
            A, B, c, below = 3 / (4 + 2), 1, 1 if act == "linear" else 2, 4
            for d in (5, 3):
                v = c / below
                A = d * v * v * (3 * B + (k - 3) * A) / c
                B, below = A + d * (d - 1) * v * v * B / c ** 2, d
            near("N4b", f"{act}, {law}", ask("N4b", "-a", act, "--weights", law, *more)[MOMENT], log(B))
        one = ln_chi2 if act == "linear" else ln_live
        he = 1 if act == "linear" else 2
        p = ask("N6", "-a", act, "--component", 2, "--set", "data.outputs=1", *more)
        moments("N6", act, p, [plus(log(he / 4), one(5)), plus(log(he / 3), one(3))])
        p = ask("H2c", "-a", act, "--component", "G 2,2", "--set", "data.outputs=1", *more)
        near("H2c", act, p[MEAN], 2 * half([plus(log(he / 4), one(5)), plus(log(he / 3), one(3))])[0])
    p = ask("N7", "--component", 2, *more)
    moments("N7", "exponent 2", {MEAN: 2 * float(p[MEAN]), VAR: 4 * float(p[VAR])},
            [plus(log(1 / 4), ln_chi2(4)), plus(log(1 / 5), ln_chi2(2))])
    lost = 1 - (1 - 6 / 32) * (1 - 4 / 8)
    near("N7r", "lost", ask("N7r", "--component", 2, *more)["dead"], lost)
    ks = [(ln_chi2(k - 1), comb(5, k)) for k in range(2, 6)], [(ln_chi2(k - 1), comb(3, k)) for k in range(2, 4)]
    terms = [plus(log(2 / b), mixture([t for t, _ in x], np.array([w for _, w in x]) / sum(w for _, w in x))) for x, b in zip(ks, (4, 5))]
    p = ask("N7r", "--component", 2, *more)
    near("N7r", "mean", p[MEAN], half(terms)[0] / 2)
    covariances(ask)


def covariances(ask):
    ws, below = [5, 3, 4, 6], [4, 5, 3, 4]
    L, more = 4, ("--set", "data.dimension=4", *widths([5, 3, 4, 6]))
    M = (np.eye(L) - 1 / L) / (L - 1)
    m = {i: np.array([(log(2 / b) + polygamma(0, (d - i + 1) / 2)) / 2 for d, b in zip(ws, below)]) for i in (1, 2, 3)}
    k = {(n, i): np.array([polygamma(n - 1, (d - i + 1) / 2) / 2 ** n for d in ws]) for n in (2, 3, 4) for i in (1, 2, 3)}
    for i, j in ((2, 1), (3, 1), (2, 2), (3, 3)):
        gi, gj, v, u = M @ m[i], M @ m[j], k[2, i], k[2, j]
        if i == j:
            mean = m[i] @ gi + v.mean()
            var = (4 * v * gi ** 2 + 4 * k[3, i] * np.diag(M) * gi + k[4, i] * np.diag(M) ** 2).sum() + 2 * v @ M ** 2 @ v
        else:
            mean, var = m[i] @ gj, (v * gj ** 2 + u * gi ** 2).sum() + v @ M ** 2 @ u
        p = ask("N7b", "--component", f"{i},{j}", *more)
        near("N7b", f"mean {i},{j}", p["mean"], mean)
        near("N7b", f"deviation {i},{j}", p["standard deviation of a sample"], sqrt(var))


def partitions(n, most=None):
    most = most or n
    return [[]] if n == 0 else [[k] + q for k in range(min(n, most), 0, -1) for q in partitions(n - k, k)]


def zonal_moment(n, inputs, layers):
    """E tr X^n/d_0 by the formulas of the page; layers: E prod (rows + c) for a list of c, and the scale"""
    total = Fraction(0)
    for kappa in partitions(n):
        boxes = [(i, j) for i, row in enumerate(kappa) for j in range(row)]
        c = [2 * j - i for i, j in boxes]
        arms = [kappa[i] - j - 1 for i, j in boxes]
        legs = [sum(row > j for row in kappa) - i - 1 for i, j in boxes]
        weight = Fraction(2 * n * prod(x for x, b in zip(c, boxes) if b != (0, 0)),
                          prod((2 * a + l + 1) * (2 * a + l + 2) for a, l in zip(arms, legs)))
        total += weight * prod(inputs + x for x in c) * prod(layer(c) for layer in layers)
    return log(total / inputs)


def spectra(ask):
    def gaussian(rows, v):
        return lambda c: v ** len(c) * prod(rows + x for x in c)

    def coins(rows, v, m=None):
        return lambda c: v ** len(c) * sum(Fraction(comb(rows, k), 2 ** rows) * prod(k + x for x in c) for k in range(rows + 1)) / (
            prod(m + x for x in c) if m else 1)

    def haar(rows, m, v):
        return lambda c: (v * m) ** len(c) * prod(Fraction(rows + x, m + x) for x in c)
    more = ("--set", "data.dimension=6", *widths([8, 5]))
    for n in (1, 2, 3, 4):
        near("N8", n, ask("N8", "--component", n, *more)[MOMENT],
             zonal_moment(n, 6, [gaussian(8, Fraction(1, 6)), gaussian(5, Fraction(1, 8))]))
        near("N8r", n, ask("N8r", "--component", n, *more)[MOMENT], zonal_moment(n, 6, [coins(8, Fraction(2, 6)), coins(5, Fraction(2, 8))]))
        near("N8o", n, ask("N8o", "-a", "linear", "--component", n, *more)[MOMENT],
             zonal_moment(n, 6, [haar(8, 8, Fraction(1, 6)), haar(5, 8, Fraction(1, 8))]))
        p = ask("N8o", "-a", "relu", "--component", n, *more)
        near("N8o", f"relu {n}", p[MOMENT], zonal_moment(n, 6, [coins(8, Fraction(2 * 8, 6), 8), coins(5, Fraction(2 * 8, 8), 8)]))
        L, wide = 3, ("--depth", 3, "--width", 100000, "--set", "data.dimension=100000", "--component", n)
        series = [lambda z: (1 + z) ** n * (1 + 2 * z) ** (L * n), lambda z: (1 + z) ** (n - L * n) * (1 + 2 * z) ** (L * n)]
        taylor = [(np.fft.fft([s(0.2 * np.exp(2j * pi * k / 64)) for k in range(64)]) / 64)[n - 1].real / 0.2 ** (n - 1) / n for s in series]
        near("N8", f"limit {n}", ask("N8", *wide)[MOMENT], log(comb((L + 1) * n, n) / (L * n + 1)), 1e-3)
        near("N8r", f"limit {n}", ask("N8r", *wide)[MOMENT], log(taylor[0]), 1e-3)
        near("N8o", f"limit {n}", ask("N8o", "-a", "relu", *wide)[MOMENT], log(taylor[1]), 1e-3)
    p, L = ask("N11", "--depth", 3, "--width", 50, "--set", "data.dimension=50"), 3
    near("N11", "mean", p[MEAN], -L / 2)
    near("N11", "variance", p[VAR], (L * L + L * pi ** 2 / 3) / 4)
    near("N11", "allowance", p[DISTANCE], (1 + L) / 50)
    phi = np.linspace(0, pi / (L + 1), 400002)[1:-1]
    x = np.sin((L + 1) * phi) ** (L + 1) / (np.sin(phi) * np.sin(L * phi) ** L)
    rho = np.sin(phi) ** 2 * np.sin(L * phi) ** (L - 1) / (pi * np.sin((L + 1) * phi) ** L)
    share = (rho[1:] + rho[:-1]) / 2 * (x[:-1] - x[1:])
    near("N11", "largest", x[0], (L + 1) ** (L + 1) / L ** L, 1e-6)
    for q in (0.25, 0.5, 0.75, 0.95):
        near("N11", f"quantile {q}", share[x[1:] > exp(2 * float(p[f"quantile {q} of ln"]))].sum(), 1 - q, 1e-4)


def mean_field(ask):
    t, w = np.polynomial.hermite_e.hermegauss(120)
    w /= w.sum()
    data = ("--set", "data.dimension=48", "--set", "data.source=orthonormal")
    for law, e in (("gaussian", 0), ("laplace", 3), ("uniform", -1.2)):
        q, ln, d = 1.3 ** 2 / 48 + 0.1 ** 2, 0, 64
        g = 1.3 ** 2 / 48 / q
        for l in range(3):
            u = sqrt(q) * t
            square, chi = w @ np.tanh(u) ** 2, w @ (1 - np.tanh(u) ** 2) ** 2
            ln += log(1.3 ** 2 * (1 if l else 64 / 48) * chi) / 2
            a, b = np.meshgrid(t, t, indexing="ij")
            other = sqrt(q) * ((1 - g) * a + sqrt(1 - (1 - g) ** 2) * b)
            apart = (w[:, None] * w * (np.tanh(sqrt(q) * a) - np.tanh(other)) ** 2).sum() / (2 * square)
            m = w @ (1 - np.tanh(u) ** 2) ** 4 / chi ** 2
            q = 1.3 ** 2 * square + 0.01
            g = 1.3 ** 2 * square * apart / q
        settings = ("-a", "tanh", "--weights", law, "--sigma-w", 1.3, "--sigma-b", 0.1, "--depth", 3, "--width", 64, *data)
        tails = 3 * m * m * abs(e) / (2 * d * (d - m * e))
        p = ask("N9", *settings)
        near("N9", "median, " + law, p[MEDIAN], ln, 1e-8)
        near("N9", "allowance, " + law, p[OFF], (3 * m - 1) / (2 * d) + tails, 1e-8)
        p = ask("N10", *settings, "--set", "data.points=2")
        near("N10", "median, " + law, p[MEDIAN], log(apart), 1e-8)
        near("N10", "allowance, " + law, p[OFF], (3 * m - 1) / d + 2 * tails, 1e-8)


# --- curvature

def curvature(ask):
    near("H1", "zero", ask("H1")["dead"], 1)
    near("H1b", "zero", ask("H1b")["dead"], 1)
    more = ("--set", "data.dimension=4", "--set", "data.outputs=1", *widths([5, 3, 6]))
    for act, he, one in (("linear", 1, ln_chi2), ("relu", 2, ln_live)):
        live = [(log(5), 0)] if act == "linear" else [mixture([(log(k), 0) for k in binomial(5)[0]], binomial(5)[1])]
        p = ask("H2", "-a", act, "--component", "R 2,1", *more)
        moments("H2", act, p, live + [plus(log(he / 3), one(3)), plus(log(he / 6), one(6))])
        m = [d / he for d in (5, 3, 6)]
        block = m[0] * m[1] * he / 5 * m[2] * he / 6 * 1
        near("H2b", act, ask("H2b", "-a", act, "--component", "R 3,1", *more)[SQUARE], log(block))
        v = [he / 4, he / 5, he / 3, he / 6]
        total = sum(prod(m[j] * v[j] for j in range(k)) * prod(m[j] * v[j + 1] for j in range(k, 3)) for k in range(4))
        near("H3b", act, ask("H3b", "-a", act, "--set", "loss=mse", "--readout", "dense", *more)[MOMENT], log(total))
    p = ask("H2", "-a", "linear", "--component", "R 3,1", *more)
    moments("H2", "next but one", p, [plus(log(1 / 5), ln_chi2(15)), plus(log(1 / 6), ln_chi2(6))])
    p = ask("H3b", "-a", "relu", "--depth", 9, "--width", 7, "--readout", "dense", "--set", "data.dimension=7", "--set", "data.outputs=3")
    near("H3b", "q (L + 1)", p[MOMENT], log(3 * 10))
    for law in ("H3", "H5"):
        more = ("-a", "linear", "--depth", 128, "--width", 4)
        G, R = ask(law, "--component", "G", *more), ask(law, "--component", "R", *more)
        near(law, "twice", G[MEDIAN], 2 * float(R[MEDIAN]))
        near(law, "allowance", R[OFF], 2 / 128)
    second_derivatives()
    for hidden in ([3, 2], [4]):
        ranks_of(ask, 3, hidden, 2)


def second_derivatives():
    """block (k, l) of d2 f is B_k M a_(l-1), by second differences of a linear net in single weights"""
    W = [rng.standard_normal(s) for s in ((5, 4), (3, 5), (6, 3), (1, 6))]
    x = rng.standard_normal(4)

    def f(V):
        a = x
        for M in V:
            a = M @ a
        return a[0]
    B3, M, a0 = (W[3]).ravel(), W[1], x  # block (3, 1): B_3, M = W_2, a_0
    size = 0.0
    for i in np.ndindex(6, 3):
        for j in np.ndindex(5, 4):
            V = [[m.copy() for m in W] for _ in range(4)]
            for s, (p, q) in enumerate(((1, 1), (1, 0), (0, 1), (0, 0))):
                V[s][2][i] += p
                V[s][0][j] += q
            size += (f(V[0]) - f(V[1]) - f(V[2]) + f(V[3])) ** 2
    near("H2", "block", sqrt(size), np.linalg.norm(B3) * np.linalg.norm(M) * np.linalg.norm(a0), 1e-9)


def ranks_of(ask, d0, hidden, dK):
    ws = [d0, *hidden, dK]
    K, q, s, M = len(ws) - 1, min(ws), min(d0, dK), sum(hidden)
    P = sum(a * b for a, b in zip(ws, ws[1:]))
    want = {"G": q * (d0 + dK - q), "R": min(P, 2 * q * M + 2 * q * s - K * q * q)}
    W = [rng.standard_normal((b, a)) for a, b in zip(ws, ws[1:])]
    x, y = rng.standard_normal((12, d0)), rng.standard_normal((12, dK))
    at = np.concatenate([w.ravel() for w in W])

    def outputs(v):
        a, k = x.T, 0
        for n, m in zip(ws, ws[1:]):
            a, k = v[k:k + n * m].reshape(m, n) @ a, k + n * m
        return a.T
    base, e = outputs(at), np.eye(P)
    single = np.array([outputs(at + d) - base for d in e])  # f is linear in each weight: exact but for rounding
    G = np.einsum("ino,jno->ij", single, single)
    R = np.array([[((base - y) * (outputs(at + e[i] + e[j]) - outputs(at + e[i]) - outputs(at + e[j]) + base)).sum() if i != j else 0.0
                   for j in range(P)] for i in range(P)])
    for part, H in (("G", G), ("R", R)):
        sizes = np.linalg.svd(H, compute_uv=False)
        near("H4", f"rank of {part}, widths {ws}", (sizes > 1e-10 * sizes[0]).sum(), want[part])
        p = ask("H4", "--component", part, *widths(hidden), "--readout", "dense", "--set", f"data.dimension={d0}",
                "--set", f"data.outputs={dK}", "--set", "data.points=12")
        near("H4", f"predicted {part}", p[f"probability of {want[part]}"], 1 - 1e-5)


# --- cures

def residual(ask):
    d, v2 = 4, 0.25 / 3  # alpha = 1/sqrt(3), LeCun
    poisson = [exp(-1 / (2 * v2) + j * log(1 / (2 * v2)) - lgamma(j + 1)) for j in range(80)]
    one = plus(log(v2), mixture([ln_chi2(d + 2 * j) for j in range(80)], np.array(poisson)))
    more = ("-a", "linear", "--depth", 3, "--width", d, "--set", "data.dimension=4", "--set", "grid.architecture='[residual(power=0.5)[dense]]'")
    for law in ("A1", "A1j"):
        p = ask(law, *more)
        moments(law, "norm", p, [one] * 3)
        near(law, "mean square", p[SQUARE], 3 * log(1 + v2 * d))
    p = ask("A1g", "--component", 2, "--set", "data.outputs=1", *more)
    moments("A1g", "gradient", p, [one] * 2 + [plus(log(v2), ln_chi2(d))])


def batch(ask):
    for B in (8, 20):
        n = B - 1
        r = -1 / n
        k, q = (sqrt(1 - r * r) + r * (pi - acos(r))) / (2 * pi), 0.25 + asin(r) / (2 * pi)
        for act, a, t in (("linear", B / n, n - 1), ("relu", 0.5 - k, B / 2 - 1.5 + 1 / B + n * (q + k) / B)):
            chi = B * t / (a * n * (n - 2))
            v = 3 * (n * n - 1) / (n * (n + 2)) * (n - 2) / (n - 4) * n * n / t ** 2 - 1
            p = ask("A2", "-a", act, "--depth", 4, "--width", 800, "--set", f"data.points={B}", "--set", "data.dimension=512")
            near("A2", f"{act} {B}", p[MEDIAN], 2 * log(chi))
            near("A2", "allowance", p[OFF], v / 3200 + B / 1600)
            near("A2", "distance", p[DISTANCE], log(1 + B / (512 - B) * chi ** -4) / 2)
            if act == "linear":
                near("A2", "(B - 2)/(B - 3)", chi, (B - 2) / (B - 3))
            else:
                near("A2", "number on the page", chi, {8: 1.788, 20: 1.561}[B], 4e-4)
        trace_of_masks(B, t, k, q)
    n, d, f = 7, 100, 0
    for _ in range(5):
        f = (1 - 1 / n) / d + (1 - 1 / d) * (n / (n + 2)) ** 2 * f
    p = ask("A2b", "--depth", 5, "--width", d, "--set", "data.points=8")
    near("A2b", "rank", p["mean"], n / (1 + n * f))
    near("A2b", "allowance", p[DISTANCE], n * (n * f) ** 2 / (1 + n * f))
    p = ask("A2f", "--depth", 2, "--width", 64, "--set", "data.points=5")
    near("A2f", "value", p["probability of 2.07944"], 1)
    near("A2f", "allowance", p[DISTANCE], (2 * 64 + 16 + 2 * log(64)) * 2.0 ** -53)


def trace_of_masks(B, t, k, q, samples=20000):
    h = rng.standard_normal((samples, B))
    h -= h.mean(1, keepdims=True)
    z = sqrt(B) * h / np.linalg.norm(h, axis=1, keepdims=True)
    P, D = np.eye(B) - 1 / B, (z > 0).astype(float)
    Q = P - z[:, :, None] * z[:, None, :] / B
    found = np.einsum("ij,sj,sjk,sk,ki->s", P, D, Q, D, np.eye(B), optimize=True)
    pairs = (D.sum(1) ** 2 - D.sum(1)) / (B * (B - 1))
    s = np.maximum(z, 0)
    products = (s.sum(1) ** 2 - (s ** 2).sum(1)) / (B * (B - 1))
    for what, x, want in (("t", found, t), ("p", pairs, q), ("k", products, k)):
        near("A2", f"{what}, B = {B}", x.mean(), want, 5 * x.std() / sqrt(samples) / max(1, abs(want)))


def directions(ask):
    def ratio(n):
        return polygamma(0, (n - 1) / 2) - polygamma(0, n / 2), polygamma(1, (n - 1) / 2) + polygamma(1, n / 2)
    start = plus(log(7), (polygamma(0, 5 / 2) - polygamma(0, 6 / 2), polygamma(1, 5 / 2) - polygamma(1, 6 / 2)))
    for kind, off in (("rms_norm", 0), ("layer_norm", 1)):
        more = ("-a", "linear", "--set", "data.dimension=6", *widths([9, 7]), "--set", f"grid.architecture='[dense, {kind}(epsilon=0)]'")
        moments("A2r", kind, ask("A2r", "--component", 2, *more), [start, ratio(9 - off), ratio(7 - off)])
        moments("A2g", kind, ask("A2g", "--component", 1, "--set", "data.outputs=1", *more),
                [plus(log(7 * (1 / 7) / (1 / 6)), ratio(9 - off)), ratio(7 - off)])
    ks, w = binomial(48, 2)
    live = mixture([ratio(k) for k in ks], w)
    start = plus(log(48), (polygamma(0, 5 / 2) - polygamma(0, 6 / 2), polygamma(1, 5 / 2) - polygamma(1, 6 / 2)))
    p = ask("A2r", "-a", "relu", "--depth", 2, "--width", 48, "--set", "data.dimension=6", "--set",
            "grid.architecture='[dense, activation, rms_norm(epsilon=0)]'")
    moments("A2r", "relu", p, [start, live, live])


def orthogonal(ask):
    def beta(k, m):
        return (polygamma(0, k / 2) - polygamma(0, m / 2), polygamma(1, k / 2) - polygamma(1, m / 2)) if k < m else (0.0, 0.0)

    def live(d, m):
        ks, w = binomial(d)
        return mixture([beta(k, m) for k in ks], w)
    more = ("--set", "data.dimension=60", *widths([50, 40]))
    linear = [plus(log(60 / 60), beta(50, 60)), plus(log(50 / 50), beta(40, 50))]
    relu = [plus(log(2 * 60 / 60), live(50, 60)), plus(log(2 * 50 / 50), live(40, 50))]
    for law, act, terms in (("A3", "linear", linear), ("A3j", "linear", linear), ("A3r", "relu", relu), ("A3j", "relu", relu)):
        moments(law, act, ask(law, "-a", act, "--component", 2, *more), terms)
    back = [plus(log(2 * 60 / 60), live(50, 60)), plus(log(2 * 40 / 40), live(40, 40))]  # layer 1 forward, layer 2 through the read-out
    moments("A3g", "relu", ask("A3g", "-a", "relu", "--component", 2, "--set", "data.outputs=1", *more), back)
    d = 400
    near("A3r", "about 3/(2 d)", (live(d, d)[0] + log(2)) * d, -1.5, 0.05)
    near("A3r", "about 3/d", live(d, d)[1] * d, 3, 0.05)


def brownian(ask):
    d, L = 64, 16
    b = 1 / L  # alpha^2 sigma^2 d/2, He
    g, r = b / (1 + b), lambda j: (1 + b) ** -j

    def c(x):
        q = acos(min(1, sqrt(x)))
        return (3 * sin(q) * cos(q) + (pi - q) * (1 + 2 * cos(q) ** 2)) * 2 / pi - 1

    def slope(x):
        h = 1e-6
        return x * (c(x * (1 + h)) - c(x * (1 - h))) / (2 * h * x)
    near("A4", "c(1)", c(1), 5)
    e = [-g / d * sum(slope(r(j)) for j in range(1, l + 1)) for l in range(L)]
    first = sum(g * x - 5 * g * g / (2 * d) for x in e) - 2 * g / d * sum(r(j) for j in range(1, L + 1))
    V = g * sum(c(r(k)) for k in range(L))
    p, mean = ask("A4", "--depth", L, "--width", d), (L * log(1 + b) + first) / 2
    near("A4", "mean", p["mean"], mean, 1e-8)
    near("A4", "allowance", p[DISTANCE], abs(first) / 2 * V / d, 1e-8)
    var = (g * g * sum(c(r(abs(i - j))) for i in range(L) for j in range(L)) + 4 * (1 - g) * (1 - r(L))) / (4 * d)
    p = ask("A4n", "--depth", L, "--width", d)
    near("A4n", "variance", p[VAR], var, 1e-8)
    allowed = (31 / 5 ** 1.5 / sqrt(d) / 6 + abs(first) / 2 * V / d / sqrt(var) + V / d / (2 * sqrt(exp(1)))) / sqrt(2 * pi)
    near("A4n", "allowance", p[DISTANCE], allowed, 1e-8)
    x, y = rng.standard_normal((2, 10 ** 6))
    y = 0.6 * x + 0.8 * y
    products = 4 * np.maximum(x, 0) ** 2 * np.maximum(y, 0) ** 2 - 1
    near("A4", "c(0.36)", products.mean(), c(0.36), 5 * products.std() / 1000)
    drift(ask)


def drift(ask):
    """A4p: the map's second derivatives by differences, the sums' moments by simulation"""
    d, L = 64, 16
    beta, m = sqrt(2 / L), 1 / sqrt(2 * pi)  # alpha sigma sqrt(d), He
    v, third = 0.5 - m * m, 1.5 * m

    def run(size):
        mean, cov = np.array([0.0, 0.0]), np.array([[0.0, 0.0], [0.0, size]])  # ln norm2, x
        for _ in range(L):
            x = mean[1]
            C = np.zeros((4, 4))  # x, S1, S2, T - m x
            C[0, 0] = cov[1, 1]
            C[1:, 1:] = size * np.array([[v, third, x * v], [third, 1.25, x * third], [x * v, x * third, v]])

            def step(s):
                R = 1 + 2 * beta * (s[3] + m * s[0]) + beta ** 2 * s[2]
                return np.array([log(R), (s[0] + beta * s[1]) / sqrt(R)])
            at, h = np.array([x, m, 0.5, 0.0]), 1e-4
            e = np.eye(4) * h
            J = np.array([(step(at + k) - step(at - k)) / (2 * h) for k in e]).T
            second = np.array([[(step(at + a + b) - step(at + a - b) - step(at - a + b) + step(at - a - b)) / (4 * h * h) for b in e] for a in e])
            new = step(at) + np.einsum("ij,ijk->k", C, second) / 2
            across = J[:, 0] * cov[0, 1]  # ln norm2 so far with the new pair
            mean = np.array([mean[0] + new[0], new[1]])
            K = J @ C @ J.T
            cov = np.array([[cov[0, 0] + 2 * across[0] + K[0, 0], across[1] + K[0, 1]], [across[1] + K[0, 1], K[1, 1]]])
        return mean[0], cov[0, 0]
    (y, var), (limit, _) = run(1 / d), run(0.0)
    p = ask("A4p", "--depth", L, "--width", d)
    near("A4p", "mean", p["mean"], y / 2, 1e-6)
    near("A4p", "deviation", p["standard deviation of a sample"], sqrt(var) / 2, 1e-6)
    near("A4p", "allowance", p[DISTANCE], abs(y - limit) / 2 * 5 / d, 1e-5)
    n, a = 20000, rng.standard_normal(d) + 0.8
    e = a / np.linalg.norm(a)
    g = rng.standard_normal((n, d))
    s, x = np.maximum(g, 0), e.sum() / sqrt(d)
    sums = np.array([s.mean(1), (s * s).mean(1), s @ e / sqrt(d)])
    want = np.array([[v, third, x * v], [third, 1.25, x * third], [x * v, x * third, v]])
    for i in range(3):
        near("A4p", f"mean {i}", sums[i].mean(), (m, 0.5, m * x)[i], 5 * sums[i].std() / sqrt(n))
        for j in range(i + 1):
            z = (sums[i] - sums[i].mean()) * (sums[j] - sums[j].mean()) * d
            near("A4p", f"covariance {i}, {j}", z.mean(), want[i, j], 5 * z.std() / sqrt(n))


# --- escape

def escape(ask):
    rate, n = 0.01, 12
    gauss = float(ask("C1", "--depth", n)["quantile 0.5 of ln"])
    p = ask("E1", "--weights", "gaussian", "--depth", n, "--set", f"dynamics.rate={rate}")
    near("E1", "median", p[MEDIAN], -gauss - 2 * log(n) - log(rate))
    near("E1", "allowance", p[DISTANCE], 0.5)
    p = ask("E1", "--weights", "gaussian", "--depth", n, "--set", "dynamics.rate=0.001", "--set", "dynamics.optimizer=momentum(mu=0.9)")
    near("E1", "momentum", p[MEDIAN], -gauss - 2 * log(n) - log(0.01))
    near("E1r", "bound", ask("E1r", "--depth", 16)["rank correlation, at most"], -1 + 4 / 16)
    low, high, a = 1e-9, 2.0, sqrt(3)
    for _ in range(100):  # E ln(|w| + tau), |w| uniform on [0, a]
        tau = (low + high) / 2
        mean = ((a + tau) * log(a + tau) - tau * log(tau)) / a - 1
        low, high = (tau, high) if mean < 0 else (low, tau)
    for rule, ln_boost in (("signsgd", 0), ("rmsprop(alpha=0.99, epsilon=0)", -log(0.01) / 2), ("adam(epsilon=0)", None)):
        eta, steps = 0.0002, tau / 0.0002
        if ln_boost is None:
            q = 0.81 / 0.999
            ln_boost = log(0.1 / -expm1(steps * log(0.9))) + 0.5 * log(-expm1(steps * log(0.999)) / 0.001 * (1 - q ** steps) / (1 - q))
        p = ask("E2", "--weights", "uniform", "--set", f"dynamics.optimizer={rule}", "--set", f"dynamics.rate={eta}")
        near("E2", "median, " + rule, p[MEDIAN], log(tau / eta), 1e-5)
        near("E2", "allowance, " + rule, p[DISTANCE], ln_boost + 0.25, 1e-4)
    adam(0.9, 0.999, 50)
    more = ("-a", "linear", "--width", 2, "--set", "data.dimension=2", "--set", "dynamics.rate=0.003")
    p = ask("E3", "--depth", 32, *more)
    product = float(ask("N4", "-a", "linear", "--depth", 31, "--width", 2, "--set", "data.dimension=2", "--readout", "none")["quantile 0.5 of ln"])
    near("E3", "median", p[MEDIAN], -product - 2 * log(32) - log(0.003))
    near("E3", "allowance", p[DISTANCE], 1)
    p = ask("E3", "--depth", 32, *more[:-1], "dynamics.rate=0.0005", "--set", "dynamics.optimizer=signsgd")
    near("E3", "signsgd", p[MEDIAN], -log(0.0005))


def adam(b1, b2, t):
    """the bound of a step, reached by gradients that grow by beta2/beta1, and not passed by others"""
    q = b1 * b1 / b2
    bound = (1 - b1) / (1 - b1 ** t) * sqrt((1 - b2 ** t) / (1 - b2) * sum(q ** i for i in range(t)))

    def step(g):
        m = v = 0
        for x in g:
            m, v = b1 * m + (1 - b1) * x, b2 * v + (1 - b2) * x * x
        return abs(m) / (1 - b1 ** t) / sqrt(v / (1 - b2 ** t))
    near("E2", "reached", step((b2 / b1) ** np.arange(t)), bound)
    for _ in range(200):
        near("E2", "bound", step(rng.standard_normal(t) * np.exp(3 * rng.standard_normal(t))) <= bound * (1 + 1e-12), True)


def main(tepui):
    known = {}

    def ask(law, *words):
        if (law, words) not in known:
            known[law, words] = theory(tepui, law, *words)
        return known[law, words]
    for part in (chains, norms, spectra, mean_field, curvature, residual, batch, directions, orthogonal, brownian, escape):
        part(ask)
    out = subprocess.run([tepui, "list", "law", "-f", "json"], capture_output=True, text=True, check=True).stdout
    wrong.extend(f"{k['name']}: no formula checked" for k in json.loads(out) if k["name"] not in checks)
    for line in wrong:
        print(line)
    print(f"{sum(checks.values())} checks of {len(checks)} laws, {len(wrong)} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
