#!/usr/bin/env python3
"""coverage.py -- coverage of the intervals and validity of the p-values that the program prints, over many seeds.

    coverage.py TEPUI [SEEDS]

The truth of table, trend and threshold is one run of 400 times as many samples: its error is a twentieth of the half
width of an interval. That of escape is the mean of the ranks (median of the medians) of all seeds: a run of many
samples printed no rank at depth 12. The truth of verify is that its laws hold. Rows are counts
over seeds and over cells, which share no samples; rows of p-values count lines, and a cell may have several that share
its samples, so that their bound is taken for as many independent trials as there are seeds and cells.

A row fails where a share of 95 % or more (of 5 % or less for p, and for families) is refuted: where the binomial
probability of a count so bad is below 1e-4. Intervals between order statistics cover more than they say, and p is the
least of several tests by Bonferroni's rule: only the dangerous side counts."""
import concurrent.futures, csv, math, os, statistics, subprocess, sys, tempfile

TEPUI, SEEDS = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
LEVEL, LEAST = 0.05, 1e-4
os.environ["OMP_NUM_THREADS"] = "1"

NORMS = """seed: 1
grid: {depth: [8, 16, 32, 64], width: [16, depth/2, depth, 2*depth], activation: relu, init: he}
data: {source: sphere}
readout: dense
loss: output
sampler: reduced
observables: [output_gradient_norm]
samples: 400
output: {layers: 4}
"""
ESCAPE = """seed: 1
grid: {depth: [2, 4, 8, 12], width: 1, activation: linear, init: lecun, law: uniform}
data: {source: sphere, targets: one}
readout: none
dynamics: {optimizer: gd, rate: 0.01, steps: 200000}
observables: [escape_time, escape_rate]
samples: 256
output: {raw: 256}
"""
# dead samples (ReLU at widths 1 and 2), values without spread (traces of R, tilt 1), tilts, heavy tails
DEAD = """seed: 1
grid: {depth: [3, 12], width: [1, 2, 6], activation: [relu, linear], init: he}
data: {source: sphere}
readout: dense
loss: mse
observables: [forward_norm, output_gradient_norm, jacobian_vector_norm, weighted_norm4, hessian_trace]
samples: 2000
output: {raw: 2000}
"""
TILTED = """seed: 1
grid: {depth: [5, 40], width: [4, 32], activation: [relu, linear], init: he, tilt: [1, 1.5, 2]}
data: {source: sphere}
readout: none
loss: output
sampler: tilted
observables: [weighted_norm2, weighted_norm4]
samples: 400
output: {raw: 400}
"""
WIDE = """seed: 1
grid: {depth: [4, 8, 16], width: [32, 64], activation: [tanh, relu], init: he, law: [gaussian, uniform]}
data: {source: gaussian, dimension: 64, resample: true}
readout: none
loss: output
observables: [forward_norm, jacobian_vector_norm]
samples: 100
output: {raw: 100, layers: 1}
"""


def tepui(*words, may_fail=False):
    done = subprocess.run([TEPUI, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in ((0, 1) if may_fail else (0,)):
        sys.exit("coverage: tepui %s: status %d: %s" % (" ".join(words), done.returncode, done.stderr))
    return done.stdout


def run(yaml, seed, samples=None):
    with open("x.yaml", "w") as f: f.write(yaml)
    more = ["--set", "samples=%d" % samples] if samples else []
    if samples and "raw" in yaml: more += ["--set", "output.raw=%d" % samples]
    tepui("run", "x.yaml", "-o", "x.h5", "--quiet", "--set", "seed=%d" % seed, *more)


def rows(command, *words):
    return list(csv.DictReader(tepui(command, "x.h5", "--format", "csv", *words, may_fail=command == "verify").splitlines()))


def number(text):
    return float(text) if text not in ("", "-") else math.nan


def intervals_of_norms():
    """(row of the table, which one) -> value, low, high"""
    out = {}
    for statistic in ("median", "quantile=0.05", "quantile=0.95"):
        for r in rows("table", "--observable", "output_gradient_norm", "--component", "1", "--interval", "--log",
                      "--statistic", statistic):
            for k in list(r)[1:]:
                if k + " low" in r:
                    out["table: " + statistic, (r["depth"], k)] = tuple(number(r[k + e]) for e in ("", " low", " high"))
    for r in rows("trend", "--observable", "output_gradient_norm:1", "--log"):
        if r["width"] != "16": continue  # of the others the median is no exponential of the depth
        for q in ("rate", "change"):
            out["trend: " + q, r["width"]] = tuple(number(r[q + e]) for e in ("", "_low", "_high"))
    for r in rows("threshold"):
        name = ("exponent" if "exponent" in r["quantity"] else "growth" if "growth" in r["quantity"] else "half width")
        out["threshold: " + name, r["cells"]] = tuple(number(r[q]) for q in ("fitted", "low", "high"))
    return out


def intervals_of_escape():
    out = {}
    for r in rows("escape")[:4]:
        out["escape: median, depth " + r["depth"], 0] = tuple(number(r[q]) for q in ("median", "low", "high"))
        out["escape: rank, depth " + r["depth"], 0] = tuple(number(r[q]) for q in ("rank", "rank_low", "rank_high"))
    return out


def at_most(n, p, k):
    """P(Bin(n, p) <= k)"""
    total = 0.0
    for i in range(int(k) + 1):
        total += math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p)
                          + (n - i) * math.log1p(-p))
    return min(total, 1)


