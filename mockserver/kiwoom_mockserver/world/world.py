"""One world: an exchange, the clock that moves it, and the timers that are due.

**The clock is given, not read.** Nothing here asks what time it is. The caller says so: the wall clock under
``clock="real"``, a test under ``clock="manual"``. The current time is part of the state, and only moves forward.

**Timers are data.** A timer is a time, a sequence number, a name and a payload, kept in a heap inside the state; there
are no callbacks. So a snapshot contains everything that will happen, and a restored or forked world goes on exactly as
the original would have. Timers of the same time fire in the order in which they were set: the sequence number breaks
the tie, as the heap alone would not keep that order.

**One timer at a time.** A timer may set others, also for the time that it fires at. So the clock is moved to the next
timer, that one is fired, and only then is the next one looked for (:meth:`World.advance`). Each timer sees the world at
its own time, whether the clock moves by a microsecond or by a month.

**Walks are not caught up.** A random walk sets a timer for each step. On a server that was suspended for an hour, every
missed step would be computed and sent at once, for prices that no client could have seen. A running clock therefore
skips them first (:meth:`World.skip_moves`). A manual clock never skips: a test that advances an hour gets every step.

**Randomness** comes from the seed, a purpose and the current time, never from a shared generator: what one part draws
cannot change what another part gets.

**The change of the day** happens at midnight KST in this order: the exchange ends its day, each instrument gets new
depth around its new base price, and the timetable of the new day sets its timers. A phase whose time has passed already
is opened at once, so a world may be created at any time of the day.
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
    AdvanceCircuitBreaker,
    Command,
    EndDay,
    EndInterruption,
    EndRound,
    EndSidecar,
    FillOrder,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
    RejectOrder,
)
from kiwoom_mockserver.exchange.events import (
    Accepted,
    CircuitBreakerChanged,
    Event,
    Interrupted,
    Reason,
    Refused,
    SidecarChanged,
)
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.instrument_classes import is_in_after_market, trades_in_rounds
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Board, Side, State
from kiwoom_mockserver.exchange.session import Mode, Phase
from kiwoom_mockserver.market import GENERATOR
from kiwoom_mockserver.market.trading_days import exchange_days
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, countdown, is_business_day, is_expiry_day, timetable
from kiwoom_mockserver.world.events import CountedDown, FailedExpectation, ScriptedFrame, WorldEvent
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world.indices import index_value
from kiwoom_mockserver.world.market_stop_hours import is_in_time, next_step, session_hours, sidecar_end
from kiwoom_mockserver.world.rng import seeded_rng
from kiwoom_mockserver.world.script import Placed, Script, commands, unmet_expectation
from kiwoom_mockserver.world.walk import Walk
from kiwoom_scenarios.timeline import ExpectStep, FrameStep, Motion, TimelineStep, WalkStep

MIDNIGHT = "midnight"
PHASE = "phase"
COUNTDOWN = "countdown"
PHASE_OF_GOLD = "phase-of-gold"
INTERRUPTION = "interruption"
SCRIPT = "script"
WALK = "walk"
ROUND = "round"
CIRCUIT_BREAKER = "circuit-breaker"
SIDECAR = "sidecar"
FILL = "fill"
REJECT = "reject"

MAX_CATCH_UP = 5 * kst.SECOND
"""Steps of a walk that were due longer ago than this are skipped under a running clock."""

WALK_GROUP = 20
"""How many prices of a walk step in one timer. A timer is never interrupted, so it must be short."""

INTERRUPTION_DURATION = 120 * kst.SECOND
"""How long a volatility interruption lasts, without its random end."""

ROUND_LENGTH = 30 * 60 * kst.SECOND
"""From one single price to the next, of shares that trade in rounds; without the random end."""

RANDOM_END_SECONDS = 30
"""Seconds at most by which the end of an auction is delayed at random."""

OPEN_HOURS = Calendar()
"""The default calendar: continuous trading at all hours."""


class Timer(Struct, frozen=True, order=True):
    """Something that is due at a time (microseconds since 1970). Timers sort by due time, then by sequence number."""

    due: int
    sequence: int
    name: str
    payload: str = ""


class WorldState(Struct):
    """The whole state of a world as plain data."""

    now: int
    """Microseconds since 1970."""
    seed: int
    calendar: Calendar
    ledger: Ledger
    fixed_depth: dict[str, Quote] = {}
    """Depth that was given by the user, quoted anew each day; other instruments get a still book around their price."""
    timers: list[Timer] = []
    """The pending timers as a heap, the next one first."""
    next_sequence: int = 1
    interruptions: dict[str, int] = {}
    """When the current volatility interruption ends, by code; a timer with another due time is outdated."""
    script: Script | None = None
    index_shift: dict[str, int] = {}
    """How far scripts and tests moved an index away from its members, hundredths of a point."""
    walks: dict[str, Walk] = {}
    """Random walks by the name that is the payload of their timers."""
    generator: int = GENERATOR
    """The version of what makes the market outside, as another one tells another past."""


def _decode(snapshot: bytes) -> WorldState:
    """Return the state of a snapshot.

    The garbage collector pauses meanwhile: everything that is decoded is kept, so its passes would find nothing
    (``make bench``: toolkit).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return msgspec.msgpack.decode(snapshot, type=WorldState)
    finally:
        if was_enabled:
            gc.enable()


