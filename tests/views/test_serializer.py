from __future__ import annotations

import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import Field
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.views.serializer import RowSerializer
from misses import misses


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
    assert Format.of("A+code").encode(instrument) == lettered
    assert Format.of("code").encode(instrument) == "520078"


def test_what_is_left_out_is_zero_or_blank_and_none_is_blank() -> None:
    table = [
        Field("name", "", "String", format="text"),
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


def test_every_answer_of_the_catalogue_can_be_written() -> None:
    def check(api_id: str) -> None:
        fields = catalogue.api(api_id).response
        assert set(RowSerializer(fields).write({})) == {field.name for field in fields if not field.fields}

    assert misses(catalogue.api_ids(), check) == {}
