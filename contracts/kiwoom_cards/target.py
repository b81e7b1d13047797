"""The target of contract cards: any server, this simulator, or the real mock domain; never the production domain."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import httpx2

from kiwoom_cards.trading_hours import why_closed
from kiwoom_contracts.model import WEBSOCKET_PATH
from kiwoom_contracts.recipe_runner import ReceivedResponse
from kiwoom_reference_client import KST, RateLimit

MOCK_DOMAIN = "mockapi.kiwoom.com"
CHEAP_SHARE = "003530"
"""Code of the share that is traded on the mock domain: listed for decades, a few thousand won."""

_BROKER_DOMAIN = "kiwoom.com"
_HOST = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+")
"""A host name or an address; any other spelling of a host may mean another host to another URL parser."""


class Capability(StrEnum):
    """What a card must be able to do to its target, beyond calling it as a client."""

    NONE = "none"
    CLOCK = "clock"
    """Move the clock of the target."""
    FAULTS = "faults"
    """Set up the world: app keys of all kinds, refusal rules, market events of a scenario."""


class TargetRefused(ValueError):  # noqa: N818 - the target is refused, nothing failed
    """Cards must not run on this base URL."""


def always_open() -> str:
    """Return a blank reason: the trading hours of a target that has none."""
    return ""


class Observer:
    """Is notified of everything that a target sends. This base class ignores it."""

    def answer(self, api_id: str, request_body: str, response: ReceivedResponse) -> None:
        """A REST request was answered."""

    def frame(self, frame: dict[str, Any]) -> None:
        """A WebSocket frame was received."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server on which cards run, an account on it, and what the cards can do to it.

    Raises TargetRefused for the production domain, by its host name and before any connection.
    """

    url: str
    appkey: str = field(repr=False)
    secretkey: str = field(repr=False)
    instrument: str = "005930"
    """Code of the share that is traded, one share at a time, far from the market."""
    capabilities: frozenset[Capability] = frozenset({Capability.NONE})
    rate_limit: RateLimit = field(default_factory=RateLimit)
    """The rate limit of all requests of all cards; none by default."""
    let_pass: Callable[[float], object] = time.sleep
    """Lets so many seconds pass: by sleeping, or by moving the clock of the target."""
    why_closed: Callable[[], str] = always_open
    """Returns why no order is accepted now, as a sentence; blank while the market is open."""
    patience: float = 5.0
    """Seconds to wait for a frame that the target must send."""
    listing_takes: float = 0.0
    """Seconds until an accepted order is in the list of open orders."""
    has_port_for_websocket: bool = False
    """Whether the WebSocket is on port 10000, as at Kiwoom, and not on the port of the base URL."""
    observer: Observer = field(default=Observer(), repr=False, compare=False)
    """Is notified of all answers and frames."""

    def __post_init__(self) -> None:
        refuse_production(self.url)

    @property
    def is_set_up(self) -> bool:
        """Whether the world of the target was created as the card says."""
        return Capability.FAULTS in self.capabilities

    @property
    def is_moved_by_hand(self) -> bool:
        """Whether the time of the target passes only when the card moves its clock."""
        return Capability.CLOCK in self.capabilities

    @property
    def is_loopback(self) -> bool:
        """Whether the target is on this machine; no proxy is used then."""
        host = httpx2.URL(self.url).host
        return host in ("localhost", "::1") or host.startswith("127.")

    @property
    def is_mock_domain(self) -> bool:
        """Whether the target is the real mock domain."""
        return httpx2.URL(self.url).host.rstrip(".") == MOCK_DOMAIN

    @property
    def websocket_url(self) -> str:
        """URL of the WebSocket."""
        url = httpx2.URL(self.url)
        scheme = "wss" if url.scheme == "https" else "ws"
        port = 10_000 if self.has_port_for_websocket else url.port
        return str(url.copy_with(scheme=scheme, port=port, raw_path=WEBSOCKET_PATH.encode()))

    @classmethod
    def mockapi(
        cls,
        instrument: str = CHEAP_SHARE,
        environment: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = lambda: datetime.now(KST),
    ) -> Target:
        """The real mock domain, at one request a second per API, in market hours, with keys from the environment.

        Raises ValueError if KIWOOM_APPKEY or KIWOOM_SECRETKEY is not set.
        """
        keys = environment.get("KIWOOM_APPKEY", ""), environment.get("KIWOOM_SECRETKEY", "")
        if not all(keys):
            raise ValueError("no keys: set KIWOOM_APPKEY and KIWOOM_SECRETKEY to those of the mock domain")
        return cls(
            f"https://{MOCK_DOMAIN}",
            *keys,
            instrument,
            rate_limit=RateLimit(1),
            why_closed=lambda: why_closed(now()),
            listing_takes=2.0,
            has_port_for_websocket=True,
        )


def refuse_production(url: str) -> None:
    """Raise TargetRefused unless the host of a base URL is outside of kiwoom.com, or the mock domain itself."""
    try:
        parsed = httpx2.URL(url)
        host = parsed.raw_host.decode("ascii").lower().rstrip(".")
    except (httpx2.InvalidURL, UnicodeDecodeError):
        raise TargetRefused(f"{url!r} is not a URL") from None
    if not host:
        raise TargetRefused(f"{url!r} names no host: write http:// or https:// in front of it")
    if not _HOST.fullmatch(host):
        raise TargetRefused(f"{url!r} spells its host in an unusual way")
    if host != MOCK_DOMAIN and (host == _BROKER_DOMAIN or host.endswith("." + _BROKER_DOMAIN)):
        raise TargetRefused(f"{host} trades real money")
    if parsed.scheme not in ("http", "https"):
        raise TargetRefused(f"{url!r} is neither http nor https")
