"""Files: what is built, installed and distributed is what is there."""

import pathlib
import re

import tepui
from tepui import figures

ANALYSIS = pathlib.Path(__file__).resolve().parents[1]


def test_every_module_is_installed_and_every_test_distributed():
    listed = set(re.findall(r"analysis/[\w/.]+", (ANALYSIS / "local.am").read_text()))
    there = {str(p.relative_to(ANALYSIS.parent)) for s in ("py", "js", "css") for p in ANALYSIS.rglob(f"*.{s}") if p.parent.name != "build"}
    there |= {"analysis/tests/golden.json", "analysis/pyproject.toml", "analysis/README.md", "analysis/tests/run.sh"}
    assert listed == there


def test_every_figure_module_is_registered():
    modules = {p.stem for p in (ANALYSIS / "tepui" / "figures").glob("*.py")} - {"__init__", "common"}
    assert modules == set(figures.NAMES)
    readme = (ANALYSIS / "README.md").read_text()
    assert all(f"| `{name}` |" in readme for name in figures.NAMES)


def test_one_version():
    assert f'version = "{tepui.__version__}"' in (ANALYSIS / "pyproject.toml").read_text()
    configure = ANALYSIS.parent / "configure.ac"
    if configure.exists():
        assert f"AC_INIT([tepui], [{tepui.__version__}]" in configure.read_text()
        assert f"\nversion: {tepui.__version__}\n" in (ANALYSIS.parent / "CITATION.cff").read_text()
