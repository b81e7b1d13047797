"""One way to write values: both ways, what fits it, and what is written for nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from kiwoom_contracts.formats import Format, decimal, is_number

NUMBERS: dict[str, tuple[dict[int, str], list[str]]] = {
    "n": ({-2_694: "-2694", 870: "870", 0: "0"}, ["007", "+5", "8.5", " 0", "-"]),
    "+n": ({200: "+200", -19: "-19", 0: "0"}, ["200", "+0", "-0", " 0", "--5"]),
    "+0n": ({200: "+200", -19: "-19", 0: "+0"}, ["200", "--5", "+007"]),
    "--n": ({200: "+200", -19: "--19", 0: "0"}, ["200", "-19", "+0", "--0", "+-19"]),
    "--0n": ({200: "+200", -19: "--19", 0: "+0"}, ["200", "-19"]),
    "+-n": ({100: "+100", -121: "+-121", 0: "+0"}, ["100", "-121", "--121"]),
    "++n": ({34: "++34", -34: "+-34", 0: "+0"}, ["+34", "-34", "34", "++0"]),
    " +n": ({3: "+3", -19: "-19", 0: " 0"}, ["0", "3"]),
    "0>15": (
        {-2_694: "-00000000002694", 4_851_000: "000000004851000", 0: "000000000000000"},
        ["", "2694", "0000000004851000", "00000000-52594"],
    ),
    "n.2": ({-99: "-0.99", 1_200: "12.00", 0: "0.00"}, ["0", "1.5", "+0.33"]),
    "n.4": ({-438_977: "-43.8977"}, ["-43.89"]),
    "+n.2": ({33: "+0.33", -418: "-4.18", 0: "0.00"}, ["0.33", "+0.00", " 0.00"]),
    "+0n.2": ({33: "+0.33", 0: "+0.00"}, ["0.33"]),
    "--n.2": ({1_309: "+13.09", -1_309: "--13.09", 0: "0.00"}, ["-13.09", "--0.00"]),
    "++n.2": ({34: "++0.34", -34: "+-0.34", 0: "+0.00"}, ["+0.34"]),
    " +n.2": ({3_507: "+35.07", -5: "-0.05", 0: " 0.00"}, ["0.00"]),
    "0>12.2": ({-99: "-00000000.99", 10_000: "000000100.00", 0: "000000000.00"}, ["", "100.00", "0000000100.0"]),
}
"""What values become, and what does not fit, of every kind of number that is written by itself."""


class Relative(NamedTuple):
    """How a number is written above, below and at its base, and what is written for none."""

    above: str
    below: str
    at: str
    none: str


RELATIVE = {
    "±n": Relative("+257750", "-257750", "257750", "0"),
    " ±n": Relative("+257750", "-257750", " 257750", "0"),
    "±n.2": Relative("+2577.50", "-2577.50", "2577.50", "0.00"),
    " ±n.2": Relative("+2577.50", "-2577.50", " 2577.50", " 0.00"),
}

TEXTS = {
    "text": (["anything at all", " ", "삼성전자"], []),
    "code": (["005930", "57JBHH", "M04020000", "005930_AL", "001"], ["A005930", "005930_al"]),
    "A+code": (["A005930", "Q520078", "J57JBHH", "M04020000"], ["005930", "X005930"]),
    "HHmmss": (["101414"], ["10:14:14", "1014"]),
    "HH:mm:ss": (["10:14:14"], ["101414"]),
    "YYYYMMDD": (["20261123"], ["2026-11-23"]),
    "YYYYMMDDHHmmss": (["20261123101414"], ["20261123"]),
}


@pytest.mark.parametrize("spec", NUMBERS)
def test_a_number_is_written_and_read_back(spec: str) -> None:
    written, bad = NUMBERS[spec]
    one = Format.of(spec)
    for value, text in written.items():
        assert (one.encode(value), one.decode(text)) == (text, value)
        assert one.strict_pattern.fullmatch(text)
        assert re.fullmatch(one.pattern, text)
        assert not re.fullmatch(one.pattern, f"?{text}")
        assert not re.fullmatch(one.pattern, f"{text}.")
    assert [text for text in bad if one.strict_pattern.fullmatch(text)] == []


@pytest.mark.parametrize("spec", RELATIVE)
def test_the_sign_of_a_relative_number_tells_on_which_side_of_its_base_it_lies(spec: str) -> None:
    one, texts = Format.of(spec), RELATIVE[spec]
    written = {base: one.encode((257_750, base)) for base in (1, 300_000, 257_750)}
    assert tuple(written.values()) == texts[:3]
    assert one.encode((0, 1)) == texts.none
    assert [one.encode(one.decode(text)) for text in texts] == list(texts)
    assert all(one.strict_pattern.fullmatch(text) and re.fullmatch(one.pattern, text) for text in texts)
    assert not one.strict_pattern.fullmatch("+007")


def test_a_relative_number_in_a_sign_slot_is_never_without_one() -> None:
    assert not Format.of(" ±n").strict_pattern.fullmatch("269000")
    assert not Format.of("±n").strict_pattern.fullmatch(" 269000")


@pytest.mark.parametrize("spec", TEXTS)
def test_a_text_goes_through_as_it_is(spec: str) -> None:
    good, bad = TEXTS[spec]
    one = Format.of(spec)
    for text in good:
        assert (one.encode(text), one.decode(text)) == (text, text)
        assert one.strict_pattern.fullmatch(text)
        assert not one.pattern or re.fullmatch(one.pattern, text)
    assert [text for text in bad if one.strict_pattern.fullmatch(text)] == []


class Share:
    """Anything that is listed."""

    code = "520078"
    letter = "Q"


def test_a_code_is_that_of_what_is_listed_under_it() -> None:
    assert (Format.of("code").encode(Share()), Format.of("A+code").encode(Share())) == ("520078", "Q520078")


@pytest.mark.parametrize("hour", [0, 8, 9, 23])
def test_times_are_those_of_korea(hour: int) -> None:
    """KST is nine hours ahead of UTC all year round."""
    midnight = datetime(2026, 11, 22, 15, tzinfo=UTC)
    moment = (int(midnight.timestamp()) + hour * 3_600 + 59 * 60 + 58) * 1_000_000 + 999_999
    written = [Format.of(spec).encode(moment) for spec in ("HHmmss", "HH:mm:ss", "YYYYMMDDHHmmss")]
    assert written == [f"{hour:02d}5958", f"{hour:02d}:59:58", f"20261123{hour:02d}5958"]


def test_an_order_number_has_seven_digits() -> None:
    one = Format.of("order")
    assert (one.encode(139), one.decode("0000139"), one.blank) == ("0000139", 139, "0000000")
    assert [text for text in ("139", "00000139") if one.strict_pattern.fullmatch(text)] == []


def test_a_decimal_may_have_as_many_places_as_it_needs() -> None:
    one = Format.of("n.*")
    for text in ("97602.9573459", "-0.5", "1362"):
        assert (one.encode(one.decode(text)), one.decode(text)) == (text, Decimal(text))
        assert one.strict_pattern.fullmatch(text)
    assert not one.strict_pattern.fullmatch("+1.5")


ALL = [*NUMBERS, *RELATIVE, *TEXTS, "order", "n.*"]


@pytest.mark.parametrize("spec", ALL)
def test_anything_but_a_padded_number_may_be_blank(spec: str) -> None:
    one = Format.of(spec)
    assert (one.strict_pattern.fullmatch("") is None) == spec.startswith("0>")
    assert one.decode("") is None


@pytest.mark.parametrize("spec", ALL)
def test_what_is_left_out_is_zero_or_blank(spec: str) -> None:
    blanks = {"order": "0000000", "n.*": "0"} | {name: texts.none for name, texts in RELATIVE.items()}
    expected = Format.of(spec).encode(0) if spec in NUMBERS else blanks.get(spec, "")
    assert Format.of(spec).blank == expected


@pytest.mark.parametrize("spec", ALL)
def test_kinds(spec: str) -> None:
    one = Format.of(spec)
    is_a_number = spec in NUMBERS or spec in RELATIVE or spec == "n.*"
    assert one.is_number == is_a_number
    assert one.is_digits == (is_a_number or spec in ("order", "YYYYMMDD"))
    assert one.is_relative == (spec in RELATIVE)
    assert one.is_whole == (is_a_number and "." not in spec)


@pytest.mark.parametrize("spec", ["", "m", "0>0", "n.0", "-n", "0>", "n ", "YYYY", "+0>15", "0n", " n", " --n", "±0n"])
def test_anything_else_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="not a format of the catalogue"):
        Format.of(spec)


@pytest.mark.parametrize(
    ("text", "number"), [("--5", "-5"), ("+-2076560", "-2076560"), ("++0.34", "0.34"), (" 0", "0"), ("-00.99", "-0.99")]
)
def test_the_last_sign_is_that_of_the_number(text: str, number: str) -> None:
    assert is_number(text)
    assert decimal(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "-", "1,000", "１２", "1e3", "1."])
def test_what_is_no_number(text: str) -> None:
    assert not is_number(text)
    with pytest.raises(ValueError, match="is not a number"):
        decimal(text)


def test_a_number_with_too_many_decimals_is_not_read() -> None:
    with pytest.raises(ValueError, match="more than 2 decimals"):
        Format.of("n.2").decode("0.125")
