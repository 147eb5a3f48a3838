"""Median norms of the L x L blocks of the Hessian by pairs of layers: Gauss-Newton part G and residual part R, a panel each.

Colour: powers of ten of the median, one scale for all panels; hatched: exactly zero; empty: not recorded (output.layers).
Source: hessian_block_norm.
"""

import re

import numpy as np

from .. import style
from ..error import DATA, Error
from . import common

NAME = re.compile(r"([A-Z]) (\w+),(\w+)$")


def draw(result, observable=None, ax=None, cell=None, p=.5, where=None):
    """cell: the cell (default: the deepest one that meets the conditions). p: quantile in place of the median."""
    plt = style.pyplot()
    o = common.need(result, observable, ["hessian_block_norm"], "blockmap")
    if not any(NAME.match(c) for c in o.components):
        raise Error(f"blockmap: {o.name} has no components by pairs of layers; the figure is about hessian_block_norm", DATA)
    cell = int(cell) if cell is not None else _deepest(result, o, where)
    common.finished(result, o, [cell])
    maps, layers = _maps(o, cell, p)
    fig, grid = common.axes(plt, ax, len(maps), width=3.2, height=2.9, columns=len(maps), right=.9)
    axis = common.Axis(list(maps.values()), o.ln)
    for a, (part, values) in zip(grid, maps.items()):
        image = _panel(a, values, layers, axis, o.ln)
        a.set_title({"G": "Gauss-Newton part $G$", "R": "residual part $R$", "H": "Hessian $H$"}.get(part, part))
    bar = fig.colorbar(image, ax=list(grid), fraction=.05, pad=.02)
    bar.set_label(("median " if p == .5 else f"quantile {p:g} ") + r"$\Vert\cdot\Vert_F$")
    if o.ln:
        bar.set_ticks(axis._ticks(), labels=[common.power(t) for t in axis._ticks()])
    names = ["depth", "width_expression", *common.varying(result, result.columns["cell"], besides={"depth", "width_expression"})]
    text = (f"Norms of blocks (k, l) of the second derivative, {common.label(names, [result.columns[n][cell] for n in names])}; "
            "hatched: exactly zero; white: not recorded.")
    return common.finish(fig, result, o, np.array([cell]), text)


def _deepest(result, o, where):
    cells = common.finished(result, o, result.distinct(result.select(**(where or {}))))
    return int(cells[np.argmax(result.columns["depth"][cells])])


def _maps(o, cell, p):
    """part -> symmetric matrix of the quantile by layers, NaN where there is none; and the layers."""
    found = {}
    values = o.statistic("quantile")[cell, :, o.probability_index(p)]
    for k in np.flatnonzero(o.present[cell]):
        m = NAME.match(o.components[k])
        if m:
            found[m.groups()] = values[k]
    layers = list(dict.fromkeys(n for _, a, b in found for n in (a, b)))
    layers.sort(key=lambda n: (not n.isdigit(), int(n) if n.isdigit() else 0))
    maps = {}
    for (part, a, b), v in found.items():
        m = maps.setdefault(part, np.full((len(layers),) * 2, np.nan))
        m[layers.index(a), layers.index(b)] = m[layers.index(b), layers.index(a)] = v
    return maps, layers


def _panel(ax, values, layers, axis, ln):
    n = len(layers)
    shown = values / common.LN10 if ln else values
    image = ax.pcolormesh(np.arange(n + 1), np.arange(n + 1), np.ma.masked_invalid(shown), cmap="viridis", vmin=axis.lo, vmax=axis.hi,
                          edgecolors="white", linewidth=.3 if n <= 32 else 0, gid="blocks")
    zero = np.argwhere(np.isneginf(values))
    if zero.size:
        from matplotlib.collections import PatchCollection
        from matplotlib.patches import Rectangle

        ax.add_collection(PatchCollection([Rectangle((j, i), 1, 1) for i, j in zero], facecolor=style.STRIP, edgecolor=style.GREY, hatch="////",
                                          linewidth=.2, gid="zeros"))
    ax.set_xlim(0, n)
    ax.set_ylim(n, 0)
    ax.set_aspect("equal")
    ax.grid(visible=False)
    every = max(1, -(-n // 10))
    ticks = np.arange(0, n, every)
    for axis_, set_name, name in ((ax.xaxis, ax.set_xlabel, r"layer $\ell$"), (ax.yaxis, ax.set_ylabel, "layer $k$")):
        axis_.set_ticks(ticks + .5)
        axis_.set_ticklabels([layers[t] for t in ticks])
        set_name(name)
    return image
