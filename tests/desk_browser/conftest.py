"""The desk in a real browser, with a night's requests behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import NewContext, browser, host, new_context, words
from tests.browser.server import Site, running_site
from tests.desk_browser.staff import Colleague, hired, overnight

__all__ = ["browser", "host", "new_context", "words"]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service, for one test alone: what one does others would see."""
    with running_site(tmp_path_factory.mktemp("desk")) as site:
        yield site


@pytest.fixture
def colleague(site: Site) -> Colleague:
    """Amira."""
    return hired(site)


@pytest.fixture
def waiting(site: Site) -> dict[str, str]:
    """What waits in the morning."""
    return overnight(site)


@pytest.fixture
def context_of_staff(new_context: NewContext, colleague: Colleague) -> NewContext:  # noqa: F811
    """Makes browsers in which Amira is signed in."""

    def make(**more: object) -> object:
        context = new_context(**{"viewport": {"width": 1280, "height": 900}, **more})
        colleague.sign_in(context)
        return context

    return make  # type: ignore[return-value]
