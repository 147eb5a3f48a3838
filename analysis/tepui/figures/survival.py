"""Share of trajectories that are still on the plateau against steps of the optimizer (Kaplan and Meier).

A panel for each optimizer, a colour for each depth. Trajectories that diverge, or reach the limit of steps (dashed line), are censored
there. Rates of learning: those that `tepui escape` finds best, or those of `where`. Unit: steps. Source: raw samples of escape_time.
"""

import numpy as np

from .. import program, style
from ..error import DATA, Error
from . import common


def draw(result, observable=None, ax=None, where=None):
    plt = style.pyplot()
    o = common.need(result, observable, ["escape_time"], "survival")
    if "escape" not in o.components:
        raise Error(f"survival: {o.name} has no component escape; the figure is about escape_time", DATA)
    cells = common.finished(result, o, result.distinct(result.select(**(where or {}))))
    if not where or "rate" not in where:
        cells = best(result, cells, where)
    parts = common.panels(result, cells, ("rate",), "survival")
    fig, grid = common.axes(plt, ax, len(parts), sharey=True)
    depths = sorted(set(result.columns["depth"][cells].tolist()))
    limit = int(result.columns["steps"][cells].max())
    palette = shades(plt, len(depths))
    for a, (title, part) in zip(grid, parts):
        for i in common.by_depth(result, part):
            t, share = curve(o, i)
            a.step(np.append(t, limit), np.append(share, share[-1]), where="post", color=palette[depths.index(result.columns["depth"][i])],
                   lw=1.2, gid=f"survival {i}")
        a.axvline(limit, color=style.GREY, ls="--", lw=.8, gid="limit")
        a.set_xscale("symlog", linthresh=1, linscale=.4)
        a.set_xlim(0, limit * 1.5)
        common.powers_axis(a.xaxis, 0, limit)
        a.set_ylim(-.02, 1.02)
        a.set_xlabel("steps $t$")
        a.set_title(title)
    for a in grid:
        if a.get_subplotspec() is None or a.get_subplotspec().is_first_col():
            a.set_ylabel(r"on the plateau, $P(\tau>t)$")
    common.legend(common.corner(grid), [plt.Line2D([], [], color=c, label=f"L = {d}") for c, d in zip(palette, depths)])
    text = "Trajectories still on the plateau (Kaplan-Meier; diverged ones are censored); dashed: the limit of steps."
    return common.finish(fig, result, o, cells, text)


def shades(plt, n):
    """Colours of an ordered quantity, dark to light, readable without colour vision."""
    return [plt.get_cmap("viridis")(v) for v in np.linspace(0, .88, max(n, 1))]


def best(result, cells, where):
    """Of cells that differ in the rate the one that `tepui escape` takes; all of them where there is one rate."""
    if len(set(result.columns["rate"][cells].tolist())) == 1:
        return cells
    rows = escape_rows(result, where)
    taken = []
    for r in rows:
        match = [i for i in cells if matches(result, i, r) and np.isclose(result.columns["rate"][i], r["rate"])]
        taken += match
    if not taken:
        raise Error("survival: several learning rates; choose with where rate=...", DATA)
    return np.array(sorted(set(taken)))


def escape_rows(result, where):
    words = [w for k, v in (where or {}).items() if not callable(v) and not isinstance(v, (list, tuple, set)) for w in ("--where", f"{k}={v}")]
    text = program.call("escape", result.path, *words, "--format", "json")
    return program.json_records(first_document(text))


def first_document(text):
    """The first of the tables that `tepui escape` prints as JSON, one after the other."""
    import json

    return json.dumps(json.JSONDecoder().raw_decode(text.lstrip())[0])


def matches(result, cell, row):
    """Whether a row of the program is about a cell: the parameters that it names agree."""
    for name, value in row.items():
        column = {"width": "width_expression"}.get(name, name)
        if column in result.columns and column != "rate":
            mine = result.columns[column][cell]
            if str(mine) != (f"{value:g}" if isinstance(value, float) else str(value)):
                return False
    return True


def curve(o, cell):
    """(times, share still on the plateau just after): the Kaplan-Meier estimate of one cell, in steps."""
    k = o.components.index("escape")
    with np.errstate(over="ignore"):
        escape = np.exp(o.raw(cell, k))
        diverged = np.exp(o.raw(cell, o.components.index("divergence"))) if "divergence" in o.components else np.full(len(escape), np.inf)
    known = ~np.isnan(escape)
    escape, diverged = np.rint(escape[known]), diverged[known]
    event = np.isfinite(escape)
    time = np.where(event, escape, diverged)
    times = np.unique(escape[event])
    share, value = [], 1.0
    for t in times:
        at_risk = (time >= t).sum()
        value *= 1 - (event & (escape == t)).sum() / at_risk
        share.append(value)
    if times.size and times[0] == 0:
        return times, np.array(share)
    return np.concatenate([[0.0], times]), np.concatenate([[1.0], share])
