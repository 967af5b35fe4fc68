"""A family in the widget and staff at the desk, each in a real browser, where staff may answer in the chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import browser, host, new_context, words
from tests.browser.server import Site, running_site
from tests.desk_browser.staff import Colleague, hired

__all__ = ["browser", "host", "new_context", "words"]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service with the setting on, for one test alone."""
    with running_site(tmp_path_factory.mktemp("replies"), chat_replies=True) as site:
        yield site


@pytest.fixture
def colleague(site: Site) -> Colleague:
    """Amira."""
    return hired(site)
