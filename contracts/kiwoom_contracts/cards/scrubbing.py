"""What may be kept of what was heard: the fields that the catalogue knows, and in them nothing that tells who it was.

What a field says of a person is told by its label in the catalogue. Such a value becomes a *pseudonym*: the same one
wherever the value stands, of the same length where it is a number, and counted, so that a second account is another
one. What the catalogue does not know is left out, and its place is remembered: a new key is what one wants to hear of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

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


class Scrubber:
    """Of one recording: it knows whom it has met."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """``secrets`` are looked for everywhere, such as the keys in use."""
        self._pseudonyms: dict[str, str] = {}
        self._met: dict[str, int] = {}
        self._everywhere: list[str] = []
        for secret in secrets:
            self._pseudonym(SECRET, secret)

    def request(self, api_id: str, raw: Any) -> dict[str, Any]:
        """The fields of a request."""
        kept, _ = self._object(_by_name(catalogue.api(api_id).request), raw, "")
        return kept

    def answer(self, api_id: str, raw: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The fields of an answer, and where stood what was left out."""
        known = _by_name(catalogue.api(api_id).response) | dict.fromkeys(ENVELOPE)
        return self._object(known, raw, "")

    def frame(self, raw: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The keys of a frame, and where stood what was left out."""
        known: dict[str, Field | None] = dict.fromkeys(ANSWERS)
        rows = raw.get("data")
        if not isinstance(rows, list):
            return self._object(known, raw, "")
        told: dict[str, Any] = {}
        left: list[str] = []
        for name, value in raw.items():
            if name == "data":
                parts = [self._row(str(raw.get("trnm")), row) for row in rows]
                told[name] = [part for part, _ in parts]
                left += [f"data.{place}" for _, places in parts for place in places]
            else:
                part, places = self._object(known, {name: value}, "")
                told |= part
                left += places
        return told, tuple(dict.fromkeys(left))

    def _row(self, trnm: str, row: Any) -> tuple[Any, tuple[str, ...]]:
        if trnm == "CNSRLST" and isinstance(row, list) and len(row) == 2:
            return [str(row[0]), self._pseudonym(LABEL, str(row[1]))], ()
        if trnm != "REAL" or not isinstance(row, dict):
            found = _by_name(_table("ka10172", "data") + _table("ka10173", "data"))
            return self._object(found, row, "")
        known: dict[str, Field | None] = dict.fromkeys(ROW[1:])
        told: dict[str, Any] = {}
        left: tuple[str, ...] = ()
        for name, value in row.items():
            if name == "values":
                part, places = self._object(values_of(str(row.get("type"))), value, "values.")
                told[name] = part
            else:
                part, places = self._object(known, {name: value}, "")
                told |= part
            left += places
        return told, left

    def _object(
        self, known: Mapping[str, Field | None], raw: Any, place: str
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What is known of a JSON object; None stands for a field without a label."""
        told: dict[str, Any] = {}
        left: list[str] = []
        for name, value in raw.items() if isinstance(raw, dict) else ():
            field = known.get(name)
            if field is not None and field.fields and isinstance(value, list):
                parts = [self._object(_by_name(field.fields), row, f"{place}{name}.") for row in value]
                told[name] = [part for part, _ in parts]
                left += [one for _, places in parts for one in places]
            elif name in known and not isinstance(value, (list, dict)):
                told[name] = self._leaf(field, value)
            elif name in known and not value:
                told[name] = value
            else:
                left.append(place + (name if _KEY.fullmatch(name) else "?"))
        return told, tuple(dict.fromkeys(left))

    def _leaf(self, field: Field | None, value: Any) -> Any:
        kind = IDENTIFYING.get(field.korean) if field is not None else None
        if kind is None or value is None or not str(value).strip():
            return value
        return self._pseudonym(kind, str(value))

    def _pseudonym(self, kind: str, value: str) -> str:
        if not any(letter.isalnum() for letter in value):
            return value  # masked already
        if value not in self._pseudonyms:
            self._met[kind] = self._met.get(kind, 0) + 1
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


def values_of(kind: str) -> dict[str, Field | None]:
    """The values of a realtime type by FID; none of a type that the catalogue does not know."""
    if kind == _HIT:
        return _by_name(_table("ka10173", "values"))
    known = catalogue.realtime().get(kind)
    fields = known.fields if known is not None else ()
    return {one.fid: Field(one.fid, one.korean, "String", values=one.values, format=one.format) for one in fields}


def _table(api_id: str, name: str) -> tuple[Field, ...]:
    return next(field.fields for field in catalogue.api(api_id).response if field.name == name and field.fields)


def _by_name(fields: Iterable[Field]) -> dict[str, Field | None]:
    return {field.name: field for field in fields}


def _counted(kind: str, count: int, value: str) -> str:
    """A name that says nothing: of the same length if the value is a number."""
    if value.isascii() and value.isdigit():
        return str(count).zfill(len(value))
    return f"{kind}-{count}"


def _zeros(found: re.Match[str]) -> str:
    return re.sub(r"\d", "0", found[0])
