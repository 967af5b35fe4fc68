"""Signing in: what is asked for, what is refused, what ends when."""

from __future__ import annotations

import asyncio
import re

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, update

from tests.accounts.conftest import PASSPHRASE, QUICK, Staff
from web.accounts import passphrases
from web.accounts.passphrases import Passphrases
from web.accounts.roles import Member, Role
from web.accounts.service import INVITATION, AccountsError, WrongSignIn
from web.accounts.throttle import IN_ALL, PER_ACCOUNT, PER_ADDRESS

ADMIN = Member("someone", "admin@example.org", "Ade", Role.ADMINISTRATOR)


async def id_of(staff: Staff, email: str = "amira@example.org") -> str:
    return next(one.member.id for one in await staff.accounts.colleagues() if one.member.email == email)


async def test_there_is_no_account_to_begin_with(staff: Staff) -> None:
    assert await staff.accounts.colleagues() == []


async def test_somebody_invited_sets_up_their_own_sign_in_and_gets_in(staff: Staff) -> None:
    secret, codes = await staff.welcome(await staff.invite())
    assert len(secret) == 32  # 160 bits
    assert len(set(codes)) == 10
    session = await staff.sign_in(secret)
    assert session.member.name == "Amira Khan"
    assert (await staff.accounts.session(session.token)) is not None
    assert await staff.history() == ["invited", "welcomed", "signed_in"]


async def test_nothing_that_opens_an_account_can_be_read_in_the_database(staff: Staff) -> None:
    token = await staff.invite(Role.ADMINISTRATOR)
    secret, codes = await staff.welcome(token)
    session = await staff.sign_in(secret)
    dump = await staff.records.dump()
    for value in (PASSPHRASE, secret, token, session.token, *codes, codes[0].replace("-", ""), "192.0.2.1"):
        assert value not in dump


@pytest.mark.parametrize("wrong", ["email", "passphrase", "code", "no code", "disabled", "invited"])
async def test_whatever_is_wrong_it_is_refused_the_same_way(staff: Staff, wrong: str) -> None:
    token = await staff.invite()
    secret = "A" * 32
    if wrong != "invited":
        secret, _codes = await staff.welcome(token)
    if wrong == "disabled":
        await staff.accounts.disable(ADMIN, await id_of(staff))
    tries = {
        "email": {"email": "nobody@example.org"},
        "passphrase": {"passphrase": PASSPHRASE + "x"},
        "code": {"code": "000000"},
        "no code": {"code": ""},
    }
    with pytest.raises(WrongSignIn):
        await staff.sign_in(secret, **tries.get(wrong, {}))
    assert (await staff.history())[-1] == "sign_in_failed"
    assert not await staff.records.rows("sessions")


