"""Continuation keys: the header ``next-key``, which says where the next page of a list begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kiwoom_contracts.validation import malformed
from kiwoom_mockserver.broker.errors import ApiError

CURSOR = re.compile("[0-9A-Z]{6,17}")
"""The form of a cursor: an order number, a fill number, a code with the day of a loan, a date or a time."""

_FIRST_PAGE = re.compile("[0-9]{14}-1")
"""The cursor of a key that leads to the first page again, as users of ka10086 saw it in production."""


def first_page_again(number: int) -> str:
    """Return a cursor that leads to the first page; each number gives another one."""
    return f"{number:014d}-1"


class ContinuationKey(NamedTuple):
    """How the continuation key of one request is written: what stands before its cursor, and what behind it."""

    before: str
    after: str

    @classmethod
    def of(cls, template: str, values: Mapping[str, str]) -> ContinuationKey:
        """From a template of the catalogue, and a value for each name in it but that of the cursor."""
        before, _, after = template.partition("{cursor}")
        return cls(before.format_map(values), after.format_map(values))

    def at(self, cursor: str) -> str:
        """The key of the page that begins at a cursor."""
        return self.before + cursor + self.after

    def cursor(self, key: str) -> str:
        """The cursor in a continuation key; blank for a key that leads to the first page.

        Raises ApiError 1517 for a key that is not one of this request's.
        """
        cursor = key[len(self.before) : len(key) - len(self.after)]
        if key == self.at(cursor) and _FIRST_PAGE.fullmatch(cursor):
            return ""
        if key != self.at(cursor) or not CURSOR.fullmatch(cursor):
            raise ApiError.of(malformed("next-key", "연속조회키가 아닙니다"))
        return cursor
