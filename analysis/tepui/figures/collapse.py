"""Medians against depth over width, L/d: curves of all widths lie on one another where only that ratio counts.

A marker is a cell; its colour is the width as written in the experiment. Dashed: the limit curve, the exact median of the law at
the largest depth of the file and widths of the same ratio. Unit: that of the observable, powers of ten. Source: Orvieto et al.
2021; docs/theory/wide-nets.md#n5.
"""

import numpy as np

from .. import style
from . import common

PREFERRED = ["output_gradient_norm", "jacobian_vector_norm", "forward_norm", "gradient_norm"]
POINTS = 13


def draw(result, observable=None, ax=None, component=None, law=None, ratio=16, where=None):
    """law: the limit curve is its median (default: a law with a verdict in the file). ratio: largest L/d (0: all), since medians of
    narrow nets are so small that nothing else could be told apart."""
    plt = style.pyplot()
    o = common.need(result, observable, PREFERRED, "collapse")
    component = _component(o, component)
    cells = common.finished(result, o, result.distinct(result.select(**(where or {}))), component)
    every = len(cells)
    if ratio and (_ratio(result, cells) <= ratio).any():
        cells = cells[_ratio(result, cells) <= ratio]
    parts = common.panels(result, cells, ("width_expression",), "collapse")
    widths = common.widths(result, cells)
    k = o.component(component)
    y = common.Axis([o.quantile(.5, k, cells)], o.ln)
    fig, grid = common.axes(plt, ax, len(parts), sharey=True)
    laws = common.Laws(result, o, component, law)
    for a, (title, part) in zip(grid, parts):
        _panel(a, y, result, o, k, part, widths)
        _limit(a, y, result, part, laws)
        y.apply(a, "y", "")
        a.set_xscale("log")
        _ratio_axis(a, _ratio(result, cells))
        a.set_xlabel("$L/d$")
        a.set_title(title)
    grid[0].set_ylabel(common.symbol(o, component))
    handles = common.width_handles(plt, widths, lines=False)
    if laws.drawn:
        handles.append(plt.Line2D([], [], color=style.INK, ls="--", lw=1, label="limit"))
    common.legend(common.corner(grid), handles)
    text = (f"Median of {o.name}, component {common.component_name(o, component)}, against depth over width"
            + ("; grey strip: exact zeros" if y.zero else "")
            + (f"; {every - len(cells)} cells with L/d above {ratio:g} are not drawn" if every > len(cells) else "") + ".")
    return common.finish(fig, result, o, cells, text, laws.words("Dashed: the exact median at the largest depth"))


def _component(o, component):
    """Of weight gradients the first layer, of other norms the last hidden one: their size does not change with the width."""
    if component is not None:
        return component
    if "gradient" in o.name:
        return "1" if "1" in o.components else None
    return "hidden" if any(c.isdigit() for c in o.components) else None


def _ratio(result, cells):
    return result.columns["depth"][cells] / result.columns["width"][cells]


def _ratio_axis(ax, ratio):
    """1/4, 1/2, 1, 2, ... where the ratios span no more than a thousand."""
    low, high = ratio.min(), ratio.max()
    if high / low > 1000:
        common.powers_axis(ax.xaxis, low, high)
        return
    exponents = np.arange(np.floor(np.log2(low)), np.ceil(np.log2(high)) + 1)
    ax.xaxis.set_minor_locator(common._null())
    ax.set_xticks(2.0 ** exponents)
    ax.set_xticklabels([f"{2 ** e:g}" if e >= 0 else f"1/{2 ** -e:g}" for e in exponents])
    ax.set_xlim(low / 1.15, high * 1.15)


def _panel(ax, y, result, o, k, part, widths):
    for (width,), cells in common.groups(result, part, ["width_expression"]).items():
        i = widths[width]
        cells = cells[np.argsort(_ratio(result, cells), kind="stable")]
        ax.plot(_ratio(result, cells), y(o.quantile(.5, k, cells)), color=style.colour(i), marker=style.marker(i), ls="none",
                gid=f"median {width}", clip_on=False, zorder=3)


def _limit(ax, y, result, part, laws):
    """Medians of the law at the largest depth, from the program: it is told the depth and other widths."""
    deepest = int(part[np.argmax(result.columns["depth"][part])])
    depth = int(result.columns["depth"][deepest])
    ratio = _ratio(result, part)
    widths = np.unique(np.maximum(1, np.rint(depth / np.geomspace(ratio.min(), ratio.max(), POINTS)).astype(int)))
    medians = laws.get(deepest, lambda t: t.over_widths(depth, widths.tolist()))
    points = sorted((depth / d, m) for d, m in zip(widths, medians or []))
    points = [(x, m) for x, m in points if np.isfinite(m) and y.lo <= y([m])[0] <= y.hi]
    if points:
        x, m = zip(*points)
        ax.plot(x, y(np.array(m)), color=style.INK, ls="--", lw=1, zorder=4, gid="limit")
