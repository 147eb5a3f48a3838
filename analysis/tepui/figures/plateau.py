"""The loss around the initialisation: along random directions, minus the gradient, and the most negative eigenvector, one panel each.

The horizontal axis is t in theta_0 + t norm(theta_0) d, d a unit vector; a colour for each depth. Lines are medians over samples,
bands (up to four depths) the inner pair of stored quantiles. Grey strips: a loss of exactly 0, one beyond the range of doubles. Rows
differ in whatever else differs. Unit: that of the loss, powers of ten. Source: observable plateau; Orvieto et al. 2021.
"""

import numpy as np

from .. import style
from ..error import Error
from . import common
from .fan import _pairs

RAYS = {"random": "random direction", "gradient": "minus the gradient", "eigenvector": r"eigenvector of $\lambda_{\min}$"}
MOST = 6


def draw(result, observable=None, ax=None, most=None, where=None):
    """most: exponent of the largest loss that is shown, 1 for 10; lines leave the panel there."""
    plt = style.pyplot()
    o = common.need(result, observable, ["plateau"], "plateau")
    if not any(c.split(" ")[0] in RAYS for c in o.components):
        raise Error(f"plateau: {o.name} is not about lines through the initialisation; the observable plateau is")
    cells = common.finished(result, o, result.select(**(where or {})))  # where d = L is 8, too, the line of d = L has it
    names = common.varying(result, cells, besides={"depth"})
    parts = common.groups(result, cells, names)
    if len(parts) > MOST:
        raise Error(f"plateau: {', '.join(names)} make {len(parts)} rows, at most {MOST} are drawn; choose with where")
    depths = {d: i for i, d in enumerate(sorted(set(result.columns["depth"][cells].tolist())))}
    pair = _pairs(o)[:1] if len(depths) <= 4 else []
    p = [q for ab in pair for q in ab]
    read = {q: o.statistic("quantile")[..., o.probability_index(q)] for q in (.5, *p)}
    fig, grid = common.axes(plt, ax, 3 * len(parts), columns=3)
    for row, (values, part) in enumerate(parts.items()):
        y = common.Axis([read[q][part] for q in read], o.ln, high=None if most is None else float(most))
        for panel, ray in zip(grid[3 * row:], RAYS):
            _line(panel, result, o, y, read, p, common.by_depth(result, part), ray, depths)
            y.apply(panel, "y", "")
            panel.set_title(", ".join(s for s in (common.label(names, values), RAYS[ray]) if s), fontsize=8)
            panel.set_xlabel(r"$t$")
        grid[3 * row].set_ylabel(r"loss $\mathcal{L}(\theta_0 + t\,\Vert\theta_0\Vert\,d)$")
    handles = [plt.Line2D([], [], color=style.colour(i), marker=style.marker(i), ls=style.dash(i), label=f"L = {d}") for d, i in depths.items()]
    common.legend(common.corner(grid), handles)
    text = ("Median loss on lines through the initialisation" + ("; bands: quantiles {:g} to {:g}".format(*pair[0]) if pair else "") + ".")
    return common.finish(fig, result, o, cells, text)


def points(o, ray):
    """(t, number of the component) of a direction, in order."""
    found = [(float(c.split(" ")[1]), k) for k, c in enumerate(o.components) if c.split(" ")[0] == ray]
    return [np.array(v) for v in zip(*sorted(found))]


def _line(ax, result, o, y, read, p, cells, ray, depths):
    t, k = points(o, ray)
    for cell in cells:
        i = depths[int(result.columns["depth"][cell])]
        if p:
            ax.fill_between(t, *(np.clip(y(read[q][cell, k]), None, y.hi) for q in p), color=style.colour(i), alpha=.15, lw=0)
        ax.plot(t, y(read[.5][cell, k]), color=style.colour(i), marker=style.marker(i), ls=style.dash(i), zorder=3,
                gid=f"line {ray} {int(result.columns['depth'][cell])}")
