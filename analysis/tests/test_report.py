"""The report: numbers of the page against plain h5py, escaping, no network, bytes, and files in which something is missing."""

import html.parser
import math
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import conftest
import h5py
import numpy as np
import pytest

import tepui
from tepui import __main__, figures, report
from tepui.report import headline, numbers, pictures, svg

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(html.parser.HTMLParser):
    """Elements with their attributes and text; tables as rows of text; fails where an element is not closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.stack, self.tables = [], [], []
        self.feed(text)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(element)
        if tag == "table":
            self.tables.append({"caption": "", "rows": []})
        if tag == "tr":
            self.tables[-1]["rows"].append([])
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append({"tag": tag, "text": "", **dict(attrs)})

    def handle_endtag(self, tag):
        element = self.stack.pop()
        assert element["tag"] == tag
        if tag in ("th", "td"):
            self.tables[-1]["rows"][-1].append(element["text"])
        if tag == "caption":
            self.tables[-1]["caption"] = element["text"]

    def handle_data(self, data):
        for element in self.stack:
            element["text"] += data

    def all(self, tag, **attributes):
        return [e for e in self.elements if e["tag"] == tag and all(e.get(k.rstrip("_")) == v for k, v in attributes.items())]

    def text(self, **attributes):
        return next(e["text"] for e in self.elements if all(e.get(k) == v for k, v in attributes.items()))


@pytest.fixture(scope="module")
def judged(results, tmp_path_factory):
    """The nets with verdicts in the file."""
    path = shutil.copy(results["nets"], tmp_path_factory.mktemp("judged") / "nets.h5")
    subprocess.run([conftest.program(), "verify", path, "--save"], capture_output=True, check=False)
    return str(path)


@pytest.fixture(scope="module")
def pages(results, judged):
    return {name: report.make([path]) for name, path in {**results, "judged": judged}.items()}


def made(path, text):
    """A result of an experiment."""
    path.with_suffix(".yaml").write_text(text)
    subprocess.run([conftest.program(), "run", str(path.with_suffix(".yaml")), "-o", str(path), "--quiet", "--threads", "1"], check=True)
    return str(path)


def medians(path, observable, component):
    """(columns, median, low, high) of every cell, by plain h5py."""
    with h5py.File(path) as f:
        g = f["observables"][observable]
        k = [n.decode() if isinstance(n, bytes) else n for n in g["component"][()]].index(component)
        j = int(np.argmin(np.abs(g["probability"][()] - .5)))
        words = {n: [v.decode() if isinstance(v, bytes) else v for v in f["cells"][n][()].tolist()] for n in ("depth", "width_expression", "init")}
        return words, *(g[n][:, k, j] for n in ("quantile", "quantile_low", "quantile_high"))


# --- numbers

@pytest.mark.parametrize("value,text", [(1.5, "1.50"), (0.0001, "0.000100"), (9.999, "10.0"), (99999, "100,000"), (4020, "4,020"), (110, "110"),
                                        (1e-5, "1.00 × 10⁻⁵"), (2.5e30, "2.50 × 10³⁰"), (0, "0"), (-3.14159, "−3.14"), (math.inf, "∞"), (math.nan, "–")])
def test_numbers(value, text):
    assert numbers.plain(value) == (text if value != 99999 else "1.00 × 10⁵")


def test_magnitudes_that_no_double_holds():
    assert numbers.magnitude(-2000.) == "3.15 × 10⁻⁸⁶⁹" or numbers.magnitude(-2000.).endswith("10⁻⁸⁶⁹")
    assert numbers.exact(-2000., True).endswith("e-869") and numbers.exact(-math.inf, True) == "0"
    assert float(numbers.exact(1.25, True)) == math.exp(1.25)
    assert numbers.magnitude_latex(-20.) == r"$2.06\times10^{-9}$"


def test_table_is_what_h5py_reads(results, pages):
    page = Page(pages["nets"])
    words, median, *_ = medians(results["nets"], "gradient_norm", "1")
    tables = [t for t in page.tables if t["caption"].startswith("median of gradient_norm")]
    assert len(tables) == 2
    seen = 0
    for t in tables:
        init = t["caption"].rsplit("= ", 1)[1]
        widths = t["rows"][0][1:]
        for depth, *values in t["rows"][1:]:
            for width, value in zip(widths, values):
                i = next(i for i in range(len(median)) if (words["depth"][i], words["width_expression"][i], words["init"][i]) == (int(depth), width, init))
                assert value == ("0" if median[i] == -np.inf else numbers.plain(float(np.exp(median[i]))))
                seen += 1
    assert seen == len(median)


def test_csv_and_latex_have_all_digits(results, pages):
    page = Page(pages["nets"])
    words, median, low, high = medians(results["nets"], "gradient_norm", "1")
    lines = [line.split(",") for line in page.text(id="r1-table-csv").splitlines()]
    assert len(lines) == len(median) + 1
    for row in (dict(zip(lines[0], line)) for line in lines[1:]):
        i = int(row["cell"])
        assert [float(row[n]) for n in ("median", "low", "high")] == pytest.approx(np.exp([median[i], low[i], high[i]]).tolist(), rel=1e-14)
        assert row["width_expression"] == words["width_expression"][i] and float(row["depth"]) == words["depth"][i]
    latex = page.text(id="r1-table-latex")
    assert latex.count("\\begin{tabular}") == latex.count("\\bottomrule") == 2 and "\\sqrt" not in latex


def last_norms(path):
    """(depth, width as written) -> (median of ln norm of the last hidden layer, share of zeros), by plain h5py."""
    with h5py.File(path) as f:
        g = f["observables/forward_norm"]
        names = [n.decode() if isinstance(n, bytes) else n for n in g["component"][()]]
        width = [w.decode() if isinstance(w, bytes) else w for w in f["cells/width_expression"][()]]
        k = [names.index(str(d)) for d in f["cells/depth"][()]]
        return {(int(d), w): (g["quantile"][i, k[i], 2], g["zero"][i, k[i]] / g["count"][i, k[i]])
                for i, (d, w) in enumerate(zip(f["cells/depth"][()], width))}


FALL = ("seed: 5\ngrid: {depth: %s, width: [12, depth], activation: relu, init: he}\n"
        "data: {source: sphere, dimension: 3}\nobservables: [forward_norm]\nreadout: none\nsamples: 500\n")


def test_headline_has_the_factor_of_the_file(tmp_path):
    path = made(tmp_path / "fall.h5", FALL % "[8, 24]")
    with tepui.open(path) as r:
        text = headline.sentence(headline.Main(r))
        assert headline.ends(headline.Main(r)) == [2, 3]
    at = last_norms(path)
    fixed, growing = (at[24, w][0] - at[8, w][0] for w in ("12", "depth"))
    assert fixed < -math.log(2) < growing < math.log(2)
    assert f"At the fixed width 12 the median of forward_norm (last hidden layer) falls by a factor of {numbers.plain(float(np.exp(-fixed)))} " in text
    assert f"it does not: it stays within a factor of {numbers.plain(float(np.exp(abs(growing))))} from depth 8 to depth 24." in text


def test_a_median_that_leaves_and_comes_back_does_not_stay():
    ln2 = math.log(2)
    assert headline._factor(np.array([0, .9 * ln2, .5 * ln2]), "here") == "stays within a factor of 1.87 here"
    assert headline._factor(np.array([0, 3 * ln2, .5 * ln2]), "here") == "rises by a factor of 1.41 here"
    assert headline._factor(np.array([0, 0, -3 * ln2]), "here") == "falls by a factor of 8.00 here"


def test_headline_begins_where_few_nets_are_dead(tmp_path):
    """Where width = depth, nets of width 1 and 2 are dead in more than 5 % of the samples: P(dead layer) = 2^-width."""
    path = made(tmp_path / "dead.h5", FALL % "[1, 2, 8, 24]")
    at = last_norms(path)
    assert at[1, "depth"][1] > .05 < at[2, "depth"][1] and at[8, "depth"][1] < .05 and at[1, "12"][1] < .05
    with tepui.open(path) as r:
        main = headline.Main(r)
        text = headline.sentence(main)
        assert "depth 1, the fixed width 12" in headline.intervals(main) and "depth 8, width = depth" in headline.intervals(main)
        assert re.search(r"At the fixed width 12 .* from depth 1 to depth 24; where width = depth .* from depth 8 to depth 24\.$", text)
    path = made(tmp_path / "narrow.h5", (FALL % "[8, 24]").replace("[12, depth]", "1"))  # all are dead: nothing is left out
    with tepui.open(path) as r:
        assert " from exactly 0 to exactly 0." in headline.sentence(headline.Main(r))


def test_headline_of_a_plateau_is_about_random_directions(tmp_path):
    path = made(tmp_path / "plateau.h5", "seed: 5\ngrid: {depth: [2, 4], width: 3, activation: relu, init: he}\n"
                                         "data: {source: gaussian, points: 2}\nloss: mse\nobservables: [plateau]\nsamples: 6\n")
    with tepui.open(path) as r:
        assert "the median of plateau (random 1) " in headline.sentence(headline.Main(r))


def test_zeros_and_limits_in_the_headline(results):
    with tepui.open(results["nets"]) as r:  # he, width 2, depth 4: many dead samples; the sentence says 0 or a factor, never a bare inf
        assert not re.search(r"inf|nan", headline.sentence(headline.Main(r)))
    with tepui.open(results["escape"]) as r:
        assert "escape_time" in headline.sentence(headline.Main(r))


# --- verdicts

def test_verdicts_are_counted_as_in_the_file(judged, pages):
    page = Page(pages["judged"])
    with h5py.File(judged) as f:
        same = f["cells/same_as"][()]
        said = [(law, i, v.decode() if isinstance(v, bytes) else v) for law, g in f["laws"].items() for i, v in enumerate(g["verdict"][()])
                if same[i] == i]
    want = {w: sum(v.startswith(w) for _, _, v in said) for w in ("holds", "fails", "refused")}
    tiles = {e["class"]: e["text"] for e in page.all("li") if "tile" in e.get("class", "")}
    assert want["holds"] > 5
    for word, n in want.items():
        assert re.search(rf"\D{n} {word}", tiles[f"tile {word}"])
    law, i, _ = next(s for s in said if s[2].startswith("holds"))
    rows = next(t for t in page.tables if "smallest p" in t["caption"])["rows"]
    mine = next(r for r in rows if r[:2] == [law, str(i)])
    with h5py.File(judged) as f:
        assert mine[6] == numbers.plain(float(f["laws"][law]["predicted"][i])) and mine[7] == numbers.plain(float(f["laws"][law]["observed"][i]))


def test_a_law_that_fails_is_told_first(judged, tmp_path):
    path = shutil.copy(judged, tmp_path / "x.h5")
    with h5py.File(path, "r+") as f:
        law = sorted(f["laws"])[-1]
        v = f["laws"][law]["verdict"]
        texts = [t.decode() if isinstance(t, bytes) else t for t in v[()]]
        i = max(j for j, t in enumerate(texts) if t.startswith("holds") and f["cells/same_as"][j] == j)
        texts[i] = "fails"
        v[...] = np.array(texts, dtype=v.dtype)
    page = Page(report.make([path]))
    rows = next(t for t in page.tables if "smallest p" in t["caption"])["rows"]
    assert rows[1][:2] == [law, str(i)] and rows[1][-1] == "fails"
    assert "1 fails" in page.text(**{"class": "tile fails"})


def test_without_verdicts_it_says_the_command(pages):
    page = Page(pages["nets"])
    assert "tepui verify --save nets.h5" in page.text(**{"class": "note"})
    assert "no verdicts in the file" in pages["nets"]
    assert not [t for t in page.tables if "Laws" in t["caption"]]


# --- the page

@pytest.mark.parametrize("name", ["nets", "chain", "spectrum", "escape", "judged"])
def test_nothing_comes_from_elsewhere(name, pages):
    page = Page(pages[name])
    for e in page.elements:
        for attribute in ("src", "href", "srcset", "action", "data", "poster"):
            assert not (e.get(attribute) or "").lower().startswith(("http", "//", "ftp", "file:")), e
        assert "src" not in e or e["src"].startswith("data:")
    styles = "".join(e["text"] for e in page.all("style")) + "".join(e.get("style", "") for e in page.elements)
    assert "@import" not in styles and not re.search(r"url\(\s*['\"]?(?!#)", styles)
    code = "".join(e["text"] for e in page.all("script"))
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|import\(|sendBeacon", code)


@pytest.mark.parametrize("name", ["nets", "chain", "spectrum", "escape", "judged"])
def test_readable_without_eyes_and_mouse(name, pages):
    page = Page(pages[name])
    levels = [int(e["tag"][1]) for e in page.elements if re.fullmatch(r"h[1-6]", e["tag"])]
    assert levels.count(1) == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:]))
    assert all(e.get("scope") in ("row", "col") for e in page.all("th")) and all(t["caption"] for t in page.tables)
    drawn = page.all("svg", role="img")
    assert len(drawn) >= 2 and all(re.search(r"\d", e["aria-label"]) for e in drawn)
    assert all(e.get("tabindex") == "0" and e.get("aria-label") for e in page.elements if (e.get("class") or "").startswith("scroll"))
    ids = [e["id"] for e in page.elements if "id" in e]
    assert len(ids) == len(set(ids))
    for e in page.elements:
        for target in re.findall(r"#([\w.-]+)", " ".join(filter(None, (e.get("href"), e.get("clip-path"), *re.findall(r"url\([^)]*\)", e.get("style") or ""))))):
            assert target in ids, target
    assert page.elements[[e["tag"] for e in page.elements].index("body") + 1].get("class") == "skip"


def test_words_of_a_figure_have_the_numbers_of_the_file(results, pages):
    label = next(e["aria-label"] for e in Page(pages["chain"]).all("svg", role="img") if e["aria-label"].startswith("Median and quantile"))
    with h5py.File(results["chain"]) as f:
        g = f["observables/hessian_block_norm" if "hessian_block" in label else "observables/forward_norm"]
        names = [n.decode() if isinstance(n, bytes) else n for n in g["component"][()]]
        first, last = (numbers.magnitude(float(g["quantile"][i, names.index(d), 2])) for i, d in ((0, "2"), (2, "8")))
    assert f"{first} at 2, {last} at 8" in label


def test_every_figure_is_drawn_or_says_why(pages):
    for text in pages.values():
        page = Page(text)
        kinds = {e["text"] for e in page.all("span") if e.get("class") == "kind"}
        reasons = {e["text"].split(":")[0]: e["text"] for e in page.all("li")}
        assert all((name in kinds) != (name in reasons) for name in figures.NAMES)
        assert not any("\n" in reasons[n] or len(reasons[n]) > 250 for n in figures.NAMES if n in reasons)
    assert "add hessian_spectrum" in pages["nets"] and "add escape_time" in pages["nets"]


def test_pictures_are_well_formed_and_follow_the_page(pages):
    found = re.findall(r'<svg xmlns.*?</svg>', pages["spectrum"], flags=re.S)
    assert len(found) >= 3
    for text in found:
        ET.fromstring(text)
        assert 'fill: #222222' not in text and "var(--c222222)" in text
    named, style = set(re.findall(r"var\((--c[0-9a-f]{6})\)", "".join(found))), Page(pages["spectrum"]).all("style")[0]["text"]
    assert all(style.count(n + ":") == 2 for n in named)  # light and dark


def test_dark_colours_are_seen():
    for light, dark in svg.DARK.items():
        if light not in ("#ffffff", "#ececec", "#e4e4e4"):
            assert svg.contrast(dark, svg.DARK_PAPER) > 4.5, light
    assert svg.contrast(svg.lighter("#440154"), svg.DARK_PAPER) >= 4


TITLE = """<b>x</b> & "y" 'z' <script>alert(1)</script>"""


def test_titles_are_escaped(results, tmp_path):
    path = shutil.copy(results["nets"], tmp_path / "a&<b>'\".h5")
    with h5py.File(path, "r+") as f:
        f.attrs["title"] = TITLE
    text = report.make([path])
    page = Page(text)
    assert page.all("title")[0]["text"] == page.all("h1")[0]["text"] == page.all("h2")[0]["text"] == TITLE
    assert not page.all("b", text="x") and len(page.all("script")) == 1
    assert page.text(id="r1-verdicts") and 'a&<b>\'".h5' in page.text(**{"class": "note"})


def test_twice_the_same_bytes(judged, results, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    copies = [shutil.copy(p, other / p.rsplit("/", 1)[1]) for p in (judged, results["escape"])]
    report.write([judged, results["escape"]], tmp_path / "a.html")
    report.write([str(c) for c in copies], tmp_path / "b.html")
    first = (tmp_path / "a.html").read_bytes()
    assert first == (tmp_path / "b.html").read_bytes() and len(first) > 50000
    assert str(tmp_path).encode() not in first and not re.search(rb"20[2-9]\d-\d\d-\d\dT", first)


def test_a_section_for_each_file(judged, results):
    page = Page(report.make([judged, results["chain"]]))
    assert [e["text"] for e in page.all("h2")] == ["Nets", "Chains", "How to cite"]
    assert page.all("h1")[0]["text"] == "Nets · Chains"
    assert len(page.all("article")) == 2
    assert Page(report.make([judged, results["chain"]], "Mine")).all("h1")[0]["text"] == "Mine"


# --- files in which something is missing

def test_one_cell(tmp_path):
    path = made(tmp_path / "one.h5", "seed: 1\ngrid: {depth: 3, width: 2, activation: tanh}\ndata: {source: sphere}\n"
                                     "observables: [forward_norm, activation_fraction]\nsamples: 30\n")
    page = Page(report.make([path]))
    words = page.text(**{"class": "headline"})
    with h5py.File(path) as f:
        g = f["observables/forward_norm"]
        names = [n.decode() if isinstance(n, bytes) else n for n in g["component"][()]]
        value = numbers.magnitude(float(g["quantile"][0, names.index("3"), 2]))
    assert f"is {value} (95 % interval" in words and "at depth 3, width 2" in words


def test_plain_numbers_only(tmp_path):
    path = made(tmp_path / "plain.h5", "seed: 1\ngrid: {depth: [2, 4, 8], width: 3, activation: relu}\ndata: {source: sphere}\n"
                                       "observables: [activation_fraction]\nsamples: 30\n")
    page = Page(report.make([path]))
    assert re.search(r"goes from depth 2 to depth 8 from \S+ to \S+\.", page.text(**{"class": "headline"}))


def status(words, capsys):
    code = __main__.main(["report", *words])
    said = capsys.readouterr().err
    assert (said.count("\n") == 1 and "Error" not in said) or code == 0
    return code, said


def test_bad_input(results, tmp_path, capsys):
    out = str(tmp_path / "x.html")
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as f:
        f["x"] = 1
    empty = shutil.copy(results["nets"], tmp_path / "empty.h5")
    with h5py.File(empty, "r+") as f:
        for name in list(f["cells"]):
            del f["cells"][name]
    idle = shutil.copy(results["nets"], tmp_path / "idle.h5")
    with h5py.File(idle, "r+") as f:
        for g in f["observables"].values():
            g["count"][...] = 0
    for words, code, said in (([str(other), "-o", out], 65, "no result of tepui"), ([str(empty), "-o", out], 65, "is empty"),
                              ([str(idle), "-o", out], 65, "no cell is finished"), ([__file__, "-o", out], 65, "no result"),
                              ([results["nets"], str(other), "-o", out], 65, "other.h5"), ([str(tmp_path / "none.h5"), "-o", out], 74, "none.h5"),
                              ([results["nets"], "-o", str(tmp_path / "x.pdf")], 64, ".html"), (["-o", out], 64, "FILE"),
                              ([results["nets"], "-o", str(tmp_path / "no" / "x.html")], 74, "cannot write")):
        got, text = status(words, capsys)
        assert (got, said in text) == (code, True), (words, text)
    assert not list(tmp_path.glob("x.*")) and status([results["nets"], "-o", out], capsys)[0] == 0


# --- large files

def test_of_many_cells_a_few_are_drawn_and_the_page_says_so(tmp_path):
    path = made(tmp_path / "many.h5", "seed: 1\ngrid: {depth: [1, 2, 4], width: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], activation: [relu, tanh, linear], "
                                      "init: [he, xavier, lecun], sigma_b: [0, 0.1, 0.2]}\ndata: {source: sphere}\nobservables: [forward_norm]\nsamples: 4\n")
    with tepui.open(path) as r:
        where, said = pictures.restrict(r, "fan")
        kept = r.select(**where)
    assert len(kept) == 3 * 8 * 3 and "sigma_b = 0" in said and len(where["width"]) == 8
    page = Page(report.make([path]))
    caption = next(e["text"] for e in page.all("figcaption") if "plot fan" in e["text"])
    assert said in caption and "-w sigma_b=0" in caption and len(caption) < 1500
    assert len([t for t in page.tables if t["caption"].startswith("median")]) == 12 and "first 12 of 27 tables" in page.all("main")[0]["text"]
    assert len(page.text(id="r1-table-csv").splitlines()) == 3 * 10 * 27 + 1
