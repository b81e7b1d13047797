"""00 and 04."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Cancel, EndDay, Modify, Place, Quote
from kiwoom_mockserver.exchange.events import Filled
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.orders import Fill, Funding, Order, OrderAction, OrderKind, Side, TimeInForce, Venue
from kiwoom_mockserver.realtime.account_events import Notice, balance, loans_balance, order_execution, side_name
from kiwoom_mockserver.world.world import World
from realtime.market import (
    ACCOUNT,
    BUY,
    SELL,
    SHARE,
    account,
    at,
    place,
    quote,
    row,
    small_market,
    trade,
    written,
)
from rest.stage import STAGE, filled, holdings
from wire import Worlds

# -- 00, recorded ------------------------------------------------------------------------------------------------------

BOUGHT = (
    '{"values":{"9201":"81********","9203":"0119433","9205":"","9001":"005930","912":"JJ","913":"접수","302":"삼성전자",'
    '"900":"1","901":"0","902":"1","903":"0","904":"0000000","905":"+매수","906":"시장가","907":"2","908":"115639",'
    '"909":"","910":"","911":"","10":"-258000","27":"-258000","28":"-257500","914":"","915":"","938":"0","939":"0",'
    '"919":"0","920":"","921":"6801005","922":"00","923":"","10010":" 269000","2134":"1","2135":"KRX","2136":"N"},'
    '"type":"00","name":"주문체결","item":"005930"}'
)


def but(text: str, **said: str) -> str:
    """The recorded row with other values; keywords are FIDs after an underscore."""
    for name, value in said.items():
        head, _, tail = text.partition(f'"{name[1:]}":"')
        assert tail
        text = f'{head}"{name[1:]}":"{value}"{tail[tail.index(chr(34)) + 1 :]}'
    return text


BUY_FILLED = but(
    BOUGHT, _913="체결", _902="0", _903="258000", _908="115640", _909="847463", _910="258000", _911="1",
    _914="258000", _915="1", _938="900", _939="0",
)  # fmt: skip
SOLD = but(BOUGHT, _9203="0119574", _905="-매도", _907="1", _908="115707", _921="7501001", _10="-257750")
SELL_FILLED = but(
    SOLD, _913="체결", _902="0", _903="258000", _908="115708", _909="848966", _910="258000", _911="1",
    _914="258000", _915="1", _938="900", _939="516",
)  # fmt: skip


def recorded(number: int, side: Side, placed: int, last: int, fill: Fill | None, notice: Notice) -> str:
    """What is said of a market order of one share in the state of the recording."""
    world = World.create(at(11, 56), 1)
    samsung = Instrument(SHARE, "삼성전자", Market.KOSPI, 269_000, kospi_200=True)
    depth = Quote(SHARE, 269_000, [(257_500, 9)], [(258_000, 9)])
    world.list_instrument(samsung, last=last, depth=depth)
    customer = Account("81********", "김철수", 10_000_000)
    world.open_account(customer)
    order = Order(
        number, customer.number, SHARE, side, OrderKind.MARKET, TimeInForce.DAY, Venue.KRX, OrderAction.NEW,
        0, 258_000, 1, 1, number, 0, placed,
    )  # fmt: skip
    if fill is not None:
        order.open, order.filled, order.value, order.last_fill = 0, 1, 258_000, fill.number
        order.commission, order.tax = fill.commission, fill.tax
        customer.fills.append(fill)
    values = written("00", order_execution(world, customer, order, fill, notice))
    return row("00", values)


def test_recorded_rows_come_out_byte_for_byte() -> None:
    bought = Fill(847_463, 119_433, SHARE, 258_000, 1, 0, 900, 0, at(11, 56, 40))
    sold = Fill(848_966, 119_574, SHARE, 258_000, 1, 0, 900, 516, at(11, 57, 8))
    assert recorded(119_433, BUY, at(11, 56, 39), 258_000, None, "접수") == BOUGHT
    assert recorded(119_433, BUY, at(11, 56, 39), 258_000, bought, "체결") == BUY_FILLED
    assert recorded(119_574, SELL, at(11, 57, 7), 257_750, None, "접수") == SOLD
    assert recorded(119_574, SELL, at(11, 57, 7), 257_750, sold, "체결") == SELL_FILLED


# -- 00, by hand -------------------------------------------------------------------------------------------------------


def said(world: World, order: Order, notice: Notice, fill: Fill | None = None) -> dict[str, str]:
    return written("00", order_execution(world, account(world), order, fill, notice))


def picked(values: dict[str, str], fids: str) -> list[str]:
    return [values[fid] for fid in fids.split()]


def test_partial_fills_add_up() -> None:
    world = small_market()
    quote(world, [], [(70_000, 3), (70_100, 2)])
    order = place(world, BUY, 9, 70_100)
    assert picked(said(world, order, "접수"), "900 901 902 903 909 938") == ["9", "70100", "9", "0", "", "0"]
    first, second = account(world).fills
    fids = "900 902 903 909 910 911 914 915 938 939"
    assert picked(said(world, order, "체결", first), fids) == [
        "9", "6", "210000", "1", "70000", "3", "70000", "3", "730", "0",
    ]  # fmt: skip
    assert picked(said(world, order, "체결", second), fids) == [
        "9", "4", "350200", "2", "70040", "5", "70100", "2", "1220", "0",
    ]  # fmt: skip


def test_recorded_averages_of_three_fills() -> None:
    """19 shares were recorded in three fills: 911 was 1, 3 and 19. The fourth brings the order to 30."""
    world = World.create(at(11, 56), 1)
    world.list_instrument(
        Instrument(SHARE, "삼성전자", Market.KOSPI, 269_000, kospi_200=True),
        depth=Quote(SHARE, 269_000, [], [(269_500, 1), (270_000, 2), (270_500, 16), (271_000, 50)]),
    )
    world.open_account(Account(ACCOUNT, "김철수", 10_000_000))
    order = place(world, BUY, 30, 271_000)
    told = [said(world, order, "체결", fill) for fill in account(world).fills]
    assert [picked(values, "900 902 910 911 914 915") for values in told] == [
        ["30", "29", "269500", "1", "269500", "1"],
        ["30", "27", "269833", "3", "270000", "2"],
        ["30", "11", "270395", "19", "270500", "16"],
        ["30", "0", "270617", "30", "271000", "11"],
    ]


def test_a_fill_after_a_part_was_cancelled_or_modified_counts_what_the_number_still_stands_for() -> None:
    world = small_market()
    order = place(world, BUY, 9, 69_000)
    quote(world, [], [(69_000, 2)])
    world.apply(Cancel(ACCOUNT, SHARE, order.number, 3))
    world.apply(Modify(ACCOUNT, SHARE, order.number, 1, 68_900))
    quote(world, [], [(68_900, 10)])
    first, *later = account(world).fills
    fids = "9203 900 902 911 915"
    assert picked(said(world, order, "체결", first), fids) == ["0000001", "9", "7", "2", "2"]
    assert [picked(said(world, account(world).orders[fill.order], "체결", fill), fids) for fill in later] == [
        ["0000001", "5", "0", "5", "3"],
        ["0000003", "1", "0", "1", "1"],
    ]


def test_rest_that_ioc_takes_is_confirmed_with_what_the_fills_came_to() -> None:
    world = small_market()
    quote(world, [], [(70_000, 3), (70_100, 2)])
    world.apply(Place(ACCOUNT, SHARE, BUY, 9, 70_100, time_in_force=TimeInForce.IOC))
    order = account(world).orders[1]
    fids = "900 902 903 909 910 911 914 915 938 939"
    assert picked(said(world, order, "접수"), fids) == ["9", "9", "0", "", "", "", "", "", "0", "0"]
    assert picked(said(world, order, "확인"), fids) == ["9", "0", "350200", "", "", "", "", "", "1220", "0"]


def test_modify_that_trades_at_once_is_confirmed_before_its_fills() -> None:
    world = small_market()
    quote(world, [], [(70_000, 3)])
    original = place(world, BUY, 5, 69_000)
    world.apply(Modify(ACCOUNT, SHARE, original.number, 0, 70_000))
    order = account(world).orders[2]
    assert order.value == 210_000
    assert picked(said(world, order, "확인"), "902 903 938") == ["5", "0", "0"]


def test_fills_of_other_orders_do_not_count() -> None:
    world = small_market()
    quote(world, [(69_900, 50)], [(70_100, 50)])
    order = place(world, BUY, 2)
    other = place(world, SELL, 1)
    bought, sold = account(world).fills
    assert picked(said(world, order, "체결", bought), "903 938 939") == ["140200", "490", "0"]
    # 0.05 % and 0.15 % of 69,900, each cut
    assert picked(said(world, other, "체결", sold), "903 905 938 939") == ["69900", "-매도", "240", "138"]


def test_modify_comes_in_and_is_confirmed_under_its_own_number() -> None:
    world = small_market()
    original = place(world, BUY, 5, 69_000)
    world.apply(Modify(ACCOUNT, SHARE, original.number, 3, 69_100))
    order = account(world).orders[2]
    fids = "9203 904 905 906 900 901 902 903 909"
    for notice in ("접수", "확인"):
        assert picked(said(world, order, notice), fids) == [
            "0000002", "0000001", "+매수정정", "보통", "3", "69100", "3", "0", "",
        ]  # fmt: skip


def test_cancel_names_its_side_without_a_sign_and_leaves_nothing() -> None:
    """As in the capture of the older interface: the confirmation keeps number, parent and time."""
    world = small_market()
    original = place(world, BUY, 1, 69_000)
    world.apply(Cancel(ACCOUNT, SHARE, original.number, 0))
    order = account(world).orders[2]
    world.advance(at(10, 0, 5))
    fids = "9203 904 913 905 900 901 902 908"
    assert picked(said(world, order, "접수"), fids) == [
        "0000002", "0000001", "접수", "매수취소", "1", "0", "1", "100000",
    ]  # fmt: skip
    assert picked(said(world, order, "확인"), fids) == [
        "0000002", "0000001", "확인", "매수취소", "1", "0", "0", "100000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("side", "action", "name"),
    [
        (BUY, OrderAction.NEW, "+매수"),
        (SELL, OrderAction.NEW, "-매도"),
        (BUY, OrderAction.MODIFY, "+매수정정"),
        (SELL, OrderAction.MODIFY, "-매도정정"),
        (BUY, OrderAction.CANCEL, "매수취소"),
        (SELL, OrderAction.CANCEL, "매도취소"),
    ],
)
def test_side(side: Side, action: OrderAction, name: str) -> None:
    order = Order(1, ACCOUNT, SHARE, side, OrderKind.LIMIT, TimeInForce.DAY, Venue.KRX, action, 1, 1, 1, 1, 1, 0, 0)
    assert side_name(order) == name
    for order.funding in (Funding.LOAN, Funding.LOANS):
        assert side_name(order) == name.replace("매수", "매수신용").replace("매도", "매도신용")


@pytest.mark.parametrize(
    ("side", "funding", "code"),
    [
        (BUY, Funding.CASH, "00"),
        (SELL, Funding.CASH, "00"),
        (BUY, Funding.LOAN, "03"),
        (SELL, Funding.LOAN, "33"),
        (SELL, Funding.LOANS, "99"),
    ],
)
def test_kind_of_credit(side: Side, funding: Funding, code: str) -> None:
    order = Order(
        1, ACCOUNT, SHARE, side, OrderKind.LIMIT, TimeInForce.DAY, Venue.KRX, OrderAction.NEW, 1, 1, 1, 1, 1, 0, 0,
        funding=funding,
    )  # fmt: skip
    assert said(small_market(), order, "접수")["922"] == code


@pytest.mark.parametrize(
    ("kind", "time_in_force", "name"),
    [
        (OrderKind.LIMIT, TimeInForce.DAY, "보통"),
        (OrderKind.LIMIT, TimeInForce.IOC, "보통(IOC)"),
        (OrderKind.BEST, TimeInForce.FOK, "최유리(FOK)"),
        (OrderKind.MID, TimeInForce.DAY, "중간가"),
        (OrderKind.STOP, TimeInForce.DAY, "스톰지정가"),
        (OrderKind.BEFORE_HOURS, TimeInForce.DAY, "장전시간외"),
        (OrderKind.AFTER_HOURS, TimeInForce.DAY, "장후시간외"),
        (OrderKind.SINGLE_PRICE, TimeInForce.DAY, "시간외단일가"),
    ],
)
def test_kind_is_named_as_the_type_documents_it(kind: OrderKind, time_in_force: TimeInForce, name: str) -> None:
    order = Order(1, ACCOUNT, SHARE, BUY, kind, time_in_force, Venue.KRX, OrderAction.NEW, 1, 1, 1, 1, 1, 0, 0)
    assert said(small_market(), order, "접수")["906"] == name


@pytest.mark.parametrize(
    ("venue", "label"),
    [(Venue.KRX, ["1", "KRX", "N"]), (Venue.NXT, ["2", "NXT", "N"]), (Venue.SOR, ["0", "SOR", "Y"])],
)
def test_venue(venue: Venue, label: list[str]) -> None:
    world = small_market()
    world.apply(Place(ACCOUNT, SHARE, BUY, 1, 69_000, venue=venue))
    assert picked(said(world, account(world).orders[1], "접수"), "2134 2135 2136") == label


def test_rest_tells_the_same_of_each_fill(worlds: Worlds) -> None:
    client = worlds.open(STAGE)
    client.buy(9, 70_300)
    client.sell(4, 69_900)
    world = client.kiwoom.broker.world
    pairs = {
        "9203": "ord_no",
        "9001": "stk_cd",
        "302": "stk_nm",
        "900": "ord_qty",
        "901": "ord_pric",
        "902": "oso_qty",
        "905": "io_tp_nm",
        "906": "trde_tp",
        "914": "cntr_pric",
        "915": "cntr_qty",
        "913": "ord_stt",
        "908": "ord_tm",
        "904": "orig_ord_no",
        "2134": "stex_tp",
        "2135": "stex_tp_txt",
        "2136": "sor_yn",
    }
    fills = account(world).fills
    told = [said(world, account(world).orders[fill.order], "체결", fill) for fill in reversed(fills)]
    rows = filled(client)
    assert len(rows) == len(told) == 4
    assert [[values[fid] for fid in pairs] for values in told] == [
        [row[name] for name in pairs.values()] for row in rows
    ]


# -- 04 ----------------------------------------------------------------------------------------------------------------


def test_balance_as_the_official_example_has_it() -> None:
    world = World.create(at(10), 1)
    samsung = Instrument(SHARE, "삼성전자", Market.KOSPI, 60_300)
    world.list_instrument(samsung, last=60_150, depth=Quote(SHARE, 60_150, [(60_100, 1)], [(60_200, 1)]))
    holding = Holding(quantity=102, cost=15_719_834, bought_today=4)
    values = written("04", balance(world, "1111111111", SHARE, holding, BUY))
    assert row("04", values) == (
        '{"values":{"9201":"1111111111","9001":"005930","917":"00","916":"00000000","302":"삼성전자","10":"-60150",'
        '"930":"102","931":"154116","932":"15719834","933":"102","945":"4","946":"2","950":"0","951":"0",'
        '"27":"-60200","28":"-60100","307":"60300","8019":"0.00","957":"0","958":"0","918":"00000000","990":"0",'
        '"991":"0.00","992":"0","993":"0.00","959":"0","924":"0"},"type":"04","name":"현물잔고","item":"005930"}'
    )


def held(world: World, code: str = SHARE, loan_date: int = 0) -> dict[str, str]:
    """A holding after the account's last fill."""
    customer = account(world)
    last = customer.fills[-1]
    holding = customer.holding(code, loan_date)
    assert holding is not None
    return written("04", balance(world, ACCOUNT, code, holding, customer.orders[last.order].side, loan_date))


