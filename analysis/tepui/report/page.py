"""The page as a whole: head, list of contents, sections, how to cite."""

import os

from . import svg
from .html import Html, copyable, element, join

PAPER = """@article{orvieto2021vanishing,
  title   = {Vanishing Curvature and the Power of Adaptive Methods in Randomly Initialized Deep Networks},
  author  = {Orvieto, Antonio and Kohler, Jonas and Pavllo, Dario and Hofmann, Thomas and Lucchi, Aurelien},
  journal = {arXiv preprint arXiv:2106.03763},
  year    = {2021}
}
"""


def _own(name):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), encoding="utf-8") as f:
        return Html(f.read())


def whole(title, sections):
    drawn = [p for s in sections for p in s.pictures]
    colours = f":root{{{svg.variables(drawn, False)}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{svg.variables(drawn, True)}}}}}\n"
    head = join(Html('<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                     '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'),
                element("meta", name="description", content=sections[0].sentence), "\n", element("title", title), "\n",
                element("style", Html(colours + _own("style.css"))))
    body = join(Html('<a class="skip" href="#main">Skip to the results</a>\n'), svg.definitions(drawn), _header(title, sections),
                element("main", join(*(s.markup() for s in sections), _cite(sections)), id="main"), "\n",
                element("p", "", id="said", role="status", aria_live="polite"), element("script", _own("script.js")))
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _header(title, sections):
    several = len(sections) > 1
    top = [element("p", "tepui report", class_="mark"), element("h1", title)]
    if several:
        top.append(element("ul", join(*(element("li", join(element("a", s.title, href=f"#{s.key}-title"), ": ", s.sentence, _short(s)))
                                        for s in sections)), class_="headlines"))
    links = [element("li", join(element("a", s.title, href=f"#{s.key}-title") if several else "", _links(s))) for s in sections]
    links.append(element("li", element("a", "How to cite", href="#cite")))
    return element("header", join(*top, element("nav", element("ul", join(*links)), aria_label="Contents")))


def _short(section):
    if section.counts is None:
        return " Laws: not tested yet."
    return " Laws: " + ", ".join(f"{n:,} {w}" for w, n in section.counts.items()) + "."


def _links(section):
    return element("ul", join(*(element("li", element("a", title, href=f"#{section.key}-{part}")) for part, title, _ in section.parts)))


def _cite(sections):
    versions = ", ".join(sorted({s.version for s in sections}))
    text = (f"tepui {versions}, Monte Carlo simulation of random networks (GPL-3.0-or-later); give the seed and the sha256 of the file, "
            "from which anyone gets the same numbers. The claims are those of Orvieto, Kohler, Pavllo, Hofmann and Lucchi, arXiv 2106.03763.")
    return element("section", join(element("h2", "How to cite", id="cite"), element("p", text), copyable((PAPER, "bibtex", "BibTeX", None))),
                   aria_labelledby="cite")
