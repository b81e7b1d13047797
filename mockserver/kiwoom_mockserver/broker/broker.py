"""The broker of one world: app keys and accounts, rate limits, faults, the journal and the realtime subscriptions.

Commands go through the broker rather than to the world itself, because the broker publishes their events as realtime
frames. Frames leave after the answer to the command that caused them (the fault ``frames-first`` turns this round).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from kiwoom_mockserver.broker.checkpoint import Checkpoint
from kiwoom_mockserver.broker.clock_advance import advance
from kiwoom_mockserver.broker.executor import Executor, InlineExecutor, T
from kiwoom_mockserver.broker.fault_actions import LOGIN
from kiwoom_mockserver.broker.journal import EntryKind, Journal
from kiwoom_mockserver.broker.key_kinds import KEY_KINDS
from kiwoom_mockserver.broker.market_entries import market_entry
from kiwoom_mockserver.broker.masking import Secrets
from kiwoom_mockserver.broker.profiles import Profile
from kiwoom_mockserver.broker.state import BrokerState
from kiwoom_mockserver.broker.subscriber import SessionState, Subscriber
from kiwoom_mockserver.broker.subscriptions import Subscriptions
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.broker.words import WORDS, Words
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Command
from kiwoom_mockserver.exchange.events import Event
from kiwoom_mockserver.world.events import WorldEvent
from kiwoom_mockserver.world.world import World

RESTORED = (1012, "world restored")
"""The close code (service restart) and reason with which the sessions of a world end that is restored or reset."""

Outgoing = tuple[str, Sequence[Subscriber]]
"""A text frame, and the sessions that it goes to."""


class PushPipeline(NamedTuple):
    """The two steps of publishing that live in higher layers, handed to the broker when it is made."""

    frames_for: Callable[[World, Subscriptions, Sequence[WorldEvent]], list[Outgoing]]
    """Makes the frames that events cause, in the order in which they leave."""
    send_with_faults: Callable[[Broker, str, str, Sequence[Subscriber]], bool]
    """Sends a frame (its ``trnm``, its text) to sessions while faults are set; returns whether it reaches any."""


class RunningClock(Struct, frozen=True):
    """A world's clock that follows the wall clock at a speed of its own. Times are microseconds since 1970."""

    wall: int
    """A moment of the wall clock at which the world's clock showed ``world``."""
    world: int
    speed: float = 1.0
    """Seconds of the world per second of the wall clock."""

    def at(self, wall: int) -> int:
        """Return what the world's clock shows at a moment of the wall clock."""
        return self.world + int((wall - self.wall) * self.speed)


