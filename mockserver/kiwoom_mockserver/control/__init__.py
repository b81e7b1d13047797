"""Steer a running server from another process: the typed client of its control API."""

from kiwoom_mockserver.control.client import Control
from kiwoom_mockserver.control.clock import Clock
from kiwoom_mockserver.control.customer import Customer
from kiwoom_mockserver.control.errors import (
    BadRequestError,
    ControlError,
    NotAllowedError,
    NotFoundError,
    NotSoError,
    UnreachableError,
)
from kiwoom_mockserver.control.faults import Faults
from kiwoom_mockserver.control.journal import Journal
from kiwoom_mockserver.control.market import Market
from kiwoom_mockserver.control.orders import Orders
from kiwoom_mockserver.control.world import World

__all__ = [
    "BadRequestError",
    "Clock",
    "Control",
    "ControlError",
    "Customer",
    "Faults",
    "Journal",
    "Market",
    "NotAllowedError",
    "NotFoundError",
    "NotSoError",
    "Orders",
    "UnreachableError",
    "World",
]
