"""A headless Chromium that is driven over a pipe: open a page, run a script in it, see its requests.

Only what the site's tests need; no library, no port. Tests that use it are skipped where no
Chromium is installed.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
    "--window-size=1280,1600",
)
PATIENCE = 30.0


def executable() -> str | None:
    """The installed Chromium, if any."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class GoneError(AssertionError):
    """The page that was asked has given way to another one."""


class Browser:
    """One page of one browser; ``requests`` lists every address it asked for."""

    def __init__(self, profile: Path) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        for descriptor in (to_browser, from_browser):
            os.set_inheritable(descriptor, True)
        command = [str(executable()), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        # The browser reads its orders from descriptor 3 and answers on descriptor 4.
        shell = f'exec 3<&{to_browser} 4>&{from_browser}; exec "$@"'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self.requests: list[str] = []
        self.errors: list[str] = []
        target = self._order("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._order("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._order(f"{domain}.enable")

    def open(self, address: str) -> None:
        """Go to an address and wait until it has loaded."""
        self._order("Page.navigate", {"url": address})
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self._order("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        if "result" not in answer:
            raise GoneError(script)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        # An element that is not there yet makes the condition fail: not true, not an error.
        guarded = f"(() => {{ try {{ return Boolean({condition}); }} catch (error) {{ return false; }} }})()"
        while not self._is_true(guarded):
            if time.monotonic() > end:
                raise AssertionError(f"never true: {condition}")
            time.sleep(0.05)

    def _is_true(self, condition: str) -> bool:
        try:
            return bool(self.run(condition))
        except GoneError:
            return False

    def click(self, selector: str) -> None:
        """Click the first element that a selector names."""
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def press(self, key: str, *, code: int) -> None:
        """Press and let go a key, by its name and its number."""
        named = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        text = {"text": "\r"} if key == "Enter" else {}
        self._order("Input.dispatchKeyEvent", {"type": "keyDown", **named, **text})
        self._order("Input.dispatchKeyEvent", {"type": "keyUp", **named})

    def show_as(self, **features: str) -> None:
        """See the page as a reader does who prefers something, e.g. ``prefers_color_scheme="dark"``."""
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._order("Emulation.setEmulatedMedia", {"features": listed})

    def resize(self, width: int, height: int) -> None:
        """A window of this size in pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self._order("Emulation.setDeviceMetricsOverride", size)

    def text(self, selector: str) -> str:
        """The visible text of an element."""
        return str(self.run(f"document.querySelector({json.dumps(selector)}).innerText"))

    def close(self) -> None:
        """End this browser."""
        self._process.terminate()
        self._process.wait(timeout=10)
        os.close(self._read)
        os.close(self._write)

    def _order(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": parameters or {}}
        if hasattr(self, "_session"):
            order["sessionId"] = self._session
        os.write(self._write, json.dumps(order).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._number:
                return dict(message.get("result", {}))

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], PATIENCE)
            if not ready:
                raise AssertionError("the browser does not answer")
            self._buffer += os.read(self._read, 1 << 20)
        raw, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(raw)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(message["params"]["exceptionDetails"]))
        return message
