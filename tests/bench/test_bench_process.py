# ruff: noqa: ASYNC110, ASYNC240 - waits for what another process does; the files are tiny
"""Servers stop when they should, with all they started; what they cost is read while they work."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession

from bench.conversations import Line, Script
from bench.corpus import Example
from bench.figures import AT_ONCE
from bench.load import Load, connect, converse, session_for
from bench.measure import Plan, one_round
from bench.memory import ProcessorTime, label, proportional_memory, pss_of
from bench.process import ServerFailed, free_port, started, stop
from bench.stock import Stock
from bench.system import Conversation, Launch, NotAnswered

HELLO = Line("hello", "talk.greet")


class StandIn:
    """The stock side's client, with a small server in Rasa's place that says back what it hears."""

    name = "stand-in"
    health = "/webhooks/rest/"

    def __init__(self, mode: str = "echo") -> None:
        self.mode = mode
        self.client = Stock(Path(), Path(), Path(), {"talk.greet": "hello"})

    def launch(self, folder: Path, port: int) -> Launch:
        script = Path(__file__).with_name("stand_in.py")
        return Launch((sys.executable, str(script), str(port), str(folder), self.mode), folder, os.environ)

    async def open(self, session: ClientSession) -> Conversation:
        return await self.client.open(session)


def plan(conversations: int = 4) -> Plan:
    scripts: list[Script] = [(HELLO,) * 3] * conversations
    return Plan(Example("hello", "talk.greet"), scripts[:1], scripts)


async def child_of(folder: Path) -> int:
    """The process id that the stand-in wrote down somewhere under `folder`, as soon as it has."""
    while not (written := "".join(path.read_text() for path in folder.rglob("child"))):
        await asyncio.sleep(0.02)
    return int(written)


async def test_a_round_measures_a_server_from_its_start_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ticks: list[int] = []
    measured = await one_round(StandIn(), plan(), tmp_path, lambda: ticks.append(1))
    assert measured.ready > 0
    assert measured.memory > 1
    assert set(measured.loads) == set(AT_ONCE)
    for load in measured.loads.values():
        assert (load.answered, load.failed, load.right) == (12, 0, 1.0)
        assert 0 < load.p50 <= load.p95
        assert load.rate > 0
    assert len(ticks) == plan().messages
    assert os.listdir(tmp_path) == ["stand-in.log"]


async def test_when_the_block_ends_the_server_and_its_children_are_gone(tmp_path: Path) -> None:
    async with started(StandIn("child").launch(tmp_path, free_port()), tmp_path / "log") as server:
        child = await child_of(tmp_path)
        parent = server.process.pid
        assert proportional_memory(parent) > proportional_memory(child) > 0
    assert not psutil.pid_exists(parent)
    assert not psutil.pid_exists(child)


async def test_an_interrupted_round_stops_its_server(tmp_path: Path) -> None:
    never_ready = Plan(Example("hello", "another topic"), [], [])
    running = asyncio.create_task(one_round(StandIn("child"), never_ready, tmp_path, lambda: None))
    child = await child_of(tmp_path)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not psutil.pid_exists(child)


async def test_a_server_that_ends_at_once_is_reported_with_its_log(tmp_path: Path) -> None:
    class Broken(StandIn):
        def launch(self, folder: Path, port: int) -> Launch:
            return Launch((sys.executable, "-c", "raise SystemExit('no model')"), folder, os.environ)

    with pytest.raises(ServerFailed, match="status 1"):
        await one_round(Broken(), plan(), tmp_path, lambda: None)
    assert "no model" in (tmp_path / "stand-in.log").read_text()


async def test_a_server_that_refuses_to_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.process.STOP_SECONDS", 0.2)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", deaf, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    await stop(process)
    assert process.returncode is not None


async def test_connections_are_open_before_the_first_message(tmp_path: Path) -> None:
    port = free_port()
    system = StandIn()
    async with started(system.launch(tmp_path, port), tmp_path / "log") as server, session_for(port) as session:
        await until_up(system, session)
        await connect(system, session, 7)
        served = [found for found in psutil.net_connections("tcp") if found.pid == server.process.pid]
        assert sum(found.status == psutil.CONN_ESTABLISHED for found in served) == 7


async def test_silence_is_a_failure_and_never_an_answer(tmp_path: Path) -> None:
    port = free_port()
    system = StandIn("silent")
    async with started(system.launch(tmp_path, port), tmp_path / "log"), session_for(port) as session:
        load = await until_up(system, session)
    assert load.waits == []
    assert load.failures == ["NotAnswered: an empty reply"] * 2


async def until_up(system: StandIn, session: ClientSession) -> Load:
    while True:
        load = await converse(system, session, [(HELLO, HELLO)] * 2, at_once=2)
        if not any("Connect" in failure for failure in load.failures):
            return load
        await asyncio.sleep(0.05)


class Recorder:
    """A system in this process that notes who speaks when, and how many wait at the same time."""

    name = "recorder"
    health = "/"

    def __init__(self) -> None:
        self.heard: list[list[str]] = []
        self.waiting = 0
        self.most_waiting = 0

    def launch(self, folder: Path, port: int) -> Launch:
        raise NotImplementedError

    async def open(self, session: ClientSession) -> Conversation:
        heard: list[str] = []
        self.heard.append(heard)
        return RecorderConversation(self, heard)


class RecorderConversation:
    def __init__(self, recorder: Recorder, heard: list[str]) -> None:
        self.recorder, self.heard, self.busy = recorder, heard, False

    async def say(self, text: str) -> str | None:
        assert not self.busy, "the next message came before the answer"
        self.busy = True
        self.recorder.waiting += 1
        self.recorder.most_waiting = max(self.recorder.most_waiting, self.recorder.waiting)
        await asyncio.sleep(0.001)
        self.recorder.waiting -= 1
        self.busy = False
        self.heard.append(text)
        if text == "broken":
            raise NotAnswered("status 500")
        return "talk.greet"


async def test_each_conversation_waits_for_its_answers_and_no_more_than_asked_go_on_at_once() -> None:
    recorder = Recorder()
    scripts: list[Script] = [tuple(Line(f"{number}.{turn}", "talk.greet") for turn in range(5)) for number in range(12)]
    async with session_for(free_port()) as session:
        load = await converse(recorder, session, scripts, at_once=4)
    assert sorted(recorder.heard) == sorted([line.text for line in script] for script in scripts)
    assert recorder.most_waiting == 4
    assert (len(load.waits), load.right, load.failures) == (60, 60, [])


async def test_a_broken_conversation_is_counted_and_the_others_go_on() -> None:
    scripts: list[Script] = [(HELLO, Line("broken", None), HELLO), (HELLO, Line("odd", None), HELLO)]
    async with session_for(free_port()) as session:
        load = await converse(Recorder(), session, scripts, at_once=2)
    assert load.failures == ["NotAnswered: status 500"]
    assert len(load.waits) == 4
    assert (load.right, load.with_topic) == (3, 3)


def test_shared_memory_is_read_from_the_kernels_summary() -> None:
    rollup = "55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  9000 kB\nPss:  1234 kB\nPss_Anon:  77 kB\n"
    assert pss_of(rollup) == 1234 * 1024
    assert pss_of("") == 0


def test_processor_time_counts_what_was_used_since_also_by_processes_that_came_later() -> None:
    before = ProcessorTime({(1, "web"): 5.0, (2, "worker"): 7.0})
    after = ProcessorTime({(1, "web"): 6.0, (2, "worker"): 9.0, (3, "worker"): 0.5})
    assert after.since(before) == {"web": 1.0, "worker": 2.5}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["/usr/bin/python3", "-m", "web"], "web"),
        (["python", "-m", "rasa", "run", "--model", "m"], "rasa"),
        (["/usr/bin/python3", "/somewhere/run.py", "-v"], "run.py"),
        (["/bin/sleep", "9"], "sleep"),
        ([], "ended"),
    ],
)
def test_a_process_is_named_by_what_it_runs(command: list[str], name: str) -> None:
    assert label(command) == name
