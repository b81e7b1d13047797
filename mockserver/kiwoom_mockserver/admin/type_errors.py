"""Error messages for values that do not match a type: the place, what was expected, what is there, and a suggestion.

The types are those of msgspec; the messages are worded as those of scenario files.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from kiwoom_mockserver.broker.wire_text import check_sendable
from kiwoom_scenarios.origin import join_place, nearest, with_place

E = TypeVar("E", bound=Enum)

DATE_AND_TIME = "a Korean date and time such as 2026-11-23T09:30"
"""What an error message expects where a date and time is missing."""


class Member(NamedTuple):
    """One alternative of a union type, with its bounds."""

    kind: Any
    bounds: Meta


def convert(value: Any, kind: Any, place: str = "", *, strict: bool = True) -> Any:
    """Convert a value to a type. Without ``strict``, numbers may be text. Raises ValueError with the error message.

    Text that UTF-8 cannot encode is refused: sooner or later it would leave on the wire.
    """
    check_sendable(value, place)
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise ValueError(type_error(value, kind, place, strict=strict) or with_place(place, str(error))) from None


def is_number(value: object) -> bool:
    """Whether a value is a finite number. True and False are none."""
    return (isinstance(value, float) and isfinite(value)) or (isinstance(value, int) and not isinstance(value, bool))


def enum_member(value: object, known: type[E], place: str) -> E:
    """The enumeration member with a value. Raises ValueError that lists the values and suggests the nearest."""
    values = [member.value for member in known]
    if value not in values:
        raise ValueError(expected_message(place, choice_text(values), value, values))
    return known(value)


def type_error(value: Any, kind: Any, place: str = "", *, strict: bool = True) -> str | None:
    """The error message for a value that does not match a type; None if it does, or only its constructor knows why."""
    if _fits(value, kind, strict):
        return None
    members = list(_members(kind))
    if isinstance(value, Mapping):
        structs = [member.kind for member in members if _is_struct(member.kind)]
        if structs:
            return _struct_error(value, structs, place, strict)
        for member in members:
            if get_origin(member.kind) is dict:
                return _dict_error(value, get_args(member.kind), place, strict)
    if isinstance(value, Sequence) and not isinstance(value, str):
        for member in members:
            if get_origin(member.kind) in (list, tuple):
                return _list_error(value, get_args(member.kind), place, strict)
    choices = [name for member in members for name in _choices(member.kind)]
    is_numeric = isinstance(value, int | float) and not isinstance(value, bool)
    numbers = [member for member in members if is_numeric and member.kind in (int, float)]
    expected = " or ".join(
        dict.fromkeys(_described(member) for member in numbers or members if member.kind is not NoneType)
    )
    return expected_message(place, expected, value, choices)


def expected_message(place: str, expected: str, value: object, choices: Collection[str] = ()) -> str:
    """What was expected at a place, and what there is; with the choice that may have been meant."""
    near = get_close_matches(value, choices, 1) if isinstance(value, str) else []
    return with_place(
        place, f"expected {expected}, got {_got(value)}" + (f'; did you mean "{near[0]}"?' if near else "")
    )


def choice_text(choices: Sequence[str]) -> str:
    """Choices in words."""
    return f"one of {', '.join(choices)}" if len(choices) > 1 else f'"{choices[0]}"'


def _struct_error(value: Mapping[Any, Any], kinds: list[Any], place: str, strict: bool) -> str | None:
    kind, tag = kinds[0], kinds[0].__struct_config__.tag_field
    if tag is not None:
        known = {one.__struct_config__.tag: one for one in kinds}
        if tag not in value:
            return with_place(place, f'missing field "{tag}"; expected {choice_text(list(known))}')
        if not isinstance(value[tag], str) or value[tag] not in known:
            return expected_message(join_place(place, tag), choice_text(list(known)), value[tag], known)
        kind = known[value[tag]]
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    if kind.__struct_config__.forbid_unknown_fields:
        for name in value:
            if name not in fields and name != tag:
                hint = nearest(name, fields) if fields else "it has none"
                return with_place(place, f'unknown field "{name}"; {hint}')
    for name, field in fields.items():
        if name not in value and field.required:
            return with_place(place, f'missing field "{name}"')
        found = type_error(value[name], field.type, join_place(place, name), strict=strict) if name in value else None
        if found is not None:
            return found
    return None


def _dict_error(value: Mapping[Any, Any], kinds: tuple[Any, ...], place: str, strict: bool) -> str | None:
    keys, values = kinds
    for name, inner in value.items():
        found = type_error(name, keys, place) or type_error(inner, values, join_place(place, str(name)), strict=strict)
        if found is not None:
            return found
    return None


def _list_error(value: Sequence[Any], kinds: tuple[Any, ...], place: str, strict: bool) -> str | None:
    if len(kinds) == 1 or kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    if len(kinds) != len(value):
        return with_place(place, f"expected a list of {len(kinds)}, got one of {len(value)}")
    for index, (inner, kind) in enumerate(zip(value, kinds, strict=True)):
        found = type_error(inner, kind, f"{place}[{index}]", strict=strict)
        if found is not None:
            return found
    return None


def _members(kind: Any, bounds: Meta = Meta()) -> Iterator[Member]:  # noqa: B008 - it is frozen
    """The types that a value may have, each with the bounds that stand next to it."""
    if get_origin(kind) is Annotated:
        kind, *metas = get_args(kind)
        bounds = next((meta for meta in metas if isinstance(meta, Meta)), bounds)
    if get_origin(kind) in (Union, UnionType):
        for member in get_args(kind):
            yield from _members(member)
    else:
        yield Member(kind, bounds)


def _fits(value: Any, kind: Any, strict: bool) -> bool:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError:
        return False
    return True


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _choices(kind: Any) -> tuple[str, ...]:
    return get_args(kind) if get_origin(kind) is Literal else ()


def _described(member: Member) -> str:
    """What a type is to a person."""
    kind, bounds = member
    if get_origin(kind) is Literal:
        return choice_text(get_args(kind))
    if kind in (int, float):
        return ("an integer" if kind is int else "a number") + _range(bounds)
    if kind is str:
        if bounds.description:
            return bounds.description
        return "text" if bounds.max_length is None else f"text of at most {bounds.max_length} characters"
    if kind is bool:
        return "true or false"
    return "a list" if get_origin(kind) in (list, tuple) else "an object"


def _range(bounds: Meta) -> str:
    least, most = bounds.ge, bounds.le
    if bounds.gt is not None:
        return f" above {bounds.gt:,}" + ("" if most is None else f" and up to {most:,}")
    if least is not None and most is not None:
        return f" from {least:,} to {most:,}"
    return "" if least is None else f" of at least {least:,}"


def _got(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 100 else value[:99] + "…", ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = repr(value)
    return shown if len(shown) <= 100 else shown[:99] + "…"
