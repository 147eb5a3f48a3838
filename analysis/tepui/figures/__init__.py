"""The figures: one module each, with a function `draw(result, observable=None, ax=None, **options)`.

A figure reads the result and what the program says (laws, verdicts, fits); it computes no physics. It returns the
matplotlib Figure; `fig.tepui_caption` is its caption. A new figure is a module here and its name in NAMES.
"""

import functools
import importlib

from ..error import one_of

NAMES = ["fan", "collapse", "histogram", "qq", "spectrum", "blockmap", "jacobian", "survival", "escape", "path", "plateau", "training",
         "moments", "trend", "verdicts"]


def module(name):
    if name not in NAMES:
        raise one_of("figure", name, NAMES)
    return importlib.import_module("." + name, __name__)


def sentence(name):
    """What a figure shows: the first sentence of its module."""
    return " ".join(module(name).__doc__.split("\n\n")[0].split())


def find(name):
    """The draw function of a figure, in the style of the package."""
    m = module(name)

    @functools.wraps(m.draw)
    def draw(result, observable=None, ax=None, **options):
        from .. import style
        from .common import checked

        checked(m.draw, name, options)
        with style.use():
            return m.draw(result, observable, ax, **options)
    return draw
