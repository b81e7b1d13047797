"""Control a running server from another process: the typed client of its control API."""

from kiwoom_mockserver.control.client import Control
from kiwoom_mockserver.control.clock import RemoteClock
from kiwoom_mockserver.control.customer import RemoteCustomer
from kiwoom_mockserver.control.errors import (
    AssertionFailedError,
    BadRequestError,
    ControlError,
    NotAllowedError,
    NotFoundError,
    UnreachableError,
)
from kiwoom_mockserver.control.faults import RemoteFaults
from kiwoom_mockserver.control.journal import RemoteJournal
from kiwoom_mockserver.control.market import RemoteMarket
from kiwoom_mockserver.control.orders import RemoteOrders
from kiwoom_mockserver.control.world import RemoteWorld

__all__ = [
    "AssertionFailedError",
    "BadRequestError",
    "Control",
    "ControlError",
    "NotAllowedError",
    "NotFoundError",
    "RemoteClock",
    "RemoteCustomer",
    "RemoteFaults",
    "RemoteJournal",
    "RemoteMarket",
    "RemoteOrders",
    "RemoteWorld",
    "UnreachableError",
]
