"""What a figure shows, in words and with its numbers, for those who do not see it: taken from what was drawn."""

import math

from ..figures import common
from . import numbers
from .tables import plain

SERIES, POINTS = 8, 12  # so many of each are told
SKIPPED = ("dotted", "solid", "limit", "interval", "arrow")


def describe(fig, sentence):
    parts = [sentence.split(":")[0].rstrip(".") + "."]
    for a in fig.axes:
        if a.get_visible() and a.has_data():
            said = _rows(a) or _lines(a) or _bars(a)
            if said:
                title = a.get_title("left")
                parts.append(plain(f"{title}: " if title else "") + "; ".join(said) + ".")
    return " ".join(parts)


def _gid(artist):
    return artist.get_gid() or ""


def _show(axes, which, position):
    """A position of an axis as text."""
    axis = getattr(axes, "tepui_axes", {}).get(which)
    if axis is None:
        return numbers.plain(float(position)) if position != round(position) else f"{position:.0f}"
    value = axis.value(float(position))
    if not math.isfinite(value) or value == 0:
        return {0.0: axis.zero_name if axis.zero else "0"}.get(value, axis.infinite_name.replace("\n", " "))
    return numbers.magnitude(value * numbers.LN10) if axis.ln else numbers.plain(value)


# --- lines against depth, steps, ratios

def _lines(a):
    found = [line for line in a.get_lines() if _gid(line) and not _gid(line).startswith(SKIPPED) and len(line.get_xdata())]
    said = [_line(a, line) for line in found[:SERIES]]
    if len(found) > SERIES:
        said.append(f"and {len(found) - SERIES} more lines")
    return [s for s in said if s]


def _line(a, line):
    points = [(x, y) for x, y in zip(line.get_xdata(), line.get_ydata()) if math.isfinite(x) and math.isfinite(y)]
    if not points:
        return ""
    chosen = [points[0], points[-1]] if len(points) > 1 else points
    name = common.NAMES.get("width_expression") + " = " if _gid(line).startswith("median ") and not _gid(line)[7:].isalpha() else ""
    label = _gid(line).replace("median ", f"median, {name}", 1) if _gid(line).startswith("median ") else _gid(line)
    return f"{label} " + ", ".join(f"{_show(a, 'y', y)} at {_show(a, 'x', x)}" for x, y in chosen)


# --- rows with names: forest plots

def _rows(a):
    labels = {round(float(t), 6): text.get_text() for t, text in zip(a.get_yticks(), a.get_yticklabels())}
    found = [line for line in a.get_lines() if _gid(line) in ("rate", "zero", "observed")]
    said = []
    for line in found[:POINTS]:
        name = labels.get(round(float(line.get_ydata()[0]), 6), "")
        value = "exactly 0 at the largest depth" if _gid(line) == "zero" else f"{numbers.plain(float(line.get_xdata()[0]))}"
        said.append(f"{' '.join(name.split())}: {value}")
    if len(found) > POINTS:
        said.append(f"and {len(found) - POINTS} more rows")
    return said


# --- histograms and strips

def _bars(a):
    said = []
    for patch in a.patches:
        name = _gid(patch)
        if name in ("bars", "negative", "positive"):
            values, edges, _ = patch.get_data()
            if len(values) and max(values) > 0:
                j = int(values.argmax())
                side = "" if name == "bars" else f"{name}, "
                said.append(f"{side}highest {numbers.plain(float(values[j]))} between {numbers.plain(float(edges[j]))} and {numbers.plain(float(edges[j + 1]))}")
        elif name.startswith(("share", "zeros")):
            said.append(f"{name} {100 * patch.get_height() / a.get_ylim()[1]:.3g} %")
    said = said[:POINTS]
    mesh = [c for c in a.collections if _gid(c) == "blocks"]
    for c in mesh:
        values = c.get_array().compressed()
        if values.size:
            said.append(f"medians from {numbers.magnitude(float(values.min()) * numbers.LN10)} to {numbers.magnitude(float(values.max()) * numbers.LN10)}")
    return said
