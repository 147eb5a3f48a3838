"""What figures share: which cells are a line or a panel, axes with strips at their edges, captions, legends."""

import inspect
import math
import textwrap

import numpy as np

from .. import style
from ..error import DATA, USAGE, Error, one_of

LN10 = math.log(10)
NOT_PARAMETERS = {"cell", "same_as", "samples", "dead", "key", "inputs", "width", "outputs", "points"}
# in captions and axes, in the notation of the field
SYMBOLS = {
    "forward_norm": r"$\Vert a_\ell\Vert$", "gradient_norm": r"$\Vert\nabla_W\mathcal{L}\Vert_F$",
    "output_gradient_norm": r"$\Vert\nabla_W\langle v,f\rangle\Vert_F$", "jacobian_vector_norm": r"$\Vert J_\ell u\Vert$",
    "hessian_norm": r"$\Vert H\Vert_F$", "hessian_trace": r"$|\mathrm{tr}\,H|$", "hessian_extreme": r"$|\lambda|$",
    "hessian_spectrum": r"$\lambda(H)$", "gauss_newton_spectrum": r"$\lambda(G)$", "residual_spectrum": r"$\lambda(R)$",
    "hessian_block_norm": r"$\Vert H_{k\ell}\Vert_F$", "jacobian_singular_value": r"$s_i(J)$", "escape_time": r"escape time $\tau$",
    "escape_rate": r"$|\lambda_{\min}|$", "path_loss": r"loss $\mathcal{L}$", "path_gradient_norm": r"$\Vert\nabla\mathcal{L}\Vert$",
    "path_step_size": r"$\Vert\Delta\theta\Vert/\Vert\nabla\mathcal{L}\Vert$", "path_lambda_min": r"$-\lambda_{\min}(H)$",
    "path_lambda_max": r"$\lambda_{\max}(H)$", "path_metric_min": r"$-\lambda_{\min}(D^{-1/2}HD^{-1/2})$",
    "path_metric_max": r"$\lambda_{\max}(D^{-1/2}HD^{-1/2})$",
}
PARTS = {
    ("hessian_extreme", "lambda_min"): r"$-\lambda_{\min}(H)$", ("hessian_extreme", "lambda_max"): r"$\lambda_{\max}(H)$",
    ("hessian_norm", "H"): r"$\Vert H\Vert_F$", ("hessian_norm", "G"): r"$\Vert G\Vert_F$", ("hessian_norm", "R"): r"$\Vert R\Vert_F$",
    ("hessian_trace", "H"): r"$|\mathrm{tr}\,H|$", ("hessian_trace", "G"): r"$|\mathrm{tr}\,G|$",
    ("hessian_trace", "R"): r"$|\mathrm{tr}\,R|$",
}
PREFERRED = ["gradient_norm", "output_gradient_norm", "jacobian_vector_norm", "forward_norm", "hessian_norm"]


def checked(draw, name, options):
    """Refuse options that the figure does not have."""
    known = [p for p in inspect.signature(draw).parameters if p not in ("result", "observable", "ax")]
    for option in options:
        if option not in known:
            raise one_of(f"option of figure {name}", option, known)


# --- observables

def need(result, observable, preferred, figure):
    """The observable asked for, or the first of the preferred ones that the file has."""
    if observable is not None:
        return result.observable(observable)
    for name in preferred:
        if name in result:
            return result.observable(name)
    raise Error(f"{figure}: {result.path} has nothing to draw; add {' or '.join(preferred[:3])} to the observables of the experiment",
                DATA)


def need_magnitude(result, observable, figure):
    if observable is None and not any(p in result for p in PREFERRED):
        for name in result.observables:
            if result.observable(name).ln or len(result.observables) == 1:
                return result.observable(name)
    return need(result, observable, PREFERRED, figure)


def component_name(o, component):
    """As asked for; the last component by its own name where that is the same in all cells."""
    component = component if component is not None else "total" if "total" in o.components else "last"
    if component == "last":
        k = o.component("last")
        if len(set(k[k >= 0].tolist())) == 1:
            return o.components[k.max()]
    return component


