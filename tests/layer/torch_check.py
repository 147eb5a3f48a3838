#!/usr/bin/env python3
"""Composed nets by PyTorch's autograd, in float64: nothing here knows the C code.

    torch_check.py compositions              prints compositions.h: random nets as experiments (no torch needed)
    test_torch --write | torch_check.py      compares loss, output, gradient, H v and G v of every net; exit status 1
                                             where one differs by more than TOLERANCE of its norm
    test_torch --write | torch_check.py reference
                                             the same, and prints torch_reference.h

An architecture's text is read here once more, by the grammar at the head of src/ensemble/composition.c; presets are
written out from what `tepui list architecture` says about them. test_torch writes, one line each, the words of a cell,
its data, weights (with sigma), biases and dropout masks, parameters theta where the net has moved from its start, a
direction v, and its own results. Parameters: layer after layer, matrices row-major, then what else a layer trains;
filters are out x (row, column, channel in).
"""
import math
import random
import re
import sys

# A result is a sum over at most 1e4 terms per layer and ten layers, each rounded to 1e-16 of a condition below 1e3
# (variances are of order 1 or have epsilon 1e-5 behind them).
TOLERANCE = 1e-10

# --- the grammar


def parse_layers(s, at):
    """[(name, {parameter: value}, branch or None)], and where it stopped."""
    out = []
    while True:
        m = re.compile(r"\s*([a-z_0-9]+)\s*(?:\(([^)]*)\))?\s*").match(s, at)
        name, args, at = m.group(1), m.group(2) or "", m.end()
        values = {}
        for i, word in enumerate(w for w in args.split(",") if w.strip()):
            key, _, value = word.rpartition("=")
            values[key.strip() or i] = float(value)
        branch = None
        if at < len(s) and s[at] == "[":
            branch, at = parse_layers(s, at + 1)
            assert s[at] == "]", s[at:]
            at = re.compile(r"\s*").match(s, at + 1).end()
        out.append((name, values, branch))
        if at == len(s) or s[at] != ",":
            return out, at
        at += 1


def parse_units(s, depth):
    units, star, at = [], None, 1
    while True:
        layers, at = parse_layers(s, at)
        if s[at] == "*":
            star = len(units)
            at = re.compile(r"\s*").match(s, at + 1).end()
        units.append(layers)
        if s[at] != ";":
            break
        at += 1
    assert s[at:].strip() == "]"
    if len(units) == 1:
        return units * depth
    if star is not None:
        units[star:star + 1] = [units[star]] * (depth - len(units) + 1)
    assert len(units) == depth
    return units


def option(values, i, name, fallback):
    return values.get(name, values.get(i, fallback))


def preset_unit(name, v, l, width, channels, space, blocks, depth):
    """The layers of unit l of a preset as text; channels, space: of its input."""
    same = channels == width[l]
    m = int(option(v, 0, "branch", 2 if name in ("fixup", "skip_init") else 1))
    pairs = ", ".join(["dense, activation"] * m)
    head = "residual(alpha=%r, power=%r)" % (option(v, 1, "alpha", 1.0), option(v, 2, "power", 0.0))
    if name == "cnn":
        text = "conv2d(kernel=%r, padding=%r), activation" % (option(v, 0, "kernel", 3.), option(v, 1, "padding", 0.))
        return text + (", global_average_pool" if l == depth and option(v, 2, "pool", 1.) else "")
    if name == "resnet":
        norm = ", batch_norm" if option(v, 1, "norm", 1.) else ""
        conv = "conv2d(kernel=%r)%s" % (option(v, 0, "kernel", 3.), norm)
        text = "residual[%s, activation, %s], activation" % (conv, conv) if same and space == 2 else conv + ", activation"
        return text + (", global_average_pool" if l == depth else "")
    if not same:
        return "dense, activation"
    if name == "residual":
        return "%s[%s]" % (head, ", ".join(["activation, dense"] * m) if option(v, 3, "pre", 1.) else pairs)
    if name == "pre_norm":
        return "%s[layer_norm, %s]" % (head, pairs)
    if name == "post_norm":
        return "%s[%s], layer_norm" % (head, pairs)
    if name == "skip_init":
        return "residual(alpha=0, learned=1)[%s]" % pairs
    if name == "fixup":
        gain = blocks ** (-1 / (2 * m - 2))
        inner = ", ".join(["dense(gain=%r), activation" % gain] * (m - 1))
        return "residual[%s, dense(gain=0)], activation" % inner
    raise ValueError(name)


