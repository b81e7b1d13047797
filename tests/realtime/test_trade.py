"""0A, 0B and 0C."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.commands import EndInterruption, Place, Quote
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import OrderKind
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.frames import frame
from kiwoom_mockserver.realtime.trade import Marks, stock_trade
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.world import World
from realtime.market import (
    ACCOUNT,
    BUY,
    ELW,
    GOLD,
    KOSDAQ,
    SELL,
    SHARE,
    account,
    at,
    place,
    quote,
    small_market,
    trade,
    values,
    written,
)
from rest.stage import STAGE, wait
from wire import Worlds

RECORDED = (
    '{"data":[{"values":{"20":"115618","10":"-257750","11":"-11250","12":"-4.18","27":"-258000","28":"-257500",'
    '"15":"-19","13":"7198927","14":"1860588","16":"-258000","17":"-261000","18":"-257000","25":"5","26":"-15318148",'
    '"29":"-4167722708811","30":"-31.97","31":"0.12","32":"595","228":"89.62","311":"15068783","290":"2","691":"0",'
    '"567":"000000","568":"000000","851":"10379","1890":"090016","1891":"053039","1892":"114556","1030":"3645181",'
    '"1031":"3266718","1032":"-47.26","1071":"63318","1072":"96320","1313":"-4897","1315":"-19","1316":" 0",'
    '"1314":"-19","1497":"103100","1498":"82480","620":"258453","732":"1294","852":"1035","9081":"KRX"},'
    '"type":"0B","name":"주식체결","item":"005930"}],"trnm":"REAL"}'
)


def recorded_world() -> World:
    """The state in which the mock domain sent the recorded row, 2026-09-11; 257,750 was a mid trade."""
    world = World.create(at(11, 56, 18), 1)
    samsung = Instrument(SHARE, "삼성전자", Market.KOSPI, 269_000, 5_846_278_608, 100, kospi_200=True)
    world.list_instrument(samsung, depth=Quote(SHARE, 269_000, [(257_500, 900)], [(258_000, 700)]))
    market_data = world.ledger.market_data[SHARE]
    value = 1_860_588_123_456
    known = MarketData(
        samsung, 257_750, 258_000, open=258_000, high=261_000, low=257_000, volume=7_198_927, value=value,
        volume_yesterday=7_198_927 + 15_318_148, value_yesterday=value + 4_167_722_708_811,
        bought=3_266_718, sold=3_645_181, buy_trades=96_320, sell_trades=63_318, trade=-19,
    )  # fmt: skip
    for name in known.__struct_fields__:
        if name not in ("bids", "asks"):
            setattr(market_data, name, getattr(known, name))
    return world


def test_recorded_row_comes_out_byte_for_byte() -> None:
    marks = Marks(opened=at(9, 0, 16), highest=at(5, 30, 39), lowest=at(11, 45, 56), same_time=6_936_052)
    values = stock_trade(recorded_world(), SHARE, marks)
    assert frame("0B", SHARE, written("0B", values)) == RECORDED


def test_one_trade_by_hand() -> None:
    world = small_market()
    world.ledger.market_data[SHARE].volume_yesterday = 480
    quote(world, [(69_900, 20)], [(70_100, 3)])
    trade(world, 70_200, 10)
    trade(world, 69_900, 30, SELL)
    assert values(world, "0B") == {
        "20": "100000",
        "10": "-69900",
        "11": "-100",
        "12": "-0.14",
        "27": "+70100",
        "28": "-69900",
        "15": "-30",
        "13": "40",
        "14": "2",  # 10 x 70,200 + 30 x 69,900 = 2,799,000
        "16": "+70200",
        "17": "+70200",
        "18": "-69900",
        "25": "5",
        "26": "-440",
        "29": "+2799000",
        "30": "-8.33",  # 40 of 480
        "31": "0.00",  # 40 of 1,000,000
        "32": "161",  # 69,900 x 0.231 %
        "228": "33.33",
        "311": "699",
        "290": "2",
        "691": "0",
        "567": "000000",
        "568": "000000",
        "851": "2000",  # ten of twenty-four hours: 200 of yesterday's 480
        "1890": "000000",
        "1891": "000000",
        "1892": "000000",
        "1030": "30",
        "1031": "10",
        "1032": "-25.00",
        "1071": "1",
        "1072": "1",
        "1313": "-2097",
        "1315": "-30",
        "1316": " 0",
        "1314": "-30",
        "1497": "27960",
        "1498": "22368",
        "620": "69975",
        "732": "351",  # 0.502 %
        "852": "281",  # 0.4015 %: 280.65
        "9081": "KRX",
    }


def test_a_purchase_is_the_mirror_of_a_sale() -> None:
    world = small_market()
    trade(world, 70_000, 15)
    said = values(world, "0B")
    assert [said[fid] for fid in ("15", "1313", "1315", "1316", "1314")] == ["+15", "+1050", " 0", "+15", "+15"]
    assert (said["10"], said["11"], said["12"], said["25"], said["16"]) == (" 70000", "0", "0.00", "3", " 70000")
    assert (said["228"], said["1032"], said["30"]) == ("0.00", "+100.00", "0.00")


def test_before_any_trade_there_is_a_price_and_nothing_else() -> None:
    said = values(small_market(), "0B")
    assert said["10"] == " 70000"
    assert {said[fid] for fid in ("13", "14", "15", "16", "17", "18", "27", "28", "620", "1314")} == {"0"}


def test_own_trades_go_over_the_same_tape() -> None:
    world = small_market()
    quote(world, [(69_900, 20)], [(70_100, 3)])
    place(world, BUY, 2)
    said = values(world, "0B")
    assert (said["10"], said["15"], said["13"], said["1031"]) == ("+70100", "+2", "2", "2")


@pytest.mark.parametrize(("price", "sign"), [(91_000, "1"), (90_900, "2"), (70_000, "3"), (69_900, "5"), (49_000, "4")])
def test_direction(price: int, sign: str) -> None:
    world = small_market()
    trade(world, price, 1)
    assert values(world, "0B")["25"] == sign


@pytest.mark.parametrize(
    ("phase", "part"),
    [
        (Phase.BEFORE_OPEN, "1"),
        (Phase.PREVIOUS_CLOSE, "1"),
        (Phase.OPENING_AUCTION, "2"),
        (Phase.CONTINUOUS, "2"),
        (Phase.CLOSING_AUCTION, "2"),
        (Phase.AFTER_HOURS, "3"),
        (Phase.AFTER_CLOSE, "3"),
    ],
)
def test_part_of_the_day_of_an_outside_trade(phase: Phase, part: str) -> None:
    world = small_market()
    world.open_phase(phase)
    trade(world, 70_000, 1)
    assert values(world, "0B")["290"] == part
    world.open_phase(Phase.AFTER_CLOSE)
    assert values(world, "0B")["290"] == part, "a trade stays what it was"


def auctioned(world: World, auction: Phase, after: Phase) -> dict[str, str]:
    """The trade that ends an auction, as the next phase tells it."""
    world.open_phase(auction)
    quote(world, [(70_200, 5)], [(70_000, 2)])
    world.open_phase(after)
    said = values(world, "0B")
    assert said["15"] == "+2"
    return said


@pytest.mark.parametrize(
    ("auction", "after"),
    [
        (Phase.OPENING_AUCTION, Phase.CONTINUOUS),
        (Phase.CLOSING_AUCTION, Phase.AFTER_HOURS_COLLECTING),
        (Phase.CLOSING_AUCTION, Phase.AFTER_CLOSE),
    ],
)
def test_trade_that_ends_an_auction_belongs_to_the_regular_session(auction: Phase, after: Phase) -> None:
    assert auctioned(small_market(), auction, after)["290"] == "2"


def test_close_that_an_interruption_delays_belongs_to_the_regular_session() -> None:
    world = small_market()
    world.open_phase(Phase.CLOSING_AUCTION)
    quote(world, [(74_000, 5)], [(74_000, 2)])
    world.open_phase(Phase.AFTER_HOURS_COLLECTING)
    assert world.ledger.market_data[SHARE].interrupted
    world.apply(EndInterruption(SHARE))
    said = values(world, "0B")
    assert (said["10"], said["290"]) == ("+74000", "2")


@pytest.mark.parametrize(
    ("phase", "kind", "part"),
    [(Phase.PREVIOUS_CLOSE, OrderKind.BEFORE_HOURS, "1"), (Phase.AFTER_HOURS, OrderKind.AFTER_HOURS, "3")],
)
def test_trade_of_the_off_hours_board_belongs_to_its_side_of_the_session(
    phase: Phase, kind: OrderKind, part: str
) -> None:
    world = small_market()
    account(world).holdings[SHARE] = Holding(5, 350_000, settled=5, arriving=[0, 0])
    world.open_phase(phase)
    for side in (SELL, BUY):
        world.apply(Place(ACCOUNT, SHARE, side, 1, 0, kind))
    said = values(world, "0B")
    assert (said["13"], said["290"]) == ("1", part)


@pytest.mark.parametrize(
    ("now", "ratio"),
    [(at(8), "0"), (at(12, 15), "2000"), (at(17), "1000")],
)
def test_same_time_of_yesterday_counts_the_session(now: int, ratio: str) -> None:
    world = small_market(Hours.KRX, now)
    market_data = world.ledger.market_data[SHARE]
    market_data.volume, market_data.volume_yesterday = 100, 1_000  # half of the session is over at 12:15
    assert values(world, "0B")["851"] == ratio


def test_a_kosdaq_share_and_an_elw_pay_their_own_tax() -> None:
    world = small_market()
    assert values(world, "0B", KOSDAQ)["32"] == "46"  # 20,000 x 0.231 %
    assert values(world, "0B", ELW)["32"] == "0"  # 450 x 0.031 %
    assert values(world, "0B", GOLD)["10"] == " 193500"


def test_a_price_without_a_trade() -> None:
    """The types agree: 0A is the part of 0B that it shares with it."""
    world = small_market()
    quote(world, [(69_900, 20)], [(70_100, 3)])
    trade(world, 70_200, 10)
    quote(world, [(69_900, 20)], [(70_100, 3)], last=70_100)
    said, traded = values(world, "0A"), values(world, "0B")
    assert said == {
        "10": "+70100",
        "11": "+100",
        "12": "+0.14",
        "27": "+70100",
        "28": "-69900",
        "13": "10",
        "14": "0",
        "16": "+70200",
        "17": "+70200",
        "18": "+70100",
        "25": "2",
        "26": "+10",
        "29": "+702000",
        "30": "0.00",
        "31": "0.00",
        "32": "162",
        "311": "701",
        "567": "000000",
        "568": "000000",
    }
    assert said == {fid: traded[fid] for fid in said}


def test_best_quote() -> None:
    world = small_market()
    quote(world, [(70_000, 20)], [(70_100, 3)])
    assert values(world, "0C") == {"27": "+70100", "28": " 70000"}
    quote(world, [], [])
    assert values(world, "0C") == {"27": "0", "28": "0"}


def test_best_quote_as_the_official_example_has_it() -> None:
    world = small_market()
    world.list_instrument(
        Instrument("000270", "기아", Market.KOSPI, 20_850), depth=Quote("000270", 20_850, [(20_700, 1)], [(20_800, 1)])
    )
    assert values(world, "0C", "000270") == {"27": "-20800", "28": "-20700"}


def test_best_prices_of_an_auction_are_those_it_would_leave() -> None:
    world = small_market()
    world.open_phase(Phase.OPENING_AUCTION)
    quote(world, [(70_200, 5), (69_900, 20)], [(70_000, 5), (70_100, 3)])
    said, book = values(world, "0B"), values(world, "0D")
    assert (said["27"], said["28"]) == (book["41"], book["51"]) == ("+70100", "-69900")


def test_rest_tells_the_same(worlds: Worlds) -> None:
    client = worlds.open(STAGE)
    world = client.kiwoom.broker.world
    world.ledger.market_data[SHARE].volume_yesterday = 50
    client.buy(4, 70_200)
    trade(world, 70_300, 9)
    trade(world, 69_800, 30, SELL)
    wait(client, minutes=3)
    said, answer = values(world, "0B"), client.call("ka10001", stk_cd=SHARE)
    pairs = {
        "10": "cur_prc",
        "11": "pred_pre",
        "12": "flu_rt",
        "13": "trde_qty",
        "16": "open_pric",
        "17": "high_pric",
        "18": "low_pric",
        "25": "pre_sig",
        "311": "mac",
    }
    assert {fid: said[fid].strip() for fid in pairs} == {fid: answer[name] for fid, name in pairs.items()}
    assert (said["13"], said["20"]) == ("39", "100300")
