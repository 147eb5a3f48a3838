#!/bin/sh
# values.sh -- what table and histogram print against the file read by h5py, an independent reader; and every JSON
# output read by Python's parser. Skipped where Python has no h5py.
. "${srcdir:-.}/tests/cli/lib.sh"
need_python h5py
cat >e.yaml <<'END'
seed: 11
grid: {depth: [1, 4, 40], width: [1, depth, 4*depth], init: [he, xavier]}
data: {targets: gaussian}
observables: [forward_norm, gradient_norm]
samples: 300
END
expect 0 "$tepui" run e.yaml -q
"$tepui" table e.h5 -O gradient_norm --format json >table.json
"$tepui" table e.h5 -O gradient_norm --rows component --format json -s sd >layers.json
"$tepui" table e.h5 -O forward_norm -s quantile=0.25 --log --format csv --where init=he >table.csv
"$tepui" table e.h5 -O gradient_norm --with dead --format json >dead.json
"$tepui" table e.h5 -O gradient_norm --with dead --format csv >dead.csv
"$tepui" histogram e.h5 -O gradient_norm --cell 17 --format json >histogram.json
"$tepui" status e.h5 --format json >status.json
"$tepui" replay e.h5 --cell 5 --sample 1 --format json >replay.json
"$tepui" list activation --format json >list.json
checks=$((checks + 1))
"$python" - >out 2>err <<'END' || wrong 'values differ from those h5py reads'
import csv, json, math, h5py
f = h5py.File('e.h5')
text = lambda d: [x.decode() if isinstance(x, bytes) else x for x in d[()]]
depth, width, init = list(f['cells/depth'][()]), text(f['cells/width_expression']), text(f['cells/init'])
cell_of = {(int(d), w, i): n for n, (d, w, i) in enumerate(zip(depth, width, init))}

def close(a, b): return a == b or math.isclose(a, b, rel_tol=1e-13)  # exp() of two libraries

def column(o, name): return text(f['observables'][o]['component']).index(name)

g = f['observables/gradient_norm']
half = list(f['observables/gradient_norm/probability'][()]).index(0.5)
records = json.load(open('table.json'))['records']
assert len(records) == 18
for r in records:
    at = cell_of[r['depth'], r['width'], r['init']], column('gradient_norm', r['component']), half
    assert r['component'] == 'total'
    for key, name in ('value', 'quantile'), ('low', 'quantile_low'), ('high', 'quantile_high'):
        assert close(r[key], math.exp(g[name][at])), (r, g[name][at])
    assert r['ln'] == g['quantile'][at] or r['ln'] == '-inf' and g['quantile'][at] == -math.inf

shares = []
for r in json.load(open('dead.json'))['records']:
    n, k = cell_of[r['depth'], r['width'], r['init']], column('gradient_norm', r['component'])
    assert close(r['dead'], g['zero'][n, k] / g['count'][n, k]), r
    shares.append(r['dead'])
assert max(shares) > .9 and min(shares) == 0
assert sorted(float(row[f'width={w} dead']) for row in csv.DictReader(open('dead.csv'))
              for w in ('1', 'depth', '4*depth')) == sorted(shares)

layers = json.load(open('layers.json'))['records']
assert len(layers) == 2 * 3 * (3 + 6 + 42)  # layers, output and total of depths 1, 4, 40
for r in layers:
    k = column('gradient_norm', r['component'])
    fits = [math.sqrt(g['variance'][n, k]) for n in range(18) if init[n] == r['init']
            and width[n] == r['width'] and (r.get('depth') or depth[n]) == depth[n] and g['count'][n, k]]
    assert any(r['value'] is None and math.isnan(x) or r['value'] is not None and close(r['value'], x)
               for x in fits), r

