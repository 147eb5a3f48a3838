"""chromium.py PAGE FOLDER: opens a report in headless Chromium, light and dark, at three widths, and fails where the browser says
something, asks for anything, scrolls sideways, or finds no way in by keyboard. Screenshots go to FOLDER. Speaks to Chromium through
a pipe (--remote-debugging-pipe): nothing beyond the standard library."""

import base64
import json
import os
import select
import subprocess
import sys
import tempfile

WIDTHS = (400, 800, 1400)
PATIENCE = 60  # seconds for an answer
FLAGS = ["--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--hide-scrollbars",
         "--allow-file-access-from-files"]
# what the page says about itself
FACTS = """(() => {
  const all = (s) => [...document.querySelectorAll(s)];
  const levels = all("h1,h2,h3,h4").map((h) => +h.tagName[1]);
  const ids = all("[id]").map((e) => e.id);
  return {
    sideways: document.documentElement.scrollWidth - innerWidth,
    skipped: levels.filter((l, i) => i && l > levels[i - 1] + 1).length,
    nameless: all("svg[role=img]").filter((s) => !/[0-9]/.test(s.getAttribute("aria-label"))).length,
    figures: all("svg[role=img]").length,
    scopeless: all("th:not([scope])").length,
    twice: ids.length - new Set(ids).size,
    broken: all("use").filter((u) => !document.getElementById(u.getAttribute("href").slice(1))).length
      + all("a[href^='#']").filter((a) => !document.getElementById(a.getAttribute("href").slice(1))).length,
    h1: all("h1").length,
    cut: all("div.scroll").filter((e) => e.getAttribute("aria-label") === "Laws in the file" && e.scrollWidth > e.clientWidth + 1)
      .map((e) => e.scrollWidth - e.clientWidth),
    ink: getComputedStyle(document.body).color, paper: getComputedStyle(document.body).backgroundColor,
  };
})()"""
PRESS = """(async () => {
  const button = document.querySelector("button.copy");
  button.click();
  await new Promise((done) => setTimeout(done, 300));
  return document.getElementById("said").textContent;
})()"""


class Browser:
    def __init__(self, program, profile):
        to_read, self.write = os.pipe()
        self.read, to_write = os.pipe()

        def pipes():  # Chromium reads from 3 and writes to 4
            a, b = os.dup(to_read), os.dup(to_write)
            os.dup2(a, 3)
            os.dup2(b, 4)
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen([program, *FLAGS, *root, f"--user-data-dir={profile}", "about:blank"], preexec_fn=pipes, close_fds=False,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.rest, self.number, self.events, self.session = b"", 0, [], None

    def message(self):
        while b"\0" not in self.rest:
            if not select.select([self.read], [], [], PATIENCE)[0]:
                raise SystemExit("chromium does not answer")
            part = os.read(self.read, 1 << 20)
            if not part:
                raise SystemExit("chromium ended")
            self.rest += part
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, event):
        while not any(e.get("method") == event for e in self.events):
            self.events.append(self.message())

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"script failed: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def attach(self):
        page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(domain + ".enable")

    def show(self, address, width, scheme):
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=address)
        self.wait("Page.loadEventFired")

    def picture(self, file):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000), "scale": 1}
        with open(file, "wb") as f:
            f.write(base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]))

    def close(self):
        self.process.terminate()
        self.process.wait()


def complaints(events, address):
    """What the console says, and requests for anything but the page."""
    for e in events:
        method, p = e.get("method"), e.get("params", {})
        if method == "Runtime.exceptionThrown":
            yield f"exception: {p['exceptionDetails'].get('text')}"
        elif method == "Runtime.consoleAPICalled":
            yield f"console.{p['type']}: {p['args']}"
        elif method == "Log.entryAdded":
            yield f"log: {p['entry']['text']}"
        elif method == "Network.requestWillBeSent" and p["request"]["url"].split("#")[0] != address and not p["request"]["url"].startswith("data:"):
            yield f"request: {p['request']['url'][:200]}"


def wrong(facts, width):
    if width == max(WIDTHS) and facts["cut"]:  # a region that scrolls shows no bar everywhere
        yield f"the table of laws is {facts['cut'][0]} pixels too wide"
    if facts["sideways"] > 0:
        yield f"scrolls sideways by {facts['sideways']} pixels"
    for name, what in (("skipped", "headings skip a level"), ("nameless", "figures have no words with numbers"), ("scopeless", "table heads have no scope"),
                       ("twice", "ids are given twice"), ("broken", "references lead nowhere")):
        if facts[name]:
            yield f"{facts[name]} {what}"
    if facts["h1"] != 1:
        yield f"{facts['h1']} headings of the first level"


def keyboard(browser):
    """Tab goes to the skip link first, which shows itself."""
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    return browser.value("document.activeElement.className === 'skip' && document.activeElement.getBoundingClientRect().left >= 0")


def main(page, folder):
    program = os.environ.get("CHROMIUM", "chromium")
    address, found, seen = "file://" + os.path.abspath(page), [], {}
    stem = os.path.splitext(os.path.basename(page))[0]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            browser.attach()
            for scheme in ("light", "dark"):
                for width in WIDTHS:
                    browser.show(address, width, scheme)
                    facts = seen[scheme] = browser.value(FACTS)
                    here = [*wrong(facts, width), *([] if keyboard(browser) else ["the first Tab does not show the skip link"])]
                    if browser.value(PRESS) != "Copied":
                        here.append("the button does not copy")
                    browser.value("document.activeElement.blur(); document.getElementById('said').textContent = ''")
                    browser.picture(os.path.join(folder, f"{stem}-{scheme}-{width}.png"))
                    found += [f"{scheme}, {width} pixels: {c}" for c in [*here, *complaints(browser.events, address)]]
        finally:
            browser.close()
    if seen["light"]["ink"] == seen["dark"]["ink"] or seen["light"]["paper"] == seen["dark"]["paper"]:
        found.append("light and dark look the same")
    print("\n".join(found) if found else f"{stem}: {seen['light']['figures']} figures, nothing to complain about at {', '.join(map(str, WIDTHS))} pixels, light and dark")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
