"""A typed client for the Kiwoom REST and WebSocket API, blocking and for asyncio."""

from kiwoom_reference_client.account import Balance, Holding, Holdings
from kiwoom_reference_client.client import AsyncKiwoom, Kiwoom
from kiwoom_reference_client.errors import (
    AuthError,
    FateUnknown,
    InputError,
    KiwoomError,
    NoAnswer,
    OrderRejected,
    RateLimited,
    ServiceError,
    UnreadableAnswer,
)
from kiwoom_reference_client.orders import GoldKind, GoldProduct, OrderKind, OrderState, Show, Side, Venue
from kiwoom_reference_client.pacing import Pace
from kiwoom_reference_client.records import Answer, Record
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
    "FateUnknown",
    "GoldKind",
    "GoldProduct",
    "Holding",
    "Holdings",
    "InputError",
    "Kiwoom",
    "KiwoomError",
    "Modified",
    "NoAnswer",
    "OrderKind",
    "OrderRejected",
    "OrderState",
    "Pace",
    "Placed",
    "RateLimited",
    "Record",
    "ServiceError",
    "Show",
    "Side",
    "Token",
    "UnreadableAnswer",
    "Venue",
]
