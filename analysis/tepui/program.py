"""The program `tepui`: where it is, and what it says. Theory and fits come from it, never from this package."""

import csv
import io
import json
import math
import os
import shutil
import subprocess

from . import schema
from .error import DATA, MISSING, Error

VERDICT_COLUMNS = ("law", "cell", "depth", "width", "test", "component", "predicted", "observed", "low", "high",
                   "samples", "p", "verdict", "observable", "allowance")


def find():
    """$TEPUI, then the build folder of the source tree that this package lies in, then PATH."""
    named = os.environ.get("TEPUI")
    if named:
        return named
    tree = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for built in (os.path.join(tree, "build", "tepui"), os.path.join(tree, "tepui")):
        if os.path.isfile(os.path.join(tree, "configure.ac")) and os.access(built, os.X_OK):
            return built
    found = shutil.which("tepui")
    if not found:
        raise Error("the program tepui is neither in $TEPUI nor built in this source tree nor in PATH", MISSING)
    return found


def call(*words, good=(0,)):
    """Standard output of the program; its own sentence where it fails."""
    command = [find(), *words]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as e:
        raise Error(f"cannot run {command[0]}: {e.strerror}", MISSING) from e
    if done.returncode not in good:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise Error(f"tepui {words[0]}: {said[0].removeprefix('tepui ' + words[0] + ': ')}", _status(done.returncode))
    return done.stdout


def _status(code):
    return code if code in (64, 65, 69, 71, 74) else DATA


def _number(word):
    try:
        return float(word)
    except (TypeError, ValueError):
        return math.nan if word in ("", "-", None) else word


def records(text):
    """Rows of a csv table as dicts; what looks like a number is one, nothing is NaN."""
    return [{k: _number(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))]


def json_records(text):
    """Rows of the program's JSON; null is NaN, "inf" and "-inf" are numbers."""
    found = json.loads(text)
    rows = found["records"] if isinstance(found, dict) else found
    special = {None: math.nan, "inf": math.inf, "-inf": -math.inf, "nan": math.nan}
    return [{k: special[v] if v is None or (isinstance(v, str) and v in special) else v for k, v in r.items()}
            for r in rows]


# --- verdicts

def verify(path):
    """`tepui verify` of a file; statuses 0 and 1 both come with a table."""
    rows = json_records(call("verify", path, "--format", "json", good=(0, 1)) or "[]")
    return [_verdict(r) for r in rows]


def _verdict(row):
    row = {name: row.get(name, "") for name in VERDICT_COLUMNS}
    cell = row["cell"]
    row["cell"] = int(cell) if isinstance(cell, (int, float)) and math.isfinite(cell) else -1
    for name in ("law", "test", "verdict", "observable", "component", "width"):
        row[name] = _word(row[name])
    return row


def _word(value):
    if isinstance(value, float) and math.isnan(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def saved_verdicts(result):
    """/laws of a file: one row for each law and cell that it says something about."""
    if "laws" not in result.file:
        return []
    rows = []
    for law in sorted(result.file["laws"]):
        rows += _saved(result, law, result.file["laws"][law])
    return rows


def _saved(result, law, group):
    columns = {n: schema.texts(group[n]) if schema.is_text(group[n]) else schema.floats(group[n]) for n in group}
    observable = schema.attribute(group, "observable")
    out = []
    for i, verdict in enumerate(columns.get("verdict", ())):
        if not verdict:
            continue
        row = {n: v[i] for n, v in columns.items()}
        row.update(law=law, cell=i, observable=observable, samples=_samples_of(result, row, i, observable),
                   depth=int(result.columns["depth"][i]), width=str(result.columns["width_expression"][i]))
        out.append(_verdict(row))
    return out


def _samples_of(result, row, cell, observable):
    if observable not in result or row.get("component") not in result.observable(observable).components:
        return float(result.columns["samples"][cell])
    o = result.observable(observable)
    return float(o.count("count")[cell, o.components.index(row["component"])])
