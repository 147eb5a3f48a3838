"""Figures: what is drawn, taken from the artists, against plain h5py and the program; bytes; bad input."""

import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys

import conftest
import h5py
import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

import tepui
from tepui import __main__, figures, program, style, theory
from tepui.figures import common, survival

LN10 = math.log(10)


@pytest.fixture(autouse=True)
def close():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def judged(results, tmp_path_factory):
    """The results with verdicts in the file, so that figures know which laws speak about them."""
    folder = tmp_path_factory.mktemp("judged")
    made = {}
    for name, path in results.items():
        made[name] = shutil.copy(path, folder / f"{name}.h5")
        subprocess.run([conftest.program(), "verify", made[name], "--save"], capture_output=True, check=False)
    return made


def by_gid(axes, gid):
    """Lines, collections, patches of these axes with a name that begins so."""
    axes = np.atleast_1d(axes)
    found = [c for a in axes for c in a.get_children() if (c.get_gid() or "").startswith(gid)]
    assert found, f"nothing called {gid}"
    return found


def stored(path, name, dataset):
    with h5py.File(path) as f:
        g = f["observables"][name]
        return g[dataset][()], [n.decode() if isinstance(n, bytes) else n for n in g["component"][()]]


def cells(path, **where):
    with h5py.File(path) as f:
        keep = np.ones(len(f["cells/cell"]), dtype=bool)
        for key, value in where.items():
            v = f["cells"][key][()]
            keep &= np.array([(x.decode() if isinstance(x, bytes) else x) == value for x in v])
        return np.flatnonzero(keep)


FIGURES = {"fan": "nets", "collapse": "nets", "histogram": "nets", "qq": "chain", "spectrum": "spectrum", "blockmap": "chain",
           "jacobian": "spectrum", "survival": "escape", "escape": "escape", "path": "escape", "trend": "chain", "verdicts": "nets",
           "plateau": "spectrum", "training": "escape", "moments": "nets"}
OPTIONS = {"qq": {"law": "C1", "observable": "forward_norm", "cell": 2}, "trend": {"observable": "forward_norm"},
           "path": {"where": {"depth": 8, "rate": .01}}, "histogram": {"where": {"init": "he", "depth": 4}}, "survival": {"where": {"rate": .01}},
           "jacobian": {"cell": 0}}


def test_every_figure_is_tested():
    assert sorted(FIGURES) == sorted(figures.NAMES)


def drawn_bytes(name, path, out):
    """The bytes of a figure drawn from a file opened anew."""
    fig = tepui.draw(name, tepui.open(path), **OPTIONS.get(name, {}))
    tepui.save(fig, out, dpi=40)
    pyplot.close(fig)
    with open(out, "rb") as f:
        return f.read(), fig.tepui_caption


@pytest.mark.parametrize("name,suffix", [*((n, "svg") for n in figures.NAMES), ("fan", "pdf"), ("fan", "png")])
def test_twice_the_same_bytes(name, suffix, judged, tmp_path):
    path = judged[FIGURES[name]]
    first, caption = drawn_bytes(name, path, tmp_path / f"a.{suffix}")
    with pyplot.rc_context({"font.size": 20, "svg.hashsalt": None}):  # settings of the user change nothing
        second, _ = drawn_bytes(name, path, tmp_path / f"b.{suffix}")
    assert first == second and len(first) > 3000
    assert not re.search(rb"20[2-9]\d-\d\d-\d\dT|D:20[2-9]\d", first)  # no date
    assert re.search(r"\d cells?, [\d,]+( to [\d,]+)? samples each, seed \d", caption)


def rounded(svg):
    """The bytes of an SVG with numbers to a tenth of a point: what another processor may round differently is left out."""
    text = re.sub(rb"-?\d+\.\d+", lambda m: b"%.1f" % (float(m[0]) + 0.0), svg)
    text = re.sub(rb'(id="|#)(?!DejaVu)[a-z]+[0-9a-f]{10}', rb"\1", text)  # names made of unrounded corners
    return text.replace(b"-0.0", b"0.0")


GOLDEN = pathlib.Path(__file__).with_name("golden.json")


@pytest.mark.parametrize("name", figures.NAMES)
def test_figures_are_those_looked_at(name, judged, tmp_path):
    """Hashes of figures that somebody has looked at. TEPUI_GOLDEN=1 writes them anew: look at the figures first."""
    path = judged[FIGURES[name]]
    svg, _ = drawn_bytes(name, path, tmp_path / "x.svg")
    mine = hashlib.sha256(rounded(svg)).hexdigest()[:16]
    golden = json.loads(GOLDEN.read_text())
    if os.environ.get("TEPUI_GOLDEN"):
        golden = {"matplotlib": matplotlib.__version__, "figures": {**golden["figures"], name: mine}}
        GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n")
    if golden["matplotlib"] != matplotlib.__version__:
        pytest.skip(f"hashes are of matplotlib {golden['matplotlib']}, this is {matplotlib.__version__}")
    assert mine == golden["figures"].get(name), f"{name} has changed: look at it, then TEPUI_GOLDEN=1 analysis/tests/run.sh -k looked_at"