def test_balance_by_hand() -> None:
    """Ten at 70,000 cost 700,000 and 2,450; four at 71,000 bring 284,000 less 990 and 568."""
    world = small_market()
    quote(world, [(69_900, 5)], [(70_000, 10)])
    place(world, BUY, 10)
    assert picked(held(world), "930 931 932 933 945 946 950 8019") == [
        "10", "70000", "700000", "10", "10", "2", "0", "0.00",
    ]  # fmt: skip
    quote(world, [(71_000, 4)], [(71_100, 1)])
    place(world, SELL, 4)
    place(world, SELL, 2, 72_000)
    # 280,000 and 980 were paid for the four: a profit of 1,462 on 280,980
    assert picked(held(world), "930 931 932 933 945 946 950 8019 990 991") == [
        "6", "70000", "420000", "4", "6", "1", "1462", "+0.52", "1462", "0.52",
    ]  # fmt: skip


def test_nothing_left_is_a_quantity_of_zero() -> None:
    world = small_market()
    quote(world, [(70_000, 5)], [(70_100, 5)])
    place(world, BUY, 5)
    place(world, SELL, 5)
    # 500 lower, 1,220 to buy, 1,220 to sell, 700 tax: 3,640 lost of 351,720
    assert picked(held(world), "930 931 932 945 946 950 8019") == ["0", "0", "0", "0", "1", "-3640", "-1.03"]