def symbol(o, component=None):
    """Of an observable and a component of it, in the notation of the field."""
    return symbol_of(o.name, component_name(o, component), o.components)


def symbol_of(name, component, components=()):
    if (name, component) in PARTS:
        return PARTS[name, component]
    s = SYMBOLS.get(name, name.replace("_", " "))
    if r"\ell" in s and component in ("last", "hidden"):
        return s.replace(r"\ell", "L")
    if r"\ell" in s and component.isdigit():
        return s.replace(r"\ell", component)
    if component in ("total", "escape", "last") or len(components) == 1:
        return s.replace(r"_\ell", "")
    return f"{s}, layer {component}" if component.isdigit() else f"{s}, {component}"


# --- cells

EVERY = object()  # component: all of them


def finished(result, o, cells, component=EVERY, nan=False):
    """Of these cells those with samples, or one sentence; one, too, where all samples (of a component) are NaN, which no figure shows
    but those that say `nan`."""
    count = len(result.columns["cell"])
    for i in cells:
        if not 0 <= i < count:
            raise Error(f"{result.path} has cells 0 to {count - 1}, not {i}", DATA)
    cells = np.asarray([i for i in cells if o.present[i].any()], dtype=int)
    if cells.size == 0:
        raise Error(f"{result.path} has no samples of {o.name} yet: no cell is finished"
                    if not o.present.any() else f"the cells chosen have no samples of {o.name}", DATA)
    if not nan:
        _need_numbers(result, o, cells, component)
    return cells


def _need_numbers(result, o, cells, component):
    count, missing = (o.count(n)[cells] if component is EVERY else o.pick(o.count(n), o.component(component), cells) for n in ("count", "nan"))
    if 0 < count.sum() == missing.sum():
        part = "" if component is EVERY else f", component {component_name(o, component)},"
        raise Error(f"{result.path} has nothing to draw; all {count.sum():,} samples of {o.name}{part} in these cells are NaN "
                    f"(`tepui list observable {o.name}` says when that is)", DATA)


def varying(result, cells, besides=()):
    """Names of the parameters that differ between cells."""
    return [n for n, v in result.columns.items()
            if n not in NOT_PARAMETERS and n not in besides and len(set(v[cells].tolist())) > 1]


def groups(result, cells, names):
    """(values of these parameters) -> cells, in order of appearance."""
    out = {}
    for i in cells:
        out.setdefault(tuple(result.columns[n][i] for n in names), []).append(int(i))
    return {k: np.array(v) for k, v in out.items()}


NAMES = {"width_expression": "d", "depth": "L", "init": "init", "activation": r"$\phi$", "sigma_b": r"$\sigma_b$", "rate": r"$\eta$"}


def say(name, value):
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    if name == "width_expression":
        shown = shown.replace("depth", "L").replace("sqrt(L)", "√L").replace("*L", "L")
    if name == "optimizer" or name == "architecture":
        return shown
    return f"{NAMES.get(name, name)} = {shown}"


def label(names, values):
    return ", ".join(say(n, v) for n, v in zip(names, values))


def panels(result, cells, line, figure, most=12):
    """Cells of every panel: one for each combination of the parameters that are neither depth nor those of a line."""
    names = varying(result, cells, besides={"depth", *line})
    found = groups(result, cells, names)
    if len(found) > most:
        raise Error(f"{figure}: {', '.join(names)} make {len(found)} panels, at most {most} are drawn; choose with where", DATA)
    return [(label(names, values), part) for values, part in found.items()]


def widths(result, cells):
    """(width as written, number of its colour): one colour for one width in all figures of a file."""
    every = list(dict.fromkeys(result.columns["width_expression"].tolist()))
    here = set(result.columns["width_expression"][cells].tolist())
    return {w: i for i, w in enumerate(every) if w in here}


def width_handles(plt, numbers, lines=True):
    return [plt.Line2D([], [], color=style.colour(i), marker=style.marker(i), ls=style.dash(i) if lines else "none", label=say("width_expression", w))
            for w, i in numbers.items()]


def by_depth(result, cells):
    return cells[np.argsort(result.columns["depth"][cells], kind="stable")]


