"""Limits are kind: they count by address, say when to come back, and never refuse help."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import time_machine
from redis.asyncio import Redis

from tests.chat.conftest import Serve
from tests.chat.family import Client, begin, call
from tests.servers import redis
from web.app import utc_now
from web.chat.limits import Limits
from web.records.keys import Keys, new_key
from web.settings import Settings
from web.words import Words

PHONE = "tel:+441274434361"


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of the tests' own."""
    with redis() as url:
        yield url


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Where the counts are kept."""
    return request.getfixturevalue("redis_url") if request.param == "redis" else None


@pytest.fixture
async def limited(serve: Serve, url: str | None) -> Client:
    """Three messages and two conversations in ten minutes."""
    return await serve(
        rate_limit=True,
        redis_url=url,
        trusted_proxies=1,
        messages_per_10_minutes=3,
        conversations_per_10_minutes=2,
    )


def from_address(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


async def test_too_many_messages_are_429_with_the_phone_number_and_when_to_come_back(
    limited: Client, words: Words
) -> None:
    family = await begin(limited, headers=from_address("192.0.2.1"))
    for _ in range(3):
        assert (await family.say("hello", headers=from_address("192.0.2.1"))).status == 200
    refused = await family.say("hello", headers=from_address("192.0.2.1"))
    assert refused.status == 429
    assert refused.text == words.said("rate_limited").text
    assert PHONE in refused.hrefs
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    assert (await family.say("hello", headers=from_address("192.0.2.2"))).status == 200


async def test_help_is_never_refused(limited: Client) -> None:
    family = await begin(limited, headers=from_address("192.0.2.3"))
    for _ in range(4):
        answer = await family.say("i want to kill myself", headers=from_address("192.0.2.3"))
        assert answer.topics[0] == "safety.self"
    assert answer.status == 429
    assert PHONE in answer.hrefs
    assert (await family.say("i wish it had been me", headers=from_address("192.0.2.3"))).cares


async def test_too_many_conversations_are_429_with_the_phone_number(limited: Client) -> None:
    for _ in range(2):
        await begin(limited, headers=from_address("192.0.2.4"))
    refused = await call(limited, "POST", "/api/conversations", json={}, headers=from_address("192.0.2.4"))
    assert refused.status == 429
    assert PHONE in refused.hrefs


async def test_a_made_up_address_does_not_help(limited: Client) -> None:
    for number in range(2):
        await begin(limited, headers=from_address(f"198.51.100.{number}, 192.0.2.5"))
    refused = await call(
        limited, "POST", "/api/conversations", json={}, headers=from_address("198.51.100.9, 192.0.2.5")
    )
    assert refused.status == 429


async def test_reading_and_deleting_are_not_limited(limited: Client) -> None:
    family = await begin(limited, headers=from_address("192.0.2.6"))
    for _ in range(10):
        assert (await family.read()).status == 200
    assert (await family.delete()).status == 204


@pytest.mark.parametrize("most", [1, 3, 60])
@pytest.mark.parametrize("pause", [0, 30])
@pytest.mark.parametrize("start", ["10:00:00.001", "10:03:17", "10:09:59.999"])
async def test_who_comes_back_when_told_to_is_answered(start: str, pause: int, most: int) -> None:
    with time_machine.travel(f"2026-11-23T{start}Z", tick=False) as time:
        limits = Limits(Settings(messages_per_10_minutes=most), Keys([new_key()]), utc_now)
        for _ in range(3 * most):
            wait = await limits.message("192.0.2.8")
            if wait is not None:
                assert 1 <= wait <= 601
                time.shift(wait)
                assert await limits.message("192.0.2.8") is None
            time.shift(pause)


async def test_retry_after_says_when_to_come_back(serve: Serve) -> None:
    with time_machine.travel("2026-11-23T10:03:17Z", tick=True) as time:
        client = await serve(rate_limit=True, messages_per_10_minutes=1)
        family = await begin(client)
        assert (await family.say("hello")).status == 200
        refused = await family.say("hello")
        assert refused.status == 429
        time.shift(int(refused.headers["Retry-After"]))
        assert (await family.say("hello")).status == 200


async def test_limits_can_be_off(serve: Serve) -> None:
    family = await begin(await serve(rate_limit=False, messages_per_10_minutes=1))
    assert {(await family.say("hello")).status for _ in range(5)} == {200}


async def test_two_processes_share_their_counts_in_redis(serve: Serve, redis_url: str) -> None:
    changes = {"rate_limit": True, "redis_url": redis_url, "trusted_proxies": 1, "conversations_per_10_minutes": 1}
    one, two = await serve(**changes), await serve(**changes)
    await begin(one, headers=from_address("192.0.2.7"))
    refused = await call(two, "POST", "/api/conversations", json={}, headers=from_address("192.0.2.7"))
    assert refused.status == 429


async def test_a_redis_out_of_reach_keeps_nobody_from_an_answer(serve: Serve) -> None:
    client = await serve(rate_limit=True, redis_url="redis://127.0.0.1:1", messages_per_10_minutes=2)
    family = await begin(client)
    statuses = [(await family.say("hello")).status for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_a_redis_that_never_answers_keeps_nobody_from_an_answer(serve: Serve) -> None:
    async def never(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    silent = asyncio.Event()
    listener = await asyncio.start_server(never, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    client = await serve(rate_limit=True, redis_url=f"redis://127.0.0.1:{port}", messages_per_10_minutes=2)
    async with asyncio.timeout(20):
        family = await begin(client)
        statuses = [(await family.say("hello")).status for _ in range(3)]
    silent.set()
    listener.close()
    assert statuses == [200, 200, 429]


async def test_the_address_itself_is_kept_nowhere(redis_url: str) -> None:
    settings = Settings(redis_url=redis_url)
    clock = time_machine.travel("2026-11-23T10:00:00Z")
    with clock:
        await Limits(settings, Keys([new_key()]), utc_now).message("203.0.113.77")
    store = Redis.from_url(redis_url)
    names = [name async for name in store.scan_iter()]
    await store.aclose()
    assert names
    assert not [name for name in names if b"203.0.113" in name]


async def test_one_household_counts_as_one_ipv6_address() -> None:
    settings = Settings(messages_per_10_minutes=1)
    limits = Limits(settings, Keys([new_key()]), utc_now)
    assert await limits.message("2001:db8::1") is None
    assert await limits.message("2001:db8::2") is not None
    assert await limits.message("2001:db8:0:1::1") is None
