"""Checkpoints of a world with its broker: everything that has to be set back for a test to go on from there."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from kiwoom_mockserver.broker.journal import JournalState
from kiwoom_mockserver.broker.state import BrokerState


class Checkpoint(Struct, frozen=True):
    """A world with its broker at one moment: ledger, timers, tokens, rate limits, faults, stubs and journal.

    WebSocket connections and what they registered are no part of it.
    """

    world: bytes
    broker: bytes
    """The encoded :class:`~kiwoom_mockserver.broker.state.BrokerState`."""
    speed: float | None
    """The speed of the running clock; None for a clock that is moved by hand."""
    journal: JournalState

    def broker_state(self) -> BrokerState:
        """Return a new copy of the broker's state."""
        return msgspec.msgpack.decode(self.broker, type=BrokerState)

    def state_hash(self) -> str:
        """Return the SHA-256 of world and broker in hexadecimal.

        Equal states have equal hashes on every machine. The journal and the speed of the clock are left out.
        """
        return hashlib.sha256(self.world + self.broker).hexdigest()
