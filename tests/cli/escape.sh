#!/bin/sh
# escape.sh -- tepui escape, and the laws of escape times, from the outside: tables, words, formats, wrong usage; where
# Python has h5py, medians and ranks from the raw samples by other means.
. "${srcdir:-.}/tests/cli/lib.sh"

cat >chain.yaml <<'END'
title: chains, "short" ones
seed: 2
grid: {depth: [16, 4, 20, 8, 12], width: 1, activation: linear, init: lecun, law: uniform}
data: {source: sphere, targets: one}
readout: none
dynamics: {optimizer: [gd, adam(epsilon=0)], rate: [0.003, 0.01], steps: 60000}
observables: [escape_time, escape_rate]
samples: 128
output: {raw: 128}
END
expect 0 "$tepui" run chain.yaml -o chain.h5 --quiet

# --- two tables; groups by their first cell, depths in order, whatever the file's order
expect 0 "$tepui" escape chain.h5; silent err
says out 'escape times' 'medians against depth' optimizer depth stable rank kappa trend
check test "$(grep -c -e '^ *gd ' out)" = 6
check test "$(sed -n 's/^ *gd  *\([0-9]*\)  *0.0.*/\1/p' out | tr '\n' ' ')" = '4 8 12 16 20 '
check test "$(grep -c '^ *gd .*grows$' out)" = 1
cp out first
expect 0 env TEPUI_SIMD=base "$tepui" escape chain.h5; check cmp -s out first
expect 0 "$tepui" escape chain.h5 --where rate=0.003 --where optimizer='adam(epsilon=0)' --within 3
check test "$(grep -c 'stays$' out)" = 1
check test "$(grep -c optimizer out)" = 0 # one group has nothing to be told by
expect 0 "$tepui" escape chain.h5 --where depth=4 --where optimizer=gd; says out undecided

# --- the same medians as the table's; --log, --digits
for depth in 4 8 12 16 20; do
    "$tepui" escape chain.h5 -w rate=0.003 -w optimizer=gd --log --digits 7 >all
    median=$(awk -v d=$depth '$1 == d && $2 == "0.003" { print $5 }' all)
    expect 0 "$tepui" table chain.h5 -O escape_time -c escape -w rate=0.003 -w optimizer=gd --log --digits 7
    check test "$(awk -v d=$depth '$1 == d { print $2; exit }' out)" = "$median"
done

# --- a limit that medians pass: they are known to be longer; rates that diverge are not taken
expect 0 "$tepui" run chain.yaml -o limit.h5 --quiet --set dynamics.steps=3000 --set dynamics.optimizer=gd --set dynamics.rate=0.003
expect 0 "$tepui" escape limit.h5; says out inf grows
check test "$(awk '$1 == 4 && $NF == "grows" { print $4 }' out)" -ge 1
expect 0 "$tepui" escape limit.h5 --within 100; says out undecided
expect 0 "$tepui" run chain.yaml -o wild.h5 --quiet --set dynamics.optimizer=gd --set 'dynamics.rate=[100, 200]' --set dynamics.steps=500
expect 0 "$tepui" escape wild.h5 --format csv
check test "$(sed -n 2p out)" = '4,,0,2,,,,,,,'
expect 0 "$tepui" escape wild.h5 --format json; says out '"rate": null' '"median": null' '"trend": "undecided"'
for file in chain limit wild; do
    "$tepui" escape $file.h5 --format json >$file.json
    command -v python3 >/dev/null && expect 0 python3 -m json.tool $file.json
done

# --- five samples: intervals without ends are not beyond the limit
expect 0 "$tepui" run chain.yaml -o few.h5 --quiet --set samples=5 --set 'grid.depth=[4, 6, 8]' --set dynamics.optimizer=gd --set dynamics.rate=0.003
expect 0 "$tepui" escape few.h5 --format json; says out '"points": 0, "beyond": 0' undecided

# --- formats
expect 0 "$tepui" escape chain.h5 --format csv
check test "$(head -1 out)" = 'optimizer,depth,rate,stable,rates,median,low,high,escaped,rank,rank_low,rank_high'
check test "$(wc -l <out)" -eq 11
expect 0 "$tepui" escape chain.h5 --format json; says out '"title": "chains, \"short\" ones"' '"status": "complete"' '"records"' '"trends"'
expect 0 "$tepui" escape chain.h5 --format latex
check test "$(grep -c 'begin{tabular}' out)" = 2
expect 0 "$tepui" escape chain.h5 --format markdown; says out '## escape' '### medians' ' gd |'

# --- verdicts
expect 0 "$tepui" verify chain.h5; says out E1 E1r ' 0 fail'
check test "$(grep -c '^E1r .*holds' out)" -ge 2
check test "$(grep -c '^E1 .*slope.*holds' out)" = 2
expect 0 "$tepui" verify chain.h5 --law E2; says out E2 slope ' 0 fail'
expect 1 "$tepui" verify chain.h5 --law C8; says out refused 'gradient descent only'
cp chain.h5 saved.h5
expect 0 "$tepui" verify saved.h5 --save
cat >equal.yaml <<'END'
seed: 12
grid: {depth: [4, 6], width: 1, activation: linear, init: lecun, law: rademacher, gain: [0.5, 0.7]}
data: {source: sphere, targets: one}
readout: none
dynamics: {optimizer: gd, rate: 0.01, steps: 5000}
observables: [escape_time]
samples: 500
output: {raw: 500}
END
expect 0 "$tepui" run equal.yaml -o equal.h5 --quiet
expect 0 "$tepui" verify equal.h5 --save; says out C8 ' 0 fail'
check test "$(grep -c '^C8 .*holds' out)" = 4

