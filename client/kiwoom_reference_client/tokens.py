"""The access token of an app key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from kiwoom_reference_client import values
from kiwoom_reference_client.records import Answer


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and when it expires."""

    text: str = field(repr=False)
    expires: datetime
    """Expiry in KST."""

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Read the token from an answer of au10001. Raises UnreadableAnswer if the answer is malformed."""
        expires = answer.read("expires_dt", values.moment)
        if expires is None:
            raise answer.unreadable("expires_dt is blank")
        return cls(answer.text("token"), expires)
