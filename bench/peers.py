#!/usr/bin/env python3
"""peers.py TEPUI: tepui's speed next to NumPy's and PyTorch's, measured in the same run.

Figures: Gaussian float64 normals per core; forward plus backward pass on freshly sampled ReLU nets, d = 64, L = 64, one
point, gradient norms of all layers, on two threads (NumPy: two processes of a plain loop; PyTorch: batches of 16 nets,
two threads); peak memory against the number of samples; share of publishing in the run time.
Curvature: the spectrum of a chain of 1,000 weights next to LAPACK's dense solver; the Hessian of a tanh net, L = 8, at
one point with all eigenvalues, next to torch.autograd.functional.hessian (the faster of its two settings) and eigvalsh;
Hessian times vector for a ReLU net, d = 64, L = 64, next to the fastest way in PyTorch, double backward through a graph
of the gradient that is kept. tepui on one thread, PyTorch in float64 on one or two, whichever is faster.
Dynamics: weights of linear chains, L = 32, moved by gradient descent, next to a NumPy loop over arrays [L, chains] on
one process; whole escapes, L = 16, on two threads, next to two processes of such a loop that tests every step and
leaves out what has ended; steps of gradient descent of a ReLU net, d = 64, L = 32, 64 points, next to PyTorch as above,
and on two threads next to two processes. Of several ways to write a peer the fastest counts.
The programs take turns, every figure is the median of the turns. Prints a table; machines are noisy, so nothing fails.
"""
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

TURNS = 3
CHILD = "--torch"
DEPTH = WIDTH = 64
STEP_DEPTH, STEP_WIDTH = 32, 64
numpy = torch = None


def import_peers():
    """After the memory figures: a child's peak counts the pages of the parent that it was forked from."""
    global numpy, torch
    try:
        import numpy
    except ImportError:
        numpy = None
    try:
        import torch
    except ImportError:
        torch = None


def tepui_figures(program):
    text = subprocess.run([program, "bench", "--format", "json"], check=True, capture_output=True, text=True).stdout
    return {(row["what"], row["how"]): float(row["value"]) for row in json.loads(text)}


def numpy_normals(seconds=0.5):
    rng, block, n = numpy.random.default_rng(1), numpy.empty(65536), 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        rng.standard_normal(out=block)
        n += block.size
    return n / (time.perf_counter() - start) / 1e6


def numpy_net(rng, x):
    """One net: weights, forward pass, backward pass of the mean output, norm of every weight gradient."""
    a, layers = x, []
    for _ in range(DEPTH):
        w = rng.standard_normal((WIDTH, WIDTH)) * (2 / WIDTH) ** 0.5
        z = w @ a
        layers.append((w, a, z > 0))
        a = numpy.maximum(z, 0)
    delta, norms = numpy.full(WIDTH, 1 / WIDTH), []
    for w, before, alive in reversed(layers):
        delta = delta * alive
        norms.append(numpy.linalg.norm(delta) * numpy.linalg.norm(before))
        delta = w.T @ delta
    return norms


def numpy_loop(seed_and_seconds):
    seed, seconds = seed_and_seconds
    rng, n = numpy.random.default_rng(seed), 0
    x = rng.standard_normal(WIDTH)
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        numpy_net(rng, x)
        n += 1
    return n / (time.perf_counter() - start)


def numpy_nets(seconds=1.0):
    with multiprocessing.Pool(2) as pool:
        return sum(pool.map(numpy_loop, [(1, seconds), (2, seconds)]))


def torch_nets(dtype, batch=16, seconds=1.0):
    torch.set_num_threads(2)
    x, n = torch.randn(batch, WIDTH, 1, dtype=dtype), 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        weights = [torch.randn(batch, WIDTH, WIDTH, dtype=dtype).mul_((2 / WIDTH) ** 0.5).requires_grad_()
                   for _ in range(DEPTH)]
        a = x
        for w in weights:
            a = torch.relu(w @ a)
        a.mean(dim=1).sum().backward()
        for w in weights:
            w.grad.flatten(1).norm(dim=1)
        n += batch
    return n / (time.perf_counter() - start)


def uniform_chains(rng, depth, count):
    return rng.uniform(-(3**0.5), 3**0.5, (depth, count))


def loop(step, weights, seconds=0.5):
    """Weights times steps, in millions per second."""
    n, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(10):
            step()
        n += 10
    return n * weights / (time.perf_counter() - start) / 1e6


