"""python3 -m tepui plot FIGURE FILE... -o NAME.svg|pdf|png: draws a figure; python3 -m tepui list: names them;
python3 -m tepui report FILE... -o NAME.html: one page about results.

Exit status: 0 good, 64 unknown figure, option, observable or suffix, 65 not a result or nothing to draw, 69 a package or the program is
missing, 74 a file cannot be read or written, 70 anything else.
"""

import argparse
import os
import sys

from .error import USAGE, Error, one_of

INTERNAL = 70


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Error(message, USAGE)


def parser():
    p = Parser(prog="tepui plot", add_help=False, usage="tepui plot FIGURE FILE... -o NAME.svg|pdf|png [OPTION...]")
    p.add_argument("figure")
    p.add_argument("files", nargs="+", metavar="FILE")
    p.add_argument("-o", "--output", required=True, help="file to write; with several results NAME-RESULT.svg each")
    p.add_argument("-O", "--observable", help="what is drawn (default: what the figure is about)")
    p.add_argument("-c", "--component", help="layer number, `output', `total', `last' or `hidden'")
    p.add_argument("-l", "--law", help="law whose curve is drawn (default: one with a verdict in the file)")
    p.add_argument("--cell", action="append", type=int, metavar="N", help="number of a cell; may be repeated")
    p.add_argument("-w", "--where", action="append", default=[], metavar="KEY=VALUE[,VALUE...]", help="only these cells; may be repeated")
    p.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the figure: bins=60, bands=2, rows=20")
    p.add_argument("--dpi", type=float, default=200, help="dots per inch of a PNG (default 200)")
    p.add_argument("--caption", action="store_true", help="print the caption, too")
    p.add_argument("-h", "--help", action="help", help="print this")
    return p


def plot(words):
    args = parser().parse_args(words)
    from . import draw, figures, save, select, style
    from .result import open as open_result

    figures.module(args.figure)
    style.suffix_of(args.output)
    if not args.dpi > 0:
        raise Error(f"--dpi must be above 0, not {args.dpi:g}", USAGE)
    options = dict(_option(select.parse(o)) for o in args.option)
    if args.where:
        options["where"] = dict(select.parse(w) for w in args.where)
    for name in ("component", "law"):
        if getattr(args, name) is not None:
            options[name] = getattr(args, name)
    if args.cell:
        options["cell"] = args.cell if len(args.cell) > 1 else args.cell[0]
    for file in args.files:
        with open_result(file) as result:
            fig = draw(args.figure, result, args.observable, **options)
            save(fig, _name(args.output, file, args.files), args.dpi)
            if args.caption:
                print(fig.tepui_caption)
            from matplotlib import pyplot
            pyplot.close(fig)


def _option(pair):
    name, value = pair
    return name.replace("-", "_"), value


def _name(output, file, files):
    if len(files) == 1:
        return output
    stem, suffix = os.path.splitext(output)
    return f"{stem}-{os.path.splitext(os.path.basename(file))[0]}{suffix}"


def figure_list(words):
    if words:
        raise Error(f"list takes no words, not '{words[0]}'", USAGE)
    from . import figures

    for name in figures.NAMES:
        print(f"{name}\n    {figures.sentence(name)}")


def report(words):
    p = Parser(prog="tepui report", add_help=False, usage="tepui report FILE... -o NAME.html [--title TEXT]")
    p.add_argument("files", nargs="+", metavar="FILE")
    p.add_argument("-o", "--output", required=True, help="file to write")
    p.add_argument("-t", "--title", help="title of the page (default: those of the experiments)")
    p.add_argument("-h", "--help", action="help", help="print this")
    args = p.parse_args(words)
    if not args.output.endswith(".html"):
        raise Error(f"cannot write '{args.output}': its name must end in .html", USAGE)
    from .report import write

    write(args.files, args.output, args.title)


COMMANDS = {"plot": plot, "list": figure_list, "report": report}


def main(words):
    try:
        if not words or words[0] in ("-h", "--help"):
            print(__doc__.strip())
            return 0 if words else USAGE
        if words[0] not in COMMANDS:
            raise one_of("command", words[0], list(COMMANDS))
        COMMANDS[words[0]](words[1:])
        sys.stdout.flush()
        return 0
    except Error as e:
        print(f"tepui {words[0]}: {e}", file=sys.stderr)
        return e.exit_status
    except BrokenPipeError:
        return 74
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        print(f"tepui {words[0]}: no memory", file=sys.stderr)
        return 71
    except Exception as e:  # a mistake of ours; the trace is for those who ask for it
        if os.environ.get("TEPUI_TRACE"):
            raise
        print(f"tepui {words[0]}: internal error: {type(e).__name__}: {e} (TEPUI_TRACE=1 shows where)", file=sys.stderr)
        return INTERNAL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
