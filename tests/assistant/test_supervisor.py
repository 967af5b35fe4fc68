"""The supervisor, with workers that die, hang and talk nonsense on purpose."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from web.assistant import AssistantUnavailable, Turn
from web.assistant.shown import MeetingShown
from web.assistant.supervisor import SOCKETS, Patience, Supervisor

QUICK = Patience(start=20, answer=1.0, ping=1.0, between_pings=0.2, first_restart=0.1, last_restart=0.5)
HERE = Path(__file__).parent
Start = Callable[[str], Awaitable[Supervisor]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose worker is the stand-in."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    shutil.copy(HERE / "stand_in_worker.py", tmp_path / "bot" / "worker.py")
    return tmp_path


@pytest.fixture
async def start(root: Path) -> AsyncIterator[Start]:
    """Starts a supervisor whose workers do as they are told; stops it, and checks that none is left."""
    begun: list[Supervisor] = []

    async def begin(orders: str) -> Supervisor:
        give(root, orders)
        supervisor = Supervisor(Path(sys.executable), root, root / "model", {"conversation_hours": "24"}, QUICK)
        begun.append(supervisor)
        await supervisor.start()
        return supervisor

    yield begin
    for supervisor in begun:
        await supervisor.stop()
    assert not workers(root)


def give(root: Path, orders: str) -> None:
    new = root / "model.new"
    new.write_text(orders)
    new.replace(root / "model")


def workers(root: Path) -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if str(root / "model") in command_of(child)]


def command_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it ended between being listed and being looked at
        return []


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.05)


async def answer(supervisor: Supervisor) -> str:
    return (await supervisor.answer(Turn("hello"))).said[0].text


async def test_it_answers_once_the_worker_is_ready_and_not_before(start: Start) -> None:
    supervisor = await start("one")
    with pytest.raises(AssistantUnavailable):
        await answer(supervisor)
    await until(lambda: supervisor.ready)
    assert await answer(supervisor) == "one"


async def test_a_killed_worker_is_replaced(start: Start, root: Path) -> None:
    supervisor = await start("one")
    await until(lambda: supervisor.ready)
    (worker,) = workers(root)
    worker.kill()
    await until(lambda: not worker.is_running() and supervisor.ready)
    assert await answer(supervisor) == "one"


async def test_a_worker_whose_turns_hang_is_replaced_even_while_it_answers_pings(start: Start, root: Path) -> None:
    supervisor = await start("hang")
    await until(lambda: supervisor.ready)
    (worker,) = workers(root)
    with pytest.raises(AssistantUnavailable):
        await answer(supervisor)
    give(root, "mended")
    await until(lambda: not worker.is_running() and supervisor.ready)
    assert await answer(supervisor) == "mended"


@pytest.mark.parametrize("orders", ["nonsense", "fail"])
async def test_an_answer_that_cannot_be_used_is_none_and_costs_no_worker(start: Start, root: Path, orders: str) -> None:
    supervisor = await start(orders)
    await until(lambda: supervisor.ready)
    (worker,) = workers(root)
    with pytest.raises(AssistantUnavailable):
        await answer(supervisor)
    assert workers(root) == [worker]


async def test_a_worker_that_does_not_start_is_tried_again(start: Start, root: Path) -> None:
    supervisor = await start("refuse")
    await asyncio.sleep(1)
    assert not supervisor.ready
    give(root, "mended")
    await until(lambda: supervisor.ready)
    assert await answer(supervisor) == "mended"


async def test_a_new_model_takes_over_and_one_that_does_not_start_never_does(start: Start, root: Path) -> None:
    supervisor = await start("old")
    await until(lambda: supervisor.ready)
    give(root, "refuse")
    await asyncio.sleep(1.5)
    assert await answer(supervisor) == "old"
    give(root, "new")
    async with asyncio.timeout(30):
        while await answer(supervisor) != "new":
            await asyncio.sleep(0.05)
    await until(lambda: len(workers(root)) == 1)


async def test_stopping_in_the_middle_of_a_take_over_leaves_nothing_running(start: Start, root: Path) -> None:
    supervisor = await start("old")
    await until(lambda: supervisor.ready)
    give(root, "new")
    await until(lambda: len(workers(root)) == 2)
    await supervisor.stop()
    assert not workers(root)


async def test_what_a_killed_service_left_in_the_temporary_folder_is_removed(start: Start) -> None:
    left = Path(tempfile.mkdtemp(prefix=f"{SOCKETS}999999999-"))
    await start("one")
    assert not left.exists()


def test_what_a_worker_shows_is_taken_only_whole() -> None:
    meeting = {
        **dict.fromkeys(("reference", "name", "contact", "other_contact", "when", "where", "who", "bringing", "needs")),
        "status": "draft",
        "starts_at": None,
        "code": None,
    }
    offered = {"offers": [{"id": "t", "text": "Monday 1 March 2027, 2pm"}, "Tuesday 2 March 2027, 2pm"]}
    shown = MeetingShown.model_validate({**meeting, **offered})
    assert shown.offers == ["Monday 1 March 2027, 2pm", "Tuesday 2 March 2027, 2pm"]
    for wrong in ({}, {"offers": [{"id": "t"}]}, {**offered, "story": "x"}, {**offered, "status": "done"}):
        with pytest.raises(ValueError):
            MeetingShown.model_validate({**meeting, **wrong})
