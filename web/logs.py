"""Logs: to standard error, and never anything that a family said."""

from __future__ import annotations

import logging


def set_up_logs() -> None:
    """One line per event. What libraries would add of a request's content is left out."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("aiohttp.server").addFilter(_without_content)  # it logs broken requests with their bytes
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _without_content(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[0]:
        record.msg, record.args = "a connection failed: %s", (record.exc_info[0].__name__,)
    record.exc_info, record.exc_text = None, None
    return True
