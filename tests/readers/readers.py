#!/usr/bin/env python3
"""readers.py RESULT... -- opens each result with every reader that is installed and compares what it says with what h5py
reads: numbers bit by bit, texts, names of components, padding. Prints a line for each reader; status 1 where one differs.
TEPUI_TEST_READERS=all: a reader that is missing fails."""
import os
import re
import shutil
import subprocess
import sys

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
COUNTS = ("count", "zero", "nan", "under", "over", "infinite", "origin", "histogram")


class Missing(Exception):
    pass


def content(dataset):
    """The items in the order of the file: a list of str, or numbers."""
    x = np.asarray(dataset[()]).reshape(-1)
    return [v.decode() for v in x] if x.dtype.kind in "OS" else x


def shown(path):
    """path -> items, of all that users read."""
    out = {}

    def add(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("checkpoint/"):
            out["/" + name] = content(item)
    with h5py.File(path) as f:
        f.visititems(add)
    return out


def same(a, b):
    if len(a) != len(b):
        return False
    if isinstance(a, list):
        return a == list(b)
    return bool(np.array_equal(np.asarray(a, float), np.asarray(b, float), equal_nan=True))


def need(*packages):
    for package in packages:
        try:
            __import__(package)
        except ImportError:
            raise Missing(f"python3 has no {package}") from None


def run(command, environment=None):
    if not shutil.which(command[0]):
        raise Missing(f"no {command[0]}")
    done = subprocess.run(command, capture_output=True, env={**os.environ, **(environment or {})})
    if done.returncode:
        raise AssertionError(f"{' '.join(command[:3])} ended with {done.returncode}: {done.stderr.decode()[-300:]}")
    return done.stdout.decode()


# --- the conventions themselves

def check_h5py(path, want):
    """Texts are str, padding is the fill value and nothing else, every dataset says what it is."""
    n = 0
    with h5py.File(path) as f:
        assert f.attrs["schema"] == "tepui-2" and f.attrs["Conventions"] == "CF-1.8 tepui-2"
        assert isinstance(f.attrs["title"], str) and f["experiment"].shape == ()
        assert isinstance(f["experiment"].asstr()[()], str)
        for name in want:
            d = f[name]
            assert isinstance(d.attrs["long_name"], str), name
            if h5py.check_string_dtype(d.dtype):
                assert h5py.check_string_dtype(d.dtype) == ("utf-8", None), name
            else:
                low, high = d.attrs["valid_range"]
                x = d[()]
                assert isinstance(d.attrs["units"], str) and d.attrs["valid_range"].dtype == d.dtype, name
                keep = x[(x == x) & (x != d.attrs.get("_FillValue", np.nan))]
                assert ((keep >= low) & (keep <= high)).all(), name
            n += 1
        for o in f["observables"].values():
            absent = o["count"][()] == -1
            assert absent.shape == (len(o["cell"]), len(o["component"]))
            assert not absent.all(axis=1).any() and not absent.all(axis=0).any()
            for name, d in o.items():
                padded = name not in ("cell", "component", "probability", "bin", "bin_edges", "sample")
                assert ("_FillValue" in d.attrs) == padded, d.name
                if not padded:
                    continue
                x = d[()]
                assert d.attrs["_FillValue"].dtype == d.dtype, d.name
                there = x != -1 if name in COUNTS else np.ones(x.shape, bool)
                rows = absent if x.ndim == 2 else np.broadcast_to(absent[..., None], x.shape)
                assert (there == ~rows).all() if name in COUNTS else np.isnan(x[rows]).all(), d.name
            d = o.get("samples", o["mean"])
            assert d.compression == "gzip" and d.shuffle and d.fletcher32 and (d.ndim == 2 or d.chunks == (1, *d.shape[1:])), d.name
        for name, d in f["cells"].items():
            assert "_FillValue" not in d.attrs, name
        for name in ("depth", "width", "inputs", "outputs", "points", "samples", "dead", "same_as", "cell"):
            assert f["cells"][name].dtype == np.int64, name
        for name in ("gain", "sigma_b", "tilt"):
            assert f["cells"][name].dtype == np.float64, name
    return n


def xarray_by(engine):
    def check(path, want):
        need("xarray", "netCDF4" if engine == "netcdf4" else engine)
        import xarray
        n, seen = 0, set()
        groups = [None] + sorted({name.rsplit("/", 1)[0] for name in want} - {""})
        for group in groups:
            with xarray.open_dataset(path, group=group, engine=engine) as d:
                d.load()
                for name in d.variables:
                    full = f"{group or ''}/{name}"
                    if full not in want:
                        continue
                    x, seen = d[name].values.reshape(-1), seen | {full}
                    if isinstance(want[full], list):
                        assert all(isinstance(v, str) for v in x), full
                        assert same(want[full], list(x)), full
                    else:
                        padded = full.startswith("/observables") and name in COUNTS
                        w = np.where(want[full] == -1, np.nan, want[full]) if padded else want[full]
                        assert same(w, x), full
                    n += 1
                if group and "component" in d.coords:
                    last = str(d.component.values[-1])
                    assert d.sel(component=last)["mean"].dims == ("cell",)
                if group == "/cells":
                    assert (d.init == d.init.values[0]).any() and d.depth.dtype == np.int64
        assert seen == set(want), set(want) - seen
        return n
    return check


def check_netcdf4(path, want):
    need("netCDF4")
    import netCDF4
    n = 0
    with netCDF4.Dataset(path) as f:
        assert f.schema == "tepui-2"
        for name, items in want.items():
            x = f[name][...] if f[name].shape else np.asarray(f[name][...])
            if isinstance(items, list):
                assert same(items, [str(v) for v in np.asarray(x).reshape(-1)]), name
            else:
                mask, fill = np.ma.getmaskarray(x).reshape(-1), items != items if items.dtype.kind == "f" else items == -1
                assert (mask == (fill & ("_FillValue" in f[name].ncattrs()))).all(), name
                assert same(items[~mask], np.ma.getdata(x).reshape(-1)[~mask]), name
            n += 1
    return n


def number(word):
    """As ncdump, h5dump and R print numbers."""
    word = re.sub(r"(?<=[0-9.])(LL|ULL|f)$", "", word)
    return float("nan" if word == "_" else word)


def check_ncdump(path, want):
    n = 0
    for name, items in want.items():
        text = run(["ncdump", "-p", "9,17", "-v", name if name.count("/") > 1 else name[1:], path])
        name_is = r"(^|\n)\s*%s =" % re.escape(name.rsplit("/", 1)[1])
        groups = [re.split(r"} // group|\n\s*group: ", g)[0] for g in re.split(r"\n\s*data:\n", text)[1:]]
        block, = [g for g in groups if re.search(name_is, g)]
        block = block[block.index("=") + 1:]
        if isinstance(items, list):
            got = [v.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
                   for v in re.findall(r'"((?:[^"\\]|\\.)*)"', re.sub(r'",\n\s+"', '"\n,"', block) if len(items) > 1 else block)]
            got = ["".join(got)] if len(items) == 1 else got
            assert same(items, got), name
        else:
            got = np.array([number(v) for v in re.sub(r"\s", "", block[:block.index(";")]).split(",")])
            assert same(np.where(items == -1, np.nan, items) if name.rsplit("/", 1)[1] in COUNTS else items, got), name
        n += 1
    return n


def check_h5dump(path, want):
    n = 0
    for name, items in want.items():
        text = run(["h5dump", "-y", "-w", "0", "-m", "%.17g", "-d", name, path])
        block = text[text.index("DATA {") + 6:]
        block = block[:block.index("\n   }")]
        if isinstance(items, list):
            if name == "/experiment":  # its quotes are not escaped, nor is its end of lines
                assert "grid:" in block and "samples:" in block
            else:
                assert same(items, [v.replace('\\"', '"') for v in re.findall(r'"((?:[^"\\]|\\.)*)"', block)]), name
        else:
            assert same(items, np.array([number(v) for v in
                                         re.sub(r"\s", "", block).split(",") if v])), name
        n += 1
    return n


def check_items(text, want):
    """Lines of a path and its items, between tabs."""
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in re.split(r"\n(?=/)", text.strip("\n")) if line}
    for name, items in want.items():
        got = lines[name]
        assert same(items, got if isinstance(items, list) else np.array([number(v) for v in got])), name
    return len(want)


