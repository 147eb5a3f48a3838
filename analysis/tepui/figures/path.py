"""Along trajectories of optimizers: loss, gradient, curvature and effective step against steps, a panel for each quantity.

Lines are medians over samples, bands the inner pair of stored quantiles, a colour for each optimizer (and whatever else differs).
Strips: exact zeros, and infinite values after a divergence. Unit: that of the quantity, powers of ten. Source: observables path_*.
"""

import numpy as np

from .. import style
from ..error import DATA, Error
from . import common
from .fan import _pairs

ORDER = ["path_loss", "path_gradient_norm", "path_step_size", "path_lambda_min", "path_lambda_max", "path_metric_min", "path_metric_max"]
MOST = 16


def draw(result, observable=None, ax=None, where=None):
    """observable: a name or several with commas (default: all path_*)."""
    plt = style.pyplot()
    names = observable.split(",") if observable else [n for n in ORDER if n in result]
    first = common.need(result, names[0] if names else None, ORDER, "path")
    if not first.components or not first.components[0].startswith("t="):
        raise Error(f"path: {first.name} is not recorded along trajectories; the figure is about path_loss and others", DATA)
    cells = common.finished(result, first, result.distinct(result.select(**(where or {}))))
    differs = common.varying(result, cells)
    lines = {common.label(differs, values) or "all": part for values, part in common.groups(result, cells, differs).items()}
    if len(lines) > MOST:
        raise Error(f"path: {', '.join(differs)} make {len(lines)} lines, at most {MOST} are drawn; choose with where", DATA)
    fig, grid = common.axes(plt, ax, len(names), sharex=True)
    for a, name in zip(grid, names):
        _panel(a, result.observable(name), [part[0] for part in lines.values()])
    for a in grid[-3:]:
        a.set_xlabel("step $t$")
        a.tick_params(labelbottom=True)
    handles = [plt.Line2D([], [], color=style.colour(i), marker=style.marker(i), ls=style.dash(i), label=n) for i, n in enumerate(lines)]
    common.legend(common.corner(grid), handles)
    text = f"Medians of {', '.join(names)} along trajectories" + ("; bands: quantiles {:g} to {:g}.".format(*_pairs(first)[0]) if _pairs(first) else ".")
    return common.finish(fig, result, first, cells, text + " Grey strips: exact zeros, infinite values.")


def _panel(ax, o, cells):
    steps = np.array([float(c.split("=")[1]) for c in o.components])
    order = np.argsort(steps)
    pair = _pairs(o)[:1] if len(cells) <= 3 else []
    read = {p: o.statistic("quantile")[..., o.probability_index(p)][cells][:, order] for p in (.5, *(q for pq in pair for q in pq))}
    y = common.Axis(list(read.values()), o.ln)
    for i in range(len(cells)):
        there = ~np.isnan(read[.5][i])
        t = steps[order][there]
        for a, b in pair:
            ax.fill_between(t, y(read[a][i][there]), y(read[b][i][there]), color=style.colour(i), alpha=.18, lw=0)
        common.line(ax, t, read[.5][i][there], y, i, f"median {i}")
    ax.set_xscale("symlog", linthresh=1, linscale=.5)
    ax.set_xlim(-.15, steps.max() * 1.3)
    common.powers_axis(ax.xaxis, 0, max(steps.max(), 1))
    y.apply(ax, "y", common.SYMBOLS.get(o.name, o.name))
