"""0g, 1h, 0G, 0m and 0u."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.commands import EndDay, PrintTrade, Quote
from kiwoom_mockserver.exchange.events import Interrupted, InterruptionEnded
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.realtime.instrument import Warrant, interruption, warrant
from kiwoom_mockserver.world.world import World
from realtime.market import (
    DOUBLE,
    ELW,
    ETF,
    KOSDAQ,
    SELL,
    SHARE,
    at,
    quote,
    row,
    small_market,
    trade,
    values,
    written,
)

# -- 0g ----------------------------------------------------------------------------------------------------------------


def test_information_as_the_official_example_has_it_but_for_the_vi() -> None:
    world = World.create(at(10), 1)
    world.list_instrument(Instrument(SHARE, "삼성전자", Market.KOSPI, 60_300))
    assert row("0g", values(world, "0g")) == (
        '{"values":{"297":"","592":" ","593":" ","305":"+78300","306":"-42300","307":"60300","689":"","594":"",'
        '"382":"","370":""},"type":"0g","name":"주식종목정보","item":"005930"}'
    )


def test_information_names_the_interruption_that_runs() -> None:
    world = small_market()
    trade(world, 77_000, 1)
    assert values(world, "0g")["297"] == "정적VI"
    trade(world, 21_200, 1, code=KOSDAQ)
    assert values(world, "0g", KOSDAQ)["297"] == "동적VI"
    world.advance(at(10, 3))
    assert values(world, "0g")["297"] == ""


def test_a_warrant_has_no_limits() -> None:
    said = values(small_market(), "0g", ELW)
    assert (said["305"], said["306"], said["307"]) == ("0", "0", "450")


# -- 1h ----------------------------------------------------------------------------------------------------------------


def interrupted(world: World, price: int, code: str = SHARE) -> Interrupted:
    (event,) = (event for event in world.apply(PrintTrade(code, price, 100, SELL)) if isinstance(event, Interrupted))
    return event


def ended(world: World, to: int) -> InterruptionEnded:
    (event,) = (event for event in world.advance(to) if isinstance(event, InterruptionEnded))
    return event


def test_interruption_as_the_official_example_has_it_but_for_the_market() -> None:
    """3,750 to 4,125 at 11:14:54; volume and value are set to those of the example."""
    world = World.create(at(11, 14, 54), 1)
    world.list_instrument(Instrument(SHARE, "삼성전자", Market.KOSDAQ, 3_750))
    event = interrupted(world, 4_125)
    market_data = world.ledger.market_data[SHARE]
    market_data.volume, market_data.value = 1_077_818, 4_201_999_999
    begin = written("1h", interruption(world, event))
    due = world.next_due
    assert due is not None
    end = written("1h", interruption(world, ended(world, due)))
    assert row("1h", begin) == (
        '{"values":{"9001":"005930","302":"삼성전자","13":"1077818","14":"4201","9068":"1","9008":"101","9075":"1",'
        f'"1221":"4125","1223":"111454","1224":"{end["1224"]}","1225":"정적","1236":"3750","1237":"0","1238":"+10.00",'
        '"1239":"0.00","1489":"+10.00","1490":"1","9069":"1","1279":"+정적"},'
        '"type":"1h","name":"VI발동/해제","item":"005930"}'
    )
    assert end == begin | {"9068": "2"}


def test_dynamic_interruption_downwards() -> None:
    world = small_market()
    trade(world, 70_100, 1)
    event = interrupted(world, 67_000)
    said = written("1h", interruption(world, event))
    fids = ("9068", "9008", "1221", "1225", "1236", "1237", "1238", "1239", "1489", "9069", "1279")
    assert [said[fid] for fid in fids] == [
        "1", "001", "67000", "동적", "0", "70100", "0.00", "-4.42", "-4.29", "2", "-동적",
    ]  # fmt: skip


def test_the_end_names_the_interruption_that_ends() -> None:
    """The auction at the end moves the reference of the next one; the first is told by what it began with."""
    world = small_market()
    begin = written("1h", interruption(world, interrupted(world, 77_000)))
    quote(world, [(78_000, 5)], [(77_500, 5)])
    end = written("1h", interruption(world, ended(world, at(10, 3))))
    assert world.ledger.market_data[SHARE].vi_reference == world.ledger.market_data[SHARE].last != 70_000
    changed = {fid for fid, text in begin.items() if end[fid] != text}
    assert changed == {"9068", "1224", "13", "14"}, "the auction traded"
    assert [end[fid] for fid in ("9068", "1223", "1225", "1236", "1238", "1490", "1279")] == [
        "2", "100000", "정적", "70000", "+10.00", "1", "+정적",
    ]  # fmt: skip


def test_interruptions_of_a_day_are_counted_in_both_frames() -> None:
    world = small_market()
    told = []
    for minute, price in ((0, 77_000), (10, 74_600), (20, 72_300)):
        world.advance(at(10, minute))
        begin = written("1h", interruption(world, interrupted(world, price)))
        end = written("1h", interruption(world, ended(world, at(10, minute + 5))))
        told.append(
            [(frame["9068"], frame["1225"], frame["1237"], frame["1239"], frame["1490"]) for frame in (begin, end)]
        )
    assert told == [
        [("1", "정적", "0", "0.00", "1"), ("2", "정적", "0", "0.00", "1")],
        [("1", "동적", "77000", "-3.12", "2"), ("2", "동적", "77000", "-3.12", "2")],
        [("1", "동적", "74600", "-3.08", "3"), ("2", "동적", "74600", "-3.08", "3")],
    ]
    world.apply(EndDay(20261124))
    assert written("1h", interruption(world, interrupted(world, 79_600)))["1490"] == "1"


def test_an_interruption_that_ends_with_the_day_keeps_the_base_price_of_its_own() -> None:
    world = small_market()
    begin = written("1h", interruption(world, interrupted(world, 77_000)))
    (over,) = (event for event in world.apply(EndDay(20261124)) if isinstance(event, InterruptionEnded))
    end = written("1h", interruption(world, over))
    assert end["1489"] == begin["1489"] == "+10.00"


# -- 0G ----------------------------------------------------------------------------------------------------------------


def moved() -> World:
    """005930 rises from 70,000 to 72,000, and with it KOSPI 200 from 300.00 to 308.57."""
    world = small_market()
    trade(world, 72_000, 1)
    return world


def test_nav_by_hand() -> None:
    world = moved()
    trade(world, 10_250, 4, code=ETF)
    assert values(world, "0G", ETF) == {
        "36": "+10285.66",  # 10,000.00 x 30,857 / 30,000, cut
        "37": "+285.66",
        "38": "+2.86",
        "39": "1.14",  # by the seed
        "20": "100000",
        "10": "+10250",
        "11": "+250",
        "12": "+2.50",
        "13": "4",
        "25": "2",
        "265": "0.00",
        "266": "-0.35",  # 35.66 below 10,285.66
    }


def test_leverage_widens_the_way_from_the_index() -> None:
    said = values(moved(), "0G", DOUBLE)
    assert [said[fid] for fid in ("36", "38", "265", "266")] == ["+21142.66", "+5.71", "+2.78", "-5.40"]


def test_nav_stands_still_without_its_index() -> None:
    world = World.create(at(10), 1)
    world.list_instrument(Instrument(ETF, "KODEX 200", Market.ETF, 10_000))
    said = values(world, "0G", ETF)
    assert [said[fid] for fid in ("36", "37", "38", "265", "266")] == [" 10000.00", "0.00", "0.00", "0.00", "0.00"]


# -- 0m and 0u ---------------------------------------------------------------------------------------------------------


def test_terms_of_a_warrant() -> None:
    """The seed takes 111 percent of 70,000 for the strike."""
    assert warrant(small_market(), ELW) == Warrant(450, 450, 70_000, 70_000, 77_700, is_put=False)


def test_theory_by_hand() -> None:
    world = small_market()
    quote(world, [], [], SHARE, 72_000)
    trade(world, 455, 10, code=ELW)
    assert values(world, "0m", ELW) == {
        "20": "100000",
        "10": "+455",
        "670": "460",  # half of 2,000 for a hundredth of a share
        "671": "26.94",  # by the seed
        "672": "50",
        "673": "0",
        "674": "0.000000",
        "675": "0.000000",
        "676": "0.000000",
        "706": "+26.64",  # 26.94 x 455 / 460
    }


def test_indicators_by_hand() -> None:
    world = small_market()
    quote(world, [], [], SHARE, 72_000)
    trade(world, 20, 10, code=ELW)
    assert values(world, "0u", ELW) == {
        "20": "100000",
        "666": "92.66",  # 72,000 / 77,700
        "1211": "-440",
        "667": "36.00",  # 72,000 / 2,000
        "668": "+10.69",  # 79,700 / 72,000
        "669": "+11.00",  # 77,700 / 70,000
    }


def test_a_put_is_turned_round() -> None:
    world = small_market()
    world.list_instrument(Instrument("58TEST", "키움삼성전자풋", Market.ELW, 450), depth=Quote("58TEST", 450, [], []))
    quote(world, [], [], SHARE, 68_000)
    terms = warrant(world, "58TEST")
    assert (terms.is_put, terms.strike) == (True, 72_800)
    theory, said = values(world, "0m", "58TEST"), values(world, "0u", "58TEST")
    assert (theory["670"], theory["672"]) == ("460", "-50")
    # 72,800 / 68,000; 72,800 - 45,000 - 68,000; 72,800 / 113,000
    assert [said[fid] for fid in ("666", "667", "668", "669")] == ["107.05", "1.51", "-59.12", "-35.58"]


@pytest.mark.parametrize("kind", ["0m", "0u"])
def test_a_warrant_without_a_share_follows_itself(kind: str) -> None:
    world = World.create(at(10), 1)
    world.list_instrument(Instrument("58TEST", "무엇", Market.ELW, 450))
    assert values(world, kind, "58TEST")["20"] == "100000"


def test_a_cheap_share_under_a_dear_warrant_needs_no_support() -> None:
    world = small_market()
    trade(world, 900, 10, code=ELW)
    assert values(world, "0u", ELW)["669"] == "0.00"
