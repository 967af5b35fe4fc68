"""Signing in and out, and setting up a sign-in with a one-time link."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from markupsafe import Markup

from web.accounts import authenticator, passphrases
from web.accounts.roles import Member
from web.accounts.service import Accounts, AccountsError, Invited, WrongSignIn
from web.desk.cookie import StaffCookie
from web.desk.routes import EVERY_ROLE, Route, get, post
from web.desk.unsent import AnothersForm, Kept, Unsent
from web.desk.visit import Visit, Wrong
from web.http.errors import log_without_values

log = logging.getLogger(__name__)
HOME = "/desk"
OURS = re.compile(r"/desk(?:[/?][\w./?&=%+~-]*)?", re.ASCII)
FAILED = Wrong("email", "The e-mail address, the passphrase or the code is wrong. After ten tries wait 15 minutes.")
GONE = 410


class SignIn:
    """Pages for who is not signed in yet."""

    def __init__(
        self,
        accounts: Accounts,
        cookie: StaffCookie,
        unsent: Unsent,
        address: Callable[[web.Request], str],
        goes: Callable[[Member], Awaitable[None]] | None = None,
    ) -> None:
        """`address` gives the network address that a request comes from; `goes` is told who signs out."""
        self._accounts = accounts
        self._cookie = cookie
        self._unsent = unsent
        self._address = address
        self._goes = goes

    def routes(self) -> list[Route]:
        """The only ones that need nobody signed in."""
        return [
            get("/desk/sign-in", self.ask, None),
            post("/desk/sign-in", self.sign_in, None),
            post("/desk/sign-out", self.sign_out, EVERY_ROLE),
            get("/desk/welcome/{token}", self.welcome, None),
            post("/desk/welcome/{token}", self.set_up, None),
        ]

    async def ask(self, visit: Visit) -> web.Response:
        """GET: the form."""
        return visit.page("sign_in.html", {"next": _ours(visit.query("next")), "kept": "", "failed": False})

    async def sign_in(self, visit: Visit) -> web.Response:
        """POST: a session, or the same page with the same words whatever was wrong."""
        form, request = visit.form, visit.request
        try:
            session = await self._accounts.sign_in(
                form.text("email", 200),
                form.secret("passphrase")[:1000],
                form.secret("code")[:100],
                self._address(request),
                request.headers.get("User-Agent", ""),
            )
        except WrongSignIn:
            context = {"next": _ours(form.text("next", 500)), "kept": form.secret("kept"), "failed": True}
            return visit.page("sign_in.html", context, [FAILED])
        if visit.session is not None:
            await self._accounts.sign_out(visit.session)  # what this browser held before is worth nothing now
        signed_in = Visit(request, session, form, rendering=visit.rendering)
        response = self._further(signed_in, _ours(form.text("next", 500)))
        self._cookie.write(response, session.token)
        return response

    def _further(self, visit: Visit, next: str) -> web.Response:
        """What somebody sees once signed in: the form that they had not sent, or where they were going."""
        kept = visit.form.secret("kept")
        try:
            form: Kept | None = self._unsent.open(kept, visit.me) if kept else None
        except AnothersForm:
            return visit.to(HOME, "anothers-form")
        return visit.page("unsent.html", {"kept": form}) if form is not None else visit.to(next)

    async def sign_out(self, visit: Visit) -> web.Response:
        """POST: the session ends here and in the browser."""
        if visit.session is not None:
            await self._accounts.sign_out(visit.session)
            await self._go(visit.me)
        response = visit.to("/desk/sign-in", "signed-out")
        self._cookie.forget(response)
        return response

    async def _go(self, me: Member) -> None:
        """The session is over by then, and whatever goes wrong here changes nothing of that."""
        if self._goes is None:
            return
        try:
            await self._goes(me)
        except Exception as error:
            log_without_values(log, "who signed out may still be in a chat", error)

    async def welcome(self, visit: Visit) -> web.Response:
        """GET: choose a passphrase and set up the authenticator. Changes nothing, however often."""
        invited = await self._accounts.invited(visit.match("token"))
        return self._over(visit) if invited is None else self._page(visit, invited)

    async def set_up(self, visit: Visit) -> web.Response:
        """POST: take the invitation up; shows the recovery codes, this once."""
        invited = await self._accounts.invited(visit.match("token"))
        if invited is None:
            return self._over(visit)
        passphrase, code = visit.form.secret("passphrase"), visit.form.secret("code")
        wrong = []
        problem = passphrases.problem(passphrase, (invited.member.name, invited.member.email))
        if problem:
            wrong.append(Wrong("passphrase", problem))
        elif passphrase != visit.form.secret("again"):
            wrong.append(Wrong("again", "The two passphrases are not the same. Type both again."))
        if wrong:
            return self._page(visit, invited, *wrong)
        try:
            codes = await self._accounts.welcome(visit.match("token"), passphrase, code)
        except AccountsError:
            return self._over(visit)
        if codes is None:
            return self._page(visit, invited, Wrong("code", "The code is wrong. Type the one that the app shows now."))
        response = visit.page("recovery_codes.html", {"codes": codes})
        self._cookie.forget(response)
        return response

    def _page(self, visit: Visit, invited: Invited, *wrong: Wrong) -> web.Response:
        email, secret = invited.member.email, invited.secret
        # The picture is made by a library from our own values: nothing in it comes from outside but is encoded.
        context = {
            "invited": invited,
            "picture": Markup(authenticator.picture(secret, email)),  # noqa: S704
            "spaced": _spaced(secret),
        }
        return visit.page("welcome.html", context, wrong)

    @staticmethod
    def _over(visit: Visit) -> web.Response:
        context = {
            "title": "This link can't be used",
            "detail": "It was used, it is too old, or the account is disabled. Ask an administrator for another.",
        }
        return visit.page("trouble.html", context, status=GONE)


def _ours(path: str) -> str:
    """A place on this desk to go on to, and never anywhere else."""
    return path if OURS.fullmatch(path) and "//" not in path and ".." not in path else HOME


def _spaced(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