async def test_the_same_code_is_refused_the_second_time_and_so_is_an_older_one(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    before, now = staff.code(secret), None
    staff.clock.forward(seconds=30)
    now = staff.code(secret)
    await staff.sign_in(secret, code=now)
    for code in (now, before):
        with pytest.raises(WrongSignIn):
            await staff.sign_in(secret, code=code)


async def test_of_two_at_once_with_the_same_code_one_gets_in(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    done = await asyncio.gather(staff.sign_in(secret), staff.sign_in(secret), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Session", "WrongSignIn"]


async def test_a_code_of_a_clock_half_a_minute_off_is_taken_and_no_more(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    early = staff.code(secret)
    staff.clock.forward(seconds=30)
    await staff.sign_in(secret, code=early)
    staff.clock.forward(seconds=60)
    late = staff.code(secret)
    staff.clock.forward(seconds=61)
    with pytest.raises(WrongSignIn):
        await staff.sign_in(secret, code=late)


async def test_a_recovery_code_works_once_however_it_is_typed(staff: Staff) -> None:
    secret, codes = await staff.welcome(await staff.invite())
    await staff.sign_in(secret, code=codes[0].replace("-", " "))
    with pytest.raises(WrongSignIn):
        await staff.sign_in(secret, code=codes[0])
    await staff.sign_in(secret, code=codes[1])
    assert (await staff.history()).count("recovery_used") == 2


async def test_after_ten_wrong_tries_even_the_right_one_waits_and_a_quarter_of_an_hour_ends_it(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    for _ in range(PER_ACCOUNT):
        with pytest.raises(WrongSignIn):
            await staff.sign_in(secret, passphrase="wrong")
    with pytest.raises(WrongSignIn):
        await staff.sign_in(secret)
    assert (await staff.history())[-1] == "sign_in_locked"
    assert await staff.accounts.session(session.token) is not None, "who is signed in stays so"
    staff.clock.forward(minutes=16)
    assert await staff.sign_in(secret)
    assert len(await staff.records.rows("sign_in_tries")) <= 3, "nothing is kept of addresses for longer"


async def test_signing_in_clears_the_wrong_tries_of_an_account(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    for _ in range(2):
        for _ in range(PER_ACCOUNT - 1):
            with pytest.raises(WrongSignIn):
                await staff.sign_in(secret, passphrase="wrong")
        assert await staff.sign_in(secret)
        staff.clock.forward(seconds=60)


async def test_one_address_can_not_try_many_accounts(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    for number in range(PER_ADDRESS):
        with pytest.raises(WrongSignIn):
            await staff.accounts.sign_in(f"{number}@example.org", "x", "1", "192.0.2.1", "")
    with pytest.raises(WrongSignIn):
        await staff.sign_in(secret)
    staff.clock.forward(minutes=1)
    assert await staff.accounts.sign_in("amira@example.org", PASSPHRASE, staff.code(secret), "198.51.100.7", "")


async def test_many_addresses_together_can_not_try_without_end(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    staff.clock.forward(seconds=30)
    name = staff.records.keys.name("sign-in:all")
    tries = staff.records.tables.sign_in_tries
    full = update(tries).where(tries.c.name == name).values(count=IN_ALL)
    assert (await staff.records.database.run(lambda c: c.execute(full))).rowcount == 1
    for _ in range(2):
        with pytest.raises(WrongSignIn):
            await staff.accounts.sign_in("amira@example.org", PASSPHRASE, staff.code(secret), "198.51.100.7", "")
    assert (await staff.history()).count("sign_in_locked") == 1
    assert await staff.accounts.session(session.token) is not None, "who is signed in stays so"
    staff.clock.forward(minutes=16)
    assert await staff.sign_in(secret)


async def test_of_two_administrators_who_disable_each_other_at_once_one_is_left(staff: Staff) -> None:
    for name in ("ade", "bea"):
        await staff.welcome(await staff.invite(Role.ADMINISTRATOR, f"{name}@example.org", name.capitalize()))
    ade, bea = [one.member for one in await staff.accounts.colleagues()]
    done = await asyncio.gather(
        staff.accounts.disable(ade, bea.id), staff.accounts.disable(bea, ade.id), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["AccountsError", "NoneType"]
    assert [one.disabled for one in await staff.accounts.colleagues()].count(False) == 1


class Counting(Passphrases):
    """Counts how often something is compared, which is what takes long."""

    compared = 0

    async def matches(self, kept: str | None, passphrase: str) -> bool:
        self.compared += 1
        return await super().matches(kept, passphrase)


async def test_an_address_that_tried_too_often_is_refused_without_hashing_and_noted_once(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    counting = Counting(QUICK)
    monkeypatch.setattr(staff.accounts, "_passphrases", counting)
    for number in range(PER_ADDRESS + 5):
        with pytest.raises(WrongSignIn):
            await staff.accounts.sign_in(f"{number}@example.org", "x", "1", "192.0.2.1", "")
    with pytest.raises(WrongSignIn):
        await staff.sign_in(secret)
    assert counting.compared == PER_ADDRESS
    assert (await staff.history()).count("sign_in_locked") == 1


@pytest.mark.parametrize("email", ["amira@example.org", "nobody@example.org"])
async def test_a_locked_account_takes_as_long_as_one_that_is_not_there(
    staff: Staff, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    counting = Counting(QUICK)
    monkeypatch.setattr(staff.accounts, "_passphrases", counting)
    for _ in range(PER_ACCOUNT + 3):
        with pytest.raises(WrongSignIn):
            await staff.sign_in(secret, email=email, passphrase="wrong")
    assert counting.compared == PER_ACCOUNT + 3


async def test_many_tries_at_once_are_as_many(staff: Staff) -> None:
    await staff.welcome(await staff.invite())
    tries = [staff.sign_in("A" * 32, passphrase="wrong") for _ in range(PER_ACCOUNT + 3)]
    await asyncio.gather(*tries, return_exceptions=True)
    history = await staff.history()
    assert history.count("sign_in_failed") == PER_ACCOUNT
    assert history.count("sign_in_locked") == 1, "what is beyond the limit is noted once"


async def test_a_session_ends_after_half_an_hour_without_use(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    for _ in range(3):
        staff.clock.forward(minutes=29)
        assert await staff.accounts.session(session.token) is not None
    staff.clock.forward(minutes=30)
    assert await staff.accounts.session(session.token) is None


async def test_a_session_ends_after_twelve_hours_whatever_is_done(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    for _ in range(12 * 3 - 1):
        staff.clock.forward(minutes=20)
        assert await staff.accounts.session(session.token) is not None
    staff.clock.forward(minutes=21)
    assert await staff.accounts.session(session.token) is None


async def test_each_sign_in_has_a_token_of_its_own_and_signing_out_kills_it(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    first = await staff.sign_in(secret)
    staff.clock.forward(seconds=30)
    second = await staff.sign_in(secret)
    assert first.token != second.token
    await staff.accounts.sign_out(first)
    assert await staff.accounts.session(first.token) is None
    assert await staff.accounts.session(second.token) is not None


async def test_own_sessions_are_listed_and_can_be_ended_but_nobody_elses(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    listed = await staff.accounts.sessions_of(session.member)
    assert [one.device for one in listed] == ["Firefox on Windows"]
    assert not await staff.accounts.end_session(ADMIN, listed[0].id)
    assert await staff.accounts.end_session(session.member, listed[0].id)
    assert await staff.accounts.session(session.token) is None


@pytest.mark.parametrize("what", ["role", "disable", "reset", "renew"])
async def test_what_changes_an_account_ends_all_its_sessions(staff: Staff, what: str) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    id = session.member.id
    if what == "role":
        await staff.accounts.change_role(ADMIN, id, Role.MANAGER)
    elif what == "disable":
        await staff.accounts.disable(ADMIN, id)
    elif what == "reset":
        await staff.accounts.reset(ADMIN, id)
    else:
        token = await staff.accounts.renew(session, PASSPHRASE)
        assert token is not None
        await staff.welcome(token, "another four words here")
    assert await staff.accounts.session(session.token) is None


class Meanwhile(Passphrases):
    """Something happens to the account while a passphrase is compared with the one that was right before."""

    def __init__(self, staff: Staff, what: str) -> None:
        super().__init__(QUICK)
        self._staff = staff
        self._what = what

    async def matches(self, kept: str | None, passphrase: str) -> bool:
        found = await super().matches(kept, passphrase)
        await getattr(self._staff.accounts, self._what)(ADMIN, await id_of(self._staff))
        return found

    def is_outdated(self, kept: str) -> bool:
        return True


@pytest.mark.parametrize("what", ["reset", "disable"])
async def test_who_loses_an_account_while_signing_in_gets_no_session(
    staff: Staff, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    before = (await staff.records.rows("staff"))[0].passphrase
    monkeypatch.setattr(staff.accounts, "_passphrases", Meanwhile(staff, what))
    with pytest.raises(WrongSignIn):
        await staff.sign_in(secret)
    assert not await staff.records.rows("sessions")
    assert (await staff.history())[-1] == "sign_in_failed"
    kept = (await staff.records.rows("staff"))[0].passphrase
    assert kept == (None if what == "reset" else before), "what was typed is not written back"


@pytest.mark.parametrize("what", ["reset", "disable"])
async def test_renewing_leaves_alone_what_happened_meanwhile(
    staff: Staff, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    monkeypatch.setattr(staff.accounts, "_passphrases", Meanwhile(staff, what))
    assert await staff.accounts.renew(session, PASSPHRASE) is None
    ends = [str(row.expires_at)[:19] for row in await staff.records.rows("invitations")]
    sent = str(staff.clock.now + INVITATION)[:19]
    assert ends == ([sent] if what == "reset" else []), "the administrator's link still works"


async def test_a_link_that_is_taken_up_while_another_is_sent_gives_way_and_neither_waits_for_the_other(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await staff.invite()
    invited = await staff.accounts.invited(token)
    assert invited is not None
    end_all = staff.accounts._sessions.end_all

    def slowly(connection: Connection, staff_id: str) -> None:
        if connection.dialect.name == "postgresql":  # on SQLite one transaction follows the other anyway
            connection.exec_driver_sql("SELECT pg_sleep(0.4)")
        end_all(connection, staff_id)

    monkeypatch.setattr(staff.accounts._sessions, "end_all", slowly)
    code = staff.code(invited.secret)
    done = await asyncio.gather(
        staff.accounts.reset(ADMIN, await id_of(staff)),
        staff.accounts.welcome(token, PASSPHRASE, code),
        return_exceptions=True,
    )
    assert done[0] is None and isinstance(done[1], AccountsError), done
    assert await staff.accounts.invited(token) is None
    assert len(await staff.records.rows("invitations")) == 1, "the link that was sent last still works"


async def test_a_disabled_administrator_gets_no_link_but_is_told_what_to_do(staff: Staff) -> None:
    await staff.invite(Role.ADMINISTRATOR)
    await staff.accounts.disable(ADMIN, await id_of(staff))
    with pytest.raises(AccountsError, match="is disabled.*can enable the account.*use another address"):
        await staff.invite(Role.ADMINISTRATOR)
    assert not await staff.records.rows("invitations")
    await staff.accounts.enable(ADMIN, await id_of(staff))
    await staff.welcome(await staff.invite(Role.ADMINISTRATOR))


async def test_renewing_asks_for_the_passphrase(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    session = await staff.sign_in(secret)
    assert await staff.accounts.renew(session, "not it") is None


async def test_a_link_works_once_and_for_48_hours(staff: Staff) -> None:
    token = await staff.invite()
    staff.clock.forward(hours=47)
    await staff.welcome(token)
    assert await staff.accounts.invited(token) is None
    with pytest.raises(AccountsError):
        await staff.accounts.welcome(token, PASSPHRASE, "000000")
    other = await staff.invite(email="other@example.org", name="Other")
    staff.clock.forward(hours=49)
    assert await staff.accounts.invited(other) is None


async def test_looking_at_a_link_or_typing_a_wrong_code_uses_nothing_up(staff: Staff) -> None:
    token = await staff.invite()
    for _ in range(3):
        assert await staff.accounts.invited(token) is not None
    assert await staff.accounts.welcome(token, PASSPHRASE, "000000") is None
    assert await staff.welcome(token)


async def test_the_link_is_sent_to_the_colleague_alone(staff: Staff) -> None:
    await staff.invite()
    letter = await staff.last_letter()
    assert letter["to"] == "amira@example.org"
    assert "/desk/welcome/" in letter["text"]


async def test_nobody_takes_their_own_rights_away(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite(Role.ADMINISTRATOR))
    me = (await staff.sign_in(secret)).member
    for work in (staff.accounts.disable(me, me.id), staff.accounts.change_role(me, me.id, Role.MANAGER)):
        with pytest.raises(AccountsError, match="own account"):
            await work


@pytest.mark.parametrize("email", ["", "name", "a b@example.org", "a@b@example.org", "a@example.org\nBcc: x@y.org"])
async def test_an_address_that_is_none_is_refused_in_plain_words(staff: Staff, email: str) -> None:
    with pytest.raises(AccountsError, match="Write an e-mail address"):
        await staff.accounts.invite(ADMIN, email, "Somebody", Role.MANAGER)


async def test_two_colleagues_never_have_the_same_name_or_address(staff: Staff) -> None:
    await staff.invite()
    with pytest.raises(AccountsError, match="(?i)amira khan already"):
        await staff.accounts.invite(ADMIN, "b@example.org", "amira  khan", Role.MANAGER)
    with pytest.raises(AccountsError, match="has an account already"):
        await staff.accounts.invite(ADMIN, "AMIRA@example.org", "Somebody Else", Role.MANAGER)


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("short", "at least 12"),
        ("x" * 129, "at most 128"),
        ("presentation", "Many people"),
        ("password1234", "Many people|close to"),
        ("aaaaaaaaaaaaaaaa", "Many people"),
        ("bradford-safeguarding-tbp", "close to"),
        ("amira khan amira khan", "close to"),
    ],
)
def test_a_passphrase_that_is_easy_to_guess_is_refused(passphrase: str, why: str) -> None:
    problem = passphrases.problem(passphrase, ("Amira Khan", "amira@example.org"))
    assert problem is not None and re.search(why, problem), problem


@pytest.mark.parametrize(
    "passphrase", [PASSPHRASE, "ñandú æther ☂ tërra", "1 2 3 4 5 6 x y z w", "e" * 60 + "abcdefgh"]
)
def test_any_characters_will_do_and_none_are_demanded(passphrase: str) -> None:
    assert passphrases.problem(passphrase, ("Amira Khan", "amira@example.org")) is None


async def test_every_character_of_a_long_passphrase_counts() -> None:
    secret = Passphrases(QUICK)
    kept = await secret.hash("a long one " * 11 + "end")
    assert await secret.matches(kept, "a long one " * 11 + "end")
    assert not await secret.matches(kept, "a long one " * 11 + "enD")


def test_hashes_cost_what_they_should() -> None:
    kept = PasswordHasher().hash("x")
    assert kept.startswith("$argon2id$")
    assert PasswordHasher().memory_cost >= 19 * 1024 and PasswordHasher().time_cost >= 2


async def test_a_hash_made_with_weaker_parameters_is_made_anew_when_its_owner_signs_in(staff: Staff) -> None:
    secret, _codes = await staff.welcome(await staff.invite())
    staff.accounts._passphrases = Passphrases(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    before = (await staff.records.rows("staff"))[0].passphrase
    await staff.sign_in(secret)
    after = (await staff.records.rows("staff"))[0].passphrase
    assert before != after and "m=16,t=2" in after
