"""tepui: results of the random-matrix simulator of the same name, as tables, datasets and figures.

    import tepui
    r = tepui.open("vanishing-gradients.h5")
    r.cells.distinct                                                # pandas: one row a cell
    r["gradient_norm"].sel(component="total")                       # xarray: named dimensions
    r.quantile("gradient_norm", "total", p=.5, init="he", width="depth")
    tepui.save(tepui.draw("fan", r), "fan.svg")                     # a figure; python3 -m tepui list names them

Importing this package loads neither matplotlib nor pandas nor xarray.
"""

from .error import Error
from .result import Result, open  # noqa: A004 (tepui.open is the name)

__version__ = "0.2.0"
__all__ = ["Error", "Result", "open", "draw", "save", "__version__"]


def draw(figure, result, observable=None, ax=None, **options):
    """Draw a figure by its name; see `python3 -m tepui list`. Returns the matplotlib Figure."""
    from . import figures

    return figures.find(figure)(result, observable, ax, **options)


def save(fig, path, dpi=200):
    """Write a figure as .svg, .pdf or .png; twice the same figure is twice the same bytes."""
    from . import style

    return style.save(fig, path, dpi)
