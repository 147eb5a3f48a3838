"""Forest plot of laws against samples: predicted and observed values, 95 % intervals and what the law allows.

A row is a law and a cell. Values are differences from the prediction in units of half the interval's width, so that rows compare:
the interval of a row is as long as that of any other. Of every law those rows are shown that are farthest from holding (the smallest p).
Source: the verdicts in the file (`tepui verify --save`), otherwise `tepui verify`.
"""

import math

import numpy as np

from .. import style
from ..error import DATA, Error
from . import common

COLOUR = {"holds": style.COLOURS[2], "fails": style.COLOURS[1], "refused": style.GREY}
REACH = 8.0  # what is farther off is an arrow at the edge
MARK = {"holds": "o", "fails": "X", "refused": "|"}


def draw(result, observable=None, ax=None, law=None, rows=36, where=None):
    """law: only this one, or a list. rows: at most so many."""
    plt = style.pyplot()
    every = [r for r in result.verdict_rows() if _wanted(r, observable, law)]
    if where:
        cells = set(result.select(**where).tolist())
        every = [r for r in every if r["cell"] in cells]
    tested = [r for r in every if _word(r) in ("holds", "fails")]
    if not tested:
        raise Error(f"verdicts: no law was tested on {result.path}" + ("" if every else "; `tepui verify` says which observables laws need"),
                    DATA)
    shown = _worst(tested, rows)
    fig, (a,) = common.axes(plt, ax, 1)
    if getattr(fig, "tepui_own", False):
        fig.set_size_inches(7.6, .9 + .17 * (len(shown) + 1))
    _rows(a, shown)
    names = sorted({r["observable"] for r in shown})
    o = result.observable(names[0])
    cells = np.array(sorted({r["cell"] for r in shown if r["cell"] >= 0}) or [0])
    return common.finish(fig, result, o, cells, _text(every, tested, shown))


def _wanted(row, observable, law):
    laws = [law] if isinstance(law, str) else law
    return (observable is None or row["observable"] == observable) and (laws is None or row["law"] in laws)


def _word(row):
    return row["verdict"].split(" ")[0].split(":")[0]


def _worst(tested, most):
    """Fails first, then of every law in turn the row with the smallest p; in the order of the table."""
    by_law = {}
    for r in sorted(tested, key=lambda r: (_word(r) != "fails", r["p"] if r["p"] == r["p"] else 2)):
        by_law.setdefault(r["law"], []).append(r)
    chosen, depth = [], 0
    while len(chosen) < min(most, len(tested)):
        chosen += [rows[depth] for rows in by_law.values() if depth < len(rows)]
        depth += 1
    order = {id(r): i for i, r in enumerate(tested)}
    return sorted(chosen[:most], key=lambda r: order[id(r)])


def _scale(r):
    """Half the interval's width, or the allowance where there is none."""
    half = (r["high"] - r["low"]) / 2 if math.isfinite(r["low"]) else math.nan
    if math.isfinite(half) and half > 0:
        return half
    return r["allowance"] if r["allowance"] and math.isfinite(r["allowance"]) and r["allowance"] > 0 else math.nan


def _place(r):
    """observed - predicted, in half intervals; equal values are 0 whatever they are."""
    if r["observed"] == r["predicted"]:
        return 0.0
    return (r["observed"] - r["predicted"]) / _scale(r)


def _rows(ax, shown):
    place = np.array([_place(r) for r in shown])
    finite = np.abs(place[np.isfinite(place)])
    reach = float(np.clip(1.15 * (finite.max() + 1 if finite.size else 0), 3, REACH))
    for j, r in enumerate(shown):
        _row(ax, len(shown) - 1 - j, r, place[j], reach)
    ax.axvline(0, color=style.INK, lw=.8, zorder=1)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("(observed − predicted) / half of the 95 % interval")
    _labels(ax, [_name(r) for r in reversed(shown)] + ["law, cell, component (test)"], len(shown), None)
    right = ax.twinx()
    right.spines["right"].set_visible(False)
    right.grid(visible=False)
    columns = [f"{_show(r['predicted']):>10} {_show(r['observed']):>10} {_show(r['p']):>8}" for r in reversed(shown)]
    _labels(right, columns + [f"{'predicted':>10} {'observed':>10} {'p':>8}"], len(shown), "DejaVu Sans Mono")
    ax.set_xlim(-reach, reach)


def _labels(ax, labels, n, family):
    ax.set_yticks(range(n + 1))
    ax.set_yticklabels(labels, fontsize=6.5, fontfamily=family)
    ax.get_yticklabels()[-1].set_fontweight("bold")
    ax.set_ylim(-.7, n + .4)
    ax.tick_params(axis="y", length=0)


def _row(ax, y, r, x, reach):
    word, scale = _word(r), _scale(r)
    if r["allowance"] and math.isfinite(r["allowance"]) and math.isfinite(scale):
        ax.plot(np.clip([-r["allowance"] / scale, r["allowance"] / scale], -reach, reach), [y, y], color=style.COLOURS[4], lw=6,
                alpha=.45, solid_capstyle="butt", zorder=1, gid="allowance")
    if not math.isfinite(x):
        return
    if math.isfinite(scale) and r["high"] > r["low"]:
        ends = (np.array([r["low"], r["high"]]) - r["predicted"]) / scale
        ax.plot(ends.clip(-reach, reach), [y, y], color=COLOUR[word], lw=1.2, gid="interval")
    beyond = abs(x) > reach
    ax.plot([np.clip(x, -.985 * reach, .985 * reach)], [y], marker=("<" if x < 0 else ">") if beyond else MARK[word],
            color=COLOUR[word], ls="none", ms=4.5, gid="observed", zorder=3, clip_on=False)


def _show(v):
    return "–" if v != v else f"{v:.3g}".replace("-", "−").replace("inf", "∞")


def _name(r):
    cell = f"L={int(r['depth'])}" if isinstance(r["depth"], float) and math.isfinite(r["depth"]) else ""
    if isinstance(r["depth"], int):
        cell = f"L={r['depth']}"
    width = f" d={r['width']}".replace("depth", "L") if r["width"] else ""
    where = f"cell {r['cell']}" if r["cell"] >= 0 else "all depths"
    return f"{r['law']}  {where}  {cell}{width}  {r['component']} ({r['test']})".replace("  (", " (").strip()


def _text(every, tested, shown):
    words = [_word(r) for r in every]
    said = ", ".join(f"{words.count(w)} {'hold' if w == 'holds' else 'fail' if w == 'fails' else w}" for w in ("holds", "fails", "refused")
                     if words.count(w))
    text = f"Laws against samples ({said}); "
    text += "all that were tested" if len(shown) == len(tested) else f"the {len(shown)} of {len(tested)} tested with the smallest p of each law"
    return text + "; orange: what the law allows beyond noise; values are ln of magnitudes."
