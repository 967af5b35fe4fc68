"""Two commands do everything, from any state a folder may be in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environments need no package, so that making one takes a second."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "requirements").mkdir()
    shutil.copy(ROOT / "scripts" / "environments.py", tmp_path / "scripts")
    shutil.copy(ROOT / "requirements" / "tools.txt", tmp_path / "requirements")
    for name in ("web", "bot"):
        (tmp_path / "requirements" / f"{name}.txt").write_text("")
    # The installer itself is taken from the real project, so that nothing is fetched.
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "tools").symlink_to(ROOT / ".venv" / "tools")
    return tmp_path


def make(project: Path, *names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(project / "scripts" / "environments.py"), *names]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def works(project: Path, name: str) -> bool:
    return subprocess.run([project / ".venv" / name / "bin" / "python", "-c", "pass"]).returncode == 0


def test_a_finished_environment_is_left_as_it_is(project: Path) -> None:
    assert "Making the environment .venv/web" in make(project, "web").stdout
    assert make(project, "web").stdout == ""


@pytest.mark.parametrize("damage", ["no mark", "no python", "other requirements", "a file in its place"])
def test_a_half_made_or_outdated_environment_is_made_again(project: Path, damage: str) -> None:
    make(project, "web")
    folder = project / ".venv" / "web"
    if damage == "no mark":
        (folder / ".complete").unlink()
        shutil.rmtree(folder / "lib")
    elif damage == "no python":
        (folder / "bin" / "python").unlink()
    elif damage == "other requirements":
        (project / "requirements" / "web.txt").write_text("# new\n")
    else:
        shutil.rmtree(folder)
        folder.write_text("not a folder")
    assert make(project, "web").returncode == 0
    assert works(project, "web")


def test_without_python_3_10_it_says_how_to_get_one(project: Path) -> None:
    empty = project / "empty"
    empty.mkdir()
    done = make(
        project,
        "bot",
        PATH=str(empty),
        HOME=str(empty),
        PYENV_ROOT=str(empty),
        UV_PYTHON_INSTALL_DIR=str(empty),
        UV_PYTHON_DOWNLOADS="never",
    )
    assert done.returncode == 1
    assert "needs exactly Python 3.10" in done.stderr
    assert "uv python install 3.10" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_readme_names_only_what_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for path in re.findall(r"\]\(([^)#:]+)\)", readme) + re.findall(
        r"`((?:data|docs|web|bot|tests)/[\w./-]*)`", readme
    ):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"(?:`|    )make ([a-z-]+)", readme):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    settings = (ROOT / "web" / "settings.py").read_text(encoding="utf-8")
    for name in re.findall(r'read\.\w+\("([A-Z0-9_]+)"', settings):
        assert f"`{name}`" in readme or name == "DEBUG", name


def test_what_the_buttons_say_is_among_the_examples() -> None:
    topics = yaml.safe_load((ROOT / "data" / "topics.yml").read_text(encoding="utf-8"))["topics"]
    known: dict[str, set[str]] = {}
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            known.setdefault(block["intent"], set()).update(map(plain, block["examples"].splitlines()))
    for topic, about in topics.items():
        assert plain(about["question"]) in known[topic], (topic, about["question"])


def plain(text: str) -> str:
    """The words alone."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
