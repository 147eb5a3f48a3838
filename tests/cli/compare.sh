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
expect 1 "$tepui" compare small.h5 small.h5; says out 'the same samples'; says err 'nothing was tested'
# cells without a partner
sample more 'grid.depth=[2, 6]' "$width" seed=2
expect 0 "$tepui" compare small.h5 more.h5; says err 'small.h5 only: 1' 'more.h5 only: 1'
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