class Broker:
    """One world with its customers: applies commands, publishes their events and counts requests."""

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
        self.executor: Executor = InlineExecutor()
        """Runs calls from other threads between the server's own work, and long work in slices."""
        self._work: dict[Callable[[str], object], None] = {}
        """For each long work of the world the call that ends it, with the reason."""
        self.on_restore: Callable[[Broker], None] = lambda broker: None
        """Called after a restore, with this broker: its tokens are those of the checkpoint now."""
        self.journal = Journal(run=lambda steps: self.executor.work(self, steps))
        self.stub_functions: list[Callable[..., Any]] = []
        """The functions that answer stubs, by number from 1 on. The state has the number alone, and none is removed:
        a snapshot finds the function that it had."""
        self.stub_errors: list[BaseException] = []
        """What these functions have raised."""
        self._is_closed = False
        self._pipeline = pipeline
        self._outbox: list[Outgoing] = []

    def account(self, key: AppKey) -> Account:
        """Return the account that an app key gives access to."""
        return self.world.ledger.accounts[key.account]

    @property
    def words(self) -> Words:
        """The codes and texts that the profile answers with."""
        return WORDS[self.profile.words]

    # -- checkpoints --------------------------------------------------------------------------------------------------

    def checkpoint(self) -> Checkpoint:
        """Return the whole state, ready for :meth:`restore`; from any thread."""
        return self.run_on_loop(self._checkpoint)

    def _checkpoint(self) -> Checkpoint:
        # The outbox is no part of a checkpoint: frames that were left in it would be lost by a restore.
        self.flush()
        return Checkpoint(
            self.world.snapshot(),
            msgspec.msgpack.encode(self.state),
            None if self.clock is None else self.clock.speed,
            self.journal.state,
        )

    def restore(self, checkpoint: Checkpoint, wall: int) -> None:
        """Go back to a checkpoint; ``wall`` is the wall clock in microseconds since 1970. From any thread.

        All realtime sessions are closed with the code and reason of :data:`RESTORED`. Raises ValueError for a
        checkpoint of another world.
        """
        self.change(lambda: self._restore(checkpoint, wall))

    def _restore(self, checkpoint: Checkpoint, wall: int) -> None:
        state = checkpoint.broker_state()
        if state.keys.keys() != self.state.keys.keys():
            raise ValueError("a world goes back to a checkpoint of its own alone")
        self.end_work("the world was set back")
        # What has happened since the checkpoint is still published: a client must not miss what a REST answer told it.
        self.flush()
        self.world.restore(checkpoint.world)
        self.state = state
        self.run_clock(checkpoint.speed, wall)  # after the world: the clock runs on from the restored time
        self.journal.load(checkpoint.journal)
        self._close_sessions()
        self.on_restore(self)

    def _close_sessions(self) -> None:
        # A session that stayed would be deaf: its client believes in registrations that the restored world never saw.
        # A close frame makes the client connect again, as it does when the real service restarts.
        for session in self.subscriptions.sessions:
            self.subscriptions.remove(session)
            session.abort(*RESTORED)

    def fork(self, suffix: str, wall: int) -> Broker:
        """Return a second world that starts from the current state and then goes its own way; from any thread.

        Its app keys and secrets carry the suffix, and lead to accounts of the same numbers. It has no tokens and no
        sessions yet, an empty journal and fresh rate limits. ``wall`` is the wall clock in microseconds since 1970.
        """
        checkpoint = self.checkpoint()
        # A token leads to one world by its text alone, so the fork must not inherit any.
        keys = [
            msgspec.structs.replace(
                key, appkey=key.appkey + suffix, secretkey=key.secretkey + suffix, token=None, issued=0
            )
            for key in self.state.keys.values()
        ]
        fork = Broker(World.of(checkpoint.world), self.profile, keys, None, self._pipeline)
        copied = checkpoint.broker_state()
        fork.state.faults, fork.state.stubs = copied.faults, copied.stubs
        # A fault that matches a session by its app key is to match the fork's app key instead.
        fork.state.faults.rename_sessions({appkey: appkey + suffix for appkey in self.state.keys})
        fork.stub_functions, fork.stub_errors = [*self.stub_functions], self.stub_errors
        fork.run_clock(checkpoint.speed, wall)
        return fork

    def state_hash(self) -> str:
        """Return the SHA-256 of world and broker: equal states have equal hashes on every machine."""
        return self.checkpoint().state_hash()

    # -- the clock ----------------------------------------------------------------------------------------------------

    def run_clock(self, speed: float | None, wall: int) -> None:
        """Let the clock follow the wall clock from where it stands; for None it stands until it is moved by hand."""
        self.clock = None if speed is None else RunningClock(wall, self.world.now, speed)

    def catch_up(self, wall: int) -> bool:
        """Let a running clock follow the wall clock; return whether it has caught up. A manual clock always has.

        It takes one slice at most: a world that is too slow for its speed falls behind, and does not keep other worlds
        waiting.
        """
        if self.clock is None:
            return True
        now = self.clock.at(wall)
        self.world.skip_moves(now)
        is_over = self.executor.begin_slice()
        return not any(is_over() for _ in self.run_timers(now))

    def advance(self, to: int) -> None:
        """Move the world's clock forward to a time in microseconds since 1970, and publish what happens on the way.

        Call it from any thread but the server's own: other worlds get their turn on the way, and the clock stops at
        each PING until the clients have echoed it.
        """
        self.executor.work(self, advance(self, to))

    def run_timers(self, to: int) -> Iterator[Sequence[WorldEvent]]:
        """Move the clock timer by timer, and yield the events of each after they have been published.

        Frames show the world as it is when they are made, so each timer is published before the next one fires. Raises
        LookupError if the world is closed.
        """
        self._refuse_if_closed()
        while (due := self.world.next_due) is not None and due <= to:
            events = self.world.fire_next()
            self._record_events(events)
            self._publish(events)
            yield events
        self.world.advance(to)

    # -- calls from other threads, and long work ----------------------------------------------------------------------

    def run_on_loop(self, call: Callable[[], T]) -> T:
        """Run a short call between the server's own work, wait for it and return its result; from any thread."""
        return self.executor.run(call, self)

    def change(self, call: Callable[[], T]) -> T:
        """Run a short call that changes the world, as :meth:`run_on_loop` does. Raises LookupError if it is closed."""

        def change() -> T:
            self._refuse_if_closed()
            return call()

        return self.run_on_loop(change)

    def close(self) -> None:
        """Take no more changes, and end all long work; from here on calls run in the caller's thread.

        Only who still holds the world reaches it then, perhaps longer than the server runs, and reads what was.
        """
        self.flush()
        self.end_work("the world was closed")
        self._is_closed = True
        self.executor = InlineExecutor()

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise LookupError("the world has been closed: what was can be read, and nothing changes any more")

    @contextmanager
    def working(self, end: Callable[[str], object]) -> Iterator[None]:
        """Count as long work of the world inside a ``with`` block; ``end`` is called with the reason if it must end."""
        self._work[end] = None
        try:
            yield
        finally:
            del self._work[end]

    def end_work(self, reason: str) -> None:
        """End all long work of the world."""
        for end in list(self._work):
            end(reason)

    # -- commands -----------------------------------------------------------------------------------------------------

    def apply(self, command: Command) -> list[Event]:
        """Apply a command, publish its events to the subscribers and return them; from any thread."""
        return self.run_on_loop(lambda: self._apply(command))

    def _apply(self, command: Command) -> list[Event]:
        events = self.world.apply(command)
        self._record_events(events)
        self._publish(events)
        return events

    def apply_and_flush(self, command: Command) -> list[Event]:
        """Apply a command that no client sent, and send its frames before returning; from any thread.

        No answer has to leave before the frames, as one has for a client's command in :meth:`apply`. Raises
        msgspec.ValidationError, a ValueError, for values out of range: no contract has validated this command.
        """
        valid = msgspec.convert(msgspec.to_builtins(command), type(command))
        return self.change(lambda: self._apply_and_flush(valid))

    def _apply_and_flush(self, command: Command) -> list[Event]:
        events = self._apply(command)
        self.flush()
        return events

    def _record_events(self, events: Sequence[WorldEvent]) -> None:
        for event in events:
            entry = market_entry(self.world, event)
            if entry is not None:
                facts = msgspec.json.encode(entry.facts)
                self.journal.add(self.world.now, EntryKind.EVENT, entry.name, (), answer=facts)

    # -- pushes -------------------------------------------------------------------------------------------------------

    def _publish(self, events: Sequence[WorldEvent]) -> None:
        if self.subscriptions.is_empty or not events:
            return  # saves making frames in the common case of a client that uses REST alone
        # The frames are made now, of the world as the command has left it, and sent later.
        was_empty = not self._outbox
        self._outbox += self._pipeline.frames_for(self.world, self.subscriptions, events)
        # One flush is scheduled for all that comes until then, so frames leave in the order of their events.
        if was_empty and self._outbox:
            self.executor.schedule(self.flush, self.profile.push_every)

    def flush(self) -> None:
        """Send the frames that wait in the outbox, in the order of their events."""
        outbox, self._outbox = self._outbox, []
        for frame, audience in outbox:
            # A session may have ended since the frame was made, by an earlier frame of this very flush too.
            sessions = [session for session in audience if session.state is SessionState.LOGGED_IN]
            self.push("REAL", frame, sessions)

    def push(self, name: str, text: str, sessions: Sequence[Subscriber]) -> bool:
        """Record a frame of that ``trnm`` in the journal and send it to sessions.

        Returns whether it reaches any of them, which a fault may prevent.
        """
        # A session with held frames takes the slow way even without rules: this frame may release them. So does the
        # answer to LOGIN: the last rule may have ended with the request.
        if self.state.faults.rules or name == LOGIN or any(session.held for session in sessions):
            return self._pipeline.send_with_faults(self, name, text, sessions)
        self.record_push(name, text, sessions)
        for session in sessions:
            session.send(text)
        return True

    def record_push(self, name: str, text: str, sessions: Sequence[Subscriber], injected: tuple[str, ...] = ()) -> None:
        """Record a pushed frame in the journal, once for all sessions, with the names of the faults it met."""
        accounts = tuple([account for session in sessions for account in session.accounts])
        # An answer may repeat what a client has sent. A REAL frame holds nothing of that, and there are many of them.
        secrets = None if name == "REAL" else tuple(secret for one in sessions for secret in self.secrets(one.appkey))
        self.journal.add(
            self.world.now, EntryKind.PUSHED, name, accounts, b"", text.encode(), injected=injected, secrets=secrets
        )

    def secrets(self, appkey: str) -> Secrets:
        """Return the secret key and the token of an app key."""
        key = self.state.keys.get(appkey)
        return () if key is None else key.secrets

    # -- requests -----------------------------------------------------------------------------------------------------

    def admit(self, key: AppKey, api_id: str, path: str, next_key: str = "") -> None:
        """Count a request against the rate limits, and check what the kind of its app key is refused.

        Raises ApiError 1700, 1701, 1702 or 1687 for too many requests, and the error of the refusal.
        """
        rates = self.state.rates
        rates.admit(self.profile, key.appkey, api_id, path, self.world.now)
        rates.count_page(key.appkey, api_id, next_key)
        self.check_key_kind(key, api_id, path)

    def check_key_kind(self, key: AppKey, api_id: str, path: str) -> None:
        """Raise ApiError if the request is refused to the kind of the app key."""
        for refusal in KEY_KINDS[key.kind].refusals_on(self.profile.keys):
            refusal.check(api_id, path)
