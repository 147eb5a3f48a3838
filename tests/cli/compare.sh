#!/bin/sh
# compare.sh -- `tepui compare`: true nulls, planted differences, the rate of false alarms, NumPy's numbers, bad input.
. "${srcdir:-.}/tests/cli/lib.sh"
cat >a.yaml <<'END'
seed: 1
grid: {depth: [1, 2, 3, 4, 5], width: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21], activation: linear, init: he}
data: {source: sphere, dimension: 3}
loss: output
observables: [gradient_norm]
samples: 200
output: {raw: 200}
END
sample() { # NAME KEY=VALUE...
    name=$1; shift
    n=$#
    for x; do set -- "$@" --set "$x"; done
    shift "$n"
    expect 0 "$tepui" run a.yaml -o "$name.h5" -q "$@"
}
small='grid.depth=[2, 4]' width='grid.width=3'
sample a; sample b seed=2
# 100 true nulls: the count of p <= 0.05 is at most Binomial(100, 0.05); P(more than 15) is 4e-5
expect 0 "$tepui" compare a.h5 b.h5 -O gradient_norm -c total -f csv; silent err
check test "$(awk -F, 'NR > 1 && $7 == "ks"' out | wc -l)" -eq 100
check test "$(awk -F, 'NR > 1 && $13 <= 0.05' out | wc -l)" -le 15
check test "$(awk -F, 'NR > 1 && $13 <= 0.5' out | wc -l)" -ge 20
cp out lines.csv
sample bins output.raw=0 seed=3
expect 0 "$tepui" compare a.h5 bins.h5 -c total -f csv
check test "$(awk -F, 'NR > 1 && $7 == "ks-bins"' out | wc -l)" -eq 100
check test "$(awk -F, 'NR > 1 && $13 <= 0.05' out | wc -l)" -le 15
find_python 'h5py, numpy'
if [ -n "$python" ]; then
    cat >again.py <<'END'
import csv, h5py, numpy as np
from math import comb

