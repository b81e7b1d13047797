"""Columns of a terminal, on which a Korean letter is two wide."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.admin.text_table import aligned, width


@pytest.mark.parametrize(("text", "columns"), [("", 0), ("abc", 3), ("체결", 4), ("913 접수", 8), ("→", 1)])
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_cells_begin_in_the_same_columns() -> None:
    assert aligned([("1", "체결", "a"), ("22", "x", "b"), ("3", "", "")]) == ["1   체결  a", "22  x     b", "3"]
