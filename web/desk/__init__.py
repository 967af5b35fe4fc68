"""The desk: where staff see every request. Server-rendered, under /desk; scripts only improve it."""

from web.desk.setup import setup

__all__ = ["setup"]
