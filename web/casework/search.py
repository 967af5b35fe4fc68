"""Finding an item by a name, a number or an address without a readable word of it in the database.

Each item has keyed names of its words: the same word always has the same one, and nobody without the keys can tell
which word it is. After a change, or with new keys, an item's words are written anew before the next search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from web.meetings.ledger import Ledger
from web.records.keys import Keys
from web.records.tables import Tables

FIELDS = ("name", "contact", "other_contact")
AT_ONCE = 300  # items whose words are written anew in one transaction
SHORTEST_NUMBER = 5  # digits


class Search:
    """The words that items can be found by, inside a transaction that the caller began."""

    def __init__(self, tables: Tables, ledger: Ledger, keys: Keys) -> None:
        self._tables = tables
        self._ledger = ledger
        self._keys = keys
        self._with = keys.name("search")[:16]  # tells which keys the names were made with

    def names(self, written: str) -> tuple[str, ...]:
        """Keyed names of what somebody looks for."""
        return tuple(sorted(self._keys.name(f"word:{word}") for word in words_of(written)))

    def refresh(self, connection: Connection, most: int = AT_ONCE) -> int:
        """Write anew the words of items that have changed; returns of how many."""
        done = 0
        for table in (self._tables.requests, self._tables.handoffs):
            done += self._refresh(connection, table, most - done)
        return done

    def _refresh(self, connection: Connection, table: Table, most: int) -> int:
        indexed = table.c.indexed
        stale = or_(indexed.is_(None), indexed < self._with, indexed > self._with)  # so that its index is used
        # What another process writes anew just now is left to it: both would insert the same words.
        query = select(table).where(table.c.key.is_not(None), stale).limit(most).with_for_update(skip_locked=True)
        rows = connection.execute(query).all()
        words = self._tables.search_words
        for row in rows:
            connection.execute(delete(words).where(words.c.about == row.id))
            names = self._names_of(self._ledger.opened(row).details)
            if names:
                connection.execute(insert(words), [{"about": row.id, "word": name} for name in names])
            connection.execute(update(table).where(table.c.id == row.id).values(indexed=self._with))
        return len(rows)

    def _names_of(self, details: Mapping[str, Any]) -> set[str]:
        return {name for field in FIELDS for name in self.names(str(details.get(field) or ""))}


def words_of(text: str) -> set[str]:
    """What can be looked for in a text: its words, an e-mail address, the digits of a phone number."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    addresses = set(re.findall(r"[^\s@]+@[^\s@]+", plain))
    digits = re.sub(r"\D", "", re.sub(r"^\s*\+44", "0", plain))
    numbers = {digits} if len(digits) >= SHORTEST_NUMBER else set()
    words = set(re.findall(r"[^\W\d_]{2,}", re.sub(r"\S+@\S+", " ", plain)))
    return addresses | numbers | words
