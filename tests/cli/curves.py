"""curves.py TEPUI GRID.CSV LAW... -- curves of `tepui theory` against closed forms (numbers of the standard library alone),
and of every law against itself: the density is the slope of the cdf, quantiles invert it, a list is its single cells."""
import csv, math, subprocess, sys

TEPUI, GRID, LAWS = sys.argv[1], sys.argv[2], sys.argv[3:]


def rows(*words):
    done = subprocess.run([TEPUI, "theory", *words, "--format", "csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True)
    table = list(csv.DictReader(done.stdout.splitlines()))
    return [{k: float(v) if v not in ("", "-") else math.nan for k, v in r.items()} for r in table]


def near(a, b, relative):
    return abs(a - b) <= relative * max(abs(a), abs(b))


def compare(words, law, points, relative=1e-9):
    """law: x -> density, cdf, survival. The smaller tail is right to 1e-10, density and bulk to 1e-12."""
    found = rows(*words, "--at", ",".join("%.17g" % x for x in points))
    assert [r["x"] for r in found] == points, (words, found)
    for r in found:
        density, cdf, survival = law(r["x"])
        assert near(r["density"], density, relative) or abs(r["density"] - density) < 1e-11, (words, r, density)
        assert near(r["cdf"], cdf, relative) and near(r["survival"], survival, relative), (words, r, cdf, survival)


def folded(x):
    """ln |Z|, Z standard normal."""
    z = math.exp(x)
    return math.sqrt(2 / math.pi) * z * math.exp(-z * z / 2), math.erf(z / math.sqrt(2)), math.erfc(z / math.sqrt(2))


def rayleigh(x):
    """ln of the norm of two standard normals."""
    s = math.exp(2 * x)
    return s * math.exp(-s / 2), -math.expm1(-s / 2), math.exp(-s / 2)


# N1 and C1 at depth 1, LeCun: |Z|, and the norm of two normals over sqrt 2; N2, He, width 2: dead 1/4, one live unit 1/2
deep = [-30.0, -8.0, -1.0, 0.0, 0.7, 1.5, 2.0]
compare(["C1", "-L", "1"], folded, deep)
compare(["N1", "-L", "1", "-d", "2"], lambda x: rayleigh(x + math.log(2) / 2), deep[:-1])
compare(["N2", "-L", "1", "-d", "2"], lambda x: tuple(
    a + b / 2 + c / 4 for a, b, c in zip((0, 0.25, 0), folded(x), rayleigh(x))), deep)
# C2: |w| uniform on [0, sqrt 3]; two of them: F(y) = y (1 - ln y) of y = |w v|/3
compare(["C2", "-L", "1"], lambda x: (math.exp(x) / 3 ** .5, math.exp(x) / 3 ** .5, 1 - math.exp(x) / 3 ** .5), [-30.0, -1.0, 0.5])
compare(["C2", "-L", "2"], lambda x: (lambda l: (-l * math.exp(l), math.exp(l) * (1 - l), -math.expm1(l) + l * math.exp(l)))(
    x - math.log(3)), [-30.0, -1.0, 0.5])
# two values: -inf and the rest of a ReLU chain that sees the sign only (H1: every second derivative of one ReLU unit is 0)
assert [r["cdf"] for r in rows("N2", "-L", "1", "-d", "2", "--at", "-inf,inf")] == [0.25, 1]

curves = 0
for law in LAWS:
    r = rows(law, "--grid", "61")
    if not r: continue
    curves += 1
    assert all(near(x["cdf"] + x["survival"], 1, 1e-12) for x in r), law
    assert all(a["x"] < b["x"] and a["cdf"] <= b["cdf"] for a, b in zip(r, r[1:])), law
    if math.isnan(r[0]["density"]): continue  # a few values
    if r[-1]["x"] - r[0]["x"] > 50: r = rows(law, "--grid", "2001")  # N11 at its edge is a square root: 7e-3, 4e-6 with these
    h, d = r[1]["x"] - r[0]["x"], [x["density"] for x in r]
    # Simpson's rule; one grid step at the ends of 1e-4 quantiles is what a kink or a jump may cost
    integral = h / 3 * (d[0] + 4 * sum(d[1:-1:2]) + 2 * sum(d[2:-1:2]) + d[-1])
    assert abs(integral - (r[-1]["cdf"] - r[0]["cdf"])) < 1e-4, (law, integral, r[0], r[-1])
    q = rows(law, "--probability", "0.5,0.99,0.9999")
    for x in q: assert x["x"] == -math.inf or near(x["cdf"], x["probability"], 1e-9), (law, x)
assert curves >= 15, curves

# a list: each row is the single cell
with open(GRID) as f: table = list(csv.DictReader(f))
assert len({(r["depth"], r["width"], r["activation"], r["gain"]) for r in table}) == 16
for r in table[::5]:
    one = subprocess.run([TEPUI, "theory", "N4", "-L", r["depth"], "-d", r["width"], "-a", r["activation"], "--gain", r["gain"],
                          "--format", "csv"], stdout=subprocess.PIPE, text=True).stdout
    alone = dict(csv.reader(one.splitlines()))
    for name, value in alone.items():
        if name in r: assert r[name] == value, (name, r, alone)
    assert sum(name in r for name in alone) > 10
