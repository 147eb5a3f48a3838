#!/usr/bin/env python3
"""Prints reference.h: the data and the expected numbers of the statistics tests.

Means, standard deviations, skewness and kurtosis are those of the stored doubles, computed as exact fractions and
rounded once (square roots with 60 digits). Binomial ranks come from sums with 40 digits. Needs mpmath.
    python3 tests/stat/reference.py > tests/stat/reference.h
"""
from decimal import Decimal, getcontext
from fractions import Fraction
import mpmath

getcontext().prec = 60
mpmath.mp.dps = 40

# NIST Statistical Reference Datasets, univariate summary statistics; certified mean and standard deviation behind.
LEW = """-213 -564 -35 -15 141 115 -420 -360 203 -338 -431 194 -220 -513 154 -125 -559 92 -21 -579 -52 99 -543 -175
162 -457 -346 204 -300 -474 164 -107 -572 -8 83 -541 -224 180 -420 -374 201 -236 -531 83 27 -564 -112 131 -507 -254
199 -311 -495 143 -46 -579 -90 136 -472 -338 202 -287 -477 169 -124 -568 17 48 -568 -135 162 -430 -422 172 -74 -577
-13 92 -534 -243 194 -355 -465 156 -81 -578 -64 139 -449 -384 193 -198 -538 110 -44 -577 -6 66 -552 -164 161 -460
-344 205 -281 -504 134 -28 -576 -118 156 -437 -381 200 -220 -540 83 11 -568 -160 172 -414 -408 188 -125 -572 -32 139
-492 -321 205 -262 -504 142 -83 -574 0 48 -571 -106 137 -501 -266 190 -391 -406 194 -186 -553 83 -13 -577 -49 103
-515 -280 201 300 -506 131 -45 -578 -80 138 -462 -361 201 -211 -554 32 74 -533 -235 187 -372 -442 182 -147 -566 25
68 -535 -244 194 -351 -463 174 -125 -570 15 72 -550 -190 172 -424 -385 198 -218 -536 96"""
LOTTERY = """162 671 933 414 788 730 817 33 536 875 670 236 473 167 877 980 316 950 456 92 517 557 956 954 104 178 794
278 147 773 437 435 502 610 582 780 689 562 964 791 28 97 848 281 858 538 660 972 671 613 867 448 738 966 139 636 847
659 754 243 122 455 195 968 793 59 730 361 574 522 97 762 431 158 429 414 22 629 788 999 187 215 810 782 47 34 108 986
25 644 829 630 315 567 919 331 207 412 242 607 668 944 749 168 864 442 533 805 372 63 458 777 416 340 436 140 919 350
510 572 905 900 85 389 473 758 444 169 625 692 140 897 672 288 312 860 724 226 884 508 976 741 476 417 831 15 318 432
241 114 799 955 833 358 935 146 630 830 440 642 356 373 271 715 367 393 190 669 8 861 108 795 269 590 326 866 64 523
862 840 219 382 998 4 628 305 747 247 34 747 729 645 856 974 24 568 24 694 608 480 410 729 947 293 53 930 223 203 677
227 62 455 387 318 562 242 428 968"""
MAVRO = """18 17 18 19 18 17 15 14 15 15 17 18 18 19 19 21 20 16 14 13 13 15 15 16 15 14 13 14 15 14 15 16 15 16 19
20 20 21 22 23 24 25 27 26 26 26 27 26 25 24"""  # 2.00 + this / 10000
MICHELSON = """85 74 90 107 93 85 95 98 98 88 100 98 93 65 76 81 100 100 96 96 96 94 96 94 88 80 85 88 90 84 83 79 81
88 88 83 80 79 76 80 88 88 88 86 72 72 62 86 97 95 88 91 85 87 84 84 85 84 84 84 89 81 81 82 80 77 76 74 75 76 91 92 89
86 88 72 84 85 85 78 89 84 78 81 76 81 79 81 82 85 87 87 81 74 81 94 95 80 81 87"""  # 299 + this / 100


def ints(text):
    return [int(t) for t in text.split()]


def alternating(first, low, high):
    return [first] + [low, high] * 500


def pi_digits(n):
    mpmath.mp.dps = n + 20
    digits = [int(c) for c in mpmath.nstr(mpmath.pi, n + 10).replace(".", "")[:n]]
    mpmath.mp.dps = 40
    digits[956] = 3  # pi has 8 there; the certified values hold for NIST's file, which has 3
    return digits


def weyl(n):
    """Multiples of 2^-32 in [-1/2, 1/2): i 2654435761 mod 2^32."""
    return [((i * 2654435761) % 2**32) * 2.0**-32 - 0.5 for i in range(1, n + 1)]


