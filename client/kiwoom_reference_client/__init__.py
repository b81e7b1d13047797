"""A typed client for the Kiwoom REST and WebSocket API, blocking and for asyncio."""

from kiwoom_reference_client.account import Balance, Holding, Holdings
from kiwoom_reference_client.client import AsyncKiwoom, Kiwoom
from kiwoom_reference_client.codes import GoldKind, GoldProduct, OrderKind, OrderState, Show, Side, Venue
from kiwoom_reference_client.conditions import Condition, ConditionMatch
from kiwoom_reference_client.errors import (
    AuthError,
    FateUnknown,
    InputError,
    KiwoomError,
    LoggedInElsewhere,
    NoAnswer,
    OrderRejected,
    RateLimited,
    RealtimeError,
    ServiceError,
    UnreadableAnswer,
)
from kiwoom_reference_client.events import ConditionEvent, Depth, Event, Gap, HoldingEvent, OrderEvent, Trade
from kiwoom_reference_client.rate_limit import RateLimit
from kiwoom_reference_client.records import Answer, Record
from kiwoom_reference_client.stream import Stream
from kiwoom_reference_client.tokens import Token
from kiwoom_reference_client.trading import Accepted, Cancelled, Modified, Placed
from kiwoom_reference_client.values import KST

__all__ = [
    "KST",
    "Accepted",
    "Answer",
    "AsyncKiwoom",
    "AuthError",
    "Balance",
    "Cancelled",
    "Condition",
    "ConditionEvent",
    "ConditionMatch",
    "Depth",
    "Event",
    "FateUnknown",
    "Gap",
    "GoldKind",
    "GoldProduct",
    "Holding",
    "HoldingEvent",
    "Holdings",
    "InputError",
    "Kiwoom",
    "KiwoomError",
    "LoggedInElsewhere",
    "Modified",
    "NoAnswer",
    "OrderEvent",
    "OrderKind",
    "OrderRejected",
    "OrderState",
    "Placed",
    "RateLimit",
    "RateLimited",
    "RealtimeError",
    "Record",
    "ServiceError",
    "Show",
    "Side",
    "Stream",
    "Token",
    "Trade",
    "UnreadableAnswer",
    "Venue",
]
