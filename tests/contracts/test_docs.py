"""The page on the contract names every export."""

from __future__ import annotations

import re
from pathlib import Path

from kiwoom_contracts.export import FORMATS

TEXT = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text(encoding="utf-8")


def test_every_export_is_in_the_table() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE) == list(FORMATS)
