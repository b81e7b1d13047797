"""Why a value does not fit a type, in words."""

from __future__ import annotations

from typing import Any

import pytest

from kiwoom_mockserver.admin.type_errors import convert, type_error
from kiwoom_mockserver.broker.fault_rules import Fault
from kiwoom_mockserver.control.messages import (
    HoldingRequest,
    JournalSearch,
    MarketTrade,
    NewWorld,
    RejectNow,
    SetOrderBook,
)

WRONG: list[tuple[Any, Any, str]] = [
    (NewWorld, {"cahs": 1}, 'unknown field "cahs"; did you mean "cash"?'),
    (RejectNow, {"why": "x"}, 'unknown field "why"; expected one of cause'),
    (NewWorld, [], "expected an object, got a list"),
    (NewWorld, {"holdings": {"005930": 0}}, "holdings.005930: expected an integer from 1 to 9,999,999,999, got 0"),
    (NewWorld, {"holdings": {"005930": {"quantity": 1}}}, 'holdings.005930: missing field "price"'),
    (NewWorld, {"holdings": {"005930": {"quantity": 1, "prise": 1}}},
     'holdings.005930: unknown field "prise"; did you mean "price"?'),
    (NewWorld, {"holdings": {"005930": "1"}},
     'holdings.005930: expected an integer from 1 to 9,999,999,999 or an object, got "1"'),
    (NewWorld, {"name": "a/b"},
     "name: expected a name of at most 64 letters, digits, dots, hyphens and underscores, a letter or digit first, "
     'got "a/b"'),
    (NewWorld, {"cash": None}, "cash: expected an integer from 0 to 999,999,999,999, got nothing"),
    (NewWorld, {"seed": True}, "seed: expected an integer from 0 to 9,223,372,036,854,775,807, got true"),
    (MarketTrade, {"price": 1, "side": "bu"}, 'side: expected one of buy, sell, got "bu"; did you mean "buy"?'),
    (MarketTrade, {}, 'missing field "price"'),
    (RejectNow, {"cause": "x" * 21}, f'cause: expected text of at most 20 characters, got "{"x" * 21}"'),
    (SetOrderBook, {"bids": [[1, 1], [1]]}, "bids[1]: expected a list of 2, got one of 1"),
    (SetOrderBook, {"bids": [[1, 0]]}, "bids[0][1]: expected an integer from 1 to 9,999,999,999, got 0"),
    (SetOrderBook, {"bids": 5}, "bids: expected a list, got 5"),
    (HoldingRequest, {"code": 5930, "quantity": 1}, "code: expected text, got 5930"),
    (JournalSearch, {"injected": "yes"}, 'injected: expected true or false, got "yes"'),
    (Fault, {"action": {}}, 'action: missing field "does"; expected one of latency, error, status, '),
    (Fault, {"action": {"does": "statsu"}}, 'refuse-login, got "statsu"; did you mean "status"?'),
    (Fault, {"action": {"does": 5}}, "refuse-login, got 5"),
    (Fault, {"action": {"does": "drop", "late": 1}}, 'action: unknown field "late"; it has none'),
    (Fault, {"action": {"does": "drop"}, "on": {"api": "kt10000"}}, 'on.api: expected a list, got "kt10000"'),
    (Fault, {"action": {"does": "drop"}, "probability": 2}, "probability: expected a number above 0 and up to 1, got 2"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "text"), WRONG)
def test_what_does_not_fit_is_named(kind: Any, value: Any, text: str) -> None:
    told = type_error(value, kind)
    assert told is not None
    assert told == text or (kind is Fault and text in told)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text follows
        convert(value, kind)
    assert str(caught.value) == told


def test_what_fits_is_taken() -> None:
    assert type_error({"cash": 1, "holdings": {"005930": 1}}, NewWorld) is None
    assert convert({"after": "5", "stub": "true"}, JournalSearch, strict=False) == JournalSearch(after=5, stub=True)
    with pytest.raises(ValueError, match=r'^kind: expected one of call, received, pushed, event, got "shout"$'):
        convert({"kind": "shout"}, JournalSearch, strict=False)
