"""Every observable of one sample, from the jets of naive.py by its definition.

expect(net) returns {observable: (values, scale)}: lists by component of (x, scale) with x the magnitude itself, not its
ln, and scale the size of the terms that it is a sum of, or None where the number is not defined to rounding (counted by
the reason given in its place).
"""
import math

import numpy as np

import paths

TINY = 1e-300
GAP = 1e-7  # eigenvalues nearer than this to each other, or to 0, relative to the largest, are not told apart


class Skip(str):
    """Why a number is not compared."""


def softmax(f):
    e = np.exp(f - f.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss_of(kind, f, y, v):
    """Loss, its gradient [points, outputs] and second derivative [points, outputs, outputs] in f, each of a point."""
    n, q = f.shape
    if kind == "mse":
        return 0.5 * ((f - y) ** 2).sum(axis=1), f - y, np.broadcast_to(np.eye(q), (n, q, q))
    if kind == "cross_entropy":
        p = softmax(f)
        # ln of the sum of exp(f_k - f_label): 1 and the others, and p - 1 as minus the others' p; the largest is taken out
        label = f[y == 1][:, None]
        top = np.maximum(f.max(axis=1, keepdims=True) - label, 0)
        others = np.exp(f - label - top) * (1 - y)
        return top[:, 0] + np.log1p(others.sum(axis=1) + np.expm1(-top[:, 0])), np.where(y == 1, -(p * (1 - y)).sum(axis=1, keepdims=True), p), -p[:, :, None] * p[:, None, :] * (1 - np.eye(q)) + np.einsum("po,ok->pok", p * (p @ (1 - np.eye(q))), np.eye(q))
    return f @ v, np.broadcast_to(v, (n, q)), np.zeros((n, q, q))


def norm(a):
    return float(np.sqrt((np.asarray(a) ** 2).sum()))


def blocks_of(net):
    return [np.flatnonzero(net.unit == u) for u in range(1, int(net.unit.max()) + 1)]


def hessian(net, f, kind):
    """H, G, R as matrices, and the size of the terms of the whole."""
    n, P = net.n, net.P
    _, r, S = loss_of(kind, f.v, net.y, net.v)
    J = f.g[:, :, :P]
    G = np.einsum("pos,pok,pkt->st", J, S, J) / n
    R = np.einsum("po,post->st", r, f.h) / n
    terms = norm(G) + np.abs(np.einsum("po,post->post", r, f.h)).sum() / n
    if kind == "cross_entropy":
        p = softmax(f.v)
        size = np.einsum("po,ok->pok", p, np.eye(net.q)) + p[:, :, None] * p[:, None, :]
        terms += norm(np.einsum("pos,pok,pkt->st", np.abs(J), size, np.abs(J))) / n
        terms += norm(np.einsum("po,post->st", p + net.y, np.abs(f.h))) / n
    terms *= lost(f) ** 2
    if kind == "mse":
        terms += norm(np.einsum("po,post->st", f.m + np.abs(net.y), np.abs(f.h))) / n
    return (G + R, G, R), terms


def lost(f):
    """How much larger the terms of the outputs' gradients are than these."""
    return min(max(1.0, norm(f.k) / max(norm(f.g), TINY)), 1e6)


def gradient_terms(net, kind, f, d):
    """Norm of the sizes of the terms that the gradient is a sum of."""
    size = np.abs(d) + (f.m + np.abs(net.y) if kind == "mse" else 0)
    return norm(np.einsum("po,pos->s", size, f.k[:, :, :net.P]) / net.n) + TINY


def extremes(values, scale):
    return [(max(-values[0], 0.0), scale), (max(values[-1], 0.0), scale)]


def rank_of(values, scale):
    """Number of eigenvalues that are not 0; undefined where one is neither."""
    size = np.abs(values)
    clear, doubtful = GAP * size.max(initial=0), 1e-16 * scale
    if size.max(initial=0) == 0:
        return 0
    if ((size > doubtful) & (size < clear)).any() or doubtful >= clear:
        return Skip("an eigenvalue near 0")
    if scale > 100 * size.max() and (size < clear).any():
        return Skip("a zero of much larger terms")
    return int((size >= clear).sum())


def spectrum(values, scale, given):
    """What a signed spectrum of len(given) / 2 numbers has to be: the certain zeros left out are zeros."""
    k = len(given) // 2
    extra = len(values) - k
    if extra < 0:
        return "more eigenvalues than parameters"
    order = np.argsort(np.abs(values))
    if extra and np.abs(values[order[:extra]]).max() > 1e-11 * scale:
        return "eigenvalues that are not 0 are left out"
    kept = np.sort(values[order[extra:]])
    return [(max(-x, 0.0), scale) for x in kept] + [(max(x, 0.0), scale) for x in kept]


def alignment(values, vectors, gradient, scale):
    """Shares for k = 1 .. 10. Equal eigenvalues: vectors across the gradient come first, so its part counts with the last."""
    total = float(gradient @ gradient)
    if total == 0:
        return [(0.0, 1.0)] * 10
    order = np.argsort(-values)
    values, part = values[order], (vectors[:, order].T @ gradient) ** 2 / total
    out, P = [], len(values)
    same, apart = 1e-13 * max(np.abs(values).max(), TINY), GAP * scale
    for k in range(1, 11):
        gaps = values[:-1] - values[1:]
        low = high = min(k, P)
        while 0 < low < P and gaps[low - 1] <= apart:
            low -= 1
        while low < P and high < P and gaps[high - 1] <= apart:
            high += 1
        here = gaps[low:high - 1] if low < P else gaps[:0]
        if low == high or part[low:high].sum() < 1e-13:
            gap = gaps[low - 1] if low == high and 0 < low < P else np.inf
            out.append((float(part[:low].sum()), 1.0 + 1e-2 * scale / gap + (low < high) / GAP))
        elif (here <= same).all() and scale < 100 * np.abs(values).max():
            gap = min(gaps[low - 1] if low > 0 else np.inf, gaps[high - 1] if high < P else np.inf)
            out.append((float(part[:low if k < high else high].sum()), 1.0 + 1e-2 * scale / gap))
        else:
            out.append(Skip("eigenvectors of nearly equal eigenvalues"))
    return out


def lyapunov(jacobians):
    """ln R_ii of the step-wise QR of the factors, [matrix][i]; None where a rank is lost or in doubt. jacobians: of the
    units with respect to the input, whose QR without pivoting has the products of the R_ii as diagonal."""
    logs, before = [], None
    most = min(jacobians[0].shape[1], min(len(j) for j in jacobians))
    for j in jacobians:
        d = np.abs(np.diag(np.linalg.qr(j[:, :most], mode="r")))
        top = norm(j)
        if (d <= 1e-9 * top).any() or top == 0:
            return None
        logs.append(np.log(d) - (0 if before is None else before))
        before = np.log(d)
    return np.array(logs)


def has_exact_zero(sizes):
    """Whether a Jacobian is 0 because all its terms are."""
    return any(k == 0 for k in sizes)


def jacobian_part(net, a, out):
    P, d0 = net.P, net.d0
    sizes = [net.s["width"][0]] + [x.v.shape[1] for x in a[1:net.L + 1]] + ([net.q] if net.e["readout"] == "dense" else [])
    most = out["rank"]
    if net.coupled:
        J = [x.g[:, :, P:P + d0].reshape(-1, d0) for x in a]
        size = [norm(x.k[:, :, P:P + d0]) for x in a]
    else:
        J = [x.g[0, :, P:P + d0] for x in a]
        size = [norm(x.k[0, :, P:P + d0]) for x in a]
    last = len(a) - 1 if net.e["readout"] == "dense" else net.L
    s = np.linalg.svd(J[last], compute_uv=False)
    s = np.concatenate([s, np.zeros(max(0, most - len(s)))])
    top = max(s[0], size[last], TINY)
    worse = top / max(s[0], TINY)
    r = {"jacobian_singular_value": [(float(x), top) for x in s[:most]],
         "jacobian_moment": [(float((s ** (2 * k)).sum() / d0), max(8 * worse * (s ** (2 * k)).sum() / d0, 1e13 * (1e-14 * top) ** (2 * k), TINY))
                             for k in range(1, 5)]}
    clear = s > GAP * s[0] if s[0] > 0 else s > 0
    doubtful = ~clear & (s > 0)
    if s[0] <= 1e-13 * top:
        r["jacobian_condition"] = [(math.inf, 1.0) if size[last] == 0 else Skip("the Jacobian is 0 to rounding")]
        r["effective_rank"] = [(0.0, 1.0)] if size[last] == 0 else [Skip("the Jacobian is 0 to rounding")]
    else:
        r["jacobian_condition"] = [Skip("a singular value near 0") if doubtful.any() else
                                   (float(s[0] / s[clear].min()), worse * (s[0] / s[clear].min()) ** 2)]
        p = s[s > 0] / s.sum()
        r["effective_rank"] = [(float(np.exp(-(p * np.log(p)).sum())), float(len(s)) * 10 * worse)]
    units = J[1:last + 1]
    logs = lyapunov([u for u in units])
    names = ("lyapunov_exponent", "lyapunov_covariance")
    K = len(units)
    if logs is None or logs.shape[1] < most:
        if has_exact_zero(size[1:last + 1]):
            r[names[0]] = [(-math.inf, 1.0)] * most
            r[names[1]] = [(-math.inf, 1.0)] * (most * (most + 1) // 2)
        else:
            r[names[0]] = [Skip("a Jacobian that loses rank")] * most
            r[names[1]] = [Skip("a Jacobian that loses rank")] * (most * (most + 1) // 2)
    else:
        worst = max(size[k + 1] / np.exp(np.cumsum(logs, axis=0)[k]).min() for k, j in enumerate(units))
        r[names[0]] = [(float(logs[:, i].mean()), worst) for i in range(most)]
        c = logs - logs.mean(axis=0)
        r[names[1]] = [(float((c[:, i] * c[:, j]).sum() / (K - 1)), worst * (1 + np.abs(logs).max()))
                       for i in range(most) for j in range(i + 1)] if K > 1 else []
    return r


def forward_part(net, a, readout):
    r, n, L = {}, net.n, net.L
    layers = range(L + 1)
    rms = [norm(x.v) / math.sqrt(n) for x in a]
    terms = [norm(x.m) / math.sqrt(n) for x in a]
    r["forward_norm"] = [(rms[l], terms[l]) for l in layers] + ([(rms[L + 1], terms[L + 1])] if readout else [])
    for k in (2, 4):
        r["weighted_norm%d" % k] = [((rms[l] / rms[0]) ** k, max(rms[l], terms[l]) ** k / rms[0] ** k) for l in range(1, L + 1)]
    r["output"] = [(float(x), float(m) + TINY) for x, m in zip(a[L + 1].v[0], a[L + 1].m[0])]
    share = []
    for l in range(1, L + 1):
        slopes = np.concatenate(net.slopes.get(l, [np.ones(0)]))
        share.append((float((slopes != 0).mean()) if len(slopes) else 1.0, 1.0))
    r["activation_fraction"] = share
    if n > 1:
        cosine, gap, rank = [], [], []
        for l in layers:
            p, t = a[l].v[0], a[l].v[1]
            size = max(a[l].m[0].max(), a[l].m[1].max(), TINY)
            if not p.any() or not t.any():
                cosine.append((math.nan, 1.0)), gap.append((math.nan, 1.0))
            else:
                blur = size / min(norm(p), norm(t))
                p, t = p / norm(p), t / norm(t)
                d = norm(p - t)
                doubt = Skip("a layer that is 0 to rounding") if blur > 1e13 else None
                cosine.append(doubt or (float(p @ t), blur)), gap.append(doubt or (d * d / 2, blur * d + 1e-15 * blur * blur))
            s = np.linalg.svd(a[l].v, compute_uv=False)
            blur = terms[l] * math.sqrt(n) / s[0] if s[0] > 0 else 1.0
            doubt = Skip("a layer that is 0 to rounding") if blur > 1e13 else None
            rank.append(doubt or (float((s ** 2).sum() ** 2 / (s ** 4).sum()) if s[0] > 0 else math.nan, 10 * blur))
        r["angle"], r["angle_gap"], r["representation_rank"] = cosine, gap, rank
    return r


def gradient_part(net, a, kind, readout):
    r, n, P, L = {}, net.n, net.P, net.L
    f = a[L + 1]
    blocks = blocks_of(net)
    while len(blocks) < L + readout:
        blocks.append(np.zeros(0, int))

    def by_layer(g, terms):
        parts = [(norm(g[b]), terms) for b in blocks[:L]] + ([(norm(g[blocks[L]]), terms)] if readout else [])
        return parts + [(norm(g), terms)]
    if kind:
        _, d, _ = loss_of(kind, f.v, net.y, net.v)
        J = f.g[:, :, :P]
        g = np.einsum("po,pos->s", d, J) / n
        r["gradient_norm"] = by_layer(g, gradient_terms(net, kind, f, d))
        terms = gradient_terms(net, kind, f, d)  # of points that cancel, exactly here, the program may leave rounding
        r["gradient"] = g if norm(g) > 1e-12 * terms or terms <= TINY else Skip("a gradient that is 0 to rounding")
    J = np.einsum("o,pos->ps", net.v, f.g[:, :, :P])
    r["output_gradient_norm"] = by_layer(J.mean(axis=0), norm(np.einsum("o,pos->s", np.abs(net.v), f.k[:, :, :P]) / n) + TINY)
    u = np.array(net.s["u"])
    ends = range(1, L + 1 + readout)
    where = slice(None) if net.coupled else 0
    r["jacobian_vector_norm"] = []
    for l in ends:
        j, k = a[l].g[where][..., P:P + net.d0], a[l].k[where][..., P:P + net.d0]
        r["jacobian_vector_norm"].append((norm(j @ u), norm(k @ np.abs(u)) + TINY))
    return r


def curvature_part(net, a, kind, gradient, given):
    r, f, L = {}, a[net.L + 1], net.L
    (H, G, R), terms = hessian(net, f, kind)
    terms += TINY
    parts = (H, G, R)
    blocks = blocks_of(net)
    r["hessian_norm"] = [(norm(m), terms) for m in parts]
    r["hessian_trace"] = [(abs(float(np.trace(m))), terms * math.sqrt(net.P)) for m in parts]
    whole = norm(H)
    if whole > 1e-9 * terms:
        r["hessian_trace_ratio"] = [(float(np.trace(H)) / whole, math.sqrt(net.P) * terms / whole)]
        r["hollowness"] = [(math.sqrt(sum(norm(H[np.ix_(b, b)]) ** 2 for b in blocks)) / whole, terms / whole)]
    elif whole == 0:
        r["hessian_trace_ratio"] = r["hollowness"] = [(0.0, 1.0)]
    else:
        r["hessian_trace_ratio"] = r["hollowness"] = [Skip("a Hessian that is 0 to rounding")]
    r["hessian_block_norm"] = [(norm(m[np.ix_(blocks[k], blocks[l])]), terms)
                               for m in (G, R) for k in range(len(blocks)) for l in range(k + 1)]
    (hv, vectors), gv, rv = np.linalg.eigh(H), np.linalg.eigvalsh(G), np.linalg.eigvalsh(R)
    net.eigenvalues = hv, terms
    r["hessian_extreme"] = extremes(hv, terms)
    r["escape_rate"] = [(max(-hv[0], 0.0), terms)]
    spread = max(hv[-1], 0) - min(hv[0], 0)
    if spread > 1e-9 * terms:
        r["spectrum_asymmetry"] = [((max(hv[-1], 0) + min(hv[0], 0)) / spread, terms / spread)]
    else:
        r["spectrum_asymmetry"] = [(0.0, 1.0)] if spread == 0 else [Skip("a Hessian that is 0 to rounding")]
    ranks = [rank_of(v, terms) for v in (hv, gv, rv)]
    r["hessian_rank"] = [x if isinstance(x, Skip) else (float(x), 1.0) for x in ranks]
    if isinstance(ranks[0], Skip):
        r["negative_fraction"] = [ranks[0]]
    else:
        r["negative_fraction"] = [(float((hv < -GAP * np.abs(hv).max()).sum() / ranks[0]) if ranks[0] else 0.0, 1.0)]
    for name, v in (("hessian_spectrum", hv), ("gauss_newton_spectrum", gv), ("residual_spectrum", rv)):
        if name in given:
            r[name] = spectrum(v, terms, given[name]["value"])
    if "hessian_density" in given:
        r["hessian_density"] = density(hv, terms, given["hessian_density"])
    if gradient is not None:
        r["gradient_alignment"] = [gradient] * 10 if isinstance(gradient, Skip) else alignment(hv, vectors, gradient, terms)
    _, _, S = loss_of(kind, f.v, net.y, net.v)
    J = f.g[:, :, :net.P]
    root = np.zeros_like(S)
    for p in range(net.n):
        w, q = np.linalg.eigh(S[p])
        root[p] = q * np.sqrt(np.maximum(w, 0))
    B = np.einsum("pok,pos->pks", root, J).reshape(-1, net.P) / math.sqrt(net.n)
    w = np.linalg.eigvalsh(B @ B.T)
    size = float(np.trace(B @ B.T)) * lost(f) ** 2 + TINY
    if kind == "cross_entropy":
        size += norm(J) ** 2 * lost(f) ** 2 / net.n
    r["fisher_trace"] = [(float(np.trace(B @ B.T)), size)]
    r["fisher_extreme"] = [(max(w[0], 0.0), size), (max(w[-1], 0.0), size)]
    return r


def density(values, scale, given):
    """Nodes of a quadrature that is exact: every number is an eigenvalue, of one component's sign. given: runs of equal
    ones, those of the negative component first."""
    x, runs = np.array(given["value"]), np.array(given["value_runs"])
    start = np.concatenate([[0], np.cumsum(runs)[:-1]])
    if runs.sum() != 4096:
        return "%d numbers" % runs.sum()
    there = np.exp(x) * np.where(start < 2048, -1, 1)
    nearest = values[np.abs(values[None, :] - there[:, None]).argmin(axis=1)]
    return [(v, scale) for v in np.where(x > -math.inf, np.abs(nearest), 0.0).tolist()]


def kernel_part(net, a):
    J = a[net.L + 1].g[:, :, :net.P].reshape(-1, net.P)
    K = J @ J.T
    w, size = np.linalg.eigvalsh(K), float(np.trace(K)) * lost(a[net.L + 1]) ** 2 + TINY
    return {"ntk_trace": [(float(np.trace(K)), size)], "ntk_extreme": [(max(w[0], 0.0), size), (max(w[-1], 0.0), size)]}


def expect(net, given):
    """given: the observables as they came, for what depends on their length alone."""
    e = net.e
    net.v = np.array(net.s["v"])
    readout = e["readout"] == "dense"
    a = net.forward()
    if net.kink:
        return Skip("a unit at a kink to rounding")
    kind = e["loss"] if e["loss"] == "output" or net.y is not None else None
    if kind == "cross_entropy" and not (np.sort(net.y, axis=1) == np.eye(net.q)[-1]).all():
        return Skip("cross_entropy with targets that are no classes")
    r = forward_part(net, a, readout)
    r.update(gradient_part(net, a, kind, readout))
    gradient = r.pop("gradient", None)
    most = len(given["jacobian_singular_value"]["components"]) if "jacobian_singular_value" in given else 0
    if most:
        r.update(jacobian_part(net, a, {"rank": most}))
    if kind:
        r.update(curvature_part(net, a, kind, gradient, given))
    r.update(kernel_part(net, a))
    if kind and len(net.s["ray"]):
        r.update(paths.lines(net, kind))
    if e["optimizer"]:
        r.update(paths.follow(net, kind))
    return r
