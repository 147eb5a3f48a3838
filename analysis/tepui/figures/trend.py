"""How fast medians change with depth: rates per layer with 95 % intervals, one row for each group of cells, cures compared.

A point is kappa in median = exp(c + kappa L), or the slope of a plain number; its colour is the word of `tepui trend` for that group:
vanishes, falls, stays, rises, explodes, undecided. Unit: 1/layer. Source: `tepui trend`.
"""

import numpy as np

from .. import program, style
from ..error import DATA, Error, one_of
from . import common

COLOUR = {"vanishes": style.COLOURS[0], "falls": style.COLOURS[5], "stays": style.COLOURS[2], "explodes": style.COLOURS[1],
          "rises": style.COLOURS[4]}
MARK = {"vanishes": "v", "falls": "v", "stays": "o", "explodes": "^", "rises": "^"}
FIXED = {"observable", "component", "transform", "depths", "points", "first_depth", "last_depth", "first", "last", "rate", "rate_low",
         "rate_high", "change", "change_low", "change_high", "power", "power_low", "power_high", "birge", "fits", "trend"}


def draw(result, observable=None, ax=None, component=None, within=None, where=None):
    """observable: a name or several with commas, as `tepui trend -O`. within: the factor within which a median stays."""
    plt = style.pyplot()
    if observable is None:
        common.need(result, None, ["gradient_norm", "hessian_extreme"], "trend")
    rows = _ask(result, observable, component, within, where)
    parts = {}
    for r in rows:
        parts.setdefault((str(r["observable"]), _component(r)), []).append(r)
    names = [n for n in rows[0] if n not in FIXED]
    fig, grid = common.axes(plt, ax, len(parts), width=4.4, columns=min(3, len(parts)), sharey=len({len(p) for p in parts.values()}) == 1)
    if getattr(fig, "tepui_own", False):
        tall = max(len(p) for p in parts.values())
        fig.set_size_inches(3.2 + 2.0 * min(3, len(parts)), (.9 + .2 * tall) * -(-len(parts) // 3))
    for a, ((name, part), lines) in zip(grid, parts.items()):
        _panel(a, lines, names)
        a.set_title(common.symbol_of(name, part), fontsize=8)
    words = [w for w in ("vanishes", "falls", "stays", "explodes", "rises", "undecided") if any(r["trend"] == w for r in rows)]
    handles = [plt.Line2D([], [], color=_colour(w), marker=MARK.get(w, "D"), ls="none", label=w) for w in words]
    common.legend(common.corner(grid), handles)
    o = result.observable(str(rows[0]["observable"]))
    text = ("Rates of medians with depth (kappa in exp(c + kappa L)) and their 95 % intervals; arrow: the interval goes on; "
            "0 at the edge: the median is exactly 0 at the largest depth.")
    return common.finish(fig, result, o, common.finished(result, o, result.select(**(where or {}))), text)


def _component(row):
    c = row["component"]
    return f"{c:g}" if isinstance(c, float) else str(c)


def _ask(result, observable, component, within, where):
    words = [w for key, v in (where or {}).items() for w in ("--where", f"{key}={_plain(key, v)}")]
    for option, value in (("--observable", observable), ("--component", component), ("--within", within)):
        words += [] if value is None else [option, str(value)]
    for name in (observable or "").split(","):
        if name and name.split(":")[0] not in result.observables:
            raise one_of("observable", name.split(":")[0], result.observables)
    rows = [r for r in program.json_records(program.call("trend", result.path, *words, "--format", "json"))]
    if not rows:
        raise Error(f"trend: {result.path} has no group of three depths", DATA)
    return rows


def _plain(key, value):
    if callable(value) or isinstance(value, (list, tuple, set)):
        raise Error(f"trend: --where {key} takes one value", DATA)
    return value


def _colour(word):
    return COLOUR.get(word, style.GREY)


def _panel(ax, rows, names):
    rate = np.array([r["rate"] for r in rows], dtype=float)
    low, high = (np.array([r[k] for r in rows], dtype=float) for k in ("rate_low", "rate_high"))
    reach = _reach(rate, low, high)
    strip = any(not np.isfinite(v) and r["trend"] == "vanishes" for v, r in zip(rate, rows))
    edge = -reach * 1.18
    for j, r in enumerate(rows):
        y = len(rows) - 1 - j
        colour, mark = _colour(r["trend"]), MARK.get(r["trend"], "D")
        if np.isfinite(rate[j]):
            ax.plot(np.clip([low[j], high[j]], -reach, reach), [y, y], color=colour, lw=1.2, gid="interval")
            for end, sign in ((low[j], -1), (high[j], 1)):
                if sign * end > reach:
                    ax.plot([sign * reach], [y], marker="<" if sign < 0 else ">", color=colour, ms=3.5, gid="arrow")
            ax.plot([rate[j]], [y], marker=mark, color=colour, ls="none", ms=5, gid="rate", zorder=3)
        elif r["trend"] == "vanishes":
            ax.plot([edge + .09 * reach], [y], marker=mark, color=colour, ls="none", ms=5, gid="zero", zorder=3)
        else:
            ax.text(0, y, "no rate", fontsize=6.5, color=style.GREY, ha="center", va="center")
    ax.axvline(0, color=style.INK, lw=.8, zorder=1)
    if strip:
        ax.axvspan(edge, -reach, color=style.STRIP, lw=0, zorder=0, gid="strip")
        ax.text(edge + .09 * reach, len(rows) - .45, "0", ha="center", va="bottom", fontsize=7)
    ax.set_xlim(edge if strip else -1.03 * reach, 1.03 * reach)
    ax.set_yticks(range(len(rows)))
    ax.set_yticklabels([_name(r, names) for r in reversed(rows)], fontsize=7)
    ax.set_ylim(-.7, len(rows) - .3)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(r"rate $\kappa$ per layer")


def _reach(rate, low, high):
    """Twice the largest rate, or the widest interval if that is nearer."""
    ends = np.abs(np.concatenate([low, high]))
    ends = ends[np.isfinite(ends)]
    largest = np.abs(rate[np.isfinite(rate)]).max() if np.isfinite(rate).any() else 0
    return max(min(ends.max() if ends.size else 0, 2 * largest), 1e-3) * 1.05


def _name(r, names):
    return ", ".join(str(r[n] if not isinstance(r[n], float) else f"{r[n]:g}").replace("depth", "L") if n != "width" else
                     "d = " + str(f"{r[n]:g}" if isinstance(r[n], float) else r[n]).replace("depth", "L").replace("*L", "L") for n in names)
