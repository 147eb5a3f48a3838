"""Results as tables of pandas and datasets of xarray; the only module that needs them."""

import numpy as np

from . import schema
from .error import require
from .observable import COUNTS, MOMENTS, QUANTILES

pandas = require("pandas")


class Cells(pandas.DataFrame):
    """A DataFrame whose slices have `.distinct`, too: without the cells that show samples of another one again."""

    @property
    def _constructor(self):
        return Cells

    @property
    def distinct(self):
        return self[~self["alias"]]


def cells(columns):
    """One row a cell; the index is its number."""
    c = Cells({name: values for name, values in columns.items() if name != "cell"})
    c.index = pandas.Index(columns["cell"], name="cell")
    c["alias"] = columns["same_as"] != columns["cell"]
    return c


def verdicts(rows):
    from .program import VERDICT_COLUMNS

    return pandas.DataFrame(rows, columns=list(VERDICT_COLUMNS))


# --- tidy

def _statistics(o):
    """name -> [cell, component] of all statistics of an observable."""
    found = {name: o.count(name) for name in COUNTS if name in o.group}
    found.update({name: o.statistic(name) for name in MOMENTS if name in o.group})
    for name in QUANTILES:
        if name in o.group:
            found.update({f"{name}={p:g}": o.statistic(name)[..., j] for j, p in enumerate(o.probabilities)})
    return found


def _one(result, name, wanted):
    o = result.observable(name)
    i, k = np.nonzero(o.present)
    table = {s: v[i, k].astype(float) for s, v in _statistics(o).items() if wanted is None or s in wanted}
    n = len(i)
    return pandas.DataFrame({
        "cell": np.tile(i, len(table)),
        "observable": pandas.Categorical.from_codes(np.zeros(n * len(table), dtype=np.int8), [name]),
        "transform": pandas.Categorical.from_codes(np.zeros(n * len(table), dtype=np.int8), ["ln" if o.ln else "none"]),
        "component": pandas.Categorical.from_codes(np.tile(k, len(table)), o.components),
        "statistic": pandas.Categorical.from_codes(np.repeat(np.arange(len(table)), n), list(table)),
        "value": np.concatenate(list(table.values())) if table else np.empty(0),
    })


def tidy(result, observables=None, statistics=None):
    names = result.observables if observables is None else [observables] if isinstance(observables, str) else observables
    parts = [_one(result, name, statistics) for name in names]
    out = pandas.concat(parts, ignore_index=True)
    for column in ("observable", "transform", "component", "statistic"):
        out[column] = out[column].astype("category")
    c = cells(result.columns)
    for name in c.columns:
        values = c[name].astype("category") if c[name].dtype == object else c[name]
        out[name] = values.to_numpy()[out["cell"]] if values.dtype.name != "category" else \
            pandas.Categorical.from_codes(values.cat.codes.to_numpy()[out["cell"]], values.cat.categories)
    return out


# --- xarray

DIMENSIONS = {2: ("cell", "component"), 3: ("cell", "component", "probability")}
RENAMED = {"samples": "samples_drawn"}  # a column of cells that has the name of a variable


def _variable(o, name, dims, values):
    """ln is said in the name and the attributes."""
    dataset = o.group[name]
    attributes = {"long_name": schema.attribute(dataset, "long_name", name), "transform": "ln" if o.ln else "none"}
    if name in COUNTS or name == "histogram":
        attributes["transform"] = "none"
        return name, (dims, values, attributes)
    attributes["units"] = o.unit
    if o.ln:
        attributes["long_name"] = "natural logarithm: " + attributes["long_name"]
    return ("ln_" + name if o.ln else name), (dims, values, attributes)


def _masked(o, name, values):
    out = np.asarray(values, dtype=float)
    out[~o.present] = np.nan
    return out


def _variables(o):
    for name in COUNTS:
        if name in o.group:
            yield _variable(o, name, DIMENSIONS[2], _masked(o, name, o.count(name)))
    for name in MOMENTS:
        if name in o.group:
            yield _variable(o, name, DIMENSIONS[2], o.statistic(name))
    for name in QUANTILES:
        if name in o.group:
            yield _variable(o, name, DIMENSIONS[3], o.statistic(name))
    if "histogram" in o.group:
        counts = _masked(o, "histogram", schema.floats(o.group["histogram"]))
        yield _variable(o, "histogram", ("cell", "component", "bin"), counts)
        yield _variable(o, "bin_edges", ("edge",), o.edges)
    if "samples" in o.group:
        yield _variable(o, "samples", ("cell", "component", "sample"), schema.floats(o.group["samples"]))


def _coordinates(result, o):
    c = {RENAMED.get(n, n): ("cell", np.array(v.tolist()) if v.dtype == object else v)
         for n, v in result.columns.items() if n != "cell"}
    c["cell"] = result.columns["cell"]
    c["alias"] = ("cell", result.columns["same_as"] != result.columns["cell"])
    c["component"] = np.array(o.components)
    c["probability"] = o.probabilities
    return c


def dataset(result, name):
    xarray = require("xarray")
    o = result.observable(name)
    attributes = {"name": name, "doc": o.doc, "source": o.source, "units": o.unit, "transform": "ln" if o.ln else "none"}
    return xarray.Dataset(dict(_variables(o)), _coordinates(result, o), attributes)
