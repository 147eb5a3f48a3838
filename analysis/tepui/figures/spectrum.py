"""Eigenvalues of the Hessian on a signed logarithmic axis: the whole, its Gauss-Newton part G and its residual part R, a panel each.

Left of the middle strip are negative eigenvalues, right of it positive ones, both by magnitude; the strip is the share of exact zeros
(certain zeros left out). A colour for each depth. Heights: share of all eigenvalues per factor e. Source: histograms of hessian_spectrum,
gauss_newton_spectrum, residual_spectrum (or hessian_density).
"""

import numpy as np

from .. import style
from ..error import DATA, Error
from . import common
from .survival import shades

PARTS = {"hessian_spectrum": "Hessian $H$", "gauss_newton_spectrum": "Gauss-Newton part $G$", "residual_spectrum": "residual part $R$",
         "hessian_density": "Hessian $H$, density"}
MOST = 8


def draw(result, observable=None, ax=None, bins=40, cell=None, where=None):
    """observable: one of them or several with commas (default: all that the file has). cell: a number or a list."""
    plt = style.pyplot()
    names = observable.split(",") if observable else [n for n in PARTS if n in result]
    first = common.need(result, names[0] if names else None, list(PARTS), "spectrum")
    if not {"negative", "positive"} <= set(first.components):
        raise Error(f"spectrum: {first.name} is no spectrum by sign; it has components {', '.join(first.components[:4])}", DATA)
    cells = common.finished(result, first, np.atleast_1d(cell) if cell is not None else result.distinct(result.select(**(where or {}))))
    if len(cells) > MOST:
        raise Error(f"spectrum: {len(cells)} cells, at most {MOST} are drawn; choose with where", DATA)
    cells = common.by_depth(result, cells)
    differs = ["depth", *common.varying(result, cells, besides={"depth"})]
    colours = shades(plt, len(cells))
    fig, grid = common.axes(plt, ax, len(names), width=3.4, right=.8, sharey=True)
    drawn = [[_sides(result.observable(name), i, bins) for i in cells] for name in names]
    scale = _range(drawn)
    for a, name, sides in zip(grid, names, drawn):
        _panel(a, sides, cells, colours, *scale)
        a.set_title(PARTS.get(name, name))
    grid[0].set_ylabel("share of eigenvalues per factor e")
    common.legend(common.corner(grid), [plt.Line2D([], [], color=c, label=common.label(differs, [result.columns[n][i] for n in differs]))
                                               for c, i in zip(colours, cells)])
    text = ("Spectra by sign on a signed logarithmic axis; in the grey strip: the share of exact zeros, as a bar with 100 % the full height "
            "(directions that no point sees are left out).")
    return common.finish(fig, result, first, cells, text)


def _sides(o, cell, bins):
    """Histograms of the negative and of the positive eigenvalues."""
    return [o.histogram(o.component(sign), [cell], bins) for sign in ("negative", "positive")]


def _panel(ax, sides, cells, colours, lo, hi, top):
    gap = .09 * (hi - lo)
    ax.axvspan(-gap, gap, color=style.STRIP, lw=0, zorder=0, gid="strip")
    for j, (pair, colour) in enumerate(zip(sides, colours)):
        for h, sign in zip(pair, (-1, 1)):
            _side(ax, h, sign, lo, gap, colour)
        zero = 1 - sum(h.total - h.zero for h in pair) / pair[0].total
        width = 2 * gap / len(cells)
        ax.bar(-gap + (j + .5) * width, zero * top, width=.7 * width, color=colour, zorder=2, gid=f"zeros {cells[j]}")
    _ticks(ax, lo, hi, gap)
    ax.set_ylim(0, top)
    ax.set_xlabel(r"eigenvalue $\lambda$")


def _range(drawn):
    """Ends of all spectra in powers of ten, and the top of the highest: panels have one scale."""
    full = [h for sides in drawn for pair in sides for h in pair if h.counts.sum()]
    if not full:
        return -1.0, 1.0, 1.0
    return (min(h.edges[0] for h in full) / common.LN10, max(h.edges[-1] for h in full) / common.LN10,
            1.1 * max(h.density.max() for h in full))


def _side(ax, h, sign, lo, gap, colour):
    if not h.counts.sum():
        return
    x = gap + h.edges / common.LN10 - lo
    if sign < 0:
        ax.stairs(h.density[::-1], -x[::-1], color=colour, lw=1, gid="negative")
    else:
        ax.stairs(h.density, x, color=colour, lw=1, gid="positive")


def _ticks(ax, lo, hi, gap):
    step = max(1, int(np.ceil((hi - lo) / 3)))
    powers = np.arange(np.floor(hi), lo + .15 * (hi - lo), -step)[::-1]  # room for the 0 in the middle
    right = [gap + p - lo for p in powers]
    ax.set_xticks([-x for x in right[::-1]] + [0] + right)
    ax.set_xticklabels(["−" + common.ten(int(p)) for p in powers[::-1]] + ["0"] + [common.ten(int(p)) for p in powers])
    ax.tick_params(axis="x", labelsize=7)
    ax.set_xlim(-(gap + hi - lo) * 1.02, (gap + hi - lo) * 1.02)
