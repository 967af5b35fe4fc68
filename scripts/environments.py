"""Makes the project's Python environments from hash-pinned requirement files. Needs only a Python of the standard kind.

    python3 scripts/environments.py web bot        makes .venv/web and .venv/bot, or finds them as they should be

An environment is complete when the file `.complete` in it says which requirements it was made from; that file is
written last, so an environment that was interrupted half-way is simply made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENVS = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
TOOLS = VENVS / "tools"

# Which Python each environment runs on, the best first. Rasa 3.6, the last open-source line, knows none after 3.10.
NEWER = ("3.12", "3.13", "3.11", "3.14")
PYTHONS = {"web": NEWER, "test": NEWER, "bot": ("3.10",), "bench": ("3.10",)}

TAKES = {"web": "some seconds", "test": "some seconds", "bot": "a minute or two", "bench": "a minute or two"}

NO_PYTHON = """
No Python {wanted} could be found or fetched.

{why}Any of these gives one; then run the same command again:
  - uv:      uv python install {version}
  - pyenv:   pyenv install {version}
  - Debian or Ubuntu that carry it:  apt-get install python{version} python{version}-venv
  - conda:   conda create -n py python={version}, and put its bin folder into PATH
"""
NO_UV = """
The installer uv could not be set up: this Python ({python}) has neither a working venv module nor pip.
On Debian or Ubuntu: apt-get install python3-venv. Or install uv yourself, so that it is in PATH, and run this again.
"""


class SetupError(Exception):
    """Something outside the project is missing; the text says what, and how to get it."""


def run(*command: Path | str, **options: Any) -> None:
    """Runs a command, its output shown; raises SetupError if it fails."""
    done = subprocess.run([str(part) for part in command], **options)
    if done.returncode:
        raise SetupError("This failed (the reason stands above): " + " ".join(str(part) for part in command))


def works(python: Path | str, version: str | None = None) -> bool:
    """True if `python` runs, and is of that version (such as "3.10") where one is given."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and version in (None, done.stdout.strip())


def uv() -> Path:
    """The path of uv: our own, made from the pinned version; where that can't be, one in PATH."""
    program = TOOLS / "bin" / "uv"
    wanted = fingerprint("tools", "uv")
    if is_complete(TOOLS, wanted) and works_as_program(program):
        return program
    print("Setting up the installer (uv) ...", flush=True)
    shutil.rmtree(TOOLS, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], capture_output=True)
    if made.returncode:
        return uv_without_venv()
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(TOOLS / "bin" / "python", *pip, "--require-hashes", "--no-deps", "-r", REQUIREMENTS / "tools.txt")
    mark_complete(TOOLS, wanted)
    return program


def uv_without_venv() -> Path:
    """uv where this Python can make no venv: one in PATH, or one that pip puts into a folder of ours."""
    shutil.rmtree(TOOLS, ignore_errors=True)
    found = shutil.which("uv")
    if found:
        return Path(found)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), "--require-hashes", "--no-deps"]
    if subprocess.run([*pip, "-r", str(REQUIREMENTS / "tools.txt")]).returncode:
        raise SetupError(NO_UV.format(python=sys.executable))
    mark_complete(TOOLS, fingerprint("tools", "uv"))
    return TOOLS / "bin" / "uv"


def works_as_program(program: Path) -> bool:
    """True if the program answers to --version."""
    try:
        return subprocess.run([str(program), "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def pythons_on_this_machine(version: str) -> Iterator[str]:
    """Where a Python of that version might be: this one, PATH, pyenv's versions (whose shims may be switched off)."""
    yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield os.path.join(folder, "python" + version)
    pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    newest_first = sorted(
        pyenv.glob(version + ".*"), key=lambda p: [int(n) for n in re.findall(r"\d+", p.name)], reverse=True
    )
    for found in newest_first:
        yield str(found / "bin" / "python")


def find_python(versions: Sequence[str]) -> str:
    """A Python of one of the versions; raises SetupError, saying how to get one."""
    for version in versions:
        for python in pythons_on_this_machine(version):
            if works(python, version):
                return python
    version = versions[0]
    subprocess.run([str(uv()), "python", "install", "--quiet", version], capture_output=True)
    found = subprocess.run([str(uv()), "python", "find", "--managed-python", version], capture_output=True, text=True)
    if found.returncode == 0 and works(found.stdout.strip(), version):
        return found.stdout.strip()
    why = "The assistant runs on Rasa 3.6, which needs exactly Python 3.10.\n" if version == "3.10" else ""
    raise SetupError(NO_PYTHON.format(wanted=" or ".join(versions), version=version, why=why))


def fingerprint(name: str, python: str) -> str:
    """What an environment is made from."""
    content = (REQUIREMENTS / (name + ".txt")).read_bytes() + str(python).encode()
    return hashlib.sha256(content).hexdigest()


def is_complete(folder: Path, wanted: str) -> bool:
    """True if the environment was made, to its end, from `wanted`."""
    mark = folder / ".complete"
    return mark.exists() and mark.read_text() == wanted


def mark_complete(folder: Path, wanted: str) -> None:
    """Written last: without it an environment counts as half-made."""
    (folder / ".complete").write_text(wanted)


def make(name: str) -> None:
    """Makes one environment, or finds it as it should be."""
    folder = VENVS / name
    program = folder / "bin" / "python"
    known = folder / ".python"
    if known.exists() and is_complete(folder, fingerprint(name, known.read_text())) and works(program):
        return
    python = find_python(PYTHONS[name])
    print(f"Making the environment .venv/{name} ({TAKES[name]}) ...", flush=True)
    if folder.is_symlink() or folder.is_file():
        folder.unlink()  # uv clears folders only
    run(uv(), "venv", "--quiet", "--clear", "--python", python, folder)
    requirements = REQUIREMENTS / (name + ".txt")
    # The files are whole (every package, every hash), so nothing is resolved anew; bytecode saves ten seconds a start.
    options = ["--no-deps", "--require-hashes", "--compile-bytecode"]
    run(uv(), "pip", "install", "--quiet", *options, "--python", program, "-r", requirements)
    known.write_text(str(python))
    mark_complete(folder, fingerprint(name, python))


def main() -> int:
    """Called as a program with the names of environments."""
    VENVS.mkdir(exist_ok=True)
    try:
        with open(VENVS / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once wait for each other
            for name in sys.argv[1:]:
                make(name)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next run goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
