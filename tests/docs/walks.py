"""Carries out the walks of docs/develop/adding.md.

    walks.py PAGE apply TREE [NAME...]    creates the files and inserts the lines of the walks (sections) named; all without names
    walks.py PAGE run TREE [NAME...]      runs their commands in TREE/build; status 1 where one fails or prints something else

Marks, each before a block:  <!-- create: PATH -->   <!-- insert into PATH before|after: LINE -->
<!-- insert into PATH before end of list: LINE --> (before the "};" that follows LINE)   <!-- needs: MODULE -->
Blocks "console" hold commands and what they print ("..." stands for any lines), as in page.py; all others must have a mark.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

BLOCK = re.compile(r"(?:<!-- (.*?) -->\n)?```(\w+)\n(.*?)^```$", re.M | re.S)
INSERT = re.compile(r"insert into (\S+) (before|after|before end of list): (.*)")


def sections(text):
    """[(heading, text)]; lines of a block are no headings"""
    found, inside = [], False
    for line in text.splitlines(keepends=True):
        inside ^= line.startswith("```")
        if line.startswith("## ") and not inside:
            found.append([line[3:].strip(), ""])
        elif found:
            found[-1][1] += line
    return found


def walks(page, names):
    """[(title, [(mark, language, body)])] of the sections that have blocks"""
    found = []
    for title, text in sections(page.read_text(encoding="utf-8")):
        blocks = [match.groups() for match in BLOCK.finditer(text)]
        word = title.split()[-1]
        if blocks and (not names or word in names):
            found.append((title, blocks))
    missing = set(names) - {title.split()[-1] for title, _ in found}
    if missing or not found:
        raise SystemExit(f"no walk {', '.join(missing)}")
    return found


def known_answers(tree, path, body):
    """KNOWN_ANSWERS stands for the rows that known_answers.py prints."""
    if "KNOWN_ANSWERS" not in body:
        return body
    script = tree / "tests/kinds/known_answers.py"
    rows = subprocess.run([sys.executable, script, path.stem], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r" *KNOWN_ANSWERS\n", lambda _: rows, body)


def create(tree, name, body):
    path = tree / name
    if path.exists():
        raise SystemExit(f"{name} is there already")
    path.write_text(known_answers(tree, path, body), encoding="utf-8")


def insert(tree, name, where, line, body):
    lines = (tree / name).read_text(encoding="utf-8").splitlines(keepends=True)
    at = [i for i, text in enumerate(lines) if text.strip() == line.strip()]
    if len(at) != 1:
        raise SystemExit(f"{name} has {len(at)} lines {line!r}")
    place = at[0] + (where == "after")
    if where == "before end of list":
        place = next(i for i in range(at[0], len(lines)) if lines[i].strip() == "};")
    lines.insert(place, body)
    (tree / name).write_text("".join(lines), encoding="utf-8")


def apply(tree, found):
    for title, blocks in found:
        for mark, language, body in blocks:
            edit = INSERT.fullmatch(mark or "")
            if language == "console":
                continue
            if edit:
                insert(tree, *edit.groups(), body)
            elif mark and mark.startswith("create: "):
                create(tree, mark[len("create: "):], body)
            else:
                raise SystemExit(f"{title}: a block without a mark")


def commands(body):
    found = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def fits(shown, printed):
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def has(module):
    return subprocess.run([sys.executable, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def execute(tree, title, command, shown):
    start = time.monotonic()
    done = subprocess.run(command, shell=True, cwd=tree / "build", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, stdin=subprocess.DEVNULL)
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    good = done.returncode == 0 and fits(shown, printed)
    print(f"{'ok  ' if good else 'FAIL'} {time.monotonic() - start:6.1f} s  {title}: {command}", flush=True)
    if not good:
        print(f"status {done.returncode}", *printed[-30:], sep="\n    ")
    return good


def run_walk(tree, title, blocks):
    """Whether all its commands are good; the first that is not ends it, what follows would use what was built before."""
    for mark, language, body in blocks:
        if language != "console":
            continue
        if mark and mark.startswith("needs: ") and not has(mark[len("needs: "):]):
            print(f"{title}: a block that {mark} is skipped")
        elif not all(execute(tree, title, command, shown) for command, shown in commands(body)):
            return False
    return True


def run(tree, found):
    failed = sum(not run_walk(tree, title, blocks) for title, blocks in found)
    print(f"{len(found) - failed} walks passed, {failed} failed")
    return 1 if failed else 0


def main(page, what, tree, *names):
    tree, found = pathlib.Path(tree).resolve(), walks(pathlib.Path(page), names)
    if what == "apply":
        return apply(tree, found)
    return run(tree, found)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(main(*sys.argv[1:]))
