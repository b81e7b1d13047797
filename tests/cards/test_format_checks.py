from __future__ import annotations

import pytest

from kiwoom_cards.assertions import CriterionMissed
from kiwoom_cards.format_checks import check_keys, check_values


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


@pytest.mark.parametrize(("value", "told"), [(7, "x: a is not a string: 7"), ("7.5", "x: a is '7.5', not n")])
def test_values(value: object, told: str) -> None:
    check_values("x", {"a": "n"}, {"a": "7"})
    with pytest.raises(CriterionMissed) as missed:
        check_values("x", {"a": "n"}, {"a": value})
    assert str(missed.value) == told
