"""The faults of a world of a running server."""

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
    """The faults of one world: what goes wrong, for which calls or frames, how often, and how long."""

    def __init__(self, transport: Transport, world_path: str) -> None:
        self._transport = transport
        self._path = f"{world_path}/faults"
        self._sessions_path = f"{world_path}/sessions"

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
        """Add a fault, such as ``add("status", status=503, api="kt10000", count=1)``, and return its number.

        ``does`` is the name of a method of the fixture, such as ``drop`` or ``too-many-requests``, and ``how`` are its
        values. The others say which calls or frames it applies to, how often at most, with which probability, and for
        how many seconds of the world's clock. Raises BadRequestError for a fault that could never happen in this world.
        """
        filters = {"type": type, "order": order, "account": account, "session": session, "fields": fields}
        limits = {"count": count, "probability": probability, "lasts": lasts}
        on = {"api": [api] if isinstance(api, str) else api} | _without_none(filters)
        fault = {"action": {"does": does, **how}, "on": on} | _without_none(limits)
        return self._transport.post(self._path, FaultNumber, fault).number

    def list(self) -> list[FaultInfo]:
        """The active faults, without those that have ended."""
        return self._transport.get(self._path, list[FaultInfo])

    def remove(self, number: int) -> None:
        """Remove a fault by its number. Raises NotFoundError if it does not exist, or has ended."""
        self._transport.delete(f"{self._path}/{number}")

    def clear(self) -> None:
        """Remove all faults."""
        self._transport.delete(self._path)

    def close_now(self, code: int = 1011, reason: str = "", *, session: str = "", account: str = "") -> None:
        """Close the WebSocket connections of all sessions, or those of an app key or an account, now.

        Code 1006 breaks them without a close frame. Raises BadRequestError for a code that no close frame may carry,
        and for a reason that is too long.
        """
        request = CloseNow(code=code, reason=reason, session=session, account=account)
        self._transport.post_without_result(f"{self._sessions_path}/close-now", request)

    def kick_now(self, *, session: str = "", account: str = "") -> None:
        """End the realtime sessions of all, or those of an app key or an account, as a second login does, now."""
        request = SessionFilter(session=session, account=account)
        self._transport.post_without_result(f"{self._sessions_path}/kick-now", request)


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
