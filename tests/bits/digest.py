#!/usr/bin/env python3
"""digest.py FILE -- SHA-256 of all numbers of a result (cells and observables), NaN of one kind."""
import hashlib
import os
import sys

import h5py
import numpy

digest = hashlib.sha256()


def add(name, item):
    if isinstance(item, h5py.Dataset) and name.startswith(("cells/", "observables/")):
        x = item[()]
        if x.dtype.kind == "O":
            x = numpy.array([text.decode() for text in x])  # not the addresses of texts
        if x.dtype.kind == "f":
            x = numpy.where(numpy.isnan(x), numpy.nan, x)
        digest.update(name.encode() + b"\0" + x.tobytes())


with h5py.File(sys.argv[1]) as f:
    f.visititems(add)
print(digest.hexdigest(), os.path.basename(sys.argv[1]))
