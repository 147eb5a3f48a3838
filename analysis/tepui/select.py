"""Which cells: `where` takes values, lists of values and functions of a value."""

import numpy as np

from .error import DATA, USAGE, Error, one_of


def _equal(value, wanted):
    if isinstance(wanted, str) != isinstance(value, str):
        return False
    return bool(value == wanted)


def _test(wanted):
    if callable(wanted):
        return lambda v: bool(wanted(v))
    if isinstance(wanted, (list, tuple, set, frozenset, range, np.ndarray)):
        items = list(wanted)
        return lambda v: any(_equal(v, w) for w in items)
    return lambda v: _equal(v, wanted)


def _column(columns, key, wanted):
    """width="depth/4" means the width as written in the experiment."""
    words = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
    if key == "width" and not callable(wanted) and words and all(isinstance(w, str) for w in words):
        return columns["width_expression"]
    return columns[key]


def choose(columns, where):
    """Numbers of the cells for which every condition holds, in order."""
    keep = np.ones(len(columns["cell"]), dtype=bool)
    for key, wanted in where.items():
        if key not in columns:
            raise one_of("column of cells", key, sorted(columns))
        values, test = _column(columns, key, wanted), _test(wanted)
        keep &= np.array([test(v) for v in values.tolist()], dtype=bool)
    if where and not keep.any():
        raise Error("no cell has " + ", ".join(_say(columns, k, w) for k, w in where.items()), DATA)
    return np.flatnonzero(keep)


def _say(columns, key, wanted):
    if callable(wanted):
        return f"{key} as asked"
    known = list(dict.fromkeys(_column(columns, key, wanted).tolist()))
    shown = ", ".join(str(k) for k in known[:12]) + (", ..." if len(known) > 12 else "")
    return f"{key}={wanted} (there are {shown})"


def parse(text):
    """KEY=VALUE[,VALUE...] of a command line. Numbers are numbers, but for width, which is as it was written."""
    key, sep, value = text.partition("=")
    if not sep or not key:
        raise Error(f"'{text}' is not KEY=VALUE", USAGE)
    values = [v if key == "width" else _number(v) for v in _split(value)]
    return key, values if len(values) > 1 else values[0]


def _split(value):
    """At commas outside of brackets: momentum(mu=0.9, nesterov=1) is one word."""
    parts, depth = [""], 0
    for c in value:
        depth += (c in "([") - (c in ")]")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return [p.strip() for p in parts]


def _number(word):
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            pass
    return word
