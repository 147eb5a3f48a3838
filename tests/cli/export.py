#!/usr/bin/env python3
"""export.py RESULT CSV SAMPLES.csv JSON NPZ -- what `tepui export` wrote is what h5py reads, number by number."""
import csv
import json
import sys

import h5py
import numpy as np

COUNTS = ("count", "zero", "nan", "under", "over", "infinite", "origin")


def value(text):
    return np.nan if text in ("", None) else float(text)


def same(a, b):
    return (a == b) or (np.isnan(a) and np.isnan(b))


def texts(d):
    return [t.decode() for t in d[()]]


def check_rows(f, rows):
    """Every row is in the file, every component that has samples in the rows."""
    seen = set()
    for row in rows:
        cell, o = int(row["cell"]), f["observables"][row["observable"]]
        k = texts(o["component"]).index(row["component"])
        name, p = row["statistic"], value(row["probability"])
        if name.startswith("quantile"):
            want = o[name][cell, k, list(o["probability"][()]).index(p)]
        else:
            assert np.isnan(p)
            want = o[name][cell, k]
        assert same(value(row["value"]), float(want)), row
        assert row["transform"] == o.attrs["transform"]
        for column in f["cells"]:
            d = f["cells"][column]
            if column != "key":
                w = d[cell].decode() if d.dtype.kind == "O" else float(d[cell])
                assert (row[column] if d.dtype.kind == "O" else value(row[column])) == w, (row, column)
        seen.add((row["observable"], cell, k, name, None if np.isnan(p) else p))
    want = set()
    for name, o in f["observables"].items():
        for cell, k in zip(*np.nonzero(o["count"][()] > 0)):
            for s in o:
                if s in COUNTS or s in ("mean", "variance", "skewness", "kurtosis", "minimum", "maximum"):
                    want.add((name, cell, k, s, None))
                elif s.startswith("quantile"):
                    want |= {(name, cell, k, s, p) for p in o["probability"][()]}
    assert seen == want and len(rows) == len(want), (len(rows), len(want))


def check_samples(f, rows):
    n = 0
    for row in rows:
        o = f["observables"][row["observable"]]
        k = texts(o["component"]).index(row["component"])
        assert same(value(row["value"]), o["samples"][int(row["cell"]), k, int(row["sample"])]), row
    for o in f["observables"].values():
        count = np.maximum(o["count"][()], 0)
        n += np.minimum(count, o["samples"].shape[2]).sum()
    assert n == len(rows) > 0, (n, len(rows))


def check_npz(f, path):
    z, n = np.load(path, allow_pickle=False), 0
    assert str(z["experiment"]) == f["experiment"].asstr()[()]
    for name in z.files:
        if name.endswith("/transform"):
            assert str(z[name]) == f[name.rsplit("/", 1)[0]].attrs["transform"]
        elif name != "experiment":
            d, x = f[name], z[name]
            if d.dtype.kind == "O":
                assert texts(d) == x.tolist(), name
            else:
                v = np.where(d[()] == d.attrs["_FillValue"], 0, d[()]) if d.dtype.kind == "i" and "_FillValue" in d.attrs else d[()]
                assert x.shape == d.shape and x.dtype == d.dtype and np.array_equal(x, v, equal_nan=x.dtype.kind == "f"), name
        n += 1
    for group in ("cells", *("observables/" + o for o in f["observables"])):
        for name in f[group]:
            assert name in ("cell", "bin", "sample") or f"{group}/{name}" in z.files, (group, name)
    return n


def main():
    result, table, samples, objects, arrays = sys.argv[1:]
    with h5py.File(result) as f:
        rows = list(csv.DictReader(open(table, encoding="utf-8", newline="")))
        check_rows(f, rows)
        check_samples(f, list(csv.DictReader(open(samples, encoding="utf-8", newline=""))))
        check_rows(f, json.load(open(objects, encoding="utf-8")))
        print(len(rows), "rows,", check_npz(f, arrays), "arrays")


if __name__ == "__main__":
    main()