def steps_by_quotients(w, rate=1e-9):
    """d loss / d w_k = (f - y) f / w_k, targets 1."""
    f, g = numpy.empty(w.shape[1]), numpy.empty_like(w)

    def step():
        numpy.multiply.reduce(w, axis=0, out=f)
        numpy.multiply(f, (f - 1) * rate, out=f)
        numpy.divide(f, w, out=g)
        numpy.subtract(w, g, out=w)

    return loop(step, w.size)


def steps_by_products(w, rate=1e-9):
    """The same from products of all before and all behind: no division, which a weight of 0 would not survive."""
    depth, count = w.shape
    before, behind = numpy.ones((depth + 1, count)), numpy.empty(w.shape)
    rows, left, right = list(w), list(before), list(behind)

    def step():
        for k in range(depth):
            numpy.multiply(left[k], rows[k], out=left[k + 1])
        numpy.multiply(left[depth] - 1, rate, out=right[-1])
        for k in range(depth - 1, 0, -1):
            numpy.multiply(right[k], rows[k], out=right[k - 1])
        numpy.multiply(behind, before[:depth], out=behind)
        numpy.subtract(w, behind, out=w)

    return loop(step, w.size)


def numpy_steps(depth=32):
    """Both ways at the numbers of chains that suit them."""
    rng = numpy.random.default_rng(1)
    return {"quotients": max(steps_by_quotients(uniform_chains(rng, depth, n)) for n in (1024, 2048)),
            "products": steps_by_products(uniform_chains(rng, depth, 2048))}


def numpy_escapes(seed, count=16384, depth=16, limit=20000, rate=0.01, every=100):
    """Steps at which the loss of `count` chains is half of the plateau's; those that have ended, or diverged, are left
    out every so often, until then their weights are 1 and do not move. Returns chains per second."""
    rng, start = numpy.random.default_rng(seed), time.perf_counter()
    w, index, escape = uniform_chains(rng, depth, count), numpy.arange(count), numpy.full(count, numpy.inf)
    square = (numpy.prod(w, axis=0) - 1) ** 2
    low, high = numpy.full(count, 0.5), 1e6 * numpy.maximum(square, 1)
    for t in range(limit + 1):
        if t % every == 0:
            on = low >= 0
            w, index, low, high = numpy.ascontiguousarray(w[:, on]), index[on], low[on], high[on]
            f, r, g = numpy.empty(len(index)), numpy.empty(len(index)), numpy.empty_like(w)
        numpy.multiply.reduce(w, axis=0, out=f)
        numpy.subtract(f, 1, out=r)
        f *= r
        r *= r
        ended = (r <= low) | (r > high)
        if ended.any():
            escape[index[ended & (r <= low)]] = t
            w[:, ended], f[ended], low[ended] = 1, 0, -1
        f *= rate
        numpy.divide(f, w, out=g)
        numpy.subtract(w, g, out=w)
    return count / (time.perf_counter() - start)


def numpy_escapes_twice():
    with multiprocessing.Pool(2) as pool:
        return sum(pool.map(numpy_escapes, [1, 2], chunksize=1))


def weights(count, width, gain):
    return [torch.randn(width, width, dtype=torch.float64).mul_((gain / width) ** 0.5) for _ in range(count)]


def torch_hessian(width, vectorize, depth=8):
    """Hessians with their spectra per second: P = depth width^2 weights as one vector, one point."""
    w = torch.cat([m.flatten() for m in weights(depth, width, 1)])
    x, y = torch.randn(2, width, 1, dtype=torch.float64)

    def loss(flat):
        a = x
        for m in flat.view(depth, width, width):
            a = torch.tanh(m @ a)
        return (a - y).square().sum() / 2

    start = time.perf_counter()
    torch.linalg.eigvalsh(torch.autograd.functional.hessian(loss, w, vectorize=vectorize))
    return 1 / (time.perf_counter() - start)


def torch_products(points, seconds=0.5):
    """Hessian times vector, per second; the gradient and its graph are there already."""
    w, v = [m.requires_grad_() for m in weights(DEPTH, WIDTH, 2)], weights(DEPTH, WIDTH, 1)
    a, y = torch.randn(2, WIDTH, points, dtype=torch.float64)
    for m in w:
        a = torch.relu(m @ a)
    gradient = torch.autograd.grad((a - y).square().sum() / (2 * points), w, create_graph=True)
    n, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        torch.autograd.grad(gradient, w, grad_outputs=v, retain_graph=True)
        n += 1
    return n / (time.perf_counter() - start)


