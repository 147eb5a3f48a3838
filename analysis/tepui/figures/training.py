"""Training curves, every optimizer at its best rate: loss against epochs or steps, a panel for each depth.

The best rate of an optimizer in a panel is the one with the smallest median loss at the last recorded step, of those in the file; the
right panel has that loss against the rate, the best one in a circle. Lines are medians over samples, bands the inner pair of stored
quantiles; an epoch is as many steps as take all points of a sample once, and where minibatches are rows of the whole data set
(batch_from: data) the axis has steps. Strips: infinite values after a divergence. Unit: that of the loss,
powers of ten. Source: observable path_loss; Orvieto et al. 2021, section 5.
"""

import re

import numpy as np

from .. import style
from ..error import DATA, Error
from . import common
from .fan import _pairs


def draw(result, observable=None, ax=None, where=None):
    plt = style.pyplot()
    o = common.need(result, observable, ["path_loss"], "training")
    if not o.components or not o.components[0].startswith("t="):
        raise Error(f"training: {o.name} is not recorded along trajectories; the figure is about path_loss", DATA)
    cells = common.finished(result, o, result.distinct(result.select(**(where or {}))))
    steps = np.array([float(c.split("=")[1]) for c in o.components])
    order = np.argsort(steps)
    colours = {n: i for i, n in enumerate(dict.fromkeys(result.columns["optimizer"][cells].tolist()))}
    names = common.varying(result, cells, besides={"optimizer", "rate"})
    parts = common.groups(result, cells, names)
    best = {v: best_rates(result, o, part, order[-1]) for v, part in parts.items()}
    fig, grid = common.axes(plt, ax, 2 * len(parts), width=3.9, columns=2)
    pair = _pairs(o)[:1]
    for row, (values, part) in enumerate(parts.items()):
        a, b = grid[2 * row], grid[2 * row + 1]
        chosen = best[values]
        p = [q for ab in pair for q in ab]
        read = {q: o.statistic("quantile")[..., o.probability_index(q)][:, order] for q in (.5, *p)}
        ya = common.Axis([q[list(chosen.values())] for q in read.values()], o.ln)
        yb = common.Axis([read[.5][part, -1]], o.ln)
        _curves(a, result, ya, read, p, steps[order], chosen, colours)
        _rates(b, result, yb, read[.5][:, -1], part, chosen, colours)
        for panel, y in ((a, ya), (b, yb)):
            y.apply(panel, "y", "")
            panel.set_title(common.label(names, values) or "all", loc="left")
        a.set_ylabel(common.SYMBOLS.get(o.name, o.name))
    for k, panel in enumerate(grid):
        panel.set_xlabel(("step" if takes_rows(result) else "epoch") if k % 2 == 0 else r"rate $\eta$")
    handles = [plt.Line2D([], [], color=style.colour(i), marker=style.marker(i), ls=style.dash(i), label=short(n)) for n, i in colours.items()]
    handles.append(plt.Line2D([], [], color=style.INK, marker="o", ms=9, mfc="none", ls="none", label="best rate"))
    common.legend(common.corner(grid), handles)
    text = ("Left: median loss, every optimizer at its best rate of the file"
            + ("; bands: quantiles {:g} to {:g}".format(*pair[0]) if pair else "") + ". Right: loss at the last step against the rate.")
    return common.finish(fig, result, o, cells, text)


def short(name):
    return name.split("(")[0].replace("_", " ")


def best_rates(result, o, cells, last):
    """optimizer -> the cell of its best rate; without those that diverge at every rate."""
    median = o.statistic("quantile")[:, last, o.probability_index(.5)]
    out = {}
    for (name,), part in common.groups(result, cells, ["optimizer"]).items():
        finite = part[np.isfinite(median[part])]
        if finite.size:
            out[name] = int(finite[np.argmin(median[finite])])
    return out


def takes_rows(result):
    """Whether minibatches are rows of the data set: the file does not say how many it has."""
    return re.search(r'^ *batch_from: *"?data"?$', result.experiment, re.M) is not None


def epochs(result, cell, steps):
    """Steps in passes over all points; batch 0 is all of them. Steps themselves where the rows are those of the data set."""
    if takes_rows(result):
        return steps
    points, batch = int(result.columns["points"][cell]), int(result.columns["batch"][cell])
    return steps * (batch if 0 < batch < points else points) / points


def _curves(ax, result, y, read, p, steps, chosen, colours):
    for name, cell in chosen.items():
        i, t, there = colours[name], epochs(result, cell, steps), ~np.isnan(read[.5][cell])
        if p:
            ax.fill_between(t[there], y(read[p[0]][cell][there]), y(read[p[1]][cell][there]), color=style.colour(i), alpha=.15, lw=0)
        common.line(ax, t[there], read[.5][cell][there], y, i, f"curve {name}")
    ax.set_xscale("symlog", linthresh=1, linscale=.4)
    right = max(epochs(result, c, steps).max() for c in chosen.values()) if chosen else 1
    ax.set_xlim(-.1, right * 1.3)
    common.powers_axis(ax.xaxis, 0, max(right, 1))


def _rates(ax, result, y, last, cells, chosen, colours):
    for (name,), part in common.groups(result, cells, ["optimizer"]).items():
        part = part[np.argsort(result.columns["rate"][part], kind="stable")]
        common.line(ax, result.columns["rate"][part], last[part], y, colours[name], f"rates {name}")
        if name in chosen:
            ax.plot([result.columns["rate"][chosen[name]]], y([last[chosen[name]]]), marker="o", ms=9, mfc="none",
                    color=style.colour(colours[name]), ls="none", gid=f"best {name}")
    rates = result.columns["rate"][cells]
    ax.set_xscale("log")
    ax.set_xlim(rates.min() / 1.5, rates.max() * 1.5)
    common.powers_axis(ax.xaxis, rates.min(), rates.max())
