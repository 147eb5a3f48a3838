"""Executes the commands of a page of docs/ and compares what they print with what the page shows.

    page.py PAGE...            run in an empty folder with tepui in PATH; status 1 where something differs
    page.py --write PAGE...    puts what the commands print into the page

A block "```console" holds commands, on lines that begin with "$ ", and below each what it prints on both channels.
A line "..." stands for any lines. The block after "<!-- set up -->" runs in $TEPUI_TREE; all later commands have its environment.
A block after "<!-- file: NAME -->" is written to that file; one after
"<!-- not run: why -->" is left alone. "<!-- needs: NAME, NAME -->": Python packages or programs, without which it is skipped. What stands between "<!-- output of: COMMAND -->" and "<!-- end -->" is a table that the
command prints. The blocks of a page share a folder, pages do not.
"""

import os
import re
import shutil
import subprocess
import sys

BLOCK = re.compile(r"(?:<!-- (file|not run|needs|set up):? ?([^>]*) -->\n)?```(\w+)\n(.*?)^```$", re.M | re.S)

GENERATED = re.compile(r"<!-- output of: ([^>]*) -->\n(.*?)<!-- end -->", re.S)


def commands(text):
    """Pairs of a command and the lines below it; a command goes on where its line ends with a backslash."""
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1][0] += "\n" + line
        elif found:
            found[-1][1].append(line)
        else:
            raise SystemExit(f"a block begins with {line!r}, not with a command")
    return found


def fits(shown, printed):
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def execute(command):
    done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return [line.rstrip() for line in done.stdout.splitlines()]


def set_up(body):
    for command, _ in commands(body):
        done = subprocess.run(command + " && env -0", shell=True, cwd=os.environ["TEPUI_TREE"], stdout=subprocess.PIPE, text=True, check=True)
        os.environ.update(entry.split("=", 1) for entry in done.stdout.split("\0") if entry and not entry.startswith("PWD="))


def has(package):
    return shutil.which(package) is not None or subprocess.run([sys.executable, "-c", f"import {package}"], stderr=subprocess.DEVNULL).returncode == 0


def run(page, write):
    """What is wrong, and how many commands were run."""
    text = open(page, encoding="utf-8").read()
    wrong, count = [], 0

    def block(match):
        nonlocal count
        mark, word, language, body = match.groups()
        if mark == "file":
            open(word, "w", encoding="utf-8").write(body)
        if mark == "needs" and not all(map(has, word.split(", "))):
            print(f"{page}: a block that needs {word} is skipped")
            return match.group(0)
        if mark == "set up":
            set_up(body)
            return match.group(0)
        if language != "console" or mark == "not run":
            return match.group(0)
        shown = []
        for command, expected in commands(body):
            printed = execute(command)
            count += 1
            if not fits(expected, printed):
                wrong.append("\n".join(["$ " + command, *printed]))
                if "..." not in expected:
                    expected = printed
            shown += ["$ " + command, *expected]
        body = "\n".join(shown) + "\n"
        return match.group(0)[: match.start(4) - match.start(0)] + body + "```"

    def generated(match):
        nonlocal count
        printed = "".join(line + "\n" for line in execute(match.group(1)))
        count += 1
        if printed != match.group(2):
            wrong.append(f"stale output of {match.group(1)}")
        return f"<!-- output of: {match.group(1)} -->\n{printed}<!-- end -->"

    new = GENERATED.sub(generated, BLOCK.sub(block, text))
    if write and new != text:
        open(page, "w", encoding="utf-8").write(new)
    return wrong, count


def main(arguments):
    write = arguments[:1] == ["--write"]
    failed = total = 0
    top = os.getcwd()
    for number, page in enumerate(map(os.path.abspath, arguments[write:]), 1):
        os.mkdir(os.path.join(top, str(number)))
        os.chdir(os.path.join(top, str(number)))
        wrong, count = run(page, write)
        total += count
        failed += len(wrong)
        for what in wrong:
            print(f"{page}: another output:\n{what}\n")
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
