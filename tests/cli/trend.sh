#!/bin/sh
# trend.sh -- tepui trend from the outside: planted trends, formats, wrong usage; where Python has h5py, its numbers
# against numpy's own least squares on the file.
. "${srcdir:-.}/tests/cli/lib.sh"

cat >net.yaml <<'END'
seed: 8
grid: {depth: [16, 2, 4, 8], width: [2, 3, depth], init: he, activation: relu}
data: {source: sphere, targets: gaussian}
observables: [forward_norm, gradient_norm, hessian_extreme, negative_fraction]
samples: 300
output: {raw: 300, layers: 2}
END
expect 0 "$tepui" run net.yaml -o net.h5 --quiet

# --- rows are groups, blocks are observables; the default ones by all their names
expect 0 "$tepui" trend net.h5; silent err
says out 'gradient_norm, component total' 'component -lambda_min' 'component lambda_max' 'within a factor of 2' \
    width kappa vanishes '2 ... 16'
check test "$(grep -c '^ *depth ' out)" = 3
check test "$(grep -c -e forward_norm -e negative_fraction -e 'activation' out)" = 0
cp out first
expect 0 env TEPUI_SIMD=base "$tepui" trend net.h5; check cmp -s out first
expect 0 "$tepui" trend net.h5 -O gradient_norm,forward_norm; says out 'forward_norm, component last'
expect 0 "$tepui" trend net.h5 -O forward_norm -c output --where width=depth; says out 'component output'
check test "$(grep -c ' \.\.\. ' out)" = 1
expect 0 "$tepui" trend net.h5 -O gradient_norm:1,forward_norm; says out 'gradient_norm, component 1'; says out 'forward_norm, component last'

expect 0 "$tepui" trend net.h5 -O hessian_extreme -c lambda_min; mv out named
expect 0 "$tepui" trend net.h5 -O hessian_extreme --component=-lambda_min; check cmp -s out named
expect 0 "$tepui" trend net.h5 -O hessian_extreme --format csv; says out ',lambda_min,'
expect 0 "$tepui" trend net.h5 -O gradient_norm --from 4; says out '4 ... 16'
check test "$(grep -c '2 \.\.\.' out)" = 0

# --- numbers have other words
expect 0 "$tepui" trend net.h5 -O negative_fraction; says out slope first last 'less than 0.1 of the largest' bent
expect 0 "$tepui" trend net.h5 -O negative_fraction --share 3; says out stays

# --- planted: nets of width 1 with weights of exactly one size, whatever the signs: medians are known exactly
cat >signs.yaml <<'END'
seed: 9
grid: {depth: [1, 10, 100], width: 1, activation: linear, law: rademacher, init: lecun, gain: [0.5, 0.999, 1, 2]}
data: {source: sphere}
readout: none
observables: [forward_norm]
samples: 50
output: {raw: 50, layers: 2}
END
expect 0 "$tepui" run signs.yaml -o signs.h5 --quiet
expect 0 "$tepui" trend signs.h5 --format csv
check test "$(sed -e 1d -e 's/.*,//' out | tr '\n' ' ')" = 'vanishes stays stays explodes '
check test "$(sed -n 2p out | cut -d, -f 1-8)" = '0.5,forward_norm,last,ln,3,3,1,100'
expect 0 "$tepui" trend signs.h5 -w gain=2; says out '6.34e+29' 0.693 exp # 2^99
check test "$(grep -c 'gain' out)" = 0                                    # one group has nothing to be told by
expect 0 "$tepui" trend signs.h5 -w gain=2 --log; says out 68.6           # 99 ln 2
# 0.999^99 = 1 / 1.1041
expect 0 "$tepui" trend signs.h5 -w gain=0.999 --within 1.103; says out vanishes
expect 0 "$tepui" trend signs.h5 -w gain=0.999 --within 1.105; says out stays

