"""The accessibility statement is dated, and can't change without a new date."""

from __future__ import annotations

import hashlib
import re

from tests.desk.office import Desk

# The date of the statement, and the beginning of the digest of its words. Change both together.
DATED = ("2026-11-29", "2270bf6f255f")


async def test_the_statement_has_a_new_date_whenever_its_words_change(desk: Desk) -> None:
    page = await desk.nobody().get("/desk/accessibility")
    assert page.status == 200
    words = page.html.partition("<main")[2].partition("</main>")[0]
    date = re.search(r'datetime="([\d-]+)"', words)
    assert date is not None
    text = " ".join(re.sub(r"<[^>]+>", " ", words.partition(">")[2]).split())
    assert (date[1], hashlib.sha256(text.encode()).hexdigest()[:12]) == DATED
