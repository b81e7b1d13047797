"""The types of the criteria of a journal search. A value of another type would match no entry, without a word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.fault_targets import TRNMS
from kiwoom_mockserver.broker.market_entries import EVENTS
from kiwoom_scenarios.origin import nearest

TYPES: dict[str, tuple[type, str]] = {
    "name": (str, "text"),
    "account": (str, "text"),
    "code": (str, "text"),
    "status": (int, "an integer"),
    "injected": (bool, "true or false"),
    "stub": (bool, "true or false"),
    "after": (int, "an integer"),
    "fields": (dict, "a dict"),
}
"""By criterion: its type, and what an error message expects; ``kind`` has words of its own."""

NO_WAIT = "nothing is waited for that must not come; wait for what comes after it, and then verify with count=0"


def check_criteria(criteria: Mapping[str, Any]) -> None:
    """Raise ValueError for a criterion of another type than its own, and for a field that is compared with a number.

    None stands for a criterion that is not given, except the name and ``after``. A field has None where an entry must
    not have it.
    """
    for name, value in criteria.items():
        if name in TYPES:
            kind, expected = TYPES[name]
            is_given = value is not None or name in ("name", "after")
            if is_given and not _is(value, kind):
                raise ValueError(_message(name, expected, value))
        elif name != "kind":
            _check_field(name, value)
    for name, value in (criteria.get("fields") or {}).items():
        _check_field(f"fields.{name}", value)


def check_count(count: object, within: float = 0.0) -> None:
    """Raise ValueError for what is no number of entries, and for ``within`` beside a count of 0."""
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        raise ValueError(_message("count", "an integer of at least 0", count))
    if count == 0 and within:
        raise ValueError(f"within: {NO_WAIT}")


def check_absence(name: str, fields: Mapping[str, Any]) -> None:
    """Raise ValueError for a name, or a field of a request, that no entry can have: its absence would prove nothing."""
    apis = catalogue.api_ids()
    if name and name not in (known := (*apis, *TRNMS, *EVENTS)):
        raise ValueError(f'name: no call, frame or event is called "{name}"; {nearest(name, known)}')
    requested = [field.name for field in catalogue.api(name).request] if name in apis else []
    for field in fields:
        if requested and field not in requested:
            raise ValueError(f'a request of {name} has no field "{field}"; {nearest(field, requested)}')


def _check_field(place: str, value: object) -> None:
    """Numbers and booleans of a request stand for their texts: an entry has no others."""
    if isinstance(value, int | float | bytes):
        raise ValueError(_message(place, "text", value))


def _is(value: object, kind: type) -> bool:
    """Return whether a value is of a type; True and False are no integers."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _message(place: str, expected: str, value: object) -> str:
    shown = "nothing" if value is None else json.dumps(value) if isinstance(value, str | bool) else repr(value)
    return f"{place}: expected {expected}, got {shown if len(shown) <= 100 else shown[:99] + '…'}"
