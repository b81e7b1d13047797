"""Contract cards: checkable statements about the service that run on the simulator, any server, and the mock domain."""

from kiwoom_cards import (
    conditions,
    continuation,
    credit,
    errors,
    gold,
    inquiries,
    orders,
    realtime,
    rejections,
    sessions,
    tokens,
    web_pages,
    ws_protocol,
)
from kiwoom_cards.assertions import CriterionMissed, Unseen
from kiwoom_cards.model import AnyCard, Card, CardStep, Outcome, Result, WorldSetup
from kiwoom_cards.runner import TargetFactory, check, run
from kiwoom_cards.target import Capability, Target, TargetRefused

CARDS: tuple[AnyCard, ...] = (
    *tokens.CARDS,
    *orders.CARDS,
    *rejections.CARDS,
    *inquiries.CARDS,
    *credit.CARDS,
    *gold.CARDS,
    *continuation.CARDS,
    *web_pages.CARDS,
    *errors.CARDS,
    *realtime.CARDS,
    *ws_protocol.CARDS,
    *conditions.CARDS,
    *sessions.CARDS,
)
"""All cards, by topic."""

__all__ = [
    "CARDS",
    "AnyCard",
    "Capability",
    "Card",
    "CardStep",
    "CriterionMissed",
    "Outcome",
    "Result",
    "Target",
    "TargetFactory",
    "TargetRefused",
    "Unseen",
    "WorldSetup",
    "check",
    "run",
]
