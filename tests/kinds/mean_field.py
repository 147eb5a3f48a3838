#!/usr/bin/env python3
"""Prints the known answers of the mean field in tests/kinds/test_scale.c and tests/theory/test_mean_field.c.

Origin of the numbers: moments by mpmath's tanh-sinh quadrature with 30 digits, pieces ending at kinks, slopes by formulas
written here; fixed points by plain iteration to 1e-25, critical points by the secant method; moments of two variables
by the trapezoidal rule in the plane (u1 = s z1, u2 = s (c z1 + sqrt(1 - c^2) z2)), exponentially exact for the smooth
activations it is used for. Nothing is shared with the C code but the definitions.
Usage: mean_field.py
"""
import math

from mpmath import cos, cosh, erfc, exp, expm1, findroot, mp, mpf, nstr, pi, quad, sin, sqrt, tanh

mp.dps = 30

# Klambauer et al. 2017, as in known_answers.py
TAIL1, TAIL2 = (exp(mpf(k * k) / 2) * erfc(k / sqrt(mpf(2))) / 2 for k in (1, 2))
ALPHA = 1 / sqrt(2 * pi) / (mpf(1) / 2 - TAIL1)
LAMBDA = 1 / sqrt(mpf(1) / 2 + ALPHA ** 2 * (TAIL2 - 2 * TAIL1 + mpf(1) / 2))


def sigmoid(u):
    return 1 / (1 + exp(-u))


def normal(u):
    return exp(-u * u / 2) / sqrt(2 * pi)


def below(u):
    return erfc(-u / sqrt(mpf(2))) / 2


PHI = {  # phi, phi', kinks
    "tanh": (tanh, lambda u: 1 / cosh(u) ** 2, []),
    "sigmoid": (sigmoid, lambda u: sigmoid(u) * sigmoid(-u), []),
    "elu": (lambda u: u if u > 0 else expm1(u), lambda u: mpf(1) if u > 0 else exp(u), []),
    "selu": (lambda u: LAMBDA * (u if u > 0 else ALPHA * expm1(u)),
             lambda u: LAMBDA * (mpf(1) if u > 0 else ALPHA * exp(u)), []),
    "gelu": (lambda u: u * below(u), lambda u: below(u) + u * normal(u), []),
    "silu": (lambda u: u * sigmoid(u), lambda u: sigmoid(u) * (1 + u * sigmoid(-u)), []),
    "hard_tanh": (lambda u: max(mpf(-1), min(mpf(1), u)), lambda u: mpf(abs(u) < 1), [1]),
    "sin": (sin, cos, []),
}
FLOATS = {
    "tanh": (math.tanh, lambda u: 1 / math.cosh(u) ** 2),
    "sin": (math.sin, math.cos),
    "gelu": (lambda u: u * math.erfc(-u / math.sqrt(2)) / 2,
             lambda u: math.erfc(-u / math.sqrt(2)) / 2 + u * math.exp(-u * u / 2) / math.sqrt(2 * math.pi)),
}


def mean(g, q, kinks):
    s = sqrt(mpf(q))
    half = [mpf(0)] + sorted(k / s for k in kinks if k / s < 14) + [mpf(1), mpf(3), mpf(14)]
    half = sorted(set(half))
    return quad(lambda z: (g(s * z) + g(-s * z)) * normal(z), half)


def square(name, q):
    return mean(lambda u: PHI[name][0](u) ** 2, q, PHI[name][2])


def slope_square(name, q):
    return mean(lambda u: PHI[name][1](u) ** 2, q, PHI[name][2])


def growth(name, q):
    f, df, kinks = PHI[name]
    return mean(lambda u: u * f(u) * df(u), q, kinks) / q


def critical(name, sigma_b, guess):
    q = findroot(lambda q: q - square(name, q) / slope_square(name, q) - mpf(sigma_b) ** 2, guess)
    return q, 1 / slope_square(name, q), growth(name, q) / slope_square(name, q)


def fixed_point(name, sigma_w, sigma_b, q):
    w, b = mpf(sigma_w) ** 2, mpf(sigma_b) ** 2
    while True:  # iteration, then Aitken
        q1 = w * square(name, q) + b
        q2 = w * square(name, q1) + b
        if abs(q2 - q1) < mpf(10) ** -25:
            return q2
        q = q2 - (q2 - q1) ** 2 / (q2 - 2 * q1 + q)


def plane(g, q, c, h=1 / 16):
    """E g(u1) g(u2) of a smooth g."""
    s, n = math.sqrt(q), int(9 / h)
    weight = [math.exp(-(i * h) ** 2 / 2) * h / math.sqrt(2 * math.pi) for i in range(-n, n + 1)]
    node = [i * h for i in range(-n, n + 1)]
    r = math.sqrt(1 - c * c)
    return math.fsum(wi * g(s * x) * math.fsum(wk * g(s * (c * x + r * y)) for wk, y in zip(weight, node))
                     for wi, x in zip(weight, node))


def correlation(name, sigma_w, sigma_b, q):
    """c* by bisection, and the slope of the map there."""
    f, df = FLOATS[name]
    w, b, q = sigma_w ** 2, sigma_b ** 2, float(q)
    low, high = 0.0, 1 - 1e-4
    for _ in range(46):
        c = (low + high) / 2
        if (w * plane(f, q, c) + b) / q > c:
            low = c
        else:
            high = c
    return c, w * plane(df, q, c)


if __name__ == "__main__":
    print("critical points: q, sigma_w^2, slope of the map of q")
    for name, sigma_b, guess in [("tanh", 0.1, 0.3), ("tanh", 0.5, 1.3), ("sigmoid", 0, 45), ("sigmoid", 0.5, 45),
                                 ("elu", 0.2, 1.1), ("selu", 0.2, 0.7), ("gelu", 0.5, 6), ("gelu", 0.2, 0.6),
                                 ("silu", 1, 40), ("hard_tanh", 0.5, 1), ("sin", 0.5, 1)]:
        print("  %-10s %-4g" % (name, sigma_b), *(nstr(x, 17) for x in critical(name, sigma_b, guess)))
    print("mean field: q*, chi_1, slope of the map of q, c*, chi at c*")
    for name, sigma_w, sigma_b, q in [("tanh", 1.5, 0.1, 1), ("tanh", 0.9, 0.3, 0.3), ("tanh", 3, 0, 5),
                                      ("sigmoid", 2, 0.3, 1), ("selu", 1, 0, 1), ("hard_tanh", 1.5, 0.1, 1),
                                      ("gelu", 1.3, 0.3, 0.3), ("sin", 1.3, 0.1, 0.8), ("silu", 1, 0.5, 0.5)]:
        q = fixed_point(name, sigma_w, sigma_b, mpf(q))
        chi = mpf(sigma_w) ** 2 * slope_square(name, q)
        row = [q, chi, mpf(sigma_w) ** 2 * growth(name, q)]
        if chi > 1 and name in FLOATS and sigma_b > 0:
            row += correlation(name, sigma_w, sigma_b, q)
        print("  %-10s %-4g %-4g" % (name, sigma_w, sigma_b), *(nstr(x, 17) for x in row))
