"""Who may sign in: inviting, roles, ending a sign-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from web.accounts.roles import Role
from web.accounts.service import Accounts, AccountsError
from web.casework.service import Casework
from web.desk.routes import ADMINISTRATORS, Route, get, post
from web.desk.visit import Visit, Wrong

HERE = "/desk/colleagues"


class Colleagues:
    """The page /desk/colleagues."""

    def __init__(self, accounts: Accounts, casework: Casework) -> None:
        self._accounts = accounts
        self._casework = casework

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get(HERE, self.show, ADMINISTRATORS),
            post(f"{HERE}/invite", self.invite, ADMINISTRATORS),
            post(f"{HERE}/{{id}}/role", self.change_role, ADMINISTRATORS),
            post(f"{HERE}/{{id}}/reset", self.reset, ADMINISTRATORS),
            post(f"{HERE}/{{id}}/disable", self.disable, ADMINISTRATORS),
            post(f"{HERE}/{{id}}/enable", self.enable, ADMINISTRATORS),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: everybody."""
        return await self._page(visit)

    async def invite(self, visit: Visit) -> web.Response:
        """POST: add somebody and send them a link."""
        form, role = visit.form, _role(visit)
        if role is None:
            return await self._page(visit, Wrong("role-coordinator", "Choose what they will do."))
        work = self._accounts.invite(visit.me, form.text("email"), form.text("name"), role)
        return await self._done(visit, lambda: work, "invited", "email")

    async def change_role(self, visit: Visit) -> web.Response:
        """POST: another role."""
        role = _role(visit)
        if role is None:
            raise web.HTTPBadRequest
        work = self._accounts.change_role(visit.me, visit.match("id"), role)
        return await self._done(visit, lambda: self._leaving(work), "role")

    async def reset(self, visit: Visit) -> web.Response:
        """POST: they set up their sign-in anew."""
        return await self._done(visit, lambda: self._accounts.reset(visit.me, visit.match("id")), "reset")

    async def disable(self, visit: Visit) -> web.Response:
        """POST: they may not sign in any more."""
        work = self._accounts.disable(visit.me, visit.match("id"))
        return await self._done(visit, lambda: self._leaving(work), "disabled")

    async def enable(self, visit: Visit) -> web.Response:
        """POST: they may again."""
        return await self._done(visit, lambda: self._accounts.enable(visit.me, visit.match("id")), "enabled")

    async def _leaving(self, work: Awaitable[None]) -> None:
        """Then nobody waits for what they had; if this were cut short, the upkeep does it."""
        await work
        await self._casework.release()

    async def _done(
        self, visit: Visit, work: Callable[[], Awaitable[None]], notice: str, field: str = "colleagues"
    ) -> web.Response:
        try:
            await work()
        except AccountsError as error:
            return await self._page(visit, Wrong(field, str(error)))
        return visit.to(HERE, notice)

    async def _page(self, visit: Visit, *wrong: Wrong) -> web.Response:
        colleagues = await self._accounts.colleagues()
        return visit.page("colleagues.html", {"colleagues": colleagues, "roles": list(Role)}, wrong)


def _role(visit: Visit) -> Role | None:
    written = visit.form.text("role", 32)
    return Role(written) if written in set(Role) else None