@pytest.mark.parametrize("name", figures.NAMES)
def test_axes_of_the_user_and_no_trace_in_settings(name, judged):
    before = dict(pyplot.rcParams)
    fig, grid = pyplot.subplots(3, 4)
    assert tepui.draw(name, tepui.open(judged[FIGURES[name]]), ax=grid, **OPTIONS.get(name, {})) is fig
    assert dict(pyplot.rcParams) == before
    assert any(a.has_data() for a in grid.ravel())


@pytest.mark.parametrize("name", figures.NAMES)
def test_docstrings_say_unit_or_source(name):
    doc = figures.module(name).__doc__
    assert "Source:" in doc and len(figures.sentence(name)) > 30


def test_fan(results):
    fig = tepui.draw("fan", tepui.open(results["nets"]), "forward_norm", component="2")
    assert [a.get_title("left") for a in fig.axes] == ["init = he", "init = xavier"]
    q, names = stored(results["nets"], "forward_norm", "quantile")
    for a, init in zip(fig.axes, ("he", "xavier")):
        strip = by_gid(a, "strip")[0].get_xy()[:, 1]
        for line in by_gid(a, "median"):
            width = line.get_gid().split()[1]
            i = cells(results["nets"], init=init, width_expression=width)
            want = q[i, names.index("2"), 2] / LN10
            mine = line.get_ydata()
            assert np.allclose(mine[np.isfinite(want)], want[np.isfinite(want)], rtol=0, atol=1e-12)
            assert all(strip.min() < y < strip.max() for y in mine[np.isneginf(want)])
            assert line.get_xdata().tolist() == [2, 4]
    q2 = q[cells(results["nets"], init="he"), names.index("2"), 2]
    assert np.isneginf(q[:, names.index("2")]).any() and np.isfinite(q2).any()


def test_bands_and_exact_medians_of_fan(results):
    r = tepui.open(results["chain"])
    fig = tepui.draw("fan", r, "forward_norm", law="C1")
    a = fig.axes[0]
    q, names = stored(results["chain"], "forward_norm", "quantile")
    last = [names.index(str(d)) for d in (2, 4, 8)]
    band = a.collections[0].get_paths()[0].vertices
    for j, depth in enumerate((2, 4, 8)):
        ends = sorted(set(np.round(band[np.isclose(band[:, 0], depth), 1], 9)))
        assert np.allclose(ends, q[j, last[j], [1, 3]] / LN10, atol=1e-8)
    exact = by_gid(a, "exact")[0]
    for depth, y in zip(exact.get_xdata(), exact.get_ydata()):
        rows = json.loads(subprocess.run([conftest.program(), "theory", "C1", "--depth", str(depth), "--format", "json"],
                                         capture_output=True, text=True, check=True).stdout)
        want = {row["prediction"]: row["value"] for row in rows}["quantile 0.5 of ln"]
        assert math.isclose(y, want / LN10, rel_tol=1e-9)
    assert "C1" in fig.tepui_caption
    # within 5 standard errors of the median: sd of ln|f| is pi / sqrt(8) sqrt(L), of its median 1.3 times that / sqrt(n)
    error = 5 * 1.3 * math.pi / math.sqrt(8) * np.sqrt([2, 4, 8]) / math.sqrt(1000) / LN10
    assert np.all(np.abs(exact.get_ydata() - q[range(3), last, 2] / LN10) < error)


def test_laws_with_a_verdict_are_drawn_unasked(judged):
    fig = tepui.draw("fan", tepui.open(judged["nets"]), "forward_norm")
    assert "law N2" in fig.tepui_caption and by_gid(fig.axes[0], "exact")
    assert "law" not in tepui.draw("fan", tepui.open(judged["nets"]), "forward_norm", law="none").tepui_caption


def test_curves_of_a_figure_come_from_few_calls(judged, monkeypatch):
    """Each call reads the data of the nets once more."""
    said = []
    call = program.call
    monkeypatch.setattr(program, "call", lambda *words, **more: said.append(words) or call(*words, **more))
    for name, calls in (("fan", 1), ("collapse", 2), ("moments", 3)):  # collapse: a call for each panel
        tepui.draw(name, tepui.open(judged["nets"]), "forward_norm")
        assert [w[0] for w in said] == ["theory"] * calls, name
        said.clear()
    tepui.draw("histogram", tepui.open(judged["nets"]), "forward_norm", cell=[0, 1, 6])
    assert len(said) == 1