class World:
    """One exchange with its clock, timers, seed and market feed."""

    def __init__(self, state: WorldState) -> None:
        self._load(state)

    def _load(self, state: WorldState) -> None:
        self.state = state
        self.exchange = Exchange(state.ledger)

    @classmethod
    def create(cls, start: int, seed: int, calendar: Calendar = OPEN_HOURS) -> World:
        """Return a world without instruments and accounts that begins at ``start`` (microseconds since 1970)."""
        day = kst.at(start).date()
        exchange_days(day.year, day.month)  # the first look at the holidays is slow: not while a client waits
        ledger = Ledger(kst.number(day), expiry=is_expiry_day(calendar, day))
        world = cls(WorldState(start, seed, calendar, ledger))
        world._begin_day(day)
        return world

    @property
    def now(self) -> int:
        """The current time of the world in microseconds since 1970."""
        return self.state.now

    @property
    def next_due(self) -> int | None:
        """When the next timer is due (microseconds since 1970), or None without timers."""
        return self.state.timers[0].due if self.state.timers else None

    @property
    def ledger(self) -> Ledger:
        """The ledger of the exchange."""
        return self.state.ledger

    def list_instrument(self, instrument: Instrument, last: int = 0, depth: Quote | None = None) -> None:
        """List an instrument at a last price in won (0 for its base price), with fixed depth if it is given.

        Without depth it has a still book around its price, made anew each day. Raises ValueError if the depth is not
        well formed, or if the code is taken.
        """
        price = last or instrument.base
        self.exchange.list_instrument(instrument, price)
        if depth is not None:
            self.state.fixed_depth[instrument.code] = depth
        if isinstance(self.apply(self._quote_around(instrument, price))[0], Refused):
            raise ValueError(f"instrument {instrument.code}: bids and asks go best first, and bids lie below asks")
        if trades_in_rounds(instrument) and not any(timer.name == ROUND for timer in self.state.timers):
            self._schedule_round()

    def _quote_around(self, instrument: Instrument, last: int) -> Quote:
        fixed = self.state.fixed_depth.get(instrument.code)
        if fixed is not None:
            return msgspec.structs.replace(fixed, last=last)
        return still_book(instrument, last, self.state.seed)

    def open_account(self, account: Account) -> None:
        """Add an account. Raises ValueError if its number is taken."""
        self.exchange.open_account(account)

    def apply(self, command: Command) -> list[Event]:
        """Carry out a command at the current time; what stops trading for a while gets the timer of its end."""
        if not is_in_time(self.state.calendar, self.state.now, command):
            return [Refused(Reason.NOT_AT_THIS_TIME)]
        events = self.exchange.apply(command, self.state.now)
        if type(command) is PrintTrade:
            self._shift_index(command.code)
        for event in events:
            if type(event) is Interrupted:
                due = self.state.now + INTERRUPTION_DURATION + self._random_delay(f"{INTERRUPTION} {event.code}")
                self.state.interruptions[event.code] = due
                self._set_timer(due, INTERRUPTION, event.code)
            elif type(event) is CircuitBreakerChanged:
                self._schedule_circuit_breaker(event)
            elif type(event) is SidecarChanged and event.is_on:
                due = sidecar_end(self.state.calendar, self.state.now)
                self._set_timer(due, SIDECAR, self._today(EndSidecar(event.market)))
        return events

    def _schedule_circuit_breaker(self, event: CircuitBreakerChanged) -> None:
        step = next_step(event.state)
        if step is not None:
            length, has_random_end = step
            delay = self._random_delay(f"{CIRCUIT_BREAKER} {event.market}") if has_random_end else 0
            advance = AdvanceCircuitBreaker(event.market, event.stage)
            self._set_timer(self.state.now + length + delay, CIRCUIT_BREAKER, self._today(advance))

    def play(self, timeline: tuple[TimelineStep, ...], loop: int = 0) -> None:
        """Start a market script now, in place of the current one; with ``loop`` (microseconds) it repeats."""
        self.state.timers = [timer for timer in self.state.timers if timer.name != SCRIPT]
        heapify(self.state.timers)
        self.state.script = Script(timeline, loop, self.state.now)
        self._schedule_script_step()

    def start_walk(self, codes: Iterable[str], motion: Motion, until: int = 0) -> None:
        """Start a random walk of prices now, each around its last price. Many of them step in groups, one by one.

        It ends at ``until`` (microseconds since 1970), or never if that is 0.
        """
        moving = list(codes)
        for first in range(0, len(moving), WALK_GROUP):
            name = f"{WALK} {self.state.next_sequence}"
            group = moving[first : first + WALK_GROUP]
            start_prices = {code: self.ledger.market_data[code].last for code in group}
            rng = seeded_rng(self.state.seed, f"{name} {self.state.now}")
            walk = Walk(start_prices, motion.every, until, motion.step, motion.drift, motion.band, rng)
            walk.moves_indices = first + WALK_GROUP >= len(moving)
            self.state.walks[name] = walk
            self._set_timer(self.state.now + motion.every, WALK, name)

    def open_phase(self, phase: Phase) -> list[Event]:
        """Open a phase out of turn; the timetable goes on with its next entry."""
        return self.apply(OpenPhase(phase))

    def advance(self, to: int) -> list[WorldEvent]:
        """Move the clock forward to a time (microseconds since 1970), firing every timer that is due by then.

        A time in the past changes nothing.
        """
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
        """Postpone the steps of random walks that are long overdue at ``to`` (microseconds since 1970) to that time.

        It is for a running clock that has to catch up, and is called before :meth:`advance`. A manual clock makes
        every step.
        """
        timers = self.state.timers
        for place, timer in enumerate(timers):
            if timer.name == WALK and timer.due < to - MAX_CATCH_UP:
                timers[place] = msgspec.structs.replace(timer, due=to)
        heapify(timers)  # the due times changed in place

    def snapshot(self) -> bytes:
        """Return the whole state as bytes for :meth:`restore`."""
        return msgspec.msgpack.encode(self.state)

    def restore(self, snapshot: bytes) -> None:
        """Return to the state of a snapshot."""
        self._load(_decode(snapshot))

    @classmethod
    def of(cls, snapshot: bytes) -> World:
        """Return a new world that goes on from a snapshot."""
        return cls(_decode(snapshot))

    def fork(self) -> World:
        """Return a second, independent world that goes on from here."""
        return World.of(self.snapshot())

    def schedule_override(self, command: FillOrder | RejectOrder, due: int) -> None:
        """Schedule an override of an order for a time (microseconds since 1970).

        If the order was modified meanwhile, it applies to the new order number. If nothing of the order is open then,
        or the day has changed, nothing happens.
        """
        name = FILL if isinstance(command, FillOrder) else REJECT
        self._set_timer(due, name, self._today(command))

    def state_hash(self) -> str:
        """Return the SHA-256 of the whole state as hex digits; equal worlds have equal hashes in every process."""
        return hashlib.sha256(self.snapshot()).hexdigest()

    def _set_timer(self, due: int, name: str, payload: str = "") -> None:
        heappush(self.state.timers, Timer(due, self.state.next_sequence, name, payload))
        self.state.next_sequence += 1

    def _today(self, command: Command) -> str:
        """Return the payload of a timer whose command is outdated once the day has changed."""
        return msgspec.json.encode((self.ledger.day, command)).decode()

    def interrupted_until(self, code: str) -> int | None:
        """Return when the volatility interruption of an instrument ends (microseconds since 1970), or None without one.

        Raises KeyError for a code that is not listed.
        """
        return self.state.interruptions[code] if self.ledger.market_data[code].interrupted else None

    def due_of(self, command: AdvanceCircuitBreaker | EndSidecar) -> int | None:
        """Return when a command is due today (microseconds since 1970), or None if it is not."""
        payload = self._today(command)
        return next((timer.due for timer in self.state.timers if timer.payload == payload), None)

    def _random_delay(self, purpose: str) -> int:
        """Return up to thirty seconds in microseconds, by the seed, a purpose and the current time."""
        rng = seeded_rng(self.state.seed, f"{purpose} {self.state.now}")
        return rng.below(RANDOM_END_SECONDS + 1) * kst.SECOND

    def _fire(self, timer: Timer) -> Sequence[WorldEvent]:
        if timer.name == PHASE:
            return self.apply(OpenPhase(Phase(timer.payload)))
        if timer.name == PHASE_OF_GOLD:
            return self.apply(OpenPhase(Phase(timer.payload), only_gold=True))
        if timer.name == INTERRUPTION:
            is_running = self.state.interruptions.get(timer.payload) == timer.due
            return self.apply(EndInterruption(timer.payload)) if is_running else []
        if timer.name == COUNTDOWN:
            self._schedule_countdown(date.fromisoformat(timer.payload))
            return [CountedDown()]
        if timer.name == WALK:
            return self._walk_step(timer.payload)
        if timer.name == SCRIPT:
            return self._script_step()
        if timer.name == ROUND:
            return self._end_round()
        if timer.name == CIRCUIT_BREAKER:
            return self._apply_today(*msgspec.json.decode(timer.payload, type=tuple[int, AdvanceCircuitBreaker]))
        if timer.name == SIDECAR:
            return self._apply_today(*msgspec.json.decode(timer.payload, type=tuple[int, EndSidecar]))
        if timer.name == FILL:
            return self._apply_override(*msgspec.json.decode(timer.payload, type=tuple[int, FillOrder]))
        if timer.name == REJECT:
            return self._apply_override(*msgspec.json.decode(timer.payload, type=tuple[int, RejectOrder]))
        return self._change_day(date.fromisoformat(timer.payload))

    def _apply_today(self, day: int, command: AdvanceCircuitBreaker | EndSidecar) -> list[Event]:
        """Carry out a command that was meant for a day (YYYYMMDD), if that is today."""
        return self.apply(command) if day == self.ledger.day else []

    def _apply_override(self, day: int, command: FillOrder | RejectOrder) -> list[Event]:
        # Order numbers restart each day, so a number of an earlier day would name another order today.
        orders = self.ledger.accounts[command.account].orders if day == self.ledger.day else {}
        order = orders.get(command.number)
        while order is not None and order.state is State.REPLACED:
            order = next(child for child in reversed(orders.values()) if child.parent == order.number)
        if order is None or not order.open:
            return []
        if isinstance(command, FillOrder):
            command = msgspec.structs.replace(command, quantity=min(command.quantity, order.open))
        return self.apply(msgspec.structs.replace(command, number=order.number))

    def _walk_step(self, name: str) -> list[Event]:
        """Make one step of a random walk; prices of instruments that do not trade now stand still."""
        walk = self.state.walks[name]
        if walk.until and self.state.now > walk.until:
            del self.state.walks[name]
            return []
        self._set_timer(self.state.now + walk.every, WALK, name)
        trading = {
            code: market_data for code, market_data in self.ledger.market_data.items() if self._can_walk(market_data)
        }
        events = [event for command in walk.commands(trading, self.state.seed) for event in self.apply(command)]
        return events + self._update_indices() if walk.moves_indices else events

    def _update_indices(self) -> list[Event]:
        """Print every index whose value its members have changed."""
        events: list[Event] = []
        for code, market_data in self.ledger.market_data.items():
            if market_data.instrument.market is Market.INDEX:
                value = self.index_value(code)
                if value != market_data.last:
                    side = Side.BUY if value > market_data.last else Side.SELL
                    events += self.exchange.apply(PrintTrade(code, value, 1, side), self.state.now)
        return events

    def index_value(self, code: str) -> int:
        """Return the value of an index in hundredths of a point, as its members and the scripts have moved it."""
        return index_value(self.ledger.market_data, code, self.state.index_shift.get(code, 0))

    def _can_walk(self, market_data: MarketData) -> bool:
        """Return whether an instrument trades now: in continuous trading, or as a share in the after-market."""
        if self.exchange.matching.mode(Board.REGULAR, market_data) is Mode.TRADES:
            return True
        if self.ledger.phase is not Phase.AFTER_MARKET or not is_in_after_market(market_data.instrument):
            return False
        return not self.exchange.matching.is_stopped(market_data)

    def _schedule_round(self) -> None:
        """Set the timer of the next single price: at the full or half hour and a random end (one for all, assumed)."""
        begun = kst.midnight(kst.at(self.state.now).date())
        due = begun + ((self.state.now - begun) // ROUND_LENGTH + 1) * ROUND_LENGTH
        self._set_timer(due + self._random_delay(ROUND), ROUND)

    def _end_round(self) -> list[Event]:
        """End a round and begin the next; at the open the opening auction is the round that ends."""
        self._schedule_round()
        hours = session_hours(self.state.calendar, self.state.now)
        if hours is not None and 0 <= self.state.now - hours.first <= RANDOM_END_SECONDS * kst.SECOND:
            return []
        return self.apply(EndRound())

    def _schedule_script_step(self) -> None:
        script = self.state.script
        due = None if script is None else script.due()
        if due is not None:
            self._set_timer(due, SCRIPT)

    def _script_step(self) -> list[WorldEvent]:
        """Play the next step of the script. A command that the exchange refuses does not stop it."""
        script = self.state.script
        if script is None:
            return []
        step = script.next_step()
        events: list[WorldEvent] = []
        for command in commands(step, script, self.exchange, self.state.seed):
            command_events = self.apply(command)
            if isinstance(command, Place) and isinstance(command_events[0], Accepted):
                script.placed.append(Placed(command.account, command.code, command_events[0].number))
            events += command_events
        action = step.action
        if isinstance(action, WalkStep):
            self.start_walk(action.codes, action, self.state.now + action.lasts)
        elif isinstance(action, FrameStep):
            events.append(ScriptedFrame(action.type, action.item, action.values, action.name))
        elif isinstance(action, ExpectStep) and (failure := unmet_expectation(action, self.ledger)) is not None:
            events.append(FailedExpectation(failure))
        self._schedule_script_step()
        return events

    def _shift_index(self, code: str) -> None:
        """Keep how far a trade has just moved an index from its members; any other instrument has no members."""
        market_data = self.ledger.market_data
        if code in market_data and market_data[code].instrument.market is Market.INDEX:
            shift = market_data[code].last - index_value(market_data, code, 0)
            if shift != self.state.index_shift.get(code, 0):
                self.state.index_shift[code] = shift

    def _change_day(self, day: date) -> list[Event]:
        events: list[Event] = []
        if is_business_day(self.state.calendar, day):
            events = self.apply(EndDay(kst.number(day), is_expiry_day(self.state.calendar, day)))
            for market_data in self.ledger.market_data.values():
                events += self.apply(self._quote_around(market_data.instrument, market_data.last))
        return events + self._begin_day(day)

    def _begin_day(self, day: date) -> list[Event]:
        """Open the phase of the current time, and set the timers for the rest of the day and the next midnight."""
        events: list[Event] = []
        midnight = kst.midnight(day)
        for begins, phase, random_delay, only_gold in timetable(self.state.calendar, day):
            due = midnight + begins + (self._random_delay(phase) if random_delay else 0)
            if due <= self.state.now:
                # Of several phases that have begun already, only the events of the last one are reported.
                events = self.apply(OpenPhase(phase, only_gold))
            else:
                self._set_timer(due, PHASE_OF_GOLD if only_gold else PHASE, phase)
        self._schedule_countdown(day)
        tomorrow = day + timedelta(days=1)
        self._set_timer(kst.midnight(tomorrow), MIDNIGHT, tomorrow.isoformat())
        return events

    def _schedule_countdown(self, day: date) -> None:
        """Set the timer of the next moment of a day at which the time to the open or the close is told."""
        midnight = kst.midnight(day)
        moments = countdown(timetable(self.state.calendar, day))
        due = next((midnight + moment for moment in moments if midnight + moment > self.state.now), None)
        if due is not None:
            self._set_timer(due, COUNTDOWN, day.isoformat())
