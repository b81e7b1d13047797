"""The faults of a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiwoom_mockserver.control.messages import (
    CloseNow,
    FaultInfo,
    FaultNumber,
    SessionFilter,
)
from kiwoom_mockserver.control.transport import Transport


class RemoteFaults:
    """The faults of a world: rules of what goes wrong, to what, how often, and how long."""

    def __init__(self, line: Transport, world: str) -> None:
        self._line = line
        self._path = f"{world}/faults"
        self._sessions = f"{world}/sessions"

    def add(
        self,
        does: str,
        *,
        api: str | Sequence[str] = (),
        type: str | None = None,  # noqa: A002 - as it is called on the wire
        order: str | None = None,
        account: str | None = None,
        session: str | None = None,
        fields: Mapping[str, str] | None = None,
        count: int | None = None,
        probability: float | None = None,
        lasts: float | None = None,
        **how: Any,
    ) -> int:
        """Set a fault, such as ``add("status", status=503, api="kt10000", count=1)``; its number.

        ``does`` names the action and ``how`` says how; the others are what it strikes, how often, with what chance, and
        for how many seconds of the world's clock.
        """
        hits = {"type": type, "order": order, "account": account, "session": session, "fields": fields}
        bounds = {"count": count, "probability": probability, "lasts": lasts}
        on = {"api": [api] if isinstance(api, str) else api} | _said(hits)
        fault = {"action": {"does": does, **how}, "on": on} | _said(bounds)
        return self._line.post(self._path, FaultNumber, fault).number

    def list(self) -> list[FaultInfo]:
        """The faults that are set."""
        return self._line.get(self._path, list[FaultInfo])

    def remove(self, number: int) -> None:
        """Take a fault away. Raises NotFoundError."""
        self._line.delete(f"{self._path}/{number}")

    def clear(self) -> None:
        """Take all faults away."""
        self._line.delete(self._path)

    def close_now(self, code: int = 1011, reason: str = "", *, session: str = "", account: str = "") -> None:
        """Close the connections of all sessions, or those of an app key or an account."""
        asked = CloseNow(code=code, reason=reason, session=session, account=account)
        self._line.tell(f"{self._sessions}/close", asked)

    def kick_now(self, *, session: str = "", account: str = "") -> None:
        """As if somebody had logged in with the same app key."""
        self._line.tell(f"{self._sessions}/kick", SessionFilter(session=session, account=account))


def _said(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value is not None}
