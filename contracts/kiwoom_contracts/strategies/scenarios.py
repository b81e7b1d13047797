"""Whole scenario files, as YAML text, that load and create a world."""

from __future__ import annotations

from typing import Any, get_args

import yaml
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from kiwoom_scenarios.timeline import (
    FrameType,
    SessionName,
    SideName,
    StopMarketName,
    TimelineStep,
    duration,
    duration_text,
)

Part = dict[str, Any]

CODES = ("005930", "000660", "035720")
ONCE_A_DAY = ("circuit_breaker", "sidecar")
"""Steps that a market takes once a day; a scenario with a second one is refused."""

PRICED = "005930"
"""The share whose prices are given in won; the others move by percentages."""

_INDEX = "001"
_TICK = 500
_LOW, _HIGH = 460, 620
"""In ticks: well within the daily limits of a share whose base price is 269,000 won."""

_codes = st.sampled_from(CODES)
_quantities = st.integers(1, 1_000)
_sides = st.sampled_from(get_args(SideName))
_sessions = st.sampled_from(get_args(SessionName))
_stop_markets = st.sampled_from(get_args(StopMarketName))
_durations = st.integers(1, 600).map(lambda seconds: f"{seconds}s") | st.integers(1, 5_000).map(lambda ms: f"{ms}ms")
_accounts = st.just("all") | st.just([1])
_prices = st.integers(_LOW, _HIGH).map(lambda ticks: ticks * _TICK)


@st.composite
def _depths(draw: DrawFn, *, crossed: bool = False) -> Part:
    """Strategy of both sides of an order book, best price first."""
    middle = draw(st.integers(_LOW, _HIGH))
    reach = draw(st.integers(0, 3)) if crossed else 0
    bids = draw(st.sets(st.integers(_LOW - 20, middle - 1 + reach), max_size=5))
    asks = draw(st.sets(st.integers(middle, _HIGH + 20), max_size=5))
    return {
        "code": PRICED,
        "bids": [[ticks * _TICK, draw(_quantities)] for ticks in sorted(bids, reverse=True)],
        "asks": [[ticks * _TICK, draw(_quantities)] for ticks in sorted(asks)],
    }


def _mapping(required: dict[str, SearchStrategy[Any]], **optional: SearchStrategy[Any]) -> SearchStrategy[Part]:
    return st.fixed_dictionaries(required, optional=optional)


_motion = {
    "every": _durations,
    "step": st.integers(1, 5),
    "drift": st.integers(-50, 50),
    "band": st.integers(1, 5),
}
_some_codes = st.lists(_codes, min_size=1, max_size=3, unique=True)
_of_code = _mapping({"code": _codes})

ACTIONS: dict[str, SearchStrategy[Any]] = {
    "trade": _mapping({"code": st.just(PRICED), "quantity": _quantities, "side": _sides}, price=_prices),
    "order_book": _depths(),
    "walk": _mapping({"codes": _some_codes, "for": _durations}, **_motion),
    "jump": _mapping({"code": st.just(PRICED), "to": _prices})
    | _mapping({"code": _codes, "percent": st.integers(-5, 5)}),
    "index": _mapping({"code": st.just(_INDEX), "by": st.integers(-5_000, 5_000)}),
    "halt": _of_code,
    "resume": _of_code,
    "vi": _mapping({"code": _codes}, percent=st.sampled_from([-10, 10, 12])),
    "circuit_breaker": _mapping({"market": _stop_markets, "stage": st.just(1)}),
    "sidecar": _mapping({"market": _stop_markets, "side": _sides}),
    "session": _sessions,
    "auction": _depths(crossed=True),
    "order": _mapping(
        {"side": _sides, "code": st.just(PRICED), "quantity": _quantities},
        accounts=_accounts,
        price=_prices | st.sampled_from(["touch", "market"]),
    ),
    "cancel": _mapping({}, accounts=_accounts),
    "frame": _mapping(
        {
            "type": st.sampled_from(get_args(FrameType)),
            "item": st.sampled_from(["", *CODES]),
            "values": st.dictionaries(
                st.integers(10, 9_999).map(str), st.text("+-0123456789. ", max_size=10), max_size=3
            ),
        }
    ),
    "expect": _mapping(
        {"code": _codes, "at_least": st.integers(1, 1_000)}, session=_sessions, interrupted=st.booleans()
    ),
}
"""The strategy of the value of each timeline step, by the key of the step."""

_feeds = st.just("still") | _mapping({}, codes=_some_codes, **_motion)
_instruments = _mapping(
    {
        "code": st.just("900900"),
        "name": st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=40),
        "market": st.sampled_from(["kospi", "kosdaq", "etf"]),
        "base": st.integers(1_000, 900_000),
    }
)
_days = _mapping({}, closed=st.booleans(), shift=st.integers(-60, 60))
_HEAD = _mapping(
    {"name": st.just("drawn"), "description": st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]))},
    seed=st.integers(0, 2**53),
    feed=_feeds,
    consume_depth=st.booleans(),
    session=_sessions,
    settings=_mapping({}, page_size=st.integers(1, 200), reissue=st.sampled_from(["same", "replace"])),
    days=st.dictionaries(st.dates().map(str), _days, max_size=2),
    fictitious=st.integers(0, 3),
    instruments=_instruments.map(lambda instrument: [instrument]),
    refusals=st.just([{"code": "509193", "covers": "kt10000"}]),
)


def scenario_files() -> SearchStrategy[str]:
    """Strategy of scenario files (YAML) for a world with the default instruments and at least one account.

    Every file loads and creates a world. Its ``expect`` steps may fail when the scenario runs.
    """
    return _documents().map(lambda document: yaml.safe_dump(document, allow_unicode=True, sort_keys=False))


@st.composite
def _documents(draw: DrawFn) -> Part:
    document = draw(_HEAD)
    steps = []
    now = 0
    for kind in _each_stop_once(draw(st.lists(st.sampled_from(TimelineStep.one_of), max_size=8))):
        now += draw(st.integers(0, 5_000)) * 1_000
        steps.append({"at": duration_text(now), kind: draw(ACTIONS[kind])})
    if not steps:
        return document
    return document | {"timeline": steps} | ({"loop": _beyond(steps)} if draw(st.booleans()) else {})


def _each_stop_once(kinds: list[str]) -> list[str]:
    """Return the kinds of steps without the second of those that happen once a day."""
    return [kind for index, kind in enumerate(kinds) if kind not in ONCE_A_DAY or kind not in kinds[:index]]


def _beyond(steps: list[Part]) -> str:
    """Return a time after the end of all steps."""
    ends = (duration(step["at"]) + duration(step.get("walk", {}).get("for", "0s")) for step in steps)
    return duration_text(max(ends) + 1_000)
