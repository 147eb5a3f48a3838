"""sources.py TEPUI TOP -- the documentation hangs together: every relative link and anchor of the pages has its target, every
place in the tree that names docs/PAGE#ANCHOR does, and so does every `source` of the registry; laws and sections of docs/theory
are the same set. Prints what does not, status 1."""
import json, pathlib, re, subprocess, sys

FAMILY = {"C": "chains", "N": "wide-nets", "H": "curvature", "A": "cures", "E": "escape"}
PARTS = ("Statement", "Observable", "Hypotheses", "Derivation", "Shown by", "Checked by")
SAID = ("exact", "limit", "bound", "allowance")  # at least one of them
FOLDERS = ("src", "include", "tests", "analysis", "experiments", "tools", "examples")
KINDS = (".c", ".h", ".py", ".sh", ".yaml", ".md", ".am", ".in")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"docs/[\w/-]+\.md(?:#[\w-]+(?:(?:, | and | to )#[\w-]+)*)?")


def slug(heading):
    """as GitHub makes it"""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def without_code(text):
    return re.sub(r"```.*?```|`[^`\n]*`", "", re.sub(r"(?m)^    .*$", "", text), flags=re.S)


class Tree:
    def __init__(self, top):
        self.top, self.known, self.wrong, self.links = pathlib.Path(top).resolve(), {}, [], 0

    def anchors(self, page):
        if page not in self.known:
            text = page.read_text(encoding="utf-8")
            headings = [slug(h) for h in re.findall(r"(?m)^#+ +(.*)$", re.sub(r"```.*?```", "", text, flags=re.S))]
            named = re.findall(r'<a id="([^"]+)"></a>', text)
            for a in {a for a in named if named.count(a) > 1}:
                self.wrong.append(f"{page.relative_to(self.top)}: anchor {a} twice")
            self.known[page] = set(headings + named)
        return self.known[page]

    def follow(self, where, base, link):
        path, _, anchor = link.partition("#")
        target = (base / path).resolve() if path else where
        self.links += 1
        if not target.exists():
            self.wrong.append(f"{where.relative_to(self.top)}: no file {link}")
        elif anchor and (target.suffix != ".md" or anchor not in self.anchors(target)):
            self.wrong.append(f"{where.relative_to(self.top)}: no anchor {link}")

    def page(self, page):
        for match in LINK.finditer(without_code(page.read_text(encoding="utf-8"))):
            link = match[1]
            if not re.match(r"[a-z]+:", link):
                self.follow(page, page.parent, link)

    def naming(self, where, text):
        for match in NAMED.findall(text):
            path, *anchors = re.split(r"#|, #| and #| to #", match)
            for anchor in anchors or [""]:
                self.follow(where, self.top, path + ("#" + anchor if anchor else ""))


def files(top):
    for folder in FOLDERS:
        for f in sorted((top / folder).rglob("*")):
            if f.suffix in KINDS and f.is_file() and ".trash" not in f.parts:
                yield f


def sections(page):
    """{law: (title, text)} of a page of laws: an anchor, and a heading that begins with the same id"""
    parts = re.split(r'(?m)^<a id="([\w-]+)"></a>\n## ', page.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2]))


def laws(tree, kinds):
    theory, found = tree.top / "docs/theory", set()
    for name in FAMILY.values():
        for anchor, text in sections(theory / f"{name}.md").items():
            law = re.match(r"([A-Z]\d+[a-z]?): ", text)
            if not law:
                continue
            found.add(law[1])
            if anchor != law[1].lower():
                tree.wrong.append(f"docs/theory/{name}.md: section {law[1]} has the anchor {anchor}")
            missing = [p for p in PARTS if f"**{p}" not in text]
            if missing or not re.search(r"\*\*(Exact|Limit|Bound|Allowance)", text):
                tree.wrong.append(f"docs/theory/{name}.md: {law[1]} lacks {', '.join(missing) or ' or '.join(SAID)}")
    names = {k["name"] for k in kinds}
    tree.wrong += [f"law {law} has no section" for law in sorted(names - found)]
    tree.wrong += [f"section {law} has no law" for law in sorted(found - names)]
    for k in kinds:
        own = f"docs/theory/{FAMILY.get(k['name'][0])}.md#{k['name'].lower()}"
        if k["source"].split(";")[0] != own:
            tree.wrong.append(f"source of {k['name']} begins with {k['source'].split(';')[0]}, want {own}")
        page = sections(theory / f"{FAMILY[k['name'][0]]}.md").get(k["name"].lower(), "")
        for observable in k["observable"].split(", "):
            if f"`{observable}`" not in page:
                tree.wrong.append(f"section {k['name']} does not name its observable {observable}")


def listed(tepui, *family):
    out = subprocess.run([tepui, "list", *family, "-f", "json"], capture_output=True, text=True, check=True).stdout
    return json.loads(out)


def main(tepui, top):
    tree = Tree(top)
    pages = [tree.top / p for p in ("README.md", "CONTRIBUTING.md", "experiments/README.md")]
    for page in pages + sorted((tree.top / "docs").rglob("*.md")):
        tree.page(page)
    here = pathlib.Path(__file__).resolve()
    for f in files(tree.top):
        if f == here:
            continue
        text = f.read_text(encoding="utf-8", errors="replace")
        tree.naming(f, re.sub(r"\s+(?:\*|#|//)?\s*", " ", text))
        for old in re.findall(r"(?<!tepui )(?<!tepui\" )(?<!tepui` )(?<!' )\btheory [A-Z]\d+[a-z]?\b(?!`)", text):
            tree.wrong.append(f"{f.relative_to(tree.top)}: '{old}' names no page")
    for family in listed(tepui):
        for kind in listed(tepui, family["family"]):
            tree.naming(tree.top / f"{family['family']} {kind.get('name')}", kind.get("source", ""))
    laws(tree, listed(tepui, "law"))
    for line in tree.wrong:
        print(line)
    print(f"{tree.links} links and sources followed, {len(tree.wrong)} wrong")
    return bool(tree.wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
