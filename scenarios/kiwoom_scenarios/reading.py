"""Reads YAML into the parts of a scenario, and reports what does not fit with its line and with what was expected.

The document is composed, not loaded: its nodes know their lines, and a scalar keeps the text that was written. The tree
of nodes and the tree of types are walked side by side, so that every message can name the place in both. A general
decoder would report one of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec
import yaml
from msgspec import Meta
from msgspec.structs import FieldInfo
from yaml.constructor import SafeConstructor
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kiwoom_scenarios.origin import Origin, Part, join_place, nearest, with_place
from kiwoom_scenarios.timeline import PartError, duration

T = TypeVar("T", bound=Part)

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML that was built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

_TEXT = "tag:yaml.org,2002:str"
_NOTHING = "tag:yaml.org,2002:null"
_PLAIN = {
    ScalarNode: frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")),
    SequenceNode: frozenset({"tag:yaml.org,2002:seq"}),
    MappingNode: frozenset({"tag:yaml.org,2002:map"}),
}
_MAX_NESTING = 50
"""Lists and mappings in each other at most."""

_NAMED_RANGE = 10_000
"""Messages name both bounds of an integer up to this; a larger upper bound is only named if it is exceeded."""


class ReadingError(ValueError):
    """A document that cannot be read: what is wrong, and in which line (from 1)."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(line, text)
        self.line = line
        self.text = text


class Member(NamedTuple):
    """A type that a field may have, with the constraints on it."""

    kind: Any
    metas: tuple[Meta, ...]


def read(data: bytes, kind: type[T], file: str) -> T:
    """Read the bytes of a file as a part, with an origin in each part of it. Raises ReadingError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(data.count(b"\n", 0, error.start) + 1, "expected text in UTF-8") from error
    try:
        _check_nesting(text)
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ReadingError(mark.line + 1 if mark else 1, f"expected YAML: {error.problem or error.context}") from error
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        raise ReadingError(line, f"expected YAML: {error.reason}") from error
    if node is None:
        raise ReadingError(1, "expected a mapping, got nothing")
    part: T = _Reader(file).value(Member(kind, ()), node, "")
    return part


def _check_nesting(text: str) -> None:
    """Bound the nesting before composing, which recurses: a deeply nested file would end in a RecursionError."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _MAX_NESTING:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ReadingError(line, f"expected at most {_MAX_NESTING} lists and mappings in each other")


class _Reader:
    """Walks the nodes of a document and the types that they should have side by side."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self._open_nodes: list[Node] = []
        """The nodes that enclose the current one; an alias (``*name``) to one of them would never end."""

    def value(self, field: Any, node: Node, place: str) -> Any:
        """Return the value of a node, as the type of its field."""
        members = list(_members(field))
        self.lines[place] = _line(node)
        if any(node is enclosing for enclosing in self._open_nodes):
            raise _wrong(node, place, "expected a value, got one that contains itself")
        if node.tag not in _PLAIN[type(node)]:
            raise _wrong(node, place, f"expected a value without a tag, got {node.tag}")
        self._open_nodes.append(node)
        try:
            if isinstance(node, MappingNode):
                return self._mapping(members, node, place)
            if isinstance(node, SequenceNode):
                return self._sequence(members, node, place)
            return _scalar(members, node, place)
        finally:
            self._open_nodes.pop()

    def _mapping(self, members: list[Member], node: MappingNode, place: str) -> Any:
        for member in members:
            if isinstance(member.kind, type) and issubclass(member.kind, Part):
                return self._part(member.kind, node, place)
            if get_origin(member.kind) is dict:
                key_type, value_type = get_args(member.kind)
                return self._dict(key_type, value_type, node, place)
        raise _unfit(members, node, place)

    def _part(self, kind: type[Part], node: MappingNode, place: str) -> Part:
        fields = _fields(kind)
        values: dict[str, Any] = {}
        for name, key, value in _entries(node, place):
            if name not in fields:
                raise _wrong(key, place, f'unknown field "{name}"; {nearest(name, fields)}')
            values[fields[name].name] = self.value(fields[name].type, value, join_place(place, name))
        for name, field in fields.items():
            if field.required and field.name not in values:
                raise _wrong(node, place, f'missing field "{name}"')
        try:
            return kind(**values).read_at(Origin(self.file, self.lines, place))
        except PartError as error:
            where = join_place(place, error.place)
            raise ReadingError(self.lines.get(where, _line(node)), with_place(where, error.text)) from error

    def _dict(self, key_type: Any, value_type: Any, node: MappingNode, place: str) -> dict[Any, Any]:
        entries = {}
        for name, key, value in _entries(node, place):
            try:
                converted = msgspec.convert(name, key_type)
            except msgspec.ValidationError as error:
                expected = _described(Member(key_type, ()), name)
                raise _wrong(key, place, f'expected {expected}, got "{name}"') from error
            entries[converted] = self.value(value_type, value, join_place(place, name))
        return entries

    def _sequence(self, members: list[Member], node: SequenceNode, place: str) -> Any:
        for member in members:
            if get_origin(member.kind) is not tuple:
                continue
            kinds = get_args(member.kind)
            items = node.value
            if kinds[-1] is Ellipsis:
                kinds = kinds[:1] * len(items)
            elif len(kinds) != len(items):
                raise _wrong(node, place, f"expected a list of {len(kinds)}, got {len(items)}")
            if any(len(items) < (meta.min_length or 0) for meta in member.metas):
                raise _wrong(node, place, "expected at least one, got an empty list")
            return tuple(
                self.value(kind, item, f"{place}[{index}]")
                for index, (kind, item) in enumerate(zip(kinds, items, strict=True))
            )
        raise _unfit(members, node, place)


@cache
def _fields(kind: type[Part]) -> dict[str, FieldInfo]:
    """Return the fields of a type of part by their names in a file. They take long to find, and a script has many."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _scalar(members: list[Member], node: Node, place: str) -> Any:
    value = _constructed(node)
    if node.tag == _NOTHING:
        raise _unfit(members, node, place)
    for member in members:
        if _is_duration(member):
            try:
                value = duration(value) if isinstance(value, str) else None
            except ValueError:
                continue
        try:
            return msgspec.convert(value, Annotated[member.kind, *member.metas] if member.metas else member.kind)
        except msgspec.ValidationError:
            continue
    raise _unfit(members, node, place, value)


