"""0s."""

from __future__ import annotations

from datetime import datetime

import pytest

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.market_session import CODES
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours
from realtime.market import at, small_market, values


@pytest.mark.parametrize(
    ("now", "code", "remaining"),
    [
        (at(6, 30), "0", "023000"),
        (at(8, 30), "0", "003000"),
        (at(8, 40), "0", "002000"),
        (at(8, 59, 59), "0", "000001"),
        (at(9, 1), "3", "000000"),
        (at(15, 20), "2", "001000"),
        (at(15, 29, 30), "2", "000030"),
        (at(15, 35), "4", "000000"),
        (at(15, 40), "a", "000000"),
        (at(16), "b", "000000"),
        (at(20), "9", "000000"),
    ],
)
def test_day_of_the_exchange(now: int, code: str, remaining: str) -> None:
    world = small_market(Hours.KRX, at(1))
    world.advance(now)
    said = values(world, "0s", "")
    assert (list(said), said["215"], said["214"]) == (["215", "20", "214"], code, remaining)


def test_time_is_that_of_the_world() -> None:
    assert values(small_market(now=at(17)), "0s", "") == {"215": "3", "20": "170000", "214": "000000"}


def test_official_example() -> None:
    world = small_market(now=at(17))
    world.open_phase(Phase.AFTER_MARKET)
    assert values(world, "0s", "") == {"215": "b", "20": "170000", "214": "000000"}


def test_without_an_off_hours_board_the_close_is_the_end() -> None:
    world = small_market(Hours.KRX, at(15), off_hours=False)
    world.advance(at(15, 25))
    assert values(world, "0s", "") == {"215": "2", "20": "152500", "214": "000500"}
    world.advance(at(15, 31))
    assert values(world, "0s", "")["215"] == "4"


def test_waiting_out_the_chance_of_an_auction_shows_zero() -> None:
    world = small_market(Hours.KRX, at(8, 50))
    world.advance(at(9))
    assert world.ledger.phase is Phase.OPENING_AUCTION
    assert values(world, "0s", "") == {"215": "0", "20": "090000", "214": "000000"}


def test_every_phase_has_a_code() -> None:
    assert set(CODES) == set(Phase)


def on(*moment: int) -> int:
    return kst.moment(datetime(*moment))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "code", "remaining"),
    [
        (on(2027, 1, 4, 9), "0", "010000"),
        (on(2027, 1, 4, 9, 50), "0", "001000"),
        (on(2027, 1, 4, 10, 1), "3", "000000"),
        (on(2027, 1, 4, 15, 20), "2", "001000"),
        (on(2027, 1, 4, 20), "9", "000000"),
        (on(2026, 11, 19, 9), "0", "010000"),
        (on(2026, 11, 19, 15, 25), "3", "000000"),
        (on(2026, 11, 19, 16, 20), "2", "001000"),
        (on(2026, 11, 19, 16, 35), "4", "000000"),
        (on(2026, 11, 19, 16, 40), "a", "000000"),
        (on(2026, 11, 19, 17), "b", "000000"),
        (on(2026, 11, 19, 20), "9", "000000"),
    ],
)
def test_days_with_other_hours(now: int, code: str, remaining: str) -> None:
    world = small_market(Hours.KRX, on(*kst.at(now).timetuple()[:3], 1))
    world.advance(now)
    said = values(world, "0s", "")
    assert (said["215"], said["214"]) == (code, remaining)
