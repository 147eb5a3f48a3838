"""monte_carlo.py -- `tepui theory` against Monte Carlo of the definitions, in odd cells: widths [5,3,1] from 3 inputs,
[1,7] from 2, and 1, 2, 3 throughout, weights of variance 1.3^2/fan_in. Nets are simulated here in NumPy, from their
definition and with its own generator; nothing but the settings of the cell is shared with the program.

Tolerances: Z standard errors, from the variance that the law itself predicts (means; where it knows none, the samples'), from the binomial law (shares
below the predicted quantiles, dead samples), besides what the law allows. Some 1,500 comparisons at Z = 5.5: a false
alarm in 20,000 runs; the seed is fixed. A law that is compared nowhere must refuse all odd cells and stand in ELSEWHERE."""
import argparse, csv, io, subprocess, sys
import numpy as np

Z, N, GAIN = 5.5, 4000, 1.3
CELLS = [([5, 3, 1], 3), ([1, 7], 2), ([1] * 4, 1), ([2] * 4, 2), ([3] * 4, 3)]
# asymptotic laws, about great depths or widths: they refuse these cells, and the search of laws confronts them with samples
ELSEWHERE = {"N9": "widths of 32 at least", "N10": "widths of 32 at least", "A2": "inputs wider than the batch",
             "A2b": "wide nets", "A4": "wide nets", "A4n": "wide nets", "A4p": "wide nets", "H3": "depths of 16 widths",
             "H5": "depths of 16 widths", "C6": "deep chains", "E1": "eight weights at least",
             "E1r": "eight weights at least", "E2": "deep chains", "E3": "deep nets"}
rng = np.random.default_rng(15)


# --- nets: W of shape (n, out, in); a unit is a' = g(W a), with its slope P = d g/d z, plus a if it has a residual

def weights(n, out, fan_in, law):
    sigma = GAIN / np.sqrt(fan_in)
    if law == "uniform":
        return sigma * np.sqrt(3) * rng.uniform(-1, 1, (n, out, fan_in))
    z = rng.standard_normal((n, out, fan_in))
    if law != "orthogonal":
        return sigma * z
    tall = z if out >= fan_in else z.transpose(0, 2, 1)
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.einsum("nii->ni", r))[:, None, :]  # Haar (Mezzadri 2007)
    return sigma * np.sqrt(max(out, fan_in)) * (q if out >= fan_in else q.transpose(0, 2, 1))


def normed(z, centred):
    """y = sqrt(d) c/|c|, c = z or z less its mean, and its slope; 0 where c is 0."""
    d = z.shape[1]
    C = np.eye(d) - (np.ones((d, d)) / d if centred else 0)
    c = z @ C
    size = np.linalg.norm(c, axis=1)[:, None]
    u = np.divide(c, size, out=np.zeros_like(c), where=size > 1e-12)
    by = np.divide(np.sqrt(d), size, out=np.zeros_like(size), where=size > 1e-12)
    return np.sqrt(d) * u, by[:, :, None] * (np.eye(d) - u[:, :, None] * u[:, None, :]) @ C


class Net:
    def __init__(self, widths, inputs, act="linear", law="gaussian", arch="plain", readout=False, n=N):
        self.act, self.n = act, n
        x = rng.standard_normal((n, inputs))
        self.a = [x / np.linalg.norm(x, axis=1)[:, None]]
        self.W, self.P, self.skip = [None], [None], arch == "residual"
        for l, d in enumerate(widths + [1] * readout):
            W = weights(n, d, self.a[-1].shape[1], law)
            last = l == len(widths)
            z = np.einsum("nij,nj->ni", W, self.a[-1])
            live = (z > 0) if act == "relu" and not last else np.ones_like(z)
            P, y = live[:, :, None] * np.eye(d), z * live
            if arch in ("rms_norm", "layer_norm") and not last:
                y, Q = normed(y, arch == "layer_norm")
                P = Q @ P
            self.W.append(W), self.P.append(P), self.a.append(y + (self.a[-1] if self.skip and not last else 0))
        self.L, self.K = len(widths), len(widths) + readout

    def J(self, first, last):
        """d a_last / d a_(first - 1)"""
        M = np.broadcast_to(np.eye(self.a[first - 1].shape[1]), (self.n,) + (self.a[first - 1].shape[1],) * 2)
        for l in range(first, last + 1):
            S = self.P[l] @ self.W[l] + (np.eye(self.W[l].shape[1]) if self.skip and l <= self.L else 0)
            M = S @ M
        return M

    def B(self, l):
        """d f / d z_l, f the scalar output (or the last unit of a chain)"""
        return (self.J(l + 1, self.K) @ self.P[l])[:, 0, :]


