"""The distribution of an observable in a few cells, a panel each, with the exact density where a law gives one.

Bars are shares of all samples per unit of the axis, so that bars and strips together make 1; exact zeros, infinite values and
values outside of output.range are bars on strips at the edges, with their share. Unit: natural logarithm of the observable, or
itself where it is a plain number. Source: the histograms of the result file.
"""

import numpy as np

from .. import style, theory
from ..error import DATA, Error
from . import common

MOST = 6


def draw(result, observable=None, ax=None, component=None, law=None, bins=40, cell=None, where=None):
    """bins: at most so many bars. cell: a number, or a list. Default: the deepest cells."""
    plt = style.pyplot()
    o = common.need_magnitude(result, observable, "histogram")
    cells = _chosen(result, o, cell, where)
    fig, grid = common.axes(plt, ax, len(cells), columns=min(len(cells), 3))
    laws = common.Laws(result, o, component, law)
    names = common.varying(result, result.columns["cell"], besides={"width_expression", "depth"})
    k = o.component(component)
    curves = laws.each(cells, theory.curves)
    for a, i in zip(grid, cells):
        _panel(a, o, o.histogram(k, [i], bins), curves.get(int(i)))
        a.set_title(common.label(["depth", "width_expression", *names],
                                 [result.columns[n][i] for n in ["depth", "width_expression", *names]]))
    first = [a for a in grid if a.get_subplotspec() is None or a.get_subplotspec().is_first_col()]
    for a in first:
        a.set_ylabel("density")
    name = common.symbol(o, component)
    for a in grid:
        a.set_xlabel(f"ln {name}" if o.ln else name)
    text = (f"Histograms of {'ln of ' if o.ln else ''}{o.name}, component {common.component_name(o, component)}; "
            "strips at the edges: share of exact zeros (left) and of infinite values (right), "
            "100 % being the full height.")
    return common.finish(fig, result, o, cells, text, laws.words("Curve"))


def _chosen(result, o, cell, where):
    where = dict(where or {})
    if cell is not None:
        cells = common.finished(result, o, np.atleast_1d(cell), nan=True)
    else:
        cells = common.finished(result, o, result.distinct(result.select(**where)), nan=True)
        if "depth" not in where and len(cells) > MOST:
            deepest = result.columns["depth"][cells].max()
            cells = cells[result.columns["depth"][cells] == deepest]
    if len(cells) > MOST and where:
        raise Error(f"histogram: {len(cells)} cells meet the conditions, at most {MOST} are drawn; choose more closely", DATA)
    return cells[:MOST]


def _panel(ax, o, h, curve):
    beside = [("zero", h.zero, 0), ("−∞", h.minus_infinite, 0), ("∞", h.infinite, 1), ("<", h.under, 0), (">", h.over, 1),
              ("NaN", h.nan, 1)]
    lo, hi = (h.edges[0], h.edges[-1]) if h.counts.sum() else (-1.0, 1.0)
    if curve is not None:
        lo, hi = _range(curve, lo, hi)
    step = .12 * (hi - lo)
    if h.counts.sum():
        ax.stairs(h.density, h.edges, fill=True, color=style.COLOURS[5], alpha=.75, lw=0, gid="bars", zorder=2)
        ax.stairs(h.density, h.edges, color=style.COLOURS[0], lw=.6, zorder=2)
    if curve is not None:
        inside = np.isfinite(curve["x"])
        ax.plot(curve["x"][inside], curve["density"][inside], color=style.COLOURS[1], lw=1.2, zorder=3, gid="law")
    top = max(h.density.max() if h.counts.sum() else 1, 1e-300) * 1.12
    ax.set_ylim(0, top)
    _strips(ax, h, beside, lo, hi, step, top)
    if not h.counts.sum():
        ax.text(.55, .5, "no sample lies\nin a bin", transform=ax.transAxes, ha="center", color=style.GREY, fontsize=8)
        ax.set_yticks([])


def _range(curve, lo, hi):
    """The bars, and the curve as far as it is above a thousandth of its peak."""
    x = curve["x"][np.isfinite(curve["x"]) & (curve["density"] > 1e-3 * np.nanmax(curve["density"]))]
    return (min(lo, x.min()), max(hi, x.max())) if x.size else (lo, hi)


def _strips(ax, h, beside, lo, hi, step, top):
    ticks, labels = [], []
    left, right = lo, hi
    for name, count, side in beside:
        if count == 0:
            continue
        a = right if side else left - step
        left, right = (left, right + step) if side else (left - step, right)
        share = count / h.total
        ax.axvspan(a, a + step, color=style.STRIP, lw=0, zorder=0, gid="strip")
        ax.bar(a + step / 2, share * top, width=.5 * step, color=style.COLOURS[1] if name in ("zero", "∞", "−∞") else style.GREY, zorder=2,
               gid=f"share {name}")
        if share > .85:
            ax.text(a + step / 2, .5 * top, _percent(share), ha="center", va="center", rotation=90, fontsize=7, color="white", zorder=4)
        else:
            ax.text(a + step / 2, (share + .02) * top, _percent(share), ha="center", va="bottom", fontsize=6.5, zorder=4)
        ticks.append(a + step / 2)
        labels.append(name)
    room = .02 * (hi - lo)
    from matplotlib.ticker import MaxNLocator
    inner = [] if not h.counts.sum() else [t for t in MaxNLocator(5).tick_values(lo, hi) if lo + (left < lo) * .08 * (hi - lo) <= t <= hi - (right > hi) * .05 * (hi - lo)]
    ax.set_xticks(ticks + inner)
    ax.set_xticklabels(labels + [f"{t:g}".replace("-", "−") for t in inner])
    ax.set_xlim(left - room * (left == lo), right + room * (right == hi))


def _percent(share):
    return f"{100 * share:.0f} %" if .005 <= share <= .995 or share in (0, 1) else f"{100 * share:.2g} %" if share < .5 else "> 99 %"
