"""One world: the ledger, the clock that moves it, and the timers that are due.

The world does not read a clock. Whoever runs it says what time it is: the wall clock under ``clock="real"``, the test
under ``clock="manual"``. A timer is data, so a snapshot holds all that will happen.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from heapq import heapify, heappop, heappush

import msgspec
from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import (
    Command,
    EndDay,
    EndInterruption,
    FillOrder,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
    RejectOrder,
)
from kiwoom_mockserver.exchange.events import Accepted, Event, Interrupted, Refused
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Board, Side, State
from kiwoom_mockserver.exchange.session import Mode, Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, is_business_day, timetable
from kiwoom_mockserver.world.chance import chance
from kiwoom_mockserver.world.events import Literal, Unexpected, WorldEvent
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world.indices import index_value
from kiwoom_mockserver.world.script import Placed, Script, commands, surprise
from kiwoom_mockserver.world.walk import Walk
from kiwoom_scenarios.timeline import ExpectStep, FrameStep, IndexStep, Motion, TimelineStep, WalkStep

MIDNIGHT = "midnight"
PHASE = "phase"
INTERRUPTION = "interruption"
SCRIPT = "script"
WALK = "walk"
FILL = "fill"
REJECT = "reject"

FAR_BEHIND = 5 * kst.SECOND
"""Moves that are due longer ago are not made up for."""

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
    interruptions: dict[str, int] = {}
    """When a running volatility interruption ends, by code; an older timer ends nothing."""
    script: Script | None = None
    index_shift: dict[str, int] = {}
    """How far a script moved an index from where its members are, hundredths of a point."""
    walks: dict[str, Walk] = {}
    """Prices that walk, by the name that their timers call them by."""


def _read(snapshot: bytes) -> WorldState:
    """The state of a snapshot. The collector pauses, as all that is made is kept: it takes a quarter of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return msgspec.msgpack.decode(snapshot, type=WorldState)
    finally:
        if collects:
            gc.enable()


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
    def next_due(self) -> int | None:
        """When the next timer is due."""
        return self.state.timers[0].due if self.state.timers else None

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
                self.state.interruptions[event.code] = due
                self._set_timer(due, INTERRUPTION, event.code)
        return events

    def play(self, timeline: tuple[TimelineStep, ...], loop: int = 0) -> None:
        """Begin a market script now, in place of one that runs; with a loop (microseconds) it begins anew each time."""
        self.state.timers = [timer for timer in self.state.timers if timer.name != SCRIPT]
        heapify(self.state.timers)
        self.state.script = Script(timeline, loop, self.state.now)
        self._await_step()

    def let_walk(self, codes: Iterable[str], motion: Motion, until: int = 0) -> None:
        """Let prices walk at random from now on, each around where it stands; until a moment, or for good."""
        name = f"{WALK} {self.state.next_turn}"
        anchors = {code: self.ledger.market_data[code].last for code in codes}
        rng = chance(self.state.seed, f"{name} {self.state.now}")
        self.state.walks[name] = Walk(anchors, motion.every, until, motion.step, motion.drift, motion.band, rng)
        self._set_timer(self.state.now + motion.every, WALK, name)

    def open_phase(self, phase: Phase) -> list[Event]:
        """Open a session at will; the timetable goes on from its next entry."""
        return self.apply(OpenPhase(phase))

    def advance(self, to: int) -> list[WorldEvent]:
        """Move the clock forward, firing every timer on the way; a moment that has passed changes nothing."""
        events: list[WorldEvent] = []
        while (due := self.next_due) is not None and due <= to:
            events += self.fire_next()
        self.state.now = max(self.state.now, to)
        return events

    def fire_next(self) -> Sequence[WorldEvent]:
        """Move the clock to the next timer and fire that one alone. Raises IndexError if there is none."""
        timer = heappop(self.state.timers)
        self.state.now = max(self.state.now, timer.due)
        return self._fire(timer)

    def skip_moves(self, to: int) -> None:
        """Leave out the moves of walking prices that lie far behind a moment: nobody saw them.

        For a clock that runs by itself and has to catch up; one that is moved by hand makes every move.
        """
        timers = self.state.timers
        for place, timer in enumerate(timers):
            if timer.name == WALK and timer.due < to - FAR_BEHIND:
                timers[place] = msgspec.structs.replace(timer, due=to)
        heapify(timers)

    def snapshot(self) -> bytes:
        """The whole world, ready for :meth:`restore`."""
        return msgspec.msgpack.encode(self.state)

    def restore(self, snapshot: bytes) -> None:
        """Go back to a snapshot."""
        self._load(_read(snapshot))

    @classmethod
    def of(cls, snapshot: bytes) -> World:
        """A world that goes on from a snapshot."""
        return cls(_read(snapshot))

    def fork(self) -> World:
        """A second world that goes on from here by itself."""
        return World.of(self.snapshot())

    def put_off(self, command: FillOrder | RejectOrder, due: int) -> None:
        """Do something to an order by hand at a moment; nothing comes of it if there is no more of the order then.

        What was modified meanwhile is followed to its new number.
        """
        name = FILL if isinstance(command, FillOrder) else REJECT
        self._set_timer(due, name, msgspec.json.encode((self.ledger.day, command)).decode())

    def state_hash(self) -> str:
        """SHA-256 of the whole state: equal worlds have equal hashes, in every process."""
        return hashlib.sha256(self.snapshot()).hexdigest()

    def _set_timer(self, due: int, name: str, payload: str = "") -> None:
        heappush(self.state.timers, Timer(due, self.state.next_turn, name, payload))
        self.state.next_turn += 1

    def _chance(self, purpose: str) -> int:
        """Up to thirty seconds, by the seed, the purpose and the moment."""
        rng = chance(self.state.seed, f"{purpose} {self.state.now}")
        return rng.below(END_BY_CHANCE + 1) * kst.SECOND

    def _fire(self, timer: Timer) -> Sequence[WorldEvent]:
        if timer.name == PHASE:
            return self.apply(OpenPhase(Phase(timer.payload)))
        if timer.name == INTERRUPTION:
            is_running = self.state.interruptions.get(timer.payload) == timer.due
            return self.apply(EndInterruption(timer.payload)) if is_running else []
        if timer.name == WALK:
            return self._move(timer.payload)
        if timer.name == SCRIPT:
            return self._step()
        if timer.name == FILL:
            return self._do_by_hand(*msgspec.json.decode(timer.payload, type=tuple[int, FillOrder]))
        if timer.name == REJECT:
            return self._do_by_hand(*msgspec.json.decode(timer.payload, type=tuple[int, RejectOrder]))
        return self._turn_day(date.fromisoformat(timer.payload))

    def _do_by_hand(self, day: int, command: FillOrder | RejectOrder) -> list[Event]:
        orders = self.ledger.accounts[command.account].orders if day == self.ledger.day else {}
        order = orders.get(command.number)
        while order is not None and order.state is State.REPLACED:
            order = next(one for one in reversed(orders.values()) if one.parent == order.number)
        if order is None or not order.open:
            return []
        if isinstance(command, FillOrder):
            command = msgspec.structs.replace(command, quantity=min(command.quantity, order.open))
        return self.apply(msgspec.structs.replace(command, number=order.number))

    def _move(self, name: str) -> list[Event]:
        """One move of prices that walk; those whose trading is halted or interrupted stand still."""
        walk = self.state.walks[name]
        if walk.until and self.state.now > walk.until:
            del self.state.walks[name]
            return []
        self._set_timer(self.state.now + walk.every, WALK, name)
        trading = {
            code: market_data for code, market_data in self.ledger.market_data.items() if self._trades(market_data)
        }
        events = [event for command in walk.moves(trading, self.state.seed) for event in self.apply(command)]
        return events + self._follow_with_indices()

    def _follow_with_indices(self) -> list[Event]:
        """Print every index that its members have moved."""
        events: list[Event] = []
        for code, market_data in self.ledger.market_data.items():
            if market_data.instrument.market is Market.INDEX:
                value = self.index_value(code)
                if value != market_data.last:
                    events += self.apply(
                        PrintTrade(code, value, 1, Side.BUY if value > market_data.last else Side.SELL)
                    )
        return events

    def index_value(self, code: str) -> int:
        """Where an index stands now, in hundredths of a point: where its members are, and how far a script moved it."""
        return index_value(self.ledger.market_data, code, self.state.index_shift.get(code, 0))

    def _trades(self, market_data: MarketData) -> bool:
        """Whether prices move now: in continuous trading, and of shares in the after-market."""
        if self.exchange.matching.mode(Board.REGULAR, market_data) is Mode.TRADES:
            return True
        is_share = market_data.instrument.market in (Market.KOSPI, Market.KOSDAQ)
        return is_share and self.ledger.phase is Phase.AFTER_MARKET and not market_data.halted

    def _await_step(self) -> None:
        script = self.state.script
        due = None if script is None else script.due()
        if due is not None:
            self._set_timer(due, SCRIPT)

    def _step(self) -> list[WorldEvent]:
        """The next step of the script. What the exchange refuses of it does not stop the script."""
        script = self.state.script
        if script is None:
            return []
        step = script.next_step()
        events: list[WorldEvent] = []
        for command in commands(step, script, self.exchange, self.state.seed):
            came = self.apply(command)
            if isinstance(command, Place) and isinstance(came[0], Accepted):
                script.placed.append(Placed(command.account, command.code, came[0].number))
            events += came
        action = step.action
        if isinstance(action, IndexStep):
            self._shift_index(action.code)
        if isinstance(action, WalkStep):
            self.let_walk(action.codes, action, self.state.now + action.lasts)
        elif isinstance(action, FrameStep):
            events.append(Literal(action.type, action.item, action.values, action.name))
        elif isinstance(action, ExpectStep) and (found := surprise(action, self.ledger)) is not None:
            events.append(Unexpected(found))
        self._await_step()
        return events

    def _shift_index(self, code: str) -> None:
        """Let an index stand where the script moved it, and follow its members from there."""
        market_data = self.ledger.market_data
        self.state.index_shift[code] = market_data[code].last - index_value(market_data, code, 0)

    def _turn_day(self, day: date) -> list[Event]:
        events: list[Event] = []
        if is_business_day(self.state.calendar, day):
            events = self.apply(EndDay(kst.number(day)))
            for market_data in self.ledger.market_data.values():
                events += self.apply(self._depth(market_data.instrument, market_data.last))
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
