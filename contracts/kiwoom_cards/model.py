"""What a contract card is: a numbered promise of the service, and how to see whether a target keeps it.

A card is data that can be listed without running it. Each run of it is a *play*: an object that the card's steps are
methods of, which remembers between them what it placed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

from kiwoom_cards.context import CardContext
from kiwoom_cards.target import Capability
from kiwoom_contracts.model import Evidence

P = TypeVar("P")


class Outcome(StrEnum):
    """How a card ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CardStep(Generic[P]):
    """One step of a card, with what must be true for it to pass."""

    title: str
    criterion: str
    run: Callable[[P], object]
    """Raises CriterionMissed, or Unseen; or lets a KiwoomError of the client through."""
    may_skip: bool = False
    """Whether the codes of ``skip_when`` are looked for in this step."""


START = "2026-11-23T10:00"
"""Korean time at which a world begins: a Monday, while the market is open."""


@dataclass(frozen=True, slots=True)
class WorldSetup:
    """How the world begins in which a card is run, where the target is one that can be set up."""

    scenario: str = ""
    """A scenario of the library by name, or what one says, YAML."""
    profile: Literal["open", "mockapi"] = "open"
    hours: Literal["", "open", "krx"] = ""
    """Trading hours; the profile's if blank."""
    start: str = START
    """Korean time."""
    holdings: Mapping[str, int] = field(default_factory=dict)
    """Quantity by code."""


@dataclass(frozen=True, slots=True)
class Card(Generic[P]):
    """A numbered promise."""

    number: int
    title: str
    evidence: Evidence
    new_run: Callable[[CardContext], P]
    steps: tuple[CardStep[P], ...]
    needs: Capability = Capability.NONE
    skip_when: Mapping[str, str] = field(default_factory=dict)
    """Error codes that say nothing about the promise, such as a closed market, and what they mean."""
    setup: WorldSetup = WorldSetup()
    in_hours: bool = False
    """Whether it is run while the market is open, and not else, on a target that keeps hours."""
    trades: bool = False
    """Whether it places orders, far from the market; the account must then be as it was before."""
    ran: str = ""
    """Day of its last run on the real mock domain, ``YYYY-MM-DD``; blank if there was none."""


AnyCard = Card[Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of running a card."""

    number: int
    outcome: Outcome
    step: str | None = None
    """Title of the step at which it failed or was skipped; None where it never began, or passed."""
    why: str = ""
    seconds: float = field(default=0.0, compare=False)
    """That it took."""

    @property
    def is_passed(self) -> bool:
        return self.outcome is Outcome.PASSED
