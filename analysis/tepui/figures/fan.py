"""Median and quantile bands against depth: a panel for each initialisation, a colour for each width.

Lines are medians, the dark band reaches from the inner, the light one from the outer pair of stored quantiles; dashed: exact
median (and quantiles, dotted) where a law gives them. Exact zeros lie on the strip at the bottom. Unit: that of the observable,
powers of ten. Source: Orvieto et al. 2021, figures 1 and 2.
"""

import numpy as np

from .. import style, theory
from . import common


def draw(result, observable=None, ax=None, component=None, law=None, bands=None, where=None):
    """bands: how many pairs of quantiles are drawn (default: 2 for up to two widths, 1 up to four, else 0)."""
    plt = style.pyplot()
    o = common.need_magnitude(result, observable, "fan")
    cells = common.finished(result, o, result.select(**(where or {})), component)
    parts = common.panels(result, cells, ("width_expression",), "fan")
    widths = common.widths(result, cells)
    pairs = _pairs(o)[:_bands(bands, len(widths))]
    fig, grid = common.axes(plt, ax, len(parts), sharey=True)
    drawn = _Drawn(result, o, component, law, pairs, widths)
    drawn.median = drawn.laws.each(cells, theory.quantiles)
    y = common.Axis(drawn.values(cells), o.ln)
    for a, (title, part) in zip(grid, parts):
        drawn.panel(a, y, part)
        y.apply(a, "y", "")
        common.depth_axis(a, result.columns["depth"][cells])
        a.set_title(title)
    grid[0].set_ylabel(common.symbol(o, component))
    handles = common.width_handles(plt, widths)
    if drawn.laws.drawn:
        handles.append(plt.Line2D([], [], color=style.INK, ls="--", lw=1, label="exact median"))
    common.legend(common.corner(grid), handles)
    return common.finish(fig, result, o, cells, _caption(o, pairs, y), drawn.laws.words("Dashed"))


def _pairs(o):
    """(low, high) probabilities that the file has on both sides of the median, the inner ones first."""
    p = o.probabilities
    return [(a, 1 - a) for a in sorted(p[p < .5], reverse=True) if np.isclose(p, 1 - a, atol=1e-9).any()]


def _bands(asked, widths):
    return asked if asked is not None else 2 if widths <= 2 else 1 if widths <= 4 else 0


def _caption(o, pairs, y):
    said = f"Median of {o.name} ({o.doc.rstrip('.')})"
    if pairs:
        said += "; bands: quantiles " + " and ".join(f"{a:g} to {b:g}" for a, b in pairs)
    return said + ("; grey strip: exact zeros" if y.zero else "") + ("; infinite above" if y.infinite else "") + "."


class _Drawn:
    def __init__(self, result, o, component, law, pairs, widths):
        self.result, self.o, self.pairs, self.widths = result, o, pairs, widths
        self.k = o.component(component)
        self.laws = common.Laws(result, o, component, law)

    def quantile(self, p, cells):
        return self.o.quantile(p, self.k, cells)

    def values(self, cells):
        return [self.quantile(p, cells) for p in (.5, *(p for pair in self.pairs for p in pair))]

    def panel(self, ax, y, cells):
        for (width,), line in common.groups(self.result, cells, ["width_expression"]).items():
            line = common.by_depth(self.result, line)
            i = self.widths[width]
            depth = self.result.columns["depth"][line]
            for j, (a, b) in enumerate(self.pairs):
                ax.fill_between(depth, y(self.quantile(a, line)), y(self.quantile(b, line)), color=style.colour(i),
                                alpha=(.22, .10)[min(j, 1)], lw=0)
            common.line(ax, depth, self.quantile(.5, line), y, i, f"median {width}")
            self.exact(ax, y, line, depth)

    def exact(self, ax, y, line, depth):
        median = np.array([self.median.get(int(c), np.nan) for c in line])
        position = y(median)
        known = np.isfinite(position) & (position >= y.lo) & (position <= y.hi) | np.isneginf(median) & y.zero
        if known.any():
            ax.plot(depth[known], position[known], color=style.INK, ls="--", lw=1, zorder=4, gid="exact")
