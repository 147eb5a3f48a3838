"""A result file, opened lazily: numbers are read when they are asked for."""

import os

import numpy as np

from . import program, schema, select
from .error import DATA, IO, Error, one_of, require
from .observable import Observable


def open(path):
    """Open a result file of `tepui run`, at any moment of the run.

    Nothing but the list of its groups is read. Needs numpy and h5py; `r.cells`, `r.frame()`, `r.verdicts()` need pandas,
    `r["NAME"]` needs xarray, and they say so.
    """
    return Result(path)


def _open_file(path):
    h5py = require("h5py")
    try:
        return h5py.File(path, "r")
    except OSError as e:
        if not os.path.isfile(path) or not os.access(path, os.R_OK):
            reason = os.strerror(e.errno) if e.errno else "not a file that can be read"
            raise Error(f"cannot read {path}: {reason}", IO) from e
        raise Error(f"{path} is no result of tepui: it is not an HDF5 file, or it is damaged", DATA) from e


class Result:
    """Values are as they are stored: natural logarithms where `r.observable(name).ln`.

    `where`, the keywords of many methods, chooses cells: depth=8, init=["he", "xavier"], width="depth/4" (the width as
    written), width=lambda d: d >= 32.
    """

    def __init__(self, path):
        self.path = os.fspath(path)
        self.file = _open_file(self.path)
        self.schema = schema.check(self.file, self.path)
        self.title = schema.attribute(self.file, "title")
        self.status = schema.attribute(self.file, "status")
        self.version = schema.attribute(self.file, "version")
        self.seed = int(self.file.attrs["seed"]) if "seed" in self.file.attrs else None
        self.observables = sorted(self.file["observables"])
        self._kept = {}

    def close(self):
        self.file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        return f"<tepui result {self.path}: {len(self.columns['cell'])} cells, {', '.join(self.observables)}>"

    @property
    def experiment(self):
        """The experiment, as canonical text."""
        return schema.experiment(self.file)

    # --- cells

    @property
    def columns(self):
        """The columns of /cells as arrays, without pandas."""
        if "columns" not in self._kept:
            group = self.file["cells"]
            columns = {name: schema.column(group[name], name) for name in group}
            if not columns or len(columns.get("cell", ())) == 0:
                raise Error(f"{self.path} is empty: it has no cells", DATA)
            self._kept["columns"] = columns
        return self._kept["columns"]

    @property
    def cells(self):
        """A DataFrame, one row a cell; `alias`: the cell shows the samples of another one again. `r.cells.distinct` is
        without those. Needs pandas."""
        from . import frames

        return frames.cells(self.columns)

    def select(self, **where):
        """Numbers of the cells that meet the conditions."""
        return select.choose(self.columns, where)

    def column(self, name, **where):
        """A column of the cells that meet the conditions: the values beside `quantile`."""
        if name not in self.columns:
            raise one_of("column of cells", name, sorted(self.columns))
        return self.columns[name][self.select(**where)]

    def distinct(self, cells):
        """Each cell once whose samples are shown by several of these."""
        first = self.columns["same_as"][cells]
        return np.sort(np.unique(first))

    # --- observables

    def observable(self, name):
        """Numbers of one observable, as arrays [cell, component, ...]."""
        if not self.observables:
            raise Error(f"{self.path} is empty: it has no observables", DATA)
        if name not in self.observables:
            raise one_of("observable", name, self.observables)
        if name not in self._kept:
            self._kept[name] = Observable(self.file["observables"][name], name, self.path)
        return self._kept[name]

    def __contains__(self, name):
        return name in self.observables

    def __getitem__(self, name):
        """An xarray.Dataset of the observable. Needs xarray."""
        from . import frames

        return frames.dataset(self, name)

    def quantile(self, observable, component=None, p=0.5, **where):
        """Quantile at p of the cells that meet the conditions, in the order of `column` (NaN: no such component)."""
        o = self.observable(observable)
        return o.quantile(p, o.component(component), self.select(**where))

    def samples(self, observable, component=None, **where):
        """Raw samples of the cells that meet the conditions, one after the other; cells that are the same count once."""
        o = self.observable(observable)
        k = o.component(component)
        parts = [o.raw(i, k[i]) for i in self.distinct(self.select(**where))]
        return np.concatenate(parts) if parts else np.empty(0)

    def histogram(self, observable, component=None, bins=None, **where):
        """The cells that meet the conditions together, in at most `bins` bins; cells that are the same count once."""
        o = self.observable(observable)
        return o.histogram(o.component(component), self.distinct(self.select(**where)), bins)

    # --- theory

    def verdict_rows(self, run=True):
        """Verdicts as a list of dicts: those in the file (`tepui verify --save`), or of `tepui verify` where run."""
        if "verdicts" not in self._kept:
            rows = program.saved_verdicts(self)
            if not rows and run:
                rows = program.verify(self.path)
            if not rows:
                return []
            self._kept["verdicts"] = rows
        return self._kept["verdicts"]

    def tested_laws(self):
        """(observable, cell) -> the first law with a verdict known so far."""
        rows = self.verdict_rows(run=False)
        if "tested" not in self._kept or self._kept["tested"][0] is not rows:
            found = {}
            for r in rows:
                if r["verdict"].startswith(("holds", "fails")):
                    found.setdefault((r["observable"], r["cell"]), r["law"])
            self._kept["tested"] = rows, found
        return self._kept["tested"][1]

    def verdicts(self):
        """A DataFrame of laws against samples: those in the file, otherwise what `tepui verify` says. Needs pandas."""
        from . import frames

        return frames.verdicts(self.verdict_rows())

    def theory(self, law, cell, component=None):
        """What a law says about a cell: .x, .density, .cdf, .survival, .quantile(p), in the units of the file."""
        from .theory import Theory

        return Theory(self, law, int(cell), component)

    def frame(self, observables=None, statistics=None):
        """Everything tidy: a DataFrame with one row for cell x component x statistic. Needs pandas."""
        from . import frames

        return frames.tidy(self, observables, statistics)
