"""Runs a card on a target."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import httpx2
from websockets.exceptions import WebSocketException

from kiwoom_cards.assertions import CriterionMissed, Unseen
from kiwoom_cards.cleanup import AccountCleanup
from kiwoom_cards.context import CardContext
from kiwoom_cards.model import AnyCard, Card, Outcome, P, Result
from kiwoom_cards.target import Target, refuse_production
from kiwoom_reference_client import KiwoomError

FINDING = "look at the account"
"""Stands as the step of a result when the account could not be looked at before the card began."""

MOCK_DOMAIN_ALONE = "mockapi"
"""The profile of what the mock domain does and others need not."""

TIDYING = "tidy up"
"""Stands as the step of a result when the card went through and its traces stayed."""

_FINDINGS = (CriterionMissed, KiwoomError, httpx2.RequestError, WebSocketException, OSError)
"""What a wrong target causes; anything else is a fault of the card."""

TargetFactory = Callable[[AnyCard], AbstractContextManager[Target]]
"""Gives the target on which a card is run: always the same, or a new world for each."""


def check(cards: Iterable[AnyCard], target_factory: TargetFactory) -> Iterator[tuple[AnyCard, Result]]:
    """Run cards one by one."""
    for card in cards:
        with target_factory(card) as target:
            result = run(card, target)
        yield card, result


def run(card: Card[P], target: Target) -> Result:
    """Go through the steps of a card until one fails, then put the account back, whatever happened.

    Raises TargetRefused for the real broker.
    """
    refuse_production(target.url)
    began = time.monotonic()
    result = _skipped(card, target) or _run(card, target)
    return replace(result, seconds=time.monotonic() - began)


def _skipped(card: AnyCard, target: Target) -> Result | None:
    why = ""
    if card.needs not in target.capabilities:
        why = f"needs power over the target: {card.needs}"
    elif card.setup.profile == MOCK_DOMAIN_ALONE and not (target.is_set_up or target.is_mock_domain):
        why = "a promise of the mock domain alone"
    elif card.in_hours:
        why = target.why_closed()
    return Result(card.number, Outcome.SKIPPED, why=why) if why else None


def _run(card: Card[P], target: Target) -> Result:
    with CardContext(target) as context:
        try:
            traces = AccountCleanup(context) if card.trades else None
        except _FINDINGS as finding:
            return _stopped(card, FINDING, finding, may_skip=True)
        try:
            result = _go_through(card, card.new_run(context))
        finally:
            left = _tidy_up(traces)
    if not left:
        return result
    if result.is_passed:
        return Result(card.number, Outcome.FAILED, TIDYING, left)
    return Result(card.number, Outcome.FAILED, result.step, f"{result.why}; could not tidy up: {left}")


def _go_through(card: Card[P], new_run: P) -> Result:
    for step in card.steps:
        try:
            step.run(new_run)
        except Unseen as unseen:
            return Result(card.number, Outcome.SKIPPED, step.title, str(unseen))
        except _FINDINGS as finding:
            return _stopped(card, step.title, finding, step.may_skip)
    return Result(card.number, Outcome.PASSED)


def _stopped(card: AnyCard, step: str, finding: Exception, may_skip: bool) -> Result:
    code = finding.code if isinstance(finding, KiwoomError) else ""
    if may_skip and code in card.skip_when:
        return Result(card.number, Outcome.SKIPPED, step, card.skip_when[code])
    return Result(card.number, Outcome.FAILED, step, _told(finding))


def _tidy_up(traces: AccountCleanup | None) -> str:
    try:
        if traces is not None:
            traces.remove()
    except _FINDINGS as finding:
        return _told(finding)
    return ""


def _told(finding: Exception) -> str:
    return str(finding) or type(finding).__name__
