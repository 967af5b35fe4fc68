"""What every request to the desk passes through: who asks, may they, did the form come from here, what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDict

from web.accounts.service import Accounts
from web.accounts.sessions import Session
from web.desk.cookie import StaffCookie
from web.desk.rendering import Rendering
from web.desk.routes import EVERY_ROLE, IN_CHARGE, Route
from web.desk.tokens import FIELD, FormTokens
from web.desk.unsent import Unsent
from web.desk.visit import Form, Visit
from web.http.errors import log_without_values
from web.pages.origin import is_own_post
from web.records.database import NotRecorded
from web.records.switches import DESK, Switches

log = logging.getLogger(__name__)
HOME = "/desk"
SIGN_IN = "/desk/sign-in"
LARGEST_FORM = 128 * 1024  # bytes
TITLES = {
    400: ("That could not be read", "Please go back, and try again."),
    403: (
        "You may not do that",
        "This needs another role, or the form was too old. Go back, load the page, try again.",
    ),
    404: ("There is nothing here", "The address may be wrong, or it is not for you to see."),
    413: ("That is too long", "Please go back, and make it shorter."),
    503: ("That could not be saved", "Nothing was changed. Please try again in a minute."),
}
UNKNOWN = ("Something went wrong here", "It was nothing you did. Please try again in a minute.")
Aiohttp = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """Wraps the handlers of routes."""

    def __init__(
        self,
        accounts: Accounts,
        switches: Switches,
        cookie: StaffCookie,
        tokens: FormTokens,
        rendering: Rendering,
        unsent: Unsent,
    ) -> None:
        self._accounts = accounts
        self._switches = switches
        self._cookie = cookie
        self._tokens = tokens
        self._rendering = rendering
        self._unsent = unsent

    def guarded(self, route: Route) -> Aiohttp:
        """The handler that aiohttp calls for a route."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await self._through(route, request)
            except web.HTTPException as error:
                if error.status < 400:
                    raise
                return self._trouble(request, error.status)
            except NotRecorded:
                return self._trouble(request, 503)
            except Exception as error:
                log_without_values(log, "a request to the desk failed", error)
                return self._trouble(request, 500)

        return handle

    async def _through(self, route: Route, request: web.Request) -> web.StreamResponse:
        form = Form()
        if route.method != "GET":
            # Before anything else, and before reading it: another site's form is nobody's business.
            if not is_own_post(request):
                raise web.HTTPForbidden
            form = await _read(request)
        session = await self._session(request, used=not route.quiet)
        refused = await self._refused(route, request, session, form)
        if refused is not None:
            return refused
        visit = Visit(request, session, form, rendering=self._rendering)
        if route.method != "GET" and not self._is_of_session(route, form, session):
            return self._once_more(route, visit)
        return await route.handler(visit)

    async def _refused(
        self, route: Route, request: web.Request, session: Session | None, form: Form
    ) -> web.Response | None:
        """What somebody gets who may not go there; None where they may. Raises HTTPForbidden."""
        if route.allowed is None:
            return None
        if session is None:
            return self._sign_in_first(request, form)
        if session.member.role not in route.allowed:
            raise web.HTTPForbidden
        closes = route.allowed != EVERY_ROLE or route.path == HOME
        if closes and session.member.role not in IN_CHARGE and await self._switches.is_paused(DESK):
            return self._closed(request, session)
        return None

    def _is_of_session(self, route: Route, form: Form, session: Session | None) -> bool:
        """Whether a form has the token of its session; signing in once more, in another tab, needs none."""
        token = form.secret(FIELD)
        return self._tokens.fits(token, session) or (route.allowed is None and self._tokens.fits(token, None))

    def _once_more(self, route: Route, visit: Visit) -> web.Response:
        """A form of one's own from before one signed in anew, in another tab: to look at and to send. Others: 403."""
        kept = self._unsent.own(visit.request.path, visit.form, visit.session)
        if kept is None or route.allowed is None:  # what sets up a sign-in is never shown again
            raise web.HTTPForbidden
        return visit.page("unsent.html", {"kept": kept}, status=403)

    async def _session(self, request: web.Request, used: bool) -> Session | None:
        token = self._cookie.read(request)
        return await self._accounts.session(token, used) if token else None

    def _sign_in_first(self, request: web.Request, form: Form) -> web.Response:
        """To signing in and back again; a form that comes too late is kept with it, so that no word is lost."""
        if request.method == "GET":
            return self._rendering.see_other(f"{SIGN_IN}?next={quote(request.path_qs, safe='')}")
        if not form.secret(FIELD):
            raise web.HTTPForbidden
        visit = Visit(request, None, Form(), rendering=self._rendering)
        kept = self._unsent.seal(request.path, form)
        return visit.page("sign_in.html", {"next": "", "kept": kept, "failed": False}, status=403)

    def _closed(self, request: web.Request, session: Session) -> web.Response:
        """The desk is paused: who is in charge can still get in."""
        visit = Visit(request, session, rendering=self._rendering)
        return visit.page("closed.html", status=503)

    def _trouble(self, request: web.Request, status: int) -> web.Response:
        title, detail = TITLES.get(status, UNKNOWN)
        return self._rendering.trouble(request, title, detail, status)


async def _read(request: web.Request) -> Form:
    """The fields of a form. Raises HTTPRequestEntityTooLarge and HTTPBadRequest."""
    try:
        posted = await request.clone(client_max_size=LARGEST_FORM).post()
    except (web.RequestPayloadError, HttpProcessingError, ValueError, LookupError, RuntimeError):
        raise web.HTTPBadRequest from None
    return Form(MultiDict((name, value) for name, value in posted.items() if isinstance(value, str)))