# --- dead nets: of width 1, half of the layers are; a width that grows with the depth lives only in the end
cat >dead.yaml <<'END'
seed: 10
grid: {depth: [2, 8, 16], width: [1, "max(1, 3*depth-20)"], activation: relu, init: he}
data: {source: sphere}
readout: none
observables: [forward_norm]
samples: 100
END
expect 0 "$tepui" run dead.yaml -o dead.h5 --quiet
expect 0 "$tepui" trend dead.h5 --format csv
check test "$(grep '^1,' out)" = '1,forward_norm,last,ln,3,0,2,16,0,0,,,,,,,,,,,,vanishes'
check test "$(grep -c '^"max.*undecided' out)" = 1

# --- formats
expect 0 "$tepui" trend net.h5 --format csv
says out 'width,observable,component,transform,depths,points,first_depth,last_depth,first,last,rate,rate_low,rate_high'
check test "$(wc -l <out)" -eq 10
expect 0 "$tepui" trend net.h5 --format json
says out '"trend": "vanishes"' '"within": 2' '"observable": "hessian_extreme"'
expect 0 "$tepui" trend net.h5 --format latex; says out '\begin{tabular}' '& $['
expect 0 "$tepui" trend net.h5 --format markdown; says out '| width' '|--'

# --- wrong usage, and files that cannot tell
expect 65 "$tepui" trend net.h5 -w depth=4; says err 'three depths' grid.depth 'here are 1'; silent out
expect 65 "$tepui" trend net.yaml
expect 74 "$tepui" trend none.h5; says err none.h5
expect 64 "$tepui" trend; says err needed
expect 64 "$tepui" trend net.h5 two; says err "'two'"
for factor in 1 0.5 -2 x 2x nan inf ''; do expect 64 "$tepui" trend net.h5 "--within=$factor"; says err --within; done
for depth in 0 -1 x inf; do expect 64 "$tepui" trend net.h5 "--from=$depth"; says err --from; done
expect 65 "$tepui" trend net.h5 --from 8; says err 'three depths' 'here are 2'
expect 64 "$tepui" trend net.h5 --share 0; says err --share
expect 64 "$tepui" trend net.h5 -O gradient_nrom; says err "did you mean 'gradient_norm'"; silent out
expect 64 "$tepui" trend net.h5 -O ,; says err name
expect 64 "$tepui" trend net.h5 -c lambda_mn -O hessian_extreme; says err lambda_min
expect 64 "$tepui" trend net.h5 -w width=99; says err 99
expect 0 "$tepui" run net.yaml -o spectrum.h5 --quiet --set observables=hessian_spectrum --set samples=20
expect 64 "$tepui" trend spectrum.h5; says err hessian_spectrum independent
expect 0 "$tepui" run net.yaml -o tails.h5 --quiet --set 'output.probabilities=[0.1,0.9]' --set samples=20
expect 64 "$tepui" trend tails.h5; says err 'no quantile at probability 0.5'

# --- the same from h5py and numpy
find_python 'h5py, numpy'
[ -n "$python" ] || finish
"$tepui" trend net.h5 --format json -O gradient_norm,negative_fraction,hessian_extreme >trend.json
checks=$((checks + 1))
"$python" - >out 2>err <<'END' || wrong 'trends differ from those of numpy'
import json, math, h5py, numpy as np
f = h5py.File('net.h5')
text = lambda d: [x.decode() for x in d[()]]
depth, width, z = f['cells/depth'][()], text(f['cells/width_expression']), 1.959963984540054
student, critical = 4.302652729911275, 5.991464547107979  # t and chi2 with 2 degrees of freedom: closed forms

def line(x, y, e):
    A, w = np.c_[np.ones_like(x), x], 1 / e
    b = np.linalg.lstsq(A * w[:, None], y * w, rcond=None)[0]
    return b[1], math.sqrt(np.linalg.inv(A.T @ (A * w[:, None] ** 2))[1, 1]), sum((y - A @ b) ** 2 * w ** 2)

