"""0H."""

from __future__ import annotations

from kiwoom_mockserver.exchange.events import Cleared
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.auction import cleared
from kiwoom_mockserver.world.calendar import Hours
from realtime.market import BUY, SHARE, at, place, quote, small_market, trade, values, written


def test_expected_price_and_quantity_by_hand() -> None:
    world = small_market(Hours.KRX, at(8, 45))
    quote(world, [(70_200, 5), (70_100, 1), (69_900, 20)], [(70_000, 2), (70_100, 8), (70_300, 1)])
    assert values(world, "0H") == {
        "20": "084500",
        "10": "+70100",
        "11": "+100",
        "12": "+0.14",
        "15": "-4",  # 6 are wanted and 10 offered at that price
        "13": "6",
        "25": "2",
    }


def test_market_orders_count_among_what_is_left() -> None:
    world = small_market()
    world.open_phase(Phase.CLOSING_AUCTION)
    quote(world, [], [(70_000, 2)])
    place(world, BUY, 9)
    said = values(world, "0H")
    assert (said["10"], said["13"], said["15"], said["25"]) == (" 70000", "2", "+7", "3")


def test_nothing_is_expected_while_nothing_collects_or_meets() -> None:
    world = small_market()
    nothing = {"20": "100000", "10": "0", "11": "0", "12": "0.00", "15": "0", "13": "0", "25": "3"}
    assert values(world, "0H") == nothing
    world.open_phase(Phase.OPENING_AUCTION)
    quote(world, [(69_900, 1)], [(70_000, 1)])
    assert values(world, "0H") == nothing


def test_an_interruption_is_an_auction() -> None:
    world = small_market()
    trade(world, 77_000, 1)
    assert world.ledger.market_data[SHARE].interrupted
    quote(world, [(77_100, 3)], [(76_900, 3)])
    said, book = values(world, "0H"), values(world, "0D")
    assert (said["10"], said["13"]) == (book["23"], book["24"]) == ("+77000", "3")


def test_what_was_expected_is_what_is_traded() -> None:
    world = small_market()
    world.open_phase(Phase.OPENING_AUCTION)
    quote(world, [(70_200, 5), (69_900, 20)], [(70_000, 2), (70_100, 8)])
    expected = values(world, "0H")
    world.open_phase(Phase.CONTINUOUS)
    traded = values(world, "0B")
    assert (traded["10"], traded["11"], traded["13"]) == (expected["10"], expected["11"], expected["13"])


def test_the_end_of_an_auction_is_told_with_what_it_matched() -> None:
    world = small_market()
    world.open_phase(Phase.OPENING_AUCTION)
    quote(world, [(70_200, 5), (69_900, 20)], [(70_000, 2), (70_100, 8)])
    expected = values(world, "0H")
    (event,) = (event for event in world.open_phase(Phase.CONTINUOUS) if isinstance(event, Cleared))
    assert written("0H", cleared(world, event)) == expected | {"15": "0"}
    assert (expected["10"], expected["13"], expected["15"]) == ("+70100", "5", "-5")
