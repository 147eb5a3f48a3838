"""Laws against the samples of a file, as they stand in it (`tepui verify --save`)."""

import math

import numpy as np

from .. import schema
from . import numbers
from .html import code_words, element, join, scroll, table

WORDS = ("holds", "fails", "refused", "not tested")
SIGNS = {"holds": "✓", "fails": "✗", "refused": "–", "not tested": "○"}
MOST = 40  # rows of the table of single verdicts
MEANING = {"holds": "agrees with the samples within noise and the allowance of the law",
           "fails": "does not agree, with an error rate of 1e-4 over all laws and cells of the file (Holm's rule)",
           "refused": "speaks about the cell, but could not be tested; `tepui verify` says why",
           "not tested": "the law says nothing about the cell"}


def word(row):
    return row["verdict"].split(" ")[0].split(":")[0]


def counts(result):
    """word -> number, over all laws in the file and the distinct cells; None: the file has no verdicts."""
    if not result.file.get("laws"):
        return None
    total = dict.fromkeys(WORDS, 0)
    for law in _laws(result):
        for name, n in law["counts"].items():
            total[name] += n
    return total


def _laws(result):
    """One entry a law of the file."""
    distinct = set(result.distinct(np.arange(len(result.columns["cell"]))).tolist())
    rows = result.verdict_rows(run=False)
    for law in sorted(result.file["laws"]):
        mine = [r for r in rows if r["law"] == law and r["cell"] in distinct]
        n = {w: sum(word(r) == w for r in mine) for w in WORDS[:3]}
        sweeps = bool(mine) and all(r["test"] == "slope" for r in mine)  # each is about many cells
        n["not tested"] = 0 if sweeps else len(distinct) - len(mine)
        group = result.file["laws"][law]
        tested = [r for r in mine if word(r) in ("holds", "fails")]
        yield {"law": law, "doc": schema.attribute(group, "doc"), "observable": schema.attribute(group, "observable"), "counts": n,
               "allowance": _largest(r["allowance"] for r in tested), "p": _smallest(r["p"] for r in tested), "rows": tested}


def _largest(values):
    return max((v for v in values if isinstance(v, float) and not math.isnan(v)), default=math.nan)


def _smallest(values):
    return min((v for v in values if isinstance(v, float) and not math.isnan(v)), default=math.nan)


def section(result, name):
    total = counts(result)
    if total is None:
        return element("p", join("Not tested yet: this file holds no verdicts. ", element("code", f"tepui verify --save {name}"),
                                 " tests the laws of the theory and writes the verdicts into the file; then make this report again."),
                       class_="note")
    laws = list(_laws(result))
    return join(_tiles(total), _law_table(laws), _rows(laws))


def _tiles(total):
    items = [element("li", join(element("span", SIGNS[w], class_="sign", aria_hidden="true"), element("b", f"{total[w]:,}"), " ", w,
                                element("small", code_words(MEANING[w]))), class_="tile " + w.replace(" ", "-")) for w in WORDS]
    return element("ul", join(*items), class_="tiles", aria_label="Verdicts: " + ", ".join(f"{total[w]:,} {w}" for w in WORDS))


def _allowance(value):
    return "–" if math.isnan(value) else "0 (exact)" if value == 0 else numbers.plain(value)


def _law_table(laws):
    head = ["law", *WORDS, "largest allowance", "smallest p", "observable", "statement"]
    body = [[x["law"], *(f"{x['counts'][w]:,}" for w in WORDS), _allowance(x["allowance"]), numbers.plain(x["p"]), x["observable"], x["doc"]]
            for x in laws]
    return scroll(table("Laws in the file; numbers are cells, of a law of slopes sweeps over depths", head, body, text_columns=(7, 8)),
                  "Laws in the file")


def _rows(laws):
    """Fails first, then those with the smallest p of every law in turn."""
    every = [r for x in laws for r in x["rows"]]
    if not every:
        return ""
    order = sorted(every, key=lambda r: (word(r) != "fails", r["p"] if r["p"] == r["p"] else 2))
    by_law = {}
    for r in order:
        by_law.setdefault(r["law"], []).append(r)
    shown = sorted(order[:MOST] if len(order) <= MOST else _turns(by_law), key=order.index)
    head = ["law", "cell", "depth", "width", "component", "test", "predicted", "observed", "95 % interval", "allowance", "p", "verdict"]
    body = [[r["law"], str(r["cell"]), f"{r['depth']:g}", r["width"], r["component"], r["test"], numbers.plain(r["predicted"]),
             numbers.plain(r["observed"]), _interval(r), _allowance(r["allowance"]), numbers.plain(r["p"]), r["verdict"]] for r in shown]
    said = f"{len(shown)} of {len(every):,} tested" if len(shown) < len(every) else f"all {len(every):,} tested"
    return element("details", join(element("summary", f"Single verdicts, {said}"),
                                   scroll(table(f"Fails first, then the smallest p; {said}", head, body, text_columns=(5, 11)), "Single verdicts")))


def _turns(by_law):
    """From every law in turn, at most MOST together."""
    taken, depth = [], 0
    while len(taken) < MOST and any(depth < len(rows) for rows in by_law.values()):
        taken += [rows[depth] for rows in by_law.values() if depth < len(rows)]
        depth += 1
    return sorted(taken, key=lambda r: word(r) != "fails")[:MOST]


def _interval(r):
    return "–" if math.isnan(r["low"]) else f"{numbers.plain(r['low'])} to {numbers.plain(r['high'])}"
