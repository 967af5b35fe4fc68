"""What a route of the desk is: an address, a handler, and who may go there. Nobody may who is not named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from web.accounts.roles import CASEWORK as CASEWORK
from web.accounts.roles import Role
from web.desk.visit import Visit

Handler = Callable[[Visit], Awaitable[web.StreamResponse]]

EVERY_ROLE = frozenset(Role)
OFFICE = frozenset({Role.COORDINATOR, Role.MANAGER})  # who sees all of them
MANAGERS = frozenset({Role.MANAGER})
IN_CHARGE = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Route:
    """`allowed` None: anybody, signed in or not, which only signing in and setting up a sign-in are.

    `quiet`: a page asks for it by itself, so it is no use of the session, which ends as if it had not been asked for.
    """

    method: str
    path: str
    handler: Handler
    allowed: frozenset[Role] | None
    quiet: bool = False


class Part(Protocol):
    """A part of the desk: some pages that belong together."""

    def routes(self) -> list[Route]:
        """Its routes."""


def get(path: str, handler: Handler, allowed: frozenset[Role] | None) -> Route:
    """A page. Looking at it changes nothing."""
    return Route("GET", path, handler, allowed)


def quiet(path: str, handler: Handler, allowed: frozenset[Role] | None) -> Route:
    """Something that a page asks for by itself."""
    return Route("GET", path, handler, allowed, quiet=True)


def post(path: str, handler: Handler, allowed: frozenset[Role] | None) -> Route:
    """A form."""
    return Route("POST", path, handler, allowed)
