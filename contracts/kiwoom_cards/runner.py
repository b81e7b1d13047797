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

SNAPSHOT_STEP = "look at the account"
"""Step title in a result when the account could not be read before the first step."""

MOCK_DOMAIN_ALONE, PRODUCTION_ALONE = "mockapi", "production"
"""Profiles of the cards whose statement holds for one domain only. Cards never run on production itself."""

CLEANUP_STEP = "clean up"
"""Step title in a result when all steps passed and the account could not be restored afterwards."""

_FINDINGS = (CriterionMissed, KiwoomError, httpx2.RequestError, WebSocketException, OSError)
"""Exceptions that a wrong target causes. Any other exception is a bug of the card, and is not caught."""

TargetFactory = Callable[[AnyCard], AbstractContextManager[Target]]
"""Opens the target on which a card is run: the same target for all cards, or a new world for each card."""


def check(cards: Iterable[AnyCard], target_factory: TargetFactory) -> Iterator[tuple[AnyCard, Result]]:
    """Run the cards one after another, each on the target that the factory opens for it, and yield their results."""
    for card in cards:
        with target_factory(card) as target:
            result = run(card, target)
        yield card, result


def run(card: Card[P], target: Target) -> Result:
    """Run the steps of a card until one fails, then restore the account, whatever happened.

    Raises TargetRefused for the production domain of the broker.
    """
    refuse_production(target.url)
    began = time.monotonic()
    result = _skipped(card, target) or _run(card, target)
    return replace(result, seconds=time.monotonic() - began)


def _skipped(card: AnyCard, target: Target) -> Result | None:
    why = ""
    if card.needs not in target.capabilities:
        why = f"the target lacks the capability {card.needs}"
    elif card.setup.profile == MOCK_DOMAIN_ALONE and not (target.is_set_up or target.is_mock_domain):
        why = "holds for the mock domain only"
    elif card.setup.profile == PRODUCTION_ALONE and not target.is_set_up:
        why = "holds for production only, and is checked on a simulator of it"
    elif card.in_hours:
        why = target.why_closed()
    return Result(card.id, Outcome.SKIPPED, why=why) if why else None


def _run(card: Card[P], target: Target) -> Result:
    with CardContext(target) as context:
        try:
            cleanup = AccountCleanup(context) if card.trades else None
        except _FINDINGS as finding:
            return _stopped(card, SNAPSHOT_STEP, finding, may_skip=True)
        try:
            result = _run_steps(card, card.new_run(context))
        finally:
            leftovers = _clean_up(cleanup)
    if not leftovers:
        return result
    if result.is_passed:
        return Result(card.id, Outcome.FAILED, CLEANUP_STEP, leftovers)
    return Result(card.id, Outcome.FAILED, result.step, f"{result.why}; could not clean up: {leftovers}")


def _run_steps(card: Card[P], card_run: P) -> Result:
    for step in card.steps:
        try:
            step.run(card_run)
        except Unseen as unseen:
            return Result(card.id, Outcome.SKIPPED, step.title, str(unseen))
        except _FINDINGS as finding:
            return _stopped(card, step.title, finding, step.may_skip)
    return Result(card.id, Outcome.PASSED)


def _stopped(card: AnyCard, step: str, finding: Exception, may_skip: bool) -> Result:
    code = finding.code if isinstance(finding, KiwoomError) else ""
    if may_skip and code in card.skip_when:
        return Result(card.id, Outcome.SKIPPED, step, card.skip_when[code])
    return Result(card.id, Outcome.FAILED, step, _text(finding))


def _clean_up(cleanup: AccountCleanup | None) -> str:
    """Restore the account, and return why that failed; blank if it did not."""
    try:
        if cleanup is not None:
            cleanup.restore()
    except _FINDINGS as finding:
        return _text(finding)
    return ""


def _text(finding: Exception) -> str:
    return str(finding) or type(finding).__name__
