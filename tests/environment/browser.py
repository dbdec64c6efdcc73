"""Finds Chromium, and installs it where that is ours to do."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.environment.requirement import Missing

# The shell is Chromium without a window of its own: the same pages in two thirds of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
HINT = (
    f"No browser: install Chromium (Debian: apt-get install {' '.join(PACKAGES)}) "
    "or name one in TEST_CHROMIUM."
)


def find() -> str | None:
    """The path of TEST_CHROMIUM, else of the first Chromium on the PATH."""
    for name in (os.environ.get("TEST_CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return None


def ensure() -> str:
    """Find Chromium, or install Debian's when we are root there; raises Missing."""
    if path := find():
        return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        if path := find():
            return path
    raise Missing(HINT)


def install() -> None:
    """Install Debian's package; output is shown only when it fails."""
    print("Installing Chromium from Debian for the browser tests …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ("update", "--quiet"),
        ("install", "--yes", "--quiet", "--no-install-recommends", *PACKAGES),
    ):
        done = subprocess.run(
            ["apt-get", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout[-2000:])
