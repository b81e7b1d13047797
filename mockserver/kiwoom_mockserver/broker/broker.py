"""The counter (창구) of one world: its app keys, their tokens, and how often they may ask."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

import msgspec
from msgspec import Struct, field

from kiwoom_mockserver.broker.fault_rules import FaultRules
from kiwoom_mockserver.broker.journal import EntryKind, Journal, JournalEntry
from kiwoom_mockserver.broker.key_types import KEY_TYPES
from kiwoom_mockserver.broker.network import HeldFrame
from kiwoom_mockserver.broker.profiles import Profile
from kiwoom_mockserver.broker.rate_limit import RateLimiter
from kiwoom_mockserver.broker.subscriber import SessionState, Subscriber
from kiwoom_mockserver.broker.subscription_groups import Groups
from kiwoom_mockserver.broker.subscriptions import Subscriptions
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Command
from kiwoom_mockserver.exchange.events import Event
from kiwoom_mockserver.world.events import WorldEvent
from kiwoom_mockserver.world.world import World

TIMERS_AT_ONCE = 20
"""How many timers of a world are fired before others have their turn."""

Scheduler = Callable[[Callable[[], None], int], None]
"""Calls a function after the current answer, or on the next multiple of so many milliseconds."""


def immediately(call: Callable[[], None], grid: int) -> None:
    """Without sockets there is nothing to wait for."""
    call()


T = TypeVar("T")


class LoopRunner(Protocol):
    """Makes a call where all that touches a world happens one after the other, and gives its result."""

    def __call__(self, call: Callable[[], T], /) -> T: ...


def inline(call: Callable[[], T]) -> T:
    """Where there is one thread, every call is in turn."""
    return call()


class ClockDriver(Protocol):
    """Moves the clock of a counter's world forward."""

    def __call__(self, broker: Broker, to: int, /) -> None: ...


def drive_inline(broker: Broker, to: int) -> None:
    """Without sockets nobody has to be waited for on the way."""
    for _ in broker.run_timers(to):
        pass


Outgoing = tuple[str, Sequence[Subscriber]]
"""A frame, and the sessions that it goes to."""


class PushPipeline(NamedTuple):
    """How events become frames, and how frames leave while faults are set; the rooms above the broker provide it."""

    frames_for: Callable[[World, Subscriptions, Sequence[WorldEvent]], list[Outgoing]]
    send_with_faults: Callable[[Broker, str, str, Sequence[Subscriber]], bool]


class RunningClock(Struct, frozen=True):
    """A clock that follows the wall clock, ahead or behind and at its own speed."""

    wall: int
    """A moment of the wall clock, and what the world's clock shows then."""
    world: int
    speed: float = 1.0

    def at(self, wall: int) -> int:
        """What the world's clock shows."""
        return self.world + int((wall - self.wall) * self.speed)


class SavedSubscriptions(Struct):
    """What the session of an app key listens to, and what is on its way to it."""

    groups: Groups = {}
    searches: dict[str, dict[str, None]] = {}
    """Live condition searches by ``seq``, each with the codes that are in it."""
    request_times: list[int] = []
    """When REG and REMOVE came, those of the last second."""
    held: list[HeldFrame] = []
    """Frames that a fault keeps back for later ones."""


class Stub(Struct, frozen=True):
    """The whole answer to every good request of an API that is not simulated."""

    body: bytes
    rows: int


class BrokerState(Struct):
    """What the counter remembers, as plain data."""

    keys: dict[str, AppKey] = {}
    rates: RateLimiter = field(default_factory=RateLimiter)
    faults: FaultRules = field(default_factory=FaultRules)
    stubs: dict[str, Stub] = {}
    """Answers of a user's own, by API."""


class Checkpoint(Struct, frozen=True):
    """A world with its customers at a moment: ledger, timers, tokens, rates, rules and subscriptions."""

    world: bytes
    broker: bytes
    subscriptions: bytes
    """By app key, of the sessions that were logged in."""
    speed: float | None
    """Of the clock; None for one that is moved by hand."""
    journal: tuple[int, tuple[JournalEntry, ...]]