def _members(field: Any) -> Iterator[Member]:
    """Iterate over the types of a field without None: a file leaves a field out rather than write null."""
    if isinstance(field, Member):
        yield field
        return
    metas: tuple[Meta, ...] = ()
    if get_origin(field) is Annotated:
        field, *annotations = get_args(field)
        metas = tuple(meta for meta in annotations if isinstance(meta, Meta))
    if get_origin(field) in (Union, UnionType):
        for member in get_args(field):
            if member is not NoneType:
                yield from _members(member)
    else:
        yield Member(field, metas)


def _entries(node: MappingNode, place: str) -> Iterator[tuple[str, Node, Node]]:
    """Iterate over a mapping as key text, key node and value node. Refuses a repeated key."""
    lines: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise _wrong(key, place, "expected a name as the key, got a list or a mapping")
        if key.value in lines:
            raise _wrong(key, place, f'field "{key.value}" is there twice, first in line {lines[key.value]}')
        lines[key.value] = _line(key)
        yield key.value, key, value


def _constructed(node: Node) -> Any:
    """Return a scalar as YAML types it, but a date as text: what it means depends on the field."""
    try:
        value = SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):
        return node.value
    return node.value if isinstance(value, date) else value


def _is_duration(member: Member) -> bool:
    return any("pattern" in (meta.extra or {}) for meta in member.metas)


# -- messages -----------------------------------------------------------------------------------------------------


def _unfit(members: list[Member], node: Node, place: str, value: Any = None) -> ReadingError:
    expected = " or ".join(dict.fromkeys(_described(member, value) for member in members))
    hint = ""
    if isinstance(node, ScalarNode):
        choices = [name for member in members if get_origin(member.kind) is Literal for name in get_args(member.kind)]
        near = get_close_matches(node.value, choices, 1)
        is_number = not node.style and node.tag not in (_TEXT, _NOTHING)
        if near:
            hint = f'; did you mean "{near[0]}"?'
        elif is_number and any(member.kind is str for member in members):
            hint = "; write it in quotes"
    return _wrong(node, place, f"expected {expected}, got {_got(node)}{hint}")


def _described(member: Member, value: Any) -> str:
    """Return a type in words, with the bound that ``value`` breaks if it is an integer."""
    kind, metas = member
    if get_origin(kind) is Literal:
        choice = get_args(kind)
        return f"one of {', '.join(choice)}" if len(choice) > 1 else str(choice[0])
    if _is_duration(member):
        return "a duration such as 500ms, 5s, 2m or 1h" + (", longer than 0s" if metas[0].ge else "")
    if kind is int:
        return _integer(metas, value)
    described = next((meta.description for meta in metas if meta.description), None)
    if described is not None:
        return described
    if kind is str:
        most = next((meta.max_length for meta in metas if meta.max_length), None)
        return "text" if most is None else f"text of at most {most} characters"
    names = {bool: "true or false", date: "a date such as 2026-11-23"}
    return names.get(kind) or ("a list" if get_origin(kind) is tuple else "a mapping")


def _integer(metas: tuple[Meta, ...], value: Any) -> str:
    bounds = next(iter(metas), Meta())
    least, most = bounds.ge, bounds.le
    if isinstance(value, int) and most is not None and value > most:
        return f"an integer of at most {most:,}"
    if least is None:
        return "an integer"
    if most is not None and most <= _NAMED_RANGE:
        return f"an integer from {least} to {most}"
    return f"an integer of at least {least}"


def _got(node: Node) -> str:
    if not isinstance(node, ScalarNode):
        return "a mapping" if isinstance(node, MappingNode) else "a list"
    if node.tag == _NOTHING:
        return "nothing"
    return json.dumps(node.value, ensure_ascii=False) if node.tag == _TEXT else str(node.value)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _wrong(node: Node, place: str, text: str) -> ReadingError:
    return ReadingError(_line(node), with_place(place, text))