# --- theory
expect 0 "$tepui" theory C8 --depth 6 --gain 0.7 --set dynamics.rate=0.01; says out never 0.500000 'probability of' 'distance allowed'
expect 0 "$tepui" theory C8 --depth 100; says out 'never       1.00000'
# uniform weights, 12 of them: Gamma median 11.668 - 6 ln 3 - 2 ln 12 + ln 100 (law E1)
expect 0 "$tepui" theory E1 --weights uniform --depth 12 --set dynamics.rate=0.01; says out 4.712 0.500000
expect 0 "$tepui" theory E1 --weights uniform --depth 12 --set dynamics.rate=0.001; says out 7.014
expect 0 "$tepui" theory E1 --weights gaussian --depth 12 --format csv; says out 'distance allowed,0.5'
expect 0 "$tepui" theory E1r --depth 16; says out 'rank correlation, at most' -0.750000
# (a + tau) ln(a + tau) - tau ln tau = a, a = sqrt 3: tau = 0.26442; ln(tau/0.002)
expect 0 "$tepui" theory E2 --weights uniform --set dynamics.optimizer=signsgd --set dynamics.rate=0.002; says out 4.884 0.250000
expect 0 "$tepui" theory E3 --depth 32 --width 2; says out 'ln of the median' 1.00000
expect 64 "$tepui" theory C8 --gain 0.99; says err plateau
expect 64 "$tepui" theory E1 --depth 4; says err 'eight weights'
expect 64 "$tepui" theory E2 --set dynamics.optimizer=gd; says err signsgd
expect 64 "$tepui" theory E1 --set dynamics.rate=1; says err 'up to 0.1'

# --- wrong usage, and files that cannot tell
expect 0 "$tepui" help escape; says out 'tepui escape' --within --where Kaplan
expect 64 "$tepui" escape; says err needed
expect 64 "$tepui" escape chain.h5 two; says err "'two'"
for factor in 1 0.5 -2 x 2x nan inf ''; do expect 64 "$tepui" escape chain.h5 "--within=$factor"; says err --within; done
expect 64 "$tepui" escape chain.h5 --where depth=5; says err 5
expect 64 "$tepui" escape chain.h5 --where dpeth=4; says err "did you mean 'depth'"
expect 64 "$tepui" escape chain.h5 --observable escape_time
expect 65 "$tepui" escape chain.yaml
expect 74 "$tepui" escape none.h5; says err none.h5
expect 0 "$tepui" run chain.yaml -o other.h5 --quiet --set observables=path_loss --set samples=4 --set grid.depth=4 --set dynamics.steps=50
expect 65 "$tepui" escape other.h5; says err 'no escape_time'; silent out
expect 0 "$tepui" run chain.yaml -o tails.h5 --quiet --set 'output.probabilities=[0.1,0.9]' --set samples=8 --set grid.depth=4 --set dynamics.steps=50
expect 65 "$tepui" escape tails.h5; says err 'no medians'; silent out

# --- the same from the raw samples
find_python 'h5py, numpy'
[ -n "$python" ] || finish
checks=$((checks + 1))
"$python" - >out 2>err <<'END' || wrong 'tables differ from the raw samples'
import json, h5py, numpy as np

def kaplan_meier(t):  # the first time at which less than half are left; the middle between two where exactly half are
    times, left = np.unique(t[t < np.inf]), 1.0  # -inf: at the start
    for i, x in enumerate(times):
        left *= 1 - (t == x).sum() / (t >= x).sum()
        if abs(left - 0.5) < 1e-9: return (x + (times[i + 1] if i + 1 < len(times) else np.inf)) / 2
        if left < 0.5: return x
    return np.inf

def ranks(x):  # equal values share the mean of theirs
    return np.array([(x < v).sum() + ((x == v).sum() + 1) / 2 for v in x])

text = lambda d: [x.decode() for x in d[()]]
for name in 'chain', 'limit':
    f = h5py.File(name + '.h5')
    time, rate = f['observables/escape_time'], f['observables/escape_rate']
    part = text(time['component'])
    optimizer, depth, step = text(f['cells/optimizer']), f['cells/depth'][()], f['cells/rate'][()]
    escape, diverged = (time['samples'][:, part.index(p)] for p in ('escape', 'divergence'))
    rows = json.load(open(name + '.json'))['records']
    assert len(rows) == (10 if name == 'chain' else 5)
    for r in rows:
        cells = [i for i in range(len(depth)) if depth[i] == r['depth'] and optimizer[i] == r.get('optimizer', 'gd')]
        stable = [i for i in cells if not (diverged[i] < np.inf).any()]
        assert (len(cells), len(stable)) == (r['rates'], r['stable'])
        if not stable: continue
        m = {i: kaplan_meier(escape[i]) for i in stable}
        best = min(stable, key=lambda i: (m[i], step[i]))
        assert step[best] == r['rate'], (r, m)
        got = np.log(float(r['median']))
        assert got == m[best] or abs(got - m[best]) < 1e-9, (r, m[best])
        assert abs((escape[best] < np.inf).mean() - r['escaped']) < 1e-12
        rho = np.corrcoef(ranks(escape[best]), ranks(-rate['samples'][best, 0]))[0, 1]
        assert abs(rho - r['rank']) < 1e-9, (r, rho)

for name, law, test in ('saved', 'E1', b'slope'), ('saved', 'E2', b'slope'), ('saved', 'E1r', b'rank'), ('equal', 'C8', None):
    g = h5py.File(name + '.h5')['laws/' + law]
    told = g['verdict'][()] == b'holds'
    assert told.any() and g.attrs['doc'] and g.attrs['source'], law
    assert np.isfinite(g['p'][()][told]).all() and np.isfinite(g['predicted'][()][told]).all(), law
    assert test is None or (g['test'][()][told] == test).all(), law
END
finish
