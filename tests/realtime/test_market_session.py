"""0s."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.events import PhaseOpened
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.market_session import countdown, phase_change
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours, SpecialDay
from kiwoom_mockserver.world.events import CountedDown, WorldEvent
from kiwoom_mockserver.world.world import World
from realtime.market import at, small_market, written

Told = tuple[str, str, str]


def told(world: World, events: list[WorldEvent]) -> list[Told]:
    """20, 215 and 214 of each frame."""
    notices = []
    for event in events:
        if isinstance(event, PhaseOpened):
            notices += phase_change(world, event)
        elif isinstance(event, CountedDown):
            notices += countdown(world)
    rows = [written("0s", notice) for notice in notices]
    assert all(list(row) == ["215", "20", "214"] for row in rows)
    return [(row["20"], row["215"], row["214"]) for row in rows]


def day_of(world: World, until: int) -> list[Told]:
    """Every frame until a moment, each at its own time."""
    frames: list[Told] = []
    while world.next_due is not None and world.next_due <= until:
        frames += told(world, list(world.fire_next()))
    return frames


def counted(code: str, hour: int, first: int) -> list[Told]:
    """A countdown to the full hour and a half, or the full hour: minutes, then tens of seconds."""
    end = {"0": 60, "2": 30}[code]
    minutes = [(f"{hour:02d}{end - left:02d}00", code, f"00{left:02d}00") for left in range(first, 0, -1)]
    return minutes + [(f"{hour:02d}{end - 1}{60 - left}", code, f"0000{left}") for left in (50, 40, 30, 20, 10)]


def delayed(frame: Told, hour: int, minute: int) -> bool:
    """Whether a frame came within the thirty random seconds after a time."""
    return f"{hour:02d}{minute:02d}00" <= frame[0] <= f"{hour:02d}{minute:02d}30"


def test_day_of_the_exchange() -> None:
    frames = day_of(small_market(Hours.KRX, at(1)), at(23))
    opening, closing = counted("0", 8, 20), counted("2", 15, 10)
    assert frames[: len(opening)] == opening
    opened, *rest = frames[len(opening) :]
    assert opened[1:] == ("3", "000000")
    assert delayed(opened, 9, 0)
    assert rest[: len(closing)] == closing
    closed, regular, *evening = rest[len(closing) :]
    assert (closed[1:], regular[1:]) == (("4", "000000"), ("8", "000000"))
    assert closed[0] == regular[0]
    assert delayed(closed, 15, 30)
    assert evening == [("154000", "a", "000000"), ("160000", "b", "000000"), ("200000", "9", "000000")]


def test_single_prices_of_the_evening_begin_and_end_once() -> None:
    """Until 2026-09-11."""
    world = World.create(kst.moment(kst.at(at(15, 35)).replace(month=9, day=11)), 1, Calendar(Hours.KRX))
    assert day_of(world, world.now + 4 * 3_600 * kst.SECOND) == [
        ("154000", "a", "000000"),
        ("160000", "b", "000000"),
        ("160000", "c", "000000"),
        ("180000", "d", "000000"),
        ("180000", "9", "000000"),
    ]


def test_without_an_off_hours_board_the_regular_close_is_the_end() -> None:
    frames = day_of(small_market(Hours.KRX, at(1), off_hours=False), at(23))
    opening, closing = counted("0", 8, 20), counted("2", 15, 10)
    assert frames[: len(opening)] == opening, "from 8:40, though the auction begins at 8:30"
    assert [frame[1] for frame in frames[len(opening) :]] == ["3", *(frame[1] for frame in closing), "4", "8"]


def test_hours_that_are_shifted_are_counted_down_later() -> None:
    world = World.create(at(1), 1, Calendar(Hours.KRX, special={"2026-11-23": SpecialDay(shift=60)}))
    assert day_of(world, at(9, 41)) == [("094000", "0", "002000"), ("094100", "0", "001900")]


def test_a_day_that_begins_in_a_countdown_goes_on_with_it() -> None:
    world = small_market(Hours.KRX, at(15, 28, 30))
    assert day_of(world, at(15, 29, 10)) == [("152900", "2", "000100"), ("152910", "2", "000050")]
    fork = world.fork()
    assert day_of(fork, at(15, 29, 20)) == day_of(world, at(15, 29, 20)) == [("152920", "2", "000040")]


@pytest.mark.parametrize("hours", [Hours.OPEN, Hours.KRX])
def test_a_day_without_an_open_counts_nothing_down(hours: Hours) -> None:
    """Open hours never close, and the Saturday has no session."""
    world = World.create(kst.moment(kst.at(at(1)).replace(day=28)), 1, Calendar(hours))
    assert day_of(world, world.now + 22 * 3_600 * kst.SECOND) == []


@pytest.mark.parametrize(
    ("phases", "codes"),
    [
        ([Phase.OPENING_AUCTION], ["0"]),
        ([Phase.OPENING_AUCTION, Phase.CONTINUOUS], ["3"]),
        ([Phase.CONTINUOUS], ["3"]),
        ([Phase.CLOSING_AUCTION], ["2"]),
        ([Phase.AFTER_CLOSE], ["4", "8"]),
        ([Phase.HOLIDAY], ["4", "8"]),
        ([Phase.AFTER_HOURS_COLLECTING], ["4", "8"]),
        ([Phase.AFTER_HOURS_COLLECTING, Phase.AFTER_HOURS], ["a"]),
        ([Phase.AFTER_HOURS], ["4", "8", "a"]),
        ([Phase.AFTER_HOURS, Phase.CONTINUOUS], ["b", "3"]),
        ([Phase.AFTER_HOURS, Phase.AFTER_CLOSE], ["b", "9"]),
        ([Phase.SINGLE_PRICE], ["4", "8", "c"]),
        ([Phase.SINGLE_PRICE, Phase.SINGLE_PRICE], []),
        ([Phase.SINGLE_PRICE, Phase.AFTER_CLOSE], ["d", "9"]),
        ([Phase.AFTER_MARKET, Phase.AFTER_CLOSE], ["9"]),
        ([Phase.AFTER_CLOSE, Phase.BEFORE_OPEN], []),
        ([Phase.BEFORE_OPEN, Phase.PREVIOUS_CLOSE], []),
    ],
)
def test_phases_that_are_opened_by_hand(phases: list[Phase], codes: list[str]) -> None:
    world = small_market(now=at(17))
    *_, last = [told(world, list(world.open_phase(phase))) for phase in phases]
    assert last == [("170000", code, "000000") for code in codes]


def test_official_example() -> None:
    world = small_market(now=at(17))
    world.open_phase(Phase.AFTER_HOURS)
    assert told(world, list(world.open_phase(Phase.AFTER_MARKET))) == [("170000", "b", "000000")]


def test_a_countdown_is_silent_in_a_phase_that_was_opened_by_hand() -> None:
    world = small_market(Hours.KRX, at(15, 25))
    world.open_phase(Phase.CONTINUOUS)
    assert day_of(world, at(15, 29, 50)) == []


def test_waiting_out_the_chance_of_an_auction_tells_nothing_more() -> None:
    world = small_market(Hours.KRX, at(8, 50))
    *_, last = day_of(world, at(9))
    assert (world.ledger.phase, last) == (Phase.OPENING_AUCTION, ("085950", "0", "000010"))
