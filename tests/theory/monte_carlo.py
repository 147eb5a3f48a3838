"""monte_carlo.py -- `tepui theory` against Monte Carlo of the definitions: every law, in odd cells (widths [5,3,1] from 3
inputs, [1,7] from 2, and 1, 2, 3 throughout, weights of variance 1.3^2/fan_in) or, where it speaks about depth or width,
in the smallest in which it does and allows little. Nets are simulated in NumPy, from their definition and with its own
generator (nets.py); nothing but the settings of the cell is shared with the program. Tolerances: book.py; some 2,500
comparisons at 5.5 standard errors: a false alarm in 10,000 runs; the seed is fixed.

A law without a comparison fails, and so does one whose comparisons would not notice a factor 1.2."""
import argparse, csv, io, subprocess, sys, time
import numpy as np
import nets
from book import Book, Cell, same_width
from nets import Net, ln, rng

ODD = [Cell([5], 3), Cell([5, 3, 1], 3), Cell([1, 7], 2), Cell([1] * 4, 1), Cell([2] * 4, 2), Cell([3] * 4, 3)]
NONE, DENSE = ("--readout", "none"), ("--readout", "dense", "--set", "loss=output", "--set", "data.outputs=1")
MSE = ("--readout", "dense", "--set", "loss=mse", "--set", "data.targets=gaussian", "--set", "data.outputs=1")
LAWS = ("uniform", "rademacher", "laplace", "gaussian")


def arch(text):
    return ("--set", f"grid.architecture='{text}'")


def dynamics(optimizer, rate):
    return ("--set", f"dynamics.optimizer={optimizer}", "--set", f"dynamics.rate={rate}", "--set", "dynamics.steps=1000000")


