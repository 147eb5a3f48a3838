"""nets.py -- nets simulated in NumPy from their definition, with its own generator, many samples at once."""
import numpy as np

rng = np.random.default_rng(15)


def ln(x):
    with np.errstate(divide="ignore"):
        return np.log(x)


def entries(shape, law):
    """symmetric, of variance 1"""
    if law == "uniform":
        return np.sqrt(3) * rng.uniform(-1, 1, shape)
    if law == "rademacher":
        return rng.integers(0, 2, shape) * 2.0 - 1
    if law == "laplace":
        return rng.laplace(0, np.sqrt(0.5), shape)
    return rng.standard_normal(shape)


def weights(n, out, fan_in, law, gain):
    sigma = gain / np.sqrt(fan_in)
    if law != "orthogonal":
        return sigma * entries((n, out, fan_in), law)
    z = rng.standard_normal((n, max(out, fan_in), min(out, fan_in)))
    q, r = np.linalg.qr(z)
    q = q * np.sign(np.einsum("nii->ni", r))[:, None, :]  # Haar (Mezzadri 2007)
    return sigma * np.sqrt(max(out, fan_in)) * (q if out >= fan_in else q.transpose(0, 2, 1))


def on_sphere(n, d):
    x = rng.standard_normal((n, d))
    return x / np.linalg.norm(x, axis=1)[:, None]


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
    """W of shape (n, out, in); a unit is a' = g(W a), with its slope P = d g/d z, plus a if it has a residual"""

    def __init__(self, n, cell, act="linear", law="gaussian", arch="plain", readout=False):
        self.act, self.n = act, n
        self.a = [on_sphere(n, cell.inputs)]
        self.W, self.P, self.skip = [None], [None], arch == "residual"
        for l, d in enumerate(cell.widths + [1] * readout):
            W = weights(n, d, self.a[-1].shape[1], law, cell.gain)
            last = l == len(cell.widths)
            z = (W @ self.a[-1][:, :, None])[:, :, 0]
            live = (z > 0) if act == "relu" and not last else np.ones_like(z)
            P, y = live[:, :, None] * np.eye(d), z * live
            if arch in ("rms_norm", "layer_norm") and not last:
                y, Q = normed(y, arch == "layer_norm")
                P = Q @ P
            self.W.append(W), self.P.append(P), self.a.append(y + (self.a[-1] if self.skip and not last else 0))
        self.L, self.K, self.seen = len(cell.widths), len(cell.widths) + readout, {}

    def J(self, first, last):
        """d a_last / d a_(first - 1)"""
        if last < first:
            return np.broadcast_to(np.eye(self.a[last].shape[1]), (self.n,) + (self.a[last].shape[1],) * 2)
        if (first, last) not in self.seen:
            S = self.P[last] @ self.W[last]
            if self.skip and last <= self.L:
                S = S + np.eye(S.shape[2])
            self.seen[first, last] = S @ self.J(first, last - 1)
        return self.seen[first, last]

    def B(self, l):
        """d f / d z_l, f the scalar output (or the last unit of a chain)"""
        return (self.J(l + 1, self.K) @ self.P[l])[:, 0, :]


def size(x):
    x = x.reshape(len(x), -1)
    return np.sqrt(np.einsum("ni,ni->n", x, x))


def forward(net, l):
    return ln(size(net.a[l]))


def tangent(net, l):
    return ln(size(net.J(1, l) @ on_sphere(net.n, net.a[0].shape[1])[:, :, None]))


def gradient(net, l):
    return ln(size(net.B(l)) * size(net.a[l - 1]))


def curvature(net, k, l):
    """ln of the norm of d2 f/d W_k d W_l, l < k: its entries are B_k[i] M[j,p] a_(l-1)[q] (product rule)."""
    M = net.P[l] if k == l + 1 else net.J(l + 1, k - 1) @ net.P[l]
    return ln(size(net.B(k)) * size(M) * size(net.a[l - 1]))


