"""Where a recording and the simulator differ: keys and their order, types, widths, signs, codes, texts.

What was recorded is held against answers and frames of the same kind that the simulator gave while the same cards were
run on it. Single values are held against the format in which the simulator writes them, because two samples of a price
need not have the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from kiwoom_cards.anonymise import IDENTIFYING, values_of
from kiwoom_cards.answers import LEFT_BLANK, check_error
from kiwoom_cards.assertions import CriterionMissed
from kiwoom_cards.format_checks import check_keys
from kiwoom_cards.recording import PRODUCTION, RecordedAnswer, RecordedFrame, Recording
from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import Field
from kiwoom_contracts.recipe_runner import ReceivedResponse

JSON = (("content-type", "application/json"),)
TEXTS = ("return_msg", "message")

Found = Iterator[tuple[str, str]]
Fields = Mapping[str, Field]
T = TypeVar("T", RecordedAnswer, RecordedFrame)


class Difference(NamedTuple):
    """One place in which they differ."""

    place: str
    """The API or the type, and the field."""
    description: str
    """What was recorded, and what the simulator does instead."""
    is_old: bool
    """Whether the recording is so old that the service may have changed: a warning."""


def drift(recorded: Recording, ours: Recording, today: date) -> list[Difference]:
    """Every difference once. ``ours`` is a recording of the simulator, of all cards."""
    found = [
        *(one for answer in recorded.answers for one in _of_answer(answer, ours, recorded.of)),
        *(one for frame in recorded.frames for one in _of_frame(frame, ours)),
    ]
    is_old = recorded.is_old(today)
    return [Difference(place, description, is_old) for place, description in dict.fromkeys(found)]


def _of_answer(answer: RecordedAnswer, ours: Recording, of: str) -> Found:
    if answer.outcome != "0":
        yield from _of_error(answer, ours)
        return
    same = _alike(answer, ours.answers)
    if not same:
        yield answer.api_id, "the simulator never answered it"
        return
    yield from _unknown(answer.api_id, answer.left_out)
    if answer.status not in {one.status for one in same}:
        yield answer.api_id, f"HTTP {answer.status}; here {same[0].status}"
    if of != PRODUCTION:  # its texts are others than those of the mock domain
        yield from _of_text(answer.api_id, "return_msg", answer.body, [one.body for one in same])
    known = _by_name(_written(answer.api_id))
    yield from _of_object(answer.api_id, answer.body, [one.body for one in same], known, is_part=answer.is_part)


def _of_error(answer: RecordedAnswer, ours: Recording) -> Found:
    place = f"{answer.api_id} {answer.outcome}"
    if answer.outcome not in {one.outcome for one in ours.answers}:
        yield place, f"the simulator never answered so: {answer.body}"
        return
    body = {name: answer.body.get(name) for name in ("return_msg", "return_code")}
    try:
        check_error(answer.outcome, ReceivedResponse(answer.status, JSON, msgspec.json.encode(body).decode()))
    except CriterionMissed as missed:
        yield place, f"not as it is here: {missed}"


def _of_frame(frame: RecordedFrame, ours: Recording) -> Found:
    place = " ".join(part for part in frame.kind if part)
    same = _alike(frame, ours.frames)
    if not same:
        yield place, "the simulator never told it"
        return
    yield from _unknown(place, frame.left_out)
    if not frame.row:
        for text in TEXTS:
            yield from _of_text(place, text, frame.frame, [one.frame for one in same])
        yield from _of_object(place, frame.frame, [one.frame for one in same], {}, is_part=False)
        return
    yield from _of_order(place, frame.frame, same[0].frame)
    yield from _of_order(place, frame.row, same[0].row)
    yield from _of_text(place, "name", frame.row, [one.row for one in same])
    values = [one.row["values"] for one in same]
    yield from _of_object(place, frame.row["values"], values, values_of(frame.row["type"]), is_part=False)


def _alike(one: T, ours: Iterable[T]) -> list[T]:
    return [other for other in ours if other.kind == one.kind]


def _unknown(place: str, left_out: Iterable[str]) -> Found:
    for name in left_out:
        yield f"{place} {name}", "is not known here"


def _of_text(place: str, name: str, raw: Mapping[str, Any], ours: Sequence[Mapping[str, Any]]) -> Found:
    told = dict.fromkeys(one.get(name) for one in ours)
    if name in raw and raw[name] not in told:
        yield f"{place} {name}", f"{raw[name]!r}; here {', '.join(map(repr, told))}"


def _of_object(
    place: str, raw: Mapping[str, Any], ours: Sequence[Mapping[str, Any]], known: Fields, *, is_part: bool
) -> Found:
    """Of a JSON object: its keys, and what they hold."""
    keys = [name for name in ours[0] if name in raw] if is_part else ours[0]
    yield from _of_order(place, raw, keys)
    for name, value in raw.items():
        theirs = [one[name] for one in ours if name in one]
        if not theirs:
            continue
        types = dict.fromkeys(_type(one) for one in theirs)
        if _type(value) not in types:
            yield f"{place} {name}", f"is {_type(value)}; here {', '.join(types)}"
        elif isinstance(value, list):
            yield from _of_rows(f"{place} {name}", value, theirs, known.get(name), is_part=is_part)
        elif isinstance(value, str):
            yield from _of_value(f"{place} {name}", value, theirs, known.get(name))


def _of_rows(place: str, rows: list[Any], theirs: list[list[Any]], field: Field | None, *, is_part: bool) -> Found:
    ours = [row for list_ in theirs for row in list_ if isinstance(row, dict)]
    known = _by_name(field.fields if field is not None else ())
    for row in rows:
        if isinstance(row, dict) and ours:
            yield from _of_object(place, row, ours, known, is_part=is_part)


def _by_name(fields: Iterable[Field]) -> Fields:
    return {field.name: field for field in fields}


@cache
def _written(api_id: str) -> tuple[Field, ...]:
    """The fields of an answer but the one that is left blank whatever its format."""
    return _without(LEFT_BLANK.get(api_id), catalogue.api(api_id).response)


def _without(name: str | None, fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(
        msgspec.structs.replace(field, fields=_without(name, field.fields)) for field in fields if field.name != name
    )


def _of_order(place: str, raw: Mapping[str, Any], wanted: Iterable[str]) -> Found:
    try:
        check_keys(place, wanted, raw)
    except CriterionMissed as missed:
        yield place, str(missed).removeprefix(f"{place}: ")


def _of_value(place: str, value: str, theirs: Sequence[str], field: Field | None) -> Found:
    if field is None or field.korean in IDENTIFYING:
        return
    if Format.of(field.format).strict_pattern.fullmatch(value) is None:
        yield place, f"is {value!r}, not {field.format}"
    elif value and field.values and value.strip() not in field.values and value not in theirs:
        yield place, f"is {value!r}, none of {', '.join(field.values)}"
    elif not value and field.format != "text" and "" not in theirs:
        yield place, f"is blank; here {theirs[0]!r}"


def _type(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "null"
