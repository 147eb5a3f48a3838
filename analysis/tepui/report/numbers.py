"""Numbers for people: three digits; magnitudes from their natural logarithm, however small."""

import math

LN10 = math.log(10)
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _parts(ln):
    """(mantissa with three digits, exponent) of exp(ln)."""
    exponent = math.floor(ln / LN10)
    mantissa = math.exp(ln - exponent * LN10)
    if float(f"{mantissa:.2f}") >= 10:
        mantissa, exponent = mantissa / 10, exponent + 1
    return f"{mantissa:.2f}", exponent


def _written_out(exponent):
    return -4 <= exponent <= 4


def _plain(mantissa, exponent):
    value = float(mantissa) * 10.0 ** exponent
    return f"{value:,.{max(0, 2 - exponent)}f}"


def magnitude(ln):
    """exp(ln): 0.0535, 4,020, 8.14 × 10⁻⁵."""
    if math.isnan(ln):
        return "–"
    if math.isinf(ln):
        return "0" if ln < 0 else "∞"
    mantissa, exponent = _parts(ln)
    return _plain(mantissa, exponent) if _written_out(exponent) else f"{mantissa} × 10{str(exponent).translate(RAISED)}"


def magnitude_latex(ln):
    if math.isnan(ln):
        return "--"
    if math.isinf(ln):
        return "0" if ln < 0 else r"$\infty$"
    mantissa, exponent = _parts(ln)
    if _written_out(exponent):
        return _plain(mantissa, exponent).replace(",", "\\,")
    return rf"${mantissa}\times10^{{{exponent}}}$"


def plain(value):
    """A number that is no logarithm."""
    if math.isnan(value):
        return "–"
    if value == 0 or math.isinf(value):
        return magnitude(math.log(value) if value > 0 else -math.inf) if value >= 0 else "−∞"
    return ("−" if value < 0 else "") + magnitude(math.log(abs(value)))


def plain_latex(value):
    if value != 0 and math.isfinite(value):
        text = magnitude_latex(math.log(abs(value)))
        return text if value > 0 else "$-$" + text
    return "$-\\infty$" if value == -math.inf else magnitude_latex(value if value != 0 else -math.inf)


def exact(value, ln):
    """All digits, for CSV; a magnitude that no double holds stays a power of ten."""
    if math.isnan(value):
        return ""
    if not ln:
        return repr(float(value))
    if math.isinf(value):
        return "0" if value < 0 else "inf"
    if abs(value) < 700:
        return repr(math.exp(value))
    exponent = math.floor(value / LN10)
    return f"{math.exp(value - exponent * LN10):.15g}e{exponent}"
