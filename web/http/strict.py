"""What comes from outside is taken only as it was described."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A body whose fields are all known and of exactly the right type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
