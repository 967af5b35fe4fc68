"""The service that the browser visits: all of web, on a free port of this machine, with a known assistant behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any

from aiohttp import web

from tests.doubles import WHO_SEES, FakeAssistant, reply
from tests.meetings.office import Letterbox
from web.app import create_app
from web.assistant import Reply, Said, Turn
from web.assistant.shown import ChoiceShown, FormShown, HandoffShown, MeetingShown
from web.keys import DATABASE, MEETINGS, POSTMAN
from web.meetings.service import Meetings
from web.notify.postman import Postman
from web.settings import Settings

START_SECONDS = 30
UNSURE = "the report"
TWO = "Who sees it, and how long does it take?"
FORGED = "<img src=x onerror=alert(1)>"
MEETING = "I want a meeting"
TIMES = ("Monday 30 March 2026, 2pm", "Monday 30 March 2026, 4pm", "Tuesday 31 March 2026, 10am")
SEND = "Yes, send it."
PASS_ON = "Please pass on a question"

CLARIFY = Said(
    "Which of these did you mean?", choices=("report.who_sees", "report.family_first", "none_of_these"), clarify=True
)
HOW_LONG = replace(WHO_SEES, text="The aim is six months.", topic="timescale.how_long", choices=())


DRAFT = MeetingShown(
    reference=None,
    status="draft",
    name="Rose",
    contact="07700 900123",
    other_contact=None,
    when=TIMES[0],
    where=None,
    who=None,
    bringing=None,
    needs="A ramp,\nand an interpreter",
    starts_at=None,
    offers=[],
    code=None,
)
PICK = Said(
    "These times are free:\n" + "\n".join(TIMES) + "\nYou can pick one, and it is kept for you.",
    choices=(*(ChoiceShown(title=time, text=time) for time in TIMES), "none_of_these"),
    form=FormShown(name="meeting", asks="when"),
)
READ_BACK = Said(
    f"This is what will be sent:\nName: Rose\nPhone or email: 07700 900123\nWhen: {TIMES[0]}\n"
    "Help needed: A ramp,\nand an interpreter\nStaff will see this.\nNothing has been sent yet. Shall it be sent?",
    choices=(ChoiceShown(title="Send it", text=SEND), ChoiceShown(title="Stop and keep nothing", text="Stop.")),
    form=FormShown(name="meeting", asks="confirm"),
    meeting=DRAFT,
)
SENT = Said(
    "Your request has been sent. No time is fixed yet.\nYour reference is KTR-482-97 and your code is 482971.",
    links=("phone",),
    meeting=DRAFT.model_copy(update={"reference": "KTR-482-97", "code": "482971", "status": "requested"}),
)
PASSED_ON = Said(
    "This is what will be sent:\nYour words: When will it end?\nShall it be sent?",
    choices=(ChoiceShown(title="Send it", text=SEND),),
    form=FormShown(name="handoff", asks="confirm"),
    handoff=HandoffShown(reference=None, kind="question", status="draft", urgent=False, text="When will it end?"),
)
KNOWN = {UNSURE: (CLARIFY,), MEETING: (PICK,), TIMES[0]: (READ_BACK,), SEND: (SENT,), PASS_ON: (PASSED_ON,)}


@dataclass(frozen=True)
class Site:
    """Where the service is, what answers there, and what is behind it; `run` runs a coroutine in its thread."""

    address: str
    app: web.Application
    assistant: FakeAssistant
    meetings: Meetings
    postman: Postman
    letters: Letterbox
    run: Callable[[Any], Any]


async def answers(turn: Turn) -> Reply:
    """One answer, or what the tests ask for by these words."""
    if turn.text in KNOWN and turn.intent is None:
        return reply(*KNOWN[turn.text], turn=turn)
    if turn.text == TWO:
        return reply(WHO_SEES, HOW_LONG, turn=turn)
    if turn.text == FORGED:
        return reply(replace(WHO_SEES, text=f"Not a tag: {FORGED}"), turn=turn)
    return reply(WHO_SEES, turn=turn)


@contextmanager
def running_site(folder: Path, hosts: tuple[str, ...] = (), **changes: Any) -> Iterator[Site]:
    """Run the service in a thread of its own, with its data in `folder`; the sites `hosts` may show the chat.

    `changes` are settings.
    """
    assistant = FakeAssistant(behave=answers)
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="site")
    thread.start()

    def run(coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(START_SECONDS)

    runner = None
    try:
        letters = Letterbox()
        settings = Settings(data_dir=folder, rate_limit=False, allowed_origins=hosts, **changes)
        app = create_app(settings, assistant, sender=letters)
        app[DATABASE].within = 30.0  # a machine that is busy with browsers is no full disk
        runner = web.AppRunner(app)
        port = run(listen(runner))
        yield Site(f"http://127.0.0.1:{port}", app, assistant, app[MEETINGS], app[POSTMAN], letters, run)
    finally:
        if runner is not None:
            run(runner.cleanup())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def listen(runner: web.AppRunner) -> int:
    """Start serving; returns the port."""
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return int(runner.addresses[0][1])