row = next(r for r in csv.DictReader(open("lines.csv")) if r["cell_a"] == "7")
group = [h5py.File(n + ".h5")["gradient_norm" if "gradient_norm" in h5py.File(n + ".h5") else "observables/gradient_norm"] for n in "ab"]
text = [c.decode() if isinstance(c, bytes) else c for c in group[0]["component"][()]]
k = text.index("total")
raw = [g["samples" if "samples" in g else "raw"] for g in group]
x, y = (np.sort(r[int(row["cell_" + n]), k]) for r, n in zip(raw, "ab"))
at = np.concatenate([x, y])
d = np.max(np.abs(np.searchsorted(x, at, "right") / len(x) - np.searchsorted(y, at, "right") / len(y)))
assert abs(d - float(row["statistic"])) < 1e-12, (d, row)
n = len(x)  # equal sizes, by reflection: P(D >= h/n) = 2 sum (-1)^(k-1) C(2n, n-kh) / C(2n, n)
h = round(d * n)
p = 2 * sum((-1) ** (k - 1) * (comb(2 * n, n - k * h) / comb(2 * n, n)) for k in range(1, n // h + 1))
assert abs(p - float(row["p"])) < 1e-9, (p, row)
END
    expect 0 "$python" again.py
fi
# planted differences
sample small "$small" "$width"
sample init "$small" "$width" 'grid.init=xavier' seed=2
expect 65 "$tepui" compare small.h5 init.h5; says err 'no cell in common'; silent out
expect 1 "$tepui" compare small.h5 init.h5 --ignore init; says out differs
sample relu "$small" "$width" 'grid.activation=relu' seed=2
expect 1 "$tepui" compare small.h5 relu.h5 --ignore activation -c total -f json; says out '"zero"' '"differs"'
# not independent, not tested
expect 0 "$tepui" compare small.h5 small.h5; says out 'identical' ' 0 refused, 8 identical;'
sample longer "$small" "$width" samples=300
expect 1 "$tepui" compare small.h5 longer.h5; says out 'the same samples'; says err 'nothing was tested'
expect 0 "$tepui" compare small.h5 small.h5 -c last; says out '2 lines' ' identical '
expect 64 "$tepui" compare small.h5 small.h5 -c lasst
# few values: shares are tested, and the line says that they alone are
sample few "$small" grid.width=2 'grid.activation=relu' samples=6 output.bin_width=0.3
sample fewer "$small" grid.width=2 'grid.activation=relu' samples=5 seed=2 output.raw=0 output.bin_width=0.4
expect 0 "$tepui" compare few.h5 fewer.h5 -c total; says out ' zero ' 'same (shares alone'
# cells without a partner
sample more 'grid.depth=[2, 6]' "$width" seed=2
expect 0 "$tepui" compare small.h5 more.h5; says err 'small.h5 only: 1' 'more.h5 only: 1'
expect 1 "$tepui" compare small.h5 more.h5 --strict
expect 0 "$tepui" compare a.h5 b.h5 -c last --strict; says out ' 0 refused'

# --- samples of a text file: half of a result with itself under another seed, scaled, without cells that tell
expect 0 "$tepui" export b.h5 --samples; cp out b.csv
n() { head -n 1 b.csv | tr , '\n' | grep -n "^$1\$" | cut -d: -f1; }
awk -F, -v d="$(n depth)" -v w="$(n width)" -v c="$(n component)" -v v="$(n value)" \
    'BEGIN { print "width,depth,ln_value" } NR > 1 && $c == "total" && $d < 3 { print $w "," $d "," $v }' b.csv >half.csv
check test "$(wc -l <half.csv)" -eq 8001
expect 0 "$tepui" compare a.h5 half.csv -f csv; says err 'a.h5 only'
check test "$(grep -c ',total,ks,' out)" -eq 40
cut -d, -f3-13 out >from_text; expect 0 "$tepui" compare a.h5 b.h5 -c total -f csv
check test "$(head -n 41 out | cut -d, -f3-13)" = "$(cat from_text)" # number by number
expect 1 "$tepui" compare a.h5 half.csv --strict
expect 0 "$tepui" compare half.csv a.h5 -O gradient_norm -c total; says out ' total '
expect 1 "$tepui" compare half.csv a.h5 -c 1; says out 'differs'
expect 0 "$tepui" compare half.csv half.csv; says out '40 lines, 0 differ'
awk -F, 'NR == 1 { print "width,depth,gradient_norm" } NR > 1 { print $1 "," $2 "," exp($3) * 1.6 }' half.csv >scaled.csv
expect 1 "$tepui" compare a.h5 scaled.csv; says out 'differs'
awk 'BEGIN { for (i = 0; i < 30; i++) print (i % 3 ? i : 0) }' >dead.csv
sample one grid.depth=2 grid.width=3
expect 1 "$tepui" compare one.h5 dead.csv -f csv; says out differs
echo nan >>dead.csv
expect 1 "$tepui" compare dead.csv dead.csv; says err 'dead.csv: 1 of 31 samples are nan'
expect 64 "$tepui" compare a.h5 dead.csv; says err 'both match'
printf 'depth,value\n2,x\n' >bad.csv
expect 65 "$tepui" compare one.h5 bad.csv; says err "bad.csv:2: 'x' is no number"; silent out
printf -- '-1\n' >bad.csv
expect 65 "$tepui" compare one.h5 bad.csv; says err 'bad.csv:1: -1: a magnitude'; silent out
printf 'ln_value\n0\n' >bad.csv
expect 65 "$tepui" compare bad.csv dead.csv; says err 'transform'
expect 64 "$tepui" compare a.h5 b.h5 --ln; says err '--ln'
expect 64 "$tepui" compare a.h5 half.csv -O nothing; says err gradient_norm

# --- the p-values again, from their definitions
if [ -n "$python" ]; then
    cat >values.py <<'END'
import csv, json, math, subprocess, sys
from fractions import Fraction
import numpy as np

rng = np.random.default_rng(5)
def compare(*arguments):
    done = subprocess.run([sys.argv[1], "compare", *arguments, "-f", "json"], stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)
def write(name, x):
    np.savetxt(name, x, fmt="%.17g")
def line(x, y):
    write("x.csv", x), write("y.csv", y)
    return compare("x.csv", "y.csv")[0]

def paths(d, n, m):  # P(D >= d) over all orders, exact: lattice paths that stay inside
    count = [Fraction(0)] * (m + 1)
    for i in range(n + 1):
        for j in range(m + 1):
            if abs(i * m - j * n) >= round(d * n * m): count[j] = 0
            elif i == 0 and j == 0: count[j] = 1
            else: count[j] = (count[j] if i else 0) + (count[j - 1] if j else 0)
    return 1 - Fraction(count[m], math.comb(n + m, n))
for n, m, shift in ((9, 14, 0), (30, 17, 0.9), (40, 41, 0.2)):
    x, y = np.sort(rng.normal(size=n)), np.sort(rng.normal(size=m) + shift)
    at = np.concatenate([x, y])
    d = np.abs(np.searchsorted(x, at, "right") / n - np.searchsorted(y, at, "right") / m).max()
    row, p = line(x, y), float(paths(d, n, m))
    print("ks", n, m, row["p"], p)
    assert row["test"] == "ks" and abs(row["statistic"] - d) < 1e-12 and abs(row["p"] - p) < 1e-9, (row, d, p)

def fisher(a, n, b, m):  # twice the smaller tail of the hypergeometric law, exact sums
    weight = [Fraction(math.comb(n, k) * math.comb(m, a + b - k)) for k in range(a + b + 1)]
    return min(Fraction(1), 2 * min(sum(weight[: a + 1]), sum(weight[a:])) / sum(weight))
for a, n, b, m in ((3, 40, 12, 35), (0, 25, 6, 30), (20, 20, 8, 22)):
    x = np.r_[np.full(a, np.inf), np.full(n - a, 1.0)]
    y = np.r_[np.full(b, np.inf), np.full(m - b, 1.0)]
    row, p = line(x, y), float(fisher(a, n, b, m))
    tests = 1 + (a < n and b < m)  # ks of the equal finite values has p = 1
    print("fisher", a, n, b, m, row["p"], tests * p)
    assert row["test"] == "infinite" and abs(row["p"] - min(1, tests * p)) < 1e-9 * max(p, 1e-3), (row, p)

def student(t, nu):  # two-sided tail, by the midpoint rule in the angle: t = sqrt(nu) tan(a), density ~ cos^(nu-1)
    a = math.atan(abs(t) / math.sqrt(nu))
    angle = a + (math.pi / 2 - a) * (np.arange(200000) + 0.5) / 200000
    inside = np.cos(angle) ** (nu - 1) * (math.pi / 2 - a) / 200000
    return 2 * inside.sum() * math.exp(math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2)) / math.sqrt(math.pi)
import h5py
for row in compare("mean_a.h5", "mean_b.h5", "-O", "gradient_norm"):
    v = []
    for s in "ab":
        f = h5py.File(f"mean_{s}.h5")["observables/gradient_norm"]
        k = [c.decode() if isinstance(c, bytes) else c for c in f["component"][()]].index(str(row["component"]))
        v.append([f[q][row["cell_" + s], k] for q in ("mean", "variance", "count")])
    (x, u, n), (y, w, m) = v
    t = (y - x) / math.sqrt(u / n + w / m)
    nu = (u / n + w / m) ** 2 / ((u / n) ** 2 / (n - 1) + (w / m) ** 2 / (m - 1))
    print("welch", t, nu, row["p"], student(t, nu))
    assert row["test"] == "welch" and abs(row["statistic"] - t) < 1e-9 and abs(row["p"] - student(t, nu)) < 1e-6, row
END
    sample mean_a "$small" "$width" output.raw=0 output.bin_width=0.3 samples=60
    sample mean_b "$small" "$width" output.raw=0 output.bin_width=0.4 samples=90 seed=2
    expect 0 "$python" values.py "$tepui"; cat out
fi
# what cannot be
expect 64 "$tepui" compare small.h5; says err 'two result files'
expect 64 "$tepui" compare a.h5 b.h5 relu.h5; says err 'relu.h5'
expect 64 "$tepui" compare a.h5 b.h5 -O gradient; says err gradient_norm
expect 64 "$tepui" compare a.h5 b.h5 -c nothing; says err nothing
expect 64 "$tepui" compare a.h5 b.h5 --ignore deptth; says err depth
expect 64 "$tepui" compare a.h5 b.h5 --ignore depth; says err 'both match'
expect 64 "$tepui" compare a.h5 b.h5 --false-alarm 2; says err 2
expect 65 "$tepui" compare a.h5 a.yaml; silent out
expect 74 "$tepui" compare a.h5 nowhere.h5; silent out
sample other "$small" "$width" 'observables=[forward_norm]' seed=2
expect 65 "$tepui" compare small.h5 other.h5; says err 'no observable in common'
finish
