"""Mean, median and the bound between them of norm2 against depth: a panel for each width (and whatever else differs).

Of raw samples of an observable with ln, x = exp(2 ln value): the mean, the median, the distance between the two, and the standard
deviation, which bounds that distance (Mallows). Dashed: exact values, where laws give them: the mean by N3, the deviation by N3 and
N3b, the median by N2 (forward_norm). A mean of samples misses what rare samples carry. Unit: that of the observable,
squared, powers of ten. Source: Mallows 1969; Orvieto et al. 2021.
"""

import numpy as np

from .. import style, theory
from ..error import Error
from . import common

LINES = ["mean", "median", "standard deviation (bound)", "|mean - median|"]


def draw(result, observable=None, ax=None, component="last", law=None, where=None):
    """law: of the exact median (default: N2 for forward_norm; "none": no curve of theory)."""
    plt = style.pyplot()
    o = common.need(result, observable, ["forward_norm", "jacobian_vector_norm", "output_gradient_norm"], "moments")
    law = law or ("N2" if o.name == "forward_norm" else "none")
    if not o.ln:
        raise Error(f"moments: {o.name} is no magnitude; forward_norm is one")
    cells = common.finished(result, o, result.select(**(where or {})), component)  # where d = L is 8, too, the line of d = L has it
    names = common.varying(result, cells, besides={"depth"})
    parts = [(common.label(names, v), common.by_depth(result, part)) for v, part in common.groups(result, cells, names).items()]
    k = o.component(component)
    found = {int(i): sampled(o.raw(i, k[i])) for i in cells}
    exact = _Exact(result, o, component, law, cells)
    fig, grid = common.axes(plt, ax, len(parts))
    for a, (title, part) in zip(grid, parts):
        y = common.Axis([list(v[int(i)]) for v in (found, exact.values) for i in part if int(i) in v], True)
        _panel(a, y, result.columns["depth"][part], [found[int(i)] for i in part], [exact.values.get(int(i)) for i in part])
        y.apply(a, "y", "")
        common.depth_axis(a, result.columns["depth"][cells])
        a.set_title(title)
    grid[0].set_ylabel(common.symbol(o, component) + "$^2$")
    handles = [plt.Line2D([], [], color=style.colour(i), marker=style.marker(i), ls=style.dash(i), label=n) for i, n in enumerate(LINES)]
    if exact.values:
        handles.append(plt.Line2D([], [], color=style.INK, ls="--", lw=1, label="exact"))
    common.legend(common.corner(grid), handles)
    text = f"Mean and median of the square of {o.name}, their distance, and its bound, the standard deviation; grey strips: exact zeros."
    return common.finish(fig, result, o, cells, text, exact.words())


def sampled(ln):
    """ln of mean, median, standard deviation and |mean - median| of exp(2 ln)."""
    v = 2 * ln[~np.isnan(ln)]
    if v.size == 0:
        return (np.nan,) * 4
    top = v.max()
    if np.isneginf(top):
        return (-np.inf,) * 4
    x = np.exp(v - top)
    mean, median = x.mean(), np.median(x)
    with np.errstate(divide="ignore"):
        return tuple(np.log([mean, median, x.std(), abs(mean - median)]) + top)


class _Exact:
    """Cell -> the same four of the laws, NaN where one is silent."""

    def __init__(self, result, o, component, law, cells):
        self.values, self.laws = {}, common.Laws(result, o, component, law)
        if law == "none":
            return
        medians = self.laws.each(cells, theory.quantiles)
        means = [self._ln_means(result, n, {int(i): common.name_of(o, component, i) for i in cells}) for n in ("N3", "N3b")]
        for i in cells:
            first, second = (m.get(int(i), np.nan) for m in means)
            median = 2 * medians.get(int(i), np.nan)
            with np.errstate(divide="ignore", invalid="ignore"):
                spread = first + .5 * np.log(np.expm1(np.maximum(second - 2 * first, 0)))
                gap = first + np.log(np.abs(np.expm1(median - first)))
            if not np.isnan([first, median, spread]).all():
                self.values[int(i)] = (first, median, spread, gap)

    def _ln_means(self, result, law, components):
        try:
            found = theory.predictions(result, law, components)
        except Error as e:
            self.laws.reason = self.laws.reason or str(e)
            return {}
        self.laws.drawn.add(law)
        return {cell: float(p["ln of the mean"]) for cell, p in found.items() if "ln of the mean" in p}

    def words(self):
        return self.laws.words("Dashed")


def _panel(ax, y, depth, rows, exact):
    for i, name in enumerate(LINES):
        common.line(ax, depth, np.array([r[i] for r in rows]), y, i, name)
        law = np.array([np.nan if e is None else e[i] for e in exact])
        known = ~np.isnan(law)
        if known.any():
            ax.plot(depth[known], y(law[known]), color=style.INK, ls="--", lw=1, zorder=5, gid=f"exact {name}")
