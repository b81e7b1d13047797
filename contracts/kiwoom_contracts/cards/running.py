"""Runs a card on a target."""

from __future__ import annotations

import httpx2

from kiwoom_contracts.cards.model import Card, CriterionMissed, Outcome, P, Result, Step, Target, refuse_production
from kiwoom_reference_client import Kiwoom, KiwoomError

TIDYING = "tidy up"
"""Stands as the step of a result when the card went through and its traces stayed."""

_FINDINGS = (CriterionMissed, KiwoomError, httpx2.RequestError)
"""What a wrong target causes; anything else is a fault of the card."""


def run(card: Card[P], target: Target) -> Result:
    """Go through the steps of a card until one fails, then tidy up, whatever happened.

    Requests are not paced yet: on a target that limits them the card fails, and its order may stay open.
    Raises TargetRefused for the real broker.
    """
    refuse_production(target.url)
    if card.needs not in target.powers:
        return Result(card.number, Outcome.SKIPPED, why=f"needs power over the target: {card.needs}")
    with Kiwoom(target.url, target.appkey, target.secretkey, trust_env=not target.is_loopback) as client:
        play = card.play(client, target)
        try:
            result = _go_through(card, play)
        finally:
            left = _tidy_up(play)
    if not left:
        return result
    if result.is_passed:
        return Result(card.number, Outcome.FAILED, TIDYING, left)
    return Result(card.number, result.outcome, result.step, f"{result.why}; could not tidy up: {left}")


def _go_through(card: Card[P], play: P) -> Result:
    for step in card.steps:
        try:
            step.run(play)
        except _FINDINGS as finding:
            return _stopped(card, step, finding)
    return Result(card.number, Outcome.PASSED)


def _stopped(card: Card[P], step: Step[P], finding: Exception) -> Result:
    code = finding.code if isinstance(finding, KiwoomError) else ""
    if step.may_skip and code in card.skip_when:
        return Result(card.number, Outcome.SKIPPED, step.title, card.skip_when[code])
    return Result(card.number, Outcome.FAILED, step.title, _told(finding))


def _tidy_up(play: P) -> str:
    try:
        play.tidy_up()
    except _FINDINGS as finding:
        return _told(finding)
    return ""


def _told(finding: Exception) -> str:
    return str(finding) or type(finding).__name__
