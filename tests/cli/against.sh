#!/bin/sh
# against.sh -- probabilities of values below or above a bound: against closed forms, what is refused. Laws of the user's
# own: own-law.sh.
. "${srcdir:-.}/tests/cli/lib.sh"
cat >e.yaml <<'END'
seed: 3
grid: {depth: [2, 4, 8], width: [3, depth], activation: relu, init: he}
data: {source: sphere}
readout: dense
loss: output
observables: forward_norm
samples: 2000
END
expect 0 "$tepui" run e.yaml -o bins.h5 --quiet
expect 0 "$tepui" run e.yaml -o raw.h5 --quiet --set output.raw=2000

# --- table --statistic below=X, above=X
for kind in below above; do
    for x in 0 0.5; do
        for f in bins raw; do
            expect 0 "$tepui" table $f.h5 -O forward_norm -s $kind=$x --format json; cp out $f-$kind-$x.json
        done
    done
done
expect 0 "$tepui" table raw.h5 -O forward_norm -s below=-0.6931471805599453 --log --format json; cp out log.json
expect 64 "$tepui" table raw.h5 -O forward_norm -s below=-1; says err 'none is below 0'
expect 64 "$tepui" table raw.h5 -O forward_norm -s below=1e-400; says err 'with --log'
expect 64 "$tepui" table raw.h5 -O forward_norm -s above=x; says err 'above=X takes a number'
expect 64 "$tepui" table raw.h5 -O forward_norm -s mean -i; says err 'below=X'
cat >shares.py <<'END'
import json, math, h5py
o = h5py.File("raw.h5")["observables/forward_norm"]
last = list(o["component"][()]).index(b"output")

def tail(n, p, k):  # P(B <= k), term by term
    return sum(math.exp(math.lgamma(n + 1) - math.lgamma(j + 1) - math.lgamma(n - j + 1) + j * math.log(p)
                        + (n - j) * math.log1p(-p)) for j in range(k + 1))

for kind in "below", "above":
    for x in "0", "0.5":
        exact, bins = (json.load(open("%s-%s-%s.json" % (f, kind, x)))["records"] for f in ("raw", "bins"))
        for cell, (e, b) in enumerate(zip(exact, bins)):
            raw = o["samples"][cell, last]
            n, hits = len(raw), int((raw <= (math.log(float(x)) if float(x) else -math.inf)).sum())
            hits = hits if kind == "below" else n - hits
            assert abs(e["value"] - hits / n) < 1e-12, (e, hits)
            assert abs(tail(n, e["high"], hits) - 0.025) < 1e-8, e  # Clopper and Pearson's definition
            assert abs(tail(n, 1 - e["low"], n - hits) - 0.025) < 1e-8, e
            assert b["low"] <= e["low"] and e["high"] <= b["high"] and abs(b["value"] - e["value"]) < 0.02, (e, b)
            if x == "0": assert (b["low"], b["high"]) == (e["low"], e["high"]), (e, b)
for a, b in zip(json.load(open("log.json"))["records"], json.load(open("raw-below-0.5.json"))["records"]):
    assert a == b, (a, b)
END
find_python h5py
if [ -n "$python" ]; then expect 0 "$python" shares.py; fi

finish