def ln(x):
    with np.errstate(divide="ignore"):
        return np.log(x)


def forward(net, l):
    return ln(np.linalg.norm(net.a[l], axis=1))


def tangent(net, l):
    u = rng.standard_normal((net.n, net.a[0].shape[1], 1))
    return ln(np.linalg.norm(net.J(1, l) @ u, axis=(1, 2)) / np.linalg.norm(u, axis=(1, 2)))


def gradient(net, l):
    return ln(np.linalg.norm(net.B(l), axis=1) * np.linalg.norm(net.a[l - 1], axis=1))


def curvature(net, k, l):
    """ln of the norm of d2 f/d W_k d W_l, l < k: its entries are B_k[i] M[j,p] a_(l-1)[q] (product rule)."""
    M = net.P[l] if k == l + 1 else net.J(l + 1, k - 1) @ net.P[l]
    t = np.einsum("ni,njp,nq->nijpq", net.B(k), M, net.a[l - 1])
    return ln(np.sqrt((t * t).sum(axis=(1, 2, 3, 4))))


def triangles(net):
    """ln R_ii of the step-wise QR factorisation, (n, layers, rank)"""
    r = min(a.shape[1] for a in net.a)
    Q, out = np.broadcast_to(np.eye(net.a[0].shape[1])[:, :r], (net.n, net.a[0].shape[1], r)), []
    for l in range(1, net.L + 1):
        Q, R = np.linalg.qr(net.P[l] @ net.W[l] @ Q)
        d = np.abs(np.einsum("nii->ni", R))
        out.append(ln(np.where(d > 1e-13, d, 0)))
    return np.stack(out, 1)


def exponents(net, i):
    return triangles(net)[:, :, i - 1].mean(1)


def covariance(net, i, j):
    x = triangles(net)
    x = x - x.mean(1)[:, None]
    return (x[:, :, i - 1] * x[:, :, j - 1]).sum(1) / (net.L - 1)


def moment(net, k):
    J = net.J(1, net.L)
    G, M = J.transpose(0, 2, 1) @ J, np.eye(J.shape[2])
    for _ in range(k):
        M = G @ M
    return ln(np.trace(M, axis1=1, axis2=2) / J.shape[2])


def trace(net):
    return ln(sum(np.exp(2 * gradient(net, l)) for l in range(1, net.K + 1)))


# --- chains: the whole Hessian of (f - y)^2/2, f = w_L .. w_1 x

def inertia(net):
    w = np.stack([W[:, 0, 0] for W in net.W[1:]], 1)
    f, y = net.a[net.L][:, 0], rng.standard_normal(net.n)
    g = f[:, None] / w
    H2 = f[:, None, None] / (w[:, :, None] * w[:, None, :]) * (1 - np.eye(net.L))
    H = g[:, :, None] * g[:, None, :] + (f - y)[:, None, None] * H2
    return (np.linalg.eigvalsh(H) < 0).mean(1)


def plateau(L, scale, rate):
    """ln of the first step with loss below half of that at f = 0, gradient descent from w_k = +-scale"""
    out = []
    for sign in (1, -1):
        w = np.full(L, scale)
        w[0] *= sign
        steps = 0
        while (np.prod(w) - 1) ** 2 / 2 >= 0.25 and steps < 100000:
            f = np.prod(w)
            w = w - rate * (f - 1) * f / w
            steps += 1
        out.append(np.log(steps) if steps < 100000 else np.inf)
    return np.array(out)