SETS = [
    # name, values, certified mean, certified standard deviation
    ("PiDigits", [float(d) for d in pi_digits(5000)], "4.53480000000000", "2.86733906028871"),
    ("Lottery", [float(v) for v in ints(LOTTERY)], "518.958715596330", "291.699727470969"),
    ("Lew", [float(v) for v in ints(LEW)], "-177.435000000000", "277.332168044316"),
    ("Mavro", [float("2.00%02d" % v) for v in ints(MAVRO)], "2.00185600000000", "0.000429123454003053"),
    ("Michelso", [float("%d.%02d" % (299 + v // 100, v % 100)) for v in ints(MICHELSON)], "299.852400000000",
     "0.0790105478190518"),
    ("NumAcc1", [10000001.0, 10000003.0, 10000002.0], "10000002", "1"),
    ("NumAcc2", alternating(1.2, 1.1, 1.3), "1.2", "0.1"),
    ("NumAcc3", alternating(1000000.2, 1000000.1, 1000000.3), "1000000.2", "0.1"),
    ("NumAcc4", alternating(10000000.2, 10000000.1, 10000000.3), "10000000.2", "0.1"),
    # by formula, nothing certified
    ("weyl", weyl(1000), "nan", "nan"),
    ("weyl_cubed", [v * v * v for v in weyl(3000)], "nan", "nan"),
    ("weyl_far", [1e9 + v for v in weyl(2000)], "nan", "nan"),
    ("weyl_wild", [v * 2.0 ** (int(abs(v) * 2**16) % 41 - 20) for v in weyl(2500)], "nan", "nan"),
]


def root(f):
    return (Decimal(f.numerator) / Decimal(f.denominator)).sqrt()


def exact(values):
    x = [Fraction(v) for v in values]
    n = len(x)
    mean = sum(x) / n
    m2, m3, m4 = (sum((v - mean) ** k for v in x) / n for k in (2, 3, 4))
    skew = (Decimal(m3.numerator) / Decimal(m3.denominator)) / (root(m2) ** 3)
    return float(mean), float(root(m2 * n / (n - 1))), float(skew), float(m4 / m2**2)


def rank(n, p, tail):
    """Largest r with P(B <= r - 1) <= tail, from the probability mass at a guess and a walk."""
    p, tail = mpmath.mpf(p), mpmath.mpf(tail)
    z = -mpmath.sqrt(2) * mpmath.erfinv(2 * tail - 1)
    k = max(int(n * p - z * mpmath.sqrt(n * p * (1 - p))), 0)
    mass = mpmath.exp(mpmath.loggamma(n + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(n - k + 1)
                      + k * mpmath.log(p) + (n - k) * mpmath.log1p(-p))
    below, term, odds = mpmath.mpf(0), mpmath.mpf(1), (1 - p) / p
    for j in range(k, 0, -1):
        term *= j * odds / (n - j + 1)
        below += term
        if term < below * mpmath.mpf(10) ** -25:
            break
    cdf = mass * (1 + below)  # P(B <= k)
    while cdf <= tail:
        mass *= (n - k) / (odds * (k + 1))
        k += 1
        cdf += mass
    while cdf > tail:
        cdf -= mass
        mass *= k * odds / (n - k + 1)
        k -= 1
    return k + 1


def table(name, values):
    print("static const double %s_values[] = {" % name)
    line = "   "
    for v in values:
        item = " %s," % (repr(v) if v != int(v) else "%d" % v)
        if len(line) + len(item) > 118:
            print(line)
            line = "   "
        line += item
    print(line.rstrip(",") + "};")


def main():
    print("/* reference.h -- printed by reference.py; not edited by hand. Data: NIST Statistical Reference Datasets. */")
    print("/* clang-format off */")
    print("#ifndef TEPUI_TEST_STAT_REFERENCE_H\n#define TEPUI_TEST_STAT_REFERENCE_H\n#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n")
    for name, values, _, _ in SETS:
        if name in ("Lottery", "Lew", "Mavro", "Michelso"):
            table(name, values)
    print("\ntypedef struct {\n    const char *name;\n    const double *values; /* NULL: made by formula */")
    print("    size_t n;\n    double mean, sd, skewness, kurtosis; /* of the stored doubles, exact and rounded once */")
    print("    double certified_mean, certified_sd;     /* NIST */\n} reference_set;")
    print("static const reference_set reference_sets[] = {")
    for name, values, mean, sd in SETS:
        stored = name + "_values" if name in ("Lottery", "Lew", "Mavro", "Michelso") else "NULL"
        print('    {"%s", %s, %d, %r, %r, %r, %r, %s, %s},' % ((name, stored, len(values)) + exact(values)
              + (mean.replace("nan", "NAN"), sd.replace("nan", "NAN"))))
    print("};\n\n/* Ranks: r and s of the distribution-free interval. */")
    print("static const struct {\n    uint64_t n;\n    double p, confidence;\n    uint64_t r, s;\n} reference_ranks[] = {")
    for n in (1000, 10**6 + 7, 10**9, 10**10):
        for p in (0.5, 0.05, 0.75, 0.001):
            for c in (0.5, 0.95, 0.999):
                tail = 0.5 * (1.0 - c)
                print("    {%du, %r, %r, %du, %du}," % (n, p, c, rank(n, p, tail), n + 1 - rank(n, 1.0 - p, tail)))
    print("};\n#endif")


if __name__ == "__main__":
    main()
