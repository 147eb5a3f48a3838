"""The one exception of the package, with the exit status that the program gives for it."""

USAGE = 64  # an unknown figure, observable, component, key or suffix
DATA = 65  # not a result, or nothing in it to draw
MISSING = 69  # a package or the program is not there
IO = 74  # a file cannot be read or written


class Error(Exception):
    """One sentence for people; `exit_status` is what `python3 -m tepui` ends with."""

    def __init__(self, message, exit_status=DATA):
        super().__init__(message)
        self.exit_status = exit_status


def require(module):
    """Import a package that only some calls need, or say which one is missing."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as e:
        name = module.split(".")[0]
        raise Error(f"Python's package {name} is missing (Debian: python3-{name}; pip: {name}): {e}", MISSING) from e


def one_of(what, word, known):
    """The sentence for a word that is not among the known ones."""
    import difflib

    known = [str(k) for k in known]
    near = difflib.get_close_matches(str(word), known, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return Error(f"unknown {what} '{word}'{hint}; known: {', '.join(known)}", USAGE)
