"""What may be kept of what was heard: the fields that the catalogue knows, and in them nothing that tells who it was.

What a field says of a person is told by its label in the catalogue. Such a value becomes a *pseudonym*: the same one
wherever the value stands, of the same length where it is a number, and counted, so that a second account is another
one. What the catalogue does not know is left out, and its place is remembered: a new key is what one wants to hear of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Field

ACCOUNT, PERSON, SECRET, LABEL = "account", "person", "secret", "label"
IDENTIFYING = {
    "계좌번호": ACCOUNT,
    "계좌명": PERSON,
    "관리사번": PERSON,
    "관리자명": PERSON,
    "관리자사번": PERSON,
    "관리자지점": PERSON,
    "입금자": PERSON,
    "적요명": PERSON,
    "지점명": PERSON,
    "처리자": PERSON,
    "접근토큰": SECRET,
    "앱키": SECRET,
    "시크릿키": SECRET,
    "그룹명": LABEL,
    "조건검색식 명": LABEL,
}
"""By the label of a field, what it tells of a customer: account, a person or place, a secret, a name of their own."""

ENVELOPE = ("return_code", "return_msg")
ANSWERS = ("trnm", *ENVELOPE, "sor_yn", "code", "message", "seq", "cont_yn", "next_key")
"""Keys of what the WebSocket answers, besides its rows."""
ROW = ("values", "type", "name", "item")

_HIT = "02"
"""The type of what a live search of conditions found."""
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}|\d{1,5}")
_NUMBERS = re.compile(r"\d[\d-]{6,}\d|\d{1,3}(?:\.\d{1,3}){3}")
"""In a text: what is as long as the number of an account, and addresses."""
_SHORTEST = 3
"""Characters of a value that is looked for inside of others."""


class Masked(NamedTuple):
    """What may be kept of a value."""

    value: Any
    left_out: tuple[str, ...] = ()
    """Where in it stood what may not."""


Reader = Callable[[Any], Masked | None]
"""None for a value that is not kept at all."""


class Anonymiser:
    """Of one recording: it knows whom it has met."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """``secrets`` are looked for everywhere, such as the keys in use."""
        self._pseudonyms: dict[str, str] = {}
        self._met: Counter[str] = Counter()
        self._everywhere: list[str] = []
        for secret in secrets:
            self._pseudonym(SECRET, secret)

    def request(self, api_id: str, raw: dict[str, Any]) -> dict[str, Any]:
        """The fields of a request."""
        kept: dict[str, Any] = self._object(self._readers(catalogue.api(api_id).request), raw).value
        return kept

    def answer(self, api_id: str, raw: dict[str, Any]) -> Masked:
        """The fields of an answer."""
        fields = self._readers(catalogue.api(api_id).response)
        return self._object(fields | dict.fromkeys(ENVELOPE, _leaf), raw)

    def frame(self, raw: dict[str, Any]) -> Masked:
        """The keys of a frame."""
        readers: dict[str, Reader] = dict.fromkeys(ANSWERS, _leaf)
        row = {"REAL": self._pushed, "CNSRLST": self._condition}.get(str(raw.get("trnm")), self._search_result)
        return self._object(readers | {"data": partial(_rows, row)}, raw)

    def _pushed(self, raw: Any) -> Masked | None:
        if not isinstance(raw, dict):
            return None
        values = partial(self._inner, self._readers(values_of(str(raw.get("type"))).values()))
        return self._object(dict.fromkeys(ROW, _leaf) | {"values": values}, raw)

    def _search_result(self, raw: Any) -> Masked | None:
        return self._inner(self._readers(_table("ka10172", "data") + _table("ka10173", "data")), raw)

    def _condition(self, raw: Any) -> Masked | None:
        """Sequence and name of a condition, which its owner called so."""
        if not isinstance(raw, list) or len(raw) != 2:
            return None
        return Masked([str(raw[0]), self._pseudonym(LABEL, str(raw[1]))])

    def _readers(self, fields: Iterable[Field]) -> dict[str, Reader]:
        return {field.name: self._reader(field) for field in fields}

    def _reader(self, field: Field) -> Reader:
        if field.fields:
            return partial(_rows, partial(self._inner, self._readers(field.fields)))
        kind = IDENTIFYING.get(field.korean)
        return _leaf if kind is None else partial(self._identity, kind)

    def _inner(self, readers: Mapping[str, Reader], raw: Any) -> Masked | None:
        return self._object(readers, raw) if isinstance(raw, dict) else None

    def _object(self, readers: Mapping[str, Reader], raw: dict[str, Any]) -> Masked:
        """What is known of a JSON object."""
        told: dict[str, Any] = {}
        left: dict[str, None] = {}
        for name, value in raw.items():
            kept = readers[name](value) if name in readers else None
            if kept is None:
                left[name if _KEY.fullmatch(name) else "?"] = None
            else:
                told[name] = kept.value
                left |= {f"{name}.{place}": None for place in kept.left_out}
        return Masked(told, tuple(left))

    def _identity(self, kind: str, raw: Any) -> Masked | None:
        return _leaf(raw) if raw is None or isinstance(raw, (list, dict)) else Masked(self._pseudonym(kind, str(raw)))

    def _pseudonym(self, kind: str, value: str) -> str:
        if not any(letter.isalnum() for letter in value):
            return value  # masked already
        if value not in self._pseudonyms:
            self._met[kind] += 1
            self._pseudonyms[value] = _counted(kind, self._met[kind], value)
            if kind in (ACCOUNT, SECRET) and len(value) >= _SHORTEST:
                self._everywhere.append(value)
        return self._pseudonyms[value]

    def without_those_met(self, told: Any) -> Any:
        """What was kept, without those whom one met only later, and without long numbers in its texts."""
        if isinstance(told, dict):
            return {
                name: _NUMBERS.sub(_zeros, self.without_those_met(value))
                if name in ("return_msg", "message") and isinstance(value, str)
                else self.without_those_met(value)
                for name, value in told.items()
            }
        if isinstance(told, list):
            return [self.without_those_met(one) for one in told]
        if isinstance(told, str) and told not in self._pseudonyms.values():
            for value in self._everywhere:
                told = told.replace(value, self._pseudonyms[value])
        return told


def values_of(kind: str) -> dict[str, Field]:
    """The values of a realtime type by FID; none of a type that the catalogue does not know."""
    if kind == _HIT:
        return {field.name: field for field in _table("ka10173", "values")}
    known = catalogue.realtime().get(kind)
    fields = known.fields if known is not None else ()
    return {one.fid: Field(one.fid, one.korean, "String", values=one.values, format=one.format) for one in fields}


def _table(api_id: str, name: str) -> tuple[Field, ...]:
    return next(field.fields for field in catalogue.api(api_id).response if field.name == name and field.fields)


def _leaf(raw: Any) -> Masked | None:
    """A value that has nothing inside."""
    return None if isinstance(raw, (list, dict)) and raw else Masked(raw)


def _rows(row: Reader, raw: Any) -> Masked | None:
    """A list, row by row."""
    if not isinstance(raw, list):
        return _leaf(raw)
    kept = [one for one in map(row, raw) if one is not None]
    return Masked([one.value for one in kept], tuple(dict.fromkeys(place for one in kept for place in one.left_out)))


def _counted(kind: str, count: int, value: str) -> str:
    """A name that says nothing: of the same length if the value is a number."""
    if value.isascii() and value.isdigit():
        return str(count).zfill(len(value))
    return f"{kind}-{count}"


def _zeros(found: re.Match[str]) -> str:
    return re.sub(r"\d", "0", found[0])
