#!/usr/bin/env python3
"""Prints the known answers in src/activation/*.c: phi, phi', phi'' at 17 digits.

Origin of the numbers: phi is evaluated by mpmath with 120 digits from its definition and differentiated there
numerically, so no derivative formula of the C code is used. Kinked activations get the branch that holds at z.
Usage: known_answers.py NAME | known_answers.py (all).
"""
import sys

from mpmath import diff, erf, erfc, exp, expm1, log1p, mp, mpf, nstr, pi, sin, sqrt, tanh

mp.dps = 120

# Klambauer et al. 2017: E selu(Z) = 0 fixes alpha, E selu(Z)^2 = 1 then fixes lambda, for Z ~ N(0, 1)
TAIL1, TAIL2 = (exp(mpf(k * k) / 2) * erfc(k / sqrt(mpf(2))) / 2 for k in (1, 2))  # E[e^(kZ); Z < 0]
ALPHA = 1 / sqrt(2 * pi) / (mpf(1) / 2 - TAIL1)
LAMBDA = 1 / sqrt(mpf(1) / 2 + ALPHA ** 2 * (TAIL2 - 2 * TAIL1 + mpf(1) / 2))


def sigmoid(z):
    return 1 / (1 + exp(-z))


def elu(a):
    return lambda z: z if z > 0 else a * expm1(z)


SMOOTH = [-40.0, -8.0, -1.5, -1e-9, 0.0, 1e-9, 0.5, 2.0, 25.0]
AROUND_A_KINK = [-40.0, -1.5, -1e-9, 1e-9, 0.5, 25.0]

TABLE = {
    "leaky_relu": [([0.01], lambda z: z if z > 0 else mpf(0.01) * z, AROUND_A_KINK),
                   ([0.25], lambda z: z if z > 0 else mpf(0.25) * z, [-3.0, 3.0])],
    "tanh": [([], tanh, SMOOTH)],
    "erf": [([], erf, SMOOTH[1:-1] + [5.0])],
    "sigmoid": [([], sigmoid, SMOOTH)],
    "softplus": [([], lambda z: log1p(exp(z)), SMOOTH)],
    "elu": [([1.0], elu(mpf(1)), AROUND_A_KINK), ([0.3], elu(mpf(0.3)), [-3.0, 3.0])],
    "selu": [([], lambda z: LAMBDA * elu(ALPHA)(z), AROUND_A_KINK)],
    "gelu": [([], lambda z: z * erfc(-z / sqrt(mpf(2))) / 2, [-30.0] + SMOOTH[1:])],
    "silu": [([], lambda z: z * sigmoid(z), SMOOTH)],
    "hard_tanh": [([], lambda z: max(-1, min(1, z)), [-7.0, -1.25, -0.5, 1e-9, 0.75, 1.5, 1e9])],
    "sin": [([], sin, [-40.0, -1.5, -1e-9, 0.0, 0.5, 3.0, 1000.0])],
}


def number(x):
    return nstr(x, 17, min_fixed=-4, max_fixed=6) if x else "0"


def show(name):
    for param, phi, points in TABLE[name]:
        head = ".param = {%s}, " % ", ".join(map(repr, param)) if param else ""
        for z in points:
            f, df, d2f = (diff(phi, mpf(z), n) for n in (0, 1, 2))
            print("    {%s.z = %r, .f = %s, .df = %s, .d2f = %s, .origin = ORIGIN}," %
                  (head, z, number(f), number(df), number(d2f if abs(d2f) > mpf(10) ** -50 * abs(df) else 0)))


if __name__ == "__main__":
    if sys.argv[1:] == ["constants"]:
        print("alpha", nstr(ALPHA, 20), "lambda", nstr(LAMBDA, 20))
    for name in sys.argv[1:] if sys.argv[1:] != ["constants"] else []:
        show(name)
    if not sys.argv[1:]:
        for name in TABLE:
            print(name)
            show(name)
