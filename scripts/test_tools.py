"""Finds or installs what tests need besides Python packages: a browser, PostgreSQL and Redis.

As root on Debian or Ubuntu they are installed; elsewhere it says what is missing and ends with an error, because a test
that is skipped proves nothing.
"""

import glob
import os
import shutil
import subprocess
import sys

# What is needed: the Debian package, and where it shows that it is there.
TOOLS = {
    "chromium": lambda: any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    "postgresql": lambda: bool(glob.glob("/usr/lib/postgresql/*/bin/initdb") or shutil.which("initdb")),
    "redis-server": lambda: bool(shutil.which("redis-server")),
}
MISSING = """
The tests need {missing}, which this machine does not have.
As root on Debian or Ubuntu, `make test` installs them itself. Otherwise ask somebody who may:
    apt-get install {missing}
For the browser alone, this also works:  .venv/test/bin/python -m playwright install chromium
"""


def missing():
    """Packages whose programs are not on this machine."""
    return [package for package, is_there in TOOLS.items() if not is_there()]


def playwright_has_chromium():
    """True if Playwright has fetched a Chromium of its own."""
    places = (os.path.expanduser("~/.cache/ms-playwright"), os.path.expanduser("~/Library/Caches/ms-playwright"))
    return any(glob.glob(place + "/chromium-*") for place in places)


def install(packages):
    """Installs Debian packages. Services are not started: each test starts its own."""
    print("Installing for the tests: " + ", ".join(packages) + " ...", flush=True)
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, env=quiet, check=True, stdout=subprocess.DEVNULL)


def main():
    """Called as a program."""
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
