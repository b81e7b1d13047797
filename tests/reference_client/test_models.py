from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from kiwoom_reference_client import Record, UnreadableAnswer
from kiwoom_reference_client.models import Code, Model, OrderNumber, Price, wire_field, wire_names


class Colour(StrEnum):
    RED = "1"


@dataclass(frozen=True, slots=True)
class Row(Model):
    code: Code = wire_field("c")


@dataclass(frozen=True, slots=True)
class Whole(Model):
    text: str = wire_field("s")
    number: int = wire_field("i")
    maybe: int | None = wire_field("m")
    rate: Decimal = wire_field("r")
    price: Price = wire_field("p")
    maybe_price: Price | None = wire_field("q")
    order: OrderNumber = wire_field("o")
    day: date | None = wire_field("d")
    at: time | None = wire_field("t")
    is_so: bool = wire_field("y")
    colour: Colour | str = wire_field("e")
    rows: tuple[Row, ...] = wire_field("l")


RAW: dict[str, Any] = {
    "s": " as sent ",
    "i": "-00012",
    "m": "",
    "r": "-0.99",
    "p": "-257750",
    "q": "-257750",
    "o": "0000139",
    "d": "20241107",
    "t": "101414",
    "y": "Y",
    "e": "1",
    "l": [{"c": "A005930"}, {"c": "Q520078"}],
}


def read(**raw: Any) -> Whole:
    return Whole.of(Record("kt00018", RAW | raw))


def test_each_attribute_is_read_as_its_type() -> None:
    whole = read()

    assert (whole.text, whole.number, whole.maybe, whole.rate) == (" as sent ", -12, None, Decimal("-0.99"))
    assert (whole.price, whole.maybe_price, whole.order) == (257_750, 257_750, "0000139")
    assert (whole.day, whole.at, whole.is_so) == (date(2024, 11, 7), time(10, 14, 14), True)
    assert whole.colour is Colour.RED
    assert [row.code for row in whole.rows] == ["005930", "520078"]


def test_blank_is_nothing_or_zero() -> None:
    whole = read(i="", m=" ", r="", q="", d="", t="")

    assert (whole.number, whole.rate) == (0, Decimal())
    assert [whole.maybe, whole.maybe_price, whole.day, whole.at] == [None] * 4


def test_a_code_that_nobody_knows_stays_a_text() -> None:
    assert read(e="7").colour == "7"


def test_what_was_sent_stays_beside_it() -> None:
    whole = read()

    assert whole.raw == RAW
    assert whole.rows[0].raw is RAW["l"][0]
    assert whole.record.text("p") == "-257750"
    assert "as sent" in repr(whole)
    assert "257750'" not in repr(whole)


def test_what_cannot_be_read_is_told_by_its_name_on_the_wire() -> None:
    with pytest.raises(UnreadableAnswer, match="kt00018: i is not a whole number"):
        read(i="1.5")
    with pytest.raises(UnreadableAnswer, match="c is absent"):
        read(l=[{}])


def test_the_names_on_the_wire_can_be_asked_for() -> None:
    assert [name for name, _ in wire_names(Whole)] == list(RAW)


def test_a_field_may_stand_for_two_attributes() -> None:
    @dataclass(frozen=True, slots=True)
    class Twice(Model):
        price: Price = wire_field("p")
        signed: int = wire_field("p")

    twice = Twice.of(Record("kt00018", RAW))

    assert (twice.price, twice.signed) == (257_750, -257_750)


def test_a_type_that_no_text_stands_for_is_a_mistake() -> None:
    @dataclass(frozen=True, slots=True)
    class Wrong(Model):
        thing: bytes = wire_field("s")

    with pytest.raises(TypeError, match="cannot be read from a text"):
        Wrong.of(Record("kt00018", RAW))
