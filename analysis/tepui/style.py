"""One style for all figures: colour-blind safe, light, the same bytes whenever the same figure is drawn.

Colours are those of Okabe and Ito; every line also has a marker of its own, so that grey prints are readable.
"""

import contextlib
import os

from .error import IO, MISSING, USAGE, Error

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]
GREY, STRIP, INK = "#6E6E6E", "#ECECEC", "#222222"
SUFFIXES = (".svg", ".pdf", ".png")

RC = {
    "svg.hashsalt": "tepui", "svg.fonttype": "path", "pdf.fonttype": 42, "pdf.compression": 6,
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "mathtext.fontset": "dejavusans",
    "font.size": 9, "axes.titlesize": 9, "axes.labelsize": 9, "legend.fontsize": 8, "xtick.labelsize": 8, "ytick.labelsize": 8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": INK, "axes.labelcolor": INK, "text.color": INK,
    "axes.linewidth": .7, "xtick.major.width": .7, "ytick.major.width": .7, "xtick.minor.width": .5, "ytick.minor.width": .5,
    "axes.grid": True, "grid.color": "#E4E4E4", "grid.linewidth": .5, "axes.axisbelow": True,
    "lines.linewidth": 1.3, "lines.markersize": 3.8, "legend.frameon": False, "figure.facecolor": "white",
    "savefig.facecolor": "white", "axes.facecolor": "white", "figure.dpi": 100, "path.simplify": False,
    "axes.titlelocation": "left", "axes.formatter.use_mathtext": True, "text.usetex": False, "timezone": "UTC",
    "savefig.bbox": None, "axes.unicode_minus": True, "hatch.linewidth": .5,
}


def pyplot():
    try:
        import matplotlib
        if not os.environ.get("DISPLAY") and "MPLBACKEND" not in os.environ and os.name == "posix":
            matplotlib.use("Agg", force=False)
        from matplotlib import pyplot as plt
    except ImportError as e:
        raise Error(f"Python's package matplotlib is missing (Debian: python3-matplotlib; pip: matplotlib): {e}", MISSING) from e
    return plt


@contextlib.contextmanager
def use():
    """The style within a `with`, whatever the user's settings are."""
    import warnings

    plt = pyplot()
    import matplotlib
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", matplotlib.MatplotlibDeprecationWarning)
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(RC)
        yield plt


def colour(i):
    return COLOURS[i % len(COLOURS)]


def marker(i):
    return MARKERS[(i + i // len(COLOURS)) % len(MARKERS)]


def dash(i):
    """Beyond the last colour they begin again, dashed."""
    return ("-", "--", "-.", ":")[i // len(COLOURS) % 4]


def suffix_of(path):
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in SUFFIXES:
        raise Error(f"cannot write '{path}': its name must end in {', '.join(SUFFIXES)}", USAGE)
    return suffix


@contextlib.contextmanager
def settled(fig):
    """Within a `with`, the axes stay where the layout puts them, to a millionth of the figure: its solver sums in an order that differs
    from run to run, and SVG names what clips by the last digits of its corners."""
    engine = fig.get_layout_engine()
    if engine is None:
        yield
        return
    engine.execute(fig)
    axes = fig.get_axes()
    kept = [(ax, ax.get_position(original=True), ax.get_in_layout()) for ax in axes]
    fig.set_layout_engine("none")
    for ax, box, _ in kept:
        ax.set_position([round(v, 6) for v in box.bounds], which="original")
    try:
        yield
    finally:
        for ax, _, inside in kept:
            ax.set_in_layout(inside)
        fig.set_layout_engine(engine)


def save(fig, path, dpi=200):
    """Write .svg, .pdf or .png, without dates and programs' names: twice the same figure is twice the same bytes."""
    path = os.fspath(path)
    suffix = suffix_of(path)
    metadata = {".svg": {"Date": None, "Creator": "tepui"}, ".pdf": {"CreationDate": None, "ModDate": None, "Creator": "tepui",
                                                                   "Producer": "tepui"}, ".png": {"Software": "tepui"}}[suffix]
    part = f"{path}.part{suffix}"
    try:
        with use(), settled(fig):
            fig.savefig(part, dpi=dpi, metadata=metadata, format=suffix[1:])
        os.replace(part, path)
    except OSError as e:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise Error(f"cannot write {path}: {e.strerror or e}", IO) from e
    return path
