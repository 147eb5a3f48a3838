"""Samples against a law: quantiles against quantiles (Q-Q) and probabilities against probabilities (P-P), a row for each cell.

The band is simultaneous: with 95 % probability all of the sample lies in it if the law is true (Dvoretzky, Kiefer, Wolfowitz, Massart).
Exact zeros take their share of probability and lie on the strip of Q-Q. Unit: ln of the observable, or itself where it is a plain
number. Source: raw samples, and quantiles and probabilities of the law from the program.
"""

import numpy as np

from .. import style
from ..error import DATA, MISSING, Error
from . import common

MOST = 4
POINTS = 200
LEVEL = .05
FEW = np.array([.001, .01, .05, .25, .5, .75, .95, .99, .999])  # what a program without --probability prints


def draw(result, observable=None, ax=None, component=None, law=None, cell=None, where=None):
    """law: needed unless the file has verdicts (`tepui verify --save`). cell: a number or a list."""
    plt = style.pyplot()
    o = common.need_magnitude(result, observable, "qq")
    cells = common.finished(result, o, np.atleast_1d(cell) if cell is not None else result.distinct(result.select(**(where or {}))), component)
    cells = [i for i in cells if common.law_of(result, o, i, component, law)]
    if not cells:
        raise Error(f"qq: no law is known for {o.name} here: name one with law, or save verdicts (`tepui verify --save`)", DATA)
    cells = np.array(cells[-MOST:])
    fig, grid = common.axes(plt, ax, 2 * len(cells), columns=2, width=3.2, height=3.0)
    laws = common.Laws(result, o, component, law)
    k = o.component(component)
    names = ["depth", "width_expression", *common.varying(result, result.columns["cell"], besides={"depth", "width_expression"})]
    for j, i in enumerate(cells):
        sample = np.sort(o.raw(i, k[i]))
        points = _law_points(laws, int(i), sample, result, o, component)
        title = common.label(names, [result.columns[n][i] for n in names])
        _qq(grid[2 * j], sample, points, common.symbol(o, component), o.ln)
        _pp(grid[2 * j + 1], sample, points)
        grid[2 * j].set_title(f"Q-Q, {title}")
        grid[2 * j + 1].set_title(f"P-P, {title}")
    text = (f"Sample against law, {o.name}, component {common.component_name(o, component)}; band: 95 % of true laws lie in it everywhere at once. "
            f"{'Points' if len(points[0]) > len(FEW) else 'The points are the ' + str(len(points[0])) + ' quantiles that the program prints'}.")
    return common.finish(fig, result, o, cells, text.replace("Points.", ""), laws.words("The line"))


def _law_points(laws, cell, sample, result, o, component):
    """(probabilities, quantiles of the law there)."""
    n = len(sample)
    if n == 0:
        raise Error(f"qq: cell {cell} has no raw samples of this component", DATA)
    p = (np.arange(1, min(n, POINTS) + 1) - .5) / min(n, POINTS)
    for wanted in (p, FEW[(FEW * n >= 1) & ((1 - FEW) * n >= 1)]):
        q = laws.get(cell, lambda t, w=wanted: np.atleast_1d(t.quantile(w)))
        if q is not None:
            return wanted, q
    raise Error(f"qq: {laws.reason}", MISSING if "newer" in (laws.reason or "") else DATA)


def _epsilon(n):
    return np.sqrt(np.log(2 / LEVEL) / (2 * n))


def _sample_quantile(sample, p):
    return sample[np.clip(np.ceil(p * len(sample)).astype(int) - 1, 0, len(sample) - 1)]


def _qq(ax, sample, points, name, ln):
    p, law = points
    e = _epsilon(len(sample))
    mine = _sample_quantile(sample, p)
    axis = common.Axis([mine, law], False, zero="zero" if ln else None)
    low, high = _sample_quantile(sample, np.maximum(p - e, 0)), _sample_quantile(sample, np.minimum(p + e, 1))
    low, high = np.where(p - e <= 0, -np.inf, low), np.where(p + e >= 1, np.inf, high)
    clip = lambda v: np.clip(axis(v), axis.lo - axis.strip, axis.hi + axis.strip)  # noqa: E731
    ax.fill_between(axis(law), clip(low), clip(high), color=style.COLOURS[5], alpha=.3, lw=0, gid="band")
    ends = [axis.lo - axis.strip * axis.zero, axis.hi + axis.strip * axis.infinite]
    ax.plot(ends, ends, color=style.INK, lw=.8, zorder=2)
    ax.plot(axis(law), axis(mine), color=style.COLOURS[0], marker="o", ms=2.6, ls="none", zorder=3, gid="quantiles")
    log = f"ln {name}" if ln else name
    axis.apply(ax, "x", f"law, {log}")
    axis.apply(ax, "y", f"sample, {log}")


def _pp(ax, sample, points):
    p, law = points
    e = _epsilon(len(sample))
    mine = np.searchsorted(sample, law, side="right") / len(sample)
    inside = np.isfinite(law)
    ax.fill_between([0, 1], [-e, 1 - e], [e, 1 + e], color=style.COLOURS[5], alpha=.3, lw=0, gid="band")
    ax.plot([0, 1], [0, 1], color=style.INK, lw=.8, zorder=2)
    ax.plot(p[inside], mine[inside], color=style.COLOURS[0], marker="o", ms=2.6, ls="none", zorder=3, gid="probabilities")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_xlabel("probability of the law")
    ax.set_ylabel("share of the sample")
