"""What a server costs while it works: memory (PSS) and processor time, of each of its processes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.process import tree

SAMPLE_SECONDS = 1.0


@dataclass
class Peak:
    """The highest memory seen so far, in bytes."""

    bytes: int = 0
    samples: int = 0

    def note(self, amount: int) -> None:
        """Take one more sample into account."""
        self.bytes = max(self.bytes, amount)
        self.samples += 1


@dataclass(frozen=True)
class ProcessorTime:
    """Seconds of processor time used so far (user and system), by process: (process id, its label) -> seconds."""

    seconds: dict[tuple[int, str], float] = field(default_factory=dict)

    def since(self, earlier: ProcessorTime) -> dict[str, float]:
        """Seconds used after `earlier`, added up by label."""
        used: dict[str, float] = {}
        for process, now in self.seconds.items():
            used[process[1]] = used.get(process[1], 0.0) + now - earlier.seconds.get(process, 0.0)
        return used


def proportional_memory(pid: int) -> int:
    """Bytes of memory of the process and all it started: PSS, so that a page shared by two counts once (Linux)."""
    total = 0
    for process in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            total += pss_of(Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii"))
    return total


def pss_of(rollup: str) -> int:
    """Bytes named by the `Pss:` line of a smaps_rollup file."""
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def processor_time(pid: int) -> ProcessorTime:
    """What the process and all it started have used so far."""
    seconds = {}
    for process in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            times = process.cpu_times()
            seconds[(process.pid, label(process.cmdline()))] = times.user + times.system
    return ProcessorTime(seconds)


def machine_busy() -> float:
    """Seconds of processor time that the whole machine has spent on anything, or lost to its host, since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq + times.steal)


def label(command: Sequence[str]) -> str:
    """A short name for a process: the module it runs, or its program."""
    if "-m" in command[:-1]:
        return command[command.index("-m") + 1]
    script = next((part for part in command[1:] if part.endswith(".py")), command[0] if command else "ended")
    return Path(script).name


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[Peak]:
    """Sample the memory of a server once a second while the block runs, the last time at its end."""
    peak = Peak()

    async def sample_for_ever() -> None:
        while True:
            peak.note(await asyncio.to_thread(proportional_memory, pid))
            await asyncio.sleep(SAMPLE_SECONDS)

    task = asyncio.create_task(sample_for_ever())
    try:
        yield peak
        peak.note(await asyncio.to_thread(proportional_memory, pid))
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
