"""0J and 0U. At base the KOSPI shares are worth 70,000 x 1,000,000 + 10,000 x 3,000,000 = 100,000 million won."""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.world.world import World
from realtime.market import KOSDAQ, OTHER, SELL, SHARE, small_market, trade, values


def moved() -> World:
    """005930 up by 2,000, 000020 down by 100: KOSPI is worth 101,700 million won, KOSPI 200 72,000 of 70,000."""
    world = small_market()
    world.ledger.market_data[OTHER].volume_yesterday = 500
    trade(world, 72_000, 100)
    trade(world, 9_900, 300, SELL, OTHER)
    return world


def test_index_by_hand() -> None:
    assert values(moved(), "0J", "001") == {
        "20": "100000",
        "10": "+2542.50",  # 2,500.00 x 1.017
        "11": "+42.50",
        "12": "+1.70",
        "15": "0",
        "13": "400",
        "14": "10",  # 7,200,000 + 2,970,000
        "16": "+2542.50",
        "17": "+2542.50",
        "18": "+2542.50",
        "25": "2",
        "26": "-100",
    }


def test_each_index_has_its_members() -> None:
    world = moved()
    assert values(world, "0J", "201")["10"] == "+308.57"  # 300.00 x 72 / 70, cut
    assert values(world, "0J", "101")["10"] == " 800.00"
    trade(world, 19_000, 1, SELL, KOSDAQ)
    said = values(world, "0J", "101")
    assert [said[fid] for fid in ("10", "11", "12", "25")] == ["-760.00", "-40.00", "-5.00", "5"]


def test_index_without_members_stands_where_its_tape_says() -> None:
    world = small_market()
    world.list_instrument(Instrument("600", "지수", Market.INDEX, 90_000), last=90_900)
    assert world.index_value("600") == 90_900
    assert values(world, "0J", "600")["10"] == "+909.00"


def test_open_high_and_low_come_from_the_tape_of_the_index() -> None:
    world = small_market()
    market_data = world.ledger.market_data["001"]
    for price, quantity in ((250_100, 10), (255_000, 20), (249_000, 30)):
        market_data.print(price, quantity)
    said = values(world, "0J", "001")
    assert [said[fid] for fid in ("10", "15", "16", "17", "18")] == [
        " 2500.00", "30", "+2501.00", "+2550.00", "-2490.00",
    ]  # fmt: skip


def test_breadth_by_hand() -> None:
    assert values(moved(), "0U", "001") == {
        "20": "100000",
        "252": "1",
        "251": "0",
        "253": "0",
        "255": "1",
        "254": "0",
        "13": "400",
        "14": "10",
        "10": "+2542.50",
        "11": "+42.50",
        "12": "+1.70",
        "256": "2",
        "257": "100.00",
        "25": "2",
    }


def test_breadth_adds_up_as_in_the_official_example() -> None:
    """46 up, 166 flat and 204 down are 416 that had a price; the limits are among those up and down."""
    world = small_market()
    for number, last in enumerate((13_000, 10_100, 10_000, 7_000, 9_900, 9_800, 0)):
        code = f"9{number:05d}"
        world.list_instrument(Instrument(code, f"주식{number}", Market.KOSDAQ, 10_000))
        if last:
            world.ledger.market_data[code].print(last, 1)
    said = values(world, "0U", "101")
    assert [said[fid] for fid in ("252", "251", "253", "255", "254", "256", "257")] == [
        "2", "1", "1", "3", "1", "6", "75.00",
    ]  # fmt: skip


def test_both_types_and_the_shares_agree() -> None:
    world = moved()
    index, breadth = values(world, "0J", "001"), values(world, "0U", "001")
    assert {fid: index[fid] for fid in ("10", "11", "12", "13", "14", "25")} == {
        fid: breadth[fid] for fid in ("10", "11", "12", "13", "14", "25")
    }
    assert int(index["13"]) == sum(int(values(world, "0B", code)["13"]) for code in (SHARE, OTHER))


def test_a_new_quote_moves_the_index() -> None:
    world = small_market()
    world.apply(Quote(SHARE, 71_000, [], []))
    assert values(world, "0J", "201")["10"] == "+304.28"  # 300.00 x 71 / 70, cut
