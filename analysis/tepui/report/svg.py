"""A figure as SVG inside of a page: glyphs once for all figures, colours that follow the page, no more digits than are seen."""

import colorsys
import io
import re

from .. import style
from .html import Html, escape

GLYPH = re.compile(r'<path id="(DejaVu[^"]+)"[^>]*/>')
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
STYLE = re.compile(r'style="([^"]*)"')
LONG = re.compile(r"-?\d+\.\d{3,}")
PLACES = re.compile(r' (d|x|y|points)="([^"]*)"')
DARK_PAPER = "#171b21"
# light -> dark: ink, paper, grid, strips, and the colours of the style
DARK = {"#ffffff": DARK_PAPER, "#000000": "#f4f4f4", "#222222": "#e4e7eb", "#6e6e6e": "#a4acb6", "#ececec": "#2b313a", "#e4e4e4": "#2d333c",
        "#0072b2": "#4aa8f0", "#d55e00": "#ff8b45", "#009e73": "#2bc99a", "#cc79a7": "#e79cc6", "#e69f00": "#f6bb3c", "#56b4e9": "#9cdcff",
        "#8c6d31": "#cfab62"}
INKS = ("#ffffff", "#000000", "#222222", "#6e6e6e", "#ececec", "#e4e4e4")


def inline(fig, key, alt, every_colour=True):
    """The Picture of a figure; `key` keeps names of two figures apart."""
    buffer = io.StringIO()
    with style.use(), style.settled(fig):  # savefig() would draw all of it twice
        _canvas(fig).print_svg(buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    width, height = fig.get_size_inches()
    text = buffer.getvalue()
    text = text[text.index(">", text.index("<svg")) + 1:text.rindex("</svg>")]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    glyphs = {}
    text = GLYPH.sub(lambda m: glyphs.setdefault(m[1], m[0]) and "", text)
    text = re.sub(r"<defs>\s*</defs>\s*", "", text)
    text = _names(text, key)
    text = PLACES.sub(lambda m: f' {m[1]}="{LONG.sub(_short, m[2])}"', text)
    colours = {}
    text = STYLE.sub(lambda m: f'style="{COLOUR.sub(lambda c: _variable(c[0].lower(), colours, every_colour), m[1])}"', text)
    text = re.sub(r"\n\s*", "\n", text).strip()
    size = f'viewBox="0 0 {width * 72:.2f} {height * 72:.2f}" style="--w:{width * 96:.0f}px"'
    return Picture(f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(alt)}" {size}>{text}</svg>', glyphs, colours)


def _canvas(fig):
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    return FigureCanvasSVG(fig)


class Picture(Html):
    """The text of a figure, with the glyphs and colours that it needs from its page."""

    def __new__(cls, text, glyphs, colours):
        self = super().__new__(cls, text)
        self.glyphs, self.colours = glyphs, colours
        return self


def _names(text, key):
    """Groups lose their names; what is referred to gets one that no other figure has."""
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    text = text.replace("xlink:href", "href")
    text = re.sub(r'\bid="(?!DejaVu)([^"]*)"', rf'id="{key}-\1"', text)
    text = re.sub(r"url\(#([^)]*)\)", rf"url(#{key}-\1)", text)
    return re.sub(r'href="#(?!DejaVu)([^"]*)"', rf'href="#{key}-\1"', text)


def _short(m):
    text = f"{float(m[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _variable(colour, colours, every):
    if not every and colour not in INKS:
        return colour
    colours[colour] = None
    return f"var(--c{colour[1:]})"


# --- what the page needs once

def definitions(pictures):
    glyphs = {name: text for p in pictures for name, text in p.glyphs.items()}
    if not glyphs:
        return Html("")
    return Html('<svg class="glyphs" aria-hidden="true" width="0" height="0"><defs>' + "".join(glyphs[n] for n in sorted(glyphs)) + "</defs></svg>")


def variables(pictures, dark):
    names = sorted(set(INKS) | {c for p in pictures for c in p.colours})
    return "".join(f"--c{c[1:]}:{DARK.get(c) or lighter(c) if dark else c};" for c in names)


def _luminance(rgb):
    return sum(w * (v / 12.92 if v <= .03928 else ((v + .055) / 1.055) ** 2.4) for w, v in zip((.2126, .7152, .0722), rgb))


def _rgb(colour):
    return [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]


def contrast(one, other):
    a, b = sorted((_luminance(_rgb(c)) for c in (one, other)), reverse=True)
    return (a + .05) / (b + .05)


def lighter(colour):
    """The same hue, as light as it must be to be seen on the dark paper."""
    h, light, s = colorsys.rgb_to_hls(*_rgb(colour))
    while contrast(colour, DARK_PAPER) < 4 and light < 1:
        light = min(1.0, light + .02)
        colour = "#" + "".join(f"{round(255 * v):02x}" for v in colorsys.hls_to_rgb(h, light, s))
    return colour
