"""A realtime session as the broker sees it: its customer, its subscriptions, and how a frame is sent to it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.network import HeldFrame, NetworkConditions
from kiwoom_mockserver.broker.subscription_groups import SubscriptionGroups

PING_INTERVAL = 10.0
"""Seconds between two PINGs: of real time from connect on (observed), or of a manual clock's time from LOGIN on."""


class SessionState(StrEnum):
    """The states of a realtime session, from the open connection to the closed one."""

    CONNECTED = "connected"
    LOGGING_IN = "logging-in"
    LOGGED_IN = "logged-in"
    CLOSED = "closed"


class Subscriber(Protocol):
    """The part of a realtime session that the broker needs; the protocol of the session is in the realtime layer."""

    state: SessionState
    appkey: str
    """The app key that the session logged in with; blank before."""
    accounts: tuple[str, ...]
    """The account numbers of the customer; empty before the session is logged in."""
    subscription_groups: SubscriptionGroups
    searches: dict[str, dict[str, None]]
    """Live condition searches by ``seq``, each with the instrument codes that match it now."""
    held: list[HeldFrame]
    """Frames that a reorder fault holds back until a later frame has left."""
    login_hits: list[Hit]
    """The faults that hit the LOGIN which is not answered yet."""
    ping_sent_at: int
    """When the last PING left, or LOGIN was accepted, in microseconds of the world's clock."""
    send: Callable[[str], None]
    """Sends a text frame."""
    send_degraded: Callable[[str, NetworkConditions], None]
    """Sends a text frame under degraded network conditions."""

    on_echo: Callable[[], object]
    """Called when a PING needs no echo any more: the echo came, or the session is closed."""

    @property
    def owes_echo(self) -> bool:
        """Whether a PING is unanswered, and an unanswered PING counts in this profile."""

    def ping(self) -> None:
        """Send a PING, or end a session that left too many of them unanswered."""

    def end(self, code: str = "") -> None:
        """Send the SYSTEM frame of a code, if there is one, and close with 1000."""

    def abort(self, code: int, reason: str) -> None:
        """Close with a WebSocket close code and without a SYSTEM frame."""
