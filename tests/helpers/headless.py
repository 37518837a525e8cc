"""A page in headless Chromium, driven over its pipe: scripts, keys, pointer, media, requests."""

import base64
import fcntl
import json
import os
import select
import subprocess
import time

import pytest

from studies.report.browser import browser, flags

WAIT_S = 60.0
KEYS = {"Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
        "ArrowRight": 39, "ArrowDown": 40, "Tab": 9, "Delete": 46}  # fmt: skip


class Page:
    """One page. What its console says and what it asks the network for is kept."""

    def __init__(self, url, profile, size=(1400, 1000)):
        program = browser()
        if program is None:
            pytest.skip("no Chromium on the path")
        to_browser, ours = os.pipe()
        theirs, from_browser = os.pipe()
        # Chromium reads from 3 and writes to 4; out of their way first
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser, from_browser)]

        def placed():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, *flags(profile), "--remote-debugging-pipe",
             "--hide-scrollbars", f"--window-size={size[0]},{size[1]}", "about:blank"],
            preexec_fn=placed, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for end in (to_browser, from_browser, *high):
            os.close(end)
        self.out, self.into = ours, theirs
        self.buffer, self.count, self.session = b"", 0, None
        self.said, self.requests, self.loads = [], [], 0
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(t["targetId"] for t in targets if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)
        end = time.monotonic() + WAIT_S
        while not self.loads and time.monotonic() < end:
            self._receive(end)

    def call(self, method, **parameters):
        """The answer to a command of the DevTools protocol."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + WAIT_S
        while True:
            answer = self._receive(end)
            if answer.get("id") == self.count:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _receive(self, end):
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            ready = left > 0 and select.select([self.into], [], [], left)[0]
            data = os.read(self.into, 1 << 20) if ready else b""
            assert data, "no answer of the browser"
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        method, found = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.said.append(json.dumps(found["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            self.said.append(json.dumps(found["args"]))
        elif method == "Log.entryAdded":
            self.said.append(found["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(found["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loads += 1
        return message

    def run(self, script):
        """The value of an expression; promises are awaited."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script):
        """Wait for an expression to be true."""
        end = time.monotonic() + WAIT_S
        while not self.run(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.05)

    def key(self, *names):
        """Press keys, each where the focus is."""
        for name in names:
            text = {"Enter": "\r", " ": " "}.get(name)
            press = {"key": name, "code": name, "windowsVirtualKeyCode": KEYS[name]}
            self.call("Input.dispatchKeyEvent", type="keyDown", **press,
                      **({"text": text} if text else {}))  # fmt: skip
            self.call("Input.dispatchKeyEvent", type="keyUp", **press)
            self.settle()

    def pointer(self, kind, x, y):
        """``mousePressed``, ``mouseMoved`` or ``mouseReleased`` at a point of the window."""
        button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)
        self.settle()

    def settle(self):
        """Let the page draw a frame, and what its events have queued run."""
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    def middle(self, script):
        """Middle of the element that an expression names, scrolled into sight."""
        return self.run(
            f"(() => {{ const e = {script}; e.scrollIntoView({{ block: 'center' }});"
            "const b = e.getBoundingClientRect();"
            "return [b.x + b.width / 2, b.y + b.height / 2] })()"
        )

    def media(self, kind="", scheme="light"):
        """Screen or paper, light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)

    def picture(self, path):
        """A PNG of the window."""
        answer = self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(answer["data"]))

    def close(self):
        os.close(self.out)
        os.close(self.into)
        self.process.kill()
        self.process.wait()
