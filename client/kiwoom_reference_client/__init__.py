"""A typed client for the Kiwoom REST API, blocking and for asyncio."""

from kiwoom_reference_client.answers import KST, Answer, Balance, Cancelled, Holding, Modified, Placed, Record, Token
from kiwoom_reference_client.client import AsyncKiwoom, Kiwoom
from kiwoom_reference_client.errors import (
    AuthError,
    InputError,
    KiwoomError,
    OrderRejected,
    RateLimited,
    ServiceError,
    UnreadableAnswer,
)
from kiwoom_reference_client.orders import OrderKind, Side, Venue

__all__ = [
    "KST",
    "Answer",
    "AsyncKiwoom",
    "AuthError",
    "Balance",
    "Cancelled",
    "Holding",
    "InputError",
    "Kiwoom",
    "KiwoomError",
    "Modified",
    "OrderKind",
    "OrderRejected",
    "Placed",
    "RateLimited",
    "Record",
    "ServiceError",
    "Side",
    "Token",
    "UnreadableAnswer",
    "Venue",
]
