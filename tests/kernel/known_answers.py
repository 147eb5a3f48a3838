#!/usr/bin/env python3
"""The numbers of src/kernel/answers_values.h: what each kernel must return, computed with Python's integers and fractions
(Threefry from its published definition, normals by Box and Muller with the C library's log, sin and cos).

    known_answers.py                prints the header
    known_answers.py FILE           compares FILE with it
"""
import math
import sys
from fractions import Fraction as F

MASK = (1 << 64) - 1
ROTATION = [(14, 16), (52, 57), (23, 40), (5, 37), (25, 33), (46, 12), (58, 22), (32, 32)]


def threefry(key, counter):
    k = list(key) + [0x1BD11BDAA9FC1A22]
    for word in key:
        k[4] ^= word
    x = [(c + k[i]) & MASK for i, c in enumerate(counter)]
    for r in range(13):
        for (a, b), by in zip(((0, 1), (2, 3)) if r % 2 == 0 else ((0, 3), (2, 1)), ROTATION[r % 8]):
            x[a] = (x[a] + x[b]) & MASK
            x[b] = ((x[b] << by | x[b] >> (64 - by)) & MASK) ^ x[a]
        if r % 4 == 3:
            n = (r + 1) // 4
            x = [(x[i] + k[(n + i) % 5] + (n if i == 3 else 0)) & MASK for i in range(4)]
    return x


def words():
    """Two batches, from the second on: 8 blocks a batch, word i of all of them side by side."""
    out = []
    for batch in (1, 2):
        block = [threefry((1, 2, 3, 4), (batch * 8 + lane, 7, 9, 0)) for lane in range(8)]
        out += [block[lane][i] for i in range(4) for lane in range(8)]
    return out


def pair(u, x):
    r = math.sqrt(-2 * math.log(float(u) * 2.0**-64 + 2.0**-65))
    t = math.pi / 2 * ((x >> 12) * 2.0**-52 - 0.5)
    c, s = math.cos(t) * (-1 if x & 2 else 1), math.sin(t)
    return (r * s, r * c) if x & 1 else (r * c, r * s)


def normals(w):
    out = [0.0] * len(w)
    for b in range(0, len(w), 32):
        for half in (0, 16):
            for lane in range(8):
                at = b + half + lane
                out[at], out[at + 8] = pair(w[at], w[at + 8])
    return out


def weighted(x):
    return sum((i + 1) * v for i, v in enumerate(x))


def integers():
    x = [j * 7 % 11 - 5 for j in range(42)]
    y = [j * 5 % 13 - 6 for j in range(21)]
    W = [[(i * 21 + j) * 3 % 17 - 8 for j in range(21)] for i in range(11)]
    up = [sum(W[i][j] * x[21 * p + j] for j in range(21)) for p in range(2) for i in range(11)]
    down = [sum(W[i][j] * x[11 * p + i] for i in range(11)) for p in range(2) for j in range(21)]
    outer = sum(sum(x[21 * p + i] * y[j - p] for p in range(2)) ** 2 for i in range(11) for j in range(1, 20))
    return {"dot": sum(a * b for a, b in zip(x, y)), "sumsq": sum(a * a for a in x[:21]), "maxabs": max(map(abs, y)),
            "scale": weighted([3 * v for v in y]), "gemv": weighted(up), "gemv_t": weighted(down),
            "outer_sumsq": outer}


FACTOR = [F(1), F(3, 2), F(2), F(-1), F(1, 2), F(-3), F(3, 4)]
N = 16


def chain(j, sloped, exponent):
    """Loss and gradient of x prod w s against 1/2, x = 2^exponent, by exact fractions."""
    w = [FACTOR[(k * k + 5 * j + k) % 7] for k in range(N)]
    x = F(2) ** exponent
    slope, now = [], x
    for k in range(N):
        now *= w[k]
        slope.append((F(-1, 2) if now < 0 else F(2)) if sloped and k < N - 1 else F(1))
        now *= slope[k]
    r = now - F(1, 2)
    gradient = [r * now / w[k] for k in range(N)]
    return w, slope, now, r, gradient


def chains(sloped, exponent):
    slopes, outputs, losses, gradients, sizes = [], [], [], [], []
    for j in range(8):
        _, slope, f, r, g = chain(j, sloped, exponent)
        slopes.append(weighted(slope))
        outputs.append(f)
        losses.append(r * r / 2)
        sizes.append(math.frexp(float(abs(f)))[1] + math.frexp(float(abs(r)))[1] - 2)
        gradients.append(weighted(g))
    return slopes, outputs, losses, gradients, sizes


def array(name, values):
    text = ", ".join(float(v).hex() for v in values)
    lines, line = [], "   "
    for word in text.split(" "):
        if len(line) + 1 + len(word) > 118:
            lines.append(line)
            line = "   "
        line += " " + word
    return "static const double %s[] = {\n%s};\n" % (name, "\n".join(lines + [line]))


def header():
    w = words()
    mixed = 0
    for word in w:
        mixed = (mixed * 0x9E3779B97F4A7C15 + word) & MASK
    out = "/* answers_values.h -- written by tests/kernel/known_answers.py. */\n/* clang-format off */\n"
    out += "#define ANSWER_WORDS UINT64_C(%#x)\n" % mixed
    out += "#define ANSWER_NORMALS %r\n" % weighted(normals(w))
    out += "#define ANSWER_UNIFORM %r\n" % float(weighted([F(2 * (v >> 11) + 1, 1 << 54) for v in w]))
    out += "#define ANSWER_LOG %r\n" % weighted([math.log((i + 1) / 21) for i in range(21)])
    for name, value in integers().items():
        out += "#define ANSWER_%s %d\n" % (name.upper(), value)
    for label, sloped, exponent in (("plain", False, 0), ("sloped", True, -40)):
        slopes, outputs, losses, gradients, sizes = chains(sloped, exponent)
        for name, values in (("slopes", slopes), ("outputs", outputs), ("losses", losses), ("gradients", gradients), ("sizes", sizes)):
            if name != "slopes" or sloped:
                out += array("answer_%s_%s" % (label, name), values)
    return out


if len(sys.argv) > 1:
    if open(sys.argv[1]).read() != header():
        sys.exit("%s: not what %s computes" % (sys.argv[1], sys.argv[0]))
else:
    print(header(), end="")