def test_shares_bought_on_credit_are_a_holding_of_their_own() -> None:
    """Ten at 70,000: 700,000, of which 385,000 is borrowed, and 2,450; thirty days later four bring 284,000."""
    world = small_market()
    quote(world, [(69_900, 5)], [(70_000, 20)])
    world.apply(Place(ACCOUNT, SHARE, BUY, 10, 70_000, funding=Funding.LOAN))
    loan = world.ledger.day
    told = "917 916 930 931 932 933 957 958 918 946 950 990 992 993"
    assert picked(held(world, loan_date=loan), told) == [
        "03", "20261123", "10", "70000", "700000", "10", "385000", "0", "20270221", "2", "0", "0", "0", "0.00",
    ]  # fmt: skip

    world.apply(EndDay(20261223))
    quote(world, [(71_000, 4)], [(71_100, 1)])
    world.apply(Place(ACCOUNT, SHARE, SELL, 4, 71_000, funding=Funding.LOANS))
    # 280,000 and 980 were paid for the four; they bring 284,000 less 990, 568 and 1,139 interest on 154,000:
    # a profit of 323, or 0.11 %. The other 231,000 have cost 1,708.
    assert picked(held(world, loan_date=loan), told) == [
        "03", "20261123", "6", "70000", "420000", "6", "231000", "1708", "20270221", "1", "323", "0", "323", "0.11",
    ]  # fmt: skip