def norms(book, cell, act, n):
    a, o, u = (("-a", act, "--weights", w) for w in ("gaussian", "orthogonal", "uniform"))
    L, chain = len(cell.widths), set(cell.widths) == {1}
    net, out = Net(n, cell, act), Net(n, cell, act, readout=True)
    haar, haar_out = Net(n, cell, act, "orthogonal"), Net(n, cell, act, "orthogonal", readout=True)
    uniform = Net(n, cell, act, "uniform")
    for l in {1, L}:
        for law in ("N1" if act == "linear" else "N2",) + ("C1", "C3", "C4") * chain:
            book.compare(law, l, cell, a + NONE, lambda: nets.forward(net, l))
        for law in ("C2", "C3", "C4") * chain:
            book.compare(law, l, cell, u + NONE, lambda: nets.forward(uniform, l))
        book.compare("A3" if act == "linear" else "A3r", l, cell, o + NONE, lambda: nets.forward(haar, l))
        for law in ("N4", "N5"):
            book.compare(law, l, cell, a + NONE, lambda: nets.tangent(net, l))
        book.compare("A3j", l, cell, o + NONE, lambda: nets.tangent(haar, l))
    for l in {1, L // 2 + 1, L + 1}:
        book.compare("N6", l, cell, a + DENSE, lambda: nets.gradient(out, l))
        book.compare("A3g", l, cell, o + DENSE, lambda: nets.gradient(haar_out, l))
        book.compare("H2c", f"G {l},{l}", cell, a + MSE, lambda: 2 * nets.gradient(out, l))
        for k in {l + 1, L + 1} if l <= L else ():
            for law in ("H2", "H2b"):
                book.compare(law, f"R {k},{l}", cell, a + DENSE, lambda: nets.curvature(out, k, l))
    book.compare("N3", L, cell, a + NONE, lambda: 2 * nets.forward(net, L))
    book.compare("N3b", L, cell, a + NONE, lambda: 4 * nets.forward(net, L))
    jacobians(book, cell, act, net, haar, a, o)
    second_moments(book, cell, act, net, uniform, out, a, u)
    for kind in ("rms_norm", "layer_norm"):
        text = f"[dense, {kind}(epsilon=0)]" if act == "linear" else f"[dense, activation, {kind}(epsilon=0)]"
        turn, turn_out = (Net(n, cell, act, arch=kind, readout=r) for r in (False, True))
        for l in {1, L}:
            book.compare("A2r", l, cell, a + NONE + arch(text), lambda: nets.tangent(turn, l))
            book.compare("A2g", l, cell, a + DENSE + arch(text), lambda: nets.gradient(turn_out, l))
    for l in range(1, L + 2):
        book.compare("H1", f"R {l},{l}", cell, a + DENSE, lambda: nets.bend(cell, act, l, n // 20))
    book.compare("H1b", "R", cell, a + DENSE,
                 lambda: np.concatenate([nets.bend(cell, act, l, n // 20) for l in range(1, L + 2)]))


def jacobians(book, cell, act, net, haar, a, o):
    """tr (J^T J)^k of deep Gaussian nets has tails that plain samples never meet: there it is drawn with a larger share"""
    for i in range(1, min(cell.widths + [cell.inputs]) + 1):
        book.compare("N7" if act == "linear" else "N7r", i, cell, a + NONE, lambda: nets.exponents(net, i))
        for j in range(1, i + 1) if act == "linear" else ():
            book.compare("N7b", f"{i},{j}", cell, a + NONE, lambda: nets.covariance(net, i, j))
    for k in range(1, 5):
        law = "N8" if act == "linear" else "N8r"
        if len(cell.widths) < 4 and k < 3:
            book.compare(law, k, cell, a + NONE, lambda: nets.moment(net, k))
        book.compare(law, k, cell, a + NONE, lambda: nets.tilted_moment(net.n, cell, act, k))
        book.compare("N8o", k, cell, o + NONE, lambda: nets.moment(haar, k))


def second_moments(book, cell, act, net, uniform, out, a, u):
    """N4b, H3b: laws of a mean alone; samples where theirs are light, exact expectations beyond"""
    L = len(cell.widths)
    if L < 4:
        book.compare("N4b", L, cell, u + NONE, lambda: 4 * nets.forward(uniform, L))
        book.compare("N4b", L, cell, a + NONE, lambda: 4 * nets.forward(net, L))
    if act == "linear":
        for law in LAWS:
            book.exact("N4b", L, cell, ("-a", act, "--weights", law) + NONE, nets.even_tensor(cell, nets.entry_moments(law), 4))
    elif len(set(cell.widths)) == 1 and L > 1:
        spread = np.sqrt(nets.kernel_square(cell) / np.exp(2 * book.theory("H3b", "H", cell, *a, *MSE)["ln of the mean"]) - 1)
        book.compare("H3b", "H", cell, a + MSE, lambda: nets.trace(out), spread)
    if L < 4:
        book.compare("H3b", "H", cell, a + MSE, lambda: nets.trace(out))


def expectations(book):
    """of nets with weights +-sigma, all of them: ReLU for N4b, linear for H3b (which knows the variance of weights only)"""
    relu, linear = ("-a", "relu", "--weights", "rademacher"), ("-a", "linear", "--weights", "gaussian")
    for law in LAWS:
        for cell in [Cell([1] * 4, 1)] + [Cell([2, 1], 2)] * (law in ("uniform", "laplace")):
            moments = [nets.even_tensor(cell, nets.entry_moments(law), order) for order in (4, 8, 12)]
            book.shape("N4b", len(cell.widths), cell, ("-a", "linear", "--weights", law) + NONE, moments)
    for widths in ([2], [1, 2, 1], [2, 1, 2, 1]):
        cell = Cell(widths, 2)
        book.shape("N4b", len(widths), cell, relu + NONE, nets.moments_of_signs(cell, 4096), 1e-6)
    for widths, inputs in (([3, 1], 2), ([2, 2, 1], 2), ([1, 2, 1, 2, 1], 2), ([1, 1, 2, 1, 1, 1, 2], 1)):
        book.exact("H3b", "H", Cell(widths, inputs), linear + MSE, nets.trace_of_signs(Cell(widths, inputs)))


def linear_nets(book, cell, n):
    linear, L = ("-a", "linear", "--weights", "gaussian"), len(cell.widths)
    if set(cell.widths) == {cell.inputs}:
        residual, residual_out = (Net(n, cell, arch="residual", readout=r) for r in (False, True))
        for l in {1, L, L + 1}:
            book.compare("A1", l, cell, linear + NONE + arch("[residual[dense]]"), lambda: nets.forward(residual, l))
            book.compare("A1j", l, cell, linear + NONE + arch("[residual[dense]]"), lambda: nets.tangent(residual, l))
            book.compare("A1g", l, cell, linear + DENSE + arch("[residual[dense]]"),
                         lambda: nets.gradient(residual_out, l))
    for kind in ("batch_norm", "layer_norm", "rms_norm"):
        for l in {1, L}:
            book.compare("A2f", l, cell, linear + NONE + arch(f"[dense, {kind}(epsilon=0)]")
                         + ("--set", "data.points=4", "--set", "data.source=gaussian"),
                         lambda: nets.normalised(kind, cell, 4, l, n // 20))
    spread = ("--set", "data.points=8", "--set", "data.source=gaussian", "--set", "data.outputs=2",
              "--set", "data.targets=gaussian", "--set", "loss=mse", "--readout", "dense")
    matrices = [nets.many_points(cell, 8, 2) for _ in range(10)]
    for i, part in enumerate("GR"):
        book.compare("H4", part, cell, linear + spread, lambda: np.array([nets.rank(m[i]) for m in matrices]))


def chains(book, L, n):
    cell, linear = Cell([1] * L, 1), ("-a", "linear", "--weights", "gaussian")
    mse = ("--readout", "none", "--set", "loss=mse", "--set", "data.targets=gaussian")
    net = Net(n, cell)
    w = [None] + [ln(np.abs(W[:, 0, 0])) for W in net.W[1:]]
    book.compare("C7", "H", cell, linear + mse, lambda: nets.inertia(net))
    for k in range(1, L + 1):
        for l in {1, k}:
            book.compare("C5", f"G {k},{l}", cell, linear + mse, lambda: 2 * nets.forward(net, L) - w[k] - w[l])
            book.compare("C5", f"R {k},{l}", cell, linear + NONE + ("--set", "loss=output"),
                         lambda: nets.forward(net, L) - w[k] - w[l])
    for gain, rate in ((0.5, 0.01), (0.7, 0.001)):
        equal = Cell([1] * L, 1, gain)
        book.compare("C8", None, equal, ("-a", "linear", "--weights", "rademacher", "--set", f"dynamics.rate={rate}"),
                     lambda: nets.plateau(L, gain, rate))


def deep_chains(book, n):
    """C4 where the normal law is near, C6 where f is negligible"""
    for law in ("gaussian", "uniform"):
        cell = same_width(64, 1, 1)
        book.compare("C4", 64, cell, ("-a", "linear", "--weights", law) + NONE,
                     lambda: ln(np.abs(nets.entries((n, 64), law) * 1.3)).sum(1))
    depths, mse = (100, 130, 160), ("--readout", "none", "--set", "loss=mse", "--set", "data.targets=gaussian")
    for law, gain in (("gaussian", 1.3), ("uniform", 1.0), ("laplace", 1.0)):
        def hollowness():
            w, y = gain * nets.entries((n, max(depths)), law), rng.standard_normal(n)
            out = []
            for L in depths:
                f, u2 = w[:, :L].prod(1), 1 / w[:, :L] ** 2
                diagonal, pairs = f * f * np.sqrt((u2 ** 2).sum(1)), u2.sum(1) ** 2 - (u2 ** 2).sum(1)
                out.append(ln(diagonal / np.hypot(diagonal, np.abs(f * (2 * f - y)) * np.sqrt(pairs))))
            return np.stack(out, 1)
        book.slopes("C6", "H", [same_width(L, 1, 1, gain) for L in depths],
                    ("-a", "linear", "--weights", law) + mse, hollowness)


def vanishing_hessians(book, n):
    linear, mse = ("-a", "linear", "--weights", "gaussian"), ("--set", "loss=mse", "--set", "data.targets=gaussian")
    labels = ("--set", "loss=cross_entropy", "--set", "data.targets=one_hot")
    runs = [("H3", (64, 80, 96), [1], 1, 1.3, 0, mse + NONE), ("H3", (48, 60, 72), [3, 1, 2], 2, 0.9, 0, mse + NONE),
            ("H5", (64, 80, 96), [1], 1, 1.3, 3, labels), ("H5", (48, 60, 72), [3, 1, 2], 2, 0.9, 0, labels + NONE)]
    for law, depths, pattern, inputs, gain, outputs, settings in runs:
        cells = [Cell((pattern * L)[:L], inputs, gain) for L in depths]
        read = ("--readout", "dense", "--set", f"data.outputs={outputs}") if outputs else ()
        sizes = nets.hessian_sizes(n, cells[-1], depths, outputs, settings[1][5:])
        for i, part in enumerate("GR"):
            book.slopes(law, part, cells, linear + settings + read, lambda: sizes[:, :, i])


def wide_nets(book, n):
    for act, law, sigma_b in (("tanh", "gaussian", 0.3), ("relu", "uniform", 0), ("sin", "gaussian", 0)):
        widths = [97, 101, 95, 99, 103, 96]
        cells = [Cell(widths[:L], 95) for L in (2, 4, 6)]
        settings = ("-a", act, "--weights", law, "--sigma-b", str(sigma_b), "--set", "data.source=orthonormal") + NONE
        x = nets.mean_field(n, cells[-1], act, law, sigma_b)
        book.slopes("N9", None, cells, settings + ("--set", "data.points=1"), lambda: x[:, [1, 3, 5], 0])
        book.slopes("N10", None, cells, settings + ("--set", "data.points=2"), lambda: x[:, [1, 3, 5], 1])


def spectra(book, n):
    """all singular values of a net together: how many lie below a number varies less than of independent ones"""
    for L in (1, 3):
        cell = Cell([151] * L, 151)

        def values():
            J = np.eye(151)
            for _ in range(L):
                J = 1.3 / np.sqrt(151) * rng.standard_normal((n, 151, 151)) @ J
            return ln(np.linalg.svd(J, compute_uv=False)).ravel()
        book.compare("N11", None, cell, ("-a", "linear", "--weights", "gaussian") + NONE, values)


def normalised_nets(book, n):
    """A2 is about wide nets: 2 width above the square of the batch; A2b about the square of the batch"""
    batch = arch("[dense, batch_norm(epsilon=0), activation]") + ("--set", "data.source=orthonormal") + NONE
    for act in ("linear", "relu"):
        cells = [Cell([127, 129, 125, 131, 126][:L], 128) for L in (1, 3, 5)]
        x = nets.batch_norms(n // 5, cells[-1], act, 8)
        book.slopes("A2", None, cells, ("-a", act) + batch + ("--set", "data.points=8"), lambda: x[:, [0, 2, 4], 0])
    for points, widths in ((3, [17, 19, 13, 16]), (4, [41, 37])):
        cell = Cell(widths, 7)
        y = nets.batch_norms(n, cell, "linear", points)
        for l in {1, len(widths)}:
            book.compare("A2b", l, cell, ("-a", "linear") + batch + ("--set", f"data.points={points}"), lambda: y[:, l - 1, 1])


def residual_nets(book, n):
    for L, d in ((2, 33), (5, 35)):
        cell = Cell([d] * L, d)
        for before, text in ((True, "[residual(power=0.5)[activation, dense]]"),
                             (False, "[residual(power=0.5)[dense, activation]]")):
            x = nets.residual_relu(n, cell, before)
            for law in ("A4", "A4n") if before else ("A4p",):
                book.compare(law, L, cell, ("-a", "relu", "--weights", "gaussian") + NONE + arch(text), lambda: x)
    L, d = 8, 256
    book.variance("A4p", L, same_width(L, d, d), ("-a", "relu", "--weights", "gaussian") + NONE +
                  arch("[residual[dense, activation]]"), lambda: nets.wide_residual_relu(5 * n, L, d, 1.3), 5 / d)


def escapes(book, n):
    one = ("--set", "data.targets=one", "--set", "loss=mse")
    chain = ("-a", "linear") + NONE + one
    depths = (10, 20, 32)

    def times(n, law, gain, depths, rule, rate, share):
        w = gain * nets.entries((n, max(depths)), law)
        return ln(np.stack([nets.escape_times(w[:, :L], rule, rate, 1000000, share) for L in depths], 1))
    book.slopes("E1", "escape", [same_width(L, 1, 1) for L in depths],
                chain + ("--weights", "gaussian") + dynamics("gd", 0.1),
                lambda: times(4 * n, "gaussian", 1.3, depths, "gd", 0.1, 0.6))
    for L, law in ((12, "gaussian"), (16, "uniform")):
        def both():
            w = nets.entries((4 * n, L), law)
            G, R = nets.chain_hessian(w, np.ones(4 * n))
            return nets.escape_times(w, "gd", 0.1, 1000000, 0.76), -np.linalg.eigvalsh(G + R)[:, 0]
        book.rank("E1r", same_width(L, 1, 1, 1.0), chain + ("--weights", law) + dynamics("gd", 0.1), both)
    for rule, text, rate in (("signsgd", "signsgd", 0.002), ("rmsprop", "rmsprop(epsilon=0)", 0.0005),
                             ("adam", "adam(epsilon=0)", 0.0005)):
        deep = (12, 24, 48)
        book.slopes("E2", "escape", [same_width(L, 1, 1) for L in deep],
                    chain + ("--weights", "gaussian") + dynamics(text, rate),
                    lambda: times(n, "gaussian", 1.3, deep, rule, rate, 0.6), level=True)
    net = ("-a", "linear", "--weights", "gaussian", "--readout", "dense", "--set", "data.outputs=1") + one
    for rule, rate, deep, share in (("gd", 0.1, (10, 20, 30), 0.7), ("signsgd", 0.002, (10, 20, 40), 0.6)):
        book.slopes("E3", "escape", [same_width(L, 2, 1, 1.0) for L in deep], net + dynamics(rule, rate),
                    lambda: ln(nets.net_escape_times(n, 2, deep, 1.0, rule, rate, 1000000, share)))


def log_normal(book, n):
    """N4l of the living, where its allowance is small and where it is large"""
    for act, cell in (("linear", same_width(6, 12, 12)), ("relu", same_width(6, 24, 24)), ("relu", Cell([5, 3, 1], 3))):
        def living():
            x = nets.tangent(Net(n, cell, act), len(cell.widths))
            return x[np.isfinite(x)]
        book.compare("N4l", len(cell.widths), cell, ("-a", act, "--weights", "gaussian") + NONE, living)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tepui", default="./tepui")
    arguments.add_argument("--theory", default="./theory_lines")
    arguments.add_argument("--times", type=float, default=1, help="samples, in those of the quick run")
    arguments.add_argument("--talk", action="store_true", help="time of each part")
    given = arguments.parse_args()
    laws = subprocess.run([given.tepui, "list", "law", "--format", "csv"], capture_output=True, text=True, check=True)
    names = [r["name"] for r in csv.DictReader(io.StringIO(laws.stdout))]
    book, many = Book(given.theory), lambda n: int(n * given.times)
    parts = [(norms, c, act, many(4000)) for c in ODD for act in ("linear", "relu")]
    parts += [(linear_nets, c, many(4000)) for c in ODD] + [(chains, 4, many(4000)), (expectations,)]
    parts += [(deep_chains, many(1000)), (vanishing_hessians, many(500)), (wide_nets, many(300)),
              (normalised_nets, many(1000)), (residual_nets, many(1500)), (escapes, min(many(400), 1600)), (spectra, many(60)), (log_normal, many(2000))]
    for part, *how in parts:
        start = time.process_time()
        part(book, *how)
        if given.talk:
            print(f"{time.process_time() - start:6.2f} s  {part.__name__} {' '.join(map(str, how))}", file=sys.stderr)
    if book.end() != 0:
        book.fail("theory_lines", "failed", "status 0")
    for law in names:
        print(f"{law}: {book.checks[law]} comparisons, {book.seen[law]} of them would notice a factor 1.2")
        if not book.checks[law]:
            book.fail(law, "compared nowhere", "a simulation of its definition")
        elif not book.seen[law]:
            book.fail(law, "no comparison would notice a factor 1.2", "one that does")
    print(f"{len(set(book.checks))} of {len(names)} laws, {sum(book.checks.values())} comparisons, {book.wrong} wrong")
    return book.wrong > 0


if __name__ == "__main__":
    sys.exit(main())
