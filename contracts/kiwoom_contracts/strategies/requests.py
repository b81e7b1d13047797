"""Request bodies that are valid for their API, and bodies that break exactly one rule of its contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import ProductLimit
from kiwoom_contracts.validation import (
    NO_DIGITS,
    NO_INTEGER,
    NO_TEXT,
    FieldRule,
    Need,
    Violation,
    malformed,
    needs,
    rules,
    too_long,
)

_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day:%Y%m%d}")
_DEFAULT_LENGTH = 20
"""Maximum length of a text whose length the document leaves blank."""

_TEXT = st.characters(codec="utf-8", exclude_characters="\x00")
_NO_TEXTS: SearchStrategy[object] = st.lists(st.integers(0, 9)) | st.just({})
"""Values that are taken for no text, as numbers and booleans are."""
_NO_DIGITS = ("x", "-1", "-1.5", " 1", "1e3", "1.5.0", ".", "٣", "０")
_FRACTIONS = ("30.0", "1.5", "1.", ".5")


class InvalidRequest(NamedTuple):
    """A request body that breaks one rule."""

    body: dict[str, Any]
    fault: Violation
    """The error that it must get: the code, and the values in its text."""


def requests(api_id: str, **fields: SearchStrategy[str]) -> SearchStrategy[dict[str, str]]:
    """Strategy of valid request bodies of an API; a field can be given a strategy of its own.

    A field that is required by the values of others is present, unless it has a strategy of its own. A valid body may
    still be refused for its content: a code may be that of no listed instrument. Raises KeyError for an API that the
    catalogue does not know.
    """
    required, optional = {}, {}
    for rule in rules(api_id):
        if rule.name in fields:
            required[rule.name] = fields[rule.name]
        elif rule.required:
            required[rule.name] = _value(api_id, rule)
        else:
            optional[rule.name] = st.just("") | _value(api_id, rule)
    bodies = st.fixed_dictionaries(required, optional=optional)
    conditional = {
        need: _value(api_id, rule)
        for need in needs(api_id)
        for rule in rules(api_id)
        if rule.name == need.name and rule.name not in fields
    }
    if conditional:
        bodies = bodies.flatmap(partial(_with_needs, conditional))
    for limit in catalogue.api(api_id).products:
        bodies = bodies.map(partial(_within, limit))
    return bodies


def _within(limit: ProductLimit, body: dict[str, str]) -> dict[str, str]:
    """Lower the second number of a body whose product is too large."""
    first, second = (int(body.get(name) or 0) for name in limit.fields)
    return body if first * second < limit.below else body | {limit.fields[1]: str((limit.below - 1) // first)}


def _with_needs(conditional: dict[Need, SearchStrategy[str]], body: dict[str, str]) -> SearchStrategy[dict[str, str]]:
    """Add the fields that are required by the values of others."""
    missing = {
        need.name: value for need, value in conditional.items() if not body.get(need.name) and need.applies_to(body)
    }
    return st.fixed_dictionaries(missing).map(lambda more: body | more)


def _value(api_id: str, rule: FieldRule) -> SearchStrategy[str]:
    """Strategy of the values of a field, apart from blank."""
    if rule.values:
        return st.sampled_from(rule.values)
    if not rule.digits:
        return st.text(_TEXT, min_size=1, max_size=rule.length or _DEFAULT_LENGTH)
    (spec,) = (field.format for field in catalogue.api(api_id).request if field.name == rule.name)
    if spec == "YYYYMMDD":
        return _DAYS
    numbers = st.integers(0, 100) | st.integers(0, 10 ** (rule.length or _DEFAULT_LENGTH) - 1)
    return numbers.map(lambda number: f"{number:07d}"[-7:]) if spec == "order" else numbers.map(str)


def broken_requests(api_id: str) -> SearchStrategy[InvalidRequest]:
    """Strategy of request bodies that break exactly one rule, each with the error that it must get.

    A field is missing that is required, always or by the values of others, or a value is not a string, too long, not a
    number, or an undefined code. The strategy is empty for an API without request fields. Raises KeyError for an API
    that the catalogue does not know.
    """
    valid = requests(api_id)
    ways = [(rule.name, *way) for rule in rules(api_id) for way in _ways_to_break(rule)]
    broken = [st.builds(partial(_break, name, fault), valid, wrong) for name, wrong, fault in ways]
    return st.one_of([*broken, *(_without(api_id, need) for need in needs(api_id))])


def _without(api_id: str, need: Need) -> SearchStrategy[InvalidRequest]:
    """Strategy of bodies without a field that is required by the values of others."""
    others = {name: st.sampled_from(values) for name, values in need.where}
    return st.builds(partial(_break, need.name, need.missing), requests(api_id, **others), _NOTHING)


_ABSENT = object()
_NOTHING = st.sampled_from([_ABSENT, None, ""])


def _break(name: str, fault: Violation, body: dict[str, str], wrong: object) -> InvalidRequest:
    """Replace the value of a field by a wrong one, or remove the field."""
    others = {other: value for other, value in body.items() if other != name}
    return InvalidRequest(others if wrong is _ABSENT else {**others, name: wrong}, fault)


def _ways_to_break(rule: FieldRule) -> Iterator[tuple[SearchStrategy[object], Violation]]:
    """Yield strategies of wrong values for a field, each with its violation."""
    if rule.required:
        yield _NOTHING, rule.missing
    yield _NO_TEXTS, malformed(rule.name, NO_TEXT)
    if rule.length:
        longer = st.text("0123456789", min_size=rule.length + 1, max_size=rule.length + _DEFAULT_LENGTH)
        yield longer, malformed(rule.name, too_long(rule.length))
    if rule.digits:
        yield st.sampled_from(_NO_DIGITS), malformed(rule.name, NO_DIGITS)
        yield st.sampled_from(_FRACTIONS), malformed(rule.name, NO_INTEGER if rule.number else NO_DIGITS)
    if rule.values:
        others = st.text(_TEXT, min_size=1, max_size=_DEFAULT_LENGTH).filter(lambda value: value not in rule.values)
        yield others, rule.undefined
