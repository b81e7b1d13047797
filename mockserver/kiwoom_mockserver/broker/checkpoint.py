"""Checkpoints of a world with its broker: everything that has to be set back for a test to go on from there."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from kiwoom_mockserver.broker.journal import JournalState
from kiwoom_mockserver.broker.network import HeldFrame
from kiwoom_mockserver.broker.state import BrokerState
from kiwoom_mockserver.broker.subscription_groups import Groups
from kiwoom_mockserver.broker.subscriptions import Subscriptions


class SavedSession(Struct):
    """What one session had subscribed to, and the frames that were still due to it."""

    groups: Groups = {}
    searches: dict[str, dict[str, None]] = {}
    """Live condition searches by ``seq``, each with the instrument codes that match it."""
    request_times: list[int] = []
    """When REG and REMOVE came within the last second, in microseconds of the world's clock."""
    held: list[HeldFrame] = []
    """Frames that a reorder fault holds back until a later frame has left."""


class SavedSubscriptions(Struct):
    """What an app key had subscribed to."""

    sessions: list[SavedSession] = []
    """Its sessions, in the order of their LOGIN."""
    left_searches: dict[str, None] = {}
    """Live searches by ``seq`` that are still registered although their connection broke."""


class Checkpoint(Struct, frozen=True):
    """A world with its broker at one moment: ledger, timers, tokens, rate limits, faults, subscriptions and journal."""

    world: bytes
    broker: bytes
    """The encoded :class:`~kiwoom_mockserver.broker.state.BrokerState`."""
    subscriptions: bytes
    """The encoded :class:`SavedSubscriptions` by app key: of each session, and of what broken connections left."""
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


def save_subscriptions(subscriptions: Subscriptions) -> bytes:
    """Encode the subscriptions of every session that is logged in, and what broken connections left, by app key."""
    saved: dict[str, SavedSubscriptions] = {}
    for session in subscriptions.sessions:
        one = SavedSession(session.subscription_groups.groups, session.searches, session.request_times, session.held)
        saved.setdefault(session.appkey, SavedSubscriptions()).sessions.append(one)
    for appkey, searches in subscriptions.left_searches.items():
        saved.setdefault(appkey, SavedSubscriptions()).left_searches = searches
    return msgspec.msgpack.encode(saved)


def restore_subscriptions(subscriptions: Subscriptions, checkpoint: Checkpoint, now: int) -> None:
    """Set back the subscriptions of every session that is connected now; connections themselves are not restored.

    ``now`` is the restored time of the world's clock, in microseconds since 1970.
    """
    saved_by_appkey = checkpoint.saved_subscriptions()
    subscriptions.left_searches = {
        appkey: saved.left_searches for appkey, saved in saved_by_appkey.items() if saved.left_searches
    }
    for session in subscriptions.sessions:
        of_key = saved_by_appkey.get(session.appkey, SavedSubscriptions()).sessions
        saved = of_key.pop(0) if of_key else SavedSession()
        session.subscription_groups.load(saved.groups)
        session.searches = saved.searches
        session.request_times = saved.request_times
        session.held = saved.held
        # The clock may have gone back: counted from the old PING, the next one would be due far too late.
        session.ping_sent_at = now
        subscriptions.follow_changes(session)