def test_many_exact_medians_are_those_of_single_cells(judged):
    r = tepui.open(judged["nets"])
    many = theory.quantiles(r, "N2", {i: str(r.columns["depth"][i]) for i in range(12)})
    assert many == {i: r.theory("N2", i).quantile(.5) for i in range(12)} and len(set(many.values())) > 4
    t = r.theory("N2", 0)
    # four widths and four layers are no profile
    said = [subprocess.run([conftest.program(), "theory", "N2", "--depth", "4", "--width", str(d), "--init", "he", "--set",
                            "data.source=sphere", "--set", "data.dimension=3", "--format", "csv"], capture_output=True, text=True,
                           check=True).stdout for d in (2, 3, 4, 5)]
    assert t.over_widths(4, [2, 3, 4, 5]) == [{r["prediction"]: r["value"] for r in program.records(s)}["quantile 0.5 of ln"] for s in said]


def test_collapse(results):
    fig = tepui.draw("collapse", tepui.open(results["nets"]), "forward_norm", component="2")
    q, names = stored(results["nets"], "forward_norm", "quantile")
    line = [c for c in by_gid(fig.axes[0], "median") if c.get_gid() == "median 4"][0]
    i = cells(results["nets"], init="he", width_expression="4")
    assert line.get_xdata().tolist() == [.5, 1.0]
    assert np.allclose(line.get_ydata(), q[i, names.index("2"), 2] / LN10, atol=1e-12)


def test_histogram(results):
    r = tepui.open(results["nets"])
    i = 0
    fig = tepui.draw("histogram", r, "forward_norm", component="2", cell=i, bins=1000)
    counts, names = stored(results["nets"], "forward_norm", "histogram")
    edges = stored(results["nets"], "forward_norm", "bin_edges")[0]
    zero = stored(results["nets"], "forward_norm", "zero")[0]
    bars = by_gid(fig.axes[0], "bars")[0].get_data()
    full = np.flatnonzero(counts[i, names.index("2")])
    want = counts[i, names.index("2"), full[0]:full[-1] + 1]
    assert np.allclose(bars.values, want / 400 / np.diff(edges)[0], rtol=1e-9)
    assert np.allclose(bars.edges, edges[full[0]:full[-1] + 2])
    share = by_gid(fig.axes[0], "share zero")[0].get_height() / fig.axes[0].get_ylim()[1]
    assert math.isclose(share, zero[i, names.index("2")] / 400, rel_tol=1e-9) and share > 0
    assert math.isclose((bars.values * np.diff(bars.edges)).sum() + share, 1)


def test_verdicts(judged):
    r = tepui.open(judged["nets"])
    fig = tepui.draw("verdicts", r, rows=1000)
    rows = [v for v in r.verdict_rows() if v["verdict"].startswith(("holds", "fails"))]
    drawn = sorted(float(line.get_xdata()[0]) for line in by_gid(fig.axes[0], "observed"))
    with h5py.File(judged["nets"]) as f:
        want = []
        for law in f["laws"]:
            g = {n: v[()] for n, v in f["laws"][law].items()}
            for j, v in enumerate(g["verdict"]):
                if not v.startswith((b"holds", b"fails")) or g["observed"][j] == g["predicted"][j]:
                    continue
                half = (g["high"][j] - g["low"][j]) / 2
                if math.isfinite(half) and half > 0:
                    want.append(float(np.clip((g["observed"][j] - g["predicted"][j]) / half, -7.88, 7.88)))
    zeros = [x for x in drawn if x == 0]
    assert np.allclose(sorted(x for x in drawn if x != 0), sorted(want), atol=1e-9) and len(want) >= 5
    assert len(drawn) <= len(rows) and len(zeros) + len(want) == len(drawn)
    assert f"{sum(v['verdict'].startswith('holds') for v in rows)} hold" in fig.tepui_caption


def test_trend(results):
    fig = tepui.draw("trend", tepui.open(results["chain"]), "forward_norm")
    out = subprocess.run([conftest.program(), "trend", results["chain"], "-O", "forward_norm", "--format", "json"], capture_output=True,
                         text=True, check=True).stdout
    rows = program.json_records(out)
    assert [line.get_xdata()[0] for line in by_gid(fig.axes[0], "rate")] == [row["rate"] for row in rows]
    assert [line.get_xdata().tolist() for line in by_gid(fig.axes[0], "interval")] == [[row["rate_low"], row["rate_high"]] for row in rows]
    # ln|f| falls by 0.635 a layer: the mean of ln|w|
    assert rows[0]["rate_low"] < -0.6352 < rows[0]["rate_high"]