# --- axes

def axes(plt, ax, count, width=3.3, height=2.9, columns=None, right=0.0, sharey=False, sharex=False):
    """The figure and a flat array of `count` axes; those given, or new ones. right: inches for a legend."""
    if ax is not None:
        flat = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
        if len(flat) < count:
            raise Error(f"this figure has {count} panels, and {len(flat)} axes were given", USAGE)
        for a in flat[count:]:
            a.set_visible(False)
        fig = flat[0].figure
        fig.tepui_own = False
        return fig, flat[:count]
    columns = columns or (count if count <= 3 else 2 if count == 4 else 3)
    rows = -(-count // columns)
    if count == 1:
        width, height = 4.6, 3.3
    fig, grid = plt.subplots(rows, columns, squeeze=False, figsize=(width * columns + right, height * rows), sharey=sharey,
                             sharex=sharex, constrained_layout=True)
    flat = grid.ravel()
    for a in flat[count:]:
        a.set_visible(False)
    fig.tepui_own = True
    return fig, flat[:count]


class Axis:
    """Positions on one axis of values that may be -inf (zeros) or inf: these have a strip of their own at the edge.

    Values of observables with ln are shown as powers of ten; log10 of them is the position, so that no exponent is too large.
    """

    SHARE = .08  # of the axis, for a strip

    def __init__(self, values, ln, zero=None, infinite="∞", low=None, high=None):
        self.ln, self.infinite_name = ln, infinite
        self.zero_name = zero if zero is not None else "0" if ln else "−∞"
        v = np.concatenate([np.asarray(x, dtype=float).ravel() for x in values]) if len(values) else np.empty(0)
        v = v / LN10 if ln else v
        self.zero, self.infinite = bool(np.isneginf(v).any()), bool(np.isposinf(v).any())
        v = v[np.isfinite(v)]
        lo, hi = (v.min(), v.max()) if v.size else (0.0, 0.0)
        lo, hi = (lo if low is None else low), (hi if high is None else high)
        room = .05 * (hi - lo) or .5
        self.lo, self.hi = (lo - room if low is None else lo), (hi + room if high is None else hi)
        self.strip = self.SHARE * (self.hi - self.lo)

    def __call__(self, values):
        v = np.asarray(values, dtype=float)
        v = v / LN10 if self.ln else v.copy()
        v = np.where(np.isneginf(v), self.lo - self.strip / 2, v)
        return np.where(np.isposinf(v), self.hi + self.strip / 2, v)

    def value(self, position):
        """What a position shows: the value itself, a power of ten of it where ln."""
        if position < self.lo - 1e-9:
            return 0.0 if self.ln else -math.inf
        if position > self.hi + 1e-9:
            return math.inf
        return position

    def apply(self, ax, which="y", name=""):
        """Limits, ticks, strips and the name of the axis."""
        ax.tepui_axes = {**getattr(ax, "tepui_axes", {}), which: self}
        lo, hi = self.lo - self.strip * self.zero, self.hi + self.strip * self.infinite
        span, lim = (ax.axhspan, ax.set_ylim) if which == "y" else (ax.axvspan, ax.set_xlim)
        axis = ax.yaxis if which == "y" else ax.xaxis
        for there, a, b in ((self.zero, lo, self.lo), (self.infinite, self.hi, hi)):
            if there:
                span(a, b, color=style.STRIP, lw=0, zorder=0, gid="strip")
        ticks = self._ticks()
        labels = [power(t) if self.ln else f"{t:g}".replace("-", "−") for t in ticks]
        if self.zero:
            ticks, labels = [lo + self.strip / 2, *ticks], [self.zero_name, *labels]
        if self.infinite:
            ticks, labels = [*ticks, hi - self.strip / 2], [*labels, self.infinite_name]
        axis.set_ticks(ticks)
        axis.set_ticklabels(labels)
        axis.set_minor_locator(_null())
        lim(lo, hi)
        (ax.set_ylabel if which == "y" else ax.set_xlabel)(name)

    def _ticks(self):
        from matplotlib.ticker import MaxNLocator

        if self.ln and self.hi - self.lo < 2.5:
            ticks = [e + math.log10(m) for e in range(math.floor(self.lo), math.ceil(self.hi) + 1) for m in (1, 2, 5)]
            ticks = [t for t in ticks if self.lo <= t <= self.hi]
            if len(ticks) >= 3:
                return ticks
        places = MaxNLocator(nbins=6, integer=self.ln and self.hi - self.lo > 1.5, steps=[1, 2, 5, 10]).tick_values(self.lo, self.hi)
        return [float(t) for t in places if self.lo <= t <= self.hi]


def _null():
    from matplotlib.ticker import NullLocator

    return NullLocator()


RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def ten(exponent):
    return f"10{str(exponent).translate(RAISED)}"


def power(exponent):
    """10^x of a position; values near 1 are written out. Plain text: far faster to lay out than formulas."""
    if abs(exponent - round(exponent)) < 1e-9:
        e = int(round(exponent))
        return f"{10.0 ** e:g}" if -2 <= e <= 2 else ten(e)
    if -3 < exponent < 4:
        return f"{10 ** exponent:.3g}"
    e = math.floor(exponent)
    m = 10 ** (exponent - e)
    return f"{m:.3g}·{ten(e)}"


def powers_axis(axis, low, high):
    """Ticks at powers of ten of a logarithmic (or symmetric logarithmic) axis; 0 where low is 0."""
    first = math.ceil(math.log10(low) - 1e-9) if low > 0 else 0
    last = math.floor(math.log10(high) + 1e-9)
    every = max(1, -(-(last - first) // 6))
    exponents = range(first, last + 1, every)
    axis.set_minor_locator(_null())
    axis.set_ticks(([0] if low <= 0 else []) + [10.0 ** e for e in exponents])
    axis.set_ticklabels((["0"] if low <= 0 else []) + [power(e) for e in exponents])


def depth_axis(ax, depths, which="x", name="depth $L$"):
    """Powers of two on a logarithmic axis where the depths span more than a factor of 8."""
    depths = sorted(set(int(d) for d in depths))
    (ax.set_xlabel if which == "x" else ax.set_ylabel)(name)
    if len(depths) > 2 and depths[0] > 0 and depths[-1] / depths[0] > 8:
        ax.set_xscale("log", base=2)
    ax.xaxis.set_minor_locator(_null())
    shown = depths
    if len(depths) > 9:
        shown = depths[::-(-len(depths) // 9)]
    ax.set_xticks(shown)
    ax.set_xticklabels([str(d) for d in shown], rotation=0)


def corner(grid):
    """The last panel of the first row: a legend stands beside it."""
    first = [a for a in grid if a.get_subplotspec() is None or a.get_subplotspec().is_first_row()]
    return (first or list(grid))[-1]


def legend(ax, handles=None, title=None, columns=1, outside=True):
    """To the right of the axes, where it hides nothing."""
    place = {"loc": "upper left", "bbox_to_anchor": (1.02, 1.0), "borderaxespad": 0.0} if outside else {"loc": "best"}
    extra = {} if handles is None else {"handles": handles}
    leg = ax.legend(title=title, ncol=columns, handlelength=2.2, **place, **extra)
    leg.get_title().set_fontsize(8)
    leg._legend_box.align = "left"
    return leg


def line(ax, x, values, y, i, gid, **more):
    """A line with markers; parts that lead to a strip are dotted."""
    inside = np.where(np.isfinite(values), y(values), np.nan)
    ax.plot(x, y(values), color=style.colour(i), lw=.7, ls=":", zorder=2, gid="dotted")
    ax.plot(x, inside, color=style.colour(i), ls=style.dash(i), zorder=3, gid="solid", **more)
    ax.plot(x, y(values), color=style.colour(i), marker=style.marker(i), ls="none", clip_on=False, zorder=4, gid=gid)


# --- captions

def count_words(result, o, cells):
    """Cells, samples and seed of what is drawn."""
    distinct = result.distinct(cells)
    n = [int(result.columns["samples"][i]) for i in distinct]
    samples = f"{min(n):,}" if min(n) == max(n) else f"{min(n):,} to {max(n):,}"
    cells_word = "1 cell" if len(distinct) == 1 else f"{len(distinct):,} cells"
    running = "" if result.status == "complete" else "; the run is not complete"
    return f"{cells_word}, {samples} samples each, seed {result.seed}{running}."


def finish(fig, result, o, cells, text, law=None):
    """The caption, below the panels and in fig.tepui_caption."""
    title = f"{result.title.strip()}: " if result.title.strip() else ""  # an experiment may have none
    sentences = [text, title + count_words(result, o, cells)]
    if law:
        sentences.append(law)
    caption = " ".join(s.strip() for s in sentences if s)
    fig.tepui_caption = caption
    if getattr(fig, "tepui_own", False):
        _write(fig, caption)
    return fig


def _write(fig, caption):
    width, height = fig.get_size_inches()
    fig.tepui_size = (width, height)
    lines = textwrap.wrap(caption, max(40, int(width * 16.5)))
    room = .155 * len(lines) + .12
    fig.set_size_inches(width, height + room)
    share = room / (height + room)
    fig.get_layout_engine().set(rect=(0, share, 1, 1 - share))
    fig.text(.1 / width, (room - .06) / (height + room), "\n".join(lines), fontsize=7, color=style.GREY, va="top", ha="left",
             linespacing=1.35, gid="caption")


def without_caption(fig):
    """Takes the caption out of the figure again, for those who write it elsewhere."""
    for text in [t for t in fig.texts if t.get_gid() == "caption"]:
        text.remove()
        fig.set_size_inches(*fig.tepui_size)
        fig.get_layout_engine().set(rect=(0, 0, 1, 1))
    return fig


# --- laws

def law_of(result, o, cell, component, law):
    """The law to draw for a cell: the one asked for, or one with a verdict in the file (`tepui verify --save`)."""
    if law is not None:
        return law
    return result.tested_laws().get((o.name, int(cell)))


def name_of(o, component, cell):
    """The name of the component of a cell, as the program takes it."""
    k = o.component(component)[cell]
    return o.components[k] if k >= 0 else None


class Laws:
    """Curves of laws for cells; remembers which laws were drawn and the first reason why one was not."""

    def __init__(self, result, o, component, law, usual=None):
        """usual: the law to draw where none is asked for; nets that it does not speak about go without."""
        self.result, self.o, self.component, self.law, self.usual = result, o, component, law, usual if law is None else None
        self.drawn, self.reason = set(), None

    def _law(self, cell):
        """None: no law is drawn."""
        law = self.usual or law_of(self.result, self.o, cell, self.component, self.law)
        return None if self.law in ("", "none") else law

    def _try(self, law, ask):
        """What the program says, None where it says why not."""
        try:
            value = ask()
        except Error as e:
            if e.exit_status == USAGE and self.law:  # a law of the file may have no curve for a cell
                raise
            self.reason = self.reason or str(e)
            return None
        self.drawn.add(law)
        return value

    def get(self, cell, what):
        """what(theory) for the law of a cell, or None."""
        law = self._law(cell)
        if law is None:
            return None
        return self._try(law, lambda: what(self.result.theory(law, cell, name_of(self.o, self.component, cell))))

    def each(self, cells, ask):
        """cell -> what ask(result, law, {cell: component}) finds, of the cells that a law speaks about; see tepui.theory."""
        by_law, found = {}, {}
        for cell in self.result.distinct(cells):
            law, name = self._law(int(cell)), name_of(self.o, self.component, cell)
            if law is not None and name is not None:
                by_law.setdefault(law, {})[int(cell)] = name
        for law, names in by_law.items():
            found.update(self._try(law, lambda law=law, names=names: ask(self.result, law, names)) or {})
        return {int(c): found[int(f)] for c, f in zip(cells, self.result.columns["same_as"][cells]) if int(f) in found}

    def words(self, how):
        if self.drawn:
            return f"{how}: law {', '.join(sorted(self.drawn))} of the program."
        return f"No curve of theory: {self.reason}." if self.reason else ""
