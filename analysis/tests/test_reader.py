"""What the reader says against plain h5py."""

import math
import shutil
import subprocess
import sys
import time

import conftest
import h5py
import numpy as np
import pytest

import tepui
from tepui import program, schema, select


def refused(status, call, *words):
    with pytest.raises(tepui.Error) as e:
        call()
    assert e.value.exit_status == status, str(e.value)
    assert "\n" not in str(e.value)
    for word in words:
        assert word in str(e.value)


def test_version_is_that_of_the_program():
    said = subprocess.run([conftest.program(), "--version"], capture_output=True, text=True, check=True).stdout
    assert said.split()[1] == tepui.__version__


def test_import_and_open_load_no_large_package(results):
    code = ("import sys, tepui; r = tepui.open(sys.argv[1]); r.columns; r.quantile('gradient_norm');"
            "print([m for m in ('matplotlib', 'pandas', 'xarray') if m in sys.modules])")
    said = subprocess.run([sys.executable, "-c", code, results["nets"]], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_large_file_opens_lazily(tmp_path, results):
    """100 MB: the same result with a hundred million bytes of samples."""
    path = tmp_path / "large.h5"
    shutil.copy(results["nets"], path)
    with h5py.File(path, "r+") as f:
        f["observables/gradient_norm"].create_dataset("large", data=np.zeros(12_500_000))
    start = time.process_time()
    r = tepui.open(path)
    assert len(r.columns["depth"]) == 12
    assert time.process_time() - start < 1


def test_columns_are_str_and_int(results):
    r = tepui.open(results["nets"])
    with h5py.File(results["nets"]) as f:
        for name, values in r.columns.items():
            stored = f["cells"][name][()].tolist()
            stored = [v.decode() if isinstance(v, bytes) else v for v in stored]
            assert values.tolist() == stored, name
    assert {type(v) for v in r.columns["init"].tolist()} == {str}
    assert r.columns["depth"].dtype == np.int64 and r.columns["gain"].dtype == np.float64


def test_cells_mark_aliases(results):
    pytest.importorskip("pandas")
    c = tepui.open(results["nets"]).cells
    with h5py.File(results["nets"]) as f:
        alias = f["cells/same_as"][()] != f["cells/cell"][()]
    assert alias.sum() == 4 and c["alias"].tolist() == alias.tolist()
    assert c.distinct.index.tolist() == np.flatnonzero(~alias).tolist()
    part = c[c.init == "he"].sort_values("depth")  # .distinct survives slicing
    assert len(part) == 6 and len(part.distinct) == 4
    assert list(c.depth) == [2] * 6 + [4] * 6 and c.depth.dtype == np.int64


def test_where():
    columns = {"cell": np.arange(4), "depth": np.array([1, 1, 2, 2]), "width": np.array([8, 2, 8, 2]),
               "width_expression": np.array(["8", "depth", "8", "depth"], dtype=object),
               "rate": np.array([.1, .2, .1, .2])}
    assert select.choose(columns, {}).tolist() == [0, 1, 2, 3]
    assert select.choose(columns, {"depth": 2}).tolist() == [2, 3]
    assert select.choose(columns, {"width": "depth"}).tolist() == [1, 3]
    assert select.choose(columns, {"width": 8, "depth": [1, 5]}).tolist() == [0]
    assert select.choose(columns, {"rate": lambda v: v > .15, "depth": range(2, 9)}).tolist() == [3]
    refused(65, lambda: select.choose(columns, {"depth": 3}), "depth=3", "1, 2")
    refused(64, lambda: select.choose(columns, {"dept": 3}), "did you mean depth?")
    assert select.parse("optimizer=adam(a=1,b=2),gd") == ("optimizer", ["adam(a=1,b=2)", "gd"])
    assert select.parse("depth=1,2") == ("depth", [1, 2]) and select.parse("rate=0.5") == ("rate", .5)
    assert select.parse("width=64") == ("width", "64")


def stored(path, name, dataset):
    with h5py.File(path) as f:
        g = f["observables"][name]
        v = g[dataset][()]
        if v.dtype.kind == "i":
            v[v == g[dataset].attrs["_FillValue"]] = 0
        return v, [n.decode() if isinstance(n, bytes) else n for n in g["component"][()]]


def test_quantiles(results):
    r = tepui.open(results["nets"])
    q, names = stored(results["nets"], "gradient_norm", "quantile")
    mine = r.quantile("gradient_norm", "total", .25, init="he")
    he = r.columns["init"] == "he"
    assert mine.tolist() == q[he, names.index("total"), 1].tolist()
    # without a name: total; `last`: of each cell
    assert r.quantile("gradient_norm").tolist() == q[:, names.index("total"), 2].tolist()
    f, names = stored(results["nets"], "activation_fraction", "quantile")
    last = [f[i, names.index(str(r.columns["depth"][i])), 2] for i in range(12)]
    assert r.quantile("activation_fraction").tolist() == last
    # layer 4 of nets of depth 2 is padding
    assert [math.isnan(v) for v in r.quantile("activation_fraction", "4")] == [d == 2 for d in r.columns["depth"]]


def test_samples(results):
    r = tepui.open(results["nets"])
    s, names = stored(results["nets"], "forward_norm", "samples")
    k = names.index("2")
    assert r.samples("forward_norm", "2", cell=3).tolist() == s[3, k, :].tolist()
    same = r.columns["same_as"]
    chosen = sorted(set(same[(r.columns["init"] == "he") & (r.columns["depth"] == 4)]))
    assert len(chosen) == 2  # width 4 and width depth are one
    assert r.samples("forward_norm", "2", init="he", depth=4).tolist() == np.concatenate([s[i, k] for i in chosen]).tolist()


def test_histogram(results):
    r = tepui.open(results["nets"])
    counts, names = stored(results["nets"], "forward_norm", "histogram")
    edges = stored(results["nets"], "forward_norm", "bin_edges")[0]
    zero = stored(results["nets"], "forward_norm", "zero")[0]
    k, i = names.index("2"), 0
    h = r.histogram("forward_norm", "2", cell=i)
    full = np.flatnonzero(counts[i, k])
    assert h.counts.tolist() == counts[i, k, full[0]:full[-1] + 1].tolist()
    assert h.edges.tolist() == edges[full[0]:full[-1] + 2].tolist()
    assert h.zero == zero[i, k] and zero[i, k] > 0 and h.total == 400
    few = r.histogram("forward_norm", "2", bins=7, cell=i)
    assert len(few.counts) <= 7 and few.counts.sum() == h.counts.sum() == 400 - h.zero
    assert math.isclose((few.density * np.diff(few.edges)).sum(), 1 - h.zero / 400)
    both = r.histogram("forward_norm", "2", init="he", depth=4, width=4)  # two cells, one of them an alias
    assert both.total == 400


def test_zeros_of_plain_numbers_are_no_part_of_their_bin(results):
    r = tepui.open(results["nets"])
    dead, names = stored(results["nets"], "forward_norm", "zero")  # no unit of ReLU is alive: the norm is 0, the share, too
    bins, shares = stored(results["nets"], "activation_fraction", "histogram")
    h = r.histogram("activation_fraction", "2", cell=0)
    assert h.zero == dead[0, names.index("2")] > 0 and h.minus_infinite == 0
    assert h.counts.sum() == h.total - h.zero and bins[0, shares.index("2")].sum() == h.total == 400


def test_dataset(results):
    pytest.importorskip("xarray")
    r = tepui.open(results["nets"])
    d = r["activation_fraction"]
    count, names = stored(results["nets"], "activation_fraction", "count")
    assert list(d.component.values) == names and d.component.dtype.kind == "U"
    assert np.array_equal(np.isnan(d["count"].values), count == 0)
    assert np.array_equal(np.isnan(d["zero"].values), count == 0)
    assert np.isnan(d["histogram"].values[count == 0]).all() and np.isfinite(d["histogram"].values[count > 0]).all()
    assert np.array_equal(np.isnan(d["mean"].values), count == 0)
    assert d["quantile"].dims == ("cell", "component", "probability")
    assert (d.init == "he").sum() == 6 and d.attrs["transform"] == "none"
    g = r["gradient_norm"]
    q = stored(results["nets"], "gradient_norm", "quantile")[0]
    assert "quantile" not in g and g.ln_quantile.attrs["transform"] == "ln"
    assert g.ln_quantile.attrs["long_name"].startswith("natural logarithm")
    mine = g.ln_quantile.sel(component="total", probability=.5)
    names = stored(results["nets"], "gradient_norm", "quantile")[1]
    assert mine.values.tolist() == q[:, names.index("total"), 2].tolist()
    assert g["samples_drawn"].dims == ("cell",) and g.ln_samples.dims == ("cell", "component", "sample")


def test_frame(results):
    pytest.importorskip("pandas")
    r = tepui.open(results["nets"])
    t = r.frame()
    count = stored(results["nets"], "gradient_norm", "count")[0]
    part = t[t.observable == "gradient_norm"]
    assert len(part) % (count > 0).sum() == 0 and len(part) // (count > 0).sum() == part.statistic.nunique()
    q, names = stored(results["nets"], "gradient_norm", "quantile")
    row = part[(part.cell == 7) & (part.component == "total") & (part.statistic == "quantile=0.5")]
    assert row.value.tolist() == [q[7, names.index("total"), 2]]
    assert row.init.tolist() == [r.columns["init"][7]] and row.depth.tolist() == [r.columns["depth"][7]]
    assert set(r.frame("forward_norm", ["mean"]).statistic) == {"mean"}


def test_verdicts_of_the_program_and_of_the_file(results, tmp_path):
    pytest.importorskip("pandas")
    said = tepui.open(results["nets"]).verdicts()
    out = subprocess.run([conftest.program(), "verify", results["nets"], "--format", "csv"], capture_output=True, text=True)
    rows = program.records(out.stdout)
    assert len(said) == len(rows) > 0 and said.predicted.tolist() == [r["predicted"] for r in rows]
    saved = tmp_path / "saved.h5"
    shutil.copy(results["nets"], saved)
    subprocess.run([conftest.program(), "verify", str(saved), "--save"], capture_output=True, check=False)
    kept = tepui.open(saved)
    assert "laws" in kept.file
    again = kept.verdicts()
    key = lambda t: sorted(zip(t.law, t.cell, t.component, t.predicted.fillna(-9), t.p.fillna(-9)))  # noqa: E731
    # a law that covers a cell twice is in the file once
    assert len(again) > 0 and set(key(again)) <= set(key(said))


def test_theory_is_the_program_for_that_cell(results):
    r = tepui.open(results["nets"])
    i = int(np.flatnonzero((r.columns["width_expression"] == "4") & (r.columns["init"] == "xavier"))[-1])
    t = r.theory("N2", i)
    out = subprocess.run([conftest.program(), "theory", "N2", "--depth", "4", "--width", "4", "--init", "xavier", "--set",
                          "data.source=sphere", "--set", "data.dimension=3", "--format", "csv"],
                         capture_output=True, text=True, check=True).stdout
    want = {row["prediction"]: row["value"] for row in program.records(out)}
    assert t.quantile(.75) == want["quantile 0.75 of ln"]
    # 400 samples: the median lies between the quantiles 0.5 -+ 4 / (2 sqrt(400)) of the law
    low, high = t.quantile([.25, .75])
    observed = r.quantile("forward_norm", "4", cell=i)[0]
    assert low < observed < high or observed == low == -math.inf
    refused(65, lambda: r.theory("N2", 99), "0 to 11")
    refused(64, lambda: r.theory("N99", 0).quantile(.5), "N99")
    assert np.all(np.diff(r.theory("N2", i).cdf) >= 0)
    assert np.allclose(t.at(t.quantile([.6, .75]))["cdf"], [.6, .75], atol=1e-6)
    c = t.curve
    # the area under the density is the rise of the cdf: trapezia on 160 points, 1e-3 is ten times their error
    assert abs(np.trapz(c["density"], c["x"]) - (c["cdf"][-1] - c["cdf"][0])) < 1e-3


def test_bad_input(results, tmp_path):
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as f:
        f["x"] = [1.0]
    refused(65, lambda: tepui.open(other), "no result of tepui")
    text = tmp_path / "text.h5"
    text.write_text("no HDF5")
    refused(65, lambda: tepui.open(text), "not an HDF5 file")
    refused(74, lambda: tepui.open(tmp_path / "missing.h5"), "missing.h5")
    newer = tmp_path / "newer.h5"
    shutil.copy(results["nets"], newer)
    with h5py.File(newer, "r+") as f:
        f.attrs["schema"] = "tepui-9"
    refused(65, lambda: tepui.open(newer), "tepui-9", "tepui-1")
    r = tepui.open(results["nets"])
    refused(64, lambda: r.observable("gradient"), "did you mean gradient_norm?")
    refused(64, lambda: r.quantile("gradient_norm", "99"), "component of gradient_norm", "total")
    refused(65, lambda: r.quantile("gradient_norm", "total", .31), "0.31")
    refused(64, lambda: r.column("depht"), "depth")
    c = tepui.open(results["spectrum"])
    refused(65, lambda: empty(c.path, tmp_path).columns["depth"], "no cells")


def empty(path, folder):
    out = folder / "empty.h5"
    shutil.copy(path, out)
    with h5py.File(out, "r+") as f:
        for name in list(f["cells"]):
            del f["cells"][name]
    return tepui.open(out)


def test_a_missing_package_is_named(results, tmp_path):
    (tmp_path / "pandas.py").write_text("raise ImportError('none here')\n")
    code = ("import sys, tepui\n"
            "try: tepui.open(sys.argv[1]).cells\n"
            "except tepui.Error as e: print(e.exit_status, e)")
    env = {"PYTHONPATH": f"{tmp_path}:{':'.join(sys.path)}", "PATH": "/usr/bin:/bin"}
    said = subprocess.run([sys.executable, "-c", code, results["nets"]], capture_output=True, text=True, env=env, check=True)
    assert said.stdout.startswith("69 ") and "python3-pandas" in said.stdout


def test_schema_two(tmp_path):
    """The forms that tepui-2 uses: texts of variable length, a scalar experiment, integers, fill values."""
    with h5py.File(tmp_path / "two.h5", "w") as f:
        f.attrs["schema"] = "tepui-2"
        f["experiment"] = "title: two\n"
        cells = f.create_group("cells")
        cells["cell"], cells["same_as"], cells["depth"] = [0, 1], [0, 1], np.array([2, 3])
        cells["init"] = ["he", "xavier"]
        g = f.create_group("observables/forward_norm")
        g.attrs["transform"] = "ln"
        g["component"] = ["2", "3"]
        g["probability"] = [.5]
        count = g.create_dataset("count", data=np.array([[9, 77], [9, 9]], dtype=np.uint64))
        count.attrs["_FillValue"] = np.array([77], dtype=np.uint64)
        q = g.create_dataset("quantile", data=np.array([[[1.], [-5.]], [[2.], [3.]]]))
        q.attrs["_FillValue"] = -5.
        g["mean"] = np.array([[1., 7.], [2., 3.]])  # padding that only the count tells
    r = tepui.open(tmp_path / "two.h5")
    assert r.experiment == "title: two\n" and r.columns["init"].tolist() == ["he", "xavier"]
    o = r.observable("forward_norm")
    assert o.count("count").tolist() == [[9, 0], [9, 9]] and o.components == ["2", "3"]
    assert np.isnan(o.statistic("quantile")[0, 1, 0]) and r.quantile("forward_norm").tolist() == [1., 3.]
    assert np.isnan(o.statistic("mean")).tolist() == [[False, True], [False, False]]
    assert schema.floats(o.group["quantile"])[1].ravel().tolist() == [2., 3.]
