"""0D and 0E."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.exchange.commands import Place, Quote
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.orders import OrderKind
from kiwoom_mockserver.exchange.session import Phase
from realtime.market import BUY, SELL, SHARE, account, at, place, quote, small_market, values, written
from rest.stage import STAGE
from wire import Wire, Worlds


def different(said: dict[str, str], kind: str) -> dict[str, str]:
    """What is not as it is when nothing is said."""
    silent = written(kind, {})
    return {fid: text for fid, text in said.items() if text != silent[fid]}


def test_levels_and_totals_by_hand() -> None:
    world = small_market()
    quote(world, [(69_900, 20), (69_800, 30)], [(70_000, 3), (70_100, 4)])
    place(world, BUY, 5, 69_900)
    place(world, BUY, 1, 69_700)
    assert different(values(world, "0D"), "0D") == {
        "21": "100000",
        "41": " 70000",
        "61": "3",
        "42": "+70100",
        "62": "4",
        "51": "-69900",
        "71": "25",
        "52": "-69800",
        "72": "30",
        "53": "-69700",
        "73": "1",
        "121": "7",
        "125": "56",
        "128": "+49",
        "129": "800.00",
        "138": "-49",
        "139": "12.50",
        "238": "3",
        "293": "3",
    }


def test_totals_as_the_official_example_has_them() -> None:
    """Its ten levels are not printed in full, so their sums stand in the first level here."""
    world = small_market(now=at(16, 52, 7))
    world.list_instrument(
        Instrument("000270", "기아", Market.KOSPI, 20_850),
        depth=Quote("000270", 20_800, [(20_700, 14_453_430)], [(20_800, 12_622_527)]),
    )
    said = values(world, "0D", "000270")
    example = {
        "21": "165207", "41": "-20800", "51": "-20700", "81": "0", "91": "0", "121": "12622527", "125": "14453430",
        "128": "+1830903", "129": "114.51", "138": "-1830903", "139": "87.33", "200": "0", "201": "0.00", "238": "3",
        "291": "0", "292": "0", "293": "3", "294": "0", "295": "0.00",
    }  # fmt: skip
    assert {fid: said[fid] for fid in example} == example
    assert {said[str(fid)] for fid in (*range(6044, 6088), *range(6100, 6116))} == {"0"}


def test_empty_book_is_all_zero() -> None:
    assert different(values(small_market(), "0D"), "0D") == {"21": "100000", "238": "3", "293": "3"}


def test_only_ten_levels_are_shown_and_counted() -> None:
    world = small_market()
    quote(world, [], [(70_100 + 100 * level, 1 + level) for level in range(12)])
    said = values(world, "0D")
    assert (said["50"], said["70"], said["121"]) == ("+71000", "10", "55")


def test_auction_tells_what_it_expects() -> None:
    """At 70,100 sellers of 8 meet buyers of 5: five are matched, and three of the offer are left."""
    world = small_market()
    world.open_phase(Phase.OPENING_AUCTION)
    quote(world, [(70_200, 5), (69_900, 20)], [(70_100, 8), (70_300, 1)])
    said = different(values(world, "0D"), "0D")
    assert said == {
        "21": "100000",
        "41": "+70100",
        "61": "3",
        "42": "+70300",
        "62": "1",
        "51": "-69900",
        "71": "20",
        "121": "4",
        "125": "20",
        "128": "+16",
        "129": "500.00",
        "138": "-16",
        "139": "20.00",
        "23": "+70100",
        "24": "5",
        "200": "+100",
        "201": "+0.14",
        "238": "2",
        "291": "+70100",
        "292": "5",
        "293": "2",
        "294": "+100",
        "295": "+0.14",
    }


REST = {
    "21": "bid_req_base_tm",
    "121": "tot_sel_req",
    "125": "tot_buy_req",
    "41": "sel_fpr_bid",
    "61": "sel_fpr_req",
    "51": "buy_fpr_bid",
    "71": "buy_fpr_req",
} | {
    f"{fid + level - 1}": f"{side}_{level}th_pre_{what}"
    for fid, side, what in ((41, "sel", "bid"), (61, "sel", "req"), (51, "buy", "bid"), (71, "buy", "req"))
    for level in range(2, 11)
}


def agree(client: Wire) -> None:
    """All but the sign slot of a flat price, which REST does not keep."""
    said, answer = values(client.kiwoom.broker.world, "0D"), client.call("ka10004", stk_cd=SHARE)
    assert {name: said[fid].strip() for fid, name in REST.items()} == {name: answer[name] for name in REST.values()}


@pytest.mark.parametrize("phase", [Phase.CONTINUOUS, Phase.OPENING_AUCTION, Phase.AFTER_CLOSE])
def test_rest_tells_the_same(worlds: Worlds, phase: Phase) -> None:
    client = worlds.open(STAGE)
    client.buy(5, 69_900)
    client.buy(2, 70_000)
    client.buy(1, 70_300, kind="10")
    client.sell(1, 70_300)
    agree(client)
    client.kiwoom.broker.world.open_phase(phase)
    client.buy(3, 70_200)
    agree(client)


def test_rest_tells_the_same_of_the_default_book(worlds: Worlds) -> None:
    agree(worlds.open(WorldConfig(clock="manual")))


def test_after_hours_totals() -> None:
    world = small_market()
    account(world).holdings[SHARE] = Holding(quantity=50)
    world.open_phase(Phase.AFTER_HOURS)
    for quantity in (7, 4):
        world.apply(Place(account(world).number, SHARE, BUY, quantity, kind=OrderKind.AFTER_HOURS))
    assert values(world, "0E") == {"21": "100000", "131": "0", "132": "0", "135": "11", "136": "0"}
    world.apply(Place(account(world).number, SHARE, SELL, 13, kind=OrderKind.AFTER_HOURS))
    assert values(world, "0E") == {"21": "100000", "131": "2", "132": "0", "135": "0", "136": "0"}


def test_regular_orders_are_no_part_of_the_after_hours_totals() -> None:
    world = small_market()
    place(world, BUY, 1, 69_000)
    assert (values(world, "0E")["135"], values(world, "0D")["125"]) == ("0", "1")
