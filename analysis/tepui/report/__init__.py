"""The report: one HTML page about results, without network, scripts of others or dates; the same files give the same bytes.

    tepui.report.write(["vanishing-gradients.h5"], "report.html")

The headline, the verdicts in the files, the figures that have something to draw, tables, the experiment, provenance.
"""

import os

from ..error import IO, Error
from . import page
from .section import Section


def make(paths, title=None):
    """The page as text, a section for each file."""
    from ..result import open as open_result

    names, sections = short_names(paths), []
    for i, path in enumerate(paths):
        with open_result(path) as result:
            sections.append(Section(result, names[i], f"r{i + 1}"))
    return page.whole(title or " · ".join(dict.fromkeys(s.title for s in sections)), sections)


def short_names(paths):
    """Names of files without their folders, which are of no interest to others; with them where two files have one name."""
    names = [os.path.basename(os.fspath(p)) for p in paths]
    return names if len(set(names)) == len(names) else [os.fspath(p) for p in paths]


def write(paths, output, title=None):
    text = make(paths, title)
    part = f"{output}.part"
    try:
        with open(part, "w", encoding="utf-8", newline="\n") as f:
            f.write(text)
        os.replace(part, output)
    except OSError as e:
        if os.path.exists(part):
            os.unlink(part)
        raise Error(f"cannot write {output}: {e.strerror or e}", IO) from e
    return output
