from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from kiwoom_reference_client import KST
from kiwoom_reference_client.values import (
    Coded,
    Scalar,
    clock,
    day,
    decimal,
    level,
    moment,
    order_number,
    plain_code,
    price,
    reader,
    whole,
    yes,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("000000000000019", 19),
        ("-00000000002694", -2694),
        ("+200", 200),
        ("--257750", -257750),
        (" 0", 0),
        ("", 0),
        ("870", 870),
    ],
)
def test_whole_numbers(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["1.5", "abc", "1,000", "１２", "1e3", "-"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        whole(text)


@pytest.mark.parametrize("text", ["-257750", "+257750", "--257750", " 257750", "257750"])
def test_the_sign_of_a_price_is_its_direction(text: str) -> None:
    assert price(text) == 257_750


@pytest.mark.parametrize(
    ("text", "number"), [("-00000000.99", "-0.99"), ("000000100.00", "100"), ("+0.33", "0.33"), ("", "0")]
)
def test_decimals(text: str, number: str) -> None:
    assert decimal(text) == Decimal(number)


def test_an_index_has_decimals_and_no_sign() -> None:
    assert level("-1762.61") == Decimal("1762.61")


@pytest.mark.parametrize(
    ("sent", "code"),
    [("A005930", "005930"), ("Q520078", "520078"), ("J57JBHH", "57JBHH"), ("005930", "005930"), ("57JBHH", "57JBHH")],
)
def test_codes_lose_the_letter_of_their_class(sent: str, code: str) -> None:
    assert plain_code(sent) == code


@pytest.mark.parametrize("text", ["", "A000001", "-000001", "１"])
def test_an_order_has_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not an order number"):
        order_number(text)


def test_yes_is_y_and_no_is_n() -> None:
    assert (yes("Y"), yes("N")) == (True, False)
    with pytest.raises(ValueError, match="is neither Y nor N"):
        yes("")


@pytest.mark.parametrize(("text", "then"), [("20241107", date(2024, 11, 7)), ("", None), ("00000000", None)])
def test_days(text: str, then: date | None) -> None:
    assert day(text) == then


@pytest.mark.parametrize(("text", "then"), [("101414", time(10, 14, 14)), ("10:14:14", time(10, 14, 14)), ("", None)])
def test_times(text: str, then: time | None) -> None:
    assert clock(text) == then


def test_moments_are_korean() -> None:
    then = moment("20241107083713")
    assert then == datetime(2024, 11, 7, 8, 37, 13, tzinfo=KST)
    assert then is not None
    assert then.utcoffset() == timedelta(hours=9)
    assert moment(" ") is None


@pytest.mark.parametrize(("read", "text"), [(day, "20241332"), (day, "soon"), (clock, "256000"), (moment, "20241107")])
def test_what_is_no_time(read: type, text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        read(text)


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        ("text", "삼성전자", "삼성전자"),
        ("text", "", ""),
        ("n", "-2694", -2694),
        ("+n", "+200", 200),
        ("±n", "-257750", 257_750),
        (" ±n", " 269000", 269_000),
        ("0>15", "-00000000002694", -2694),
        ("n.2", "-0.99", Decimal("-0.99")),
        ("±n.2", "-1762.61", Decimal("1762.61")),
        ("0>12.2", "-00000000.99", Decimal("-0.99")),
        ("code", "005930", "005930"),
        ("A+code", "A005930", "005930"),
        ("order", "0000139", "0000139"),
        ("HHmmss", "101414", time(10, 14, 14)),
        ("HH:mm:ss", "10:14:14", time(10, 14, 14)),
        ("YYYYMMDD", "20241107", date(2024, 11, 7)),
        ("YYYYMMDDHHmmss", "20241107083713", datetime(2024, 11, 7, 8, 37, 13, tzinfo=KST)),
        ("n", "", None),
        ("±n", " ", None),
        ("n.2", "", None),
    ],
)
def test_every_format_of_the_catalogue_is_read(spec: str, text: str, value: Scalar) -> None:
    assert reader(spec, {})(text) == value


def test_an_enumerated_code_knows_its_meaning() -> None:
    read = reader("text", {"2": "상승"})

    code, unknown = read("2"), read("9")

    assert isinstance(code, Coded)
    assert isinstance(unknown, Coded)
    assert (code, code.meaning) == ("2", "상승")
    assert (unknown, unknown.meaning) == ("9", "")
