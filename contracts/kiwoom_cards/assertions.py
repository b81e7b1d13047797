"""How a step of a card reports what it found out about a target."""

from __future__ import annotations


class CriterionMissed(Exception):  # noqa: N818 - a finding about the target
    """The target does not meet the criterion of the step: the card has failed."""


class Unseen(Exception):  # noqa: N818 - nothing failed
    """The step could not observe what it checks, on a target that cannot be made to show it: the card is skipped."""


def require(condition: bool, otherwise: str) -> None:
    """Raise CriterionMissed with that description of what was seen instead, unless the condition holds."""
    if not condition:
        raise CriterionMissed(otherwise)