def triangles(net):
    """ln R_ii of the step-wise QR factorisation, (n, layers, rank)"""
    if "R" not in net.seen:
        r = min(a.shape[1] for a in net.a)
        Q, out = np.broadcast_to(np.eye(net.a[0].shape[1])[:, :r], (net.n, net.a[0].shape[1], r)), []
        for l in range(1, net.L + 1):
            Q, R = np.linalg.qr(net.P[l] @ net.W[l] @ Q)
            d = np.abs(np.einsum("nii->ni", R))
            out.append(ln(np.where(d > 1e-13, d, 0)))
        net.seen["R"] = np.stack(out, 1)
    return net.seen["R"]


def exponents(net, i):
    return triangles(net)[:, :, i - 1].mean(1)


def covariance(net, i, j):
    x = triangles(net)
    x = x - x.mean(1)[:, None]
    return (x[:, :, i - 1] * x[:, :, j - 1]).sum(1) / (net.L - 1)


def power_sums(J, most):
    """tr G, .., tr G^most of G = J^T J"""
    G = J.transpose(0, 2, 1) @ J
    M, out = G, []
    for k in range(most):
        out.append(np.trace(M, axis1=1, axis2=2))
        M = G @ M
    return out


def moment(net, k):
    if "trace" not in net.seen:
        net.seen["trace"] = power_sums(net.J(1, net.L), 4)
    return ln(net.seen["trace"][k - 1] / net.a[0].shape[1])


def trace(net):
    return ln(sum(np.exp(2 * gradient(net, l)) for l in range(1, net.K + 1)))


# --- moments of tr (J^T J)^k in deep nets: samples drawn with a density that grows like |J u|^(2 k)

def tilted_moment(n, cell, act, k):
    """ln of numbers with the mean E tr (J^T J)^k/n_0: J drawn with the density E_u |J u|^(2 k), u uniform on the sphere,
    relative to the plain one, and divided by it. It is a polynomial of the traces, which bounds the ratio."""
    a, v = on_sphere(n, cell.inputs), on_sphere(n, cell.inputs)
    J, ln_norm = np.broadcast_to(np.eye(cell.inputs), (n, cell.inputs, cell.inputs)), 0.0
    for d in cell.widths:
        fan_in = a.shape[1]
        counts = np.arange(1, d + 1) if act == "relu" else np.array([d])
        odds = np.array([np.prod(K + 2.0 * np.arange(k)) for K in counts])  # E chi2_K^k
        if act == "relu":
            odds *= [float(np.prod(np.arange(d - K + 1, d + 1)) / np.prod(np.arange(1, K + 1))) / 2 ** d for K in counts]
        K = rng.choice(counts, n, p=odds / odds.sum())
        live = np.argsort(rng.random((n, d)), 1) < K[:, None]
        h = rng.standard_normal((n, d))  # (W v)_i / (sigma |v|), of the living stretched to chi of K + 2 k
        h *= np.where(live, (np.sqrt(rng.chisquare(K + 2 * k)) / size(h * live))[:, None], 1)
        e1 = a / size(a)[:, None]
        c = (e1 * v).sum(1) / size(v)
        e2 = v / size(v)[:, None] - c[:, None] * e1
        s = size(e2)
        e2 = np.divide(e2, s[:, None], out=np.zeros_like(e2), where=s[:, None] > 1e-9)
        g = c[:, None] * h + np.where(s > 1e-9, s, 0)[:, None] * rng.standard_normal((n, d))  # (W a)_i likewise
        if act == "relu":  # the laws of masks and squares are independent: turn both signs to agree with the mask
            turn = np.where((g > 0) == live, 1, -1)
            h, g = h * turn, g * turn
        across = np.divide(h - c[:, None] * g, s[:, None], out=np.zeros_like(h), where=s[:, None] > 1e-9)
        Z = rng.standard_normal((n, d, fan_in))
        for e, x in ((e1, g), (e2, across)):
            Z += (x - (Z @ e[:, :, None])[:, :, 0])[:, :, None] * e[:, None, :] * (size(e) > 0.5)[:, None, None]
        W = cell.gain / np.sqrt(fan_in) * Z * live[:, :, None]
        a, v, J = (W @ a[:, :, None])[:, :, 0], (W @ v[:, :, None])[:, :, 0], W @ J
        ln_norm += k * np.log(cell.gain ** 2 / fan_in) + np.log(odds.sum())
    p, m, n0 = power_sums(J, k), [np.ones(n)], cell.inputs
    for i in range(1, k + 1):  # moments of g^T G g, g normal, from its cumulants 2^(j-1) (j-1)! tr G^j
        m.append(sum(choose(i - 1, j - 1) * 2 ** (j - 1) * factorial(j - 1) * p[j - 1] * m[i - j] for j in range(1, i + 1)))
    return ln(p[k - 1] / n0) - ln(m[k]) + np.log(np.prod(n0 + 2.0 * np.arange(k))) + ln_norm


