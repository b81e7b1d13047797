"""Text that has no bytes in UTF-8, wherever it is in a value."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.broker.wire_text import check_sendable, unsendable

LONE = "\ud800"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (LONE, "x"),
        ({"a": {"b": ["", LONE]}}, "x.a.b[1]"),
        ({"a": ("", {LONE: ""})}, "x.a[1]"),
        ([{"a": 1}, LONE], "x[1]"),
    ],
)
def test_a_lone_surrogate_is_named_with_its_place(value: object, place: str) -> None:
    expected = f'{place}: expected text that UTF-8 can encode, got a lone surrogate in "\\ud800"'
    assert unsendable(value, "x") == expected
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text follows
        check_sendable(value, "x")
    assert str(caught.value) == expected


def test_every_other_text_can_be_sent() -> None:
    assert unsendable({"a": ["삼성전자", "😀", "\x00", 5, None, b"\xff", {1: 2.5}]}) is None
