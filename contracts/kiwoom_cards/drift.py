"""Finds where a recording and the simulator differ: keys and their order, types, widths, signs, codes, texts.

Recorded answers and frames are compared with those of the same kind that the simulator sent while the same cards ran
on it. Single values are compared with the format in which the simulator writes them, because two samples of a price
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

Findings = Iterator[tuple[str, str]]
"""Pairs of a place and the description of a difference."""
Fields = Mapping[str, Field]
T = TypeVar("T", RecordedAnswer, RecordedFrame)


class Difference(NamedTuple):
    """One difference between a recording and the simulator."""

    place: str
    """The API or the realtime type, and the field."""
    description: str
    """What was recorded, and what the simulator does instead."""
    is_old: bool
    """Whether the recording is so old that the service may have changed; the difference is then a warning."""


def drift(recorded: Recording, simulated: Recording, today: date) -> list[Difference]:
    """Return every difference once. ``simulated`` is a recording of the simulator, with all cards."""
    findings = [
        *(finding for answer in recorded.answers for finding in _of_answer(answer, simulated, recorded.of)),
        *(finding for frame in recorded.frames for finding in _of_frame(frame, simulated)),
    ]
    is_old = recorded.is_old(today)
    return [Difference(place, description, is_old) for place, description in dict.fromkeys(findings)]


def _of_answer(answer: RecordedAnswer, simulated: Recording, service: str) -> Findings:
    if answer.outcome != "0":
        yield from _of_error(answer, simulated)
        return
    same = _same_kind(answer, simulated.answers)
    if not same:
        yield answer.api_id, "the simulator never answered it"
        return
    yield from _unknown(answer.api_id, answer.left_out)
    if answer.status not in {sample.status for sample in same}:
        yield answer.api_id, f"HTTP {answer.status}; here {same[0].status}"
    if service != PRODUCTION:  # its texts differ from those of the mock domain
        yield from _of_text(answer.api_id, "return_msg", answer.body, [sample.body for sample in same])
    known = _by_name(_written(answer.api_id))
    yield from _of_object(answer.api_id, answer.body, [sample.body for sample in same], known, is_part=answer.is_part)


def _of_error(answer: RecordedAnswer, simulated: Recording) -> Findings:
    place = f"{answer.api_id} {answer.outcome}"
    if answer.outcome not in {sample.outcome for sample in simulated.answers}:
        yield place, f"the simulator never answered so: {answer.body}"
        return
    body = {name: answer.body.get(name) for name in ("return_msg", "return_code")}
    try:
        check_error(answer.outcome, ReceivedResponse(answer.status, JSON, msgspec.json.encode(body).decode()))
    except CriterionMissed as missed:
        yield place, f"not as it is here: {missed}"


def _of_frame(frame: RecordedFrame, simulated: Recording) -> Findings:
    place = " ".join(part for part in frame.kind if part)
    same = _same_kind(frame, simulated.frames)
    if not same:
        yield place, "the simulator never sent it"
        return
    yield from _unknown(place, frame.left_out)
    if not frame.row:
        for text in TEXTS:
            yield from _of_text(place, text, frame.frame, [sample.frame for sample in same])
        yield from _of_object(place, frame.frame, [sample.frame for sample in same], {}, is_part=False)
        return
    yield from _of_order(place, frame.frame, same[0].frame)
    yield from _of_order(place, frame.row, same[0].row)
    yield from _of_text(place, "name", frame.row, [sample.row for sample in same])
    values = [sample.row["values"] for sample in same]
    yield from _of_object(place, frame.row["values"], values, values_of(frame.row["type"]), is_part=False)


def _same_kind(sample: T, simulated: Iterable[T]) -> list[T]:
    return [other for other in simulated if other.kind == sample.kind]


def _unknown(place: str, left_out: Iterable[str]) -> Findings:
    for name in left_out:
        yield f"{place} {name}", "is not known here"


def _of_text(place: str, name: str, raw: Mapping[str, Any], simulated: Sequence[Mapping[str, Any]]) -> Findings:
    texts = dict.fromkeys(sample.get(name) for sample in simulated)
    if name in raw and raw[name] not in texts:
        yield f"{place} {name}", f"{raw[name]!r}; here {', '.join(map(repr, texts))}"


def _of_object(
    place: str, raw: Mapping[str, Any], simulated: Sequence[Mapping[str, Any]], known: Fields, *, is_part: bool
) -> Findings:
    """Compare the keys and the values of a JSON object; only the keys that it has if it is a part."""
    keys = [name for name in simulated[0] if name in raw] if is_part else simulated[0]
    yield from _of_order(place, raw, keys)
    for name, value in raw.items():
        samples = [other[name] for other in simulated if name in other]
        if not samples:
            continue
        types = dict.fromkeys(map(_type, samples))
        if _type(value) not in types:
            yield f"{place} {name}", f"is {_type(value)}; here {', '.join(types)}"
        elif isinstance(value, list):
            yield from _of_rows(f"{place} {name}", value, samples, known.get(name), is_part=is_part)
        elif isinstance(value, str):
            yield from _of_value(f"{place} {name}", value, samples, known.get(name))


def _of_rows(place: str, rows: list[Any], samples: list[list[Any]], field: Field | None, *, is_part: bool) -> Findings:
    simulated = [row for sample in samples for row in sample if isinstance(row, dict)]
    known = _by_name(field.fields if field is not None else ())
    for row in rows:
        if isinstance(row, dict) and simulated:
            yield from _of_object(place, row, simulated, known, is_part=is_part)


def _by_name(fields: Iterable[Field]) -> Fields:
    return {field.name: field for field in fields}


@cache
def _written(api_id: str) -> tuple[Field, ...]:
    """Return the fields of an answer, without the one that is left blank whatever its format."""
    return _without(LEFT_BLANK.get(api_id), catalogue.api(api_id).response)


def _without(name: str | None, fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(
        msgspec.structs.replace(field, fields=_without(name, field.fields)) for field in fields if field.name != name
    )


def _of_order(place: str, raw: Mapping[str, Any], expected: Iterable[str]) -> Findings:
    try:
        check_keys(place, expected, raw)
    except CriterionMissed as missed:
        yield place, str(missed).removeprefix(f"{place}: ")


def _of_value(place: str, value: str, samples: Sequence[str], field: Field | None) -> Findings:
    if field is None or field.korean in IDENTIFYING:
        return
    if Format.of(field.format).strict_pattern.fullmatch(value) is None:
        yield place, f"is {value!r}, not {field.format}"
    elif value and field.values and value.strip() not in field.values and value not in samples:
        yield place, f"is {value!r}, none of {', '.join(field.values)}"
    elif not value and field.format != "text" and "" not in samples:
        yield place, f"is blank; here {samples[0]!r}"


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
