"""Trains the stock project once and keeps the model, named by a hash of all that it came from."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from bench import project
from bench.process import stop
from bench.stock import quiet_environment

MODEL = "stock"
_COMPONENT = re.compile(r"Starting to train component '(\w+)'")
_EPOCHS = re.compile(r"Epochs:.*?(\d+)/(\d+) \[[^<]*<([\d:?]+)")


class TrainingFailed(Exception):
    """`rasa train` did not give a model; the message says where its output is."""


@dataclass(frozen=True)
class Progress:
    """How far the training is: the component at work, its epochs done and to do, and the time its bar says is left."""

    component: str
    done: int = 0
    total: int = 0
    left: str = ""


class Reader:
    """Makes progress of what `rasa train` prints, piece by piece."""

    def __init__(self) -> None:
        self._component = "starting"

    def read(self, line: str) -> Progress | None:
        """The progress that a line tells of, None if it tells of none."""
        if component := _COMPONENT.search(line):
            self._component = component[1]
            return Progress(self._component)
        if epochs := _EPOCHS.search(line):
            return Progress(self._component, int(epochs[1]), int(epochs[2]), epochs[3])
        return None


@dataclass(frozen=True)
class Workshop:
    """Where stock models are made and kept: the environment to train in, and a folder of ours alone."""

    environment: Path
    cache: Path

    async def model(self, files: dict[str, str], requirements: str, show: Callable[[Progress], None]) -> Path:
        """The folder of the trained project; trains if no model of exactly these files is kept yet.

        Raises TrainingFailed if Rasa can't train.
        """
        folder = self.cache / project.key_of(files, requirements)
        if not trained(folder).exists():
            project.write(files, folder)
            await self._train(folder, show)
        return folder

    async def _train(self, folder: Path, show: Callable[[Progress], None]) -> None:
        unfinished = folder / "unfinished"
        command = ("-m", "rasa", "train", "--fixed-model-name", MODEL, "--out", str(unfinished))
        process = await asyncio.create_subprocess_exec(
            str(self.environment / "bin" / "python"),
            *command,
            cwd=folder,
            env={**quiet_environment(), "RASA_CACHE_DIRECTORY": str(self.cache / "rasa-cache")},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            await _follow(process, folder / "training.log", show)
        finally:
            await stop(process)
        made = unfinished / trained(folder).name
        if process.returncode != 0 or not made.exists():
            raise TrainingFailed(f"Rasa could not train the comparison. What it printed is in {folder}/training.log.")
        made.rename(trained(folder))


def trained(folder: Path) -> Path:
    """Where the model of a project stands once it is complete."""
    return folder / f"{MODEL}.tar.gz"


async def _follow(process: asyncio.subprocess.Process, log: Path, show: Callable[[Progress], None]) -> None:
    reader = Reader()
    with log.open("w", encoding="utf-8") as copy:
        async for line in _lines(process):
            copy.write(line + "\n")
            if progress := reader.read(line):
                show(progress)
    await process.wait()


async def _lines(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    """What a process prints, cut at line ends and at the carriage returns by which progress bars redraw themselves."""
    if process.stdout is None:
        return
    rest = ""
    while chunk := await process.stdout.read(4096):
        *lines, rest = re.split(r"[\r\n]+", rest + chunk.decode(errors="replace"))
        for line in lines:
            yield line
    yield rest