q = f['observables/forward_norm']
for row in csv.DictReader(open('table.csv')):
    for w in '1', 'depth', '4*depth':
        n = cell_of[int(row['depth']), w, 'he']
        k = max(j for j in range(q['count'].shape[1]) if q['count'][n, j] > 0)
        low = list(f['observables/forward_norm/probability'][()]).index(0.25)
        assert float(row['width=' + w]) == q['quantile'][n, k, low], (row, w)

bins = json.load(open('histogram.json'))
k = column('gradient_norm', 'total')
assert sum(b['count'] for b in bins) == 300
edges = list(g['bin_edges'][()])
for b in bins:
    if b['part'] == 'bin':
        i = edges.index(b['ln_low'])
        assert edges[i + 1] == b['ln_high'] and g['histogram'][17, k, i] == b['count']
        assert close(b['density'], b['count'] / 300 / (b['ln_high'] - b['ln_low']))
assert json.load(open('status.json'))[0]['samples'] == 300 * 16
assert len(json.load(open('replay.json'))['values']) > 3
assert any(k['name'] == 'relu' for k in json.load(open('list.json')))
END

expect 0 "$tepui" table e.h5 -O gradient_norm --with dead; says out ' 1  dead   depth  dead ' 'dead: share of samples that are 0'
expect 64 "$tepui" table e.h5 -O gradient_norm --with alive; says err "--with takes dead, got 'alive'"

# --- exact zeros of numbers that are no logarithms: counted, apart from the bin that has them, and the median among them
cat >zeros.yaml <<'END'
seed: 1
grid: {depth: 4, width: 2, activation: relu, init: he}
data: {source: sphere}
loss: output
observables: [effective_rank]
samples: 1000
output: {raw: 100}
END
expect 0 "$tepui" run zeros.yaml -o zeros.h5 --quiet
expect 0 "$tepui" table zeros.h5 --observable effective_rank --format csv; mv out median.csv
expect 0 "$tepui" table zeros.h5 --observable effective_rank --statistic zero --format csv; mv out zero.csv
expect 0 "$tepui" histogram zeros.h5 --observable effective_rank --format csv; mv out bins.csv
expect 0 "$tepui" run zeros.yaml -o raw.h5 --quiet --set output.raw=1000
check "$python" - <<'END'
import csv, h5py, numpy
x = h5py.File('raw.h5')['observables/effective_rank/samples'][0, 0]
zeros = int((x == 0).sum())
assert 500 < zeros < 900
value = lambda name: float(list(csv.reader(open(name)))[1][-1])
assert value('zero.csv') == zeros and value('median.csv') == 0
rows = [(r['part'], int(r['count'])) for r in csv.DictReader(open('bins.csv'))]
assert ('zero', zeros) in rows and sum(n for part, n in rows) == 1000, rows
o = h5py.File('zeros.h5')['observables/effective_rank']
assert o['origin'][0, 0] == zeros and o['zero'][0, 0] == 0 and o['histogram'][0, 0].sum() == 1000
assert (o['quantile'][0, 0][o['probability'][()] <= .5] == 0).all()
END

# --- dead samples are counted the same by curvature as by forward norms; parts that are 0 in living samples are no sign
cat >dead.yaml <<'END'
seed: 1
grid: {depth: 4, width: 2, activation: relu, init: he}
data: {source: sphere, targets: gaussian}
readout: dense
loss: mse
observables: [forward_norm]
samples: 500
END
expect 0 "$tepui" run dead.yaml -o norm.h5 --quiet
expect 0 "$tepui" run dead.yaml -o curved.h5 --quiet --set 'observables=[hessian_trace, hessian_block_norm]'
expect 0 "$tepui" run dead.yaml -o alive.h5 --quiet --set observables=hessian_trace --set grid.activation=linear --set data.targets=zero
check "$python" -c '
import h5py
dead = [int(h5py.File(n + ".h5")["cells/dead"][0]) for n in ("norm", "curved", "alive")]
assert dead[0] == dead[1] > 100 and dead[2] == 0, dead'
finish