def factorial(n):
    return float(np.prod(np.arange(1, n + 1)))


def choose(n, k):
    return factorial(n) / factorial(k) / factorial(n - k)


# --- expectations without samples

def odd_product(count):
    """1 3 5 ... (count - 1), 0 for odd counts: the moments of a Gaussian number"""
    table = [np.prod(np.arange(1.0, c, 2)) * (c % 2 == 0) for c in range(count.max() + 1)]
    return np.array(table)[count]


def even_tensor(cell, moment, order):
    """E |f|^order of a linear net: E a x a x ... goes through the layers by the moments of the entries alone, moment[k] of
    order 2k"""
    def places(n):
        return np.indices((n,) * order).reshape(order, -1)

    n, even = cell.inputs, np.zeros(order + 1)
    even[::2] = moment[:order // 2 + 1]
    T = np.prod([odd_product((places(n) == i).sum(0)) for i in range(n)], 0) / np.prod([n + 2.0 * k for k in range(order // 2)])
    for d in cell.widths:
        M = np.full((d ** order, n ** order), (cell.gain ** 2 / n) ** (order / 2))
        for i in range(d):
            for j in range(n):
                M *= even[sum(np.outer(r, c) for r, c in zip((places(d) == i).astype(int), (places(n) == j).astype(int)))]
        T, n = M @ T, d
    i = places(n)
    return T[(i[::2] == i[1::2]).all(0)].sum()


def entry_moments(law):
    """E z^2k, k = 0 .. 6, of variance 1, by what is known of each: 3^k/(2k + 1), 1, (2k)!/2^k, 1 3 5 ..."""
    k = np.arange(7)
    return {"uniform": 3.0 ** k / (2 * k + 1), "rademacher": np.ones(7),
            "laplace": np.array([factorial(2 * i) for i in k]) / 2.0 ** k,
            "gaussian": np.array([factorial(2 * i) / factorial(i) for i in k]) / 2.0 ** k}[law]


def sign_nets(cell, outputs=()):
    """the weights of all nets with entries +-sigma, one array a layer"""
    shapes = list(zip(cell.widths + list(outputs), [cell.inputs] + cell.widths))
    total = sum(o * i for o, i in shapes)
    bits = 1.0 - 2 * ((np.arange(2 ** total)[:, None] >> np.arange(total)) & 1)
    out, at = [], 0
    for o, i in shapes:
        out.append(cell.gain / np.sqrt(i) * bits[:, at:at + o * i].reshape(-1, o, i))
        at += o * i
    return out


def moments_of_signs(cell, angles):
    """E |f|^4, E |f|^8, E |f|^12 of a ReLU net with weights +-sigma and two inputs: all nets, x around the circle"""
    x = np.arange(angles) * 2 * np.pi / angles + 0.1
    a = np.broadcast_to(np.stack([np.cos(x), np.sin(x)]), (1, 2, angles))
    for W in sign_nets(cell):
        a = np.maximum(W @ a, 0)
    return [((a * a).sum(1) ** k).mean() for k in (2, 4, 6)]


def trace_of_signs(cell):
    """E tr G of a linear net with one output: it knows the variance of the weights alone, and that of x"""
    W, total = sign_nets(cell, [1]), 0.0
    for x in np.eye(cell.inputs):
        a, B, forward = np.broadcast_to(x[:, None], (len(W[0]), len(x), 1)), [np.ones((1, 1, 1))], []
        for w in W:
            forward.append(a)
            a = w @ a
        for w in W[:0:-1]:
            B.append(B[-1] @ w)
        total += sum(((b * b).sum((1, 2)) * (f * f).sum((1, 2))).mean() for b, f in zip(B[::-1], forward)) / cell.inputs
    return total


def kernel_square(cell):
    """E K^2, K the tangent kernel of a ReLU net of one width with one output and |x| = 1, by recursion over the layers"""
    d, L, e = cell.widths[0], len(cell.widths), 2.0 ** -cell.widths[0]
    s = [None] + [cell.gain ** 2 / i for i in [cell.inputs] + cell.widths]
    S, SS, SC, C, CC = d / 2, (d * d + 5 * d) / 4, d * (d - 1) / 4, d / 2 - 1 + e, d * (d + 1) / 4 - 1 + e
    gg, gb, bb = [3 * s[L + 1] ** 2], [s[L + 1]], [1.0]
    for j in range(L, 0, -1):
        g, m, b = gg[-1], gb[-1], bb[-1]
        gg.append(s[j] ** 2 * SS * g), gb.append(s[j] * S * g + s[j] * s[j + 1] * SC * m)
        bb.append((1 - e) * g + 2 * s[j + 1] * C * m + s[j + 1] ** 2 * CC * b)
    gb, bb = gb[::-1], bb[::-1]  # index j = 0 .. L
    A = np.cumprod([1] + [s[j] ** 2 * SS for j in range(1, L + 1)])
    total = sum(A[m - 1] * bb[m - 1] for m in range(1, L + 2))
    for m in range(2, L + 2):
        v1, v2 = gb[m - 1], bb[m - 1]
        for j in range(m - 1, 0, -1):
            v1, v2 = s[j] ** 2 * SS * v1, s[j] * S * v1 + s[j] * s[j + 1] * SC * v2
            total += 2 * A[j - 1] * v2
    return total


# --- chains: the whole Hessian of (f - y)^2/2, f = w_L .. w_1 x

def chain_hessian(w, y, loss_gradient=True):
    """Gauss-Newton and residual part, x = 1"""
    L = w.shape[1]
    f = w.prod(1)
    g = f[:, None] / w
    second = f[:, None, None] / (w[:, :, None] * w[:, None, :]) * (1 - np.eye(L))
    return g[:, :, None] * g[:, None, :], (f - y)[:, None, None] * second


def inertia(net):
    w = np.stack([W[:, 0, 0] for W in net.W[1:]], 1) * np.sign(net.a[0])
    G, R = chain_hessian(w, rng.standard_normal(net.n))
    return (np.linalg.eigvalsh(G + R) < 0).mean(1)


def plateau(L, scale, rate):
    """ln of the first step with loss below half of that at f = 0, gradient descent from w_k = +-scale"""
    w = np.full((2, L), scale)
    w[1, 0] *= -1
    return ln(escape_times(w, "gd", rate, 20000))


# --- trajectories: loss (f - 1)^2/2, the first step with a loss below half of that at f = 0

class Rule:
    """the next step of gradient descent, sign descent, RMSProp (Tieleman and Hinton) or Adam (Kingma and Ba), epsilon = 0"""

    def __init__(self, name, rate, shape):
        self.name, self.rate, self.t = name, rate, 0
        self.m, self.v = np.zeros(shape), np.zeros(shape)

    def step(self, g):
        self.t += 1
        if self.name == "gd":
            return self.rate * g
        if self.name == "signsgd":
            return self.rate * np.sign(g)
        if self.name == "rmsprop":
            self.v += 0.01 * (g * g - self.v)
            return self.rate * g / np.sqrt(self.v)
        self.m += 0.1 * (g - self.m)
        self.v += 0.001 * (g * g - self.v)
        return self.rate * (self.m / (1 - 0.9 ** self.t)) / np.sqrt(self.v / (1 - 0.999 ** self.t))

    def keep(self, on):
        self.m, self.v = self.m[on], self.v[on]


def follow(theta, look, name, rate, steps, share):
    """Steps until the escape, infinite if none; ends when that share of all has escaped. look: theta -> f, df/dtheta"""
    out, at = np.full(len(theta), np.inf), np.arange(len(theta))
    theta, rule = theta.copy(), Rule(name, rate, theta.shape)
    for t in range(steps + 1):
        f, df = look(theta)
        there = (f - 1) ** 2 / 2 < 0.25
        if there.any():
            out[at[there]] = t
            if np.isfinite(out).mean() >= share:
                break
            at, theta, f, df = at[~there], theta[~there], f[~there], df[~there]
            rule.keep(~there)
        theta -= rule.step(((f - 1).reshape((-1,) + (1,) * (df.ndim - 1))) * df)
    return out


def look_at_chains(w):
    f = w.prod(1)
    return f, f[:, None] / w


def look_at_nets(W):
    """linear nets of one width with a vector at both ends: W (n, L + 1, d, d), the first and the last one in column and
    row 0"""
    n, K, d, _ = W.shape
    a, b, F, df = W[:, 0, :, 0], W[:, -1, 0, :], [], np.zeros_like(W)
    for k in range(1, K - 1):
        F.append(a)
        a = (W[:, k] * a[:, None, :]).sum(2)
    df[:, -1, 0, :] = a
    f = (a * b).sum(1)
    for k in range(K - 2, 0, -1):
        df[:, k] = b[:, :, None] * F[k - 1][:, None, :]
        b = (W[:, k] * b[:, :, None]).sum(1)
    df[:, 0, :, 0] = b
    return f, df


def escape_times(w, name, rate, steps, share=1.0):
    with np.errstate(all="ignore"):
        return follow(w, look_at_chains, name, rate, steps, share)


def net_escape_times(n, d, depths, gain, name, rate, steps, share):
    """one output, one input; shallower nets are the first layers of the deepest, read out by the same vector"""
    W = gain / np.sqrt(d) * rng.standard_normal((n, max(depths) + 1, d, d))
    W[:, 0] *= np.sqrt(d)  # from one input
    with np.errstate(all="ignore"):
        return np.stack([follow(np.concatenate([W[:, :L], W[:, -1:]], 1), look_at_nets, name, rate, steps, share)
                         for L in depths], 1)


# --- wide nets

SHAPES = {"tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2), "relu": (lambda z: np.maximum(z, 0), lambda z: z > 0.0),
          "sin": (np.sin, np.cos)}


def in_parts(draw, n, cell):
    """draw(m) -> array of m rows, in pieces whose matrices fit into a cache"""
    most = max(1, int(2e6 / max(a * b for a, b in zip(cell.widths, [cell.inputs] + cell.widths))))
    return np.concatenate([draw(min(most, n - at)) for at in range(0, n, most)])


def orthonormal(n, points, d):
    return np.linalg.qr(rng.standard_normal((n, d, points)))[0].transpose(0, 2, 1)


def mean_field(n, cell, act, law, sigma_b):
    """(n, layers, 2): ln |J u| at the first of two orthonormal points, ln(1 - cos) of both"""
    phi, slope = SHAPES[act]

    def draw(m):
        a, u, out = orthonormal(m, 2, cell.inputs), on_sphere(m, cell.inputs), []
        for d in cell.widths:
            W = weights(m, d, a.shape[2], law, cell.gain)
            z = np.concatenate([a, u[:, None, :]], 1) @ W.transpose(0, 2, 1)
            z[:, :2] += sigma_b * rng.standard_normal((m, 1, d))
            u, a = z[:, 2] * slope(z[:, 0]), phi(z[:, :2])
            turn = a / np.linalg.norm(a, axis=2)[:, :, None]
            out.append(np.stack([ln(size(u)), ln(size(turn[:, 0] - turn[:, 1]) ** 2 / 2)], 1))
        return np.stack(out, 1)
    return in_parts(draw, n, cell)


def batch_norms(n, cell, act, points):
    """(n, layers, 2): ln |J u|, u at the first of orthonormal points and J u at all of them; the rank (tr M)^2/tr M^2"""
    def draw(m):
        a, out = orthonormal(m, points, cell.inputs), []
        da = np.zeros_like(a)
        da[:, 0] = on_sphere(m, cell.inputs)
        for d in cell.widths:
            W = weights(m, d, a.shape[2], "gaussian", cell.gain).transpose(0, 2, 1)
            z, dz = a @ W, da @ W
            z, dz = z - z.mean(1)[:, None], dz - dz.mean(1)[:, None]
            s = np.sqrt((z * z).mean(1))[:, None]
            a = z / s
            da = (dz - a * (a * dz).mean(1)[:, None]) / s
            if act == "relu":
                da, a = da * (a > 0), np.maximum(a, 0)
            M = a @ a.transpose(0, 2, 1)
            out.append(np.stack([ln(size(da)), np.trace(M, axis1=1, axis2=2) ** 2 / (M * M).sum((1, 2))], 1))
        return np.stack(out, 1)
    return in_parts(draw, n, cell)


def residual_relu(n, cell, before):
    """ln |a_L| of a + relu(W a)/sqrt(L), or a + W relu(a)/sqrt(L)"""
    def draw(m):
        a = on_sphere(m, cell.inputs)
        for d in cell.widths:
            W = weights(m, d, d, "gaussian", cell.gain)
            z = (W @ (np.maximum(a, 0) if before else a)[:, :, None])[:, :, 0]
            a = a + (z if before else np.maximum(z, 0)) / np.sqrt(len(cell.widths))
        return ln(size(a))
    return in_parts(draw, n, cell)


def wide_residual_relu(n, L, d, gain):
    """the same of a + relu(W a): given a, W a is normal, of deviation gain |a|/sqrt(d)"""
    a = on_sphere(n, d)
    for _ in range(L):
        a = a + np.maximum(gain / np.sqrt(d) * np.linalg.norm(a, axis=1)[:, None] * rng.standard_normal((n, d)), 0)
    return ln(size(a))


def normalised(kind, cell, points, l, n):
    """ln of the root mean square over points of |a_l|, [dense, kind(epsilon=0)]"""
    a = rng.standard_normal((n, points, cell.inputs))
    for d in cell.widths[:l]:
        z = a @ weights(n, d, a.shape[2], "gaussian", cell.gain).transpose(0, 2, 1)
        if kind == "batch_norm":
            a = (z - z.mean(1)[:, None]) / z.std(1)[:, None]
        else:
            a = normed(z.reshape(n * points, d), kind == "layer_norm")[0].reshape(n, points, d)
    return 0.5 * np.log((a * a).sum(2).mean(1))


# --- curvature

def hessian_sizes(n, cell, depths, outputs, loss):
    """(n, depths, 2): ln of the norms of G and R of linear nets, the first layers of one, f = a_L, or outputs read out"""
    net = Net(n, cell)
    q = outputs or cell.widths[-1]
    read = weights(n, outputs, cell.widths[-1], "gaussian", cell.gain) if outputs else None
    y = rng.standard_normal((n, q)) if loss == "mse" else np.eye(q)[rng.integers(0, q, n)]
    return np.stack([sizes_at(net, L, read, y, loss) for L in depths], 1)


def sizes_at(net, L, read, y, loss):
    """Block (k, l) of d2 f_o is B_k^o x M x a_(l-1) (product rule): R = sum_o r_o d2 f_o; |G| = |T^T K T|, K = sum_k
    |a_(k-1)|^2 B_k B_k^T, T T^T the second derivative of the loss."""
    W, a, f = net.W[1:L + 1], net.a[:L], net.a[L]
    if read is not None:
        W, a, f = W + [read], a + [f], (read @ f[:, :, None])[:, :, 0]
    n, q = f.shape
    if loss == "mse":
        r, T = f - y, np.broadcast_to(np.eye(q), (n, q, q))
    else:
        p = np.exp(f - f.max(1)[:, None])
        p /= p.sum(1)[:, None]
        r = p - y
        T = np.sqrt(p)[:, None, :] * (np.eye(q) - p[:, :, None])  # diag(p) - p p^T = T T^T
    B = [np.broadcast_to(np.eye(q), (n, q, q))]
    for w in W[:0:-1]:
        B.append(B[-1] @ w)
    B, sizes = B[::-1], [(x * x).sum(1) for x in a]
    K = sum(s[:, None, None] * (b @ b.transpose(0, 2, 1)) for s, b in zip(sizes, B))
    back = [((r[:, None, :] @ b)[:, 0, :] ** 2).sum(1) for b in B]
    R = np.zeros(n)
    for l in range(len(W)):
        M = np.broadcast_to(np.eye(W[l].shape[1]), (n,) + (W[l].shape[1],) * 2)
        for k in range(l + 1, len(W)):
            R += 2 * back[k] * (M * M).sum((1, 2)) * sizes[l]
            M = W[k] @ M
    return np.stack([ln(size(T.transpose(0, 2, 1) @ K @ T)), 0.5 * ln(R)], 1)


def many_points(cell, points, outputs):
    """G and R of a linear net on several points"""
    dims = [cell.inputs] + cell.widths + [outputs]
    W = [cell.gain / np.sqrt(dims[l]) * rng.standard_normal((dims[l + 1], dims[l])) for l in range(len(dims) - 1)]
    x, y = rng.standard_normal((points, cell.inputs)), rng.standard_normal((points, outputs))
    K, start = len(W), np.cumsum([0] + [w.size for w in W])
    chain = {}
    for l in range(K + 1):
        chain[l, l] = np.eye(dims[l])
        for k in range(l, K):
            chain[l, k + 1] = W[k] @ chain[l, k]
    G, R = np.zeros((start[-1],) * 2), np.zeros((start[-1],) * 2)
    for p in range(points):
        a = [chain[0, l] @ x[p] for l in range(K + 1)]
        J = np.hstack([np.einsum("oi,j->oij", chain[k + 1, K], a[k]).reshape(outputs, -1) for k in range(K)])
        G += J.T @ J / points
        for k in range(K):
            for l in range(k):
                b = (a[K] - y[p]) @ chain[k + 1, K]
                t = np.einsum("i,jp,q->ijpq", b, chain[l + 1, k], a[l]).reshape(W[k].size, W[l].size) / points
                R[start[k]:start[k + 1], start[l]:start[l + 1]] += t
                R[start[l]:start[l + 1], start[k]:start[k + 1]] += t.T
    return G, R


def rank(M):
    s = np.linalg.svd(M, compute_uv=False)
    return float((s > 1e-11 * s[0]).sum()) if s[0] > 0 else 0.0


def bend(cell, act, l, n):
    """ln of a second difference of f along a random direction of W_l, where no mask changes: 0 but for rounding"""
    net = Net(n, cell, act, readout=True)
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
