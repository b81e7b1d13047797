"""The frames were recorded on the mock domain, but for 04, 0D and 0s, which are the official examples."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from kiwoom_contracts import catalogue
from kiwoom_reference_client import OrderKind, OrderState, Side, UnreadableAnswer, Venue
from kiwoom_reference_client.events import Depth, Event, HoldingEvent, OrderEvent, Trade, event
from kiwoom_reference_client.models import wire_names
from kiwoom_reference_client.quotes import Direction, Level

TAKEN = {
    "9201": "8100000011", "9203": "0119433", "9205": "", "9001": "005930", "912": "JJ", "913": "접수", "302": "삼성전자",
    "900": "1", "901": "0", "902": "1", "903": "0", "904": "0000000", "905": "+매수", "906": "시장가", "907": "2",
    "908": "115639", "909": "", "910": "", "911": "", "10": "-258000", "27": "-258000", "28": "-257500", "914": "",
    "915": "", "938": "0", "939": "0", "919": "0", "920": "", "921": "6801005", "922": "00", "923": "",
    "10010": " 269000", "2134": "1", "2135": "KRX", "2136": "N",
}  # fmt: skip
FILLED = TAKEN | {
    "913": "체결", "902": "0", "903": "258000", "908": "115640", "909": "847463", "910": "258000", "911": "1",
    "914": "258000", "915": "1", "938": "900",
}  # fmt: skip
HELD = {
    "9201": "1111111111", "9001": "005930", "917": "00", "916": "00000000", "302": "삼성전자", "10": "-60150",
    "930": "102", "931": "154116", "932": "15719834", "933": "102", "945": "4", "946": "2", "950": "0", "951": "0",
    "27": "-60200", "28": "-60100", "307": "60300", "8019": "0.00", "957": "0", "958": "0", "918": "00000000",
    "990": "0", "991": "0.00", "992": "0", "993": "0.00", "959": "0", "924": "0",
}  # fmt: skip
TRADED = {
    "20": "115618", "10": "-257750", "11": "-11250", "12": "-4.18", "27": "-258000", "28": "-257500", "15": "-19",
    "13": "7198927", "14": "1860588", "16": "-258000", "17": "-261000", "18": "-257000", "25": "5", "26": "-15318148",
    "228": "89.62", "567": "000000", "851": "10379", "1316": " 0", "9081": "KRX",
}  # fmt: skip


def told(kind: str, values: dict[str, Any], item: str = "005930") -> Event:
    return event({"values": values, "type": kind, "name": "", "item": item})


@pytest.mark.parametrize(("kind", "shape"), [("00", OrderEvent), ("04", HoldingEvent), ("0B", Trade), ("0D", Depth)])
def test_every_attribute_is_a_field_of_its_type(kind: str, shape: type[Event]) -> None:
    assert {name for name, _ in wire_names(shape)} <= {field.fid for field in catalogue.realtime()[kind].fields}


def test_an_order_that_was_taken() -> None:
    order = told("00", TAKEN)

    assert isinstance(order, OrderEvent)
    assert (order.type, order.item, order.account) == ("00", "005930", "8100000011")
    assert (order.number, order.parent, order.code, order.name) == ("0119433", "0000000", "005930", "삼성전자")
    assert (order.state, order.side, order.what, order.kind) == (
        OrderState.TAKEN,
        Side.BUY,
        "+매수",
        OrderKind.MARKET,
    )
    assert (order.quantity, order.price, order.open, order.filled_amount) == (1, 0, 1, 0)
    assert [order.fill_number, order.fill_price, order.fill_quantity, order.loan_day] == [None] * 4
    assert (order.at, order.last_price, order.ask, order.bid) == (time(11, 56, 39), 258_000, 258_000, 257_500)
    assert (order.fee, order.tax, order.reason, order.credit_type) == (0, 0, "0", "00")
    assert (order.venue, order.is_sor) == (Venue.KRX, False)


def test_an_order_that_was_filled() -> None:
    order = told("00", FILLED)

    assert isinstance(order, OrderEvent)
    assert (order.state, order.open, order.filled_amount) == (OrderState.FILLED, 0, 258_000)
    assert (order.fill_number, order.fill_price, order.fill_quantity, order.fee) == (847_463, 258_000, 1, 900)


def test_a_holding() -> None:
    held = told("04", HELD)

    assert isinstance(held, HoldingEvent)
    assert (held.code, held.name, held.quantity, held.sellable) == ("005930", "삼성전자", 102, 102)
    assert (held.average_price, held.cost, held.net_bought) == (154_116, 15_719_834, 4)
    assert (held.price, held.ask, held.bid, held.base_price) == (60_150, 60_200, 60_100, 60_300)
    assert (held.account, held.credit_type, held.realized, held.realized_rate) == ("1111111111", "00", 0, Decimal("0"))
    assert [held.loan_day, held.expires] == [None, None]


def test_a_trade() -> None:
    trade = told("0B", TRADED)

    assert isinstance(trade, Trade)
    assert (trade.at, trade.price, trade.quantity, trade.taker) == (time(11, 56, 18), 257_750, 19, Side.SELL)
    assert (trade.change, trade.change_rate, trade.direction) == (-11_250, Decimal("-4.18"), Direction.DOWN)
    assert (trade.ask, trade.bid, trade.open, trade.high, trade.low) == (258_000, 257_500, 258_000, 261_000, 257_000)
    assert (trade.volume, trade.turnover, trade.strength) == (7_198_927, 1_860_588, Decimal("89.62"))
    assert trade.venue == "KRX"
    bought = told("0B", TRADED | {"15": "+5"})
    assert isinstance(bought, Trade)
    assert (bought.quantity, bought.taker) == (5, Side.BUY)


def test_an_order_book() -> None:
    levels: dict[str, str] = {}
    for place in range(1, 11):
        levels |= {str(40 + place): f"+{20_800 + 50 * place}", str(60 + place): "82", str(80 + place): "-7"}
        levels |= {str(50 + place): f"-{20_800 - 50 * place}", str(70 + place): "23847", str(90 + place): "0"}
    head = {"21": "165207", "121": "12622527", "125": "14453430", "23": "20850", "24": "332941"}

    book = told("0D", levels | head)

    assert isinstance(book, Depth)
    assert (book.at, book.asked, book.bid) == (time(16, 52, 7), 12_622_527, 14_453_430)
    assert (book.expected_price, book.expected_quantity) == (20_850, 332_941)
    assert book.asks[0] == Level(20_850, 82, -7)
    assert book.bids[-1] == Level(20_300, 23_847, 0)
    assert [level.price for level in book.asks] == [20_800 + 50 * place for place in range(1, 11)]


def test_any_field_is_found_by_number_or_name() -> None:
    trade = told("0B", TRADED)

    assert trade["현재가"] == trade["10"] == 257_750
    assert (trade["851"], trade["전일 동시간 거래량 비율"], trade["1316"]) == (10_379, 10_379, 0)
    assert trade.raw["1316"] == " 0"
    with pytest.raises(KeyError):
        trade["290"]


def test_every_other_type_is_read_by_its_names_alone() -> None:
    hours = told("0s", {"215": "3", "20": "090000", "214": "000000"}, item="")

    assert type(hours) is Event
    assert (hours.type, hours.item, hours["장운영구분"], hours["체결시간"]) == ("0s", "", "3", time(9))
    assert getattr(hours["215"], "meaning", None) == "장시작(09:00)"


def test_a_type_that_nobody_knows_is_an_event_of_texts() -> None:
    hit = told("99", {"841": "4", "9001": "005930", "843": "I"})
    assert (hit.type, hit["843"]) == ("99", "I")


def test_of_two_fields_of_a_name_the_first_is_meant() -> None:
    book = event({"values": {"23": "20850", "291": "0"}, "type": "0H", "item": "005930"})
    assert book["23"] == "20850"


@pytest.mark.parametrize("row", [None, [], {}, {"type": "0B", "item": "005930", "values": ["20", "115618"]}])
def test_a_row_of_another_shape_is_unreadable(row: Any) -> None:
    with pytest.raises(UnreadableAnswer, match="a row without type, item and values"):
        event(row)


def test_a_field_that_cannot_be_read_is_told_with_its_type() -> None:
    with pytest.raises(UnreadableAnswer, match="0B: 13 is not a number"):
        told("0B", TRADED | {"13": "many"})
