"""Turns everything that goes wrong into plain words: problem details for the API, a page for people."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping

import orjson
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from web.chat import problems
from web.chat.problems import Problem
from web.request_ids import current
from web.words import Words

log = logging.getLogger(__name__)

ErrorPage = Callable[[web.Request, Problem], web.StreamResponse]
# Makes the page for an error outside the API; whoever adds the pages provides it.
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page")


def errors(words: Words) -> Middleware:
    """A middleware after which nothing but a response with plain words leaves the application."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            problem = problems.of_http(error.status, _kept_headers(error.headers))
        except Problem as error:
            problem = error
        except Exception as error:
            log_without_values(log, "a request failed", error)
            problem = problems.internal()
        if request.path.startswith("/api/"):
            return problem_response(problem, words)
        return request.app[ERROR_PAGE](request, problem)

    return middleware


def log_without_values(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Log the type of an error, where and in which request; its text could repeat what a family said."""
    frames = traceback.extract_tb(error.__traceback__)
    places = "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    logger.error("%s (request %s): %s\n%s", what, current() or "none", type(error).__name__, places)


def problem_response(problem: Problem, words: Words) -> web.Response:
    """The problem as application/problem+json."""
    return web.Response(
        status=problem.status,
        body=orjson.dumps(problem.details(words)),
        content_type="application/problem+json",
        headers=problem.headers,
    )


def _kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Of aiohttp's own errors only what a client needs."""
    return {hdrs.ALLOW: headers[hdrs.ALLOW]} if hdrs.ALLOW in headers else {}