def count_blocks(layers):
    return sum(1 + count_blocks(branch) for _, _, branch in layers if branch is not None)


# --- random compositions

# an architecture has up to 255 characters with every parameter written
PARAMETERS = {"residual": ("alpha=-0.7", "power=0.5", "learned=1"), "dense": ("width=0", "gain=1.5"),
              "weight_norm": ("width=0",), "dropout": ("p=0.5",), "max_pool": ("size=2", "stride=2"),
              "reshape": ("height=2", "width=2", "channels=2"), "batch_norm": ("epsilon=0.01",),
              "layer_norm": ("epsilon=0.01",), "rms_norm": ("epsilon=0.01",), "leaky_relu": ("a=0.2",), "elu": ("a=1",),
              "conv1d": ("channels=2", "kernel=2", "stride=2", "padding=2")}
PARAMETERS["conv2d"] = PARAMETERS["conv1d"]


def length(layers):
    return sum(len(name) + 2 + (sum(len(p) + 2 for p in PARAMETERS[name]) if name in PARAMETERS else 0) +
               (length(branch) if branch else 0) for name, _, branch in layers)


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, *words):
        return words[int(self.r.random() * len(words))]

    def maybe(self, p):
        return self.r.random() < p

    def activation(self):
        return self.pick("activation", "activation", "activation", "relu", "tanh", "leaky_relu(0.2)", "silu", "sin",
                         "softplus", "erf", "gelu", "sigmoid", "elu", "selu", "hard_tanh", "linear")

    def norm(self):
        kinds = ["layer_norm", "rms_norm"] + (["batch_norm"] * 2 if self.points > 1 else [])
        return self.pick(*kinds) + self.pick("", "(0.1)", "(epsilon=0.01)")

    def keep(self, shape):
        """Layers that leave the shape alone, with a matrix among them."""
        if len(shape) == 1:
            matrix = self.pick("dense(%d)", "dense(width=%d, gain=0.7)", "weight_norm(%d)") % shape[0]
        else:
            name = "conv1d" if len(shape) == 2 else "conv2d"
            matrix = "%s(channels=%d, kernel=%d, padding=%d)" % (name, shape[-1], self.pick(1, 2, 3), self.pick(0, 1))
        return matrix

    def residual(self, shape, nested):
        inside = [self.keep(shape)]
        if self.maybe(0.8):
            inside.insert(self.pick(0, 1), self.activation())
        if self.maybe(0.4):
            inside.insert(0, self.norm())
        if self.maybe(0.3):
            inside.append("affine")
        if self.maybe(0.2):
            inside.append(self.keep(shape))
        if nested < 2 and self.maybe(0.35):
            inside.insert(self.pick(0, 1), self.residual(shape, nested + 1))
        head = self.pick("residual", "residual(alpha=0.5)", "residual(alpha=0.8, power=0.5)",
                         "residual(alpha=0, learned=1)", "residual(alpha=-0.7, learned=1)")
        return "%s[%s]" % (head, ", ".join(inside))

    def convolution(self, shape, width):
        """Text and new shape."""
        image = len(shape) == 3
        kernel, stride, padding = self.pick(1, 2, 3, 3, 4), self.pick(1, 1, 2, 3), self.pick(0, 1, 2)
        least = min(shape[:-1])
        kernel = min(kernel, least)
        channels = self.pick(0, 2, 3)
        length = [(n - kernel) // stride + 1 if padding == 2 else (n - 1) // stride + 1 for n in shape[:-1]]
        text = "%s(channels=%d, kernel=%d, stride=%d, padding=%d)" % ("conv2d" if image else "conv1d", channels, kernel,
                                                                      stride, padding)
        return text, length + [channels or width]

    def step(self, shape, width):
        p = self.r.random()
        if p < 0.2:
            return self.activation(), shape
        if p < 0.32:
            return self.norm(), shape
        if p < 0.40:
            return "affine", shape
        if p < 0.46:
            return self.pick("dropout(0.3)", "dropout(p=0.1)"), shape
        if p < 0.62:
            return self.residual(shape, 0), shape
        if len(shape) == 1:
            n = shape[0]
            if p < 0.70:
                return self.pick("dense", "dense(gain=1.5)"), [width]
            if p < 0.74:
                return "weight_norm", [width]
            if p < 0.83 and n >= 4:
                text, new = self.convolution([n, 1], width)
                return text, new
            if p < 0.95 and math.isqrt(n) ** 2 == n and n >= 4:
                text, new = self.convolution([math.isqrt(n), math.isqrt(n), 1], width)
                return text, new
            for h, w, c in ((2, 3, 2), (1, 6, 2), (3, 3, 2), (1, 4, 2), (2, 2, 2), (2, 3, 1), (1, 3, 2), (3, 2, 3)):
                if h * w * c == n:
                    return "reshape(%d, %d, %d)" % (h, w, c), [w, c] if h == 1 else [h, w, c]
            k = self.pick(3, 4, 6)
            return "dense(%d)" % k, [k]
        if p < 0.76:
            return self.convolution(shape, width)
        if p < 0.90 and min(shape[:-1]) >= 3:
            size, stride = self.pick(2, 3), self.pick(0, 1, 2)
            step = stride or size
            return "max_pool(%d, %d)" % (size, stride), [(n - size) // step + 1 for n in shape[:-1]] + shape[-1:]
        if p < 0.94:
            return "global_average_pool", shape[-1:]
        return "flatten", [math.prod(shape)]

    def unit(self, shape, width):
        """At least one matrix."""
        out = []
        while len(out) < 2 or (len(out) < 5 and self.maybe(0.5)):
            text, new = self.step(shape, width)
            if math.prod(new) <= 50:
                out.append(text)
                shape = new
        if not re.search("dense|conv|weight", " ".join(out)):
            if len(shape) > 1:
                out.append("flatten")
            out.append("dense")
            shape = [width]
        return ", ".join(out), shape

    def composition(self, inputs, width):
        while True:
            units, shape = [], [inputs]
            for w in width:
                text, shape = self.unit(shape, w)
                units.append(text)
            text = "[%s]" % "; ".join(units)
            if length(sum(parse_units(text, len(width)), [])) <= 250:
                return text

    def case(self, k):
        self.points = self.pick(1, 2, 3, 4)
        depth = self.pick(1, 2, 3)
        width = [self.pick(2, 3, 4, 6) for _ in range(depth)]
        inputs = self.pick(3, 4, 6, 9, 12, 16, 25)
        presets = ["residual(2, 0.5, 0.5)", "residual(branch=1, alpha=0.7, pre=0)", "pre_norm(2)", "post_norm",
                   "skip_init", "fixup(3)", "fixup", "cnn(2, 1)", "cnn(3, 0, 0)", "resnet", "resnet(2, 0)",
                   "[dense; residual[dense, activation] *; layer_norm, dense]",
                   "[conv2d, activation, max_pool(2, 1); conv2d(2, 2, 1, 1), max_pool, tanh *; flatten, dense]",
                   "[conv2d(kernel=2, stride=2), batch_norm, affine, activation; flatten, reshape(1, 2, 4), "
                   "conv1d(kernel=2), max_pool(2), activation; flatten, dense *]",
                   "[weight_norm, tanh; residual(0.5, 0.5)[dense, residual[activation, dense]], affine *]"]
        if k < len(presets):
            architecture, depth, width = presets[k], 3 + k % 2, [4] * (3 + k % 2)
            if k % 3 == 0:
                width[0] = 3
            if re.match("cnn|resnet|.conv2d", architecture):
                inputs, width = 9, [2, 2, 3, 3][-depth:]
                self.points = max(self.points, 2)
        else:
            architecture = self.composition(inputs, width)
        grid = "depth: %d, width: [%s], activation: %s, init: %s, gain: %s, sigma_b: %s, architecture: \"%s\"" % (
            depth, width, self.pick("relu", "tanh", "gelu"), self.pick("he", "lecun"), self.pick("1", "1.2"),
            self.pick("0", "0.2"), architecture)
        data = "source: gaussian, targets: gaussian, points: %d, dimension: %d, outputs: 2" % (self.points, inputs)
        return "grid: {%s}\ndata: {%s}\nreadout: %s\nloss: %s\nobservables: [forward_norm]\n" % (
            grid, data, self.pick("dense", "none"), self.pick("mse", "cross_entropy"))


def print_compositions():
    print("/* compositions.h -- printed by torch_check.py compositions; not edited by hand. */")
    print("/* clang-format off */\n#ifndef TEPUI_TEST_COMPOSITIONS_H\n#define TEPUI_TEST_COMPOSITIONS_H\n")
    print("static const char *const compositions[] = {")
    for k in range(100):
        text = Maker(20210603 + k).case(k)
        print("".join('    "%s\\n"\n' % line.replace('"', '\\"') for line in text.splitlines())[:-1] + ",")
    print("};\n#endif")


# --- the net


class Net:
    """Tensors are points x positions x channels. `given` has the numbers of the sample."""

    def __init__(self, given):
        self.g = given
        self.weights, self.biases, self.masks = iter(given["weights"]), iter(given["biases"]), iter(given["masks"])
        self.parameters, self.unit_of, self.steps = [], [], []
        depth, shape = int(given["depth"]), [len(given["x"]) // int(given["points"])]
        width = [shape[0]] + [int(w) for w in given["width"]]
        for l, layers in enumerate(self.units(given["architecture"], depth, width), 1):
            self.unit, self.width = l, width[l]
            steps, shape = self.build(self.resolve(layers, l, shape, width, depth), shape)
            self.steps += steps
        if given["readout"] == "dense":
            self.unit, self.width = depth + 1, int(given["outputs"])
            tail = ([("flatten", {}, None)] if len(shape) > 1 else []) + [("dense", {}, None)]
            steps, shape = self.build(tail, shape, bias=False)
            self.steps += steps

    def units(self, text, depth, width):
        if text[0] == "[":
            units = parse_units(text, depth)
            self.blocks = sum(count_blocks(u) for u in units)
            return units
        (self.preset,), _ = parse_layers(text, 0)
        # equal widths are blocks; convolutions have channels as widths, and one channel at first
        self.blocks = sum(width[l] == width[l - 1] for l in range(1, depth + 1))
        return [None] * depth

    def resolve(self, layers, l, shape, width, depth):
        if layers is not None:
            return layers
        name, values, _ = self.preset
        return parse_layers(preset_unit(name, values, l, width, shape[-1], len(shape) - 1, self.blocks, depth), 0)[0]

    def train(self, tensor):
        self.parameters.append(tensor)
        self.unit_of.append(self.unit)
        return len(self.parameters) - 1

    def build(self, layers, shape, bias=True):
        steps = []
        for name, values, branch in layers:
            if branch is not None:
                inner, end = self.build(branch, shape)
                assert end == shape, (end, shape)
                step, shape = self.residual(values, inner, shape)
            elif name in ACTIVATIONS or name == "activation":
                step = self.activation(name, values)
            else:
                step, shape = getattr(self, name)(values, shape, **({} if bias else {"bias": False}))
            steps.append(step)
        return steps, shape

    def run(self, steps, x, p):
        for step in steps:
            x = step(x, p)
        return x

    def residual(self, v, inner, shape):
        alpha = option(v, 0, "alpha", 1.) * self.blocks ** -option(v, 1, "power", 0.)
        learned = option(v, 2, "learned", 0.) > 0
        at = self.train(torch.tensor(alpha).reshape(1)) if learned else None
        return lambda x, p: x + (p[at] if learned else alpha) * self.run(inner, x, p), shape

    def activation(self, name, values):
        if name == "activation":
            (name, values, _), = parse_layers(self.g["activation"], 0)[0]
        f = ACTIVATIONS[name]
        return lambda x, p: f(x, option(values, 0, "a", None))

    def matrix(self, out, shape, bias=True):
        w = next(self.weights).reshape([out] + shape)
        b = next(self.biases) if bias and float(self.g["sigma_b"]) > 0 else torch.zeros(out)
        assert len(b) == out
        return w, b

    def dense(self, v, shape, bias=True):
        assert len(shape) == 1
        out = int(option(v, 0, "width", 0)) or self.width
        w, b = self.matrix(out, shape, bias)
        at = self.train(w)
        return lambda x, p: F.linear(x, p[at], b), [out]

    def weight_norm(self, v, shape):
        out = int(option(v, 0, "width", 0)) or self.width
        w, b = self.matrix(out, shape)
        # He has variance 2/fan_in, LeCun 1/fan_in: g is the root mean square norm of a row
        g = torch.full((out, 1), math.sqrt({"he": 2., "lecun": 1.}[self.g["init"]]) * float(self.g["gain"]))
        at, of_gain = self.train(w), self.train(g)
        return lambda x, p: F.linear(x, p[at] / p[at].norm(dim=1, keepdim=True) * p[of_gain], b), [out]

    def convolution(self, v, shape):
        kernel, stride, padding = (int(option(v, i + 1, n, f)) for i, (n, f) in
                                   enumerate((("kernel", 3), ("stride", 1), ("padding", 0))))
        space, out = len(shape) - 1, int(option(v, 0, "channels", 0)) or self.width
        w, b = self.matrix(out, [kernel] * space + [shape[-1]])
        at = self.train(w)
        ends = [] if padding == 2 else [(kernel - 1) // 2, kernel - 1 - (kernel - 1) // 2] * space
        conv = F.conv1d if space == 1 else F.conv2d

        def step(x, p):
            x = x.reshape([-1] + shape).movedim(-1, 1)
            if ends:
                x = F.pad(x, ends, mode="circular") if padding == 1 else F.pad(x, ends)
            return conv(x, p[at].movedim(-1, 1), b, stride).movedim(1, -1)
        length = [(n - kernel) // stride + 1 if padding == 2 else -(-n // stride) for n in shape[:-1]]
        return step, length + [out]

    def conv1d(self, v, shape):
        return self.convolution(v, shape if len(shape) == 2 else shape + [1])

    def conv2d(self, v, shape):
        side = math.isqrt(shape[0])
        return self.convolution(v, shape if len(shape) == 3 else [side, side, 1])

    def batch_norm(self, v, shape):
        eps = option(v, 0, "epsilon", 1e-5)
        return lambda x, p: F.batch_norm(x.movedim(-1, 1), None, None, training=True, eps=eps).movedim(1, -1), shape

    def layer_norm(self, v, shape):
        eps = option(v, 0, "epsilon", 1e-5)
        return lambda x, p: F.layer_norm(x, x.shape[1:], eps=eps), shape

    def rms_norm(self, v, shape):
        eps, dims = option(v, 0, "epsilon", 1e-5), tuple(range(1, len(shape) + 1))
        return lambda x, p: x * torch.rsqrt(x.square().mean(dims, keepdim=True) + eps), shape

    def affine(self, v, shape):
        gain, shift = self.train(torch.ones(shape[-1])), self.train(torch.zeros(shape[-1]))
        return lambda x, p: p[gain] * x + p[shift], shape

    def dropout(self, v, shape):
        keep = 1 - option(v, 0, "p", 0.5)
        mask = next(self.masks).reshape([-1] + shape)
        assert set(mask.flatten().tolist()) <= {0.0, 1 / keep}
        return lambda x, p: x * mask, shape

    def max_pool(self, v, shape):
        size, stride = int(option(v, 0, "size", 2)), int(option(v, 1, "stride", 0))
        pool = F.max_pool1d if len(shape) == 2 else F.max_pool2d
        length = [(n - size) // (stride or size) + 1 for n in shape[:-1]]
        return lambda x, p: pool(x.movedim(-1, 1), size, stride or size).movedim(1, -1), length + shape[-1:]

    def global_average_pool(self, v, shape):
        return lambda x, p: x.mean(tuple(range(1, len(shape)))), shape[-1:]

    def flatten(self, v, shape, bias=True):
        return lambda x, p: x.flatten(1), [math.prod(shape)]

    def reshape(self, v, shape):
        new = [int(option(v, i, n, 1)) for i, n in enumerate(("height", "width", "channels"))]
        new = new if new[0] > 1 else new[1:]
        return lambda x, p: x.reshape([-1] + new), new

    def output(self, *p):
        return self.run(self.steps, self.g["x"].reshape(int(self.g["points"]), -1), p).flatten(1)

    def loss_of(self, f):
        y = self.g["y"].reshape(f.shape)
        if self.g["loss"] == "mse":
            return (f - y).square().sum() / 2 / len(f)
        return -(y * F.log_softmax(f, 1)).sum() / len(f)


def results(net):
    p, at = [], 0
    for t in net.parameters:
        moved = net.g["theta"][at:at + t.numel()].reshape(t.shape) if "theta" in net.g else t
        p.append(moved.clone().requires_grad_())
        at += t.numel()
    sizes, v, at = [t.numel() for t in p], [], 0
    for t in p:
        v.append(net.g["v"][at:at + t.numel()].reshape(t.shape))
        at += t.numel()
    assert at == len(net.g["v"]), (at, len(net.g["v"]))
    flat = lambda ts: torch.cat([(torch.zeros_like(a) if t is None else t).detach().flatten() for t, a in zip(ts, p)])
    f = net.output(*p)
    loss = net.loss_of(f)
    gradient = torch.autograd.grad(loss, p, create_graph=True, allow_unused=True)
    along = sum((g * d).sum() for g, d in zip(gradient, v) if g is not None)
    Hv = torch.autograd.grad(along, p, retain_graph=True, allow_unused=True)
    # G v = J^T (d2 loss / d f2) J v, J v by two backward passes
    dummy = torch.zeros_like(f, requires_grad=True)
    Jt = torch.autograd.grad(f, p, dummy, create_graph=True, allow_unused=True)
    Jv, = torch.autograd.grad(sum((g * d).sum() for g, d in zip(Jt, v) if g is not None), dummy, retain_graph=True)
    apart = f.detach().requires_grad_()
    slope, = torch.autograd.grad(net.loss_of(apart), apart, create_graph=True)
    SJv, = torch.autograd.grad((slope * Jv).sum(), apart)
    Gv = torch.autograd.grad(f, p, SJv, allow_unused=True)
    unit, g, at = {}, flat(gradient), 0
    for u, n in zip(net.unit_of, sizes):
        unit[u] = unit.get(u, 0) + float(g[at:at + n].square().sum())
        at += n
    return {"f": f.detach().flatten(), "loss_value": loss.detach().reshape(1), "gradient": g, "Hv": flat(Hv),
            "Gv": flat(Gv)}, unit


def read_cases(stream):
    case = None
    for line in stream:
        key, _, rest = line.rstrip("\n").partition(" ")
        if key == "case":
            if case:
                yield case
            case = {"weights": [], "biases": [], "masks": []}
        elif key in ("architecture", "activation", "init", "loss", "readout", "depth", "points", "outputs", "gain", "sigma_b"):
            case[key] = rest
        elif key == "width":
            case[key] = rest.split()
        elif key in case and isinstance(case[key], list):
            case[key].append(torch.tensor([float(w) for w in rest.split()]))
        else:
            case[key] = torch.tensor([float(w) for w in rest.split()])
    yield case


def main(reference):
    worst, wrong, rows = {}, 0, []
    for k, case in enumerate(read_cases(sys.stdin)):
        want, unit = results(Net(case))
        for name, x in want.items():
            scale = max(float(x.norm()), 1e-6 * float(want["gradient"].norm()), 1e-300)
            error = float((x - case[name]).norm()) / scale
            worst[name] = max(worst.get(name, (0, 0)), (error, k))
            if not error <= TOLERANCE:
                wrong += 1
                print("case %d, %s: off by %.3g of %.3g: %s" % (k, name, error, scale, case["architecture"]),
                      file=sys.stderr)
        if "theta" in case:
            continue
        units = [math.sqrt(unit.get(l, 0.)) for l in range(1, max(unit) + 1)]
        rows.append("    {%.17g, %.17g, %.17g, %.17g, {%s}}," % (
            float(want["loss_value"]), float(want["Hv"] @ case["v"]), float(want["Hv"].norm()),
            float(want["Gv"].norm()), ", ".join("%.17g" % u for u in units)))
    print("%d nets, each at its start and moved, %d differences above %g; worst: %s" % (len(rows), wrong, TOLERANCE, ", ".join(
        "%s %.2g (case %d)" % (n, e, k) for n, (e, k) in worst.items())), file=sys.stderr)
    if reference:
        print("/* torch_reference.h -- printed by torch_check.py reference with PyTorch %s; not edited by hand. */" %
              torch.__version__)
        print("/* clang-format off */\n#ifndef TEPUI_TEST_TORCH_REFERENCE_H\n#define TEPUI_TEST_TORCH_REFERENCE_H\n")
        print("static const struct {\n    double loss, vHv, Hv, Gv; /* Hv, Gv: norms */")
        print("    double unit[8];           /* gradient norms of units 1, 2, ..., the read-out last */")
        print("} torch_reference[] = {\n%s\n};\n#endif" % "\n".join(rows))
    return wrong != 0


def prepare():
    """Imports PyTorch; naive.py takes the grammar without it."""
    global torch, F, ACTIVATIONS
    import torch
    import torch.nn.functional as F
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    ACTIVATIONS = {
        "linear": lambda x, a: x, "relu": lambda x, a: torch.relu(x), "tanh": lambda x, a: torch.tanh(x),
        "leaky_relu": lambda x, a: F.leaky_relu(x, 0.01 if a is None else a), "erf": lambda x, a: torch.erf(x),
        "sigmoid": lambda x, a: torch.sigmoid(x), "softplus": lambda x, a: F.softplus(x, threshold=1e3),
        "elu": lambda x, a: F.elu(x), "selu": lambda x, a: F.selu(x), "gelu": lambda x, a: F.gelu(x),
        "silu": lambda x, a: F.silu(x), "hard_tanh": lambda x, a: F.hardtanh(x), "sin": lambda x, a: torch.sin(x)}


if __name__ == "__main__":
    if sys.argv[1:] == ["compositions"]:
        print_compositions()
        sys.exit(0)
    prepare()
    sys.exit(main(sys.argv[1:] == ["reference"]))
