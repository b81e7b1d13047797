"""What a step may find about a target."""

from __future__ import annotations


class CriterionMissed(Exception):  # noqa: N818 - a finding about the target
    """The target did not do what the step asks for."""


class Unseen(Exception):  # noqa: N818 - nothing failed
    """What the step looks for did not happen, on a target that nobody can make it happen on."""


def require(is_so: bool, otherwise: str) -> None:
    """Raises CriterionMissed, telling what was seen instead, unless it is so."""
    if not is_so:
        raise CriterionMissed(otherwise)
