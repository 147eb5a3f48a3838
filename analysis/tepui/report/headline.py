"""What a file is about: the observable that matters, and what becomes of its median with depth, in one sentence."""

import math

import numpy as np

from ..error import DATA, Error
from ..figures import common
from . import numbers

# what is looked at first; a component whose size does not change with the width where there is one
MAIN = [("escape_time", "escape"), ("hessian_norm", "H"), ("hessian_extreme", "lambda_min"), ("output_gradient_norm", "1"),
        ("gradient_norm", "1"), ("jacobian_vector_norm", "hidden"), ("forward_norm", "hidden"),
        ("plateau", "random 1")]

FEW = .05    # of the samples are 0
STAYS = 2.0  # a factor


class Main:
    """The main observable of a file, a component of it, and their medians."""

    def __init__(self, result):
        self.result = result
        self.o, self.component = _choose(result)
        self.k = self.o.component(self.component)
        every = np.arange(len(result.columns["cell"]))
        self.median, self.low, self.high = (self.o.quantile(.5, self.k, every, which) if which in self.o.group else np.full(len(every), np.nan)
                                            for which in ("quantile", "quantile_low", "quantile_high"))

    @property
    def name(self):
        part = common.component_name(self.o, self.component)
        if part in ("total", "last", "escape") or len(self.o.components) == 1:
            return self.o.name
        words = {"hidden": "last hidden layer", "output": "output layer"}
        return f"{self.o.name} ({'layer ' + part if part.isdigit() else words.get(part, part)})"

    def say(self, value):
        return numbers.magnitude(value) if self.o.ln else numbers.plain(value)


def _choose(result):
    if not result.observables:
        raise Error(f"{result.path} is empty: it has no observables", DATA)
    for name, component in MAIN:
        if name in result and result.observable(name).present.any():
            o = result.observable(name)
            known = component in o.components or component == "hidden" and any(c.isdigit() for c in o.components)
            return o, component if known else None
    filled = [n for n in result.observables if result.observable(n).present.any() and "quantile" in result.observable(n).group]
    if not filled:
        raise Error(f"{result.path} has no samples yet: no cell is finished", DATA)
    return result.observable(min(filled, key=lambda n: not result.observable(n).ln)), None


# --- the sentence

def sentence(main):
    """One sentence with its numbers, of the first group of cells that has several depths."""
    where, lines = _lines(main)
    if not lines:
        return _one_cell(main)
    (width, line), *others = lines.items()
    change = _change(main, line)
    text = f"At {_width(width)}{where} the median of {main.name} {change}"
    for width, line in others:
        other = _change(main, line)
        contrary = change.startswith("falls") and other.startswith(("rises", "stays"))
        text += f"; where {_width(width)} it {'does not: it ' if contrary else ''}{other}"
    return text + "."


def _lines(main):
    """Of the first group of cells with several depths: its words (init = he, say), and width as written -> cells by depth,
    for the largest fixed width and one that grows with the depth, otherwise for the first."""
    result = main.result
    cells = np.flatnonzero(~np.isnan(main.median))
    differing = common.varying(result, cells, besides={"depth", "width_expression"})
    for values, part in common.groups(result, cells, differing).items():
        found = common.groups(result, part, ["width_expression"])
        lines = {width: _alive(main, common.by_depth(result, line)) for (width,), line in found.items()}
        lines = {w: line for w, line in lines.items() if len(set(result.columns["depth"][line].tolist())) > 1}
        if lines:
            words = ", ".join(f"{n} {common.say('', v)[3:]}" for n, v in zip(differing, values))
            chosen = [w for w in (_fixed(lines), _growing(lines)) if w] or list(lines)[:1]
            return (f" ({words})" if words else ""), {w: lines[w] for w in chosen}
    return "", {}


def _alive(main, line):
    """Cells by depth from the first on that has few zeros, if the deepest has few: a width that grows with the depth is narrow at
    first, and narrow nets are often dead."""
    zero, count = (main.o.pick(main.o.count(name), main.k, line) for name in ("zero", "count"))
    few = zero <= FEW * count
    alive = line[np.argmax(few):]
    return alive if few[-1] and len(alive) > 1 else line


def _fixed(lines):
    numbers_only = [w for w in lines if w.isdigit()]
    return max(numbers_only, key=int) if numbers_only else None


def _growing(lines):
    if "depth" in lines:
        return "depth"
    return next((w for w in lines if "depth" in w and "sqrt" not in w), None)


def _width(width):
    if width == "depth":
        return "width = depth"
    return f"the fixed width {width}" if width.isdigit() else f"width = {width}"


def _change(main, line):
    depth, median = main.result.columns["depth"][line], main.median[line]
    span = f"from depth {depth[0]} to depth {depth[-1]}"
    first, last = median[0], median[-1]
    if not main.o.ln:
        return f"goes {span} from {main.say(first)} to {main.say(last)}"
    if math.isfinite(first) and math.isfinite(last):
        return _factor(median - first, span)
    if math.isfinite(first) and last < 0:
        return f"falls {span} from {main.say(first)} to exactly 0 (at least half of the samples are 0)"
    return f"goes {span} from {_limit(main, first)} to {_limit(main, last)}"


def _limit(main, value):
    return "exactly 0" if value == -math.inf else "beyond the limit" if value == math.inf else main.say(value)


def _factor(ln, span):
    """ln: of the medians over the first one."""
    most = np.abs(ln).max()
    if most < math.log(STAYS):
        return f"stays within a factor of {numbers.magnitude(most)} {span}"
    return f"{'falls' if ln[-1] < 0 else 'rises'} by a factor of {numbers.magnitude(abs(ln[-1]))} {span}"


def ends(main):
    """The deepest cells that the sentence is about."""
    return [int(line[-1]) for line in _lines(main)[1].values()]


def intervals(main):
    """The medians behind the sentence, with their 95 % intervals."""
    depth = main.result.columns["depth"]
    said = [f"{main.say(main.median[i])} [{main.say(main.low[i])}, {main.say(main.high[i])}] at depth {depth[i]}, {_width(width)}"
            for width, line in _lines(main)[1].items() for i in line[[0, -1]] if not math.isnan(main.low[i])]
    return "Medians with 95 % intervals: " + "; ".join(said) + "." if said else ""


def _one_cell(main):
    result = main.result
    cells = np.flatnonzero(~np.isnan(main.median))
    if cells.size == 0:
        return f"{main.name} has no median here."
    i = int(cells[-1])
    interval = "" if math.isnan(main.low[i]) else f" (95 % interval {main.say(main.low[i])} to {main.say(main.high[i])})"
    text = (f"The median of {main.name} is {main.say(main.median[i])}{interval} at depth {result.columns['depth'][i]}, "
            f"width {result.columns['width_expression'][i]}")
    if cells.size > 1:
        text += f"; over {cells.size} cells it ranges from {main.say(np.min(main.median[cells]))} to {main.say(np.max(main.median[cells]))}"
    return text + "."
