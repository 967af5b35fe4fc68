"""The internal API keeps to its contract with the assistant's actions."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.internal.conftest import Worker
from tests.meetings.office import DETAILS
from web.assistant.shown import HandoffShown, MeetingShown
from web.records.database import NotRecorded

TIME = "2027-03-30 14:00"


async def a_request(worker: Worker, **fields: Any) -> dict[str, Any]:
    return {
        "draft_id": str(uuid4()),
        "conversation": await worker.office.conversation(),
        "fields": {**DETAILS, "time_id": None, "attach_conversation": False, **fields},
    }


async def recorded(worker: Worker, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    body = await a_request(worker, **fields)
    status, answer = await worker.call("POST", "/requests", body)
    assert status == 201, answer
    return body, answer


async def test_a_request_is_201_and_the_same_draft_again_200_with_the_same_reference_and_code(worker: Worker) -> None:
    body, first = await recorded(worker)
    MeetingShown.model_validate(first["meeting"])
    assert set(first) == {"meeting", "code"}
    assert await worker.call("POST", "/requests", body) == (200, first)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": None}, ["name"]),
        ({"contact": "", "contact_kind": None}, ["contact", "contact_kind"]),
        ({"when": None}, ["when"]),
        ({"contact_kind": "pigeon"}, ["contact_kind"]),
        ({"needs": "x" * 501}, ["needs"]),
        ({"story": "what happened"}, ["story"]),
        ({"time_id": "not-an-id"}, ["time_id"]),
    ],
)
async def test_what_is_not_as_it_has_to_be_is_422_and_names_the_field(
    worker: Worker, fields: dict[str, Any], wrong: list[str]
) -> None:
    status, answer = await worker.call("POST", "/requests", await a_request(worker, **fields))
    assert (status, answer) == (422, {"error": "invalid", "fields": wrong})


async def test_what_is_no_json_is_422(worker: Worker) -> None:
    async with worker.session.post("/internal/holds", data=b"{") as response:
        assert response.status == 422


async def test_a_time_with_a_request_needs_no_words_about_when(worker: Worker) -> None:
    (time,) = await worker.office.publish(TIME)
    _body, answer = await recorded(worker, when=None, time_id=time.id)
    assert (answer["meeting"]["status"], answer["meeting"]["starts_at"]) == ("held", "2027-03-30T13:00:00Z")


async def test_times_are_listed_held_given_back_and_refused_with_others(worker: Worker) -> None:
    first, second = await worker.office.publish(TIME, "2027-03-31 10:00")
    status, answer = await worker.call("GET", "/times", params={"wanted": "tuesdays", "who": "staff", "limit": "3"})
    assert status == 200
    (time,) = answer["times"]
    assert time == {
        "id": first.id,
        "starts_at": "2027-03-30T13:00:00Z",
        "text": "Tuesday 30 March 2027, 2pm",
        "place": "by phone",
        "who": "staff",
        "instant": False,
    }
    hold = {"draft_id": str(uuid4()), "conversation": await worker.office.conversation(), "time_id": first.id}
    status, answer = await worker.call("POST", "/holds", hold)
    assert (status, answer["time"]["id"], answer["until"]) == (201, first.id, "2027-03-01T10:30:00Z")
    other = {**hold, "draft_id": str(uuid4()), "conversation": await worker.office.conversation()}
    status, answer = await worker.call("POST", "/holds", other)
    assert (status, answer["error"], [one["id"] for one in answer["offers"]]) == (409, "time_taken", [second.id])
    status, answer = await worker.call("POST", "/requests", await a_request(worker, time_id=first.id))
    assert (status, answer["error"], [one["id"] for one in answer["offers"]]) == (409, "time_taken", [second.id])
    assert await worker.call("DELETE", f"/holds/{hold['draft_id']}") == (204, None)
    assert (await worker.call("POST", "/holds", other))[0] == 201


@pytest.mark.parametrize("query", [{"who": "anybody"}, {"limit": "many"}, {"limit": "-1"}])
async def test_a_question_for_times_that_makes_no_sense_is_422(worker: Worker, query: dict[str, str]) -> None:
    assert (await worker.call("GET", "/times", params=query))[0] == 422


async def test_a_conversation_sees_its_requests_and_handoffs(worker: Worker) -> None:
    body, answer = await recorded(worker)
    handoff = {
        "draft_id": str(uuid4()),
        "conversation": body["conversation"],
        "kind": "call_back",
        "text": "please ring",
        "name": "Rose",
        "contact": "07700 900123",
        "contact_kind": "phone",
        "may_leave_message": False,
        "attach_conversation": True,
    }
    first = await worker.call("POST", "/handoffs", handoff)
    assert first[0] == 201
    HandoffShown.model_validate(first[1]["handoff"])
    assert await worker.call("POST", "/handoffs", handoff) == (200, first[1])
    status, seen = await worker.call("GET", f"/conversations/{body['conversation']}/requests")
    assert (status, seen["requests"], seen["handoffs"]) == (200, [answer["meeting"]], [first[1]["handoff"]])


async def test_an_urgent_handoff_says_so(worker: Worker) -> None:
    handoff = {"draft_id": str(uuid4()), "conversation": await worker.office.conversation(), "kind": "urgent"}
    _status, answer = await worker.call("POST", "/handoffs", handoff)
    assert answer["handoff"]["urgent"]


async def test_a_request_is_found_changed_noted_and_cancelled(worker: Worker) -> None:
    _body, answer = await recorded(worker)
    reference, other = answer["meeting"]["reference"], await worker.office.conversation()
    wrong = {"conversation": other, "reference": reference, "code": "x"}
    assert await worker.call("POST", "/requests/find", wrong) == (404, {"error": "no_match"})
    right = {**wrong, "code": answer["code"]}
    assert (await worker.call("POST", "/requests/find", right))[1]["meeting"]["reference"] == reference
    base = {"conversation": other, "change_id": str(uuid4())}
    status, changed = await worker.call(
        "POST",
        f"/requests/{reference}/change",
        {**base, "fields": {"contact": "07700 900999", "contact_kind": "phone"}},
    )
    assert (status, changed["meeting"]["contact"], changed["meeting"]["name"]) == (200, "07700 900999", "Rose Canary")
    note = {**base, "change_id": str(uuid4()), "kind": "running_late", "text": "ten minutes"}
    assert (await worker.call("POST", f"/requests/{reference}/note", note))[0] == 200
    cancel = {**base, "change_id": str(uuid4()), "reason": None}
    for _ in range(2):
        status, cancelled = await worker.call("POST", f"/requests/{reference}/cancel", cancel)
        assert (status, cancelled["meeting"]["status"]) == (200, "cancelled")


async def test_what_is_not_this_conversations_is_403_and_too_many_codes_are_429(worker: Worker) -> None:
    _body, answer = await recorded(worker)
    reference, other = answer["meeting"]["reference"], await worker.office.conversation()
    change = {"conversation": other, "change_id": str(uuid4()), "fields": {"name": "x"}}
    assert (await worker.call("POST", f"/requests/{reference}/change", change))[0] == 403
    find = {"conversation": other, "reference": reference, "code": "000000"}
    answers = [await worker.call("POST", "/requests/find", find) for _ in range(5)]
    assert answers[-1] == (429, {"error": "wait", "seconds": 30})


async def test_a_database_that_fails_is_503(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_arguments: Any) -> None:
        raise NotRecorded("locked")

    monkeypatch.setattr(worker.office.records.database, "run", fail)
    status, answer = await worker.call("GET", "/times")
    assert (status, answer) == (503, {"error": "not_recorded"})


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic x"])
async def test_without_the_secret_nothing_is_told(worker: Worker, header: str) -> None:
    status, answer = await worker.call("GET", "/times", headers={"Authorization": header})
    assert (status, answer) == (401, {"error": "not_allowed"})


async def test_more_than_64_kib_is_refused(worker: Worker) -> None:
    body = await a_request(worker, needs="x" * 70_000)
    async with worker.session.post("/internal/requests", json=body) as response:
        assert response.status == 413


async def test_a_failure_repeats_nothing(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_arguments: Any) -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr(worker.office.meetings, "record", fail)
    status, answer = await worker.call("POST", "/requests", await a_request(worker))
    assert (status, answer) == (500, {"error": "internal"})
    assert "CANARY" not in caplog.text
