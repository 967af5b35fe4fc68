"""Whatever is sent, the answer is plain words, never a failure, and nothing said before is lost."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from tests.chat.conftest import Serve
from tests.chat.family import Client, Family, begin, call
from tests.doubles import FakeAssistant
from web.safety.danger import Danger, Sign
from web.words import Words

JSON = {"Content-Type": "application/json"}
PHONE = "tel:+441274434361"
DANGER = "i want to kill myself"


async def post(family: Family, data: bytes, headers: dict[str, str] = JSON) -> Any:
    return await call(family.client, "POST", family.path, data=data, headers=family.headers | headers)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"hello", 400),
        (b'{"text": NaN}', 400),
        (b'{"text": "\xff"}', 400),
        (b'{"text": "\\ud800"}', 400),
        (b"[" * 9000, 400),
        (b"[" * 9000 + b"]" * 9000, 400),
        (b'{"text": ' + b'{"a":' * 4000 + b"1" + b"}" * 4001, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"hi"', 422),
        (b"{}", 422),
        (b'{"text": 7}', 422),
        (b'{"text": null}', 422),
        (b'{"text": ["hi"]}', 422),
        (b'{"text": {"text": "hi"}}', 422),
        (b'{"text": true}', 422),
        (b'{"text": "hi", "sender": "x"}', 422),
        (b'{"text": "hi", "metadata": {}}', 422),
        (b'{"text": ""}', 422),
        (b'{"text": " \\n\\t "}', 422),
        (b'{"text": "\\u0000\\u0007"}', 422),
        (b'{"text": "\\u200b\\u200d\\u2060\\ufeff"}', 422),
        (b'{"text": "\\u202e\\u2066\\u2069"}', 422),
        (b'{"text": "\\udb40\\udc41\\udb40\\udc42"}', 422),
        (b'{"text": "\\u3164\\u115f"}', 422),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_what_is_no_message_is_refused_in_plain_words(
    family: Family, assistant: FakeAssistant, data: bytes, status: int
) -> None:
    answer = await post(family, data)
    assert answer.status == answer.body["status"] == status
    assert answer.body["title"]
    assert answer.body["detail"]
    assert assistant.turns == []
    assert len((await family.read()).messages) == 1


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=utf-16", ""],
)
async def test_another_media_type_is_415(family: Family, kind: str) -> None:
    assert (await post(family, b'{"text": "hi"}', {"Content-Type": kind})).status == 415


async def test_2000_characters_are_answered_and_2001_are_413_with_the_phone_number(
    family: Family, words: Words
) -> None:
    assert (await family.say("a " * 1000)).status == 200
    answer = await family.say("a" * 2001)
    assert answer.status == 413
    assert answer.text == words.said("too_long").text
    assert PHONE in answer.hrefs


async def test_characters_are_counted_after_nfc(family: Family) -> None:
    assert (await family.say("e\u0301" * 2000)).status == 200
    assert (await family.say("\U0001d15e" * 1001)).status == 413  # one that NFC takes apart


@pytest.mark.parametrize("text", [DANGER + " a" * 1500, "a " * 1500 + DANGER, "a" * 20_000 + ". " + DANGER])
async def test_a_message_that_is_too_long_still_gets_help(family: Family, text: str) -> None:
    answer = await family.say(text)
    assert answer.status == 413
    assert answer.topics[0] == "safety.self"


@pytest.mark.parametrize("text", ["x" * 5_000_000, DANGER + " x" * 2_500_000, "x " * 2_500_000 + DANGER])
async def test_five_megabytes_are_413_and_get_help_where_the_words_show_danger(family: Family, text: str) -> None:
    answer = await family.say(text)
    assert answer.status == 413
    assert (answer.topics[:1] == ["safety.self"]) == (DANGER in text)
    assert (await family.say("How long?")).status == 200


@pytest.mark.parametrize("text", ["a" * 2001, "a" * 40_000])
async def test_what_is_too_long_counts_as_a_message(serve: Serve, text: str) -> None:
    family = await begin(await serve(rate_limit=True, messages_per_10_minutes=1))
    assert (await family.say(text)).status == 413
    refused = await family.say(f"{DANGER}. {text}")
    assert refused.status == 429
    assert refused.topics[0] == "safety.self"


@pytest.mark.parametrize("path", ["{messages}", "/api/conversations", "/chat"])
async def test_of_what_is_too_long_only_the_beginning_and_the_end_are_searched_for_danger(
    family: Family, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    searched, search = [], Danger.signs

    def signs(self: Danger, text: str) -> list[Sign]:
        searched.append(text)
        return search(self, text)

    monkeypatch.setattr(Danger, "signs", signs)
    text = f"{DANGER} {'i want to ' * 40_000} {DANGER}"
    options: dict[str, Any] = {"data": {"text": text}} if path == "/chat" else {"json": {"text": text}}
    async with family.client.post(
        path.format(messages=family.path), headers=family.headers | {"Sec-Fetch-Site": "same-origin"}, **options
    ) as response:
        assert response.status == 413
    assert searched
    assert max(len(text) for text in searched) <= 8_001
    assert all(DANGER in text[:4_000] and DANGER in text[-4_000:] for text in searched)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("path", ["{messages}", "/api/conversations", "/chat"])
async def test_what_is_not_encoded_as_it_says_is_400(family: Family, path: str, encoding: str) -> None:
    kind = "application/x-www-form-urlencoded" if path == "/chat" else "application/json"
    headers = {"Content-Type": kind, "Content-Encoding": encoding, "Sec-Fetch-Site": "same-origin"}
    path = path.format(messages=family.path)
    assert (await call(family.client, "POST", path, data=b"garbage", headers=family.headers | headers)).status == 400


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (f"{FORM}; charset=nonsense", b"text=hi"),
        (f"{FORM}; charset=hex", b"text=hi"),
        (FORM, b"text=\xff"),
        ("multipart/form-data", b"text"),
        (PARTS, b"text"),
        (PARTS, b"--b\r\n"),
        (PARTS, b"--b\r\nno header\r\n\r\nhi\r\n--b--"),
        (PARTS, b"--b\r\n" + b"x" * 20_000 + b"\r\n\r\nhi\r\n--b--"),
        (PARTS, b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--b--'),
        (
            PARTS,
            b'--b\r\nContent-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: x\r\n\r\nhi\r\n--b--',
        ),
    ],
    ids=lambda value: repr(value)[:60],
)
async def test_a_form_that_cannot_be_read_is_400_with_the_phone_number(client: Client, kind: str, data: bytes) -> None:
    headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
    async with client.post("/chat", data=data, headers=headers) as response:
        page = await response.text()
    assert response.status == 400
    assert "01274 434361" in page
    assert "JSON" not in page


async def test_too_large_a_body_is_413_at_the_start_too(client: Client) -> None:
    answer = await call(client, "POST", "/api/conversations", data=b" " * 40_000, headers=JSON)
    assert answer.status == 413
    assert PHONE in answer.hrefs


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("my name is Amina\x00Hussain \x07\x1b[31m", "my name is AminaHussain [31m"),
        ("h\u200bo\u200bw long", "how long"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("ok\U000e0041\U000e0042", "ok"),
        ("one\r\ntwo\u2028three\tfour", "one\ntwo\nthree four"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u06a9\u06cc\u0627 \u06c1\u06d2", "\u06a9\u06cc\u0627 \u06c1\u06d2"),
        ("\U0001f622", "\U0001f622"),
    ],
)
async def test_what_cannot_be_seen_is_taken_out_and_the_rest_stays(
    family: Family, assistant: FakeAssistant, text: str, kept: str
) -> None:
    assert (await family.say(text)).status == 200
    assert assistant.turns[-1].text == kept
    assert (await family.read()).messages[1]["text"] == kept


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '/EXTERNAL: {"a": 1}',
        '/inform{"name": "x"}',
        "<script>alert(1)</script>",
        "{phone}",
        "'; DROP TABLE",
    ],
)
async def test_commands_and_markup_are_only_words(family: Family, assistant: FakeAssistant, text: str) -> None:
    assert (await family.say(text)).status == 200
    assert assistant.turns[-1].text == text
    assert assistant.turns[-1].intent is None
    assert (await family.read()).messages[1]["text"] == text


@pytest.mark.parametrize(
    "authorization", [None, "", "Basic eDp5", "Bearer", "Bearer ", "Bearer a b", "Bearer \u00e9", "Bearer " + "a" * 300]
)
async def test_no_token_or_a_malformed_one_is_401(family: Family, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in (
        ("GET", family.path),
        ("POST", family.path),
        ("DELETE", family.path.removesuffix("/messages")),
    ):
        answer = await call(family.client, method, path, headers=headers)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_everything_that_is_not_theirs_looks_the_same(
    serve: Serve, request: pytest.FixtureRequest, database: str
) -> None:
    client = await serve(
        database_url=request.getfixturevalue("postgresql_address") if database == "postgresql" else None
    )
    family, other = await begin(client), await begin(client)
    gone = await begin(client)
    await gone.delete()
    strangers = [
        Family(client, family.id, other.token, []),
        Family(client, family.id, "guess", []),
        Family(client, str(uuid4()), family.token, []),
        *(Family(client, id, family.token, []) for id in ("not-an-id", "%00", "%ff", f"{family.id}%00", "a" * 5000)),
        gone,
    ]
    answers = [answer for one in strangers for answer in (await one.read(), await one.say("hi"), await one.delete())]
    assert {(answer.status, json.dumps(answer.body)) for answer in answers} == {(404, json.dumps(answers[0].body))}
    assert (await family.say("hi")).status == 200


async def test_an_expired_conversation_is_not_there_any_more(client: Client) -> None:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=True) as time:
        family = await begin(client)
        time.shift(23 * 3600)
        assert (await family.say("How long?")).status == 200
        time.shift(23 * 3600)
        assert (await family.read()).status == 200  # a day after the last message, not after the first
        time.shift(2 * 3600)
        assert (await family.read()).status == 404
        assert (await family.say("How long?")).status == 404
        assert (await family.delete()).status == 404


@pytest.mark.parametrize("key", ["", "7", "not a uuid", "x" * 500])
async def test_a_key_that_is_no_uuid_is_422(family: Family, key: str) -> None:
    assert (await family.say("hi", headers={"Idempotency-Key": key})).status == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/api/conversations", 405),
        ("PUT", "/api/conversations", 405),
        ("PATCH", "/api/conversations/x/messages", 405),
        ("TRACE", "/api/conversations", 405),
        ("POST", "/healthz", 405),
        ("TRACE", "/", 405),
    ],
)
async def test_wrong_addresses_and_methods_are_told_so(client: Client, method: str, path: str, status: int) -> None:
    answer = await call(client, method, path)
    assert answer.status == status
    assert status != 405 or answer.headers["Allow"]


@pytest.mark.parametrize("line", [b"BREW /api/conversations HTTP/1.1", b"GET /\x00 HTTP/1.1", b"nonsense"])
async def test_what_is_no_http_is_refused_without_telling_what_serves(client: Client, line: bytes) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(line + b"\r\nHost: chat\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert b"aiohttp" not in answer
    assert b"Python" not in answer
