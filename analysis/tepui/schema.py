"""What differs between the schemas of result files, in one place.

tepui-1: texts have a fixed length and are bytes; every number of /cells is a float; /experiment has one element; padding
is NaN in floats and 0 in counts.
tepui-2: texts are UTF-8 of variable length; whole numbers are integers; /experiment is a scalar; padding is `_FillValue`.

A cell and component without a single sample is padding in both: its count is 0 or the fill value.
"""

import numpy as np

from .error import DATA, Error

KNOWN = ("tepui-1", "tepui-2")
# columns of /cells that count something; tepui-1 stores them as floats
WHOLE = {"cell", "same_as", "depth", "width", "inputs", "outputs", "points", "samples", "dead", "batch", "steps"}


def text(value):
    """A str of whatever h5py hands out for a text."""
    if isinstance(value, np.ndarray):
        value = value.reshape(-1)[0] if value.size else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def texts(dataset):
    """All texts of a dataset, as a list of str."""
    return [text(v) for v in np.asarray(dataset[()]).reshape(-1)]


def is_text(dataset):
    return dataset.dtype.kind in "SO"


def attribute(item, name, default=""):
    return text(item.attrs[name]) if name in item.attrs else default


def check(file, path):
    """Refuse files that are not results of a known schema."""
    schema = attribute(file, "schema", None)
    if schema is None or not {"cells", "observables"} <= set(file):
        raise Error(f"{path} is an HDF5 file, but no result of tepui", DATA)
    if schema not in KNOWN:
        raise Error(f"{path} has schema {schema}; this package reads {' and '.join(KNOWN)}", DATA)
    return schema


def column(dataset, name):
    """A column of /cells: an array of str, of whole numbers or of floats."""
    if is_text(dataset):
        return np.array(texts(dataset), dtype=object)
    v = dataset[()]
    if v.dtype.kind == "f" and name in WHOLE and np.all(np.isfinite(v) & (v == np.floor(v))):
        return v.astype(np.int64)
    return v


def experiment(file):
    return text(file["experiment"][()]) if "experiment" in file else ""


def _fill(dataset):
    return dataset.attrs["_FillValue"] if "_FillValue" in dataset.attrs else None


def counts(dataset):
    """Counts as integers, 0 where the file has padding."""
    v = dataset[()]
    fill = _fill(dataset)
    if fill is not None:
        v = np.where(v == np.asarray(fill, v.dtype).reshape(-1)[0], np.zeros(1, v.dtype), v)
    return v.astype(np.int64)


def floats(dataset, selection=()):
    """Numbers as floats, NaN where the file has padding."""
    v = dataset[selection]
    fill = _fill(dataset)
    out = np.asarray(v, dtype=np.float64)
    if fill is None:
        return out
    fill = np.asarray(fill).reshape(-1)[0]
    if v.dtype.kind == "f" and np.isnan(fill):
        return out
    return np.where(v == fill, np.nan, out)
