"""What a contract card is: a numbered promise of the service, and how to see whether a target keeps it.

A card is data that can be listed without running it. Each run of it is a *play*: an object that the card's steps are
methods of, which remembers between them what it placed, and tidies up at the end whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

import httpx2

from kiwoom_contracts.model import Evidence
from kiwoom_reference_client import Kiwoom

MOCK_DOMAIN = "mockapi.kiwoom.com"
_REAL = "kiwoom.com"


class Power(StrEnum):
    """What a card must be able to do to its target, beyond calling it."""

    NONE = "none"
    CLOCK = "clock"
    """Move its time."""
    FAULTS = "faults"
    """Make it misbehave on demand."""


class Outcome(StrEnum):
    """How a card ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class TargetRefused(ValueError):  # noqa: N818 - the target is refused, nothing failed
    """A base URL that cards must not run on."""


class CriterionMissed(Exception):  # noqa: N818 - a finding about the target
    """The target did not do what the step asks for."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where cards run. Raises TargetRefused for the real broker, by host name and before any connection."""

    url: str
    appkey: str = field(repr=False)
    secretkey: str = field(repr=False)
    instrument: str = "005930"
    """Code of the share that is traded: one share, far from the market."""
    powers: frozenset[Power] = frozenset({Power.NONE})

    def __post_init__(self) -> None:
        refuse_production(self.url)

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, where no proxy has a say."""
        host = httpx2.URL(self.url).host
        return host in ("localhost", "::1") or host.startswith("127.")


def refuse_production(url: str) -> None:
    """Raises TargetRefused unless the host of a base URL is outside of kiwoom.com or the mock domain itself."""
    try:
        host = httpx2.URL(url).raw_host.decode("ascii").lower().rstrip(".")
    except (httpx2.InvalidURL, UnicodeDecodeError):
        raise TargetRefused(f"{url!r} is no URL") from None
    if not host:
        raise TargetRefused(f"{url!r} names no host")
    if host != MOCK_DOMAIN and (host == _REAL or host.endswith("." + _REAL)):
        raise TargetRefused(f"{host} trades real money")


class Play(Protocol):
    """One run of a card."""

    def tidy_up(self) -> None:
        """Take back what the steps left behind; nothing if they went through."""


P = TypeVar("P", bound=Play)


@dataclass(frozen=True, slots=True)
class Step(Generic[P]):
    """One step of a card, with what must be true for it to pass."""

    title: str
    criterion: str
    run: Callable[[P], None]
    """Raises CriterionMissed, or lets a KiwoomError of the client through."""
    may_skip: bool = False
    """Whether the codes of ``skip_when`` are looked for in this step."""


@dataclass(frozen=True, slots=True)
class Card(Generic[P]):
    """A numbered promise."""

    number: int
    title: str
    evidence: Evidence
    skip_when: Mapping[str, str]
    """Error codes that say nothing about the promise, such as a closed market, and what they mean."""
    needs: Power
    play: Callable[[Kiwoom, Target], P]
    steps: tuple[Step[P], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of running a card."""

    number: int
    outcome: Outcome
    step: str | None = None
    """Title of the step at which it failed or was skipped; None where it never began, or passed."""
    why: str = ""

    @property
    def is_passed(self) -> bool:
        return self.outcome is Outcome.PASSED


def demand(is_so: bool, otherwise: str) -> None:
    """Raises CriterionMissed, telling what was seen instead, unless it is so."""
    if not is_so:
        raise CriterionMissed(otherwise)
