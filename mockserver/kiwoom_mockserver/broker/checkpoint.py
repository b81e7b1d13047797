"""Checkpoints of a world with its broker: everything that has to be set back for a test to go on from there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kiwoom_mockserver.broker.journal import JournalState
from kiwoom_mockserver.broker.network import HeldFrame
from kiwoom_mockserver.broker.state import BrokerState
from kiwoom_mockserver.broker.subscription_groups import Groups

if TYPE_CHECKING:
    from kiwoom_mockserver.broker.broker import Broker


class SavedSubscriptions(Struct):
    """What the session of one app key had subscribed to, and the frames that were still due to it."""

    groups: Groups = {}
    searches: dict[str, dict[str, None]] = {}
    """Live condition searches by ``seq``, each with the instrument codes that match it."""
    request_times: list[int] = []
    """When REG and REMOVE came within the last second, in microseconds of the world's clock."""
    held: list[HeldFrame] = []
    """Frames that a reorder fault holds back until a later frame has left."""


class Checkpoint(Struct, frozen=True):
    """A world with its broker at one moment: ledger, timers, tokens, rate limits, faults, subscriptions and journal."""

    world: bytes
    broker: bytes
    """The encoded :class:`~kiwoom_mockserver.broker.state.BrokerState`."""
    subscriptions: bytes
    """The encoded :class:`SavedSubscriptions` of each session that was logged in, by app key."""
    speed: float | None
    """The speed of the running clock; None for a clock that is moved by hand."""
    journal: JournalState

    def broker_state(self) -> BrokerState:
        """Return a new copy of the broker's state."""
        return msgspec.msgpack.decode(self.broker, type=BrokerState)

    def saved_subscriptions(self) -> dict[str, SavedSubscriptions]:
        """Return a new copy of the subscriptions, by app key."""
        return msgspec.msgpack.decode(self.subscriptions, type=dict[str, SavedSubscriptions])

    def state_hash(self) -> str:
        """Return the SHA-256 of world, broker and subscriptions in hexadecimal.

        Equal states have equal hashes on every machine. The journal and the speed of the clock are left out.
        """
        return hashlib.sha256(self.world + self.broker + self.subscriptions).hexdigest()


def take_checkpoint(broker: Broker) -> Checkpoint:
    """Return a checkpoint of a broker and its world. Frames that wait for their turn are sent first."""
    # The outbox is no part of a checkpoint: frames that were left in it would be lost by a restore.
    broker.flush()
    subscriptions = {
        session.appkey: SavedSubscriptions(
            session.subscription_groups.groups, session.searches, session.request_times, session.held
        )
        for session in broker.subscriptions.sessions
    }
    return Checkpoint(
        broker.world.snapshot(),
        msgspec.msgpack.encode(broker.state),
        msgspec.msgpack.encode(subscriptions),
        None if broker.clock is None else broker.clock.speed,
        broker.journal.state,
    )


def restore_checkpoint(broker: Broker, checkpoint: Checkpoint, wall: int) -> None:
    """Set a broker and its world back to a checkpoint; ``wall`` is the wall clock, in microseconds since 1970.

    Raises ValueError, and changes nothing, for a checkpoint with other app keys.
    """
    state = checkpoint.broker_state()
    if state.keys.keys() != broker.state.keys.keys():
        raise ValueError("a world goes back to a checkpoint of its own alone")
    # What has happened since the checkpoint is still published: a client must not miss what a REST answer told it.
    broker.flush()
    broker.world.restore(checkpoint.world)
    broker.state = state
    broker.run_clock(checkpoint.speed, wall)  # after the world: the clock runs on from the restored time
    broker.journal.load(checkpoint.journal)
    _restore_subscriptions(broker, checkpoint.saved_subscriptions())


def _restore_subscriptions(broker: Broker, saved_by_appkey: dict[str, SavedSubscriptions]) -> None:
    """Set back the subscriptions of every session that is connected now; connections themselves are not restored."""
    for session in broker.subscriptions.sessions:
        saved = saved_by_appkey.get(session.appkey, SavedSubscriptions())
        session.subscription_groups.load(saved.groups)
        session.searches = saved.searches
        session.request_times = saved.request_times
        session.held = saved.held
        # The clock may have gone back: counted from the old PING, the next one would be due far too late.
        session.ping_sent_at = broker.world.now
        broker.subscriptions.refresh(session)
