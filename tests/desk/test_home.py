"""The first page after signing in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk.night import Night
from tests.desk.office import Desk
from web.settings import Settings


class TestInProduction:
    """With the mode in which families are served."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """As in production, but for the address."""
        return replace(Settings(data_dir=tmp_path, rate_limit=False), mode="production")

    async def test_numbers_that_nobody_has_checked_lately_are_named(self, desk: Desk) -> None:
        page = await (await desk.signed_in("coordinator")).get("/desk")
        assert "Please check these numbers" in page.words
        assert "the Partnership: last checked" in page.words


async def test_while_things_are_tried_out_nobody_is_asked_to_check_numbers(desk: Desk) -> None:
    page = await (await desk.signed_in("coordinator")).get("/desk")
    assert "Please check" not in page.words and "Nothing waits" in page.words


async def test_the_navigation_leads_only_where_one_may_go(desk: Desk, night: Night) -> None:
    for role in ("coordinator", "reviewer", "manager", "administrator"):
        person = await desk.signed_in(role)
        page = await person.get("/desk")
        for path in ("requests", "meetings", "switches", "history", "colleagues", "account"):
            linked = f'href="/desk/{path}"' in page.html.partition("</nav>")[0]
            assert linked == ((await person.get(f"/desk/{path}")).status == 200), (role, path)
