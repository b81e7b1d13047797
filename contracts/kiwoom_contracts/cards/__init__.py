"""Contract cards: the same promises, held against this simulator, any other server, and the real mock domain."""

from kiwoom_contracts.cards import order_chain
from kiwoom_contracts.cards.model import Card, CriterionMissed, Outcome, Power, Result, Step, Target, TargetRefused
from kiwoom_contracts.cards.running import run

CARDS = (order_chain.CARD,)
"""All cards by number."""

__all__ = [
    "CARDS",
    "Card",
    "CriterionMissed",
    "Outcome",
    "Power",
    "Result",
    "Step",
    "Target",
    "TargetRefused",
    "run",
]