# --- curvature of linear nets on several points, ranks and diagonal blocks

def many_points(widths, inputs, points, outputs):
    dims = [inputs] + widths + [outputs]
    W = [GAIN / np.sqrt(dims[l]) * rng.standard_normal((dims[l + 1], dims[l])) for l in range(len(dims) - 1)]
    x, y = rng.standard_normal((points, inputs)), rng.standard_normal((points, outputs))
    chain = lambda first, last: np.linalg.multi_dot([np.eye(dims[last])] + W[first:last][::-1] + [np.eye(dims[first])])
    K, start = len(W), np.cumsum([0] + [w.size for w in W])
    G, R = np.zeros((start[-1],) * 2), np.zeros((start[-1],) * 2)
    for p in range(points):
        a = [chain(0, l) @ x[p] for l in range(K + 1)]
        J = np.hstack([np.einsum("oi,j->oij", chain(k + 1, K), a[k]).reshape(outputs, -1) for k in range(K)])
        G += J.T @ J / points
        for k in range(K):
            for l in range(k):
                b = (a[K] - y[p]) @ chain(k + 1, K)
                t = np.einsum("i,jp,q->ijpq", b, chain(l + 1, k), a[l]).reshape(W[k].size, W[l].size) / points
                R[start[k]:start[k + 1], start[l]:start[l + 1]] += t
                R[start[l]:start[l + 1], start[k]:start[k + 1]] += t.T
    return G, R


def rank(M):
    s = np.linalg.svd(M, compute_uv=False)
    return float((s > 1e-11 * s[0]).sum()) if s[0] > 0 else 0.0


def bend(widths, inputs, act, l, n=200):
    """ln of a second difference of f along a random direction of W_l, where no mask changes: 0 but for rounding"""
    net = Net(widths, inputs, act, readout=True, n=n)
    E = rng.standard_normal(net.W[l].shape)

    def f(step):
        a, masks = net.a[0], []
        for k in range(1, net.K + 1):
            z = np.einsum("nij,nj->ni", net.W[k] + step * E if k == l else net.W[k], a)
            masks.append(z > 0)
            a = z * masks[-1] if act == "relu" and k < net.K else z
        return a[:, 0], np.concatenate(masks[:-1], 1)
    (up, m1), (mid, m0), (down, m2) = f(1e-3), f(0), f(-1e-3)
    same = ((m1 == m0) & (m2 == m0)).all(1) if act == "relu" else np.ones(n, bool)
    second = np.abs(up - 2 * mid + down)[same]
    return np.where(second <= 1e-14 * (1 + np.abs(mid[same]) + np.abs(up[same])), -np.inf, ln(second))


def normalised(kind, widths, inputs, points, l):
    """ln of the root mean square over points of |a_l|, [dense, kind(epsilon=0)]"""
    out = []
    for _ in range(50):
        a = rng.standard_normal((points, inputs))
        for d in widths[:l]:
            z = a @ (GAIN / np.sqrt(a.shape[1]) * rng.standard_normal((d, a.shape[1]))).T
            if kind == "batch_norm":
                a = (z - z.mean(0)) / z.std(0)
            else:
                a = normed(z, kind == "layer_norm")[0]
        out.append(0.5 * np.log((a * a).sum(1).mean()))
    return np.array(out)


# --- predictions and comparisons

