"""A network by first and second derivatives carried along in NumPy: nothing here knows the C code.

A Jet is an array of numbers with their gradient and Hessian. The seeds are the parameters, then all entries of all
points. Every layer is written down from its definition; no derivative is derived by hand but those of the scalar
functions. The text of an architecture is read by torch_check.py, which reads it for PyTorch.
"""
import math
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "layer"))
from torch_check import count_blocks, option, parse_layers, parse_units, preset_unit  # noqa: E402

KINK = 1e-11  # a unit is at a kink when it is nearer than this, relative to the terms that it is a sum of

erf = np.vectorize(math.erf, otypes=[float])
erfc = np.vectorize(math.erfc, otypes=[float])


class Jet:
    """v [S], g [S, seeds], h [S, P, P] or None; m [S] and k [S, seeds]: size of the terms that v and g are sums of."""

    def __init__(self, v, g, h, m=None, k=None):
        self.v, self.g, self.h = v, g, h
        self.m = np.abs(v) if m is None else m
        self.k = np.abs(g) if k is None else k

    def each(self, f):
        """A linear rearrangement of the entries."""
        return Jet(f(self.v), f(self.g), None if self.h is None else f(self.h), f(self.m), f(self.k))

    def __add__(self, o):
        return Jet(self.v + o.v, self.g + o.g, None if self.h is None else self.h + o.h, self.m + o.m,
                   self.k + o.k)

    def plus(self, c):
        return Jet(self.v + c, self.g, self.h, self.m + np.abs(c), self.k)

    def times(self, c):
        """c: numbers."""
        c = np.asarray(c, float) * np.ones_like(self.v)
        return Jet(c * self.v, c[..., None] * self.g, None if self.h is None else c[..., None, None] * self.h,
                   np.abs(c) * self.m, np.abs(c)[..., None] * self.k)

    def __mul__(self, o):
        v = self.v * o.v
        g = self.v[..., None] * o.g + o.v[..., None] * self.g
        h = None
        if self.h is not None:
            P = self.h.shape[-1]
            a, b = self.g[..., :P], o.g[..., :P]
            cross = a[..., :, None] * b[..., None, :]
            h = self.v[..., None, None] * o.h + o.v[..., None, None] * self.h + cross + np.swapaxes(cross, -1, -2)
        return Jet(v, g, h, self.m * o.m, np.abs(self.v)[..., None] * o.k + np.abs(o.v)[..., None] * self.k)

    def unary(self, f, d, d2):
        h = None
        if self.h is not None:
            P = self.h.shape[-1]
            a = self.g[..., :P]
            h = d[..., None, None] * self.h + d2[..., None, None] * a[..., :, None] * a[..., None, :]
        # a blur of the argument goes through the slope into the value, through the second derivative into the slope
        k = np.abs(d)[..., None] * self.k + (np.abs(d2) * self.m)[..., None] * np.abs(self.g)
        return Jet(f, d[..., None] * self.g, h, np.maximum(np.abs(f), np.abs(d) * self.m), k)

    def mean(self, axes):
        n = math.prod(self.v.shape[a] for a in axes)
        return self.each(lambda x: x.sum(axis=tuple(axes), keepdims=True) / n)


def contract(W, x):
    """sum_j W[i, j] x[..., j] of two jets."""
    v = x.v @ W.v.T
    g = np.einsum("...js,ij->...is", x.g, W.v) + np.einsum("...j,ijs->...is", x.v, W.g)
    h = None
    if x.h is not None:
        P = x.h.shape[-1]
        cross = np.tensordot(x.g[..., :P], W.g[..., :P], axes=([-2], [1]))  # ... s, i, t
        cross = np.moveaxis(cross, -2, -3)
        h = np.moveaxis(np.tensordot(x.h, W.v, axes=([-3], [1])), -1, -3) + cross + np.swapaxes(cross, -1, -2)
        if W.h is not None and W.h.any():
            h = h + np.einsum("...j,ijst->...ist", x.v, W.h)
    k = np.einsum("...js,ij->...is", x.k, np.abs(W.v)) + np.einsum("...j,ijs->...is", np.abs(x.v), W.k)
    return Jet(v, g, h, x.m @ np.abs(W.v).T, k)


# --- activations: value, slope, second derivative, kinks


def sigma(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def gauss(z):
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def exponential(z, scale, alpha):
    e = np.exp(np.minimum(z, 0))
    return (scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0))), scale * np.where(z > 0, 1, alpha * e),
            scale * np.where(z < 0, alpha * e, 0))


def softplus(z, _):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))), sigma(z), sigma(z) * sigma(-z)


def silu(z, _):
    s, t = sigma(z), sigma(z) * sigma(-z)
    return z * s, s + z * t, 2 * t + z * t * (1 - 2 * s)


