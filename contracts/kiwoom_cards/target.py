"""Where cards run: any server, this simulator, or the real mock domain; never the real broker."""

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
from kiwoom_contracts.recipe_runner import ReceivedResponse
from kiwoom_reference_client import KST, RateLimit

MOCK_DOMAIN = "mockapi.kiwoom.com"
CHEAP_SHARE = "003530"
"""Code of the share that is traded on the mock domain: listed for decades, a few thousand won."""

_REAL = "kiwoom.com"
_HOST = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+")
"""A name, or an address; raw hosts in any other spelling mean different things to different readers."""

_WEBSOCKET_PATH = "/api/dostk/websocket"


class Capability(StrEnum):
    """What a card must be able to do to its target, beyond calling it."""

    NONE = "none"
    CLOCK = "clock"
    """Move its time."""
    FAULTS = "faults"
    """Set it up: keys of all kinds, rules that refuse, a market that does as told."""


class TargetRefused(ValueError):  # noqa: N818 - the target is refused, nothing failed
    """A base URL that cards must not run on."""


def always_open() -> str:
    """The hours of a target that keeps none."""
    return ""


class Observer:
    """Hears all that a target says, and keeps nothing of it."""

    def answer(self, api_id: str, asked: str, answered: ReceivedResponse) -> None:
        """An answer, and the body that was sent for it."""

    def frame(self, frame: dict[str, Any]) -> None:
        """A frame of the WebSocket."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where cards run. Raises TargetRefused for the real broker, by host name and before any connection."""

    url: str
    appkey: str = field(repr=False)
    secretkey: str = field(repr=False)
    instrument: str = "005930"
    """Code of the share that is traded: one share, far from the market."""
    capabilities: frozenset[Capability] = frozenset({Capability.NONE})
    rate_limit: RateLimit = field(default_factory=RateLimit)
    """Of all requests, of all cards; none unless it is given."""
    let_pass: Callable[[float], object] = time.sleep
    """Lets seconds pass: by waiting, or by moving the clock of the target where that is in one's power."""
    why_closed: Callable[[], str] = always_open
    """Why no order is taken now, in words; blank while the market is open."""
    patience: float = 5.0
    """Seconds that it has to do what follows from something else."""
    listing_takes: float = 0.0
    """Seconds until an order that was taken is among the open ones."""
    has_port_for_websocket: bool = False
    """Whether the WebSocket has port 10000 to itself, as at Kiwoom."""
    observer: Observer = field(default=Observer(), repr=False, compare=False)
    """Who listens besides the cards."""

    def __post_init__(self) -> None:
        refuse_production(self.url)

    @property
    def is_set_up(self) -> bool:
        """Whether its world begins as the card says."""
        return Capability.FAULTS in self.capabilities

    @property
    def is_moved_by_hand(self) -> bool:
        """Whether its time passes when it is told to, and not else."""
        return Capability.CLOCK in self.capabilities

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, where no proxy has a say."""
        host = httpx2.URL(self.url).host
        return host in ("localhost", "::1") or host.startswith("127.")

    @property
    def is_mock_domain(self) -> bool:
        """Whether it is the real one."""
        return httpx2.URL(self.url).host.rstrip(".") == MOCK_DOMAIN

    @property
    def websocket_url(self) -> str:
        url = httpx2.URL(self.url)
        scheme = "wss" if url.scheme == "https" else "ws"
        port = 10_000 if self.has_port_for_websocket else url.port
        return str(url.copy_with(scheme=scheme, port=port, raw_path=_WEBSOCKET_PATH.encode()))

    @classmethod
    def mockapi(
        cls,
        instrument: str = CHEAP_SHARE,
        environment: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = lambda: datetime.now(KST),
    ) -> Target:
        """The real mock domain: one request a second per API, market hours, keys from the environment.

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
    """Raises TargetRefused unless the host of a base URL is outside of kiwoom.com or the mock domain itself."""
    try:
        parsed = httpx2.URL(url)
        host = parsed.raw_host.decode("ascii").lower().rstrip(".")
    except (httpx2.InvalidURL, UnicodeDecodeError):
        raise TargetRefused(f"{url!r} is no URL") from None
    if not host:
        raise TargetRefused(f"{url!r} names no host")
    if not _HOST.fullmatch(host):
        raise TargetRefused(f"{url!r} names its host in a way that is not plain")
    if host != MOCK_DOMAIN and (host == _REAL or host.endswith("." + _REAL)):
        raise TargetRefused(f"{host} trades real money")
    if parsed.scheme not in ("http", "https"):
        raise TargetRefused(f"{url!r} is neither http nor https")