class Book:
    def __init__(self, tepui):
        self.tepui, self.compared, self.checks, self.wrong = tepui, {}, 0, 0

    def theory(self, law, component, widths, inputs, *settings):
        """name -> value, or None where the law refuses"""
        command = [self.tepui, "theory", law, "--format", "csv", "-L", str(len(widths)), "--width", str(widths),
                   "--init", "lecun", "--gain", str(GAIN), "--set", f"data.dimension={inputs}", *settings]
        command += ["--component", str(component)] if component else []
        p = subprocess.run(command, capture_output=True, text=True)
        if p.returncode:
            if p.returncode not in (64, 65):
                self.fail(" ".join(command), p.returncode, "64")
            return None
        return {r["prediction"]: float(r["value"]) if r["prediction"] != "component" else r["value"]
                for r in csv.DictReader(io.StringIO(p.stdout))}

    def fail(self, what, got, want):
        self.wrong += 1
        print(f"{what}: {got}, want {want}", file=sys.stderr)

    def near(self, what, got, want, tolerance):
        self.checks += 1
        if not abs(got - want) <= tolerance:
            self.fail(what, got, f"{want} +- {tolerance}")

    def share(self, what, x, at_least, at_most):
        """a share among samples, between two probabilities"""
        self.checks += 1
        n, s = len(x), np.mean(x)
        low = at_least - Z * np.sqrt(at_least * (1 - at_least) / n) - Z * Z / n * (0 < at_least < 1)
        high = at_most + Z * np.sqrt(at_most * (1 - at_most) / n) + Z * Z / n * (0 < at_most < 1)
        if not low - 1e-12 <= s <= high + 1e-12:
            self.fail(what, s, f"[{low}, {high}]")

    def compare(self, law, component, cell, settings, sample, unit=None):
        p = self.theory(law, component, *cell, *settings)
        if p is None:
            return
        x, what = sample(), f"{law} component {component} in {cell} {' '.join(settings)}"
        before = self.checks
        slack = p.get("distance allowed", 0.0)
        live = x[np.isfinite(x)]
        if "dead" in p and "mean of ln, given life" in p:
            self.share(what + ": dead", x == -np.inf, p["dead"], p["dead"])
        if "mean of ln, given life" in p and slack == 0 and len(live) > 100:
            v = p["variance of ln, given life"]
            self.near(what + ": mean", live.mean(), p["mean of ln, given life"], Z * np.sqrt(v / len(live)) + 1e-12)
        for name, value in p.items():
            if name.startswith("quantile") and np.isfinite(value):
                q = float(name.split()[1])
                if p["variance of ln, given life"] < 1e-20:
                    continue
                self.share(what + ": below " + name, x <= value, max(q - slack, 0), min(q + slack, 1)) \
                    if p.get("dead", 0) < q else None
        if "log10 of the relative variance of a sample" in p:
            square = "ln of the mean square" in p
            want = p["ln of the mean square" if square else "ln of the mean"]
            ratio = np.exp(x * (2 if square else 1) - want).mean()
            spread = 10 ** (p["log10 of the relative variance of a sample"] / 2)
            self.near(what + ": mean", ratio, 1, Z * spread / np.sqrt(len(x)) + 1e-12)
        elif "ln of the mean" in p or "ln of the mean square" in p and "mean of ln, given life" not in p:
            square = "ln of the mean square" in p  # no variance known: the samples' (L > 3: tails too heavy)
            y = np.exp(x * (2 if square else 1) - p["ln of the mean square" if square else "ln of the mean"])
            if len(cell[0]) <= 3:
                self.near(what + ": mean", y.mean(), 1, Z * y.std() / np.sqrt(len(y)) + 1e-12)
        if "standard deviation of a sample" in p:
            self.near(what + ": mean", x.mean(), p["mean"],
                      Z * p["standard deviation of a sample"] / np.sqrt(len(x)) + slack + 1e-12)
        if "ln of the median" in p:
            self.share(what + ": median", x <= p["ln of the median"] + slack + 1e-12, 0.5, 1)
            self.share(what + ": median", x < p["ln of the median"] - slack - 1e-12, 0, 0.5)
        for name, value in p.items():
            if name.startswith("probability of") or name in ("dead", "never") and "mean of ln, given life" not in p:
                at = {"dead": -np.inf, "never": np.inf}.get(name, None)
                at = float(name.split()[2]) if at is None else at
                hit = np.abs(x - at) <= slack + 1e-5 * abs(at) + 1e-9 if np.isfinite(at) else x == at
                if law == "C8":  # deterministic but for the sign
                    self.near(what + ": " + name, hit.mean(), value, 1e-12)
                else:
                    self.share(what + ": " + name, hit, value, value)
        if self.checks > before:
            self.compared.setdefault(law, []).append(component)


