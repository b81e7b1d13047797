"""One world: the ledger, the clock that moves it, and the timers that are due.

The world does not read a clock. Whoever runs it says what time it is: the wall clock under ``clock="real"``, the test
under ``clock="manual"``. A timer is data, so a snapshot holds all that will happen.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from heapq import heappop, heappush

import msgspec
from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Command, EndDay, EndInterruption, OpenPhase, Quote
from kiwoom_mockserver.exchange.events import Event, Interrupted, Refused
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, is_business_day, timetable
from kiwoom_mockserver.world.chance import chance
from kiwoom_mockserver.world.feed import still_book

MIDNIGHT = "midnight"
PHASE = "phase"
INTERRUPTION = "interruption"

INTERRUPTION_LASTS = 120 * kst.SECOND
END_BY_CHANCE = 30
"""Seconds at most that chance adds to the end of an auction."""


OPEN_HOURS = Calendar()


class Timer(Struct, frozen=True, order=True):
    """Something due at a moment; timers of one moment fire in the order in which they were set."""

    due: int
    turn: int
    name: str
    payload: str = ""


class WorldState(Struct):
    """All of a world, as plain data."""

    now: int
    seed: int
    calendar: Calendar
    ledger: Ledger
    own_depth: dict[str, Quote] = {}
    """Depth that a user gave, which stays; the other instruments have a still book around their price."""
    timers: list[Timer] = []
    next_turn: int = 1


class World:
    """One exchange with its clock, timers, seed and feed."""

    def __init__(self, state: WorldState) -> None:
        self._load(state)

    def _load(self, state: WorldState) -> None:
        self.state = state
        self.exchange = Exchange(state.ledger)

    @classmethod
    def create(cls, start: int, seed: int, calendar: Calendar = OPEN_HOURS) -> World:
        """An empty world at a moment (microseconds since 1970)."""
        day = kst.at(start).date()
        world = cls(WorldState(start, seed, calendar, Ledger(kst.number(day))))
        world._begin_day(day)
        return world

    @property
    def now(self) -> int:
        return self.state.now

    @property
    def ledger(self) -> Ledger:
        return self.state.ledger

    def list_instrument(self, instrument: Instrument, last: int = 0, depth: Quote | None = None) -> None:
        """Admit an instrument at a last price (its base if none is given) with depth that stays as it is given.

        Without depth it has a still book around its price, made anew each day. Raises ValueError for depth that is out
        of order, or if the code is taken.
        """
        price = last or instrument.base
        self.exchange.list_instrument(instrument, price)
        if depth is not None:
            self.state.own_depth[instrument.code] = depth
        if isinstance(self.apply(self._depth(instrument, price))[0], Refused):
            raise ValueError(f"instrument {instrument.code}: bids and asks go best first, and bids lie below asks")

    def _depth(self, instrument: Instrument, last: int) -> Quote:
        own = self.state.own_depth.get(instrument.code)
        if own is not None:
            return msgspec.structs.replace(own, last=last)
        return still_book(instrument, last, self.state.seed)

    def open_account(self, account: Account) -> None:
        """Take a customer in."""
        self.exchange.open_account(account)

    def apply(self, command: Command) -> list[Event]:
        """Carry out a command now."""
        events = self.exchange.apply(command, self.state.now)
        for event in events:
            if type(event) is Interrupted:
                due = self.state.now + INTERRUPTION_LASTS + self._chance(f"{INTERRUPTION} {event.code}")
                self._set_timer(due, INTERRUPTION, event.code)
        return events

    def open_phase(self, phase: Phase) -> list[Event]:
        """Open a session at will; the timetable goes on from its next entry."""
        return self.apply(OpenPhase(phase))

    def advance(self, to: int) -> list[Event]:
        """Move the clock forward, firing every timer on the way; a moment that has passed changes nothing."""
        timers = self.state.timers
        events: list[Event] = []
        while timers and timers[0].due <= to:
            timer = heappop(timers)
            self.state.now = max(self.state.now, timer.due)
            events += self._fire(timer)
        self.state.now = max(self.state.now, to)
        return events

    def snapshot(self) -> bytes:
        """The whole world, ready for :meth:`restore`."""
        return msgspec.msgpack.encode(self.state)

    def restore(self, snapshot: bytes) -> None:
        """Go back to a snapshot."""
        self._load(msgspec.msgpack.decode(snapshot, type=WorldState))

    def fork(self) -> World:
        """A second world that goes on from here by itself."""
        return World(msgspec.msgpack.decode(self.snapshot(), type=WorldState))

    def state_hash(self) -> str:
        """SHA-256 of the whole state: equal worlds have equal hashes, in every process."""
        return hashlib.sha256(self.snapshot()).hexdigest()

    def _set_timer(self, due: int, name: str, payload: str = "") -> None:
        heappush(self.state.timers, Timer(due, self.state.next_turn, name, payload))
        self.state.next_turn += 1

    def _chance(self, purpose: str) -> int:
        """Up to thirty seconds, by the seed, the purpose and the moment."""
        luck = chance(self.state.seed, f"{purpose} {self.state.now}")
        return luck.below(END_BY_CHANCE + 1) * kst.SECOND

    def _fire(self, timer: Timer) -> list[Event]:
        if timer.name == PHASE:
            return self.apply(OpenPhase(Phase(timer.payload)))
        if timer.name == INTERRUPTION:
            return self.apply(EndInterruption(timer.payload))
        day = date.fromisoformat(timer.payload)
        events: list[Event] = []
        if is_business_day(self.state.calendar, day):
            events = self.apply(EndDay(kst.number(day)))
            for tape in self.ledger.tapes.values():
                events += self.apply(self._depth(tape.instrument, tape.last))
        return events + self._begin_day(day)

    def _begin_day(self, day: date) -> list[Event]:
        """Open the phase that holds now and set the timers for the rest of the day."""
        events: list[Event] = []
        midnight = kst.midnight(day)
        for begins, phase, by_chance in timetable(self.state.calendar, day):
            due = midnight + begins + (self._chance(phase) if by_chance else 0)
            if due <= self.state.now:
                events = self.apply(OpenPhase(phase))
            else:
                self._set_timer(due, PHASE, phase)
        tomorrow = day + timedelta(days=1)
        self._set_timer(kst.midnight(tomorrow), MIDNIGHT, tomorrow.isoformat())
        return events
