from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Field
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.views.serializer import RowSerializer, encoder
from kiwoom_mockserver.world import kst

MORNING = kst.moment(datetime(2026, 11, 23, 9, 5, 7))


@pytest.mark.parametrize(
    ("spec", "value", "written"),
    [
        ("n", 870, "870"),
        ("n", -2_694, "-2694"),
        ("+n", 200, "+200"),
        ("+n", -200, "-200"),
        ("+n", 0, "0"),
        (" +n", 0, " 0"),
        ("±n", (257_750, 269_000), "-257750"),
        ("±n", (269_500, 269_000), "+269500"),
        ("±n", (269_000, 269_000), "269000"),
        (" ±n", (269_000, 269_000), " 269000"),
        ("±n", (0, 269_000), "0"),
        ("0>15", -2_694, "-00000000002694"),
        ("0>15", 0, "000000000000000"),
        ("0>12", 272_500, "000000272500"),
        ("0>12.2", -99, "-00000000.99"),
        ("0>12.2", 10_000, "000000100.00"),
        ("0>12.2", 0, "000000000.00"),
        ("n.2", -99, "-0.99"),
        ("n.4", -438_977, "-43.8977"),
        ("+n.2", 33, "+0.33"),
        ("+n.2", 0, "0.00"),
        ("order", 139, "0000139"),
        ("HHmmss", MORNING, "090507"),
        ("HH:mm:ss", MORNING, "09:05:07"),
        ("YYYYMMDDHHmmss", MORNING, "20261123090507"),
        ("", "삼성전자", "삼성전자"),
    ],
)
def test_values(spec: str, value: Any, written: str) -> None:
    assert encoder(spec)(value) == written


@pytest.mark.parametrize(
    ("market", "lettered"),
    [
        (Market.KOSPI, "A520078"),
        (Market.ETF, "A520078"),
        (Market.ETN, "Q520078"),
        (Market.ELW, "J520078"),
        (Market.GOLD, "520078"),
    ],
)
def test_codes_carry_the_letter_of_their_class(market: Market, lettered: str) -> None:
    instrument = Instrument("520078", "n", market, 100)
    assert encoder("A+code")(instrument) == lettered
    assert encoder("code")(instrument) == "520078"


def test_what_is_left_out_is_zero_or_blank_and_none_is_blank() -> None:
    table = [
        Field("name", "", "String"),
        Field("amount", "", "String", format="0>5"),
        Field("price", "", "String", format="±n"),
        Field("rate", "", "String", format="+n.2"),
        Field("parent", "", "String", format="order"),
        Field("count", "", "String", format="n"),
    ]
    assert RowSerializer(table).write({"count": None}) == {
        "name": "",
        "amount": "00000",
        "price": "0",
        "rate": "0.00",
        "parent": "0000000",
        "count": "",
    }


def test_a_meaning_that_the_table_does_not_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        RowSerializer(()).write({"nothing": 1})


@pytest.mark.parametrize("api_id", catalogue.api_ids())
def test_every_answer_of_the_catalogue_can_be_written(api_id: str) -> None:
    fields = catalogue.api(api_id).response
    assert set(RowSerializer(fields).write({})) == {field.name for field in fields if not field.fields}
