"""Sends letters through an SMTP server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from web.notify import Envelope, SendFailed, as_message

STEP_SECONDS = 20.0  # for each step of the conversation with the server
WHOLE_SECONDS = 60.0  # for all of it: less than the outbox lends a letter out for
PERMANENT = 500


@dataclass(frozen=True)
class SmtpServer:
    """Where the server is and how to talk to it. Without a user nobody logs in."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None = None
    password: str | None = None


class SmtpSender:
    """A connection for each letter: there are few, and a broken one must not spoil the next."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def send(self, envelope: Envelope) -> None:
        """See Sender. Refused with a 5xx code is refused for good."""
        server = self._server
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                await aiosmtplib.send(
                    as_message(envelope, self._sender),
                    hostname=server.host,
                    port=server.port,
                    use_tls=server.security == "tls",
                    start_tls=server.security == "starttls",
                    username=server.user,
                    password=server.password,
                    timeout=STEP_SECONDS,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise SendFailed(f"recipient refused ({codes[0]})", for_good=min(codes) >= PERMANENT) from None
        except aiosmtplib.SMTPAuthenticationError as error:
            raise SendFailed(f"login refused ({error.code})") from None  # a setting: mended, it works again
        except aiosmtplib.SMTPResponseException as error:
            raise SendFailed(f"refused ({error.code})", for_good=error.code >= PERMANENT) from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise SendFailed(type(error).__name__) from None