def gelu(z, _):
    cdf = erfc(-z / math.sqrt(2)) / 2
    return z * cdf, cdf + z * gauss(z), (2 - z * z) * gauss(z)


def tanh(z, _):
    t = np.tanh(z)
    d = 1 / np.cosh(z) ** 2
    return t, d, -2 * t * d


ONE = np.ones_like
ACTIVATIONS = {
    "linear": (lambda z, a: (z, ONE(z), 0 * z), ()),
    "relu": (lambda z, a: (np.maximum(z, 0), (z > 0) * 1.0, 0 * z), (0,)),
    "leaky_relu": (lambda z, a: (np.where(z > 0, z, a * z), np.where(z > 0, 1, a), 0 * z), (0,)),
    "tanh": (tanh, ()),
    "erf": (lambda z, a: (erf(z), 2 / math.sqrt(math.pi) * np.exp(-z * z), -4 * z / math.sqrt(math.pi) * np.exp(-z * z)), ()),
    "sigmoid": (lambda z, a: (sigma(z), sigma(z) * sigma(-z), sigma(z) * sigma(-z) * (sigma(-z) - sigma(z))), ()),
    "softplus": (softplus, ()),
    "elu": (lambda z, a: exponential(z, 1, a), (0,)),
    "selu": (lambda z, a: exponential(z, 1.0507009873554804934, 1.6732632423543772848), (0,)),
    "gelu": (gelu, ()),
    "silu": (silu, ()),
    "hard_tanh": (lambda z, a: (np.clip(z, -1, 1), ((z > -1) & (z <= 1)) * 1.0, 0 * z), (-1, 1)),
    "sin": (lambda z, a: (np.sin(z), np.cos(z), -np.sin(z)), ()),
}
DEFAULT = {"leaky_relu": 0.01, "elu": 1.0}


# --- the net


