"""Anonymises recorded answers and frames: keeps the fields that the catalogue knows, without the data of the customer.

The label of a field in the catalogue says whether it identifies a customer. Such a value becomes a *pseudonym*, the
same wherever the value occurs, of the same length if it is a number, and counted, so that two accounts stay two. A
field that the catalogue does not know is left out, and its path is reported, because it is new in the API.
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
"""By the label of a field, the kind of its value: account, person or branch, secret, or a name the customer chose."""

ENVELOPE = ("return_code", "return_msg")
ANSWERS = ("trnm", *ENVELOPE, "sor_yn", "code", "message", "seq", "cont_yn", "next_key")
"""Keys of the answers of the WebSocket, besides their rows."""
ROW = ("values", "type", "name", "item")

_HIT = "02"
"""The realtime type of the frames of a live condition search."""
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}|\d{1,5}")
_NUMBERS = re.compile(r"\d[\d-]{6,}\d|\d{1,3}(?:\.\d{1,3}){3}")
"""In a text: numbers as long as that of an account, and IP addresses."""
_SHORTEST = 3
"""Minimum characters of a secret or account number that is replaced inside of other values too."""


class Masked(NamedTuple):
    """The anonymised form of a value."""

    value: Any
    left_out: tuple[str, ...] = ()
    """Paths inside of the value of fields that were dropped."""


Reader = Callable[[Any], Masked | None]
"""Anonymises one value; returns None for a value that is dropped."""


class Anonymiser:
    """Anonymises one recording: equal values get equal pseudonyms in all of it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """``secrets``, such as the keys in use, are replaced wherever they occur."""
        self._pseudonyms: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._everywhere: list[str] = []
        for secret in secrets:
            self._pseudonym(SECRET, secret)

    def request(self, api_id: str, raw: dict[str, Any]) -> dict[str, Any]:
        """Return an anonymised request body."""
        kept: dict[str, Any] = self._object(self._readers(catalogue.api(api_id).request), raw).value
        return kept

    def answer(self, api_id: str, raw: dict[str, Any]) -> Masked:
        """Return an anonymised answer."""
        fields = self._readers(catalogue.api(api_id).response)
        return self._object(fields | dict.fromkeys(ENVELOPE, _leaf), raw)

    def frame(self, raw: dict[str, Any]) -> Masked:
        """Return an anonymised WebSocket frame."""
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
        """Keep the sequence number of a condition; its name was chosen by the customer."""
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
        """Keep the known fields of a JSON object."""
        values: dict[str, Any] = {}
        left_out: dict[str, None] = {}
        for name, value in raw.items():
            kept = readers[name](value) if name in readers else None
            if kept is None:
                left_out[name if _KEY.fullmatch(name) else "?"] = None
            else:
                values[name] = kept.value
                left_out |= {f"{name}.{place}": None for place in kept.left_out}
        return Masked(values, tuple(left_out))

    def _identity(self, kind: str, raw: Any) -> Masked | None:
        return _leaf(raw) if raw is None or isinstance(raw, (list, dict)) else Masked(self._pseudonym(kind, str(raw)))

    def _pseudonym(self, kind: str, value: str) -> str:
        if not any(letter.isalnum() for letter in value):
            return value  # masked already
        if value not in self._pseudonyms:
            self._counts[kind] += 1
            self._pseudonyms[value] = _counted(kind, self._counts[kind], value)
            if kind in (ACCOUNT, SECRET) and len(value) >= _SHORTEST:
                self._everywhere.append(value)
        return self._pseudonyms[value]

    def without_secrets(self, value: Any) -> Any:
        """Replace secrets and account numbers that occur inside of other values, and long numbers in messages.

        Call it after all answers and frames were anonymised: a secret may be known only from a later one.
        """
        if isinstance(value, dict):
            return {
                name: _NUMBERS.sub(_zeros, self.without_secrets(inner))
                if name in ("return_msg", "message") and isinstance(inner, str)
                else self.without_secrets(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.without_secrets(inner) for inner in value]
        if isinstance(value, str) and value not in self._pseudonyms.values():
            for secret in self._everywhere:
                value = value.replace(secret, self._pseudonyms[secret])
        return value


def values_of(kind: str) -> dict[str, Field]:
    """Return the fields in the values of a realtime type by FID; none for an unknown type."""
    if kind == _HIT:
        return {field.name: field for field in _table("ka10173", "values")}
    known = catalogue.realtime().get(kind)
    fields = known.fields if known is not None else ()
    return {
        field.fid: Field(field.fid, field.korean, "String", values=field.values, format=field.format)
        for field in fields
    }


def _table(api_id: str, name: str) -> tuple[Field, ...]:
    return next(field.fields for field in catalogue.api(api_id).response if field.name == name and field.fields)


def _leaf(raw: Any) -> Masked | None:
    """Keep a scalar value, and an empty list or object."""
    return None if isinstance(raw, (list, dict)) and raw else Masked(raw)


def _rows(row: Reader, raw: Any) -> Masked | None:
    """Anonymise a list row by row."""
    if not isinstance(raw, list):
        return _leaf(raw)
    kept = [masked for masked in map(row, raw) if masked is not None]
    left_out = dict.fromkeys(path for masked in kept for path in masked.left_out)
    return Masked([masked.value for masked in kept], tuple(left_out))


def _counted(kind: str, count: int, value: str) -> str:
    """Return the pseudonym of the n-th value of its kind; the pseudonym of a number is a number of the same length."""
    if value.isascii() and value.isdigit():
        return str(count).zfill(len(value))
    return f"{kind}-{count}"


def _zeros(match: re.Match[str]) -> str:
    return re.sub(r"\d", "0", match[0])
