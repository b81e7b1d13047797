from __future__ import annotations

import pytest

from kiwoom_contracts.formats import NAMED, Number, number


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
