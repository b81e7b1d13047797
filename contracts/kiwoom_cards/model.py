"""The model of a contract card: one checkable statement about the service, with the steps that check it.

A card is data that can be listed without running it. Each run of a card creates one run object (``Card.new_run``). The
steps of the card are methods of that object, which keeps the state between them, such as the numbers of placed orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

from kiwoom_cards.context import CardContext
from kiwoom_cards.target import Capability
from kiwoom_contracts.error_recipes import ProfileName
from kiwoom_contracts.model import Evidence

P = TypeVar("P")
StepRun = TypeVar("StepRun", contravariant=True)


class Outcome(StrEnum):
    """The outcome of running a card on a target."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CardStep(Generic[StepRun]):
    """One step of a card, with the criterion by which it passes."""

    title: str
    criterion: str
    run: Callable[[StepRun], object]
    """Executes the step on the run object of the card.

    Raises CriterionMissed if the criterion is not met, and Unseen if it could not be observed. A KiwoomError of the
    client is not caught.
    """
    may_skip: bool = False
    """Whether an error code of ``Card.skip_when`` in this step skips the card instead of failing it."""


START = "2026-11-23T10:00"
"""Korean time at which the world of a card starts: a Monday, during market hours."""


@dataclass(frozen=True, slots=True)
class WorldSetup:
    """How the world of a card is created, on a target that can create one for each card."""

    scenario: str = ""
    """The name of a scenario of the library, or the YAML text of a scenario."""
    profile: ProfileName = "open"
    hours: Literal["", "open", "krx"] = ""
    """Trading hours; those of the profile if blank."""
    start: str = START
    """Start of the world, Korean time."""
    holdings: Mapping[str, int] = field(default_factory=dict)
    """Shares held at the start, by instrument code."""


@dataclass(frozen=True, slots=True)
class Card(Generic[P]):
    """A contract card: one checkable statement about the service, the evidence for it, and the steps that check it."""

    id: str
    """The permanent id.

    A card that is written by hand has a number of three digits. A card that follows from the catalogue has the id of
    what it is about: the API of an inquiry (``ka10081``), an error code (``8005``) or a realtime type (``0B``).
    """
    title: str
    evidence: Evidence
    new_run: Callable[[CardContext], P]
    """Creates the run object that the steps are executed on."""
    steps: tuple[CardStep[P], ...]
    needs: Capability = Capability.NONE
    """The capability that the target must have; the card is skipped on other targets."""
    skip_when: Mapping[str, str] = field(default_factory=dict)
    """Error codes that say nothing about the statement, such as a closed market, with the reason to report."""
    setup: WorldSetup = WorldSetup()
    in_hours: bool = False
    """Whether the card is skipped while the market is closed, on a target that keeps market hours."""
    trades: bool = False
    """Whether the card places orders far from the market; the account is then restored and verified after the run."""
    ran: str = ""
    """Day of its last run on the real mock domain, ``YYYY-MM-DD``; blank if it was never run there."""


AnyCard = Card[Any]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of running one card on one target."""

    card_id: str
    outcome: Outcome
    step: str | None = None
    """Title of the step that failed or was skipped; None if the card passed or was skipped before its first step."""
    why: str = ""
    """The reason for a failure or a skip; blank for a card that passed."""
    seconds: float = field(default=0.0, compare=False)
    """Duration of the run; ignored when results are compared."""

    @property
    def is_passed(self) -> bool:
        """Whether the card passed."""
        return self.outcome is Outcome.PASSED