class Net:
    """The sample s (a line of samples.c) of the experiment e; theta: other parameters than those drawn."""

    def __init__(self, e, s):
        self.e, self.s = e, s
        self.n, self.d0, self.q, self.L = s["points"], s["inputs"], s["outputs"], s["depth"]
        self.x = np.array(s["x"]).reshape(self.n, self.d0)
        self.y = np.array(s["y"]).reshape(self.n, self.q) if s["y"] else None
        self.matrices = [np.array(m["w"]).reshape(m["rows"], m["cols"]) for m in s["matrices"]]
        self.biases = [np.array(m["b"]) if m["b"] else np.zeros(m["rows"]) for m in s["matrices"]]
        self.sigmas = [m["sigma"] for m in s["matrices"]]
        self.start, self.unit_of, self.coupled = [], [], False
        self.plain = e["architecture"] == "plain"
        self.steps = self.build_all()
        self.theta0 = np.concatenate([p.ravel() for p in self.start])
        self.unit = np.concatenate([np.full(p.size, u) for p, u in zip(self.start, self.unit_of)])
        self.P = self.theta0.size

    def build_all(self):
        e, width, depth = self.e, self.s["width"], self.L
        self.next_matrix = self.next_mask = 0
        shape, steps = [self.d0], []
        text = e["architecture"]
        preset = None
        if self.plain:
            units = [[("dense", {}, None), ("activation", {}, None)]] * depth
        elif text[0] == "[":
            units = parse_units(text, depth)
        else:
            (preset,), _ = parse_layers(text, 0)
            units = [None] * depth
        self.blocks = sum(count_blocks(u) for u in units) if not preset else \
            sum(width[l] == width[l - 1] for l in range(1, depth + 1))
        for l in range(1, depth + 1):
            self.now, self.width = l, width[l]
            layers = units[l - 1]
            if layers is None:
                layers, _ = parse_layers(preset_unit(preset[0], preset[1], l, width, shape[-1], len(shape) - 1,
                                                     self.blocks, depth), 0)
            inner, shape = self.build(layers, shape)
            steps.append(inner)
        if e["readout"] == "dense":
            self.now, self.width = depth + 1, self.q
            tail = ([("flatten", {}, None)] if len(shape) > 1 else []) + [("dense", {}, None)]
            inner, shape = self.build(tail, shape)
            steps.append(inner)
        assert self.next_matrix == len(self.matrices), "matrices left over"
        return steps

    def build(self, layers, shape):
        steps = []
        for name, values, branch in layers:
            if branch is not None:
                inner, end = self.build(branch, shape)
                assert end == shape
                step = self.residual(values, inner)
            elif name == "activation" or name in ACTIVATIONS:
                step = self.activation(name, values)
            else:
                step, shape = getattr(self, name)(values, list(shape))
            steps.append(step)
        return steps, shape

    def train(self, value):
        self.start.append(np.asarray(value, float))
        self.unit_of.append(self.now)
        return len(self.start) - 1

    def residual(self, v, inner):
        alpha = option(v, 0, "alpha", 1.) * self.blocks ** -option(v, 1, "power", 0.)
        at = self.train(np.array([alpha])) if option(v, 2, "learned", 0.) > 0 else None

        def step(x):
            y = self.run(inner, x)
            return x + (y.times(alpha) if at is None else y * self.p[at].each(lambda a: a.reshape((1,) * y.v.ndim + a.shape[1:])))
        return step

    def activation(self, name, values):
        if name == "activation":
            ((name, values, _),), _ = parse_layers(self.e["activation"], 0)
        f, kinks = ACTIVATIONS[name]
        a = option(values, 0, "a", DEFAULT.get(name))

        def step(x):
            for k in kinks:
                near = (np.abs(x.v - k) <= KINK * (x.m + abs(k))) & (x.m > 0)
                self.kink = self.kink or bool(near.any())
            out = x.unary(*f(x.v, a))
            self.slopes.setdefault(self.running, []).append(f(x.v, a)[1].ravel())
            return out
        return step

    def take(self, out, cols):
        m = self.next_matrix
        self.next_matrix += 1
        assert self.matrices[m].shape == (out, cols), (self.matrices[m].shape, out, cols)
        return self.matrices[m], self.biases[m], self.sigmas[m]

    def dense(self, v, shape):
        assert len(shape) == 1
        out = int(option(v, 0, "width", 0)) or self.width
        w, b, _ = self.take(out, shape[0])
        at = self.train(w)
        return lambda x: contract(self.p[at], x).plus(b), [out]

    def weight_norm(self, v, shape):
        out = int(option(v, 0, "width", 0)) or self.width
        w, b, sigma_w = self.take(out, shape[0])
        at, of_gain = self.train(w), self.train(np.full((out, 1), sigma_w * math.sqrt(shape[0])))

        def step(x):
            w = self.p[at]
            square = (w * w).each(lambda a: a.sum(axis=1, keepdims=True))
            dead = square.v == 0
            square.v = square.v + dead
            r = square.unary(square.v ** -0.5, -0.5 * square.v ** -1.5, 0.75 * square.v ** -2.5).times(~dead)
            return contract(w * (r * self.p[of_gain]), x).plus(b)
        return step, [out]

    def convolution(self, v, shape):
        kernel, stride, padding = (int(option(v, i + 1, n, f)) for i, (n, f) in
                                   enumerate((("kernel", 3), ("stride", 1), ("padding", 0))))
        space, out = len(shape) - 1, int(option(v, 0, "channels", 0)) or self.width
        w, b, _ = self.take(out, kernel ** space * shape[-1])
        at = self.train(w)
        before = 0 if padding == 2 else (kernel - 1) // 2
        length = [(n - kernel) // stride + 1 if padding == 2 else -(-n // stride) for n in shape[:-1]]

        def patches(a):
            """a: points x space x channels x more; out: points x positions x (kernel, channels) x more."""
            rows = []
            for position in np.ndindex(*length):
                entries = []
                for offset in np.ndindex(*[kernel] * space):
                    where = [p * stride + o - before for p, o in zip(position, offset)]
                    if padding == 1:
                        where = [i % n for i, n in zip(where, shape)]
                    inside = all(0 <= i < n for i, n in zip(where, shape))
                    entries.append(a[(slice(None), *where)] if inside else np.zeros_like(a[(slice(None),) + (0,) * space]))
                rows.append(np.concatenate(entries, axis=1))
            return np.stack(rows, axis=1)

        def step(x):
            x = x.each(lambda a: a.reshape([self.n] + shape + list(a.shape[x.v.ndim:])))
            y = contract(self.p[at], x.each(patches)).plus(b)
            return y.each(lambda a: a.reshape([self.n] + length + [out] + list(a.shape[3:])))
        return step, length + [out]

    def conv1d(self, v, shape):
        return self.convolution(v, shape if len(shape) == 2 else shape + [1])

    def conv2d(self, v, shape):
        side = math.isqrt(shape[0])
        return self.convolution(v, shape if len(shape) == 3 else [side, side, 1])

    def normalise(self, x, axes, centred, eps):
        c = x + x.mean(axes).times(-1).each(lambda a: a * np.ones([1] * a.ndim)) if centred else x
        square = (c * c).mean(axes)
        s = square.v + eps
        if (s <= 1e-20 * (x.m ** 2).max()).any():
            self.kink = True
        s = np.maximum(s, 1e-300)
        r = square.unary(s ** -0.5, -0.5 * s ** -1.5, 0.75 * s ** -2.5)
        y = c * r
        y.m = np.abs(x.m) * r.v + np.abs(x.m).max() * r.v * centred
        return y

    def batch_norm(self, v, shape):
        eps, self.coupled = option(v, 0, "epsilon", 1e-5), True
        return lambda x: self.normalise(x, range(x.v.ndim - 1), True, eps), shape

    def layer_norm(self, v, shape):
        eps = option(v, 0, "epsilon", 1e-5)
        return lambda x: self.normalise(x, range(1, x.v.ndim), True, eps), shape

    def rms_norm(self, v, shape):
        eps = option(v, 0, "epsilon", 1e-5)
        return lambda x: self.normalise(x, range(1, x.v.ndim), False, eps), shape

    def affine(self, v, shape):
        gain, shift = self.train(np.ones(shape[-1])), self.train(np.zeros(shape[-1]))

        def step(x):
            def spread(a):
                return a.reshape((1,) * (x.v.ndim - 1) + a.shape)
            return x * self.p[gain].each(spread) + self.p[shift].each(spread).each(lambda a: a + 0 * a)
        return step, shape

    def dropout(self, v, shape):
        mask = np.array(self.s["masks"][self.next_mask]).reshape([self.n] + shape)
        self.next_mask += 1
        keep = 1 - option(v, 0, "p", 0.5)
        assert set(np.round(mask * keep, 12).ravel()) <= {0.0, 1.0}
        return lambda x: x.times(mask), shape

    def max_pool(self, v, shape):
        size, stride = int(option(v, 0, "size", 2)), int(option(v, 1, "stride", 0))
        stride = stride or size
        length = [(n - size) // stride + 1 for n in shape[:-1]]

        def step(x):
            out = np.zeros([self.n] + length + shape[-1:] + [len(shape)], int)
            for at in np.ndindex(self.n, *length, shape[-1]):
                window = [(p * stride + np.array(o)).tolist() for p, o in [(np.array(at[1:-1]), o)
                          for o in np.ndindex(*[size] * (len(shape) - 1))]]
                values = np.array([x.v[(at[0], *w, at[-1])] for w in window])
                best = int(values.argmax())
                ties = np.sort(values)[::-1]
                if len(ties) > 1 and ties[0] - ties[1] <= KINK * np.abs(x.m).max():
                    self.kink = True
                out[at] = window[best] + [at[-1]]
            rows = np.arange(self.n).reshape([-1] + [1] * len(shape))
            return x.each(lambda a: a[(rows,) + tuple(out[..., k] for k in range(len(shape)))])
        return step, length + shape[-1:]

    def global_average_pool(self, v, shape):
        axes = tuple(range(1, len(shape)))
        return lambda x: x.mean(axes).each(lambda a: a.reshape((self.n, shape[-1]) + a.shape[len(shape) + 1:])), shape[-1:]

    def flatten(self, v, shape):
        size = math.prod(shape)
        return lambda x: x.each(lambda a: a.reshape((self.n, size) + a.shape[x.v.ndim:])), [size]

    def reshape(self, v, shape):
        h, w, c = (int(option(v, i, n, 1)) for i, n in enumerate(("height", "width", "channels")))
        new = [w, c] if h == 1 else [h, w, c]
        return lambda x: x.each(lambda a: a.reshape([self.n] + new + list(a.shape[x.v.ndim:]))), new

    def run(self, steps, x):
        for step in steps:
            x = step(x)
        return x

    def forward(self, theta=None, order=2, inputs=True):
        """Jets of a_0 .. a_L and the output, each points x features."""
        P = self.P
        seeds = P + (self.x.size if inputs else 0)
        theta = self.theta0 if theta is None else theta
        self.p, at, self.kink, self.slopes = [], 0, False, {}
        for start in self.start:
            n = start.size
            g = np.zeros((n, seeds))
            g[np.arange(n), at + np.arange(n)] = 1
            self.p.append(Jet(theta[at:at + n].reshape(start.shape), g.reshape(start.shape + (seeds,)),
                              np.zeros(start.shape + (P, P)) if order == 2 else None))
            at += n
        g = np.zeros((self.x.size, seeds))
        if inputs:
            g[np.arange(self.x.size), P + np.arange(self.x.size)] = 1
        x = Jet(self.x, g.reshape(self.x.shape + (seeds,)), np.zeros(self.x.shape + (P, P)) if order == 2 else None)
        out = [x]
        for l, steps in enumerate(self.steps, 1):
            self.running = l
            x = self.run(steps, x)
            out.append(x.each(lambda a: a.reshape((self.n, -1) + a.shape[x.v.ndim:])))
        if len(out) == self.L + 1:
            out.append(out[-1])
        return out
