"""Values that no request can carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiwoom_mockserver import MockServer
from kiwoom_mockserver.control import BadRequestError, Control, RemoteWorld
from rest.stage import SHARE

PAGE = "docs/control.md#errors"

NAN, INF = float("nan"), float("inf")

WRONG: list[tuple[Callable[[RemoteWorld, Any], object], Any, str]] = [
    (lambda world, value: world.journal.wait_for("zz", within=value), NAN, "within: expected a finite number, got nan"),
    (lambda world, value: world.journal.verify("zz", within=value), INF, "within: expected a finite number, got inf"),
    (lambda world, value: world.clock.advance(value), NAN, "seconds: expected a finite number, got nan"),
    (lambda world, value: world.clock.advance(1, timeout=value), INF, "timeout: expected a finite number, got inf"),
    (lambda world, value: world.faults.add("latency", seconds=value), NAN, "action.seconds: expected a finite number, got nan"),
    (lambda world, value: world.market.set_price(value, 1), 5930, "code: expected text, got 5930"),
    (lambda world, value: world.restore(value), None, "name: expected text, got None"),
    (lambda world, value: world.unstub(value), 1, "api_id: expected text, got 1"),
    (lambda world, value: world.orders.reject("1", value), "\ud800", "cause: expected text that UTF-8 can encode, got '\\ud800'"),
    (lambda world, value: world.market.halt(value), "\ud800", "code: expected text that UTF-8 can encode, got '\\ud800'"),
    # what a request can carry, the server refuses
    (lambda world, value: world.journal.wait_for("zz", within=value), "x", 'within: expected a number from 0 to 60, got "x"'),
    (lambda world, value: world.clock.advance(1, timeout=value), 10**30, "timeout: expected a number above 0 and up to 3,600, got 1"),
    (lambda world, value: world.clock.advance_to(value), 5, "moment: expected text, got 5"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "value", "text"), WRONG)
def test_they_are_refused_with_their_place(
    kiwoom_server: MockServer, call: Callable[[RemoteWorld, Any], object], value: Any, text: str
) -> None:
    with kiwoom_server.world() as kiwoom, Control(kiwoom.rest_url) as control:
        before = kiwoom.state_hash()
        with pytest.raises(BadRequestError) as refused:
            call(control.world(kiwoom.name), value)
        assert (refused.value.status, refused.value.text[: len(text)], refused.value.page) == (400, text, PAGE)
        assert (kiwoom.state_hash(), kiwoom.market.interrupted(SHARE)) == (before, None)
