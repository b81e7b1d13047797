"""Steer a running server from another process: the typed client of its control API."""

from kiwoom_mockserver.control.client import Control
from kiwoom_mockserver.control.errors import (
    BadRequestError,
    ControlError,
    NotAllowedError,
    NotFoundError,
    NotSoError,
    UnreachableError,
)
from kiwoom_mockserver.control.world import Clock, Customer, Journal, Market, World

__all__ = [
    "BadRequestError",
    "Clock",
    "Control",
    "ControlError",
    "Customer",
    "Journal",
    "Market",
    "NotAllowedError",
    "NotFoundError",
    "NotSoError",
    "UnreachableError",
    "World",
]
