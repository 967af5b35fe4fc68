"""Somebody at the desk with a real browser, and a keyboard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import pyotp
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.server import Site
from tests.meetings.office import DETAILS, HASH
from web.accounts.sessions import Session
from web.keys import ACCOUNTS, CONVERSATIONS
from web.meetings.kinds import Draft, DraftHandoff
from web.meetings.moments import BRADFORD, from_clock, working_days_later
from web.meetings.times import new_time
from web.records.kept import Kept

EMAIL = "amira@example.org"
PASSPHRASE = "kettle orbit velvet marsh"
FOCUS = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0].textContent : '';
  return (label || one.textContent || one.id || '').trim().replace(/\\s+/g, ' ');
}"""
SHOWN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const x = box.left + Math.min(box.width / 2, 20), y = box.top + box.height / 2;
  const seen = one.contains(document.elementFromPoint(x, y)) || !!document.elementFromPoint(x, y)?.contains(one);
  return seen && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""
MOST_STOPS = 150


@dataclass
class Colleague:
    """A member of staff who has set up a sign-in; `secret` is in their authenticator."""

    site: Site
    secret: str
    used: set[str] = field(default_factory=set)

    def code(self) -> str:
        """What the authenticator shows, once each: the next step where this one was used."""
        totp, now = pyotp.TOTP(self.secret), datetime.now(UTC).timestamp()
        for ahead in (0, 30):
            code = totp.at(int(now) + ahead)
            if code not in self.used:
                self.used.add(code)
                return code
        raise AssertionError("signed in too often")

    def sign_in(self, context: BrowserContext) -> None:
        """Let a browser hold a session."""
        session: Session = self.site.run(
            self.site.app[ACCOUNTS].sign_in(EMAIL, PASSPHRASE, self.code(), "127.0.0.1", "Chrome/1 Linux")
        )
        context.add_cookies([{"name": "staff", "value": session.token, "url": self.site.address}])


def hired(site: Site, role: str = "coordinator") -> Colleague:
    """Amira, who has set up her sign-in."""

    async def hire() -> str:
        accounts = site.app[ACCOUNTS]
        token = await accounts.create_administrator(EMAIL, "Amira Khan")
        invited = await accounts.invited(token)
        assert invited is not None
        code = pyotp.TOTP(invited.secret).at(int(datetime.now(UTC).timestamp()) - 30)
        assert await accounts.welcome(token, PASSPHRASE, code)
        statement = f"UPDATE staff SET role = '{role}'"  # noqa: S608  one of ours
        await accounts._database.run(lambda c: c.exec_driver_sql(statement))
        return invited.secret

    return Colleague(site, site.run(hire()))


def overnight(site: Site) -> dict[str, str]:
    """What families left overnight: references by what they are. Times are published for next week."""

    async def fill() -> dict[str, str]:
        now = datetime.now(UTC)
        start = working_days_later(now, 4).astimezone(BRADFORD)
        times = [
            new_time(from_clock(f"{start:%Y-%m-%d} {hour}:00"), 60, "by phone", "staff", False) for hour in (10, 11, 14)
        ]
        await site.meetings.publish(times, "Amira Khan")
        made = {}
        for name, time_id in (("held", times[0].id), ("asked", None)):
            draft = Draft(str(uuid4()), await conversation(), {**DETAILS, "name": f"Rose {name}"}, time_id)
            made[name] = (await site.meetings.record(draft)).meeting["reference"]
        for kind, text in (("question", "Who will read it?"), ("urgent", "I do not want to go on without him")):
            details = {"text": text, "name": f"Jo {kind}", "contact": "07700 900456", "contact_kind": "phone"}
            handoff = DraftHandoff(str(uuid4()), await conversation(), kind, details, attach_conversation=True)
            made[kind] = (await site.meetings.hand_off(handoff))[0]["reference"]
        await site.meetings.keep_up()
        return made

    async def conversation() -> str:
        id, now = str(uuid4()), datetime.now(UTC)
        kept = [Kept(str(uuid4()), "assistant", now, {"text": "Hello. Nobody watches what you write."})]
        await site.app[CONVERSATIONS].create(id, HASH, now.replace(year=now.year + 1), kept, {})
        return id

    found: dict[str, str] = site.run(fill())
    return found


@dataclass
class Keyboard:
    """A page that is used with nothing but keys; every stop on the way must be seen and marked."""

    page: Page

    def to(self, name: str) -> None:
        """Press Tab until what has the focus is called so."""
        seen: list[str] = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            here: str = self.page.evaluate(FOCUS)
            seen.append(here)
            assert self.page.evaluate(SHOWN) or here == "", f"not seen or not marked: {here}"
            if here.startswith(name):
                return
        raise AssertionError(f"Tab never reaches {name!r}: {seen}")

    def press(self, name: str) -> None:
        """Go to a link or a button, and press Enter; another page comes."""
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, name: str) -> None:
        """Go to what is folded, and open it."""
        self.to(name)
        self.page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        """Go to a field and type."""
        self.to(name)
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Go to a list and choose by typing the beginning of an option."""
        self.to(name)
        self.page.keyboard.type(option)

    def sees(self, text: str) -> None:
        """Wait for words in the page."""
        expect(self.page.locator("main")).to_contain_text(text)
