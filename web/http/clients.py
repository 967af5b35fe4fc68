"""Which network address a request comes from, for limits only: it is kept nowhere."""

from __future__ import annotations

import ipaddress

from aiohttp import web


def address_behind(request: web.BaseRequest, trusted_proxies: int) -> str:
    """The address as seen by the outermost of our own proxies; X-Forwarded-For further out can be made up."""
    forwarded = [item.strip() for line in request.headers.getall("X-Forwarded-For", []) for item in line.split(",")]
    if trusted_proxies and len(forwarded) >= trusted_proxies and _is_address(forwarded[-trusted_proxies]):
        return forwarded[-trusted_proxies]
    return request.remote or "unknown"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