def mlp(inputs):
    """Weights as rows W^T, as PyTorch likes them best; 64 points and 10 targets each."""
    sizes = [inputs] + [STEP_WIDTH] * STEP_DEPTH
    w = [torch.randn(m, n, dtype=torch.float64).mul_((2 / m) ** 0.5) for m, n in zip(sizes, sizes[1:])]
    w.append(torch.randn(STEP_WIDTH, 10, dtype=torch.float64).mul_((1 / STEP_WIDTH) ** 0.5))
    return w, torch.randn(64, inputs, dtype=torch.float64), torch.randn(64, 10, dtype=torch.float64)


def torch_step(product, w, x, y):
    """One step of gradient descent, in place."""
    a = x
    for m in w[:-1]:
        a = torch.relu(product(a, m))
    ((product(a, w[-1]) - y).square().sum() / (2 * len(x))).backward()
    with torch.no_grad():
        for m in w:
            m.sub_(m.grad, alpha=1e-6)
            m.grad = None


def torch_steps(inputs, seconds=0.5):
    """Steps per second: a W with W stored as it is used, or a W^T."""
    w, x, y = mlp(inputs)
    ways = [(lambda a, m: a @ m, w), (lambda a, m: a @ m.T, [m.T.contiguous() for m in w])]
    best = 0
    for product, leaves in ways:
        leaves, n = [m.requires_grad_() for m in leaves], 0
        torch_step(product, leaves, x, y)
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            torch_step(product, leaves, x, y)
            n += 1
        best = max(best, n / (time.perf_counter() - start))
    return best


def torch_steps_alone(inputs):
    torch.set_num_threads(1)
    return torch_steps(inputs, 1.0)


def torch_steps_twice(inputs):
    """Two processes together; fresh ones, as automatic differentiation does not survive a fork."""
    with multiprocessing.get_context("spawn").Pool(2, import_peers) as pool:
        return sum(pool.map(torch_steps_alone, [inputs] * 2, chunksize=1))


def torch_figures():
    """PyTorch's figures of curvature and steps, on as many threads as the environment says."""
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    figures = {f"hessian {d}": max(torch_hessian(d, vectorize) for vectorize in (True, True, False)) for d in (8, 16)}
    figures.update({f"product {points}": torch_products(points) for points in (1, 64)})
    figures.update({f"steps {inputs}": torch_steps(inputs) for inputs in (64, 784)})
    return figures


def best_torch_figures():
    """BLAS reads its number of threads when it is loaded: one process for each number."""
    runs = []
    for threads in ("1", "2"):
        env = dict(os.environ, OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads, MKL_NUM_THREADS=threads)
        text = subprocess.run([sys.executable, os.path.abspath(__file__), CHILD], check=True, capture_output=True,
                              text=True, env=env).stdout
        runs.append(json.loads(text))
    return {name: max(run[name] for run in runs) for name in runs[0]}


EXPERIMENT = """grid: {depth: 32, width: 32}
data: {source: sphere}
loss: output
observables: [forward_norm, gradient_norm]
"""


def memory_and_publishing(program):
    """Peak resident memory (MB) at N and 10 N samples, and the share of publishing in a run of about twenty seconds."""
    with tempfile.TemporaryDirectory() as folder:
        experiment = os.path.join(folder, "e.yaml")
        with open(experiment, "w", encoding="utf-8") as f:
            f.write(EXPERIMENT)
        peaks = []
        for samples in (20000, 200000):
            out = os.path.join(folder, f"{samples}.h5")
            process = subprocess.Popen([program, "run", experiment, "-o", out, "--quiet", "--set", f"samples={samples}"])
            _, _, usage = os.wait4(process.pid, 0)
            peaks.append(usage.ru_maxrss / 1024)
        with open(out + ".log", encoding="utf-8") as f:
            events = [json.loads(line) for line in f]
        publishing = sum(e.get("publish_seconds", 0) for e in events if e["event"] == "publish")
        return peaks, publishing / max(e.get("seconds", 0) for e in events)


