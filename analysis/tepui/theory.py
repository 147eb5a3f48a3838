"""Curves of a law for one cell, asked from `tepui theory` (--grid, --at, --probability, and what it prints by itself)."""

import math
import re

import numpy as np

from . import program
from .error import DATA, Error

GRID = 160
PLAIN = re.compile(r"quantile ([0-9.e-]+)( of ln)?$")


class Theory:
    """x and quantiles are in the units of the file (`ln` of magnitudes); cdf includes the atom at -inf."""

    def __init__(self, result, law, cell, component=None):
        self.law, self.cell, self._path = law, cell, result.path
        if not 0 <= cell < len(result.columns["cell"]):
            raise Error(f"{result.path} has cells 0 to {len(result.columns['cell']) - 1}, not {cell}", DATA)
        self._last = component is None or str(component) == str(result.columns["depth"][cell])
        self._component = None if component is None else str(component)
        self._kept = {}

    def _ask(self, *more):
        if more not in self._kept:
            self._kept[more] = _call(self.law, self._path, [self.cell], self._component, *more)
        return self._kept[more]

    def _curve(self, *more):
        rows = self._ask(*more)
        if not rows or "cdf" not in rows[0]:
            raise Error(f"law {self.law} gives no curve for cell {self.cell}", DATA)
        return _arrays(rows)

    def at(self, x):
        """Density, cdf and survival at the values x: a dict of arrays."""
        return self._curve("--at", ",".join(f"{v:.17g}" for v in np.atleast_1d(x)))

    @property
    def curve(self):
        """Density, cdf and survival over the range of the law: a dict of arrays."""
        return self._curve("--grid", str(GRID))

    x = property(lambda self: self.curve["x"])
    density = property(lambda self: self.curve["density"])
    cdf = property(lambda self: self.curve["cdf"])
    survival = property(lambda self: self.curve["survival"])

    @property
    def predictions(self):
        """All that the program prints about the law and the cell: name -> number."""
        return self._ask()[0]

    def _printed(self):
        found = {}
        for name, value in self.predictions.items():
            m = PLAIN.match(str(name))
            if m:
                found[float(m.group(1))] = float(value)
            elif name == "ln of the median":
                found[0.5] = float(value)
        return found

    def quantile(self, p=0.5):
        """Quantiles of the law at the probabilities p."""
        p = np.atleast_1d(np.asarray(p, dtype=float))
        printed = self._printed()
        if not all(v in printed for v in p):
            printed = dict(zip(p, (float(r["x"]) for r in self._ask("--probability", _list(p)))))
        out = np.array([printed[v] for v in p])
        return out if out.size > 1 else float(out[0])

    def over_widths(self, depth, widths, p=.5):
        """Quantile of the law for nets like this one but of this depth and each of these widths, in the last layer if that is the
        component; from one call."""
        rows = _call(self.law, self._path, [self.cell], None if self._last else self._component, "--depth", str(depth),
                     "--width", ",".join(str(d) for d in widths), "--probability", _list([p]))
        found = {int(r["width"]): float(r["x"]) for r in rows}
        return [found.get(d, math.nan) for d in widths]


def _arrays(rows):
    return {k: np.array([r[k] for r in rows], dtype=float) for k in ("x", "density", "cdf", "survival") if k in rows[0]}


def _list(p):
    return ",".join(f"{v:.17g}" for v in p)


def _call(law, path, cells, component, *more):
    """Rows of `tepui theory LAW` for cells of a file."""
    words = ["--from", path, "--cell", ",".join(str(i) for i in cells), *(() if component is None else ("--component", component)), *more]
    rows = program.records(program.call("theory", law, *words, "--format", "csv"))
    if rows and "prediction" in rows[0]:  # what is said about one cell comes as lines
        rows = [{r["prediction"]: r["value"] for r in rows}]
    return rows


def _each(result, law, components, *more):
    """Rows for many cells (cell -> name of the component), from one call for all last layers and one for each other component. Cells
    that the law does not speak about have none; if none has, the program's reason is raised."""
    together, several = {}, len(set(components.values())) > 1
    for cell, component in components.items():
        last = several and component == str(result.columns["depth"][cell])
        together.setdefault(None if last else component, []).append(cell)
    return [r for component, cells in together.items() for r in _call(law, result.path, cells, component, *more)]


def quantiles(result, law, components, p=.5):
    """cell -> quantile of a law."""
    return {int(r["cell"]): float(r["x"]) for r in _each(result, law, components, "--probability", _list([p]))}


def curves(result, law, components):
    """cell -> density, cdf and survival over the range of the law: dicts of arrays."""
    rows = {}
    for r in _each(result, law, components, "--grid", str(GRID)):
        rows.setdefault(int(r["cell"]), []).append(r)
    return {cell: _arrays(part) for cell, part in rows.items()}


def predictions(result, law, components):
    """cell -> all that the program prints about the law: name -> number."""
    return {int(r["cell"]): r for r in _each(result, law, components) if not isinstance(r.get("refused"), str)}