def test_kaplan_meier_is_that_of_the_file(results):
    """Medians of the curve against the stored quantiles, which the program computes in its own way from counts in bins."""
    r = tepui.open(results["escape"])
    o = r.observable("escape_time")
    k, compared = o.components.index("escape"), 0
    for i in range(len(r.columns["cell"])):
        t, share = survival.curve(o, i)
        for p in (.25, .5, .75):
            q = stored(results["escape"], "escape_time", "quantile")[0][i, k, o.probability_index(p)]
            low, high = (stored(results["escape"], "escape_time", n)[0][i, k, o.probability_index(p)] for n in ("quantile_low", "quantile_high"))
            below = t[share <= 1 - p + 1e-12]
            mine = math.log(below[0]) if below.size and below[0] > 0 else math.inf if not below.size else -math.inf
            assert low <= mine <= high, (i, p, q, mine)
            compared += math.isfinite(mine)
    assert compared > 5


def test_kaplan_meier_by_hand():
    """Escapes at 2 and 5, one divergence at 3, one beyond the limit: 3/4 after 2, then 1 of 2 at risk escapes: 3/8."""
    class Hand:
        components = ["divergence", "escape"]

        def raw(self, _cell, k):
            return np.log([[np.inf, np.inf, 3.0, np.inf], [2.0, 5.0, np.inf, np.inf]][k])
    t, share = survival.curve(Hand(), 0)
    assert t.tolist() == [0, 2, 5] and np.allclose(share, [1, 3 / 4, 3 / 8])


def test_survival_draws_those_curves(results):
    r = tepui.open(results["escape"])
    fig = tepui.draw("survival", r, where={"optimizer": "gd", "rate": .01})
    raw, names = stored(results["escape"], "escape_time", "samples")
    for i in cells(results["escape"], optimizer="gd", rate=.01):
        line = [c for c in by_gid(fig.axes[0], "survival") if c.get_gid() == f"survival {i}"][0]
        escape, diverged = raw[i, names.index("escape")], raw[i, names.index("divergence")]
        if np.isinf(diverged).all():  # then it is the plain share
            x, y = line.get_xdata(), line.get_ydata()
            for a, b in zip(x[:-1], y[:-1]):
                assert math.isclose(b, (np.exp(escape) > a + .5).mean(), abs_tol=1e-9)
    assert by_gid(fig.axes[0], "limit")[0].get_xdata()[0] == 2000


def test_escape(results):
    fig = tepui.draw("escape", tepui.open(results["escape"]))
    out = subprocess.run([conftest.program(), "escape", results["escape"], "--format", "json"], capture_output=True, text=True, check=True).stdout
    rows = program.json_records(survival.first_document(out))
    for name in ("gd", "adam"):
        mine = [line for line in by_gid(fig.axes[0], "median") if line.get_gid().split()[1].startswith(name)][0].get_ydata()
        want = [max(row["median"], .5) for row in rows if row["optimizer"].startswith(name)]
        assert np.allclose([m for m in mine if math.isfinite(m)], [w for w in want if math.isfinite(w)])
    time, names = stored(results["escape"], "escape_time", "samples")
    rate = stored(results["escape"], "escape_rate", "samples")[0]
    line = [c for c in by_gid(fig.axes[1], "samples") if "gd" in c.get_gid()][0]
    best = [(row["depth"], row["rate"]) for row in rows if row["optimizer"] == "gd"]
    x, y = [], []
    for depth, eta in sorted(best):
        i = cells(results["escape"], optimizer="gd", depth=depth, rate=eta)[0]
        x += list(-rate[i, 0] / LN10)
        y += list(time[i, names.index("escape")] / LN10)
    x, y = np.array(x), np.array(y)
    there = np.isfinite(x) & np.isfinite(y)
    assert there.sum() > 50 and np.allclose(line.get_xdata()[there], x[there]) and np.allclose(line.get_ydata()[there], y[there])
    assert np.all(line.get_ydata()[np.isposinf(y)] > y[np.isfinite(y)].max())


def test_spectrum(results):
    fig = tepui.draw("spectrum", tepui.open(results["spectrum"]), bins=10000)
    counts, names = stored(results["spectrum"], "hessian_spectrum", "histogram")
    total = stored(results["spectrum"], "hessian_spectrum", "count")[0]
    zero = stored(results["spectrum"], "hessian_spectrum", "zero")[0]
    a = fig.axes[0]
    for sign in ("negative", "positive"):
        k = names.index(sign)
        for i, stairs in enumerate(by_gid(a, sign)):
            d = stairs.get_data()
            full = np.flatnonzero(counts[i, k])
            want = counts[i, k, full[0]:full[-1] + 1] / total[i, k] / .05
            assert np.allclose(d.values, want[::-1] if sign == "negative" else want)
            assert (d.edges < 0).all() if sign == "negative" else (d.edges > 0).all()
    for i, bar in enumerate(by_gid(a, "zeros")):
        share = bar.get_height() / a.get_ylim()[1]
        assert math.isclose(share, 1 - ((total - zero)[i].sum()) / total[i, 0], abs_tol=1e-9)


