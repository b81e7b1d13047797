"""Contract cards: the same promises, held against this simulator, any other server, and the real mock domain."""

from kiwoom_contracts.cards import (
    conditions,
    continuation,
    credit,
    errors,
    gold,
    inquiries,
    manners,
    orders,
    realtime,
    rejections,
    sessions,
    tokens,
)
from kiwoom_contracts.cards.findings import CriterionMissed, Unseen
from kiwoom_contracts.cards.model import AnyCard, Card, Outcome, Result, Setting, Step
from kiwoom_contracts.cards.running import Ground, check, run
from kiwoom_contracts.cards.target import Power, Target, TargetRefused

CARDS: tuple[AnyCard, ...] = (
    *tokens.CARDS,
    *orders.CARDS,
    *rejections.CARDS,
    *inquiries.CARDS,
    *credit.CARDS,
    *gold.CARDS,
    *continuation.CARDS,
    *errors.CARDS,
    *realtime.CARDS,
    *manners.CARDS,
    *conditions.CARDS,
    *sessions.CARDS,
)
"""All cards by number."""

__all__ = [
    "CARDS",
    "AnyCard",
    "Card",
    "CriterionMissed",
    "Ground",
    "Outcome",
    "Power",
    "Result",
    "Setting",
    "Step",
    "Target",
    "TargetRefused",
    "Unseen",
    "check",
    "run",
]
