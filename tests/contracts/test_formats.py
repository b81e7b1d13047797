from __future__ import annotations

import re

import pytest

from kiwoom_contracts.formats import NAMED, Number, number, pattern


@pytest.mark.parametrize(
    ("spec", "parsed"),
    [
        ("n", Number("", blank=False, width=0, decimals=0)),
        ("+n", Number("+", blank=False, width=0, decimals=0)),
        ("±n", Number("±", blank=False, width=0, decimals=0)),
        (" ±n", Number("±", blank=True, width=0, decimals=0)),
        ("0>15", Number("", blank=False, width=15, decimals=0)),
        ("+n.2", Number("+", blank=False, width=0, decimals=2)),
        ("0>12.2", Number("", blank=False, width=12, decimals=2)),
    ],
)
def test_numbers(spec: str, parsed: Number) -> None:
    assert number(spec) == parsed


@pytest.mark.parametrize("spec", sorted(NAMED))
def test_named_formats_are_no_numbers(spec: str) -> None:
    assert number(spec) is None


@pytest.mark.parametrize("spec", ["m", "0>0", "n.0", "-n", "0>", "n ", "YYYY"])
def test_anything_else_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="not a format of the catalogue"):
        number(spec)


@pytest.mark.parametrize(
    ("spec", "texts"),
    [
        ("n", ["-2694", "870", "0"]),
        ("+n", ["+200", "0", "-19"]),
        ("±n", ["-257750", "+269500", "269000", "0"]),
        (" ±n", [" 269000", "-257750", "0"]),
        (" +n", [" 0", "+3", "-19"]),
        ("0>15", ["-00000000002694", "000000004851000"]),
        ("n.2", ["-0.99", "12.00"]),
        ("+n.2", ["+0.33", "0.00"]),
        ("0>12.2", ["-00000000.99", "000000100.00"]),
        ("code", ["005930", "M04020000"]),
        ("A+code", ["A005930", "M04020000"]),
        ("order", ["0000139"]),
        ("HHmmss", ["101414"]),
        ("HH:mm:ss", ["10:14:14"]),
        ("YYYYMMDD", ["20241107"]),
        ("YYYYMMDDHHmmss", ["20241107083713"]),
    ],
)
def test_a_pattern_fits_what_is_written_and_nothing_else(spec: str, texts: list[str]) -> None:
    for text in texts:
        assert re.fullmatch(pattern(spec), text)
        assert not re.fullmatch(pattern(spec), text + ".")
        assert not re.fullmatch(pattern(spec), "?" + text)


def test_padded_numbers_have_their_width() -> None:
    for text in ("-0000000002694", "00000000002694", "2694"):
        assert not re.fullmatch(pattern("0>15"), text)
    assert not re.fullmatch(pattern("0>12.2"), "-000000.99")


def test_text_has_no_pattern() -> None:
    assert pattern("") == ""
