"""Ticks from a CSV or JSON lines file, as steps of a timeline.

A tick has ``at``, ``code``, ``price``, ``quantity`` and optionally ``side``, the side that initiated the trade. ``at``
is a duration from the start (``1500ms``) or a time of day (``09:00:01.250``), which counts from the first tick. Each
tick becomes one step: a trade of the outside market, after which the quoted depth moves around its price.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiwoom_scenarios.origin import Origin
from kiwoom_scenarios.timeline import (
    DURATION,
    Code,
    Price,
    Quantity,
    SideName,
    TimelineStep,
    TradeStep,
    duration,
    duration_text,
)

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?")
COLUMNS = ("at", "code", "price", "quantity")


class _Tick(Struct, frozen=True):
    """A row without its time."""

    code: Code
    price: Price
    quantity: Quantity
    side: SideName


_EXPECTED = {
    "code": 'a code such as "005930"',
    "price": "won, an integer of at least 1",
    "quantity": "an integer of at least 1",
    "side": "buy or sell",
}


def read_ticks(path: Path, loop: int | None) -> tuple[TimelineStep, ...]:
    """Read the ticks of a file as timeline steps; ``loop`` is the length of the loop in microseconds, if there is one.

    Raises ScenarioError for a row that is invalid, out of order or beyond the loop, and OSError if the file cannot be
    read.
    """
    rows = _json_lines(path) if path.suffix in (".jsonl", ".ndjson", ".json") else _csv(path)
    steps: list[TimelineStep] = []
    first = None
    latest = 0
    for origin, row in rows:
        moment, is_time = _moment(origin, row)
        if is_time:
            first = moment if first is None else first
            moment -= first
        if moment < latest:
            raise origin.error("at", f"expected a time not before the tick above it, got {row['at']}")
        if loop is not None and moment >= loop:
            end = duration_text(loop)
            raise origin.error("at", f"expected a time before the end of the loop, {end}, got {row['at']}")
        latest = moment
        steps.append(_step(origin, row, moment))
    return tuple(steps)


def _origin(path: Path, line: int) -> Origin:
    return Origin(str(path), {"": line})


def _csv(path: Path) -> Iterator[tuple[Origin, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            expected = f"expected columns {', '.join(COLUMNS)} and perhaps side"
            raise _origin(path, 1).error("", f"{expected}; {', '.join(missing)} is missing")
        for row in reader:
            yield _origin(path, reader.line_num), row


def _json_lines(path: Path) -> Iterator[tuple[Origin, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            origin = _origin(path, line)
            try:
                row = json.loads(text)
            except json.JSONDecodeError as error:
                raise origin.error("", f"expected a JSON object, {error.msg}") from error
            if not isinstance(row, dict):
                raise origin.error("", "expected a JSON object")
            yield origin, row


def _moment(origin: Origin, row: dict[str, Any]) -> tuple[int, bool]:
    """Return the time of a row in microseconds, and whether it is a time of day."""
    text = str(row.get("at", ""))
    if re.fullmatch(DURATION, text):
        return duration(text), False
    match = _TIME.fullmatch(text)
    if match is None:
        raise origin.error("at", f'expected a duration such as "1500ms" or a time such as "09:00:01.250", got "{text}"')
    hours, minutes, seconds, part = match.groups()
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1_000_000 + int((part or "").ljust(6, "0")), True


def _step(origin: Origin, row: dict[str, Any], moment: int) -> TimelineStep:
    fields = {name: row.get(name) for name in ("code", "price", "quantity")} | {"side": row.get("side") or "buy"}
    try:
        tick = msgspec.convert(fields, _Tick, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].removesuffix("`")
        got = "nothing" if fields[name] in (None, "") else json.dumps(fields[name], ensure_ascii=False)
        raise origin.error(name, f"expected {_EXPECTED[name]}, got {got}") from error
    trade = TradeStep(code=tick.code, price=tick.price, quantity=tick.quantity, side=tick.side, moves_depth=True)
    return TimelineStep(at=moment, trade=trade).read_at(origin)
