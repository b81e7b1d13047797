"""What a broker keeps besides its world, as plain data that a checkpoint can encode."""

from __future__ import annotations

from msgspec import Struct, field

from kiwoom_mockserver.broker.fault_rules import FaultRules
from kiwoom_mockserver.broker.left_searches import LeftSearches
from kiwoom_mockserver.broker.rate_limit import RateLimiter
from kiwoom_mockserver.broker.tokens import AppKey


class Stub(Struct, frozen=True):
    """The answer that a user has set for an API that is not simulated: it answers every valid request."""

    body: bytes = b""
    """The JSON body, encoded."""
    rows: int = 0
    """How many rows of a list the body holds; 1 for an answer without a list."""
    function: int = 0
    """The number of the broker's function that makes the answer; 0 for a fixed one."""


class BrokerState(Struct):
    """App keys with their tokens, request counts, fault rules, stubs and left searches of one world.

    Field names and values go into the state hash: renaming a field changes every hash.
    """

    keys: dict[str, AppKey] = {}
    """App keys by their text."""
    rates: RateLimiter = field(default_factory=RateLimiter)
    faults: FaultRules = field(default_factory=FaultRules)
    stubs: dict[str, Stub] = {}
    """Stubs by API id."""
    left_searches: LeftSearches = field(default_factory=LeftSearches)
