#!/usr/bin/env python3
"""Find the Chromium that the browser tests drive; install Debian's where that is possible.

    python3 .ci/chromium.py    print its path; with none to be had, say so

Without a browser the tests that need one are skipped, and this says so. With `CI=true`
that is a failure: a check that silently did not run is no check. A browser that is named
in the variable `CHROMIUM` is taken as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str | None:
    """Return the path of a browser, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for candidate in (*COMMANDS, *APPLICATIONS):
        path = shutil.which(candidate)
        if path:
            return path
    return None


def install() -> bool:
    """Install Debian's package, as root or where sudo asks for no password."""
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    rights: list[str] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if not sudo or subprocess.run([sudo, "-n", "true"], capture_output=True).returncode:
            return False
        rights = [sudo, "-n"]
    # As an argument, since sudo drops the environment: the package must not ask questions.
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq"]
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        print(f"browser: apt-get {' '.join(words)}", file=sys.stderr, flush=True)
        done = subprocess.run(
            [*rights, *quiet, *words], stdout=sys.stderr, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            return False
    return True


def main() -> int:
    """Run the command and return its exit code."""
    path = find()
    if path is None and not os.environ.get("CHROMIUM") and install():
        path = find()
    if path is not None:
        print(path)
        return 0
    strict = os.environ.get("CI") == "true"
    print(
        "browser: no Chromium found and none could be installed; the browser tests "
        + ("cannot run, and with CI=true that fails." if strict else "will be skipped.")
        + " Install chromium, or name one: make CHROMIUM=/path/to/chrome test",
        file=sys.stderr,
    )
    return 1 if strict else 0


if __name__ == "__main__":
    sys.exit(main())
