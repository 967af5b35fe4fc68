"""What tests of several parts share."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import cache
from types import CodeType
from typing import Any

import jinja2
import pytest
import yaml
from aiohttp import web_app

from tests.servers import postgresql


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """One PostgreSQL for all tests."""
    with postgresql() as address:
        yield f"postgresql+asyncpg{address}"


@pytest.fixture(scope="session", autouse=True)
def _same_texts_are_parsed_once() -> Iterator[None]:
    """A thousand applications are made, and each parses the same data and the same templates: half of a test's time."""
    load, compiled = yaml.load, jinja2.Environment.compile
    codes: dict[Any, CodeType] = {}

    @cache
    def pickled(text: str, loader: Any) -> bytes:
        return pickle.dumps(load(text, Loader=loader))

    def load_once(stream: Any, Loader: Any) -> Any:
        return pickle.loads(pickled(stream, Loader)) if isinstance(stream, str) else load(stream, Loader=Loader)  # noqa: S301

    def compile_once(self: jinja2.Environment, source: Any, *args: Any, **more: Any) -> Any:
        key = (self.autoescape, self.undefined, self.trim_blocks, self.lstrip_blocks, source, args, *more.items())
        if key not in codes:
            codes[key] = compiled(self, source, *args, **more)
        return codes[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "load", load_once)
        patch.setattr(jinja2.Environment, "compile", compile_once)
        yield


@pytest.fixture(autouse=True)
def _forgotten_applications() -> Iterator[None]:
    """aiohttp remembers the handlers of every application, and so every application that a test made.

    With hundreds of them a sweep of the garbage collector takes seconds, and transactions give up.
    """
    yield
    web_app._cached_build_middleware.cache_clear()
