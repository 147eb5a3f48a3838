"""The part of the page about one file."""

import hashlib
import os

from .. import schema
from . import headline, numbers, pictures, tables, verdicts
from .html import code_words, copyable, element, join, scroll, table

NOTED = ("revision", "bits", "compiler", "flags", "linear algebra", "gsl", "hdf5", "libyaml")


class Section:
    """All of it is made at once: the file is closed afterwards."""

    def __init__(self, result, name, key):
        self.key, self.name = key, name
        self.title = result.title.strip() or name
        main = headline.Main(result)
        self.sentence, self.intervals = headline.sentence(main), headline.intervals(main)
        self.counts = verdicts.counts(result)
        drawn = pictures.draw_all(main, key, name)
        self.pictures = [d.markup for d in drawn if d.markup]
        self.version = result.version
        self.parts = [("verdicts", "Verdicts", verdicts.section(result, name)),
                      ("figures", "Figures", pictures.section(drawn, key)),
                      ("tables", "Table", tables.section(main, f"{key}-table", name)),
                      ("experiment", "Experiment", _experiment(result, key)),
                      ("provenance", "Provenance", _provenance(result, name))]
        self.facts = _facts(result)

    def markup(self):
        parts = [element("h2", self.title, id=f"{self.key}-title"), element("p", self.sentence, class_="headline"),
                 element("p", f"{self.intervals} {self.facts}".strip(), class_="facts")]
        for part, title, content in self.parts:
            parts.append(element("section", join(element("h3", title, id=f"{self.key}-{part}"), content),
                                 aria_labelledby=f"{self.key}-{part}"))
        return element("article", join(*parts), aria_labelledby=f"{self.key}-title")


def _facts(result):
    cells = result.columns["cell"]
    distinct = result.distinct(cells)
    samples = int(result.columns["samples"][distinct].sum())
    same = f" ({len(distinct):,} of them distinct)" if len(distinct) < len(cells) else ""
    running = "" if result.status == "complete" else f" The run is not complete: {result.status}."
    return f"{len(cells):,} cells{same}, {samples:,} samples, seed {result.seed}, {len(result.observables)} observables.{running}"


def _experiment(result, key):
    return join(element("p", code_words("The experiment as the program read it, with every default; `tepui run` takes it as it is.")),
                copyable((result.experiment, f"{key}-yaml", "experiment", "experiment.yaml")))


def _provenance(result, name):
    with open(result.path, "rb") as f:
        digest = hashlib.sha256()
        while block := f.read(1 << 20):
            digest.update(block)
    rows = [["file", name], ["size", f"{os.path.getsize(result.path):,} bytes"], ["sha256", digest.hexdigest()], ["schema", result.schema],
            ["program", f"tepui {result.version}"], ["status", result.status], ["seed", str(result.seed)]]
    noted = result.file["provenance"].attrs if "provenance" in result.file else {}
    rows += [[n, schema.text(noted[n])] for n in (*NOTED, *sorted(set(noted) - set(NOTED))) if n in noted]
    rows += _data(result)
    return scroll(table("Where the numbers come from", ["what", "value"], rows, text_columns=(1,)), "Provenance")


def _data(result):
    """Attributes and small datasets of /data: which inputs were used."""
    if "data" not in result.file:
        return []
    group = result.file["data"]
    return [[f"data: {n}", _value(group.attrs[n])] for n in sorted(group.attrs)]


def _value(value):
    text = schema.text(value)
    try:
        return numbers.plain(float(text)) if "." in text else text
    except ValueError:
        return text