def test_a_sale_of_all_loans_tells_each_lot_and_the_sum_as_they_stand_after_it() -> None:
    """Two at 70,000 on Monday and three on Tuesday, both with 45 % of own money; four are sold at 71,000.

    2,000 less 490 to buy, 490 to sell, 284 tax and 18 interest of a day are 718; the second two had cost 486 to buy.
    """
    world = small_market()
    quote(world, [(69_900, 5)], [(70_000, 20)])
    world.apply(Place(ACCOUNT, SHARE, BUY, 2, 70_000, funding=Funding.LOAN))
    world.apply(EndDay(20261124))
    quote(world, [(71_000, 4)], [(70_000, 20)], last=70_000)
    world.apply(Place(ACCOUNT, SHARE, BUY, 3, 70_000, funding=Funding.LOAN))
    quote(world, [(71_000, 4)], [(71_100, 20)])
    events = world.apply(Place(ACCOUNT, SHARE, SELL, 4, 71_000, funding=Funding.LOANS))
    told = []
    for event in events:
        if isinstance(event, Filled):
            assert event.loans is not None
            told.append(written("04", balance(world, ACCOUNT, SHARE, event.holding, SELL, event.loan_date)))
            told.append(written("04", loans_balance(world, ACCOUNT, SHARE, event.loans, SELL)))
    fids = "917 916 930 931 932 933 945 957 958 918 990 992"
    assert [picked(values, fids) for values in told] == [
        ["03", "20261123", "0", "0", "0", "0", "-2", "0", "0", "20270221", "0", "718"],
        ["99", "99991231", "3", "70000", "210000", "1", "1", "115500", "0", "00000000", "0", "718"],
        ["03", "20261124", "1", "70000", "70000", "1", "1", "38500", "0", "20270222", "0", "740"],
        ["99", "99991231", "1", "70000", "70000", "1", "-1", "38500", "0", "00000000", "0", "1458"],
    ]


def test_rest_tells_the_same_of_the_holding(worlds: Worlds) -> None:
    client = worlds.open(STAGE)
    client.buy(9, 70_300)
    client.sell(2, 70_300)
    client.sell(3)
    world = client.kiwoom.broker.world
    trade(world, 70_200, 1)
    values, holding = held(world), holdings(client)["A" + SHARE]
    pairs = {
        "930": "rmnd_qty",
        "931": "pur_pric",
        "932": "pur_amt",
        "933": "trde_able_qty",
        "307": "pred_close_pric",
    }
    assert {fid: int(values[fid]) for fid in pairs} == {fid: int(holding[name]) for fid, name in pairs.items()}
    assert int(values["10"]) == int(holding["cur_prc"]) == 70_200
    assert int(values["945"]) == int(holding["tdy_buyq"]) - int(holding["tdy_sellq"]) == 6
    (today,) = client.call("ka10085", stex_tp="0")["acnt_prft_rt"]
    assert int(values["950"]) == int(today["tdy_sel_pl"]) != 0
