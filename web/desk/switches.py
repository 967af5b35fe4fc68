"""Pausing the chat, bookings, one topic's answer or the desk, with a reason that everybody can read."""

from __future__ import annotations

from aiohttp import web

from web.desk.lengths import shorter
from web.desk.routes import IN_CHARGE, Route, get, post
from web.desk.visit import Visit, Wrong
from web.records.switches import ANSWER, BOOKINGS, CHAT, DESK, LONGEST_REASON, Switches
from web.words import Words

HERE = "/desk/switches"
SHORTEST_REASON = 5
ALWAYS = ("safety.", "talk.")  # help goes out whatever else is paused


class SwitchPages:
    """The page /desk/switches."""

    def __init__(self, switches: Switches, words: Words) -> None:
        self._switches = switches
        self._titles = {
            CHAT: ("The chat", "Families see that it is closed, the phone number and the address. Help as ever."),
            BOOKINGS: ("Bookings in the chat", "Nobody can ask for a meeting in the chat; they get the phone number."),
            DESK: ("The desk", "Colleagues see that it is closed. Managers and administrators still get in."),
        }
        self._topics = {
            f"{ANSWER}{name}": str(topic["title"])
            for name, topic in words.topics.items()
            if not name.startswith(ALWAYS) and name in words.answers
        }

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get(HERE, self.show, IN_CHARGE),
            post(f"{HERE}/pause", self.pause, IN_CHARGE),
            post(f"{HERE}/resume", self.resume, IN_CHARGE),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: what is paused."""
        return await self._page(visit)

    async def pause(self, visit: Visit) -> web.Response:
        """POST: pause one."""
        return await self._switch(visit, "pause")

    async def resume(self, visit: Visit) -> web.Response:
        """POST: let one go on."""
        return await self._switch(visit, "resume")

    async def _switch(self, visit: Visit, what: str) -> web.Response:
        name, reason = visit.form.text("name", 64), visit.form.text("reason")
        if name not in self._titles and name not in self._topics:
            return await self._page(visit, Wrong("name", "Choose what to pause."))
        wrong = "Write in a few words why." if len(reason) < SHORTEST_REASON else shorter(reason, LONGEST_REASON)
        if wrong:
            field = "reason" if what == "pause" else f"reason-{name.replace(':', '-').replace('.', '-')}"
            return await self._page(visit, Wrong(field, wrong))
        change = self._switches.pause if what == "pause" else self._switches.resume
        await change(name, visit.me.name, reason)
        return visit.to(HERE, "paused" if what == "pause" else "resumed")

    async def _page(self, visit: Visit, *wrong: Wrong) -> web.Response:
        paused = await self._switches.paused()
        titles = {name: title for name, (title, _about) in self._titles.items()}
        titles |= {name: f"The answer to: {title}" for name, title in self._topics.items()}
        context = {
            "paused": {name: paused[name] for name in titles if name in paused},
            "titles": titles,
            "about": {name: about for name, (_title, about) in self._titles.items()},
        }
        return visit.page("switches.html", context, wrong)
