"""The desk: where staff see every request. Server-rendered, under /desk; scripts only improve it."""

from web.desk.setup import Behind, setup

__all__ = ["Behind", "setup"]