def r_by(package):
    def check(path, want):
        if not shutil.which("Rscript"):
            raise Missing("no Rscript")
        if subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True).returncode:
            raise Missing(f"R has no {package}")
        script = os.path.join(HERE, f"{package}.R")
        return check_items(run(["Rscript", script, path, *want]), want)
    return check


READERS = {"h5py": check_h5py, "xarray (netcdf4)": xarray_by("netcdf4"), "xarray (h5netcdf)": xarray_by("h5netcdf"),
           "netCDF4": check_netcdf4, "ncdump": check_ncdump, "h5dump": check_h5dump, "rhdf5": r_by("rhdf5"),
           "hdf5r": r_by("hdf5r")}


def one(reader, check, results):
    """In a process of its own: a reader may crash."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            n = sum(check(path, want) for path, want in results.items())
            print(f"{reader}: {n} datasets of {len(results)} files are as h5py reads them", flush=True)
            os._exit(0)
        except Missing as e:
            print(f"{reader}: left out, {e}", flush=True)
            os._exit(77)
        except Exception as e:
            print(f"{reader}: {type(e).__name__}: {e}", flush=True)
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        print(f"{reader}: ended with signal {os.WTERMSIG(status)}")
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1
    return code == 0 or (code == 77 and os.environ.get("TEPUI_TEST_READERS") != "all")


def main():
    results = {path: shown(path) for path in sys.argv[1:]}
    good = [one(reader, check, results) for reader, check in READERS.items()]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
