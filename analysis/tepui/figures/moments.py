"""Mean, median and the bound between them of norm2 against depth: a panel for each width (and whatever else differs).

Of raw samples of an observable with ln, x = exp(2 ln value): the mean, the median, the distance between the two, and the standard
deviation, which bounds that distance (Mallows). Dashed: exact values, where laws give them: the mean by N3, the deviation by N3 and
N3b, the median by N2 (forward_norm). A mean of samples misses what rare samples carry. Unit: that of the observable,
squared, powers of ten. Source: Mallows 1969; Orvieto et al. 2021.
"""

import numpy as np

from .. import style
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
    cells = common.finished(result, o, result.distinct(result.select(**(where or {}))))
    names = common.varying(result, cells, besides={"depth"})
    parts = [(common.label(names, v), common.by_depth(result, part)) for v, part in common.groups(result, cells, names).items()]
    k = o.component(component)
    found = {int(i): sampled(o.raw(i, k[i])) for i in cells}
    theory = _Exact(result, o, component, law, cells)
    fig, grid = common.axes(plt, ax, len(parts))
    for a, (title, part) in zip(grid, parts):
        y = common.Axis([list(v[int(i)]) for v in (found, theory.values) for i in part if int(i) in v], True)
        _panel(a, y, result.columns["depth"][part], [found[int(i)] for i in part], [theory.values.get(int(i)) for i in part])
        y.apply(a, "y", "")
        common.depth_axis(a, result.columns["depth"][cells])
        a.set_title(title)
    grid[0].set_ylabel(common.symbol(o, component) + "$^2$")
    handles = [plt.Line2D([], [], color=style.colour(i), marker=style.marker(i), ls=style.dash(i), label=n) for i, n in enumerate(LINES)]
    if theory.values:
        handles.append(plt.Line2D([], [], color=style.INK, ls="--", lw=1, label="exact"))
    common.legend(common.corner(grid), handles)
    text = f"Mean and median of the square of {o.name}, their distance, and its bound, the standard deviation; grey strips: exact zeros."
    return common.finish(fig, result, o, cells, text, theory.words())


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
        medians = self.laws.medians(cells)
        for i in cells:
            name = common.name_of(o, component, i)
            first, second = (self._ln_mean(result, n, i, name) for n in ("N3", "N3b"))
            median = 2 * medians.get(int(i), np.nan)
            with np.errstate(divide="ignore", invalid="ignore"):
                spread = first + .5 * np.log(np.expm1(np.maximum(second - 2 * first, 0)))
                gap = first + np.log(np.abs(np.expm1(median - first)))
            if not np.isnan([first, median, spread]).all():
                self.values[int(i)] = (first, median, spread, gap)

    def _ln_mean(self, result, law, cell, name):
        try:
            value = float(result.theory(law, cell, name).predictions["ln of the mean"])
        except (Error, KeyError) as e:
            self.laws.reason = self.laws.reason or str(e)
            return np.nan
        self.laws.drawn.add(law)
        return value

    def words(self):
        return self.laws.words("Dashed")


def _panel(ax, y, depth, rows, exact):
    for i, name in enumerate(LINES):
        common.line(ax, depth, np.array([r[i] for r in rows]), y, i, name)
        theory = np.array([np.nan if e is None else e[i] for e in exact])
        known = ~np.isnan(theory)
        if known.any():
            ax.plot(depth[known], y(theory[known]), color=style.INK, ls="--", lw=1, zorder=5, gid=f"exact {name}")