class Broker:
    """One world with its customers."""

    def __init__(
        self,
        world: World,
        profile: Profile,
        keys: Iterable[AppKey],
        clock: RunningClock | None,
        pipeline: PushPipeline,
    ) -> None:
        """Without a running clock the world's time is moved by hand."""
        self.world = world
        self.profile = profile
        self.clock = clock
        self.state = BrokerState({key.appkey: key for key in keys})
        self.subscriptions = Subscriptions()
        self.schedule: Scheduler = immediately
        """How pushes are put off until the answer to the command that caused them has left."""
        self.run_on_loop: LoopRunner = inline
        """How commands from other threads wait for their turn."""
        self.drive_clock: ClockDriver = drive_inline
        """How the clock is moved by hand."""
        self.journal = Journal()
        self._pipeline = pipeline
        self._outbox: list[Outgoing] = []

    def account(self, key: AppKey) -> Account:
        """The account that an app key leads to."""
        return self.world.ledger.accounts[key.account]

    def checkpoint(self) -> Checkpoint:
        """All of it, ready for :meth:`restore`; from any thread."""
        return self.run_on_loop(self._checkpoint)

    def _checkpoint(self) -> Checkpoint:
        self.flush()
        subscriptions = {
            session.appkey: SavedSubscriptions(
                session.subscription_groups.groups, session.searches, session.request_times, session.held
            )
            for session in self.subscriptions.sessions
        }
        return Checkpoint(
            self.world.snapshot(),
            msgspec.msgpack.encode(self.state),
            msgspec.msgpack.encode(subscriptions),
            None if self.clock is None else self.clock.speed,
            self.journal.state,
        )

    def restore(self, checkpoint: Checkpoint, wall: int) -> None:
        """Go back to a checkpoint, at that moment of the wall clock; from any thread.

        A session keeps its login, and listens from here on to what its app key listened to at the checkpoint. Raises
        ValueError for a checkpoint of another world.
        """
        self.run_on_loop(lambda: self._restore(checkpoint, wall))

    def _restore(self, checkpoint: Checkpoint, wall: int) -> None:
        state = msgspec.msgpack.decode(checkpoint.broker, type=BrokerState)
        if state.keys.keys() != self.state.keys.keys():
            raise ValueError("a world goes back to a checkpoint of its own alone")
        self.flush()
        self.world.restore(checkpoint.world)
        self.state = state
        self.run_clock(checkpoint.speed, wall)
        self.journal.load(checkpoint.journal)
        subscriptions = msgspec.msgpack.decode(checkpoint.subscriptions, type=dict[str, SavedSubscriptions])
        for session in self.subscriptions.sessions:
            subscription = subscriptions.get(session.appkey, SavedSubscriptions())
            session.subscription_groups.load(subscription.groups)
            session.searches = subscription.searches
            session.request_times = subscription.request_times
            session.held = subscription.held
            session.pinged = self.world.now
            self.subscriptions.refresh(session)

    def run_clock(self, speed: float | None, wall: int) -> None:
        """Let the clock follow the wall clock from where it stands, or stand until it is moved by hand."""
        self.clock = None if speed is None else RunningClock(wall, self.world.now, speed)

    def fork(self, suffix: str, wall: int) -> Broker:
        """A second world that goes on from here by itself; from any thread.

        Its app keys have that suffix and lead to accounts of the same numbers. It has no tokens and no sessions yet.
        """
        checkpoint = self.checkpoint()
        keys = [
            msgspec.structs.replace(
                key, appkey=key.appkey + suffix, secretkey=key.secretkey + suffix, token=None, issued=0
            )
            for key in self.state.keys.values()
        ]
        other = Broker(World.of(checkpoint.world), self.profile, keys, None, self._pipeline)
        held = msgspec.msgpack.decode(checkpoint.broker, type=BrokerState)
        other.state.faults, other.state.stubs = held.faults, held.stubs
        other.state.faults.follow({appkey: appkey + suffix for appkey in self.state.keys})
        other.run_clock(checkpoint.speed, wall)
        return other

    def state_hash(self) -> str:
        """SHA-256 of the world and of what the counter remembers: equal states have equal hashes, everywhere."""
        checkpoint = self.checkpoint()
        return hashlib.sha256(checkpoint.world + checkpoint.broker + checkpoint.subscriptions).hexdigest()

    def catch_up(self, wall: int) -> bool:
        """Let the world follow the wall clock, unless its clock is moved by hand; whether it has caught up.

        A few timers at a time: a world that cannot keep up with its speed falls behind, and the others are served.
        """
        if self.clock is None:
            return True
        now = self.clock.at(wall)
        self.world.skip_moves(now)
        return sum(1 for _ in islice(self.run_timers(now), TIMERS_AT_ONCE)) < TIMERS_AT_ONCE

    def apply(self, command: Command) -> list[Event]:
        """Carry out a command, and tell whoever listens what came of it; from any thread."""
        return self.run_on_loop(lambda: self._apply(command))

    def _apply(self, command: Command) -> list[Event]:
        events = self.world.apply(command)
        self._publish(events)
        return events

    def apply_and_flush(self, command: Command) -> list[Event]:
        """As :meth:`apply`, but what came of it has been handed out at the end: no client awaits an answer before.

        Raises ValueError for numbers that are none or too large: a test wrote them, and no contract has looked at them.
        """
        good = msgspec.convert(msgspec.to_builtins(command), type(command))
        return self.run_on_loop(lambda: self._apply_and_flush(good))

    def _apply_and_flush(self, command: Command) -> list[Event]:
        events = self._apply(command)
        self.flush()
        return events

    def advance(self, to: int) -> None:
        """Move the world's clock forward, and tell whoever listens what happened on the way; from any thread.

        From another thread than the server's, others have their turn on the way, and it stops at each PING until the
        clients have echoed it.
        """
        self.drive_clock(self, to)

    def run_timers(self, to: int) -> Iterator[Sequence[WorldEvent]]:
        """Move the clock timer by timer, and tell of each as the world was then: what it did, one by one."""
        while (due := self.world.next_due) is not None and due <= to:
            events = self.world.fire_next()
            self._publish(events)
            yield events
        self.world.advance(to)

    def _publish(self, events: Sequence[WorldEvent]) -> None:
        if self.subscriptions.is_empty or not events:
            return  # nobody listens
        was_empty = not self._outbox
        self._outbox += self._pipeline.frames_for(self.world, self.subscriptions, events)
        if was_empty and self._outbox:
            self.schedule(self.flush, self.profile.push_every)

    def flush(self) -> None:
        """Hand out what has been put off, in its order."""
        outbox, self._outbox = self._outbox, []
        for frame, audience in outbox:
            sessions = [session for session in audience if session.state is SessionState.LOGGED_IN]  # it may have ended
            self.push("REAL", frame, sessions)

    def push(self, name: str, text: str, sessions: Sequence[Subscriber]) -> bool:
        """Take down a frame and hand it to sessions; whether it leaves, which a fault may prevent."""
        if self.state.faults.rules or any(session.held for session in sessions):
            return self._pipeline.send_with_faults(self, name, text, sessions)
        self.note(name, text, sessions)
        for session in sessions:
            session.send(text)
        return True

    def note(self, name: str, text: str, sessions: Sequence[Subscriber], injected: tuple[str, ...] = ()) -> None:
        """Take down a frame that is pushed."""
        accounts = tuple([account for session in sessions for account in session.accounts])
        self.journal.add(self.world.now, EntryKind.PUSHED, name, accounts, answer=text.encode(), injected=injected)

    def admit(self, key: AppKey, api_id: str, path: str, next_key: str = "") -> None:
        """Count a request, and let it pass unless that is refused to the kind of its app key.

        Raises ApiError 1700, 1701, 1702 or 1687 for too many requests, and what is refused.
        """
        rates = self.state.rates
        rates.admit(self.profile, key.appkey, api_id, path, self.world.now)
        rates.turn(key.appkey, api_id, next_key)
        self.check_key_type(key, api_id, path)

    def check_key_type(self, key: AppKey, api_id: str, path: str) -> None:
        """Raises ApiError for what is refused to the kind of an app key."""
        for refusal in KEY_TYPES[key.kind]:
            refusal.check(api_id, path)