failed = 0


def tell(name, trials, share, claim, tail):
    global failed
    bad = trials == 0 or tail < LEAST
    failed += bad
    print("| %s | %d | %.1f %% | %s %.0f %% | %s |" % (name, trials, 100 * share, ">=" if claim > 0.5 else "<=", 100 * claim,
                                                   "REFUTED" if bad else "not refuted"), flush=True)


def measure(yaml, look, seed, samples=None):
    """What look() finds in a run of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run(yaml, seed, samples)
        found = look()
        os.chdir("/")
    return found


def measure_all(yaml, look):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        return list(pool.map(measure, [yaml] * SEEDS, [look] * SEEDS, range(1, SEEDS + 1)))


def middle(name, values):
    return statistics.median(values) if "median" in name else statistics.fmean(values)


def cover(yaml, intervals, many):
    found = measure_all(yaml, intervals)
    if many:
        truth = {k: v[0] for k, v in measure(yaml, intervals, 10 ** 6, many).items()}
    else:
        truth = {k: middle(k[0], [f[k][0] for f in found if k in f and not math.isnan(f[k][0])] or [math.nan])
                 for f in found for k in f}
    hits, trials = {}, {}
    for key, (value, low, high) in (item for f in found for item in f.items()):
        if math.isnan(low) or math.isnan(high) or math.isnan(truth.get(key, math.nan)): continue
        trials[key[0]] = trials.get(key[0], 0) + 1
        hits[key[0]] = hits.get(key[0], 0) + (low <= truth[key] <= high)
    for name in sorted(trials):
        n, k = trials[name], hits[name]
        tell(name, n, k / n, 1 - LEVEL, at_most(n, 1 - LEVEL, k))
    if not trials: tell("no interval at all", 0, 0, 1 - LEVEL, 0)


def verdicts():
    return [r for r in rows("verify", "--false-alarm", str(LEVEL)) if not r["verdict"].startswith("refused")]


def verify(name, yaml):
    small, lines, families, moments, inside, cells = {}, {}, 0, 0, 0, {}
    for seed, tested in enumerate(measure_all(yaml, verdicts)):
        families += any(r["verdict"] == "fails" for r in tested)
        for r in tested:
            law = r["law"]
            small[law] = small.get(law, 0) + (not number(r["p"]) > LEVEL)
            lines[law] = lines.get(law, 0) + 1
            cells.setdefault(law, set()).add((seed, r["cell"]))
            if r["test"] == "moment":
                moments += 1
                inside += number(r["low"]) - 1e-9 <= number(r["predicted"]) <= number(r["high"]) + 1e-9
    for law in lines:
        n, share = len(cells[law]), small[law] / lines[law]
        tell("verify, %s: p <= 0.05, %s" % (name, law), lines[law], share, LEVEL,
             1 - at_most(n, LEVEL, math.ceil(share * n) - 1) if share else 1)
    if moments: tell("verify, %s: intervals of means" % name, moments, inside / moments, 1 - LEVEL,
                     at_most(moments, 1 - LEVEL, inside))
    tell("verify, %s: files with a failure" % name, SEEDS, families / SEEDS, LEVEL,
         1 - at_most(SEEDS, LEVEL, families - 1) if families else 1)


print("| what | trials | measured | claim | at 1e-4 |\n|---|---|---|---|---|")
cover(ESCAPE, intervals_of_escape, 0)
for name, yaml in (("dead samples", DEAD), ("tilts", TILTED), ("wide nets", WIDE)): verify(name, yaml)
cover(NORMS, intervals_of_norms, 160000)
print("%d rows fail; %d seeds" % (failed, SEEDS))
sys.exit(1 if failed else 0)
