from __future__ import annotations

import pytest

from kiwoom_contracts.cards.findings import CriterionMissed
from kiwoom_contracts.cards.written import check_keys, check_values, pattern


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [
        ("n", ("0", "870", "-2694", ""), ("007", "+5", "8.5", " 0", "-")),
        ("+n", ("0", "+200", "-5", ""), ("200", "+0", " 0", "--5")),
        ("±n", ("269000", "+269000", "-269000", "0", ""), (" 269000", "+", "+007")),
        (" ±n", (" 269000", "+269000", "-269000", "0", ""), ("269000", "  5")),
        (" +n", (" 0", "+3", "-3", ""), ("0", "3")),
        ("0>15", ("000000004851000", "-00000000052594"), ("", "4851000", "0000000004851000", "00000000-52594")),
        ("0>12.2", ("000000100.00", "-00000000.99"), ("", "100.00", "0000000100.0")),
        ("n.2", ("-0.99", "0.00", ""), ("0", "1.5", "+0.33")),
        ("+n.2", ("+0.33", "0.00", "-4.18"), ("0.33", "+0.00", " 0.00")),
        ("order", ("0000139", ""), ("139", "00000139")),
        ("code", ("005930", "57JBHH", "M04020000", "005930_AL", "001", ""), ("A005930",)),
        ("A+code", ("A005930", "Q520078", "J57JBHH", "M04020000", ""), ("005930", "X005930")),
        ("HHmmss", ("101414", ""), ("10:14:14", "1014")),
        ("HH:mm:ss", ("10:14:14",), ("101414",)),
        ("YYYYMMDD", ("20261123",), ("2026-11-23",)),
        ("YYYYMMDDHHmmss", ("20261123101414",), ("20261123",)),
        ("", ("anything at all", " ", ""), ()),
    ],
)
def test_formats(spec: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert [text for text in good if not pattern(spec).fullmatch(text)] == []
    assert [text for text in bad if pattern(spec).fullmatch(text)] == []


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"a": "", "b": ""}, ""),
        ({"a": ""}, "x: keys without b"),
        ({"a": "", "c": "", "b": ""}, "x: keys with c besides"),
        ({"c": "", "b": ""}, "x: keys without a and with c besides"),
        ({"b": "", "a": ""}, "x: keys in another order: ['b', 'a']"),
    ],
)
def test_keys(raw: dict[str, str], told: str) -> None:
    if not told:
        check_keys("x", ("a", "b"), raw)
        return
    with pytest.raises(CriterionMissed) as missed:
        check_keys("x", ("a", "b"), raw)
    assert str(missed.value) == told


@pytest.mark.parametrize(("value", "told"), [(7, "x: a is no text: 7"), ("7.5", "x: a is '7.5', not n")])
def test_values(value: object, told: str) -> None:
    check_values("x", {"a": "n"}, {"a": "7"})
    with pytest.raises(CriterionMissed) as missed:
        check_values("x", {"a": "n"}, {"a": value})
    assert str(missed.value) == told