def spread(x, y, e):  # the variance that makes chi2 its mean, by bisection in ln v
    low, high = -60., 20.
    for _ in range(100):
        v = (low + high) / 2
        low, high = (v, high) if line(x, y, np.sqrt(e ** 2 + math.exp(v)))[2] > 2 else (low, v)
    return line(x, y, np.sqrt(e ** 2 + math.exp(high)))[:2]

def check(got, x, y, e, name):
    slope, error, chi2 = line(x, y, e)
    half, bent = z * error * max(1, math.sqrt(chi2 / 2)), chi2 > critical
    if bent:
        slope, error = spread(x, y, e)
        half = error * student
    for key, want in (name, slope), (name + '_low', slope - half), (name + '_high', slope + half):
        assert abs(got[key] - want) <= 1e-8 * (abs(slope) + half), (got, key, want)
    return bent, chi2

def difference(m, low, high, i):
    return m[i] - m[0] + np.array([0, -math.hypot(m[i] - low[i], high[0] - m[0]), math.hypot(high[i] - m[i], m[0] - low[0])])

def slows(x, m, low, high, sign):  # the exponent of the deeper half is surely less than half
    y, near, far = (m, low, high) if sign > 0 else (-m, -high, -low)
    h = 1 + np.argmin(abs(np.log(x[1:-1] ** 2 / (x[0] * x[-1]))))
    a, b = 0.5 / np.log(x[h] / x[0]), 1 / np.log(x[-1] / x[h])
    d = b * (y[-1] - y[h]) - a * (y[h] - y[0])
    return d + math.sqrt((a * (far - y)[0]) ** 2 + ((a + b) * (y - near)[h]) ** 2 + (b * (far - y)[-1]) ** 2) < 0

seen = set()
for r in json.load(open('trend.json'))['records']:
    o, ln = f['observables'][r['observable']], r['transform'] == 'ln'
    k, half = text(o['component']).index(r['component']), list(o['probability'][()]).index(0.5)
    cells = sorted((n for n in range(len(depth)) if width[n] == r['width']), key=lambda n: depth[n])
    m, low, high = (o[q][()][cells, k, half] for q in ('quantile', 'quantile_low', 'quantile_high'))
    x = depth[cells].astype(float)
    assert r['depths'] == 4
    if not np.isfinite(low).all(): continue  # dead nets are the unit tests' part
    e = np.maximum((high - low) / (2 * z), 1e-6 * (1 if ln else max(abs(np.r_[m, low, high]))))
    bent, chi2 = check(r, x, m, e, 'rate')
    assert abs(r['birge'] ** 2 - chi2 / 2) <= 1e-8 * max(chi2, 1)
    fits = not bent and 'line' or 'bent'
    if ln: fits = (('either', 'exp'), ('power', 'neither'))[bent][check(r, np.log(x), m, e, 'power')[0]]
    assert r['fits'] == fits, (r, fits)
    d = np.array([r['rate'], r['rate_low'], r['rate_high']]) * (x[-1] - x[0])
    if bent: d = difference(m, low, high, -1)
    got = np.array([r['change'], r['change_low'], r['change_high']])
    assert np.allclose(np.log(got) if ln else got, d, rtol=1e-8, atol=1e-10), (r, d)
    limit = math.log(2) if ln else 0.1 * max(abs(m))
    slow = lambda sign: ln and slows(x, m, low, high, sign)
    if d[2] < -limit: assert r['trend'] == ('falls', 'vanishes')[ln and not slow(-1)], r
    elif d[1] > limit: assert r['trend'] == ('rises', 'explodes')[ln and not slow(1)], r
    else:
        all_d = [difference(m, low, high, i) for i in (1, 2, 3)] if bent else [d]
        assert r['trend'] == ('undecided', 'stays')[abs(np.array(all_d)).max() <= limit], r
    seen |= {r['fits'], r['observable']}
assert {'gradient_norm', 'hessian_extreme', 'negative_fraction', 'bent'} < seen, seen
END
finish
