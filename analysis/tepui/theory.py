"""Curves of a law for one cell, asked from `tepui theory` (--grid, --at, --probability, and what it prints by itself)."""

import re

import numpy as np

from . import program
from .error import DATA, Error

GRID = 160
PLAIN = re.compile(r"quantile ([0-9.e-]+)( of ln)?$")


class Theory:
    """x and quantiles are in the units of the file (`ln` of magnitudes); cdf includes the atom at -inf."""

    def __init__(self, result, law, cell, component=None):
        self.law, self.cell = law, cell
        if not 0 <= cell < len(result.columns["cell"]):
            raise Error(f"{result.path} has cells 0 to {len(result.columns['cell']) - 1}, not {cell}", DATA)
        self._options = program.cell_options(result, cell)
        if component is not None:
            self._options += ["--component", str(component)]
        self._kept = {}

    def _ask(self, *more):
        if more not in self._kept:
            rows = program.call("theory", self.law, *self._options, "--format", "csv", *more)
            self._kept[more] = program.records(rows)
        return self._kept[more]

    def _curve(self, *more):
        rows = self._ask(*more)
        if not rows or "cdf" not in rows[0]:
            raise Error(f"law {self.law} gives no curve for cell {self.cell}", DATA)
        return {k: np.array([r[k] for r in rows], dtype=float) for k in ("x", "density", "cdf", "survival") if k in rows[0]}

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
        return {r["prediction"]: r["value"] for r in self._ask()}

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
        """Quantile of the law for nets of this depth and each of these widths, from one call."""
        base = self.resized(depth, widths[0])
        rows = _rows(self.law, base._options, [depth], [str(d) for d in widths], p)
        return [rows[depth, str(d)] for d in widths]

    def resized(self, depth, width):
        """The same law for a net of another depth and width; at the last layer if it was the last."""
        import copy

        other = copy.copy(self)
        was = self._options[self._options.index("--depth") + 1]
        other._options, other._kept = list(self._options), {}
        for option, value in (("--depth", depth), ("--width", width)):
            other._options[other._options.index(option) + 1] = str(value)
        if self._options[-2] == "--component" and self._options[-1] == was:
            other._options[-1] = str(depth)
        return other


def _list(p):
    return ",".join(f"{v:.17g}" for v in p)


def _rows(law, options, depths, widths, p):
    """(depth, width) -> quantile of every combination, from one call."""
    options = list(options)
    # a list with one width for every layer is a profile; twice the same depth makes it an axis
    again = depths * 2 if len(depths) == 1 and len(widths) == depths[0] else depths
    for option, values in (("--depth", again), ("--width", widths)):
        options[options.index(option) + 1] = ",".join(str(v) for v in values)
    out = {}
    for r in program.records(program.call("theory", law, *options, "--probability", _list([p]), "--format", "csv")):
        width = r.get("width", widths[0])
        out[int(r.get("depth", depths[0])), f"{width:g}" if isinstance(width, float) else width] = float(r["x"])
    return out


def quantiles(result, law, components, p=.5):
    """Quantile of a law for many cells (cell -> name of the component), in as few calls as the program allows: cell -> value.
    Cells that differ in depth and width only are one call. Raises what the first cell raises."""
    found, together = {}, {}
    for cell, component in components.items():
        t = Theory(result, law, cell, component)
        depth, width = (t._options[t._options.index(o) + 1] for o in ("--depth", "--width"))
        options = t._options[:-2] if component == depth else t._options  # the last layer is what the program takes itself
        options = [v for i, v in enumerate(options) if i == 0 or options[i - 1] not in ("--depth", "--width")]
        together.setdefault(tuple(options), []).append((cell, t, int(depth), width))
    for part in together.values():
        rows = {}
        if len(part) > 1 and not any("," in width for *_, width in part):
            options = part[0][1]._options[:-2] if components[part[0][0]] == str(part[0][2]) else part[0][1]._options
            try:
                rows = _rows(law, options, sorted({d for _, _, d, _ in part}), sorted({w for *_, w in part}), p)
            except Error:
                pass  # a cell that the law does not speak about; each is asked alone
        for cell, t, depth, width in part:
            found[cell] = rows[depth, width] if (depth, width) in rows else t.quantile(p)
    return found
