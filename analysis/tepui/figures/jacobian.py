"""Singular values of the input-output Jacobian, all of them together, with the limit density where the program gives it.

A panel for each cell; x is ln of the squared singular value. The limit of wide linear nets with square layers is law N11 (`tepui theory N11`):
that of Marchenko and Pastur for one layer, of Fuss and Catalan for more; other nets have no curve, and the caption says why. Exact zeros are a bar on the strip. Source: histograms of jacobian_singular_value.
"""

import numpy as np

from .. import style, theory
from . import common
from .histogram import MOST, _panel


LAW = "N11"  # about all components together: verify does not test it, so that no verdict in the file names it


def draw(result, observable=None, ax=None, bins=40, law=None, cell=None, where=None):
    plt = style.pyplot()
    o = common.need(result, observable, ["jacobian_singular_value"], "jacobian")
    cells = common.finished(result, o, np.atleast_1d(cell) if cell is not None else result.distinct(result.select(**(where or {}))))
    cells = common.by_depth(result, cells)[-MOST:]
    laws = common.Laws(result, o, None, law, usual=LAW)
    curves = laws.each(cells, theory.curves)
    fig, grid = common.axes(plt, ax, len(cells), columns=min(len(cells), 3))
    names = ["depth", "width_expression", *common.varying(result, result.columns["cell"], besides={"depth", "width_expression"})]
    for a, i in zip(grid, cells):
        _panel(a, o, squared(o, i, bins), of_square(curves.get(int(i))))
        a.set_title(common.label(names, [result.columns[n][i] for n in names]))
        a.set_xlabel(r"$\ln\, s^2(J)$")
    for a in grid:
        if a.get_subplotspec() is None or a.get_subplotspec().is_first_col():
            a.set_ylabel("density")
    text = "All squared singular values of the Jacobian of the output; strip: share of exact zeros, 100 % being the full height."
    return common.finish(fig, result, o, cells, text, laws.words("Curve"))


def of_square(curve):
    """The curve of ln s on the axis of ln s^2."""
    return curve and {**curve, "x": 2 * curve["x"], "density": curve["density"] / 2}


def squared(o, cell, bins):
    """All components of a cell together, on the axis of ln s^2."""
    from ..observable import COUNTS, Histogram
    from .. import schema

    there = np.flatnonzero(o.present[cell])
    counts = schema.floats(o.group["histogram"], cell)[there].sum(axis=0).astype(np.int64)
    beside = {name: int(o.count(name)[cell, there].sum()) for name in COUNTS}
    return Histogram(2 * o.edges, counts, beside, o.ln).join(bins)
