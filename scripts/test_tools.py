"""Finds or installs what tests need besides Python packages: a browser, PostgreSQL, Redis and TypeScript.

As root on Debian or Ubuntu they are installed; elsewhere it says what is missing and ends with an error, because a test
that is skipped proves nothing.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

# What is needed, as Debian packages, and the programs that show that one is there (any of them will do).
TOOLS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "postgresql": ("initdb", "/usr/lib/postgresql/*/bin/initdb"),
    "redis-server": ("redis-server",),
    "nodejs": ("node", "nodejs"),
    "npm": ("npm",),
}
ROOT = Path(__file__).resolve().parent.parent
TYPESCRIPT = ROOT / "requirements" / "typescript"  # pinned there by hash
TYPESCRIPT_HOME = ROOT / ".cache" / "typescript"
MISSING = """
The tests need {missing}, which this machine does not have.
As root on Debian or Ubuntu, `make test` installs them itself. Otherwise ask somebody who may:
    apt-get install {missing}
For the browser alone, this also works:  .venv/test/bin/python -m playwright install chromium
"""


def missing() -> list[str]:
    """Packages whose programs are not on this machine."""
    return [package for package, programs in TOOLS.items() if not any(map(is_there, programs))]


def is_there(program: str) -> bool:
    """True if the program is in PATH, or a file matches the pattern."""
    return bool(shutil.which(program) or glob.glob(program))


def playwright_has_chromium() -> bool:
    """True if Playwright has fetched a Chromium of its own."""
    places = (os.path.expanduser("~/.cache/ms-playwright"), os.path.expanduser("~/Library/Caches/ms-playwright"))
    return any(glob.glob(place + "/chromium-*") for place in places)


def install(packages: list[str]) -> None:
    """Installs Debian packages. Services are not started: each test starts its own."""
    print("Installing for the tests: " + ", ".join(packages) + " ...", flush=True)
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, env=quiet, check=True, stdout=subprocess.DEVNULL)


def install_typescript() -> None:
    """Installs the pinned TypeScript for the tests of types; complete once its copy of the lock file is there."""
    lock = "package-lock.json"
    done = TYPESCRIPT_HOME / "node_modules" / lock
    if done.exists() and done.read_bytes() == (TYPESCRIPT / lock).read_bytes():
        return
    TYPESCRIPT_HOME.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", lock):
        shutil.copy(TYPESCRIPT / name, TYPESCRIPT_HOME)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=TYPESCRIPT_HOME, check=True)
    shutil.copy(TYPESCRIPT / lock, done)


def main() -> int:
    """Called as a program: first what the machine needs, then what npm brings."""
    found = find_or_install()
    if found:
        return found
    try:
        install_typescript()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"TypeScript, which the tests of types need, could not be installed with npm: {error}", file=sys.stderr)
        return 1
    return 0


def find_or_install() -> int:
    """Has the machine have all programs of TOOLS; else says what is missing and returns 1."""
    wanted = missing()
    if "chromium" in wanted and playwright_has_chromium():
        wanted.remove("chromium")
    if not wanted:
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(MISSING.format(missing=" ".join(wanted)), file=sys.stderr)
        return 1
    try:
        install(wanted)
    except subprocess.CalledProcessError:
        print(MISSING.format(missing=" ".join(wanted)), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
