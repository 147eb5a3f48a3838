"""Median time to leave the plateau against depth, and that time against the initial curvature.

Medians (Kaplan-Meier) with 95 % intervals, a colour for each optimizer at the learning rate that suits it best, a panel for each of the
other parameters; an arrow up is a median beyond the limit of steps. Last panel, where there is one group and raw samples: the time of every
sample against 1/|lambda_min| of the Hessian at the start; strip: not escaped. Unit: steps. Source: `tepui escape`, raw samples.
"""

import numpy as np

from .. import style
from ..error import DATA, Error
from . import common
from .survival import best, escape_rows

FIXED = {"depth", "rate", "stable", "rates", "median", "low", "high", "escaped", "rank", "rank_low", "rank_high"}
MOST = 6


def draw(result, observable=None, ax=None, where=None):
    plt = style.pyplot()
    o = common.need(result, observable, ["escape_time"], "escape")
    rows = escape_rows(result, where)
    if not rows:
        raise Error(f"escape: `tepui escape` finds nothing in {result.path}", DATA)
    cells = common.finished(result, o, result.distinct(result.select(**(where or {}))))
    parts = _parts(rows)
    lines = list(dict.fromkeys(str(r.get("optimizer", "all")) for r in rows))
    scatter = "escape_rate" in result and "samples" in o.group and len(parts) == 1
    fig, grid = common.axes(plt, ax, len(parts) + scatter, width=3.3 + .4 * scatter, height=3.1, right=1.2, sharey=not scatter)
    limit = float(result.columns["steps"][cells].max())
    for a, (title, part) in zip(grid, parts.items()):
        _medians(a, part, lines, limit)
        a.set_title(title)
    grid[0].set_ylabel("median escape time (steps)")
    if scatter:
        _scatter(grid[1], result, o, best(result, cells, where), lines)
    common.legend(common.corner(grid), [plt.Line2D([], [], color=style.colour(i), marker=style.marker(i), ls=style.dash(i), label=name)
                                               for i, name in enumerate(lines)])
    text = ("Median escape times with 95 % intervals, each optimizer at its best learning rate; arrows: beyond the limit of steps (dashed)."
            + (" Right: single samples against the initial curvature; strip: not escaped." if scatter else ""))
    return common.finish(fig, result, o, cells, text)


def _parts(rows):
    """title of a panel -> rows: what differs besides depth and optimizer."""
    names = [n for n in rows[0] if n not in FIXED | {"optimizer"}]
    out = {}
    for r in rows:
        values = [f"{r[n]:g}" if isinstance(r[n], float) else str(r[n]) for n in names]
        out.setdefault(common.label(["width_expression" if n == "width" else n for n in names], values), []).append(r)
    if len(out) > MOST:
        raise Error(f"escape: {', '.join(names)} make {len(out)} panels, at most {MOST} are drawn; choose with where", DATA)
    return out


def _medians(ax, part, lines, limit):
    for i, name in enumerate(lines):
        rows = sorted((r for r in part if str(r.get("optimizer", "all")) == name), key=lambda r: r["depth"])
        x = np.array([r["depth"] for r in rows], dtype=float) * (1 + .1 * (i / len(lines) - .5))  # beside one another
        m, lo, hi = (np.array([r[k] for r in rows], dtype=float) for k in ("median", "low", "high"))
        there = np.isfinite(m)
        ax.vlines(x[there], np.maximum(lo[there], .5), np.clip(hi[there], .5, limit), color=style.colour(i), lw=.9, alpha=.7, gid="interval")
        ax.plot(x, np.where(there, np.maximum(m, .5), np.nan), color=style.colour(i), marker=style.marker(i), ls=style.dash(i), gid=f"median {name}")
        if np.isposinf(m).any():
            x = x[np.isposinf(m)]
            ax.plot(x, np.full(len(x), limit * 1.5), color=style.colour(i), marker="^", ms=6, ls="none", gid=f"beyond {name}")
    ax.axhline(limit, color=style.GREY, ls="--", lw=.8, gid="limit")
    ax.set_yscale("log")
    ax.set_ylim(.4, limit * 2.5)
    common.powers_axis(ax.yaxis, .4, limit)
    common.depth_axis(ax, [r["depth"] for r in part])


def _scatter(ax, result, o, cells, lines):
    rate = result.observable("escape_rate")
    k, j = o.component("escape"), rate.component(None)
    points = {name: ([], []) for name in lines}
    for i in cells:
        t, curvature = o.raw(i, k[i]), rate.raw(i, j[i])
        n = min(len(t), len(curvature))
        a, b = points[common.say("optimizer", result.columns["optimizer"][i])]
        a.append(-curvature[:n])
        b.append(t[:n])
    points = {name: (np.concatenate(a), np.concatenate(b)) for name, (a, b) in points.items() if a}
    x = common.Axis([p[0] for p in points.values()], True, infinite="none")
    y = common.Axis([p[1] for p in points.values()], True, infinite="not\nescaped")
    for name, (a, b) in points.items():
        i = lines.index(name)
        ax.plot(x(a), y(b), color=style.colour(i), marker=style.marker(i), ls="none", ms=2.4, alpha=.45, mew=0, gid=f"samples {name}",
                rasterized=len(a) > 5000)
    x.apply(ax, "x", r"$1/|\lambda_{\min}|$ at the start")
    y.apply(ax, "y", "escape time (steps)")
