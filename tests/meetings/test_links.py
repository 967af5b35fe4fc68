"""A link in an e-mail: opening it shows, only its button acts, and only once."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from tests.doubles import FakeAssistant
from tests.meetings.office import DETAILS, STAFF, Office
from tests.meetings.test_moments import TABLE
from web.app import create_app
from web.meetings import __main__ as commands

OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Reader:
    """Somebody who opens the link of a letter."""

    client: TestClient  # type: ignore[type-arg]
    office: Office
    path: str
    reference: str

    async def get(self, method: str = "GET") -> tuple[ClientResponse, str]:
        """Open it."""
        async with self.client.request(method, self.path) as response:
            return response, await response.text()

    async def press(self, **headers: str) -> tuple[ClientResponse, str]:
        """Press its button."""
        async with self.client.post(self.path, headers=headers or OWN) as response:
            return response, await response.text()

    async def status(self) -> str:
        """What has become of the request."""
        ((_record, meeting),), _handoffs = await self.office.meetings.listed()
        return str(meeting["status"])


@pytest.fixture
def written() -> str:
    """The time that is fixed, as staff published it."""
    return "2027-03-30 14:00"


@pytest.fixture
async def reader(office: Office, written: str) -> AsyncIterator[Reader]:
    """A family that got a letter about a time that is fixed."""
    (time,) = await office.publish(written)
    reference = (await office.meetings.record(await office.draft(time.id))).meeting["reference"]
    await office.meetings.confirm(reference, STAFF)
    await office.post()
    found = re.search(r"/appointment/\S+", office.box.to(DETAILS["contact"])[-1].letter.text)
    assert found
    app = create_app(
        replace(office.records.settings, rate_limit=False), FakeAssistant(), clock=office.clock, sender=office.box
    )
    async with TestClient(TestServer(app)) as client:
        yield Reader(client, office, found[0], reference)


async def test_opening_shows_it_and_changes_nothing_however_often(reader: Reader) -> None:
    for method in ("GET", "HEAD", "GET", "GET"):
        response, text = await reader.get(method)
        assert response.status == 200
        if method == "GET":
            assert "Tuesday 30 March 2027, 2pm" in text
            assert reader.reference in text
            assert "<script" not in text
    assert await reader.status() == "confirmed"


@pytest.mark.parametrize(("written", "read"), [row[:2] for row in TABLE if row[0] > "2027-03-02"])
async def test_page_and_list_show_the_same_time_around_the_clock_changes(reader: Reader, read: str) -> None:
    _response, page = await reader.get()
    assert f"<strong>{read}</strong>" in page
    listed = await commands.requests(reader.office.meetings, Namespace())
    assert f"    time: {read}" in listed


async def test_the_page_gives_nothing_away_and_is_kept_and_indexed_nowhere(reader: Reader) -> None:
    response, text = await reader.get()
    assert "<title>Your appointment</title>" in text
    read = re.sub(r"<[^>]*>", " ", text)
    for secret in ("Rose", "Canary", "safeguarding", "child", "interpreter", "Urdu"):
        assert secret not in read
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert 'name="robots" content="noindex"' in text


async def test_the_button_cancels_once_and_then_is_410(reader: Reader) -> None:
    response, text = await reader.press()
    assert response.status == 200
    assert "It is cancelled." in text
    assert await reader.status() == "cancelled"
    response, text = await reader.press()
    assert response.status == 410
    assert "nothing has changed" in text
    response, text = await reader.get()
    assert response.status == 200
    assert '<form class="actions"' not in text


async def test_only_our_own_page_can_press_it(reader: Reader) -> None:
    response, _text = await reader.press(**{"Sec-Fetch-Site": "cross-site"})
    assert response.status == 403
    assert await reader.status() == "confirmed"


async def test_a_link_that_is_none_or_out_of_date_leads_nowhere(reader: Reader) -> None:
    old, reader.path = reader.path, "/appointment/guessed"
    assert (await reader.get())[0].status == 404
    assert (await reader.press())[0].status == 404
    reader.path = old
    reader.office.clock.forward(days=31)
    assert (await reader.get())[0].status == 404
    assert (await reader.press())[0].status == 404
    assert await reader.status() == "confirmed"


async def test_the_token_is_kept_as_a_digest_only_and_reaches_no_log(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    await reader.get()
    token = reader.path.rpartition("/")[2]
    assert len(token) >= 43
    assert token not in await reader.office.records.dump()
    assert not [record for record in caplog.records if record.name.startswith("web") and token in record.getMessage()]
