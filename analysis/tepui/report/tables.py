"""The main table of a file: medians, depth down and width across, a table for each combination of the other parameters."""

import math

import numpy as np

from ..figures import common
from . import numbers
from .html import copyable, element, join, scroll, table

MOST = 12  # tables on the page
ROWS = 64  # rows of each
TITLES = {"$": "", r"\phi": "activation", r"\sigma_b": "sigma_b", r"\eta": "rate"}


def plain(text):
    """A label of the figures without formulas."""
    for formula, word in TITLES.items():
        text = text.replace(formula, word)
    return text


def section(main, key, file):
    result = main.result
    cells = np.flatnonzero(~np.isnan(main.median))
    differing = common.varying(result, cells, besides={"depth", "width_expression"})
    parts = [(plain(common.label(differing, v)), part) for v, part in common.groups(result, cells, differing).items()]
    what = f"median of {main.name}"
    shown = [_one(main, what, title, part) for title, part in parts[:MOST]]
    limit = f" The page has the first {MOST} of {len(parts)} tables; CSV has all cells." if len(parts) > MOST else ""
    rows = max(len(set(result.columns["depth"][part].tolist())) for _, part in parts)
    limit += f" Of {rows} depths the page has {ROWS}." if rows > ROWS else ""
    about = join(f"Median of {main.name}: {main.o.doc.rstrip('.')}, in units of {main.o.unit}. 0 is exactly 0." + limit, " Others: ",
                 element("code", f"tepui table {file} --observable NAME"), ".")
    latex = "\n".join(_latex(main, what, title, part) for title, part in parts[:MOST])
    return join(element("p", about), *shown, copyable((latex, key + "-latex", "LaTeX", None),
                                                            (_csv(main, cells), key + "-csv", "CSV", main.o.name + ".csv")))


def _pivot(main, part):
    """(depths, widths as written, {(depth, width): cell})."""
    columns = main.result.columns
    depths = sorted(set(columns["depth"][part].tolist()))
    widths = list(dict.fromkeys(columns["width_expression"][part].tolist()))
    return depths, widths, {(int(columns["depth"][i]), columns["width_expression"][i]): i for i in part}


def _spread(items, most):
    return items if len(items) <= most else [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def _one(main, what, title, part):
    depths, widths, cell = _pivot(main, part)
    body = [[str(d), *(main.say(main.median[cell[d, w]]) if (d, w) in cell else "–" for w in widths)] for d in _spread(depths, ROWS)]
    caption = f"{what}, {title}" if title else what
    return scroll(table(caption, ["depth \\ width", *widths], body), caption)


def _latex(main, what, title, part):
    say = numbers.magnitude_latex if main.o.ln else numbers.plain_latex
    depths, widths, cell = _pivot(main, part)
    lines = [f"% {what}{', ' + title if title else ''}".replace("\n", " "), "\\begin{tabular}{r" + "r" * len(widths) + "}", "\\toprule",
             " & ".join(["$L$ \\textbackslash{} $d$", *(_tex(w) for w in widths)]) + " \\\\", "\\midrule"]
    lines += [" & ".join([str(d), *(say(main.median[cell[d, w]]) if (d, w) in cell else "--" for w in widths)]) + " \\\\" for d in depths]
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}", ""])


def _tex(width):
    """A width as written, in math."""
    if width.startswith("["):
        return width
    return "$" + width.replace("sqrt(depth)", "\\sqrt{L}").replace("*", "\\,").replace("depth", "L").replace("_", "\\_") + "$"


def _csv(main, cells):
    """All cells with their parameters, the interval and all digits."""
    result, ln = main.result, main.o.ln
    names = ["depth", "width_expression", "width", *common.varying(result, cells, besides={"depth", "width_expression"}), "samples"]
    lines = [",".join(["cell", *names, "median", "low", "high"])]
    for i in cells:
        words = [str(i), *(_quoted(_word(result.columns[n][i])) for n in names), *(numbers.exact(v[i], ln) for v in (main.median, main.low, main.high))]
        lines.append(",".join(words))
    return "\n".join(lines) + "\n"


def _word(value):
    return f"{value:.17g}" if isinstance(value, float) and math.isfinite(value) else str(value)


def _quoted(word):
    return '"' + word.replace('"', '""') + '"' if any(c in word for c in ',"\n') else word