def curvature_rows(value):
    chain, dense = ("chain spectrum L=1000", "1 thread"), ("dense spectrum n=1000", "1 thread, dsyevd")
    rows = []
    if dense in value:
        rows.append(("spectrum of a chain, L=1000, per second", value[chain], "LAPACK dense", value[dense], 100))
    if not torch:
        return rows
    for d, target in ((8, 20), (16, 3)):
        ours = value[(f"hessian d={d} L=8", "1 thread, 1 point")]
        rows.append((f"Hessian and spectrum, P={8 * d * d}, per second", ours, "torch float64", value[f"hessian {d}"],
                     target))
    for points, how, target in ((1, "1 point", 20), (64, "64 points", 5)):
        ours = value[("product d=64 L=64", f"1 thread, {how}")]
        rows.append((f"Hessian times vector, {how}, per second", ours, "torch float64", value[f"product {points}"],
                     target))
    return rows


def dynamics_rows(value):
    rows, two = [], ("chain escapes L=16", "2 threads") in value
    gd, net = ("chain gd L=32", "1 thread"), "gd step d=64 L=32"
    if numpy:
        way = max(("quotients", "products"), key=lambda name: value[f"numpy {name}"])
        rows.append(("gd of chains, L=32, million weights/s", value[gd], f"numpy {way}", value[f"numpy {way}"], 20))
    if numpy and two:
        rows.append(("escapes of chains, L=16, on 2 threads, per s", value["chain escapes L=16", "2 threads"],
                     "numpy 2 procs", value["numpy escapes"], 20))
    for inputs in (64, 784) if torch else ():
        rows.append((f"gd steps of a net, {inputs} inputs, per second", value[net, f"1 thread, {inputs} inputs"],
                     "torch float64", value[f"steps {inputs}"], 2))
    if torch and two:
        rows.append(("gd steps of nets on 2 threads, per second", value[net, "2 threads, 64 inputs"], "torch 2 procs",
                     value["torch steps twice"], 2))
    return rows


def main():
    program = os.path.abspath(sys.argv[1])
    peaks, share = memory_and_publishing(program)
    import_peers()
    turns = {}

    def note(name, value):
        turns.setdefault(name, []).append(value)

    for _ in range(TURNS):
        for key, value in tepui_figures(program).items():
            note(key, value)
        if numpy:
            note("numpy normals", numpy_normals())
            note("numpy nets", numpy_nets())
            note("numpy escapes", numpy_escapes_twice())
            for key, value in numpy_steps().items():
                note(f"numpy {key}", value)
        if torch:
            note("torch32", torch_nets(torch.float32))
            note("torch64", torch_nets(torch.float64))
            note("torch steps twice", torch_steps_twice(64))
            for key, value in best_torch_figures().items():
                note(key, value)
    value = {name: statistics.median(v) for name, v in turns.items()}
    net = value[(f"network d={WIDTH} L={DEPTH}", "2 threads")] if (f"network d={WIDTH} L={DEPTH}", "2 threads") in value \
        else value[(f"network d={WIDTH} L={DEPTH}", "1 thread")]
    rows = []
    for table, target in (("avx512", 5), ("avx2", 3)):
        if numpy and ("normals", table) in value:
            rows.append((f"normals {table}, million/s per core", value[("normals", table)], "numpy",
                         value["numpy normals"], target))
    if numpy:
        rows.append(("nets, samples/s on 2 threads", net, "numpy loop", value["numpy nets"], 8))
    if torch:
        rows.append(("nets, samples/s on 2 threads", net, "torch float32", value["torch32"], 4))
        rows.append(("nets, samples/s on 2 threads", net, "torch float64", value["torch64"], 4))
    rows += curvature_rows(value) + dynamics_rows(value)
    print(f"{'figure':<46} {'tepui':>10}  {'peer':<15} {'value':>10} {'ratio':>7} {'target':>7}")
    for figure, ours, peer, theirs, target in rows:
        ratio = ours / theirs
        print(f"{figure:<46} {ours:>10.4g}  {peer:<15} {theirs:>10.4g} {ratio:>6.1f}x {target:>6}x "
              f"{'met' if ratio >= target else 'NOT MET'}")
    if not numpy:
        print("NumPy is not installed (Debian: python3-numpy): its figures are left out")
    if not torch:
        print("PyTorch is not installed (Debian: python3-torch): its figures are left out")
    print(f"peak memory: {peaks[0]:.1f} MB at 20,000 samples, {peaks[1]:.1f} MB at 200,000")
    print(f"publishing: {100 * share:.2f} % of the run of 200,000 samples")


if CHILD in sys.argv:
    import_peers()
    print(json.dumps(torch_figures()))
elif __name__ == "__main__":
    main()
