"""A reference and a code open a request on another device; guessing does not."""

from __future__ import annotations

import pytest

from tests.meetings.office import Office
from web.meetings.codes import new_code, new_reference, tidy_code, tidy_reference
from web.meetings.kinds import NoMatch, Wait

ADDRESS = "203.0.113.9"


@pytest.mark.parametrize("written", ["KTR-482-97", "ktr48297", " ktr 482 97 ", "K T R - 4 8 2 - 9 7", "ktr.482.97"])
def test_a_reference_is_known_however_it_is_written(written: str) -> None:
    assert tidy_reference(written) == "KTR-482-97"


def test_references_and_codes_are_never_the_same_and_codes_may_have_gaps() -> None:
    assert len({new_reference() for _ in range(500)}) == 500
    assert len({new_code() for _ in range(500)}) > 490
    assert tidy_code("482 971.") == "482971"


async def test_reference_and_code_open_it_from_another_conversation_and_tie_it(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    reference, other = recorded.meeting["reference"], await office.conversation()
    found = await office.meetings.find(other, reference.lower(), f" {recorded.code} ", ADDRESS)
    assert found["reference"] == reference
    (mine,), _ = await office.meetings.of_conversation(other)
    assert mine["reference"] == reference
    assert (await office.meetings.find(other, reference, "", ADDRESS))["reference"] == reference


async def test_the_conversation_that_made_it_needs_no_code_and_is_never_locked_out(office: Office) -> None:
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    stranger = await office.conversation()
    for _ in range(20):
        with pytest.raises((NoMatch, Wait)):
            await office.meetings.find(stranger, reference, "000000", ADDRESS)
    assert (await office.meetings.find(draft.conversation, reference, "wrong", ADDRESS))["reference"] == reference


async def test_a_wrong_code_and_an_unknown_reference_look_the_same(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    known, unknown = recorded.meeting["reference"], "XXX-000-00"
    outcomes = {}
    for reference in (known, unknown):
        outcomes[reference] = [await outcome(office, reference, "999999", None) for _ in range(6)]
    assert outcomes[known] == outcomes[unknown] == ["no match"] * 4 + [30, 30]


async def test_wrong_codes_slow_down_per_reference_ever_more(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    reference, waits = recorded.meeting["reference"], []
    for _ in range(3):
        assert await outcome(office, reference, "999999", None) == "no match"
    for _ in range(9):
        assert await outcome(office, reference, "999999", None) == "no match"
        wait = await outcome(office, reference, str(recorded.code), None)  # not even the right one
        assert isinstance(wait, int)
        waits.append(wait)
        office.clock.forward(seconds=wait)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert await outcome(office, reference, str(recorded.code), None) == "found"
    assert await outcome(office, reference, "999999", None) == "no match"


async def test_wrong_codes_slow_down_per_address_too_whatever_the_reference(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    reference = recorded.meeting["reference"]
    for number in range(11):
        assert await outcome(office, f"XXX-000-{number:02}", "999999", ADDRESS) == "no match"
    assert await outcome(office, reference, str(recorded.code), ADDRESS) == 30
    assert await outcome(office, reference, str(recorded.code), "203.0.113.10") == "found"
    dump = await office.records.dump()
    assert ADDRESS not in dump
    office.clock.forward(days=2)
    await office.meetings.keep_up()
    assert not await office.records.rows("wrong_codes")


async def outcome(office: Office, reference: str, code: str, address: str | None) -> str | int:
    """What comes of a try: found, no match, or so many seconds to wait."""
    try:
        await office.meetings.find(await office.conversation(), reference, code, address)
    except NoMatch:
        return "no match"
    except Wait as error:
        return error.seconds
    return "found"