def test_blockmap(results):
    r = tepui.open(results["chain"])
    fig = tepui.draw("blockmap", r, cell=1)  # depth 4, all layers
    q, names = stored(results["chain"], "hessian_block_norm", "quantile")
    for a, part in zip(fig.axes[:2], "GR"):
        values = by_gid(a, "blocks")[0].get_array().reshape(4, 4)
        for k in range(4):
            for m in range(4):
                want = q[1, names.index(f"{part} {max(k, m) + 1},{min(k, m) + 1}"), 2]
                assert values.mask[k, m] if math.isinf(want) else math.isclose(values[k, m], want / LN10)
    assert len(by_gid(fig.axes[1], "zeros")) == 1  # the diagonal of R is exactly zero


def test_jacobian(results):
    fig = tepui.draw("jacobian", tepui.open(results["spectrum"]), cell=0, bins=10000)
    counts, _ = stored(results["spectrum"], "jacobian_singular_value", "histogram")
    edges = stored(results["spectrum"], "jacobian_singular_value", "bin_edges")[0]
    bars = by_gid(fig.axes[0], "bars")[0].get_data()
    total = stored(results["spectrum"], "jacobian_singular_value", "count")[0][0].sum()
    every = counts[0].sum(axis=0)
    full = np.flatnonzero(every)
    assert np.allclose(bars.edges, 2 * edges[full[0]:full[-1] + 2])
    assert np.allclose(bars.values, every[full[0]:full[-1] + 1] / total / (2 * .05))


def test_jacobian_limit(results):
    """The curve is that of `tepui theory N11` on the axis of ln s^2; random matrices of NumPy follow it within the allowance of the law, and
    so do the samples of the file; nets with relu have none."""
    r = tepui.open(results["linear"])
    fig = tepui.draw("jacobian", r)
    rng = np.random.default_rng(1)
    shown = {a.get_title("left"): [c for c in a.get_children() if c.get_gid() == "law"] for a in fig.axes}
    assert sum(len(v) for v in shown.values()) == 2
    for depth in 1, 3:
        i = int(cells(results["linear"], depth=depth, activation="linear")[0])
        law = r.theory("N11", i)
        lines = [v[0] for t, v in shown.items() if v and "linear" in t and f"L = {depth}," in t]
        assert len(lines) == 1
        assert np.allclose(lines[0].get_xdata(), 2 * law.x) and np.allclose(lines[0].get_ydata(), law.density / 2)
        d, n = 24, 400
        nets = rng.standard_normal((n, d, d)) / math.sqrt(d)
        for _ in range(depth - 1):
            nets = nets @ rng.standard_normal((n, d, d)) / math.sqrt(d)
        s = np.log(np.sort(np.linalg.svd(nets, compute_uv=False).ravel()))
        gap = np.abs(law.at(s[::50])["cdf"] - np.arange(0, s.size, 50) / s.size).max()
        assert gap < (1 + depth) / d, gap
        wrong = r.theory("N11", int(cells(results["linear"], depth=4 - depth, activation="linear")[0]))
        assert np.abs(wrong.at(s[::50])["cdf"] - np.arange(0, s.size, 50) / s.size).max() > (1 + depth) / d
        drawn = r.observable("jacobian_singular_value")
        counts = stored(results["linear"], "jacobian_singular_value", "histogram")[0][i].sum(axis=0)
        below = np.cumsum(counts) / drawn.count("count")[i].sum()
        inside = (below > 0) & (below < 1)
        assert np.abs(law.at(drawn.edges[1:][inside])["cdf"] - below[inside]).max() < (1 + depth) / d


def test_path(results):
    r = tepui.open(results["escape"])
    fig = tepui.draw("path", r, "path_loss", where={"depth": 8, "rate": .01})
    q, names = stored(results["escape"], "path_loss", "quantile")
    i = cells(results["escape"], depth=8, rate=.01)
    for j, line in zip(i, by_gid(fig.axes[0], "median")):
        assert line.get_xdata().tolist() == sorted(float(n[2:]) for n in names)
        want = q[j, np.argsort([float(n[2:]) for n in names]), 2]
        there = np.isfinite(want)
        assert np.allclose(line.get_ydata()[there], want[there] / LN10)


