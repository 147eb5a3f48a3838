"""One observable of a result: numbers by cell and component, read when they are asked for."""

import numpy as np

from . import schema
from .error import DATA, Error, one_of

COUNTS = ("count", "zero", "infinite", "nan", "under", "over")
MOMENTS = ("mean", "variance", "skewness", "kurtosis", "minimum", "maximum")
QUANTILES = ("quantile", "quantile_low", "quantile_high")


class Histogram:
    """Counts of bins, and beside them what no bin holds. Edges and values are as stored (`ln`: natural logarithms).

    edges [bins + 1], counts [bins]; zero, infinite, minus_infinite, nan, under, over: numbers of samples; total: all of them.
    """

    def __init__(self, edges, counts, beside, ln):
        self.edges, self.counts, self.ln = edges, counts, ln
        self.zero, self.infinite, self.nan, self.under, self.over = (int(beside[k]) for k in COUNTS[1:])
        self.minus_infinite = 0
        self.total = int(beside["count"])

    def take_zeros(self, zeros):
        """Numbers that are no logarithms: what the file calls zero is at -inf, and exact zeros are in the bin from 0 on; they
        get a count of their own, unless output.range may have put them under or over."""
        self.zero, self.minus_infinite = 0, self.zero
        at = np.flatnonzero((self.edges[:-1] <= 0) & (self.edges[1:] > 0))
        if at.size and max(self.under, self.over) < zeros <= self.counts[at[0]]:
            self.counts[at[0]] -= zeros
            self.zero = zeros
        return self

    @property
    def density(self):
        """Share of all samples per unit of the axis: the area is the share of the samples that lie in bins."""
        return self.counts / np.diff(self.edges) / max(self.total, 1)

    def join(self, bins):
        """At most so many bins, of neighbours put together, between the first and the last that is not empty."""
        full = np.flatnonzero(self.counts)
        first, last = (full[0], full[-1] + 1) if full.size else (0, len(self.counts))
        step = max(1, -(-(last - first) // bins)) if bins else 1
        last = min(first - (first - last) // step * step, len(self.counts))  # all joined bins have one width,
        first = max(0, last - (last - first + step - 1) // step * step)
        starts = np.arange(first, last, step)  # but where the file has too few of them
        if starts.size:
            self.counts, self.edges = np.add.reduceat(self.counts[:last], starts), np.append(self.edges[starts], self.edges[last])
        return self


class Observable:
    """`ln`: values are natural logarithms. All arrays are [cell, component, ...]; padding is NaN or a count of 0."""

    def __init__(self, group, name, path):
        self.group, self.name, self.path, self._kept = group, name, path, {}
        self.doc = schema.attribute(group, "doc")
        self.source = schema.attribute(group, "source")
        self.unit = schema.attribute(group, "unit", "1")
        self.ln = schema.attribute(group, "transform", "none") == "ln"

    def _once(self, key, read):
        if key not in self._kept:
            self._kept[key] = read()
        return self._kept[key]

    @property
    def components(self):
        return self._once("component", lambda: schema.texts(self.group["component"]))

    @property
    def probabilities(self):
        return self._once("probability", lambda: schema.floats(self.group["probability"]))

    @property
    def edges(self):
        return self._once("bin_edges", lambda: schema.floats(self.group["bin_edges"]))

    @property
    def present(self):
        """Where a cell has samples of a component; what is not is padding, or not drawn yet."""
        return self._once("present", lambda: self.count("count") > 0)

    def count(self, name):
        """A dataset of counts; one that the file does not have is 0 everywhere."""
        if name not in self.group:
            return np.zeros(self.group["count"].shape, dtype=np.int64)
        return self._once(name, lambda: schema.counts(self.group[name]))

    def statistic(self, name):
        """mean, variance, ..., quantile, quantile_low, quantile_high: NaN where there is padding."""
        def read():
            v = schema.floats(self.group[name])
            v[~self.present] = np.nan
            return v
        return self._once(name, read)

    def probability_index(self, p):
        near = np.flatnonzero(np.isclose(self.probabilities, p, rtol=0, atol=1e-9))
        if near.size == 0:
            known = ", ".join(f"{v:g}" for v in self.probabilities)
            raise Error(f"{self.path} has quantiles of {self.name} at {known} only, not at {p:g} "
                        "(output.probabilities of the experiment)", DATA)
        return int(near[0])

    def component(self, name=None):
        """Number of a component for every cell, -1 where the cell does not have it. None: `total` if there, else the
        last of each cell; `last`: that; `hidden`: the last that is a layer number."""
        cells = self.present.shape[0]
        if name is None:
            name = "total" if "total" in self.components else "last"
        name = str(name)
        if name in self.components:
            k = np.full(cells, self.components.index(name))
            return np.where(self.present[:, k[0]], k, -1)
        if name not in ("last", "hidden"):
            raise one_of(f"component of {self.name}", name, self._short())
        there = self.present & np.array([name == "last" or c.isdigit() for c in self.components])
        k = there.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1)
        return np.where(there.any(axis=1), k, -1)

    def _short(self):
        c = self.components + ["last"]
        return c if len(c) <= 16 else c[:8] + ["..."] + c[-7:]

    def pick(self, array, component, cells):
        """array[cell, component(cell), ...] of these cells; NaN (0 of counts) where one does not have it."""
        k = component[cells]
        out = array[cells, np.maximum(k, 0)].copy()
        out[k < 0] = 0 if array.dtype.kind in "iu" else np.nan
        return out

    def quantile(self, p, component, cells, which="quantile"):
        return self.pick(self.statistic(which)[..., self.probability_index(p)], component, cells)

    def raw(self, cell, k):
        """The stored samples of one cell and component; without padding."""
        if "samples" not in self.group:
            raise Error(f"{self.path} has no raw samples of {self.name}: add `output: {{raw: N}}` to the experiment", DATA)
        if k < 0:
            return np.empty(0)
        dataset = self.group["samples"]
        n = min(dataset.shape[2], int(self.count("count")[cell, k]))
        return schema.floats(dataset, (cell, k, slice(0, n)))

    def histogram(self, component, cells, bins=None):
        """All these cells together."""
        total = np.zeros(len(self.edges) - 1, dtype=np.int64)
        beside = dict.fromkeys(COUNTS, 0)
        for i in cells:
            k = component[i]
            if k < 0:
                continue
            total += schema.floats(self.group["histogram"], (i, k)).astype(np.int64)
            for name in COUNTS:
                beside[name] += self.count(name)[i, k]
        if beside["count"] == 0:
            raise Error(f"{self.path}: the cells chosen have no samples of {self.name}", DATA)
        h = Histogram(self.edges, total, beside, self.ln)
        if not self.ln:
            h.take_zeros(sum(int(self.count("origin")[i, component[i]]) for i in cells if component[i] >= 0))
        return h.join(bins)