def look(book):
    none, dense = ("--readout", "none"), ("--readout", "dense", "--set", "loss=output", "--set", "data.outputs=1")
    mse = ("--readout", "dense", "--set", "loss=mse", "--set", "data.targets=gaussian", "--set", "data.outputs=1")
    arch = lambda text: ("--set", f"grid.architecture='{text}'")
    for widths, inputs in CELLS:
        cell, L = (widths, inputs), len(widths)
        chain = widths == [1] * L
        for act in ("linear", "relu"):
            a = ("-a", act, "--weights", "gaussian")
            o = ("-a", act, "--weights", "orthogonal")
            u = ("-a", act, "--weights", "uniform")
            net = Net(widths, inputs, act)
            out = Net(widths, inputs, act, readout=True)
            haar = Net(widths, inputs, act, "orthogonal")
            haar_out = Net(widths, inputs, act, "orthogonal", readout=True)
            uniform = Net(widths, inputs, act, "uniform")
            for l in {1, L}:
                for law in ("N1" if act == "linear" else "N2",) + ("C1", "C3", "C4") * chain:
                    book.compare(law, l, cell, a + none, lambda: forward(net, l))
                for law in ("C2", "C3", "C4") * chain:
                    book.compare(law, l, cell, u + none, lambda: forward(uniform, l))
                book.compare("A3" if act == "linear" else "A3r", l, cell, o + none, lambda: forward(haar, l))
                for law in ("N4", "N5"):
                    book.compare(law, l, cell, a + none, lambda: tangent(net, l))
                book.compare("A3j", l, cell, o + none, lambda: tangent(haar, l))
            for l in {1, L // 2 + 1, L + 1}:
                book.compare("N6", l, cell, a + dense, lambda: gradient(out, l))
                book.compare("A3g", l, cell, o + dense, lambda: gradient(haar_out, l))
                book.compare("H2c", f"G {l},{l}", cell, a + mse, lambda: 2 * gradient(out, l))
                for k in {l + 1, L + 1} if l <= L else ():
                    for law in ("H2", "H2b"):
                        book.compare(law, f"R {k},{l}", cell, a + dense, lambda: curvature(out, k, l))
            book.compare("N3", L, cell, a + none, lambda: 2 * forward(net, L))
            book.compare("N3b", L, cell, a + none, lambda: 4 * forward(net, L))
            book.compare("N4b", L, cell, u + none, lambda: 4 * forward(uniform, L))
            book.compare("N4b", L, cell, a + none, lambda: 4 * forward(net, L))
            book.compare("H3b", "H", cell, a + mse, lambda: trace(out))
            for i in range(1, min(widths + [inputs]) + 1):
                book.compare("N7" if act == "linear" else "N7r", i, cell, a + none, lambda: exponents(net, i))
                for j in range(1, i + 1) if act == "linear" else ():
                    book.compare("N7b", f"{i},{j}", cell, a + none, lambda: covariance(net, i, j))
            for k in range(1, 5):
                book.compare("N8" if act == "linear" else "N8r", k, cell, a + none, lambda: moment(net, k))
                book.compare("N8o", k, cell, o + none, lambda: moment(haar, k))
            for kind in ("rms_norm", "layer_norm"):
                text = f"[dense, {kind}(epsilon=0)]" if act == "linear" else f"[dense, activation, {kind}(epsilon=0)]"
                turn, turn_out = (Net(widths, inputs, act, arch=kind, readout=r) for r in (False, True))
                for l in {1, L}:
                    book.compare("A2r", l, cell, a + none + arch(text), lambda: tangent(turn, l))
                    book.compare("A2g", l, cell, a + dense + arch(text), lambda: gradient(turn_out, l))
            for l in range(1, L + 2):
                book.compare("H1", f"R {l},{l}", cell, a + dense, lambda: bend(widths, inputs, act, l))
            book.compare("H1b", "R", cell, a + dense,
                         lambda: np.concatenate([bend(widths, inputs, act, l) for l in range(1, L + 2)]))
        linear = ("-a", "linear", "--weights", "gaussian")
        residual, residual_out = (Net(widths, inputs, arch="residual", readout=r) if min(widths) == max(widths) else None
                                  for r in (False, True))
        for l in {1, L, L + 1} if residual else ():
            book.compare("A1", l, cell, linear + none + arch("[residual[dense]]"), lambda: forward(residual, l))
            book.compare("A1j", l, cell, linear + none + arch("[residual[dense]]"), lambda: tangent(residual, l))
            book.compare("A1g", l, cell, linear + dense + arch("[residual[dense]]"), lambda: gradient(residual_out, l))
        for kind in ("batch_norm", "layer_norm", "rms_norm"):
            for l in {1, L}:
                book.compare("A2f", l, cell, linear + none + arch(f"[dense, {kind}(epsilon=0)]")
                             + ("--set", "data.points=4", "--set", "data.source=gaussian"),
                             lambda: normalised(kind, widths, inputs, 4, l))
        spread = ("--set", "data.points=8", "--set", "data.source=gaussian", "--set", "data.outputs=2",
                  "--set", "data.targets=gaussian", "--set", "loss=mse", "--readout", "dense")
        matrices = [many_points(widths, inputs, 8, 2) for _ in range(10)]
        for i, part in enumerate("GR"):
            book.compare("H4", part, cell, linear + spread, lambda: np.array([rank(m[i]) for m in matrices]))
        if chain:
            mse_chain = ("--readout", "none", "--set", "loss=mse", "--set", "data.targets=gaussian")
            whole = Net(widths, inputs)
            book.compare("C7", "H", cell, linear + mse_chain, lambda: inertia(whole))
            for k in range(1, L + 1):
                for l in {1, k}:
                    w = lambda k: ln(np.abs(whole.W[k][:, 0, 0]))
                    book.compare("C5", f"G {k},{l}", cell, linear + mse_chain,
                                 lambda: 2 * forward(whole, L) - w(k) - w(l))
                    book.compare("C5", f"R {k},{l}", cell, linear + none + ("--set", "loss=output"),
                                 lambda: forward(whole, L) - w(k) - w(l))
            for gain, rate in ((0.5, 0.01), (0.7, 0.001)):
                book.compare("C8", None, cell, ("-a", "linear", "--weights", "rademacher", "--gain", str(gain),
                                                "--set", f"dynamics.rate={rate}"), lambda: plateau(L, gain, rate))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tepui", default="./tepui")
    book = Book(arguments.parse_args().tepui)
    look(book)
    laws = subprocess.run([book.tepui, "list", "law", "--format", "csv"], capture_output=True, text=True, check=True)
    names = [r["name"] for r in csv.DictReader(io.StringIO(laws.stdout))]
    for law in names:
        if law in book.compared:
            if law in ELSEWHERE:
                book.fail(law, "compared", "listed as compared elsewhere")
        elif law not in ELSEWHERE:
            book.fail(law, "compared nowhere", "a simulation, or a reason")
        elif any(book.theory(law, None, *cell) for cell in CELLS):
            book.fail(law, "speaks about an odd cell", "refused: " + ELSEWHERE[law])
    told = " ".join(f"{law} {len(set(c))}" for law, c in book.compared.items())
    print(f"{len(book.compared)} of {len(names)} laws compared, {book.checks} numbers; components: {told}")
    print("not in odd cells: " + "; ".join(f"{law}: {ELSEWHERE[law]}" for law in names if law in ELSEWHERE))
    print(f"{book.wrong} wrong")
    return book.wrong > 0


if __name__ == "__main__":
    sys.exit(main())