def test_training(results):
    """Curves are those of the rate with the smallest median at the last step, against passes over the one point."""
    path = results["escape"]
    fig = tepui.draw("training", tepui.open(path))
    q, names = stored(path, "path_loss", "quantile")
    order = np.argsort([float(n[2:]) for n in names])
    for row, depth in enumerate((2, 8, 16)):
        for optimizer in ("gd", "adam"):
            with h5py.File(path) as f:
                full = sorted({n.decode() if isinstance(n, bytes) else n for n in f["cells/optimizer"][()]})
            name = next(n for n in full if n.startswith(optimizer))
            i = cells(path, depth=depth, optimizer=name)
            last = np.where(np.isnan(q[i][:, order[-1], 2]), np.inf, q[i][:, order[-1], 2])
            line = by_gid(fig.axes[2 * row], f"curve {name}")[0]
            want = q[i[np.argmin(last)], order, 2]
            want = want[~np.isnan(want)]
            assert len(line.get_xdata()) == len(want) and line.get_xdata()[-1] == 100
            there = np.isfinite(want)
            assert np.allclose(line.get_ydata()[there], want[there] / LN10)
            rates = by_gid(fig.axes[2 * row + 1], f"rates {name}")[0]
            assert rates.get_xdata().tolist() == [.01, .1]


def test_training_in_steps(results, monkeypatch):
    """Minibatches of the whole data set: the rows are not those of the sample, so steps are steps."""
    r = tepui.open(results["escape"])
    assert tepui.draw("training", r).axes[0].get_xlabel() == "epoch"
    monkeypatch.setattr(type(r), "experiment", property(lambda _: 'dynamics:\n  batch: [128]\n  batch_from: "data"\n'))
    monkeypatch.setitem(r.columns, "points", np.full_like(r.columns["points"], 1000))
    monkeypatch.setitem(r.columns, "batch", np.full_like(r.columns["batch"], 10))
    ax = tepui.draw("training", r).axes[0]
    assert ax.get_xlabel() == "step" and by_gid(ax, "curve gd")[0].get_xdata()[-1] == 100


def test_plateau(results):
    path = results["spectrum"]
    fig = tepui.draw("plateau", tepui.open(path))
    q, names = stored(path, "plateau", "quantile")
    for panel, ray in enumerate(("random", "gradient", "eigenvector")):
        for depth in (2, 4):
            line = by_gid(fig.axes[panel], f"line {ray} {depth}")[0]
            cell = cells(path, depth=depth)[0]
            want = [q[cell, names.index(f"{ray} {t:g}"), 2] / LN10 for t in line.get_xdata()]
            assert len(want) == 11 and np.allclose(line.get_ydata(), want)


def test_moments(results):
    """Of exp(2 ln) of the raw samples, by NumPy; exact (He, 3 inputs of norm 1, width 4): mean 4/3, relative variance
    (1 + 5/4)^L - 1."""
    path = results["nets"]
    fig = tepui.draw("moments", tepui.open(path), "forward_norm", where={"init": "he", "width_expression": "4"})
    raw, names = stored(path, "forward_norm", "samples")
    for j, (depth, cell) in enumerate((d, cells(path, depth=d, init="he", width_expression="4")[0]) for d in (2, 4)):
        x = np.exp(2 * raw[cell, names.index(str(depth))])
        want = [x.mean(), np.median(x), x.std(), abs(x.mean() - np.median(x))]
        for name, value in zip(("mean", "median", "standard", "|mean"), want):
            assert np.isclose(by_gid(fig.axes[0], name)[0].get_ydata()[j], np.log10(value), atol=1e-9)
        exact = [4 / 3, None, 4 / 3 * np.sqrt((1 + 5 / 4) ** depth - 1)]
        for name, value in zip(("exact mean", "exact median", "exact standard"), exact):
            if value is not None:
                assert np.isclose(by_gid(fig.axes[0], name)[0].get_ydata()[j], np.log10(value), atol=1e-9)


def test_lines_have_the_cells_that_other_lines_show_too(results):
    """Where d = L is 2 or 4, the cell is an alias of one of width 2 or 4; the panel of d = L has it all the same, the caption counts it once."""
    fig = tepui.draw("moments", tepui.open(results["nets"]), "forward_norm", where={"init": "he"})
    drawn = {a.get_title("left"): by_gid(a, "mean")[0].get_xdata().tolist() for a in fig.axes if a.get_visible()}
    assert drawn == {"d = 2": [2, 4], "d = 4": [2, 4], "d = L": [2, 4]} and ": 4 cells," in fig.tepui_caption


def test_words_of_a_trend_look_different():
    from tepui.figures import trend

    looks = {w: (trend.COLOUR[w], trend.MARK[w]) for w in ("vanishes", "falls", "stays", "rises", "explodes")}
    assert len(set(looks.values())) == 5


