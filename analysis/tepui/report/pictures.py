"""All figures that have something to draw, as parts of a page: which cells of a large file, the SVG, what it says in words."""

import re

import numpy as np

from .. import figures, style
from ..error import MISSING, Error
from ..figures import common
from . import headline, svg, words
from .html import code_words, element, join
from .tables import plain

PANELS, WIDTHS, ROWS, VERDICTS, QQ = 6, 8, 40, 24, 2
# parameters that are fixed last where a figure cannot have all of them
KEPT = ["activation", "law", "width_expression", "architecture", "init", "optimizer"]
# what tells lines or panels apart beside depth and, of some, width; how many there may be
SPLIT = {"fan": (["depth", "width_expression"], PANELS), "collapse": (["depth", "width_expression"], PANELS), "trend": (["depth"], ROWS),
         "survival": (["depth", "rate"], PANELS), "escape": (["depth", "rate", "optimizer"], PANELS), "path": ([], WIDTHS),
         "spectrum": ([], WIDTHS)}


class Drawn:
    """A figure of a file, or the reason why there is none."""

    def __init__(self, name, markup=None, caption="", alt="", limit="", reason="", command=""):
        self.name, self.markup, self.caption, self.alt, self.limit = name, markup, caption, alt, limit
        self.reason, self.command = reason, command


def draw_all(main, key, file):
    return [_drawn(name, main, f"{key}-{name}", file) for name in figures.NAMES]


def _drawn(name, main, key, file):
    result = main.result
    if name == "verdicts" and not result.verdict_rows(run=False):
        return Drawn(name, reason=f"no verdicts in the file; `tepui verify --save {file}` writes them")
    if name == "qq" and _reads_data(result):
        return Drawn(name, reason=f"laws of nets on data of a file take long; `tepui plot qq {file} -o qq.svg` draws it")
    where, limit = restrict(result, name)
    observable, options = _about(name, main)
    if where:
        options["where"] = where
    try:
        fig = figures.find(name)(result, observable, **options)
    except Error as e:
        if e.exit_status == MISSING:
            raise
        return Drawn(name, reason=_reason(str(e), name, result.path, file))
    try:
        caption = plain(fig.tepui_caption)
        alt = words.describe(fig, figures.sentence(name))
        markup = svg.inline(common.without_caption(fig), key, alt, every_colour=name != "blockmap")
    finally:
        style.pyplot().close(fig)
    return Drawn(name, markup, caption, alt, limit, command=_command(name, file, observable, options))


def _reason(text, name, path, file):
    text = re.sub(rf"^{name}: ", "", text.replace(path, file))
    return text.removeprefix(f"{file} has nothing to draw; ")


def _about(name, main):
    """(observable, options) that a figure is asked for: those of the headline where the figure is about any."""
    if name == "verdicts":
        return None, {"rows": VERDICTS}
    if name == "qq":
        observable, cells = _with_law_and_samples(main.result)
        return observable, {"cell": cells} if cells else {}
    if name == "collapse" and _reads_data(main.result):
        return None, {"law": "none"}
    if name not in ("fan", "trend", "histogram"):
        return None, {}
    options = {} if main.component is None else {"component": main.component}
    if name == "histogram" and headline.ends(main):
        options["cell"] = headline.ends(main)[:1 if _reads_data(main.result) else 2]
    return main.o.name, options


def _reads_data(result):
    """Every call about a law takes the program seconds then: it reads the data anew. Few figures of a page have one."""
    return "data" in result.file


def _with_law_and_samples(result):
    """An observable that has a tested law and raw samples, and its last cells; (None, []): the figure says what is missing."""
    tested = {}
    for o, cell in result.tested_laws():
        if o in result and "samples" in result.observable(o).group:
            tested.setdefault(o, []).append(cell)
    chosen = next((o for o in (*common.PREFERRED, *tested) if o in tested), None)
    return chosen, sorted(tested.get(chosen, []))[-QQ:]


def _command(name, file, observable, options):
    """The words that draw it again."""
    out = f"tepui plot {name} {file} -o {name}.svg"
    if observable:
        out += f" -O {observable}"
    if "law" in options:
        out += f" -l {options['law']}"
    if "component" in options:
        out += f" -c {options['component']}"
    out += "".join(f" --cell {i}" for i in options.get("cell", ()))
    for key, value in options.get("where", {}).items():
        values = value if isinstance(value, list) else [value]
        text = ",".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values)
        out += f" -w {key}='{text}'" if re.search(r"[^\w.,=-]", text) else f" -w {key}={text}"
    return out


# --- which cells

def restrict(result, name):
    """(where, a sentence that says so): few enough panels and lines for a page."""
    if name not in SPLIT:
        return {}, ""
    besides, most = SPLIT[name]
    cells = np.arange(len(result.columns["cell"]))
    names = common.varying(result, cells, besides=set(besides))
    where = {}
    for n in sorted(names, key=lambda n: (KEPT.index(n) + 1 if n in KEPT else 0, n == "depth")):
        rest = [m for m in names if _key(m) not in where]
        if len(common.groups(result, cells, rest)) <= most:
            break
        where[_key(n)] = _value(result, cells, n)
        cells = np.array([i for i in cells if result.columns[n][i] == where[_key(n)]])
    if "width_expression" in besides and len(common.widths(result, cells)) > WIDTHS:
        where["width"] = _few_widths(result, cells)
    if not where:
        return {}, ""
    said = ", ".join(f"{k} = {' | '.join(v) if isinstance(v, list) else f'{v:g}' if isinstance(v, float) else v}" for k, v in where.items())
    return where, f"Only cells with {said} are drawn here, at most {most} panels or lines; --where chooses others."


def _key(name):
    return "width" if name == "width_expression" else name


def _value(result, cells, name):
    """The deepest, otherwise the first of the file."""
    values = result.columns[name][cells].tolist()
    return max(values) if name == "depth" else values[0]


def _few_widths(result, cells):
    every = list(common.widths(result, cells))
    return [every[round(i * (len(every) - 1) / (WIDTHS - 1))] for i in range(WIDTHS)]


# --- on the page

def section(drawn, key):
    made = [d for d in drawn if d.markup]
    parts = [_figure(d, f"{key}-figure-{d.name}") for d in made]
    rest = [element("li", join(element("b", d.name), ": ", code_words(d.reason))) for d in drawn if not d.markup]
    if rest:
        parts.append(join(element("p", f"{len(rest)} figures of the package have nothing to draw here:", class_="rest"),
                          element("ul", join(*rest), class_="rest")))
    return join(*parts)


def _figure(d, key):
    sentence = plain(figures.sentence(d.name))
    title = element("h4", join(element("span", d.name, class_="kind"), " " + sentence), id=key)
    caption = element("figcaption", join(code_words(d.caption), " " + d.limit if d.limit else "", " ", element("code", d.command)))
    holder = element("div", d.markup, class_="scroll paper", tabindex="0", role="region", aria_label=f"Figure {d.name}")
    return element("figure", join(title, holder, caption))
