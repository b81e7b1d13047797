"""A user's own ticks, from CSV or JSON lines, as steps of a timeline.

A tick has ``at``, ``code``, ``price``, ``quantity`` and, if it is known, ``side``: who initiated it. ``at`` is a
duration from the start (``1500ms``) or a time of day (``09:00:01.250``), and then counts from the first tick. Each tick
is two steps: the price and a still book move there, and the trade is printed.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kiwoom_scenarios.timeline import DURATION, JumpStep, Step, TradeStep, duration

_TIME = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?")
COLUMNS = ("at", "code", "price", "quantity")


class TickError(ValueError):
    """A row that is no tick: what is wrong, and in which line of the file."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(line, text)
        self.line = line
        self.text = text


def read_ticks(path: Path) -> tuple[Step, ...]:
    """The ticks of a file as steps. Raises TickError, or OSError if it cannot be read."""
    rows = _json_lines(path) if path.suffix in (".jsonl", ".ndjson", ".json") else _csv(path)
    steps: list[Step] = []
    first = None
    latest = 0
    for line, row in rows:
        moment, is_time = _moment(line, row)
        if is_time:
            first = moment if first is None else first
            moment -= first
        if moment < latest:
            raise TickError(line, f"at: expected a time not before the tick above it, got {row['at']}")
        latest = moment
        steps += _steps(line, row, moment)
    return tuple(steps)


def _csv(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise TickError(
                1, f"expected columns {', '.join(COLUMNS)} and perhaps side; {', '.join(missing)} is missing"
            )
        for row in reader:
            yield reader.line_num, row


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
            except json.JSONDecodeError as error:
                raise TickError(line, f"expected a JSON object, {error.msg}") from error
            if not isinstance(row, dict):
                raise TickError(line, "expected a JSON object")
            yield line, row


def _moment(line: int, row: dict[str, Any]) -> tuple[int, bool]:
    """Microseconds, and whether they are a time of day."""
    text = str(row.get("at", ""))
    if re.fullmatch(DURATION, text):
        return duration(text), False
    match = _TIME.fullmatch(text)
    if match is None:
        raise TickError(
            line, f'at: expected a duration such as "1500ms" or a time such as "09:00:01.250", got "{text}"'
        )
    hours, minutes, seconds, part = match.groups()
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1_000_000 + int((part or "").ljust(6, "0")), True


def _steps(line: int, row: dict[str, Any], moment: int) -> list[Step]:
    said = {name: row.get(name) for name in ("code", "price", "quantity")} | {"side": row.get("side") or "buy"}
    try:
        trade = msgspec.convert(said, TradeStep, strict=False)
    except msgspec.ValidationError as error:
        raise TickError(line, str(error)) from error
    if trade.price is None:
        raise TickError(line, "price: expected won, got nothing")
    return [Step(at=moment, jump=JumpStep(code=trade.code, to=trade.price)), Step(at=moment, trade=trade)]