def test_titles_say_all_that_differs_in_the_file(results):
    """Of one cell nothing differs, and yet its title must tell it from those that are not drawn."""
    r = tepui.open(results["nets"])
    assert tepui.draw("histogram", r, "forward_norm", cell=0).axes[0].get_title("left") == "L = 2, d = 2, init = he"
    assert tepui.draw("qq", r, "forward_norm", law="N2", cell=0).axes[1].get_title("left") == "P-P, L = 2, d = 2, init = he"
    assert "linear" in tepui.draw("jacobian", tepui.open(results["linear"]), cell=0).axes[0].get_title("left")


def test_qq(results):
    r = tepui.open(results["chain"])
    fig = tepui.draw("qq", r, "forward_norm", law="C1", cell=1)
    raw, names = stored(results["chain"], "forward_norm", "samples")
    sample = np.sort(raw[1, names.index("4")])
    line = by_gid(fig.axes[0], "quantiles")[0]
    assert set(np.round(line.get_ydata(), 9)) <= set(np.round(sample, 9)) and len(line.get_xdata()) >= 7
    shares = by_gid(fig.axes[1], "probabilities")[0]
    want = [(sample <= q).mean() for q in line.get_xdata()]
    assert np.allclose(shares.get_ydata(), want)
    # 1.36 / sqrt(n), half the width of the band, is that of Kolmogorov and Smirnov at 5 %
    band = by_gid(fig.axes[1], "band")[0].get_paths()[0].vertices
    assert math.isclose(band[np.isclose(band[:, 0], 0), 1].max(), 1.3581 / math.sqrt(1000), rel_tol=1e-3)
    assert np.all(np.abs(shares.get_ydata() - shares.get_xdata()) < 1.95 / math.sqrt(1000))  # 99.9 %


def test_axis_shows_zeros_and_infinities():
    axis = common.Axis([[-np.inf, 0.0, 50 * LN10, np.inf]], True)
    y = axis([-np.inf, 0.0, 50 * LN10, np.inf, -1e6 * LN10])
    assert y[0] < axis.lo <= y[1] < y[2] <= axis.hi < y[3] and y[4] == -1e6
    _, ax = pyplot.subplots()
    axis.apply(ax, "y", "name")
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels[0] == "0" and labels[-1] == "∞" and len(by_gid(ax, "strip")) == 2


def said(*words, **env):
    return subprocess.run([sys.executable, "-m", "tepui", *words], capture_output=True, text=True, env={**os.environ, **env})


def one_sentence(words, status, out, err, match):
    assert status == words[0], (words, status, err)
    assert err.count("\n") == 1 and err.startswith("tepui ") and out == ""
    for word in match:
        assert word in err


@pytest.fixture
def refused(capsys):
    def call(status, *words, match=()):
        done = __main__.main(list(words))
        said = capsys.readouterr()
        one_sentence((status, *words), done, said.out, said.err, match)
    return call


def test_command_line(results, tmp_path, capsys):
    out = tmp_path / "x.svg"
    words = ["plot", "fan", results["nets"], "-o", str(out), "-O", "forward_norm", "-w", "width=2,depth", "--option", "bands=1", "--caption"]
    done = said(*words)
    assert done.returncode == 0 and done.stderr == "" and ": 6 cells," in done.stdout  # and two aliases
    assert out.read_bytes().startswith(b"<?xml")
    assert __main__.main(["plot", "histogram", results["nets"], results["chain"], "-o", str(out), "--cell", "0", "-O", "forward_norm"]) == 0
    assert sorted(p.name for p in tmp_path.glob("x-*")) == ["x-chain.svg", "x-nets.svg"]
    assert __main__.main(["list"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line[0] != " "] == figures.NAMES


def test_bad_input_of_the_command_line(results, tmp_path, refused, monkeypatch):
    nets, out = results["nets"], str(tmp_path / "x.svg")
    refused(64, "plot", "fann", nets, "-o", out, match=["did you mean fan?"])
    refused(64, "plot", "fan", nets, "-o", "x.bmp", match=[".svg"])
    refused(64, "plot", "fan", nets, match=["-o"])
    refused(64, "plot", "fan", nets, "-o", out, "-O", "forward", match=["forward_norm"])
    refused(64, "plot", "fan", nets, "-o", out, "-c", "99", match=["total"])
    refused(64, "plot", "fan", nets, "-o", out, "--option", "bins=9", match=["bands"])
    refused(64, "plot", "fan", nets, "-o", out, "-w", "dept=2", match=["depth"])
    refused(65, "plot", "fan", nets, "-o", out, "-w", "depth=3", match=["depth=3"])
    refused(65, "plot", "histogram", nets, "-o", out, "--cell", "77", match=["0 to 11"])
    refused(65, "plot", "spectrum", nets, "-o", out, match=["add hessian_spectrum"])
    refused(65, "plot", "survival", nets, "-o", out, match=["add escape_time"])
    refused(65, "plot", "blockmap", nets, "-o", out, match=["hessian_block_norm"])
    refused(65, "plot", "trend", results["spectrum"], "-o", out, match=["gradient_norm"])
    refused(74, "plot", "fan", str(tmp_path / "none.h5"), "-o", out, match=["none.h5"])
    refused(74, "plot", "fan", nets, "-o", str(tmp_path / "no" / "x.svg"), match=["x.svg"])
    text = tmp_path / "text.h5"
    text.write_text("no HDF5")
    refused(65, "plot", "fan", str(text), "-o", out, match=["not an HDF5 file"])
    refused(64, "plott", match=["plot"])
    monkeypatch.setenv("TEPUI", "/none/tepui")
    refused(69, "plot", "trend", results["chain"], "-O", "forward_norm", "-o", out, match=["/none/tepui"])
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "matplotlib.py").write_text("raise ImportError('none here')\n")
    words = ("plot", "fan", nets, "-o", out)
    done = said(*words, PYTHONPATH=f"{tmp_path}/broken:{os.environ['PYTHONPATH']}")
    one_sentence((69, *words), done.returncode, done.stdout, done.stderr, ["python3-matplotlib"])
    assert not list(tmp_path.glob("x*"))


def test_empty_and_unfinished_results(results, tmp_path, refused):
    path = tmp_path / "none.h5"
    shutil.copy(results["nets"], path)
    with h5py.File(path, "r+") as f:
        for o in f["observables"].values():
            o["count"][...] = 0
    refused(65, "plot", "fan", str(path), "-o", str(tmp_path / "x.svg"), match=["no cell is finished"])
    with h5py.File(path, "r+") as f:
        for name in list(f["observables"]):
            del f["observables"][name]
    refused(65, "plot", "fan", str(path), "-o", str(tmp_path / "x.svg"), match=["observables"])


def test_figures_need_neither_pandas_nor_xarray(judged, tmp_path):
    code = """
import sys, tepui
sys.modules["pandas"] = sys.modules["xarray"] = None
for word in sys.argv[1:]:
    name, path, options = word.split("|")
    tepui.draw(name, tepui.open(path), **eval(options))
"""
    words = [f"{name}|{judged[FIGURES[name]]}|{OPTIONS.get(name, {})}" for name in ("fan", "verdicts", "survival", "trend")]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_palette_is_told_apart():
    assert len(set(style.COLOURS)) == len(style.COLOURS) == len(set(style.MARKERS))
    looks = [(style.colour(i), style.marker(i), style.dash(i)) for i in range(24)]
    assert len(set(looks)) == 24


@pytest.fixture(scope="module")
def all_nan(tmp_path_factory):
    """Narrow ReLU nets of depth 60 are dead, with a chance of all but (3/4)^60 a point: their last angle is NaN, the first is not."""
    folder = tmp_path_factory.mktemp("nan")
    (folder / "a.yaml").write_text("seed: 1\ngrid: {depth: [60, 61], width: 1, activation: relu, init: he}\ndata: {source: gaussian, "
                                   "points: 2, dimension: 3}\nobservables: [angle]\nsamples: 30\noutput: {allow_nan: true, raw: 30}\n")
    subprocess.run([conftest.program(), "run", str(folder / "a.yaml"), "-o", str(folder / "a.h5"), "-q"], check=True)
    return str(folder / "a.h5")


def test_values_that_are_all_nan_are_no_empty_figure(all_nan, tmp_path):
    result = tepui.open(all_nan)
    for name in ("fan", "collapse", "qq"):
        options = {"law": "N4"} if name == "qq" else {}
        with pytest.raises(tepui.Error, match="nothing to draw; all 60 samples of angle, component last, in these cells are NaN.*tepui list"):
            tepui.draw(name, result, "angle", component="last", **options)
    assert by_gid(tepui.draw("histogram", result, "angle", component="last").axes, "share NaN")
    with pytest.raises(tepui.Error, match="all 60 samples of angle"):
        common.finished(result, result.observable("angle"), np.arange(2), "60")
    assert common.finished(result, result.observable("angle"), np.arange(2)).size == 2  # some layers have numbers
    done = subprocess.run([conftest.program(), "plot", "fan", all_nan, "-O", "angle", "-o", str(tmp_path / "x.svg")], capture_output=True, text=True)
    assert done.returncode == 65 and "are NaN" in done.stderr and not (tmp_path / "x.svg").exists()
